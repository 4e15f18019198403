"""`demand_limit`: how much more may be asked for before the first department is overloaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from valuechain.analyzers.capacity.workload import refuse_endless_demand
from valuechain.chain import ValueChain
from valuechain.errors import Text, UsageError
from valuechain.evaluation.provenance import provenance_of
from valuechain.kernels.queueing.load import solve_load
from valuechain.results import Column, Result, Table
from valuechain.today import situation_of

LIMIT_COLUMNS = (
    Column("growth_limit", "factor", "By what all demand may grow until it is overloaded."),
    Column("utilization", "share", "Utilization as it is."),
    Column("peak_growth_limit", "factor", "The same in a busy period."),
    Column("capacity", "people", "Staff times availability."),
)


@dataclass(frozen=True, eq=False)
class DemandLimitResult(Result):
    """By what all demand may grow before the first overload, and where that is.

    Attributes
    ----------
    factor : float
        Below 1 where somebody is overloaded already.
    department : str
        Who is overloaded first.
    peak_factor : float
        The same factor in a busy period.
    peak_department : str
    """

    title: ClassVar[Text] = Text("Room for growth", "Margen para crecer")
    factor: float = 0.0
    department: str = ""
    peak_factor: float = 0.0
    peak_department: str = ""

    def extras(self) -> Mapping[str, Any]:
        """Return the answer."""
        names = ("factor", "department", "peak_factor", "peak_department")
        return {name: getattr(self, name) for name in names}


def demand_limit(chain: ValueChain) -> DemandLimitResult:
    """Return by what all demand may grow together before the first department is overloaded.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.

    Returns
    -------
    DemandLimitResult
        `factor`, `department`, and the same at the peak; level departments, the tightest first:
        `growth_limit`, `utilization`, `peak_growth_limit`, `capacity`.

    Raises
    ------
    UsageError
        If no department has a load that is known.
    ConvergenceError
        As in `compute_workload`.

    Notes
    -----
    All declared volumes grow by one factor; needs stay. Volumes follow in proportion (a Leontief
    system is linear), and so do loads: the limit is ``1 / max rho``. At the limit itself queues
    have no end: plan well below it.

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     period="hour", departments={"desk": {"staff": 2}}, customers={"shop": {}},
    ...     services=[{"provider": "desk", "client": "shop", "work": {"mean": "12 min"},
    ...                "volume": 8}])
    >>> limit = demand_limit(chain)
    >>> limit.factor, limit.department
    (1.25, 'desk')
    """
    situation = situation_of(chain)
    now, load = situation.now, situation.load_now
    refuse_endless_demand(now, load.demand)
    busy = solve_load(now, busy=True)
    rows = np.flatnonzero(load.utilization > 0)
    if not len(rows):
        raise UsageError(
            Text(
                "no department's load is known; it takes people on departments (staff: 2), "
                "hands-on time on their services (work: 30 min), and how much customers ask for on "
                "the services to them (volume: 100)",
                "no se conoce la carga de ningún departamento; hace falta gente en los "
                "departamentos (staff: 2), tiempo de trabajo en sus servicios (work: 30 min) y "
                "cuánto piden los clientes en los servicios que reciben (volume: 100)",
            )
        )
    rows = rows[np.lexsort((rows, -load.utilization[rows]))]
    first = rows[0]
    at_peak = rows[int(np.argmax(busy.utilization[rows]))]
    ids = now.department_ids
    table = Table(
        "departments",
        tuple(ids[d] for d in rows.tolist()),
        LIMIT_COLUMNS,
        {
            "growth_limit": 1.0 / load.utilization[rows],
            "utilization": load.utilization[rows],
            "peak_growth_limit": 1.0 / busy.utilization[rows],
            "capacity": load.capacity[rows],
        },
    )
    return DemandLimitResult(
        tables={"departments": table},
        provenance=provenance_of(situation, "demand_limit"),
        labels=chain.names(),
        calendar=chain.calendar,
        factor=float(1.0 / load.utilization[first]),
        department=ids[first],
        peak_factor=float(1.0 / busy.utilization[at_peak]),
        peak_department=ids[at_peak],
    )
