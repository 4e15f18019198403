"""What a chain does to everybody in it, today and now: the one computation behind many verbs.

Today is calibrated once, so that what was observed comes back; a changed chain is evaluated at
today's calibration, from today's state.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal, TypeVar

import numpy as np

from valuechain.analyzers.loops import loop_errors, warn_of_slow_loops
from valuechain.analyzers.provenance import fingerprint
from valuechain.chain import ValueChain
from valuechain.errors import Text, ValueChainWarning
from valuechain.kernels.calibration import (
    Calibration,
    becomes_own_part,
    calibrate,
    failures_now,
)
from valuechain.kernels.delay import DelayModel, DelayRun, delay_model, sample_delay
from valuechain.kernels.delay_plan import Cap, PlanBasis
from valuechain.kernels.delay_sums import DelaySums
from valuechain.kernels.feedback import FeedbackLoop, feedback_loops
from valuechain.kernels.fixing import blocks_to_replay, sums_on_plan
from valuechain.kernels.lateness import Gaps, fit_gaps, seen_by_clients
from valuechain.kernels.load import Load
from valuechain.kernels.noisy_or import Dissatisfaction, Failures, known, solve_noisy_or
from valuechain.kernels.paired_delay import PairedDelay, paired_delay
from valuechain.kernels.plan_basis import plan_basis
from valuechain.network import ChainArrays
from valuechain.network.arrays import BoolArray, FloatArray
from valuechain.today import Situation, situation_of

Progress = Callable[[int, int], None]
Feedback = Literal["on", "off"]
DIFFERENT = 1e-9  # fixed points closer than this are one
REMEMBERED = 4  # todays kept ready: comparing variants asks for the same one again and again


@dataclass(frozen=True, eq=False)
class Today:
    """Today's chain, calibrated.

    Attributes
    ----------
    arrays : ChainArrays
    run : DelayRun
        Today's arrivals.
    gaps : Gaps
        What today's clients call late.
    calibration : Calibration
    """

    arrays: ChainArrays
    run: DelayRun
    gaps: Gaps
    calibration: Calibration

    @cached_property
    def plan(self) -> PlanBasis:
        """Today's medians and mean arrivals, of which budgets are made."""
        return plan_basis(self.run)

    @property
    def state(self) -> Dissatisfaction:
        """Today's dissatisfaction; everything observed comes back."""
        return self.calibration.state


@dataclass(frozen=True, eq=False)
class Reached:
    """Arrivals, and the dissatisfaction they lead to.

    Attributes
    ----------
    run : DelayRun
    late : ndarray, shape (m,)
        Share that arrives later than the client expects; NaN where nothing is expected.
    failures : Failures
    state : Dissatisfaction
        Reached from today's.
    """

    run: DelayRun
    late: FloatArray
    failures: Failures
    state: Dissatisfaction


