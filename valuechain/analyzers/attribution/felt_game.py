"""The game behind an attribution of dissatisfaction, or of what it costs.

`v(S)`: the sources in `S` as today, all others on plan, so often late, so much at fault; settled
from today's state to what the customers feel. All samples see the same coalition.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor

import numpy as np

from valuechain.analyzers.attribution.felt_outcomes import Worth
from valuechain.analyzers.attribution.game import Played, with_alternatives, with_partners
from valuechain.analyzers.attribution.sources import Sources
from valuechain.analyzers.delay import Progress
from valuechain.evaluation.evaluation import Evaluation
from valuechain.kernels.attribution.coalition_shapley import (
    Coalition,
    coalition_shapley,
    coalitions_asked,
)
from valuechain.kernels.attribution.pool_shapley import MOST_BY_SUBSETS
from valuechain.kernels.delay.sampled import delay_model
from valuechain.kernels.dissatisfaction.late_batches import late_on_plan
from valuechain.kernels.dissatisfaction.late_slope import late_slope
from valuechain.kernels.dissatisfaction.noisy_or import Dissatisfaction, Failures
from valuechain.kernels.plan.budgets import PlanBasis
from valuechain.network.arrays import BoolArray, FloatArray, IntArray
from valuechain.network.selection import only_services

AT_ONCE = 512  # coalitions whose lateness is held at once


class FeltGame:
    """What the coalitions of sources come to; each is computed once.

    Parameters
    ----------
    found : Evaluation
    worth : Worth
    sources : Sources
    executor, progress
        As in `propagate_delay`.
    """

    def __init__(
        self,
        found: Evaluation,
        worth: Worth,
        sources: Sources,
        executor: Executor | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._found, self._worth, self._sources = found, worth, sources
        self._executor, self._progress = executor, progress
        arrays, model = found.model.arrays, found.model
        self._kept = np.flatnonzero(with_alternatives(arrays, sources.player >= 0))
        part = only_services(arrays, self._kept)
        model_part = delay_model(part, model.samples, model.seed)
        ties = None if model.ties is None else model.ties[self._kept]
        self._model = dataclasses.replace(model_part, ties=ties)
        plan = found.today.plan
        self._basis = PlanBasis(plan.median[self._kept], plan.mean_arrival[self._kept])
        self._values: dict[Coalition, FloatArray] = {}
        self._settled: dict[bytes, FloatArray] = {}

    @property
    def players(self) -> tuple[str, ...]:
        """Names of the sources."""
        return self._sources.ids

    def plan_of(self, members: Coalition) -> BoolArray:
        """Return which services are on plan when some sources behave as today, `(m,)`."""
        others = [i for i in range(len(self.players)) if i not in members]
        on_plan: BoolArray = np.isin(self._sources.player, others)
        return on_plan

    def value(self, members: Coalition) -> FloatArray:
        """Return the outcome by batch of samples, `(G,)`: their mean is the outcome."""
        if members not in self._values:
            self.prepare([members])
        return self._values[members]

    def prepare(self, coalitions: Iterable[Coalition]) -> None:
        """Compute coalitions, best in an order in which few sources change at a time."""
        asked = [c for c in dict.fromkeys(coalitions) if c not in self._values]
        for start in range(0, len(asked), AT_ONCE):
            chunk = asked[start : start + AT_ONCE]
            plans = [self.plan_of(members) for members in chunk]
            late = late_on_plan(
                self._model,
                self._basis,
                [plan[self._kept] for plan in plans],
                self._executor,
                self._progress if len(asked) > len(self.players) else None,
            )
            for members, plan, batches in zip(chunk, plans, late, strict=True):
                self._values[members] = self._felt(plan, batches)

    def _felt(self, plan: BoolArray, batches: FloatArray) -> FloatArray:
        late = self._found.failures.late.copy()
        late[self._kept] = batches.mean(axis=0)
        failures = self._found.failures_on_plan(plan, late)
        key = b"".join(part.tobytes() for part in (late, failures.own_fault, failures.unclear))
        if key not in self._settled:
            state = self._found.settle(failures)
            self._settled[key] = by_batch(
                self._found, self._worth, failures, state, self._kept, batches
            )
        return self._settled[key]


def by_batch(
    found: Evaluation,
    worth: Worth,
    failures: Failures,
    state: Dissatisfaction,
    services: IntArray,
    batches: FloatArray,
) -> FloatArray:
    """Return an outcome by batch of samples, `(G,)`.

    Notes
    -----
    The outcome is no mean of samples, yet near its value it moves in proportion to how many are
    late: ``v + dv/dlate (late_g - late)`` (delta method). The mean over the batches is `v` itself,
    their scatter its standard error, at today's calibration.
    """
    value, frozen = worth.of(state.customers), found.feedback == "off"
    slope = late_slope(found.arrays, failures, state, worth.slope(state.customers), frozen)
    around: FloatArray = (batches - batches.mean(axis=0)) @ slope[services]
    found_by_batch: FloatArray = value + (around - around.mean())
    return found_by_batch


def play_felt(game: FeltGame, seed: int) -> Played:
    """Return what the game comes to."""
    players = game.players
    game.prepare(coalitions_asked(players, seed))
    found = coalition_shapley(players, game.value, seed)
    n = found.count
    few = len(players) <= MOST_BY_SUBSETS
    played = Played(
        found.total / n,
        found.on_plan / n,
        found.contribution / n,
        found.contribution_error,
        found.alone / n,
        found.alone_error,
        np.full(len(players), -1),
        np.full(len(players), np.nan),
        "every coalition" if few else "random orders",
    )

    def joint(pairs: Sequence[tuple[int, int]]) -> FloatArray:
        everybody = frozenset(range(len(players)))
        game.prepare(everybody - set(pair) for pair in pairs)
        left = [game.value(everybody - set(pair)) for pair in pairs]
        return np.array([float((game.value(everybody) - part).mean()) for part in left])

    return with_partners(players, played, joint)
