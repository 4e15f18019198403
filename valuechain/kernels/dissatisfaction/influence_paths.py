"""Structural path analysis: the parts of ``x_c`` that arrive along each path, largest first.

A path ``v_0 -> ... -> c`` visits no node twice. Its part is ``b_v0 D M``: the own part of its first
node, the direct influence ``D = prod A[v_k, v_k+1]``, and the multiplier
``M = det (I - A without the path) / det (I - A) = det L[path, path]`` that the loops along it add
(Jacobi). The parts of all paths add up to ``x_c``.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array

from valuechain.kernels.dissatisfaction.linear import LinearSystem, solve_settling
from valuechain.network.arrays import FloatArray
from valuechain.network.components import strong_components

MOST_STEPS = 100_000
WHOLE_INVERSE = 300  # members of a loop up to which its total effects are computed all at once


@dataclass(frozen=True)
class Path:
    """One path: nodes from its origin to the target, and ``part = own * direct * multiplier``."""

    nodes: tuple[int, ...]
    direct: float
    multiplier: float
    part: float


@dataclass(frozen=True)
class PathAnalysis:
    """The largest paths to a node.

    Attributes
    ----------
    paths : tuple of Path
        Largest first, ties by node.
    total : float
        `x` of the node.
    remainder : float
        What arrives along all other paths together.
    next_at_most : float
        No path that is not listed has a larger part; 0: all are listed.
    """

    paths: tuple[Path, ...]
    total: float
    remainder: float
    next_at_most: float


def largest_paths(system: LinearSystem, target: int, n: int) -> PathAnalysis:
    """Return the `n` paths to `target` with the largest parts.

    Parameters
    ----------
    system : LinearSystem
    target : int
        Node number.
    n : int
        How many, from 0.

    Notes
    -----
    Best first: all paths that end in ``v -> ... -> c`` together bring at most ``D M x_v``, with
    `M` that of the nodes behind `v`; the end with the most to offer is opened next, so paths
    come out in order. After 100,000 steps it stops, with fewer than `n`: those it has are the
    largest all the same.

    References
    ----------
    .. [1] J. Defourny and E. Thorbecke, Structural path analysis and multiplier decomposition
       within a social accounting matrix framework, The Economic Journal 94 (1984).

    Examples
    --------
    >>> from valuechain.kernels.dissatisfaction.linear import linear_system
    >>> system = linear_system(np.array([[0.0, 0.5], [0.5, 0.0]]), np.array([0.3, 0.0]))
    >>> [(path.nodes, round(path.part, 12)) for path in largest_paths(system, 1, 5).paths]
    [((0, 1), 0.2)]
    """
    loops = _Loops(system)
    columns = csc_array(system.matrix)
    x, own = system.x, system.own
    # (-bound, path, direct, multiplier of what follows the path's first node, whether it is done)
    heap: list[tuple[float, tuple[int, ...], bool, float, float]] = []
    if x[target] > 0:
        heap.append((-float(x[target]), (target,), False, 1.0, 1.0))
    paths: list[Path] = []
    steps = 0
    while heap and len(paths) < n and steps < MOST_STEPS:
        bound, nodes, done, direct, multiplier = heapq.heappop(heap)
        if done:
            paths.append(Path(nodes, direct, multiplier, -bound))
            continue
        first = nodes[0]
        multiplier *= loops.gain(first, nodes[1:])
        part = direct * multiplier * float(own[first])
        if part > 0:
            heapq.heappush(heap, (-part, nodes, True, direct, multiplier))
        for k in range(columns.indptr[first], columns.indptr[first + 1]):
            provider, steps = int(columns.indices[k]), steps + 1
            along = direct * float(columns.data[k])
            most = along * multiplier * float(x[provider])
            if most > 0 and provider not in nodes:
                heapq.heappush(heap, (-most, (provider, *nodes), False, along, multiplier))
    total = float(x[target])
    remainder = max(total - sum(path.part for path in paths), 0.0)
    next_at_most = min(-heap[0][0], remainder) if heap else 0.0
    return PathAnalysis(tuple(paths), total, remainder if heap else 0.0, next_at_most)


class _Loops:
    """What the loops through a node add, with some nodes out of the way."""

    def __init__(self, system: LinearSystem) -> None:
        self.matrix = system.matrix
        entries = system.matrix.tocoo()
        row, column = entries.row.astype(np.int64), entries.col.astype(np.int64)
        self.found = strong_components(len(system.own), row, column)
        self.place: dict[int, dict[int, int]] = {}
        self.part: dict[int, csr_array] = {}
        self.inverse: dict[int, FloatArray] = {}
        self.column: dict[int, FloatArray] = {}

    def gain(self, node: int, behind: tuple[int, ...]) -> float:
        """Return ``L[v, v]`` without the nodes behind it: `L` of its loop, by Schur complement."""
        c = int(self.found.label[node])
        if not self.found.cyclic[c]:
            return 1.0
        out = [v for v in behind if self.found.label[v] == c]
        every = [node, *out]
        effects = np.array([[self._effect(c, u, v) for v in every] for u in every])
        if not out:
            return float(effects[0, 0])
        return float(
            effects[0, 0] - effects[0, 1:] @ np.linalg.solve(effects[1:, 1:], effects[1:, 0])
        )

    def _effect(self, c: int, u: int, v: int) -> float:
        """Return ``L[u, v]`` within a loop; nothing that leaves it comes back."""
        if c not in self.place:
            members = self.found.nodes(c)
            self.place[c] = {int(w): k for k, w in enumerate(members)}
            self.part[c] = self.matrix[members][:, members].tocsr()
        place, part = self.place[c], self.part[c]
        if len(place) <= WHOLE_INVERSE:
            if c not in self.inverse:
                self.inverse[c] = np.linalg.inv(np.eye(len(place)) - part.toarray())
            return float(self.inverse[c][place[u], place[v]])
        if v not in self.column:
            unit = np.zeros(len(place))
            unit[place[v]] = 1.0
            self.column[v] = solve_settling(part, unit)
        return float(self.column[v][place[u]])
