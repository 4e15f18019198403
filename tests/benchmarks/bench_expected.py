"""How long expected delays of a large chain take, beside a walk over networkx's dictionaries.

10,000 departments with 50,000 services: from a chain that is ready (arrays, needs and all that is
computed once included) to mean arrivals. The walk takes the same means and needs from attributes of
a `networkx.DiGraph`, department by department in topological order, in loops round by round. Both
in the same process, in turns; the least of each counts, and the ratio is printed.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterator
from functools import partial

import networkx as nx

import valuechain as vc
from valuechain.results import Table

DEPARTMENTS, SERVICES = 10_000, 50_000
ROUNDS = 3
STILL = 1e-12  # of an arrival: what moves less in a round has settled

Links = list[tuple[int, int, float]]  # who serves whom, and the need


def wide() -> Links:
    """Return services that run from lower to higher numbers, few of them one after another."""
    draw = random.Random(1)
    links: Links = []
    for client in range(100, DEPARTMENTS):
        wanted = 6 if client % 20 == 0 else 5
        providers = draw.sample(range(max(0, client - 2_000), client), wanted)
        links += [(provider, client, draw.choice([0.3, 0.6, 1.0])) for provider in providers]
    return links[: SERVICES - 1]


def row() -> Links:
    """Return departments one after another, each served by the five before it."""
    return [
        (client - step, client, 1.0 if step == 1 else 0.5)
        for client in range(1, DEPARTMENTS)
        for step in range(1, 6)
        if client >= step
    ]


def tangle() -> Links:
    """Return one component of all departments; a request leads to less than one more."""
    draw = random.Random(2)
    links = [(number, (number + 1) % DEPARTMENTS, 0.25) for number in range(DEPARTMENTS)]
    for client in range(DEPARTMENTS):
        others = {client, (client - 1) % DEPARTMENTS}
        free = [p for p in draw.sample(range(DEPARTMENTS), 6) if p not in others][:4]
        links += [(provider, client, 0.15) for provider in free]
    return links[: SERVICES - 1]


def chain_of(links: Links) -> vc.ValueChain:
    """Return the chain: mean times of 1 to 9 hours, the last department serves a customer."""
    services = [
        {"provider": f"d{p}", "client": f"d{c}", "need": need, "takes": {"mean": f"{hours(p)} h"}}
        for p, c, need in links
    ]
    last = {"provider": f"d{DEPARTMENTS - 1}", "client": "shop", "takes": "1 h"}
    departments: dict[str, dict[str, str]] = {f"d{number}": {} for number in range(DEPARTMENTS)}
    return vc.ValueChain(
        departments=departments, customers={"shop": {}}, services=[*services, last]
    )


def hours(department: int) -> int:
    """Return the own time of a department's services."""
    return 1 + department * 7 % 9


def graph_of(links: Links) -> nx.DiGraph[int]:
    """Return the same chain as a graph of departments."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from((number, {"hours": hours(number)}) for number in range(DEPARTMENTS))
    graph.add_edges_from((p, c, {"need": need}) for p, c, need in links)
    return graph


def walk(graph: nx.DiGraph[int]) -> dict[int, float]:
    """Return the mean readiness of each department, on dictionaries."""
    ready: dict[int, float] = dict.fromkeys(graph, 0.0)
    for part in _parts(graph):
        while True:
            moved = 0.0
            for client in part:
                inputs = sorted(
                    (
                        (ready[p] + graph.nodes[p]["hours"], link["need"])
                        for p, link in graph.pred[client].items()
                    ),
                    reverse=True,
                )
                total, none_above = 0.0, 1.0
                for late, need in inputs:
                    total += late * need * none_above
                    none_above *= 1.0 - need
                moved = max(moved, abs(total - ready[client]) / (1.0 + total))
                ready[client] = total
            if len(part) == 1 or moved <= STILL:
                break
    return ready


def _parts(graph: nx.DiGraph[int]) -> Iterator[list[int]]:
    """Yield the components, providers first."""
    whole = nx.condensation(graph)
    for component in nx.topological_sort(whole):
        yield sorted(whole.nodes[component]["members"])


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def arrivals(chain: vc.ValueChain) -> Table:
    """Return the services with their mean arrivals."""
    return vc.propagate_delay(chain, mode="expected").table("services")


def compare(name: str, links: Links) -> None:
    """Print how long both take, after they have agreed."""
    graph = graph_of(links)
    there = walk(graph)[DEPARTMENTS - 1] + 1
    here = arrivals(chain_of(links)).value(f"d{DEPARTMENTS - 1}>shop", "mean_hours")
    assert abs(here - there) <= 1e-9 * there, (here, there)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        chain = chain_of(links)  # a fresh one: what is computed once is computed here
        ours.append(seconds(partial(arrivals, chain)))
        theirs.append(seconds(partial(walk, graph)))
    print(
        f"  {name:22} {min(ours):6.2f} s   networkx {min(theirs):6.2f} s"
        f"   ratio {min(ours) / min(theirs):.2f}"
    )


def main() -> None:
    print(f"{DEPARTMENTS:,} departments, {SERVICES:,} services, expected mode (target: 1 s)")
    compare("wide", wide())
    compare("one row", row())
    compare("one giant component", tangle())


if __name__ == "__main__":
    main()
