"""`propagate_delay`: when everything arrives, and how often late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from valuechain.chain import ValueChain
from valuechain.errors import Text, UnknownIdError, UsageError
from valuechain.evaluation.evaluation import evaluate
from valuechain.evaluation.loop_errors import loop_errors, warn_of_slow_loops
from valuechain.evaluation.provenance import provenance_of
from valuechain.evaluation.shocks import Shocks, with_shocks
from valuechain.kernels.delay.criticality import criticality
from valuechain.kernels.delay.expected import expected_delay
from valuechain.kernels.delay.own_time import own_moments
from valuechain.kernels.delay.sampled import DelayRun, delay_model, sample_delay
from valuechain.kernels.queueing.load import with_work
from valuechain.network import ChainArrays
from valuechain.network.arrays import FloatArray, IntArray
from valuechain.results import Column, Result, Table
from valuechain.today import Situation, situation_of

Mode = Literal["sampled", "expected"]
Progress = Callable[[int, int], None]
QUANTILES = (0.5, 0.9, 0.95)
EXPECTED_FEEDBACK = Text(
    'feedback="on" needs the share that is late, so samples: use mode="sampled"',
    'feedback="on" necesita la proporción que llega tarde, o sea, muestras: use mode="sampled"',
)

TIMES = (
    Column("mean_hours", "working hours", "Mean time from request to delivery."),
    Column("sd_hours", "working hours", "Its standard deviation."),
    Column("p50_hours", "working hours", "Half arrive within."),
    Column("p90_hours", "working hours", "Nine of ten arrive within."),
    Column("p95_hours", "working hours", "Nineteen of twenty arrive within."),
    Column("mean_late_hours", "working hours", "Mean time beyond the promise, 0 when kept."),
    Column("breach", "share", "Share that arrives after the promise."),
)
CRITICALITY = Column(
    "criticality_index",
    "share",
    "Share of the requests of customers on whose longest path it lies.",
)
OWN = Column("own_mean_hours", "working hours", "Mean own time, rework and shocks included.")
ERRORS = (
    Column("mean_hours_error", "working hours", "Standard error of mean_hours."),
    Column("breach_error", "share", "Standard error of breach."),
)
READY = Column(
    "mean_ready_hours", "working hours", "Mean time until it has what it needs, over its services."
)
WAIT = Column(
    "mean_wait_hours",
    "working hours",
    "Mean wait of an attempt until somebody of its staff begins.",
)


@dataclass(frozen=True, eq=False)
class DelayResult(Result):
    """Arrivals by service, customer and department; what costs more is computed when read.

    Attributes
    ----------
    without_wait : tuple of str
        Departments with staff and work whose wait is not in their times: no volume leads there.
    wait_capped : tuple of str
        Departments whose wait is counted as one period, or one times utilisation: see
        `compute_workload`.
    """

    title: ClassVar[Text] = Text("Delay", "Demora")
    run: DelayRun | None = None
    kept: NDArray[np.float32] | None = None  # (m, samples), if they were to be kept
    without_wait: tuple[str, ...] = ()
    wait_capped: tuple[str, ...] = ()

    def extras(self) -> Mapping[str, Any]:
        """Return whose waits are missing or at their limit."""
        return {"without_wait": self.without_wait, "wait_capped": self.wait_capped}

    def samples(self, service_id: str) -> FloatArray:
        """Return the sampled arrivals of a service in hours, ``(samples,)``.

        Raises
        ------
        UsageError
            In expected mode, where nothing is sampled.
        UnknownIdError
            If there is no such service.
        """
        if self.run is None:
            raise UsageError(
                Text(
                    'nothing is sampled with mode="expected"; use mode="sampled"',
                    'con mode="expected" no se muestrea; use mode="sampled"',
                )
            )
        ids = self.run.model.arrays.service_ids
        if service_id not in ids:
            raise UnknownIdError(Text("service", "servicio"), service_id, ids)
        row = ids.index(service_id)
        return self.run.samples(row) if self.kept is None else self.kept[row].astype(np.float64)


def propagate_delay(
    chain: ValueChain,
    shocks: Shocks = None,
    mode: Mode = "sampled",
    feedback: Literal["on", "off"] = "off",
    keep_samples: bool = False,
    *,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> DelayResult:
    """Return when every service arrives, from its client's request.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    shocks : str, mapping or None
        On top: a scenario's name, or ``{"it": "3 d", "services.it>sales.quality": 0.7}``.
    mode : {"sampled", "expected"}
        Sampled jobs; or means only, without sampling, for very large chains.
    feedback : {"off", "on"}
        On: where changes move morale, own times are ``1 + morale_to_time (m - m today)`` times as
        long, solved together with the morale they lead to (see `propagate_dissatisfaction`).
    keep_samples : bool
        Keep all sampled arrivals (4 bytes each) instead of drawing them again when
        `.samples` is read.
    samples : int
        Sampled jobs, at least 1.
    seed : int
        Equal seed, equal answer, whatever the number of workers.
    executor : concurrent.futures.Executor, optional
        Where blocks of samples are computed.
    progress : callable, optional
        Called with blocks done and blocks in all.

    Returns
    -------
    DelayResult
        Levels services and customers: `mean_hours`, `sd_hours`, `p50_hours`, `p90_hours`,
        `p95_hours`, `mean_late_hours`, `breach`; services also `criticality_index`,
        `own_mean_hours`; departments `mean_ready_hours`, `mean_wait_hours`. Times in working hours.

    Raises
    ------
    DeadlockError
        If services wait for each other for ever; names the ring.
    ConvergenceError
        If the buffers in a loop fall short.
    UnknownIdError, SchemaError, UsageError
        If a shock or an argument cannot be.

    Notes
    -----
    ``A_e = R_e + O_e``: a job waits for the inputs it needs, ``R_e = max over inputs f of
    B_f (A_f - buffer_f)^+`` (their sum where they are fetched in sequence, the least of a group
    of alternatives), then takes its own time, ``O_e = D_p + sum of attempts + shock``. In cycles
    `A` is the fixed point in distribution, reached from 0 by a pool of samples that are paired
    anew for every input and round. A customer's services are different kinds of request: its
    figures are their mixture. Expected mode puts means in place of samples: without alternatives
    a lower bound of the sampled mean (Jensen). Cost: samples times services, in cycles times
    rounds.

    References
    ----------
    .. [1] D. G. Malcolm, J. H. Roseboom, C. E. Clark and W. Fazar, Application of a technique for
       research and development program evaluation, Operations Research 7 (1959).
    .. [2] J. G. Propp and D. B. Wilson, Exact sampling with coupled Markov chains, Random
       Structures and Algorithms 9 (1996).

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "takes": "2 d", "sla": "1 d"},
    ...         {"provider": "sales", "client": "shop", "takes": "4 h", "sla": "2 d"}])
    >>> delay = propagate_delay(chain)
    >>> delay.table("customers").value("shop", "mean_hours")
    20.0
    >>> delay.table("services").value("sales>shop", "mean_late_hours")
    4.0
    """
    check_choice("mode", mode, ("sampled", "expected"))
    check_choice("feedback", feedback, ("on", "off"))
    check_draws(samples, seed)
    chain = with_shocks(chain, shocks)
    situation = situation_of(chain)
    if mode == "expected":
        if feedback == "on":
            raise UsageError(EXPECTED_FEEDBACK)
        return _expected(chain, situation)
    if feedback == "on":
        found = evaluate(chain, samples, seed, "on", executor, progress)
        return _sampled(chain, found.worked, found.run, keep_samples)
    with loop_errors(situation.now):
        model = delay_model(situation.now, samples, seed)
        warn_of_slow_loops(model)
        run = sample_delay(model, executor, progress)
    return _sampled(chain, situation, run, keep_samples)


def check_choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Refuse an argument that is none of the words it may be.

    Raises
    ------
    UsageError
        With what is allowed.
    """
    if value not in allowed:
        words = " or ".join(f'"{word}"' for word in allowed)
        spanish = " o ".join(f'"{word}"' for word in allowed)
        raise UsageError(Text(f"{name} {value!r}: {words}", f"{name} {value!r}: {spanish}"))


