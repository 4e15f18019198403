"""Settling a graph of couplings: everything once in the order it runs, loops until they rest.

What stands in no loop is worked out once, after all that leads there; a loop is settled once what
leads into it is at rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from valuechain.kernels.dissatisfaction.couplings import Couplings
from valuechain.kernels.dissatisfaction.rounds import settle_loop
from valuechain.network.arrays import FloatArray
from valuechain.network.components import strong_components


@dataclass(frozen=True, eq=False)
class Settled:
    """Values `(n,)` at rest; the most rounds a loop took, and how far loops still were."""

    value: FloatArray
    rounds: int
    remaining: float


def settled(graph: Couplings, start: FloatArray, most_rounds: int) -> Settled:
    """Return the fixed point that is reached from some values.

    Parameters
    ----------
    graph : Couplings
    start : ndarray, shape (n,)
        0..1; those of what is held are its values.
    most_rounds : int
        After which a loop is left as it is.

    Notes
    -----
    A loop meets what leads into it at rest, so where it ends does not depend on how far away that
    begins. Cost: one pass over nodes and inputs on plain lists (nodes have a handful of inputs
    each: as fast on a row as on a wide graph), and the rounds of each loop over its own members.
    """
    parts = strong_components(len(start), *graph.edges())
    value: list[float] = start.tolist()
    walk = walker(graph, value)
    nodes = parts.members[~graph.held[parts.members]]
    loops = np.flatnonzero(parts.cyclic)
    cuts = np.searchsorted(parts.label[nodes], [loops, loops + 1]).T.tolist()
    order: list[int] = nodes.tolist()
    done, rounds, remaining = 0, 0, 0.0
    for first, last in cuts:
        walk(order[done:first])
        done = last
        rest = settle_loop(graph, nodes[first:last], value, walk, most_rounds)
        rounds, remaining = max(rounds, rest.rounds), remaining + rest.remaining
    walk(order[done:])
    return Settled(np.array(value), rounds, remaining)


def walker(graph: Couplings, value: list[float]) -> Callable[[list[int]], None]:
    """Return a walk over nodes that sets the value of each, on plain lists."""
    _, departments, customers, rows, groups, _ = graph.first  # where each kind begins
    base, ptr, source, weight = (
        part.tolist() for part in (graph.base, graph.ptr, graph.source, graph.weight)
    )
    row, morale, worn, own, beta = (
        part.tolist() for part in (graph.row, graph.morale, graph.worn, graph.own, graph.beta)
    )
    kappa = graph.kappa.tolist()

    def walk(nodes: list[int]) -> None:
        for v in nodes:
            b = base[v]
            if v < departments:
                of_row, of_morale, fault = value[row[v]], worn[v] * value[morale[v]], own[v]
                fault += (of_row + of_morale * (1.0 - of_row)) * (1.0 - fault)
                value[v] = b + beta[v] * fault * (1.0 - b)
                continue
            i, last = ptr[v], ptr[v + 1]
            if v >= groups:
                product = 1.0
                for k in range(i, last):
                    product *= weight[k] * value[source[k]]
                value[v] = product
            elif customers <= v < rows:
                mixed = 0.0
                for k in range(i, last):
                    mixed += weight[k] * value[source[k]]
                value[v] = b + kappa[v - customers] * min(mixed, 1.0) * (1.0 - b)
            elif last == i + 1:
                value[v] = b + weight[i] * value[source[i]] * (1.0 - b)
            else:
                kept = 1.0
                for k in range(i, last):
                    kept *= 1.0 - weight[k] * value[source[k]]
                value[v] = b + (1.0 - kept) * (1.0 - b)

    return walk