class Evaluation:
    """A chain as it is now, and as it would be with some on plan or on an ideal day.

    Parameters
    ----------
    situation : Situation
    today : Today
    feedback : {"on", "off"}
        Off: morale stays as it is today.
    executor, progress
        As in `propagate_delay`.
    run : DelayRun, optional
        Arrivals of now that were sampled already, late by what today's clients call late.
    """

    def __init__(
        self,
        situation: Situation,
        today: Today,
        feedback: Feedback = "on",
        executor: Executor | None = None,
        progress: Progress | None = None,
        run: DelayRun | None = None,
    ) -> None:
        self.situation, self.today = situation, today
        self.feedback, self._executor = feedback, executor
        warn_of_new_own_parts(situation)
        self.arrays = situation.now
        if run is not None:
            self.run, self.late = run, run.late
        elif situation.changed:
            with loop_errors(self.arrays):
                self.run = self._sample(None, progress)
            self.late = self.run.late
        else:
            self.run, self.late = today.run, today.gaps.late

    @property
    def _frozen(self) -> FloatArray | None:
        return self.today.state.morale_loss if self.feedback == "off" else None

    def _sample(self, cap: Cap | None, progress: Progress | None = None) -> DelayRun:
        """Return arrivals of now, late by what today's clients call late."""
        gaps, before = self.today.gaps, self.today.run.model
        arrays = seen_by_clients(self.arrays, gaps)
        model = delay_model(arrays, before.samples, before.seed, cap)
        if cap is None:
            warn_of_slow_loops(model)
        model = dataclasses.replace(model, ties=gaps.tie)
        return sample_delay(model, self._executor, progress)

    @cached_property
    def failures(self) -> Failures:
        """What goes into the noisy-OR now."""
        worn = overload(self.arrays, self.situation.load_now)
        return failures_now(self.today.calibration, self.today.arrays, self.arrays, self.late, worn)

    @cached_property
    def outcome(self) -> Reached:
        """The chain as it is now."""
        as_today = np.array_equal(self.late, self.today.gaps.late, equal_nan=True)
        still = not self.situation.changed and as_today
        state = self.today.state if still else self.settle(self.failures)
        return Reached(self.run, self.late, self.failures, state)

    def settle(self, failures: Failures) -> Dissatisfaction:
        """Return the state that failures lead to, from today's."""
        return solve_noisy_or(self.arrays, failures, self._frozen, start=self.today.state)

    @cached_property
    def least(self) -> Dissatisfaction:
        """The best lasting state."""
        return solve_noisy_or(self.arrays, self.failures, self._frozen, start=0.0)

    @cached_property
    def greatest(self) -> Dissatisfaction:
        """The worst lasting state."""
        return solve_noisy_or(self.arrays, self.failures, self._frozen, start=1.0)

    @property
    def tips(self) -> bool:
        """Whether the loops have more than one lasting state."""
        low, high = self.least, self.greatest
        apart = max(
            float(np.abs(a - b).max(initial=0.0))
            for a, b in (
                (high.customers, low.customers),
                (high.morale_loss, low.morale_loss),
                (high.services, low.services),
            )
        )
        return apart > DIFFERENT + 4.0 * (low.remaining + high.remaining)

    @cached_property
    def loops(self) -> tuple[FeedbackLoop, ...]:
        """The loops at the state that is reached, the strongest first."""
        still = self.feedback == "off"
        return feedback_loops(self.arrays, self.failures, self.outcome.state, morale_is_still=still)

    def on_plan(self, services: BoolArray, basis: PlanBasis | None = None) -> Reached:
        """Return what comes out if these services `(m,)` alone keep to plan.

        Own times are capped at their budgets, own faults and unclearness at their targets; what
        is inherited stays.
        """
        basis = self.today.plan if basis is None else basis
        run = self._sample(Cap(services, basis))
        return self._reached(run, services)

    def _reached(self, run: DelayRun, on_plan: BoolArray) -> Reached:
        failures = self.failures_on_plan(on_plan, run.late)
        return Reached(run, run.late, failures, self.settle(failures))

    def failures_on_plan(self, services: BoolArray, late: FloatArray) -> Failures:
        """Return what fails if these services `(m,)` keep to plan and shares `late` are late."""
        failures = at_target(self.failures, self.arrays, services)
        return dataclasses.replace(failures, late=known(late))

    @property
    def model(self) -> DelayModel:
        """What arrivals of now are sampled from, late by what today's clients call late."""
        before = self.today.run.model
        arrays = seen_by_clients(self.arrays, self.today.gaps)
        model = delay_model(arrays, before.samples, before.seed)
        return dataclasses.replace(model, ties=self.today.gaps.tie)

    def each_on_plan(
        self, sets: Sequence[BoolArray], progress: Progress | None = None
    ) -> tuple[Reached, ...]:
        """Return what comes out if each of some sets of services, by itself, keeps to plan.

        The same as `on_plan` for one after the other, on jobs that are computed once; arrivals
        come without spreads.
        """
        basis, model = self.today.plan, self.model
        blocks = blocks_to_replay(model)
        work = partial(sums_on_plan, model, basis, sets)
        computed = map(work, blocks) if self._executor is None else self._executor.map(work, blocks)
        sums: list[DelaySums] = []
        for done, part in enumerate(computed, start=1):
            sums = [a + b for a, b in zip(sums, part, strict=True)] if sums else list(part)
            if progress is not None:
                progress(done, len(blocks))
        found = []
        for services, total in zip(sets, sums[1:], strict=True):
            run = DelayRun(model, total)
            found.append(self._reached(run, services))
        return tuple(found)

    @cached_property
    def ideal(self) -> Dissatisfaction:
        """The state of a day on which nothing is late, all is at target and nobody overloaded.

        Morale is that of such a day, even where `feedback` keeps it at today's elsewhere.
        """
        every = np.ones(len(self.arrays.service_ids), dtype=bool)
        failures = at_target(self.failures, self.arrays, every)
        ideal = dataclasses.replace(
            failures,
            late=np.zeros(len(every)),
            overload=np.zeros(len(self.arrays.department_ids)),
        )
        return solve_noisy_or(self.arrays, ideal, start=self.today.state)


def overload(arrays: ChainArrays, load: Load) -> FloatArray:
    """Return what overload costs in morale, `(D,)`: nothing below where it starts, nor unknown.

    ``overload_to_morale clip((rho - overload_starts) / (1 - overload_starts), 0, 1)``; where it
    starts at 1, all of it from there on.
    """
    starts = arrays.coefficients["overload_starts"]
    rho = np.where(np.isnan(load.utilization), 0.0, load.utilization)
    if starts < 1.0:
        share = np.clip((rho - starts) / (1.0 - starts), 0.0, 1.0)
    else:
        share = (rho >= 1.0).astype(float)
    cost: FloatArray = arrays.coefficients["overload_to_morale"] * share
    return cost