def check_draws(samples: int, seed: int, what: str = "samples") -> None:
    """Refuse a number of samples (or of `what`) below 1 or a seed that is no whole number from 0.

    Raises
    ------
    UsageError
        With what is allowed.
    """
    for name, value, least in ((what, samples, 1), ("seed", seed, 0)):
        whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
        if not whole or value < least:
            raise UsageError(
                Text(
                    f"{name} {value!r}: a whole number from {least}",
                    f"{name} {value!r}: un número entero desde {least}",
                )
            )


def own_means(arrays: ChainArrays) -> FloatArray:
    """Return the mean own time of each service, waits for staff included, hours ``(m,)``."""
    return own_moments(arrays)[0]


def _sampled(
    chain: ValueChain, worked: Situation, run: DelayRun, keep_samples: bool
) -> DelayResult:
    """Return the result of a run; `worked`: the chain at the pace it was sampled at."""
    arrays = worked.now
    kept = run.arrivals(np.arange(len(arrays.service_ids))) if keep_samples else None
    services: dict[str, Any] = {
        "mean_hours": run.mean,
        "sd_hours": run.sd,
        **_Quantiles(run.quantiles).columns(),
        "mean_late_hours": run.mean_late,
        "breach": run.breach,
        "criticality_index": partial(_critical_services, run),
        "own_mean_hours": partial(own_means, arrays),
        "mean_hours_error": run.mean_error,
        "breach_error": run.breach_error,
    }
    customers: dict[str, Any] = {
        "mean_hours": run.for_customers(run.mean),
        "sd_hours": run.customer_sd(),
        **_Quantiles(run.customer_quantiles).columns(),
        "mean_late_hours": run.for_customers(run.mean_late),
        "breach": run.for_customers(run.breach),
    }
    tables = (
        Table("services", arrays.service_ids, (*TIMES, CRITICALITY, OWN, *ERRORS), services),
        Table("customers", arrays.customer_ids, TIMES, customers),
        Table(
            "departments",
            arrays.department_ids,
            (READY, WAIT),
            {READY.name: run.department_ready, WAIT.name: partial(_mean_wait, worked)},
        ),
    )
    return DelayResult(
        tables={table.level: table for table in tables},
        provenance=provenance_of(
            situation_of(chain), "propagate_delay", run.model.seed, run.model.samples
        ),
        labels=chain.names(),
        calendar=chain.calendar,
        run=run,
        kept=kept,
        **_doubtful_waits(worked),
    )


