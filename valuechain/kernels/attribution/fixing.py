"""What arrivals come to with some services on plan, one set of services after another.

All sets see the same jobs. What a set does not change is summed up once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from valuechain.kernels.attribution.replay import Replay, State
from valuechain.kernels.chance.streams import TOGETHER
from valuechain.kernels.delay.route import BATCH
from valuechain.kernels.delay.sampled import DelayModel
from valuechain.kernels.delay.sums import DelaySums, Promises, mean_and_square
from valuechain.kernels.plan.budgets import PlanBasis
from valuechain.network.arrays import BoolArray

_CELLS = 2**23  # arrivals held at once, outside loops


def blocks_to_replay(model: DelayModel) -> tuple[tuple[int, int], ...]:
    """Return first sample and size of blocks whose arrivals can all be held at once."""
    if model.loops:
        return model.blocks()
    m, n = max(len(model.arrays.need), 1), model.samples
    size = max(256, min(16_384, _CELLS // m // TOGETHER * TOGETHER))
    return tuple((first, min(size, n - first)) for first in range(0, n, size))


def sums_on_plan(
    model: DelayModel, basis: PlanBasis, sets: Sequence[BoolArray], part: tuple[int, int]
) -> tuple[DelaySums, ...]:
    """Return what a block comes to with everything as today, then with each set on plan.

    Parameters
    ----------
    model : DelayModel
        Nothing capped.
    basis : PlanBasis
    sets : sequence of ndarray of bool, each (m,)
        Which services are on plan.
    part : (first, counted)

    Returns
    -------
    tuple of DelaySums
        One more than there are sets; without spreads (`square` is 0).
    """
    replay = Replay(model, basis, *part)
    m = len(model.arrays.need)
    empty = DelaySums(part[1], *(np.zeros(m) for _ in range(5)))
    as_is = _summed(replay, replay.today, empty, range(m))
    found = [as_is]
    for on_plan in sets:
        state = replay.switch(replay.today, on_plan)
        rows = zip(state.arrival, replay.today.arrival, strict=True)
        changed = [e for e, (row, before) in enumerate(rows) if row is not before]
        found.append(_summed(replay, state, as_is, changed) if changed else as_is)
    return tuple(found)


def _summed(replay: Replay, state: State, before: DelaySums, services: Sequence[int]) -> DelaySums:
    """Return sums in which some services are counted anew."""
    n = before.count
    sums = DelaySums(
        n,
        before.mean.copy(),
        before.square,
        before.late_sum.copy(),
        before.breaches.copy(),
        before.late.copy(),
    )
    promises = Promises(replay.model.arrays, n, replay.model.ties)
    for start in range(0, len(services), BATCH):
        batch = np.array(services[start : start + BATCH], np.int64)
        rows = np.stack([state.arrival[e][:n] for e in batch.tolist()])
        breaches = promises.count(sums, batch, rows)
        sums.mean[batch], _ = mean_and_square(rows)
        late = promises.lateness(batch, rows)
        sums.late_sum[batch] = np.where(breaches > 0, late, 0.0)
    return sums
