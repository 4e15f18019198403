"""The same jobs again with other services on plan: only what that changes is computed anew.

`A_e = R_e + O_e` with `O_e` as today or capped at its budget; `R` joins `B_f (A_f - buffer_f)^+`.
A row of arrivals that comes out as it was stops the change there, so a service without effect
leaves every figure exactly as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from valuechain.kernels.attribution.recorded_block import (
    RecordedBlock,
    Stage,
    slots_by_join,
    stages_of,
)
from valuechain.kernels.chance.streams import F32
from valuechain.kernels.delay.route import Loop
from valuechain.kernels.delay.sampled import DelayModel
from valuechain.kernels.plan.budgets import PlanBasis
from valuechain.network.arrays import BoolArray


@dataclass(frozen=True, eq=False)
class State:
    """Arrivals of all services with some of them on plan; states share the rows they agree on.

    Attributes
    ----------
    on_plan : ndarray of bool, shape (m,)
    arrival : tuple of ndarray, each (n,)
        By service.
    ready : dict of int to ndarray, or None
        Readiness at the joins of loops, as of the last round.
    """

    on_plan: BoolArray
    arrival: tuple[F32, ...]
    ready: dict[int, F32 | None]


class Replay:
    """Computes states of one block of jobs.

    Parameters
    ----------
    model : DelayModel
        Nothing capped.
    basis : PlanBasis
    first, counted : int
        Samples that count; in loops the block is whole.
    """

    def __init__(self, model: DelayModel, basis: PlanBasis, first: int, counted: int):
        self.record = RecordedBlock(model, basis, first, counted)
        self.model, self.counted = model, counted
        route = model.basis.route
        self._steps = stages_of(model)
        self._slots = slots_by_join(model)
        self._in_sequence = model.basis.rules.in_sequence
        self._join: list[int] = model.arrays.join.tolist()
        self._feeds = [
            tuple({target.join for target in (*outer, *inner)})
            for outer, inner in zip(route.targets, route.loop_targets, strict=True)
        ]
        self.own_today, self.own_plan = self.record.own
        self.binds = self._which_bind()
        nothing = np.zeros(len(self._join), np.bool_)
        zero = np.zeros(0, np.float32)
        empty = State(nothing, (zero,) * len(self._join), {})
        self.today = self._compute(empty, nothing, np.ones(len(self._join), np.bool_))

    def _which_bind(self) -> BoolArray:
        """Return which services are over budget in some job, `(m,)`; in loops in any round."""
        binds: BoolArray = np.any(self.own_plan < self.own_today, axis=1)
        for loop in self.model.basis.route.loops:
            binds[loop.services] = True
        return binds

    def switch(self, state: State, on_plan: BoolArray) -> State:
        """Return the state with exactly the services `on_plan` `(m,)` on plan."""
        return self._compute(state, on_plan, (state.on_plan != on_plan) & self.binds)

    def _compute(self, state: State, on_plan: BoolArray, switched: BoolArray) -> State:
        rows, ready = list(state.arrival), dict(state.ready)
        waiting: set[int] = set()  # joins in which something arrives at another time
        moved: list[bool] = switched.tolist()
        if not any(moved):
            return State(on_plan, state.arrival, state.ready)
        first = not len(rows[0])
        on: list[bool] = on_plan.tolist()
        for step in self._steps:
            if isinstance(step, Loop):
                joins = set(step.joins)
                if first or joins & waiting or any(moved[e] for e in step.services.tolist()):
                    self._run_loop(step, on_plan, rows, ready, waiting)
                continue
            for stage in step:
                if first or stage.join in waiting or any(moved[e] for e in stage.services):
                    self._run_stage(stage, on, moved, rows, ready, waiting)
        return State(on_plan, tuple(rows), ready)

    def _run_stage(
        self,
        stage: Stage,
        on: list[bool],
        moved: list[bool],
        rows: list[F32],
        ready: dict[int, F32 | None],
        waiting: set[int],
    ) -> None:
        join = stage.join
        held = ready[join] if join in ready else self._joined(join, rows.__getitem__, 0)
        for e in stage.services:
            if moved[e] or join in waiting:
                own = self.own_plan[e] if on[e] else self.own_today[e]
                self._put(e, own.copy() if held is None else own + held, rows, waiting)

    def _put(self, e: int, row: F32, rows: list[F32], waiting: set[int]) -> None:
        """Note a service's new arrivals, and who has to look at them."""
        if not np.array_equal(row, rows[e]):
            rows[e] = row
            waiting.update(self._feeds[e])

    def _run_loop(
        self,
        loop: Loop,
        on_plan: BoolArray,
        rows: list[F32],
        ready: dict[int, F32 | None],
        waiting: set[int],
    ) -> None:
        services = loop.services.tolist()
        place = {e: i for i, e in enumerate(services)}
        chosen = on_plan[loop.services][:, None]
        now: F32 = np.zeros((len(services), self.record.size), np.float32)
        found: dict[int, F32 | None] = {}
        for round_ in self.record.rounds[loop.number]:
            partners = self.record.partners(loop, round_)
            before = now
            met = {f: np.take(before[place[f]], partners[f], mode="clip") for f in loop.inside}

            def arrival(f: int, met: dict[int, F32] = met) -> F32:
                return met[f] if f in met else rows[f]

            found = {join: self._joined(join, arrival, round_) for join in loop.joins}
            today, plan = self.record.own_in_round(loop, round_)
            now = np.where(chosen, plan, today)
            for i, e in enumerate(services):
                held = found[self._join[e]]
                if held is not None:
                    np.add(now[i], held, out=now[i])
        for join, held in found.items():
            before_ready = ready.get(join)
            if join not in ready or not _same(before_ready, held):
                ready[join] = held
                waiting.add(join)
        for i, e in enumerate(services):
            self._put(e, now[i], rows, waiting)

    def _joined(self, join: int, arrival: Callable[[int], F32], round_: int) -> F32 | None:
        """Return the readiness `(n,)` of a join, None where nothing is waited for."""
        total: F32 | None = None
        for slot in self._slots.get(join, ()):
            late = self.record.lateness(slot, arrival, round_)
            if total is None:
                total = late
            elif self._in_sequence[join]:
                total = total + late
            else:
                total = np.maximum(total, late)
        return total


def _same(one: F32 | None, other: F32 | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other)
