"""`analyze_structure`: who is how far from the customers, who stands alone, what goes round."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import networkx as nx
import numpy as np

from valuechain.chain import ValueChain
from valuechain.errors import Text
from valuechain.evaluation.provenance import provenance_of
from valuechain.network import ChainArrays, strong_components
from valuechain.results import Column, Result, Table
from valuechain.today import situation_of

EXACT_BETWEENNESS = 2_000  # nodes; beyond, from as many sources drawn with seed 0

COLUMNS = (
    Column(
        "distance_to_customer",
        "services",
        "Fewest services from the department to a customer; not given where none is reached.",
    ),
    Column("customers_reached", "customers", "Customers that its work reaches."),
    Column(
        "single_point_of_failure_for",
        "ids",
        "Customers who receive nothing at all when the department delivers nothing.",
    ),
    Column(
        "betweenness",
        "share",
        "Share of the shortest ways between two others that lead through it.",
    ),
    Column("loop", "number", "Which loop it is in, counted from 1; 0 for none."),
)


@dataclass(frozen=True, eq=False)
class StructureResult(Result):
    """The shape of a chain.

    Attributes
    ----------
    loops : tuple of tuple of str
        Departments that serve each other round, largest loop first.
    orphans : tuple of str
        Departments and customers that neither give nor receive anything.
    without_line_of_sight : tuple of str
        Departments whose work reaches no customer.
    """

    title: ClassVar[Text] = Text("Structure", "Estructura")
    loops: tuple[tuple[str, ...], ...] = ()
    orphans: tuple[str, ...] = ()
    without_line_of_sight: tuple[str, ...] = ()

    def extras(self) -> Mapping[str, Any]:
        """Return loops, orphans and who has no line of sight."""
        return {
            "loops": self.loops,
            "orphans": self.orphans,
            "without_line_of_sight": self.without_line_of_sight,
        }


def analyze_structure(chain: ValueChain) -> StructureResult:
    """Return what the shape of a chain says before any time is known.

    Parameters
    ----------
    chain : ValueChain

    Returns
    -------
    StructureResult
        Level departments: `distance_to_customer` (services), `customers_reached`,
        `single_point_of_failure_for` (customer ids), `betweenness` (share), `loop` (number, 0
        for none); and `.loops`, `.orphans`, `.without_line_of_sight`.

    Notes
    -----
    A department is a single point of failure for a customer who receives nothing at all when
    the department delivers nothing: failure passes on over services that the client waits for
    in every job (``need = 1``) and for which there is no alternative. Betweenness is that of
    Freeman, exact up to 2,000 nodes, beyond estimated from 2,000 sources. Cost: services times
    departments.

    References
    ----------
    .. [1] L. C. Freeman, A set of measures of centrality based on betweenness, Sociometry 40
       (1977).

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[{"provider": "design", "client": "sales"},
    ...               {"provider": "sales", "client": "shop"}])
    >>> structure = analyze_structure(chain)
    >>> structure.table().value("design", "distance_to_customer")
    2
    >>> structure.table().value("design", "single_point_of_failure_for")
    ('shop',)
    """
    situation = situation_of(chain)
    arrays = situation.now
    D, n = len(arrays.department_ids), len(arrays.node_ids)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(zip(arrays.provider.tolist(), arrays.client.tolist(), strict=True))
    distance = _distances(graph, D, n)
    betweenness = nx.betweenness_centrality(
        graph, k=EXACT_BETWEENNESS if n > EXACT_BETWEENNESS else None, seed=0
    )
    loop, loops = _loops(arrays)
    reached = _reached(arrays)
    alone = [node for node in graph if graph.degree(node) == 0]
    single = np.empty(D, dtype=object)
    for department in range(D):
        single[department] = _silenced(arrays, department)
    measured = {
        "distance_to_customer": np.array([distance.get(node) for node in range(D)], dtype=object),
        "customers_reached": reached,
        "single_point_of_failure_for": single,
        "betweenness": np.array([betweenness[node] for node in range(D)]),
        "loop": loop,
    }
    return StructureResult(
        tables={"departments": Table("departments", arrays.department_ids, COLUMNS, measured)},
        provenance=provenance_of(situation, "analyze_structure"),
        labels=chain.names(),
        calendar=chain.calendar,
        loops=loops,
        orphans=tuple(arrays.node_ids[node] for node in alone),
        without_line_of_sight=tuple(
            any_id
            for any_id, count in zip(arrays.department_ids, reached, strict=True)
            if not count
        ),
    )


def _distances(graph: nx.DiGraph[int], D: int, n: int) -> dict[int, int]:
    """Return the fewest services from each node to a customer."""
    distance = dict.fromkeys(range(D, n), 0)
    waiting = deque(range(D, n))
    while waiting:
        node = waiting.popleft()
        for provider in graph.predecessors(node):
            if provider not in distance:
                distance[provider] = distance[node] + 1
                waiting.append(provider)
    return distance


def _loops(arrays: ChainArrays) -> tuple[np.ndarray[Any, Any], tuple[tuple[str, ...], ...]]:
    D = len(arrays.department_ids)
    inside = (arrays.client < D) & (arrays.provider < D)
    found = strong_components(D, arrays.provider[inside], arrays.client[inside])
    members = [
        found.members[found.ptr[label] : found.ptr[label + 1]]
        for label in np.flatnonzero(found.cyclic).tolist()
    ]
    named = sorted(
        (tuple(sorted(arrays.department_ids[d] for d in part)) for part in members),
        key=lambda part: (-len(part), part),
    )
    number = {any_id: place for place, part in enumerate(named, start=1) for any_id in part}
    loop = np.array([number.get(any_id, 0) for any_id in arrays.department_ids], dtype=np.int64)
    return loop, tuple(named)


def _reached(arrays: ChainArrays) -> np.ndarray[Any, Any]:
    """Return how many customers each department reaches."""
    D, C = len(arrays.department_ids), len(arrays.customer_ids)
    providers: list[list[int]] = [[] for _ in range(D + C)]
    for provider, client in zip(arrays.provider.tolist(), arrays.client.tolist(), strict=True):
        if client < D or provider < D:
            providers[client].append(provider)
    count = np.zeros(D, dtype=np.int64)
    for customer in range(D, D + C):
        seen, waiting = {customer}, [customer]
        while waiting:
            for provider in providers[waiting.pop()]:
                if provider not in seen and provider < D:
                    seen.add(provider)
                    waiting.append(provider)
        count[[node for node in seen if node < D]] += 1
    return count


def _silenced(arrays: ChainArrays, department: int) -> tuple[str, ...]:
    """Return the customers who receive nothing when `department` delivers nothing."""
    D = len(arrays.department_ids)
    failed = arrays.provider == department
    hard = arrays.waits & (arrays.need >= 1)
    while True:
        join_failed = _joins_failed(arrays, failed & hard)
        grown = failed | (join_failed[arrays.join] & (arrays.join >= 0))
        if (grown == failed).all():
            break
        failed = grown
    outside = np.flatnonzero(arrays.client >= D)
    to = arrays.client[outside] - D
    C = len(arrays.customer_ids)
    served = np.bincount(to, minlength=C)
    lost = np.bincount(to, failed[outside], minlength=C)
    return tuple(
        any_id
        for any_id, has, lacks in zip(arrays.customer_ids, served, lost, strict=True)
        if has and has == lacks
    )


def _joins_failed(arrays: ChainArrays, failed: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return which joins lack an input that nothing replaces, `(J,)` and one more for -1."""
    groups = int(arrays.group.max(initial=-1)) + 1
    if groups:
        member = arrays.group >= 0
        size = np.bincount(arrays.group[member], minlength=groups)
        down = np.bincount(arrays.group[member], failed[member], minlength=groups)
        failed = np.where(member, (down == size)[arrays.group], failed)
    J = len(arrays.join_in_sequence)
    row = np.repeat(np.arange(J), np.diff(arrays.join_ptr))
    broken = np.bincount(row, failed[arrays.join_inputs], minlength=J + 1) > 0
    broken[J] = False
    return broken
