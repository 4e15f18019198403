"""The plan: what each job may take where everybody keeps his word, and own times that keep to it.

Per job, with its needs `B`: `J_e`, the join over the inputs for `e` that it needs of
`(promised_f - buffer_f)^+`; `promised_f = sla_f`, without one the planned arrival, own median plus
own join, and in a loop today's mean arrival. `budget_e = (sla_e - J_e)^+`, without an sla the
median of `O_e`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from valuechain.kernels.chance.streams import BLOCK, F32, Draws
from valuechain.kernels.delay.block import JoinRules, Joins
from valuechain.kernels.delay.route import Batch, Loop, Route, Straight, find_route
from valuechain.kernels.delay.workspace import Workspace
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray

KEPT = 1.0 + 2e-6  # of the promise: float32 rounding is no broken promise


@dataclass(frozen=True, eq=False)
class PlanBasis:
    """What plans take from today, frozen.

    Attributes
    ----------
    median : ndarray, shape (m,)
        Median own time of each service, hours.
    mean_arrival : ndarray, shape (m,)
        Mean arrival of each service, hours; read only in loops, where there is no sla.
    """

    median: FloatArray
    mean_arrival: FloatArray


@dataclass(frozen=True, eq=False)
class Cap:
    """Services whose own times keep to their budgets.

    Attributes
    ----------
    services : ndarray of bool, shape (m,)
    basis : PlanBasis
    """

    services: BoolArray
    basis: PlanBasis

    def on(
        self, arrays: ChainArrays, route: Route, rules: JoinRules, draws: Draws, space: Workspace
    ) -> CappedTimes:
        """Return the limits for a block's draws."""
        return CappedTimes(
            self, arrays, route, PlannedJobs(self.basis, arrays, route, rules, draws, space)
        )


class PlannedJobs:
    """The planned joins of a block's jobs.

    Parameters
    ----------
    basis : PlanBasis
    arrays, route
        The chain and its route.
    rules : JoinRules
        Those of the samples themselves, so that job is job.
    draws : Draws
    space : Workspace
    """

    def __init__(
        self,
        basis: PlanBasis,
        arrays: ChainArrays,
        route: Route,
        rules: JoinRules,
        draws: Draws,
        space: Workspace,
    ) -> None:
        self._median = basis.median.astype(np.float32)
        in_loop = np.where(route.loop_of >= 0, basis.mean_arrival, np.nan)
        self._word = np.where(np.isnan(arrays.sla), in_loop, arrays.sla).astype(np.float32)
        self._route, self._draws = route, draws
        self._joins = Joins(rules, draws, space)
        self._held: dict[int, F32] = {}  # what leads into loops, for every round of theirs
        self._constant = np.empty(draws.size, np.float32)

    def walk(self, see: Callable[[int, int, F32 | None], None]) -> None:
        """Plan all jobs, and show `see` each service, its join and ``J`` `(n,)`, None for 0."""
        for step in self._route.steps:
            if isinstance(step, Loop):
                self._meet(step, 0)
            for batch in step.batches:
                self._plan(batch, isinstance(step, Straight), see)

    def _plan(
        self, batch: Batch, release: bool, see: Callable[[int, int, F32 | None], None]
    ) -> None:
        numbers = batch.services.tolist()
        for start, stop, join, last in batch.runs:
            planned = self._joins.ready(join) if join >= 0 else None
            for e in numbers[start:stop]:
                see(e, join, planned)
                word = self._promise(e, planned)
                self._joins.add(e, word, self._route.targets[e])
                if self._route.held_for[e] >= 0:
                    self._held[e] = word.copy()
            if last and release:
                self._joins.release(join)

    def _promise(self, e: int, planned: F32 | None) -> F32:
        """Return when service `e` is promised to arrive, `(n,)`."""
        word = self._word[e]
        if not np.isnan(word):
            self._constant.fill(word)
            return self._constant
        if planned is None:
            self._constant.fill(self._median[e])
            return self._constant
        np.add(planned, self._median[e], out=self._constant)
        return self._constant

    def _meet(self, loop: Loop, round_: int) -> None:
        """Let the promises that lead into a loop meet in its joins, with a round's needs."""
        for join in loop.joins:
            self._joins.release(join)
        inner = frozenset(loop.joins)
        for f in (*loop.outside, *loop.inside):
            word = self._held[f] if f in self._held else self._promise(f, None)
            targets = (t for t in self._route.loop_targets[f] if t.join in inner)
            self._joins.add(f, word, tuple(targets), round_)

    def in_round(self, loop: Loop, round_: int) -> dict[int, F32 | None]:
        """Return ``J`` by join of a loop for the visits of a round; call after `walk`."""
        self._meet(loop, round_)
        planned: dict[int, F32 | None] = {}
        for join in loop.joins:
            ready = self._joins.ready(join, round_)
            planned[join] = None if ready is None else ready.copy()
        return planned


