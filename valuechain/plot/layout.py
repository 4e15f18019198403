"""Where things stand in a picture that flows from left to right.

Boxes of known size and the links between them become centres and curves. The links that close
cycles are found first and drawn backwards; so the engine that places the rest (`dot` where
pygraphviz is installed, `layered` otherwise) only ever sees an acyclic graph.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from itertools import pairwise
from typing import Literal, NamedTuple

import networkx as nx
import numpy as np

from valuechain.errors import Text, ValueChainWarning
from valuechain.plot import dot_engine, layered_engine
from valuechain.plot.curves import flatten, reversed_curve
from valuechain.plot.engine import Engine, Points, Problem, Step

Pair = tuple[str, str]
EngineName = Literal["dot", "layered"]
ENGINES: Mapping[EngineName, Engine] = {"dot": dot_engine.place, "layered": layered_engine.place}
PYGRAPHVIZ = (2, 0, 4)  # the first whose wheels carry Graphviz, run in process


class Size(NamedTuple):
    """Width and height in points."""

    width: float
    height: float


@dataclass(frozen=True)
class Link:
    """An arrow to lay out: `priority` keeps it straight, `sign` is the room for its label."""

    provider: str
    client: str
    priority: float = 1.0
    sign: Size | None = None

    @property
    def pair(self) -> Pair:
        """Provider and client."""
        return self.provider, self.client


@dataclass(frozen=True)
class Layout:
    """A finished layout, in points, y upwards, all within (0, 0) and (width, height).

    Attributes
    ----------
    centres : mapping id -> (x, y)
    curves : mapping pair -> array (k, 2)
        Dense polyline from provider to client.
    signs : mapping pair -> (x, y)
        Centres of the labels that asked for room.
    feedback : frozenset of pair
        The links that run against the flow.
    """

    centres: Mapping[str, tuple[float, float]]
    curves: Mapping[Pair, Points]
    signs: Mapping[Pair, tuple[float, float]]
    feedback: frozenset[Pair]
    width: float
    height: float


def available_engine() -> EngineName:
    """Return the engine to use: ``"dot"`` where pygraphviz >= 2.0.4 is installed.

    Otherwise ``"layered"``, with a hint (`ValueChainWarning`) once per process.
    """
    try:
        version = metadata.version("pygraphviz")
    except metadata.PackageNotFoundError:
        version = ""
    if tuple(int(part) for part in re.findall(r"\d+", version)[:3]) >= PYGRAPHVIZ:
        return "dot"
    _hint()
    return "layered"


@cache
def _hint() -> None:
    doubt = Text(
        "pygraphviz >= 2.0.4 is not installed, so the map uses the built-in layout; "
        "pip install 'valuechain[diagrams]' gives shorter, calmer arrows",
        "pygraphviz >= 2.0.4 no está instalado y el mapa usa el trazado propio; "
        "pip install 'valuechain[diagrams]' da flechas más cortas y tranquilas",
    )
    warnings.warn(ValueChainWarning(doubt), stacklevel=3)


def arrange(
    sizes: Mapping[str, Size],
    links: Iterable[Link],
    last: Iterable[str] = (),
    aspect: float = 9 / 16,
    engine: EngineName | None = None,
) -> Layout:
    """Place boxes so that links run from left to right.

    Parameters
    ----------
    sizes : mapping id -> Size
        Boxes, in points.
    links : iterable of Link
        At most one per pair, between different boxes.
    last : iterable of str
        Ids of boxes without outgoing links that share the rightmost column.
    aspect : float
        Height over width that the layout is spread to.
    engine : {"dot", "layered"}, optional
        By default what `available_engine` finds.

    Notes
    -----
    The same input in any order gives the same layout. Boxes never overlap, and no curve
    of the layered engine crosses a box.
    """
    engine = engine or available_engine()
    ids = sorted(sizes)
    ordered = sorted(links, key=lambda link: link.pair)
    at_end = set(last)
    back = feedback_links(ids, ordered, at_end)

    number = {name: i for i, name in enumerate(ids)}
    boxes: list[tuple[float, float]] = [sizes[name] for name in ids]
    steps: list[Step] = []
    of_link: dict[Pair, list[int]] = {}
    sign_box: dict[Pair, int] = {}
    for link in ordered:
        stops = [number[name] for name in link.pair]
        if link.pair in back:
            stops.reverse()
        if link.sign is not None:
            sign_box[link.pair] = len(boxes)
            stops.insert(1, len(boxes))
            boxes.append(link.sign)
        of_link[link.pair] = list(range(len(steps), len(steps) + len(stops) - 1))
        backward = link.pair in back
        steps.extend(Step(a, b, link.priority, backward) for a, b in pairwise(stops))

    ends = frozenset(number[name] for name in at_end)
    signs = frozenset(sign_box.values())
    centres, beziers = ENGINES[engine](Problem(tuple(boxes), tuple(steps), signs, ends, aspect))

    curves: dict[Pair, Points] = {}
    for pair, parts in of_link.items():
        curve = np.concatenate([flatten(beziers[part]) for part in parts])
        curves[pair] = reversed_curve(curve) if pair in back else curve
    return _framed(ids, boxes, centres, curves, sign_box, back)


def _framed(
    ids: Sequence[str],
    boxes: Sequence[tuple[float, float]],
    centres: Points,
    curves: Mapping[Pair, Points],
    sign_box: Mapping[Pair, int],
    back: frozenset[Pair],
) -> Layout:
    """Shift everything so that its frame starts at (0, 0)."""
    half = np.array(boxes) / 2
    everything = np.concatenate([centres - half, centres + half, *curves.values()])
    low = everything.min(axis=0)
    width, height = everything.max(axis=0) - low

    def point(i: int) -> tuple[float, float]:
        return float(centres[i, 0] - low[0]), float(centres[i, 1] - low[1])

    return Layout(
        centres={name: point(i) for i, name in enumerate(ids)},
        curves={pair: curve - low for pair, curve in curves.items()},
        signs={pair: point(i) for pair, i in sign_box.items()},
        feedback=back,
        width=float(width),
        height=float(height),
    )


def feedback_links(
    ids: Iterable[str], links: Iterable[Link], last: Iterable[str] = ()
) -> frozenset[Pair]:
    """Choose the links to draw against the flow: without them there is no cycle.

    Each one closes a cycle: were it drawn forwards, the rest could not be.

    Notes
    -----
    A minimum set is hard to find (Karp 1972); this is the greedy order of Eades, Lin and Smyth
    (1993) with weights, made minimal afterwards. Links that lead nearer to the ends of the flow
    and links of high priority are kept forwards where possible.
    """
    links = sorted(links, key=lambda link: link.pair)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted(ids))
    graph.add_edges_from(link.pair for link in links)
    ends = set(last) or {name for name in graph if not graph.out_degree(name)}
    nearest = nx.multi_source_dijkstra_path_length(graph.reverse(), ends) if ends else {}
    distance = {name: float(nearest.get(name, len(graph))) for name in graph}

    cost = {
        link.pair: link.priority * (1.0 + max(0.0, distance[link.provider] - distance[link.client]))
        for link in links
    }
    position: dict[str, int] = {}
    for component in nx.strongly_connected_components(graph):
        for name in _greedy_order(component, graph, cost, distance):
            position[name] = len(position)
    inside = {name: i for i, c in enumerate(nx.strongly_connected_components(graph)) for name in c}
    against = [
        pair for pair in cost
        if inside[pair[0]] == inside[pair[1]] and position[pair[0]] > position[pair[1]]
    ]  # fmt: skip
    kept = graph.copy()
    kept.remove_edges_from(against)
    back: set[Pair] = set()
    for pair in sorted(against, key=lambda pair: (-cost[pair], pair)):
        if nx.has_path(kept, pair[1], pair[0]):
            back.add(pair)
        else:
            kept.add_edge(*pair)
    return frozenset(back)


def _greedy_order(
    component: set[str],
    graph: nx.DiGraph[str],
    cost: Mapping[Pair, float],
    distance: Mapping[str, float],
) -> list[str]:
    """Order the members of a cycle so that little weight runs backwards."""
    left: list[str] = []
    right: list[str] = []
    rest = set(component)
    while rest:
        given = dict.fromkeys(rest, 0.0)
        taken = dict.fromkeys(rest, 0.0)
        for a, b in graph.subgraph(rest).edges:
            given[a] += cost[a, b]
            taken[b] += cost[a, b]
        far_first = sorted(rest, key=lambda name: (-distance[name], name))
        sink = next((name for name in far_first if not given[name] and taken[name]), None)
        if sink is not None:
            right.append(sink)
            rest.remove(sink)
            continue
        best = max(far_first, key=lambda name: (not taken[name], given[name] - taken[name]))
        left.append(best)
        rest.remove(best)
    return left + right[::-1]
