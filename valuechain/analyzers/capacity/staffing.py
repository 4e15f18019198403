"""`staff_for`: how many people it takes to keep a wait, a breach share or a utilisation.

What keeps a target is found among hundredths of a person by halving: waits, utilisation and late
deliveries only fall with more people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from valuechain.analyzers.capacity.workload import refuse_endless_demand
from valuechain.analyzers.delay import Progress, check_draws
from valuechain.chain import ValueChain
from valuechain.errors import Refused, Text, UnknownIdError, UsageError
from valuechain.evaluation.loop_errors import loop_errors
from valuechain.evaluation.provenance import provenance_of
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.kernels.queueing.load import Load, load_of
from valuechain.network import ChainArrays
from valuechain.quantities import Duration, parse_duration
from valuechain.results import Column, Result, Table
from valuechain.today import situation_of

STEP = 100  # to a person: staff is found to a hundredth
_NOBODY_WAITS = 1e-9  # a chance of waiting beyond which more people change nothing

STAFF_COLUMNS = (
    Column("staff", "people", "Staff declared for this row."),
    Column("utilization", "share", "Offered load over the people available."),
    Column("mean_wait_hours", "working hours", "Mean wait of an attempt until somebody begins."),
    Column("breach", "share", "Share of its deliveries after their promise, by volume."),
    Column("kept", "yes or no", "Whether every target is kept."),
)


@dataclass(frozen=True, eq=False)
class StaffResult(Result):
    """The smallest staff that keeps the targets, and the rows that prove it.

    Attributes
    ----------
    department : str
    staff : float
        To a hundredth of a person, rounded up; `people` is the whole number.
    people : int
    staff_now : float
        As it is.
    wait_hours, breach, utilization : float or None
        The targets.
    """

    title: ClassVar[Text] = Text("Staff", "Plantilla")
    department: str = ""
    staff: float = 0.0
    people: int = 0
    staff_now: float = 0.0
    wait_hours: float | None = None
    breach: float | None = None
    utilization: float | None = None

    def extras(self) -> Mapping[str, Any]:
        """Return the answer and what was asked."""
        names = ("department", "staff", "people", "staff_now", "wait_hours", "breach")
        return {name: getattr(self, name) for name in (*names, "utilization")}


def staff_for(
    chain: ValueChain,
    department: str,
    wait: str | Duration | None = None,
    breach: float | None = None,
    utilization: float | None = None,
    *,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> StaffResult:
    """Return the smallest staff of a department that keeps a wait, a breach share, a utilisation.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    department : str
        Its id.
    wait : str or Duration, optional
        Longest mean wait until somebody begins, such as ``"4 h"``.
    breach : float, optional
        Largest share 0..1 of its deliveries after their promise, its services by volume.
    utilization : float, optional
        Largest share 0..1 of people kept busy, above 0.
    samples, seed, executor
        As in `propagate_delay`; used for `breach` only.
    progress : callable, optional
        Called with the staffs tried and those foreseen.

    Returns
    -------
    StaffResult
        `staff` to a hundredth, `people` as a whole number; level trials: rows as it is
        (``now``), with the answer (``enough``), with the whole number (``people``) and with a
        hundredth less (``too_few``): `staff`, `utilization`, `mean_wait_hours`, `breach`, `kept`.

    Raises
    ------
    UnknownIdError
        If there is no such department.
    UsageError
        If nothing is asked, a target cannot be, its load is not known, or no staff keeps it.
    ConvergenceError, DeadlockError
        As in `compute_workload` and `propagate_delay`.

    Notes
    -----
    All targets given are kept together. Waits and utilisation are those of `compute_workload`,
    but that a wait does not end with the period: what is kept is kept in the long run. Full load
    keeps nothing. `breach` is sampled with the same random numbers for every staff,
    inputs that come late included: what more people cannot mend stays. Found by halving; cost:
    for `breach` about twenty propagations.

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     period="hour", departments={"desk": {"staff": 2}}, customers={"shop": {}},
    ...     services=[{"provider": "desk", "client": "shop", "work": {"mean": "12 min"},
    ...                "volume": 9}])
    >>> staff_for(chain, "desk", utilization=0.6).staff
    3.0
    >>> staff_for(chain, "desk", wait="2 min").people
    4
    """
    check_draws(samples, seed)
    if department not in chain.departments:
        what = Text("department", "departamento")
        raise UnknownIdError(what, department, sorted(chain.departments), chain.names())
    hours = _targets(chain, wait, breach, utilization)
    situation = situation_of(chain)
    now = situation.now
    refuse_endless_demand(now, situation.load_now.demand)
    d = now.department_ids.index(department)
    _refuse_unknown_load(situation.load_now, d, department)
    trial = _Trials(chain, now, situation.load_now, d, hours, breach, utilization)
    trial.delays = lambda changed: _breach(changed, d, samples, seed, executor)
    trial.progress = progress
    enough = trial.smallest()
    people = -(-enough // STEP)
    rows = {
        "now": float(now.staff[d]),
        "enough": enough / STEP,
        "people": float(people),
        "too_few": (enough - 1) / STEP,
    }
    if enough == 1:
        del rows["too_few"]
    found = [trial.figures(staff) for staff in rows.values()]
    trial.finish()
    columns = zip(*found, strict=True)
    data = {
        "staff": np.array(list(rows.values())),
        **{
            name: np.array(values)
            for name, values in zip(
                ("utilization", "mean_wait_hours", "breach", "kept"), columns, strict=True
            )
        },
    }
    shown = [c for c in STAFF_COLUMNS if c.name != "breach" or breach is not None]
    table = Table("trials", tuple(rows), tuple(shown), data)
    sampled = (seed, samples) if breach is not None else (None, None)
    return StaffResult(
        tables={"trials": table},
        provenance=provenance_of(situation, "staff_for", *sampled),
        labels=chain.names(),
        calendar=chain.calendar,
        department=department,
        staff=enough / STEP,
        people=people,
        staff_now=float(now.staff[d]),
        wait_hours=hours,
        breach=breach,
        utilization=utilization,
    )


def _targets(
    chain: ValueChain,
    wait: str | Duration | None,
    breach: float | None,
    utilization: float | None,
) -> float | None:
    """Return the wait in hours; refuse what cannot be asked."""
    if wait is None and breach is None and utilization is None:
        raise UsageError(
            Text(
                'say what is to be kept: wait="4 h", breach=0.05 or utilization=0.85',
                'diga qué hay que mantener: wait="4 h", breach=0.05 o utilization=0.85',
            )
        )
    for name, share in (("breach", breach), ("utilization", utilization)):
        number = isinstance(share, int | float) and not isinstance(share, bool)
        if share is not None and not (number and (0 <= share <= 1)):
            raise UsageError(
                Text(
                    f"{name} {share!r}: a share from 0 to 1",
                    f"{name} {share!r}: una parte entre 0 y 1",
                )
            )
    if utilization == 0:
        raise UsageError(
            Text(
                "utilization 0: nobody works without being busy; a share above 0",
                "utilization 0: quien trabaja está ocupado; una parte mayor que 0",
            )
        )
    if wait is None:
        return None
    try:
        hours = parse_duration(wait).hours(chain.calendar)
    except Refused as error:
        raise UsageError(
            Text(
                f"wait {error.found.en}; allowed: {error.expected.en}",
                f"wait {error.found.es}; permitido: {error.expected.es}",
            )
        ) from None
    if hours == 0:
        raise UsageError(
            Text(
                "wait 0: somebody always may have to wait; a time above 0",
                "wait 0: siempre puede tocarle esperar a alguien; un tiempo mayor que 0",
            )
        )
    return hours


def _refuse_unknown_load(load: Load, d: int, department: str) -> None:
    if not np.isnan(load.utilization[d]):
        return
    raise UsageError(
        Text(
            f"the load of {department} is not known; it takes people on the department (staff: 2), "
            "hands-on time on its services (work: 30 min), and how much customers ask for on the "
            "services to them (volume: 100)",
            f"no se conoce la carga de {department}; hace falta gente en el departamento "
            "(staff: 2), tiempo de trabajo en sus servicios (work: 30 min) y cuánto piden los "
            "clientes en los servicios que reciben (volume: 100)",
        )
    )


class _Trials:
    """One department with other staffs."""

    delays: Callable[[ValueChain], float]
    progress: Progress | None

    def __init__(
        self,
        chain: ValueChain,
        arrays: ChainArrays,
        load: Load,
        d: int,
        wait: float | None,
        breach: float | None,
        utilization: float | None,
    ) -> None:
        self._chain, self._arrays, self._load, self._d = chain, arrays, load, d
        self._wait, self._breach, self._utilization = wait, breach, utilization
        self._in_vain = False
        self._known: dict[float, tuple[float, float, float, bool]] = {}

    def figures(self, staff: float) -> tuple[float, float, float, bool]:
        """Return utilisation, wait, breach and whether all targets are kept."""
        if staff not in self._known:
            self._known[staff] = self._try(staff)
            if self.progress is not None:
                self.progress(len(self._known), max(len(self._known), 40))  # as a rule fewer
        return self._known[staff]

    def _try(self, staff: float) -> tuple[float, float, float, bool]:
        arrays, d = self._arrays, self._d
        capacity = self._load.capacity.copy()
        capacity[d] = staff * arrays.availability[d]
        load = load_of(arrays, self._load.demand, capacity)
        use = float(load.utilization[d])
        kept = use < 1
        # A wait may be promised that is longer than a period, and is not kept by ending with it.
        wait = float(load.lasting_wait[d] if kept else load.wait[d])
        kept &= self._wait is None or wait <= self._wait * (1 + 1e-9)
        kept &= self._utilization is None or use <= self._utilization * (1 + 1e-9)
        late = float("nan")
        if self._breach is not None:
            path = f"departments.{arrays.department_ids[d]}.staff"
            late = self.delays(self._chain.with_changes(add={path: staff - arrays.staff[d]}))
            # With nobody waiting and all else kept, more people change nothing.
            self._in_vain = kept and capacity[d] >= 1 and load.chance[d] < _NOBODY_WAITS
            kept &= late <= self._breach
        return use, wait, late, kept

    def finish(self) -> None:
        """Say that all staffs have been tried."""
        if self.progress is not None:
            self.progress(len(self._known), len(self._known))

    def smallest(self) -> int:
        """Return the smallest number of hundredths that keeps all targets."""
        most = STEP
        while not self.figures(most / STEP)[3]:
            if self._in_vain:
                raise self._never()
            most *= 2
        few = most // 2 if most > STEP else 0
        while most - few > 1:
            middle = (few + most) // 2
            if self.figures(middle / STEP)[3]:
                most = middle
            else:
                few = middle
        return most

    def _never(self) -> UsageError:
        _, _, late, _ = self._known[max(self._known)]
        share = f"{100 * late:.2f}"
        return UsageError(
            Text(
                f"no staff keeps that: with as many people as you like {share} % would be late; "
                "that comes from elsewhere, or from the time the work itself takes",
                "ninguna plantilla lo consigue: con toda la gente que se quiera llegaría tarde el "
                f"{share.replace('.', ',')} %; eso viene de fuera, o de lo que dura el propio "
                "trabajo",
            )
        )


def _breach(chain: ValueChain, d: int, samples: int, seed: int, executor: Executor | None) -> float:
    """Return the share of a department's deliveries after their promise, by volume."""
    situation = situation_of(chain)
    now = situation.now
    with loop_errors(now):
        run = sample_delay(delay_model(now, samples, seed), executor)
    rows = np.flatnonzero((now.provider == d) & ~np.isnan(now.sla))
    if not len(rows):
        raise UsageError(
            Text(
                f"no service of {now.department_ids[d]} has an sla that could be broken",
                f"ningún servicio de {now.department_ids[d]} tiene un sla que pueda incumplirse",
            )
        )
    volume = np.nan_to_num(situation.load_now.demand.volume[rows])
    weight = volume if volume.sum() > 0 else np.ones(len(rows))
    return float(run.breach[rows] @ weight / weight.sum())