def warn_of_new_own_parts(situation: Situation) -> None:
    """Warn where a changed `quality` has nothing of today to scale."""
    if not situation.changed:
        return
    new = np.flatnonzero(becomes_own_part(situation.today, situation.now))
    if len(new):
        names = ", ".join(situation.now.service_ids[e] for e in new[:6])
        doubt = Text(
            f"no fault was observed today of {names}: the new quality counts as a fault of its own "
            "making in full",
            f"hoy no consta ningún fallo de {names}: la nueva calidad cuenta entera como fallo "
            "propio",
        )
        warnings.warn(ValueChainWarning(doubt), stacklevel=4)


def at_target(failures: Failures, arrays: ChainArrays, services: BoolArray) -> Failures:
    """Return failures with own faults and unclearness of some services at most at target."""
    return dataclasses.replace(
        failures,
        own_fault=np.where(
            services,
            np.minimum(failures.own_fault, 1.0 - arrays.target_quality),
            failures.own_fault,
        ),
        unclear=np.where(
            services, np.minimum(failures.unclear, 1.0 - arrays.target_clarity), failures.unclear
        ),
    )


_todays: OrderedDict[tuple[str, int, int], Today] = OrderedDict()
_runs: OrderedDict[tuple[str, int, int], DelayRun] = OrderedDict()
# What no arrival depends on: draws over it need no new sampling.
NO_MATTER_OF_TIME = frozenset(
    {
        *("quality", "clarity", "target_quality", "target_clarity", "on_time", "csat", "impact"),
        *("esat", "turnover", "customer_csat", "customer_nps", "customer_churn", "answers"),
        *("customer_win_rate", "customer_choice", "customer_revenue", "customer_count"),
        *("wears_on", "recommends", "coefficients"),
    }
)


def today_of(
    situation: Situation,
    samples: int,
    seed: int,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Today:
    """Return today's chain calibrated, computed once for each chain, number of samples and seed."""
    arrays = situation.today
    key = (fingerprint(arrays), samples, seed)
    found = _remembered(_todays, key)
    if found is not None and progress is not None:
        progress(1, 1)  # nothing left to do
    if found is None:
        run = _todays_run(situation, samples, seed, executor, progress)
        gaps = fit_gaps(arrays, run)
        found = Today(
            arrays, run, gaps, calibrate(arrays, gaps.late, overload(arrays, situation.load_today))
        )
        _remember(_todays, key, found)
    return found


def _todays_run(
    situation: Situation,
    samples: int,
    seed: int,
    executor: Executor | None,
    progress: Progress | None,
) -> DelayRun:
    """Return today's arrivals, sampled once for all that differs in no matter of time."""
    arrays = situation.today
    shared = f"{arrays.coefficients['shared_cause']!r} {fingerprint(arrays, NO_MATTER_OF_TIME)}"
    key = (shared, samples, seed)
    run = _remembered(_runs, key)
    if run is not None and progress is not None:
        progress(1, 1)
    if run is None:
        with loop_errors(arrays):
            model = delay_model(arrays, samples, seed)
            if not situation.changed:
                warn_of_slow_loops(model)
            run = sample_delay(model, executor, progress)
        _remember(_runs, key, run)
    return run


T = TypeVar("T")


def _remembered(known: OrderedDict[tuple[str, int, int], T], key: tuple[str, int, int]) -> T | None:
    found = known.get(key)
    if found is not None:
        known[key] = known.pop(key)  # the last one asked for is the last to be forgotten
    return found


def _remember(
    known: OrderedDict[tuple[str, int, int], T], key: tuple[str, int, int], found: T
) -> None:
    known[key] = found
    while len(known) > REMEMBERED:
        known.popitem(last=False)


def evaluate(
    chain: ValueChain,
    samples: int = 20_000,
    seed: int = 0,
    feedback: Feedback = "on",
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Return a chain evaluated, with its changes in force, at today's calibration.

    Raises
    ------
    DeadlockError, ConvergenceError
        As in `propagate_delay`.
    """
    situation = situation_of(chain)
    today = today_of(situation, samples, seed, executor, None if situation.changed else progress)
    return Evaluation(situation, today, feedback, executor, progress)


def evaluate_run(chain: ValueChain, run: DelayRun) -> Evaluation:
    """Return a chain evaluated on arrivals that were sampled already.

    `run` is of `seen_by_clients(now, today.gaps)`, with today's ties.
    """
    situation = situation_of(chain)
    today = today_of(situation, run.model.samples, run.model.seed)
    return Evaluation(situation, today, run=run)


def paired(
    before: ValueChain,
    after: ValueChain,
    samples: int,
    seed: int,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> PairedDelay:
    """Return what differs between two chains job by job, each late by what its clients call late.

    Raises
    ------
    DeadlockError, ConvergenceError
        As in `propagate_delay`.
    """
    situations = [situation_of(chain) for chain in (before, after)]
    gaps = [today_of(situation, samples, seed, executor).gaps for situation in situations]
    first, second = (
        seen_by_clients(situation.now, gap) for situation, gap in zip(situations, gaps, strict=True)
    )
    with loop_errors(second):
        ties = (gaps[0].tie, gaps[1].tie)
        return paired_delay(first, second, samples, seed, executor, progress, ties)
