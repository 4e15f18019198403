"""`compute_workload`: how busy each department is, and how long work waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from valuechain.chain import ValueChain
from valuechain.errors import ConvergenceError, Text
from valuechain.evaluation.provenance import provenance_of
from valuechain.kernels.queueing.demand import Demand, demand_ring
from valuechain.kernels.queueing.load import Load, solve_load, with_work, work_moments
from valuechain.network import ChainArrays
from valuechain.network.arrays import BoolArray, FloatArray
from valuechain.results import Column, Result, Table, Values
from valuechain.today import Situation, situation_of

AGREE = 0.01  # declared and derived volumes that differ by less say the same

DEPARTMENT_COLUMNS = (
    Column("attempts", "attempts a period", "All attempts of its services, rework included."),
    Column("offered_load", "people", "People kept busy by the hands-on time of what is asked."),
    Column("utilization", "share", "Offered load over the people available; from 1, overloaded."),
    Column("mean_wait_hours", "working hours", "Mean wait of an attempt until somebody begins."),
    Column("queue_length", "attempts", "Attempts that wait, on average (Little's law)."),
    Column("overloaded", "yes or no", "Whether more is asked than can be done."),
    Column("backlog_growth", "attempts a period", "By how much the pile grows, 0 where it can."),
    Column("peak_utilization", "share", "Utilization when all declared peaks come together."),
    Column("peak_wait_hours", "working hours", "Mean wait then, as if that lasted."),
    Column("capacity", "people", "Staff times availability."),
    Column("waiting_share", "share", "Attempts that wait at all."),
    Column("attempts_with_work", "attempts a period", "Attempts in its queue: services with work."),
    Column("wait_capped", "yes or no", "Whether the wait stands at its limit, about one period."),
)
SERVICE_COLUMNS = (
    Column("volume", "requests a period", "Requests: declared, else pulled by its client's work."),
    Column("attempts", "attempts a period", "Requests over the share resolved at once."),
    Column("derived_volume", "requests a period", "What its client's work pulls, need times jobs."),
    Column("work_hours", "working hours", "Mean hands-on time of an attempt."),
)


@dataclass(frozen=True)
class Disagreement:
    """A declared volume that is not what its client's work pulls.

    Attributes
    ----------
    service : str
    declared, derived : float
        Requests a period: as declared, and need times the client's jobs.
    """

    service: str
    declared: float
    derived: float


@dataclass(frozen=True, eq=False)
class WorkloadResult(Result):
    """Load, waits and queues of departments; volumes of services.

    Attributes
    ----------
    period : str
        What volumes are counted by.
    hours_per_period : float
        Working hours of a period.
    disagreements : tuple of Disagreement
        Declared volumes more than 1 % off what is pulled, largest factor first.
    without_volume : tuple of str
        Services to customers whose volume is not declared: what they pull is not in the load.
    without_work : tuple of str
        Departments with a load that gives services without `work`, too: their time is not in it.
    """

    title: ClassVar[Text] = Text("Workload", "Carga de trabajo")
    period: str = "month"
    hours_per_period: float = 1.0
    disagreements: tuple[Disagreement, ...] = ()
    without_volume: tuple[str, ...] = ()
    without_work: tuple[str, ...] = ()

    @property
    def overloaded(self) -> tuple[str, ...]:
        """Departments that are asked for more than they can do, the worst first."""
        table = self.table("departments")
        over = [i for i, flag in enumerate(table["overloaded"].tolist()) if flag]
        use = table["utilization"]
        return tuple(table.ids[i] for i in sorted(over, key=lambda i: (-use[i], table.ids[i])))

    def extras(self) -> Mapping[str, Any]:
        """Return what is found beside the tables."""
        return {
            "period": self.period,
            "hours_per_period": self.hours_per_period,
            "overloaded": self.overloaded,
            "disagreements": self.disagreements,
            "without_volume": self.without_volume,
            "without_work": self.without_work,
        }


def compute_workload(chain: ValueChain) -> WorkloadResult:
    """Return how busy each department is, and how long work waits for it.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.

    Returns
    -------
    WorkloadResult
        Level departments: `attempts`, `offered_load`, `utilization`, `mean_wait_hours`,
        `queue_length`, `overloaded`, `backlog_growth`, `peak_utilization`, `peak_wait_hours` and
        what they rest on; not measured without `staff`, without `work`, or without any volume
        that leads there. Level services: `volume`, `attempts`, `derived_volume`, `work_hours`.

    Raises
    ------
    ConvergenceError
        If the demand in a loop feeds itself without end; names the loop.

    Notes
    -----
    Volumes: declared, else ``need`` times the volume of the client's services that the input is
    for (Leontief); attempts ``volume / fcr``. Load ``a = sum of attempts E[work]`` over the
    working time of a period, utilization ``a / c`` with ``c = staff availability``. Wait: Erlang's
    ``C(c, a) / (1 - rho) E S / c``, for any fraction of people, times ``(1 + cs2) / 2`` (Allen
    and Cunneen), `cs2` that of the mixture of its work; with ``c < 1`` one person whose work takes
    ``1 / c`` times as long. It is at most a period, from ``rho = 1`` on a period times `rho`.
    Queue length ``attempts_with_work * wait / hours_per_period`` (Little). In loops demand is
    solved at once. Cost: one sparse pass over the services.

    References
    ----------
    .. [1] A. K. Erlang, Solution of some problems in the theory of probabilities of significance
       in automatic telephone exchanges (1917).
    .. [2] A. A. Jagers and E. A. van Doorn, Operations Research Letters 5 (1986), 43-46.
    .. [3] A. O. Allen, Probability, Statistics and Queueing Theory, 2nd ed. (1990).
    .. [4] J. D. C. Little, A proof for the queuing formula L = lambda W, Operations Research 9
       (1961).

    Examples
    --------
    Nine requests an hour, two people who take twelve minutes each: 7.7 wait on average.

    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     period="hour", departments={"desk": {"staff": 2}}, customers={"shop": {}},
    ...     services=[{"provider": "desk", "client": "shop", "work": {"mean": "12 min"},
    ...                "volume": 9}])
    >>> load = compute_workload(chain).table("departments")
    >>> load.value("desk", "utilization"), round(load.value("desk", "queue_length"), 3)
    (0.9, 7.674)
    """
    situation = situation_of(chain)
    load, busy = situation.load_now, solve_load(situation.now, busy=True)
    refuse_endless_demand(situation.now, load.demand)
    return workload_result(chain, situation, load, busy, "compute_workload")


def workload_result(
    chain: ValueChain, situation: Situation, load: Load, busy: Load, verb: str
) -> WorkloadResult:
    """Return loads as a result, on average and in a busy period."""
    now = situation.now
    services, departments = _service_data(now, load.demand), _department_data(now, load, busy)
    tables = (
        Table("departments", now.department_ids, DEPARTMENT_COLUMNS, departments),
        Table("services", now.service_ids, SERVICE_COLUMNS, services),
    )
    return WorkloadResult(
        tables={table.level: table for table in tables},
        provenance=provenance_of(situation, verb),
        labels=chain.names(),
        calendar=chain.calendar,
        period=chain.period,
        hours_per_period=now.hours_per_period,
        disagreements=_disagreements(now, services["derived_volume"]),
        without_volume=_without_volume(now),
        without_work=_without_work(now, load),
    )


def refuse_endless_demand(arrays: ChainArrays, demand: Demand) -> None:
    """Refuse a demand that feeds itself.

    Raises
    ------
    ConvergenceError
        Names the first such loop.
    """
    if not demand.unsolved:
        return
    ring = [arrays.service_ids[e] for e in demand_ring(arrays, arrays.need, demand.unsolved[0])]
    shown = ", ".join(ring[:8]) + (" ..." if len(ring) > 8 else "")
    raise ConvergenceError(
        Text(
            f"the demand in this loop grows without end, each of its services asks for at least "
            f"as much again: {shown}. Lower a need in it, narrow a for, or declare a volume",
            f"la demanda de este bucle crece sin fin, cada uno de sus servicios vuelve a pedir al "
            f"menos otro tanto: {shown}. Baje algún need, acote un for o declare un volume",
        ),
        ring,
    )


def _service_data(arrays: ChainArrays, demand: Demand) -> dict[str, Values]:
    inside = arrays.client < len(arrays.department_ids)
    pulled = np.where(inside & _asked(arrays, demand), arrays.need * demand.pulled, np.nan)
    work, _ = work_moments(arrays)
    return {
        "volume": demand.volume,
        "attempts": demand.attempts,
        "derived_volume": pulled,
        "work_hours": np.where(arrays.has_work, work, np.nan),
    }


def _asked(arrays: ChainArrays, demand: Demand) -> BoolArray:
    """Return which services are inputs to something whose volume is known, `(m,)`."""
    join_of_input = np.repeat(np.arange(len(arrays.join_ptr) - 1), np.diff(arrays.join_ptr))
    served = (arrays.join >= 0) & ~np.isnan(demand.volume)
    known = np.bincount(arrays.join[served], minlength=len(arrays.join_ptr) - 1) > 0
    asked = np.zeros(len(arrays.need), dtype=np.bool_)
    asked[arrays.join_inputs[known[join_of_input]]] = True
    return asked


def _department_data(arrays: ChainArrays, load: Load, busy: Load) -> dict[str, Values]:
    measured = ~np.isnan(load.utilization)
    return {
        "attempts": _attempts(arrays, load.demand.attempts),
        "offered_load": load.offered,
        "utilization": load.utilization,
        "mean_wait_hours": load.wait,
        "queue_length": load.queue,
        "overloaded": _where_measured(load.overloaded, measured),
        "backlog_growth": load.growth,
        "peak_utilization": busy.utilization,
        "peak_wait_hours": busy.wait,
        "capacity": load.capacity,
        "waiting_share": load.chance,
        "attempts_with_work": load.flow,
        "wait_capped": _where_measured(load.capped, measured),
    }


def _attempts(arrays: ChainArrays, attempts: FloatArray) -> FloatArray:
    """Return all attempts of each department, NaN where none is known, `(D,)`."""
    D = len(arrays.department_ids)
    known = (arrays.provider < D) & ~np.isnan(attempts)
    total = np.bincount(arrays.provider[known], attempts[known], minlength=D)
    any_known = np.bincount(arrays.provider[known], minlength=D) > 0
    return np.where(any_known, total, np.nan)


def _where_measured(flags: BoolArray, measured: BoolArray) -> Values:
    """Return yes and no, and None where nothing is measured."""
    if measured.all():
        return flags
    values: Values = flags.astype(object)
    values[~measured] = None
    return values


def _disagreements(arrays: ChainArrays, derived: FloatArray) -> tuple[Disagreement, ...]:
    declared = arrays.volume
    gap = np.abs(declared - derived)
    with np.errstate(invalid="ignore"):
        differ = np.flatnonzero(gap > AGREE * np.maximum(declared, derived))
    order = sorted(
        differ.tolist(),
        key=lambda e: (
            min(declared[e], derived[e]) / max(declared[e], derived[e]),
            arrays.service_ids[e],
        ),
    )
    return tuple(
        Disagreement(arrays.service_ids[e], float(declared[e]), float(derived[e])) for e in order
    )


def _without_volume(arrays: ChainArrays) -> tuple[str, ...]:
    missing = (arrays.client >= len(arrays.department_ids)) & np.isnan(arrays.volume)
    return tuple(arrays.service_ids[e] for e in np.flatnonzero(missing).tolist())


def _without_work(arrays: ChainArrays, load: Load) -> tuple[str, ...]:
    D = len(arrays.department_ids)
    idle = (arrays.provider < D) & ~with_work(arrays)
    partly = np.bincount(arrays.provider[idle], minlength=D) > 0
    partly &= ~np.isnan(load.utilization)
    return tuple(arrays.department_ids[d] for d in np.flatnonzero(partly).tolist())
