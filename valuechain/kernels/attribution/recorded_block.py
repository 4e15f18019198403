"""All draws of one block, held: own times as today and on plan, needs, and who meets whom.

What a coalition of sources makes of the same jobs is then arithmetic alone: `A_e = R_e + O_e`,
with `O_e` as it is, or capped, job by job, at its budget.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from valuechain.kernels.chance.streams import CELLS, F32, stream_keys
from valuechain.kernels.delay.block import Block
from valuechain.kernels.delay.route import Batch, Loop, waiting_inputs
from valuechain.kernels.delay.sampled import DelayModel
from valuechain.kernels.delay.workspace import Workspace
from valuechain.kernels.plan.budgets import Cap, PlanBasis
from valuechain.network.arrays import IntArray

_HELD_BYTES = 2**28  # of draws in loops; what is beyond is drawn again whenever it is asked for


@dataclass(frozen=True)
class Stage:
    """Services that wait at one join, and its slots: inputs, or the members of a group.

    A stage is computed once the stages before it are; `join` is -1 where nothing is waited for.
    """

    join: int
    services: tuple[int, ...]
    slots: tuple[tuple[int, ...], ...]
    in_sequence: bool


def stages_of(model: DelayModel) -> tuple[tuple[Stage, ...] | Loop, ...]:
    """Return the steps of the model's route: runs of stages, and loops, in order."""
    slots = slots_by_join(model)
    steps: list[tuple[Stage, ...] | Loop] = []
    for step in model.basis.route.steps:
        if isinstance(step, Loop):
            steps.append(step)
            continue
        by_join: dict[int, list[int]] = {}  # in the order of the route
        alone = []
        for batch in step.batches:
            numbers = batch.services.tolist()
            for start, stop, join, _ in batch.runs:
                if join < 0:
                    alone += numbers[start:stop]
                else:
                    by_join.setdefault(join, []).extend(numbers[start:stop])
        stages = [Stage(-1, tuple(alone), (), False)] if alone else []
        sequence = model.basis.rules.in_sequence
        stages += [
            Stage(join, tuple(services), slots.get(join, ()), sequence[join])
            for join, services in by_join.items()
        ]
        steps.append(tuple(stages))
    return tuple(steps)


def slots_by_join(model: DelayModel) -> dict[int, tuple[tuple[int, ...], ...]]:
    """Return, by join, what it waits for; alternatives stand together, by number."""
    route, arrays = model.basis.route, model.arrays
    slots: dict[int, dict[int, list[int]]] = {}
    for f, j in zip(*(part.tolist() for part in waiting_inputs(arrays)), strict=True):
        key = route.need_key[f] if arrays.group[f] >= 0 else f
        # a group's key may be a service that is also an input by itself
        slots.setdefault(j, {}).setdefault(2 * key + int(arrays.group[f] >= 0), []).append(f)
    return {
        j: tuple(tuple(part) for _, part in sorted(found.items())) for j, found in slots.items()
    }


