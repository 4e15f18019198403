"""Load: how much of each department's staff the work takes, and how long it has to wait for them.

Equations, for a department `p` with `c = staff * availability` and the services `e` it gives that
have hands-on time ``S_e`` (`work`); ``H`` the working hours of a period::

    lambda = sum_e lambda_e                   attempts a period
    a      = sum_e lambda_e E S_e / H         offered load, in people
    rho    = a / c                            utilisation
    cs2    = E S^2 / (E S)^2 - 1              of the mixture, weights lambda_e
    W      = Erlang C times (1 + cs2) / 2     see `queues`
    L      = lambda W / H                     Little
    growth = lambda max(0, 1 - 1 / rho)       backlog, attempts a period

A constant `work` is a mean: its variation is that of an exponential. All services of a department
wait in one queue, first come, first served.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from valuechain.kernels.chance.laws import moments
from valuechain.kernels.queueing.demand import Demand, solve_demand
from valuechain.kernels.queueing.queues import chance_of_waiting, mean_wait
from valuechain.network.arrays import BoolArray, ChainArrays, Family, FloatArray, IntArray
from valuechain.network.selection import rows_of


@dataclass(frozen=True, eq=False)
class Load:
    """What customers ask for, and what that means for each department.

    Figures of departments, `(D,)`, are NaN where staff, work or any volume is not known.

    Attributes
    ----------
    demand : Demand
        With NaN volumes where nothing that leads there has a volume.
    capacity : ndarray, shape (D,)
        `c`, people.
    flow : ndarray, shape (D,)
        `lambda`: attempts a period of the services that have work.
    offered : ndarray, shape (D,)
        `a`, people.
    utilization : ndarray, shape (D,)
        `rho`.
    variation : ndarray, shape (D,)
        `cs2`.
    chance : ndarray, shape (D,)
        `C`: share of attempts that wait at all.
    wait : ndarray, shape (D,)
        `W`, hours, over all attempts; at most one period, one period times `rho` from
        ``rho = 1`` on.
    capped : ndarray of bool, shape (D,)
        Whether `wait` stands at that limit.
    lasting_wait : ndarray, shape (D,)
        `W` without that limit: what it settles at in the long run; without end from ``rho = 1`` on.
    queue : ndarray, shape (D,)
        `L`: attempts that wait, on average.
    growth : ndarray, shape (D,)
        Attempts by which the backlog grows in a period.
    """

    demand: Demand
    capacity: FloatArray
    flow: FloatArray
    offered: FloatArray
    utilization: FloatArray
    variation: FloatArray
    chance: FloatArray
    wait: FloatArray
    capped: BoolArray
    lasting_wait: FloatArray
    queue: FloatArray
    growth: FloatArray

    @property
    def overloaded(self) -> BoolArray:
        """Whether more comes in than can be done, ``rho >= 1``, `(D,)`."""
        over: BoolArray = self.utilization >= 1.0  # NaN is not
        return over


def with_work(arrays: ChainArrays) -> BoolArray:
    """Return which services are done by staff that is known, with work that is known, `(m,)`."""
    D = len(arrays.department_ids)
    inside = arrays.provider < D
    staffed = np.zeros(len(arrays.provider), dtype=np.bool_)
    staffed[inside] = ~np.isnan(arrays.staff[arrays.provider[inside]])
    return arrays.has_work & staffed


def work_moments(arrays: ChainArrays) -> tuple[FloatArray, FloatArray]:
    """Return the mean of one attempt's hands-on time and of its square, as queues take them.

    Returns
    -------
    mean, square : ndarray, shape (m,)
        Hours and hours squared; 0 without work. A constant counts as a mean of exponential times.
    """
    mean, square = np.zeros(len(arrays.has_work)), np.zeros(len(arrays.has_work))
    rows = np.flatnonzero(arrays.has_work)
    if len(rows):
        laws = rows_of(arrays.work, rows)
        first, variance = moments(laws)
        variance = np.where(laws.family == Family.CONSTANT, first * first, variance)
        mean[rows], square[rows] = first, variance + first * first
    return mean, square


def solve_load(arrays: ChainArrays, busy: bool = False) -> Load:
    """Return the load of every department.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need` given.
    busy : bool
        In a busy period, all `peak` factors at once: declared volumes times `peak`; a volume that
        is derived is what its clients' busy periods pull, or its own average times its `peak`,
        whichever is more.

    Returns
    -------
    Load
    """
    demand = known_demand(arrays)
    if busy and (arrays.peak != 1.0).any():
        demand = _busy_demand(arrays, demand)
    return load_of(arrays, demand)


def known_demand(arrays: ChainArrays) -> Demand:
    """Return the demand, NaN where no volume that leads there is declared."""
    demand = solve_demand(arrays, arrays.need)
    unknown = ~_is_known(arrays)
    if not unknown.any():
        return demand
    volume = np.where(unknown, np.nan, demand.volume)
    return Demand(volume, demand.pulled, volume / arrays.fcr, demand.unsolved)


def _is_known(arrays: ChainArrays) -> BoolArray:
    """Return which services have a volume, or are asked for by a service that has, `(m,)`."""
    declared = ~np.isnan(arrays.volume)
    known: list[bool] = declared.tolist()
    join, ptr = arrays.join.tolist(), arrays.join_ptr.tolist()
    inputs = arrays.join_inputs.tolist()
    reached = [False] * (len(ptr) - 1)
    waiting = np.flatnonzero(declared).tolist()
    while waiting:
        j = join[waiting.pop()]
        if j < 0 or reached[j]:
            continue
        reached[j] = True
        for f in inputs[ptr[j] : ptr[j + 1]]:
            if not known[f]:
                known[f] = True
                waiting.append(f)
    return np.array(known, dtype=np.bool_)


def _busy_demand(arrays: ChainArrays, average: Demand) -> Demand:
    """Return the demand of a busy period."""
    busy = known_demand(replace(arrays, volume=arrays.volume * arrays.peak))
    volume = np.fmax(busy.volume, average.volume * arrays.peak)
    volume = np.where(np.isnan(arrays.volume), volume, busy.volume)
    return Demand(volume, busy.pulled, volume / arrays.fcr, busy.unsolved)


def load_of(arrays: ChainArrays, demand: Demand, capacity: FloatArray | None = None) -> Load:
    """Return the load of departments under a demand, with their own capacity or another.

    Parameters
    ----------
    arrays : ChainArrays
    demand : Demand
    capacity : ndarray, shape (D,), optional
        People, in the place of ``staff * availability``.
    """
    D, hours = len(arrays.department_ids), arrays.hours_per_period
    c = arrays.staff * arrays.availability if capacity is None else capacity
    mean, square = work_moments(arrays)
    by_staff = with_work(arrays)
    rows = np.flatnonzero(by_staff & ~np.isnan(demand.attempts))
    who, attempts = arrays.provider[rows], demand.attempts[rows]
    # A loop without end makes the load of its departments unknown, not smaller.
    lost = arrays.provider[by_staff & endless(arrays, demand)]
    known = (_added(who, np.ones(len(who)), D) > 0) & (_added(lost, np.ones(len(lost)), D) == 0)
    flow, time, squares = (
        np.where(known, _added(who, np.where(attempts > 0, attempts * part, 0.0), D), np.nan)
        for part in (np.ones(len(who)), mean[rows], square[rows])
    )
    offered = time / hours
    rho = offered / c
    with np.errstate(invalid="ignore", divide="ignore"):
        service = np.where(flow > 0, time / flow, np.where(known, 0.0, np.nan))
        spread = np.maximum(squares * flow / (time * time) - 1.0, 0.0)  # 0 up to rounding
        variation = np.where(time > 0, spread, 1.0)
        growth = np.where(rho > 1.0, flow * (1.0 - 1.0 / rho), np.where(known, 0.0, np.nan))
    chance, wait = np.full(D, np.nan), np.full(D, np.nan)
    chance[known] = chance_of_waiting(c[known], offered[known])
    wait[known] = mean_wait(c[known], offered[known], service[known], variation[known])
    most = hours * np.maximum(rho, 1.0)
    return Load(
        demand=demand,
        capacity=c,
        flow=flow,
        offered=offered,
        utilization=rho,
        variation=np.where(known, variation, np.nan),
        chance=chance,
        wait=np.minimum(wait, most),
        capped=wait > most,
        lasting_wait=wait,
        queue=flow * np.minimum(wait, most) / hours,
        growth=growth,
    )


def endless(arrays: ChainArrays, demand: Demand) -> BoolArray:
    """Return which services are asked for without end, `(m,)`: in such a loop or upstream."""
    if not demand.unsolved:
        return np.zeros(len(arrays.need), dtype=np.bool_)
    return np.isnan(demand.volume) & _is_known(arrays)


def _added(department: IntArray, part: FloatArray, D: int) -> FloatArray:
    """Return sums by department, `(D,)`."""
    return np.bincount(department, part, minlength=D).astype(np.float64)
