"""Strongly connected components: where a chain runs in circles, and in what order it runs.

Components are numbered along the edges, so that a loop over labels meets every
provider before its client. Nothing here recurses: a chain of 100,000 departments
in a row is as safe as a wide one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from valuechain.network.arrays import BoolArray, ChainArrays, IntArray


class Inside(NamedTuple):
    """What runs inside one cyclic component.

    Attributes
    ----------
    nodes : ndarray of int, shape (k,)
        Its members, ascending.
    edges : ndarray of int, shape (q,)
        Which of all edges run from a member to a member, ascending.
    tail, head : ndarray of int, shape (q,)
        Their ends, as places in `nodes`.
    """

    nodes: IntArray
    edges: IntArray
    tail: IntArray
    head: IntArray


@dataclass(frozen=True, eq=False)
class Components:
    """Strongly connected components in topological order.

    Attributes
    ----------
    label : ndarray of int, shape (n,)
        Component of each node; ``label[tail] <= label[head]`` on every edge.
    ptr, members : ndarray of int, shapes (k + 1,) and (n,)
        Nodes of component ``c``, ascending: ``members[ptr[c]:ptr[c + 1]]``.
    cyclic : ndarray of bool, shape (k,)
        Whether the component has more than one member, or a node with an edge to itself.
    """

    label: IntArray
    ptr: IntArray
    members: IntArray
    cyclic: BoolArray

    def __len__(self) -> int:
        return len(self.cyclic)

    def nodes(self, component: int) -> IntArray:
        """Return the nodes of one component, ascending."""
        return self.members[self.ptr[component] : self.ptr[component + 1]]

    def insides(self, tail: IntArray, head: IntArray) -> Iterator[Inside]:
        """Yield what runs inside each cyclic component, in topological order.

        All edges are sorted once, so that many small components cost no more than a large one.

        Examples
        --------
        >>> tail, head = np.array([3, 0, 1, 1]), np.array([0, 1, 0, 2])
        >>> (inside,) = strong_components(4, tail, head).insides(tail, head)
        >>> inside.nodes.tolist(), inside.edges.tolist(), inside.tail.tolist()
        ([0, 1], [1, 2], [0, 1])
        """
        edges = np.flatnonzero(self.label[tail] == self.label[head])
        edges = edges[np.argsort(self.label[tail[edges]], kind="stable")]
        cyclic = np.flatnonzero(self.cyclic)
        first, last = (
            np.searchsorted(self.label[tail[edges]], cyclic, side).tolist()
            for side in ("left", "right")
        )
        place = np.empty(len(self.label), dtype=np.int64)
        place[self.members] = np.arange(len(place)) - self.ptr[self.label[self.members]]
        for component, a, b in zip(cyclic.tolist(), first, last, strict=True):
            own = edges[a:b]
            yield Inside(self.nodes(component), own, place[tail[own]], place[head[own]])


def strong_components(n: int, tail: IntArray, head: IntArray) -> Components:
    """Return the strongly connected components of a directed graph, in topological order.

    Parameters
    ----------
    n : int
        Number of nodes, 0..n-1.
    tail, head : ndarray of int, shape (q,)
        Edges ``tail[i] -> head[i]``; parallel edges and self-loops are allowed.

    Returns
    -------
    Components
        Equal edges in any order give the same components with the same labels.

    Notes
    -----
    Components are Pearce's (scipy). The order of its labels is not documented, so it is
    checked, and where it does not run along the edges in either direction the labels are sorted
    anew (Kahn). Cost O(n + q).

    Examples
    --------
    >>> found = strong_components(4, np.array([3, 0, 1, 1]), np.array([0, 1, 0, 2]))
    >>> found.label.tolist(), found.cyclic.tolist()
    ([1, 1, 2, 0], [False, True, False])
    >>> found.nodes(1).tolist()
    [0, 1]
    """
    tail, head = np.asarray(tail, dtype=np.int64), np.asarray(head, dtype=np.int64)
    if n == 0:
        none = np.zeros(0, dtype=np.int64)
        return Components(none, np.zeros(1, dtype=np.int64), none, np.zeros(0, dtype=np.bool_))
    # Duplicates are summed and rows sorted: the matrix does not depend on the edges' order.
    matrix = coo_array((np.ones(len(tail)), (tail, head)), shape=(n, n)).tocsr()
    k, raw = connected_components(matrix, directed=True, connection="strong")
    label = _along_edges(int(k), raw.astype(np.int64), tail, head)
    ptr = np.zeros(k + 1, dtype=np.int64)
    np.cumsum(np.bincount(label, minlength=k), out=ptr[1:])
    cyclic = np.diff(ptr) > 1
    cyclic[label[tail[tail == head]]] = True
    return Components(label, ptr, np.argsort(label, kind="stable"), cyclic)


def _along_edges(k: int, label: IntArray, tail: IntArray, head: IntArray) -> IntArray:
    """Return the labels 0..k-1 renumbered so that no edge goes to a smaller one."""
    for candidate in (label, k - 1 - label):
        if (candidate[tail] <= candidate[head]).all():
            return candidate
    return topological_rank(k, label[tail], label[head])[label]


def topological_rank(n: int, tail: IntArray, head: IntArray) -> IntArray:
    """Return each node's place in a topological order of an acyclic graph (Kahn 1962).

    Edges of a node to itself are ignored.

    Raises
    ------
    ValueError
        If the graph has a cycle.

    Examples
    --------
    >>> topological_rank(3, np.array([2, 0]), np.array([0, 1])).tolist()
    [1, 2, 0]
    """
    proper = tail != head
    tail, head = tail[proper], head[proper]
    clients = head[np.argsort(tail, kind="stable")].tolist()
    start = [0, *np.cumsum(np.bincount(tail, minlength=n)).tolist()]
    missing = np.bincount(head, minlength=n).tolist()
    order = [node for node in range(n) if missing[node] == 0]
    for node in order:  # grows while it is walked: the queue of Kahn's algorithm
        for client in clients[start[node] : start[node + 1]]:
            missing[client] -= 1
            if missing[client] == 0:
                order.append(client)
    if len(order) < n:
        raise ValueError("the graph has a cycle")
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    return rank


def layers(components: Components, tail: IntArray, head: IntArray) -> IntArray:
    """Return each node's layer: the longest path to it, counted in edges between components.

    Members of a component share one layer; edges inside a component do not count.

    Returns
    -------
    ndarray of int, shape (n,)
        0 where nothing leads in from another component.

    Examples
    --------
    >>> tail, head = np.array([0, 1, 0]), np.array([1, 2, 2])
    >>> layers(strong_components(3, tail, head), tail, head).tolist()
    [0, 1, 2]
    """
    source, target = components.label[tail], components.label[head]
    between = source < target
    source, target = source[between], target[between]
    layer = [0] * len(components)
    order = np.argsort(source, kind="stable")
    for here, there in zip(source[order].tolist(), target[order].tolist(), strict=True):
        if layer[here] >= layer[there]:
            layer[there] = layer[here] + 1
    return np.array(layer, dtype=np.int64)[components.label]


def service_edges(arrays: ChainArrays, waiting_only: bool = True) -> tuple[IntArray, IntArray]:
    """Return the service graph: an edge ``f -> e`` where input `f` is for service `e`.

    Parameters
    ----------
    arrays : ChainArrays
    waiting_only : bool
        Leave out inputs without which the client goes on: no delay passes along them.

    Returns
    -------
    tail, head : ndarray of int, shape (q,)
        Service numbers, sorted by head, then tail.
    """
    sizes = np.diff(arrays.join_ptr)
    served = np.flatnonzero(arrays.join >= 0)
    join = arrays.join[served]
    count = sizes[join]
    head = np.repeat(served, count)
    # Position of each edge's input: the join's first input, plus the place inside the join.
    first = np.repeat(arrays.join_ptr[join] - (np.cumsum(count) - count), count)
    tail = arrays.join_inputs[first + np.arange(len(head), dtype=np.int64)]
    if waiting_only:
        kept = arrays.waits[tail]
        tail, head = tail[kept], head[kept]
    return tail, head