class RecordedBlock:
    """The draws of the samples `first` to `first + size`.

    Parameters
    ----------
    model : DelayModel
        Nothing capped.
    basis : PlanBasis or None
        What budgets are made of; None: nobody has a plan, all own times are as today.
    first, counted : int
        Samples that count; in loops the block is whole, for their pools.
    """

    def __init__(self, model: DelayModel, basis: PlanBasis | None, first: int, counted: int):
        self.model, self.counted = model, counted
        self._block: Block = model.block(first, counted)
        self.size = self._block.size
        self._limits = None
        if basis is not None:
            every = Cap(np.ones(len(model.arrays.need), np.bool_), basis)
            space = Workspace()
            space.start(self.size)
            parts = model.arrays, model.basis.route, model.basis.rules, self._block.draws
            self._limits = every.on(*parts, space)
        self._held: dict[tuple[str, int, int], tuple[F32, F32]] = {}
        self._masks: dict[tuple[int, int], F32] = {}
        self._partners: dict[tuple[int, int], dict[int, IntArray]] = {}
        self._bytes = 0

    @cached_property
    def own(self) -> tuple[F32, F32]:
        """Own times as today and on plan, each `(m, size)`; outside loops only."""
        m = len(self.model.arrays.need)
        today: F32 = np.zeros((m, self.size), np.float32)
        plan: F32 = np.zeros((m, self.size), np.float32)
        for step in self.model.basis.route.steps:
            if not isinstance(step, Loop):
                for batch in step.batches:
                    today[batch.services], plan[batch.services] = self._drawn(batch, 0)
        return today, plan

    def own_in_round(self, loop: Loop, round_: int) -> tuple[F32, F32]:
        """Return own times in a loop, `(k, size)` by `loop.services`, as today and on plan."""
        key = ("loop", loop.number, round_)
        if key not in self._held:
            parts = [self._drawn(batch, round_) for batch in loop.batches]
            pair = (
                np.concatenate([today for today, _ in parts]),
                np.concatenate([plan for _, plan in parts]),
            )
            if self._bytes + 2 * pair[0].nbytes > _HELD_BYTES:
                return pair
            self._bytes += 2 * pair[0].nbytes
            self._held[key] = pair
        return self._held[key]

    def _drawn(self, batch: Batch, round_: int) -> tuple[F32, F32]:
        today = np.empty((len(batch.services), self.size), np.float32)
        self._block.own_times(batch, round_, today)
        plan = today
        if self._limits is not None:
            plan = today.copy()
            self._limits.limit(tuple(batch.services.tolist()), plan, round_)
        return today, plan

    def mask(self, slot: tuple[int, ...], round_: int = 0) -> F32 | None:
        """Return 1 for the jobs that need a slot, else 0, `(size,)`; None: all of them do."""
        rules = self.model.basis.rules
        key = self.model.basis.route.need_key[slot[0]]
        if rules.need[key] >= 1:
            return None
        if (key, round_) not in self._masks:
            ranks = self._block.draws.ranks(rules.keys[key : key + 1], round_)[0]
            mask: F32 = (ranks <= np.float32(CELLS * rules.need[key])).astype(np.float32)
            if round_ and self._bytes + mask.nbytes > _HELD_BYTES:
                return mask
            self._bytes += mask.nbytes
            self._masks[key, round_] = mask
        return self._masks[key, round_]

    def lateness(
        self, slot: tuple[int, ...], arrival: Callable[[int], F32], round_: int = 0
    ) -> F32:
        """Return ``B (A - buffer)^+`` of a slot, `(size,)`; the least of alternatives."""
        buffer = self.model.basis.rules.buffer
        late: F32 | None = None
        for f in slot:
            part = arrival(f)
            if buffer[f] > 0:
                part = np.maximum(part - np.float32(buffer[f]), np.float32(0))
            late = part if late is None else np.minimum(late, part)
        assert late is not None
        mask = self.mask(slot, round_)
        return late if mask is None else late * mask

    def partners(self, loop: Loop, round_: int) -> dict[int, IntArray]:
        """Return, by input from inside a loop, whose arrival each job meets in a round."""
        if (loop.number, round_) not in self._partners:  # views of one permutation: no memory
            names = [self.model.arrays.service_ids[f] for f in loop.inside]
            keys = stream_keys(self.model.seed, "pairing", names)
            pairing = self._block.pairing
            self._partners[loop.number, round_] = {
                f: pairing.samples(rotation)
                for f, rotation in zip(loop.inside, pairing.rotations(keys, round_), strict=True)
            }
        return self._partners[loop.number, round_]

    @cached_property
    def rounds(self) -> tuple[tuple[int, ...], ...]:
        """The rounds of each loop, in order: the fixed ones, or those until it settled today."""
        seen: dict[int, list[int]] = {}
        if any(report.rounds is None for report in self.model.loops):

            def watch(loop: Loop, round_: int, before: F32, met: Mapping[int, IntArray]) -> None:
                seen.setdefault(loop.number, []).append(round_)

            first = self._block.first
            self.model.block(first, self.counted, watch=watch).run(lambda batch, arrivals: None)
        return tuple(
            tuple(seen[number])
            if report.rounds is None
            else tuple(range(report.rounds - 1, -1, -1))
            for number, report in enumerate(self.model.loops)
        )