def _mean_wait(situation: Situation) -> FloatArray:
    return situation.load_now.wait


def _doubtful_waits(situation: Situation) -> dict[str, Any]:
    """Return departments whose waits are missing, and those whose waits are at their limit."""
    now = situation.now
    rows = with_work(now) & ~now.has_takes
    if not rows.any():
        return {}
    load = situation.load_now
    who = np.unique(now.provider[rows])

    def ids(chosen: IntArray) -> tuple[str, ...]:
        return tuple(now.department_ids[d] for d in chosen.tolist())

    return {
        "without_wait": ids(who[np.isnan(load.wait[who])]),
        "wait_capped": ids(who[load.capped[who]]),
    }


def _critical_services(run: DelayRun) -> FloatArray:
    return criticality(run).services


class _Quantiles:
    """Quantile columns that share one pass over the samples when the first is read."""

    def __init__(self, of: Callable[[tuple[float, ...]], FloatArray]) -> None:
        self._of = of
        self._found: FloatArray | None = None

    def read(self, place: int) -> FloatArray:
        if self._found is None:
            self._found = self._of(QUANTILES)
        values: FloatArray = self._found[place]
        return values

    def columns(self) -> dict[str, Callable[[], FloatArray]]:
        names = [f"p{round(100 * share)}_hours" for share in QUANTILES]
        return {name: partial(self.read, place) for place, name in enumerate(names)}


def _expected(chain: ValueChain, situation: Situation) -> DelayResult:
    arrays = situation.now
    own = own_means(arrays)
    with loop_errors(arrays):
        found = expected_delay(arrays, arrays.need, own)
    mean = found.arrival
    D, C = len(arrays.department_ids), len(arrays.customer_ids)
    outside = arrays.client >= D
    to = arrays.client[outside] - D
    total = np.bincount(to, arrays.need[outside] * mean[outside], minlength=C)
    served = np.bincount(to, minlength=C) > 0
    inside = arrays.provider < D
    ready = np.bincount(arrays.provider[inside], (mean - own)[inside], minlength=D)
    count = np.bincount(arrays.provider[inside], minlength=D)
    mean_column = TIMES[0]
    tables = (
        Table(
            "services",
            arrays.service_ids,
            (mean_column, OWN),
            {"mean_hours": mean, "own_mean_hours": own},
        ),
        Table(
            "customers",
            arrays.customer_ids,
            (mean_column,),
            {"mean_hours": np.where(served, total, np.nan)},
        ),
        Table(
            "departments",
            arrays.department_ids,
            (READY, WAIT),
            {
                READY.name: ready / np.maximum(count, 1),
                WAIT.name: partial(_mean_wait, situation),
            },
        ),
    )
    return DelayResult(
        tables={table.level: table for table in tables},
        provenance=provenance_of(situation, "propagate_delay"),
        labels=chain.names(),
        calendar=chain.calendar,
        **_doubtful_waits(situation),
    )
