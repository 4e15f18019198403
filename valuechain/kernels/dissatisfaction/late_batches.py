"""How often services are late, in batches of jobs: with some on plan, one set after another.

`x_g` of a batch `g` of the samples is ``(G / n) sum over its samples of 1[A > expects]``, a tie
counting with its part, so that the mean over all `G` batches is the share late, and their scatter
tells its standard error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

import numpy as np

from valuechain.kernels.attribution.fixing import blocks_to_replay
from valuechain.kernels.attribution.replay import Replay
from valuechain.kernels.chance.streams import F32
from valuechain.kernels.delay.route import Batch
from valuechain.kernels.delay.sampled import DelayModel
from valuechain.kernels.delay.sums import ON_TIME
from valuechain.kernels.plan.budgets import PlanBasis
from valuechain.network.arrays import BoolArray, FloatArray

MOST_BATCHES = 20
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Batches:
    """The batches of all samples, as a block of them sees them."""

    samples: int
    first: int
    counted: int

    @property
    def number(self) -> int:
        """How many there are of all samples."""
        return min(MOST_BATCHES, self.samples)

    def sums(self, marked: BoolArray) -> FloatArray:
        """Return how many of the block's samples are marked, by batch `(number,)`."""
        starts = np.arange(self.number) * self.samples // self.number
        low = int(np.searchsorted(starts, self.first, side="right")) - 1
        high = int(np.searchsorted(starts, self.first + self.counted - 1, side="right"))
        inside = np.maximum(starts[low:high] - self.first, 0)
        found = np.zeros(self.number)
        found[low:high] = np.add.reduceat(marked, inside, dtype=np.int64)
        return found


class _Expectations:
    """What clients call late, as a block counts it."""

    def __init__(self, model: DelayModel) -> None:
        expects = model.arrays.expects
        self._late = (expects * ON_TIME).astype(np.float32)
        self._reached = (expects * (2.0 - ON_TIME)).astype(np.float32)
        self._tie = np.zeros(len(expects)) if model.ties is None else model.ties
        self._some = ~np.isnan(expects)

    def late(self, e: int, arrival: F32, batches: Batches) -> FloatArray:
        """Return how many arrivals of a service are late, by batch."""
        if not self._some[e]:
            return np.zeros(batches.number)
        above = batches.sums(arrival > self._late[e])
        if self._tie[e] > 0:
            above += self._tie[e] * (batches.sums(arrival >= self._reached[e]) - above)
        return above


def late_on_plan(
    model: DelayModel,
    basis: PlanBasis,
    sets: Sequence[BoolArray],
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> FloatArray:
    """Return how often services are late with each set of them on plan.

    Parameters
    ----------
    model : DelayModel
        Nothing capped; `expects` and `ties` are what clients call late.
    basis : PlanBasis
    sets : sequence of ndarray of bool, each (m,)
        Best in an order in which few services change from one to the next.
    executor, progress
        As in `sample_delay`.

    Returns
    -------
    ndarray, shape (sets, G, m)
        By batch of the samples; the mean over the batches is the share late.
    """
    work = partial(_late_in_block, model, basis, tuple(sets))
    return _summed(model, work, blocks_to_replay(model), executor, progress)


def late_as_it_is(model: DelayModel, executor: Executor | None = None) -> FloatArray:
    """Return how often services are late, `(G, m)`, by batch of the samples."""
    return _summed(model, partial(_late_as_it_is, model), model.blocks(), executor, None)


def _summed(
    model: DelayModel,
    work: Callable[[tuple[int, int]], FloatArray],
    blocks: Sequence[tuple[int, int]],
    executor: Executor | None,
    progress: Progress | None,
) -> FloatArray:
    parts = map(work, blocks) if executor is None else executor.map(work, blocks)
    total: FloatArray | float = 0.0
    for done, part in enumerate(parts, start=1):
        total = total + part
        if progress is not None:
            progress(done, len(blocks))
    number = Batches(model.samples, 0, 1).number
    return np.asarray(total * (number / model.samples))


def _late_in_block(
    model: DelayModel, basis: PlanBasis, sets: tuple[BoolArray, ...], part: tuple[int, int]
) -> FloatArray:
    replay, batches = Replay(model, basis, *part), Batches(model.samples, *part)
    expectations = _Expectations(model)
    m = len(model.arrays.need)
    known: dict[bytes, FloatArray] = {}
    state, last = replay.today, None
    found = np.empty((len(sets), batches.number, m))
    for place, on_plan in enumerate(sets):
        key = np.packbits(on_plan & replay.binds).tobytes()
        if key not in known:
            after = replay.switch(state, on_plan)
            late = np.zeros((batches.number, m)) if last is None else last.copy()
            for e, (row, before) in enumerate(zip(after.arrival, state.arrival, strict=True)):
                if last is None or row is not before:
                    late[:, e] = expectations.late(e, row[: part[1]], batches)
            known[key], state, last = late, after, late
        found[place] = known[key]
    return found


def _late_as_it_is(model: DelayModel, part: tuple[int, int]) -> FloatArray:
    batches, expectations = Batches(model.samples, *part), _Expectations(model)
    late = np.zeros((batches.number, len(model.arrays.need)))

    def visit(batch: Batch, rows: F32) -> None:
        for row, e in zip(rows, batch.services.tolist(), strict=True):
            late[:, e] = expectations.late(e, row[: part[1]], batches)

    model.block(*part).run(visit)
    return late
