"""Demand: how customers' volumes pull work backwards through a chain (Leontief).

`volume_e` as declared, else `need_e J_e`, `J_e` the volume of the client's services that the
input is `for`; attempts `lambda_e = volume_e / fcr_e`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.network.arrays import ChainArrays, FloatArray
from valuechain.network.components import service_edges, strong_components

LARGEST_DENSE = 400  # members of a loop that is solved by elimination; larger ones by rounds
MOST_ROUNDS = 10_000
PRECISION = 1e-13


@dataclass(frozen=True, eq=False)
class Demand:
    """Requests per period.

    Attributes
    ----------
    volume : ndarray, shape (m,)
        NaN where a loop feeds itself without end, and upstream of it.
    pulled : ndarray, shape (m,)
        `J`: the volume of the client's services that the input is for; 0 to customers.
    attempts : ndarray, shape (m,)
        `volume / fcr`.
    unsolved : tuple of tuple of int
        Loops (service numbers) whose demand feeds itself without end.
    """

    volume: FloatArray
    pulled: FloatArray
    attempts: FloatArray
    unsolved: tuple[tuple[int, ...], ...]


def solve_demand(arrays: ChainArrays, need: FloatArray) -> Demand:
    """Return volumes, declared ones fixed, the others pulled by who needs them.

    Parameters
    ----------
    arrays : ChainArrays
    need : ndarray, shape (m,)
        Complete: no NaN.

    Returns
    -------
    Demand

    Notes
    -----
    For every demand there is one non-negative solution if the spectral radius of the needs
    among services without a declared volume is below 1 (Leontief). Solved component by
    component, clients first; within a loop by elimination, in large ones by rounds.

    References
    ----------
    .. [1] W. Leontief, The Structure of American Economy, Oxford University Press (1951).
    .. [2] R. E. Miller and P. D. Blair, Input-Output Analysis, 2nd ed., Cambridge (2009), ch. 2.
    """
    m = len(need)
    tail, head = service_edges(arrays, waiting_only=False)
    declared = ~np.isnan(arrays.volume)
    to_customer = arrays.client >= len(arrays.department_ids)
    free = ~declared & ~to_customer
    pulls = free[tail]  # a fixed volume does not listen to its clients
    components = strong_components(m, tail[pulls], head[pulls])
    clients: list[list[int]] = [[] for _ in range(m)]
    for f, e in zip(tail.tolist(), head.tolist(), strict=True):
        clients[f].append(e)
    volume = np.where(declared, arrays.volume, 0.0).tolist()
    share = need.tolist()
    unsolved: list[tuple[int, ...]] = []
    for label in range(len(components.ptr) - 2, -1, -1):
        members = components.members[components.ptr[label] : components.ptr[label + 1]].tolist()
        if not components.cyclic[label]:
            f = members[0]
            if free[f]:
                volume[f] = share[f] * sum([volume[e] for e in clients[f]])
            continue
        found = _loop(members, clients, share, volume)
        if found is None:
            unsolved.append(tuple(members))
            found = [float("nan")] * len(members)
        for f, value in zip(members, found, strict=True):
            volume[f] = value
    solved = np.array(volume)
    pulled = np.bincount(tail, solved[head], minlength=m).astype(np.float64)
    return Demand(solved, pulled, solved / arrays.fcr, tuple(unsolved))


def _loop(
    members: list[int], clients: list[list[int]], share: list[float], volume: list[float]
) -> list[float] | None:
    """Return the volumes within one loop, or None where it feeds itself without end."""
    place = {f: row for row, f in enumerate(members)}
    rows, columns, weights = [], [], []
    outside = np.zeros(len(members))
    for f, row in place.items():
        for e in clients[f]:
            if e in place:
                rows.append(row)
                columns.append(place[e])
                weights.append(share[f])
            else:
                outside[row] += share[f] * volume[e]
    if len(members) <= LARGEST_DENSE:
        matrix = np.zeros((len(members), len(members)))
        np.add.at(matrix, (rows, columns), weights)
        if np.abs(np.linalg.eigvals(matrix)).max() >= 1 - 1e-9:
            return None
        solution = np.linalg.solve(np.eye(len(members)) - matrix, outside)
        return [max(value, 0.0) for value in solution.tolist()]
    row_of, column_of, weight = np.array(rows), np.array(columns), np.array(weights)
    value = outside
    for _ in range(MOST_ROUNDS):
        more = outside + np.bincount(row_of, weight * value[column_of], minlength=len(members))
        if np.abs(more - value).max() <= PRECISION * max(more.max(), 1.0):
            result: list[float] = more.tolist()
            return result
        value = more
    return None


def default_needs(arrays: ChainArrays) -> FloatArray:
    """Return `need` complete: declared, else from today's volumes, else 1.

    Returns
    -------
    ndarray, shape (m,)
        ``min(1, volume / J)`` where the volume is declared and `J` known and above 0.

    Notes
    -----
    `J` is solved with declared volumes fixed and need 1 where nothing is declared. Members of
    a group of alternatives share the largest need of the group.
    """
    open_ = np.isnan(arrays.need)
    need = np.where(open_, 1.0, arrays.need)
    asked = open_ & ~np.isnan(arrays.volume)
    if not asked.any():
        return need
    pulled = solve_demand(arrays, need).pulled
    known = asked & (pulled > 0)  # NaN, an unsolved loop, is not known
    need[known] = np.minimum(1.0, arrays.volume[known] / pulled[known])
    grouped = open_ & (arrays.group >= 0)
    if grouped.any():
        most = np.zeros(int(arrays.group.max()) + 1)
        np.maximum.at(most, arrays.group[grouped], np.where(known, need, 0.0)[grouped])
        shared = most[arrays.group[grouped]]
        need[grouped] = np.where(shared > 0, shared, 1.0)
    return need