class CappedTimes:
    """Limits the own times of one block to the plan."""

    def __init__(self, cap: Cap, arrays: ChainArrays, route: Route, jobs: PlannedJobs) -> None:
        self._capped: list[bool] = cap.services.tolist()
        self._sla = arrays.sla.astype(np.float32)
        self._median = cap.basis.median.astype(np.float32)
        self._loop_of, self._loops, self._join = route.loop_of, route.loops, arrays.join
        self._jobs = jobs
        self._planned: dict[int, F32 | None] = {}
        budgeted = cap.services & ~np.isnan(arrays.sla)

        def keep(e: int, join: int, planned: F32 | None) -> None:
            if budgeted[e] and join not in self._planned:
                self._planned[join] = None if planned is None else planned.copy()

        jobs.walk(keep)
        self._of_round: tuple[int, int, dict[int, F32 | None]] = (-1, 0, {})

    def limit(self, services: tuple[int, ...], own: F32, round_: int) -> None:
        """Limit the own times `(k, n)` of `services` in place."""
        for i, e in enumerate(services):
            if not self._capped[e]:
                continue
            budget: F32 | np.float32 = self._median[e]
            if not np.isnan(self._sla[e]):
                planned = self._join_of(e, round_)
                budget = self._sla[e]
                if planned is not None:
                    budget = np.maximum(self._sla[e] - planned, np.float32(0))
            np.minimum(own[i], budget, out=own[i])

    def _join_of(self, e: int, round_: int) -> F32 | None:
        join, loop = int(self._join[e]), int(self._loop_of[e])
        if round_ == 0 or loop < 0:
            return self._planned[join]
        if self._of_round[:2] != (loop, round_):
            self._of_round = (loop, round_, self._jobs.in_round(self._loops[loop], round_))
        return self._of_round[2].get(join)


@dataclass(frozen=True, eq=False)
class Keeping:
    """Whether promises can be kept where every provider keeps his word; all `(m,)`.

    Attributes
    ----------
    planned : ndarray
        Mean planned arrival, ``E J_e`` plus own median, hours.
    let_down : ndarray
        Share of jobs in which ``J_e`` plus own median exceeds the sla; NaN without an sla.
    """

    planned: FloatArray
    let_down: FloatArray


def keeping(arrays: ChainArrays, basis: PlanBasis, samples: int = 20_000, seed: int = 0) -> Keeping:
    """Return planned arrivals, and how often the inputs alone break a promise.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need` given.
    basis : PlanBasis
    samples, seed : int
        The jobs, and their needs, are those of `sample_delay` with the same seed.

    Returns
    -------
    Keeping
    """
    route = find_route(arrays)
    rules = JoinRules(arrays, route, seed)
    m = len(arrays.need)
    total, broken = np.zeros(m), np.zeros(m)
    limit = (arrays.sla * KEPT).astype(np.float32)
    median = basis.median.astype(np.float32)
    space = Workspace()
    for first in range(0, samples, BLOCK):
        draws = Draws(seed, first, min(BLOCK, samples - first))

        def see(e: int, join: int, planned: F32 | None, n: int = draws.size) -> None:
            if planned is None:
                total[e] += n * basis.median[e]
                broken[e] += n * bool(median[e] > limit[e])
                return
            total[e] += planned.sum(dtype=np.float64) + n * basis.median[e]
            broken[e] += np.count_nonzero(planned + median[e] > limit[e])

        space.start(draws.size)
        PlannedJobs(basis, arrays, route, rules, draws, space).walk(see)
    share = np.where(np.isnan(arrays.sla), np.nan, broken / samples)
    return Keeping(total / samples, share)
