"""What a chain does to everybody in it, today and now: the one computation behind many verbs.

Today is calibrated once, so that what was observed comes back; a changed chain is evaluated at
today's calibration, from today's state.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import numpy as np

from valuechain.chain import ValueChain
from valuechain.errors import Text, ValueChainWarning
from valuechain.evaluation.calibrated_today import Today, overload, today_of
from valuechain.evaluation.loop_errors import loop_errors, warn_of_slow_loops
from valuechain.evaluation.pace import APART, MOST_LAPS, Paced, pace_of, sensitivity, todays_pace
from valuechain.kernels.attribution.fixing import blocks_to_replay, sums_on_plan
from valuechain.kernels.delay.paired import PairedDelay, paired_delay
from valuechain.kernels.delay.sampled import DelayModel, DelayRun, delay_model, sample_delay
from valuechain.kernels.delay.sums import DelaySums
from valuechain.kernels.dissatisfaction.calibration import (
    becomes_own_part,
    failures_now,
)
from valuechain.kernels.dissatisfaction.feedback import FeedbackLoop, feedback_loops
from valuechain.kernels.dissatisfaction.lateness import seen_by_clients
from valuechain.kernels.dissatisfaction.noisy_or import (
    Dissatisfaction,
    Failures,
    known,
    solve_noisy_or,
)
from valuechain.kernels.plan.budgets import Cap, PlanBasis
from valuechain.kernels.queueing.load import solve_load
from valuechain.network import ChainArrays
from valuechain.network.arrays import BoolArray, FloatArray
from valuechain.today import Situation, at_pace, situation_of

Progress = Callable[[int, int], None]
Feedback = Literal["on", "off"]
NOT_SETTLED = Text(
    "morale and own times had not settled: the chain is beside a tipping point",
    "la moral y los tiempos no se habían asentado: la cadena está junto a un punto de inflexión",
)
DIFFERENT = 1e-9  # fixed points closer than this are one


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
        Off: morale stays as it is today. On: under changes, lost morale slows work, too.
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
        pace = todays_pace(self.arrays)
        self._paces: dict[bytes, Paced] = {}
        self._given = run is not None
        if run is not None or not situation.changed:
            late = today.gaps.late if run is None else run.late
            self._first = self._paced(pace, situation, today.run if run is None else run, late)
        else:
            with loop_errors(self.arrays):
                sampled = self._sample(situation.now, None, progress)
            self._first = self._paced(pace, situation, sampled, sampled.late)
        self._paces[pace.tobytes()] = self._first

    def _paced(
        self, pace: FloatArray, situation: Situation, run: DelayRun, late: FloatArray
    ) -> Paced:
        load, work = situation.load_now, run.model.arrays.work
        if self._given and work is not situation.now.work:
            load = solve_load(run.model.arrays)  # the work of a run that was sampled slower
        before, worn = self.today, overload(self.arrays, load)
        found = failures_now(before.calibration, before.arrays, self.arrays, late, worn)
        return Paced(pace, situation, run, late, found)

    def at_morale(self, morale_loss: FloatArray) -> Paced:
        """Return the chain at the pace that lost morale `(D,)` leaves; each pace sampled once."""
        pace = pace_of(self._sensitivity, morale_loss, self.today.state.morale_loss)
        key = pace.tobytes()
        if key not in self._paces:
            situation = at_pace(self.situation, pace)
            with loop_errors(situation.now):
                run = self._sample(situation.now, None)
            self._paces[key] = self._paced(pace, situation, run, run.late)
        return self._paces[key]

    @cached_property
    def _sensitivity(self) -> FloatArray:
        return sensitivity(self.arrays)

    @property
    def _slows(self) -> bool:
        """Whether morale moves own times: never those of today."""
        moves = self.situation.changed and not self._given and self.feedback == "on"
        return moves and bool(self._sensitivity.any())

    def _reach(
        self, start: float | Dissatisfaction, morale_loss: FloatArray
    ) -> tuple[Paced, Dissatisfaction]:
        """Return the state and the pace that are reached together, from a state and a morale.

        Late work wears on morale, lost morale slows work: lap by lap, until the pace stays.
        """
        now = self.at_morale(morale_loss) if self._slows else self._first
        for _ in range(MOST_LAPS):
            state = solve_noisy_or(self.arrays, now.failures, self._frozen, start)
            after = self.at_morale(state.morale_loss) if self._slows else now
            if after is now:
                return now, state
            now = after
        warnings.warn(ValueChainWarning(NOT_SETTLED), stacklevel=4)
        return now, solve_noisy_or(self.arrays, now.failures, self._frozen, start)

    @cached_property
    def _now(self) -> tuple[Paced, Dissatisfaction]:
        as_today = np.array_equal(self._first.late, self.today.gaps.late, equal_nan=True)
        if not self.situation.changed and as_today:
            return self._first, self.today.state
        return self._reach(self.today.state, self.today.state.morale_loss)

    @property
    def worked(self) -> Situation:
        """The chain as it is now, its own times at the pace that morale leaves."""
        return self._now[0].situation

    @property
    def run(self) -> DelayRun:
        """Arrivals of now."""
        return self._now[0].run

    @property
    def late(self) -> FloatArray:
        """Share that arrives later than expected now, `(m,)`; NaN where nothing is expected."""
        return self._now[0].late

    @property
    def _frozen(self) -> FloatArray | None:
        return self.today.state.morale_loss if self.feedback == "off" else None

    def _sample(
        self, now: ChainArrays, cap: Cap | None, progress: Progress | None = None
    ) -> DelayRun:
        """Return arrivals of now, late by what today's clients call late."""
        model = self._model(now, cap)
        if cap is None:
            warn_of_slow_loops(model)
        return sample_delay(model, self._executor, progress)

    def _model(self, now: ChainArrays, cap: Cap | None) -> DelayModel:
        gaps, before = self.today.gaps, self.today.run.model
        model = delay_model(seen_by_clients(now, gaps), before.samples, before.seed, cap)
        return dataclasses.replace(model, ties=gaps.tie)

    @property
    def failures(self) -> Failures:
        """What goes into the noisy-OR now."""
        return self._now[0].failures

    @cached_property
    def outcome(self) -> Reached:
        """The chain as it is now."""
        return Reached(self.run, self.late, self.failures, self._now[1])

    def settle(self, failures: Failures) -> Dissatisfaction:
        """Return the state that failures lead to, from today's."""
        return solve_noisy_or(self.arrays, failures, self._frozen, start=self.today.state)

    @cached_property
    def least(self) -> Dissatisfaction:
        """The best lasting state."""
        return self._reach(0.0, np.zeros(len(self.arrays.department_ids)))[1]

    @cached_property
    def greatest(self) -> Dissatisfaction:
        """The worst lasting state."""
        return self._reach(1.0, np.ones(len(self.arrays.department_ids)))[1]

    @property
    def tips(self) -> bool:
        """Whether the loops have more than one lasting state."""
        low, high = self.least, self.greatest
        least = APART if self._slows else DIFFERENT
        return high.distance(low) > least + 4.0 * (low.remaining + high.remaining)

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
        run = self._sample(self.worked.now, Cap(services, basis))
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
        return self._model(self.worked.now, None)

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
        failures = at_target(self._first.failures, self.arrays, every)
        ideal = dataclasses.replace(
            failures,
            late=np.zeros(len(every)),
            overload=np.zeros(len(self.arrays.department_ids)),
        )
        return solve_noisy_or(self.arrays, ideal, start=self.today.state)


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
    feedback: Feedback = "off",
) -> PairedDelay:
    """Return what differs between two chains job by job, each late by what its clients call late.

    With `feedback` on, each at the pace of work that morale leaves it.

    Raises
    ------
    DeadlockError, ConvergenceError
        As in `propagate_delay`.
    """
    situations = [situation_of(chain) for chain in (before, after)]
    todays = [today_of(situation, samples, seed, executor) for situation in situations]
    gaps = [today.gaps for today in todays]
    first, second = (
        seen_by_clients(
            situation.now
            if feedback == "off"
            else Evaluation(situation, today, "on", executor).worked.now,
            today.gaps,
        )
        for situation, today in zip(situations, todays, strict=True)
    )
    with loop_errors(second):
        ties = (gaps[0].tie, gaps[1].tie)
        return paired_delay(first, second, samples, seed, executor, progress, ties)
