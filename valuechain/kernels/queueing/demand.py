"""Demand: how customers' volumes pull work backwards through a chain (Leontief).

`volume_e` as declared, else `need_e J_e`, `J_e` the volume of the client's services that the
input is `for`; attempts `lambda_e = volume_e / fcr_e`.

Services that need the same inputs start at one join, so the system is solved for the volumes that
start at joins, of which there are fewer: ``V_j = sum over services e of j of volume_e``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.kernels.delay.loops import places
from valuechain.kernels.systems.contraction import irreducible_radius
from valuechain.kernels.systems.linear_systems import solve_open, square_matrix
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray, IntArray
from valuechain.network.components import strong_components


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
        What flows to a customer has the volume that is declared, else none.

    Notes
    -----
    For every demand there is one non-negative solution if the spectral radius of the needs
    among services without a declared volume is below 1 (Leontief). Solved component by
    component, clients first. A loop of radius 1 or more that nobody pulls from stands still; one
    that is pulled from is `unsolved`. Cost O(m + inputs) and a sparse solve per loop.

    References
    ----------
    .. [1] W. Leontief, The Structure of American Economy, Oxford University Press (1951).
    .. [2] R. E. Miller and P. D. Blair, Input-Output Analysis, 2nd ed., Cambridge (2009), ch. 2.
    """
    m, J = len(need), len(arrays.join_in_sequence)
    free = np.isnan(arrays.volume) & (arrays.client < len(arrays.department_ids))
    fixed = np.where(np.isnan(arrays.volume), 0.0, arrays.volume)
    join_of_input = np.repeat(np.arange(J, dtype=np.int64), np.diff(arrays.join_ptr))
    started, loops = _started(arrays, need, free, fixed, join_of_input)
    pulled = np.bincount(arrays.join_inputs, started[join_of_input], minlength=m)
    # What is never needed is not asked for, however much its client does.
    asked = np.where(need > 0, need * pulled, 0.0)
    volume = np.where(free, asked, fixed)
    return Demand(volume, pulled.astype(np.float64), volume / arrays.fcr, loops)


def _started(
    arrays: ChainArrays,
    need: FloatArray,
    free: BoolArray,
    fixed: FloatArray,
    join_of_input: IntArray,
) -> tuple[FloatArray, tuple[tuple[int, ...], ...]]:
    """Return the volume that starts at each join, and the loops that feed themselves."""
    J = len(arrays.join_in_sequence)
    begins = ~free & (arrays.join >= 0)
    volume = np.bincount(arrays.join[begins], fixed[begins], minlength=J).tolist()
    inputs = arrays.join_inputs
    link = np.flatnonzero(free[inputs] & (need[inputs] > 0) & (arrays.join[inputs] >= 0))
    here, there = arrays.join[inputs[link]], join_of_input[link]  # `here` works for `there`
    components = strong_components(J, there, here)
    order = np.argsort(here, kind="stable")
    link, here, there = link[order], here[order], there[order]
    first = np.searchsorted(here, np.arange(J + 1)).tolist()
    clients, share = there.tolist(), need[inputs[link]].tolist()
    loops: list[tuple[int, ...]] = []
    members, start = components.members.tolist(), components.ptr.tolist()
    for c, cyclic in enumerate(components.cyclic.tolist()):
        joins = members[start[c] : start[c + 1]]
        if not cyclic:
            for j in joins:
                for i in range(first[j], first[j + 1]):
                    volume[j] += share[i] * volume[clients[i]]
            continue
        links = np.concatenate([np.arange(first[j], first[j + 1]) for j in joins])
        row = places(np.array(joins), here[links])
        column = places(np.array(joins), there[links])
        weight = need[inputs[link[links]]]
        inside = column >= 0
        other = np.array([volume[k] for k in there[links].tolist()])
        pull = np.array([volume[j] for j in joins], dtype=np.float64)
        pull += np.bincount(row[~inside], (weight * other)[~inside], minlength=len(joins))
        found = _loop(len(joins), row[inside], column[inside], weight[inside], pull)
        if found is None:
            loops.append(tuple(np.unique(inputs[link[links[inside]]]).tolist()))
            found = np.full(len(joins), np.nan)
        for j, value in zip(joins, found.tolist(), strict=True):
            volume[j] = value
    return np.array(volume, dtype=np.float64), tuple(loops)


def _loop(
    n: int, row: IntArray, column: IntArray, weight: FloatArray, pull: FloatArray
) -> FloatArray | None:
    """Return the volumes within one loop, or None where it feeds itself without end."""
    if np.isnan(pull).any():  # fed by a loop that does
        return np.full(n, np.nan)
    if not pull.any():
        return pull
    if not irreducible_radius(n, row, column, weight, 1.0).settles:
        return None
    return np.maximum(solve_open(square_matrix(n, row, column, weight), pull), 0.0)


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


def demand_ring(
    arrays: ChainArrays, need: FloatArray, services: tuple[int, ...]
) -> tuple[int, ...]:
    """Return a circle within a loop of services: each pulls the next, the last the first.

    Parameters
    ----------
    arrays : ChainArrays
    need : ndarray, shape (m,)
    services : tuple of int
        A loop of `Demand.unsolved`.

    Notes
    -----
    Found by following, from service to service, the input that is needed most.
    """
    inside = set(services)
    path: list[int] = [services[0]]
    place = {services[0]: 0}
    while True:
        j = int(arrays.join[path[-1]])
        inputs = arrays.join_inputs[arrays.join_ptr[j] : arrays.join_ptr[j + 1]].tolist()
        pulled = [f for f in inputs if f in inside]
        following = max(pulled, key=lambda f: (need[f], -f))
        if following in place:
            return tuple(path[place[following] :])
        place[following] = len(path)
        path.append(following)
