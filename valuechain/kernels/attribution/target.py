"""The outcome that is attributed: what one customer makes of the arrivals of its services.

`v = sum over its services r of need_r phi(A_r)`, with `phi` the hours, the hours beyond the
promise, or 1 where the promise is broken.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np

from valuechain.kernels.chance.streams import F32
from valuechain.kernels.delay.route import Batch
from valuechain.kernels.delay.sampled import DelayModel
from valuechain.kernels.delay.sums import ON_TIME
from valuechain.network.arrays import ChainArrays, FloatArray

DelayOutcome = Literal["mean_hours", "mean_late_hours", "breach"]
ROUNDING = 1e-5  # relative: more than sums in float32 in two orders can differ by


@dataclass(frozen=True, eq=False)
class Target:
    """Services to a customer, by number, and what of their arrivals counts.

    Attributes
    ----------
    services : tuple of int
    need, sla : tuple of float
        Of each; the needs add up to 1, the sla is NaN where nothing is promised.
    outcome : {"mean_hours", "mean_late_hours", "breach"}
    """

    services: tuple[int, ...]
    need: tuple[float, ...]
    sla: tuple[float, ...]
    outcome: DelayOutcome

    @classmethod
    def of(cls, arrays: ChainArrays, customer: int, outcome: DelayOutcome) -> Target:
        """Return the target for a customer, by number of the node."""
        services = np.flatnonzero((arrays.client == customer) & (arrays.need > 0))
        return cls(
            tuple(services.tolist()),
            tuple(arrays.need[services].tolist()),
            tuple(arrays.sla[services].tolist()),
            outcome,
        )

    @property
    def known(self) -> bool:
        """Whether the outcome can be told: something is delivered, and promised if need be."""
        return any(self.counts(place) for place in range(len(self.services)))

    def counts(self, place: int) -> bool:
        """Whether one of the services can be felt: always in hours, late only if promised."""
        return self.outcome == "mean_hours" or self.sla[place] == self.sla[place]

    def felt(self, place: int, arrival: F32) -> FloatArray | None:
        """Return ``need phi(A)`` of one of the services for arrivals of any shape; None: none."""
        need, sla = self.need[place], self.sla[place]
        if self.outcome == "mean_hours":
            return need * arrival.astype(np.float64)
        if not self.counts(place):
            return None
        late = arrival > np.float32(sla * ON_TIME)
        if self.outcome == "breach":
            return need * late.astype(np.float64)
        return need * np.where(late, arrival - np.float32(sla), 0.0).astype(np.float64)

    def value(self, arrivals: F32) -> FloatArray:
        """Return ``v`` by sample, `(n,)`, for the arrivals `(k, n)` of `services`."""
        total = np.zeros(arrivals.shape[1])
        for place in range(len(self.services)):
            part = self.felt(place, arrivals[place])
            if part is not None:
                total += part
        return total

    def level(self, place: int, arrival: F32) -> F32:
        """Return the arrival up to which, at least `arrival`, none is felt more than another."""
        if self.outcome == "mean_hours":
            return arrival
        return np.maximum(arrival, np.float32(self.sla[place] * ON_TIME))


def value_by_sample(
    model: DelayModel, target: Target, executor: Executor | None = None
) -> FloatArray:
    """Return ``v`` of each sample, `(samples,)`."""
    work = partial(_value_of_block, model, target)
    parts = map(work, model.blocks()) if executor is None else executor.map(work, model.blocks())
    return np.concatenate(list(parts))


def _value_of_block(model: DelayModel, target: Target, part: tuple[int, int]) -> FloatArray:
    place = {root: i for i, root in enumerate(target.services)}
    first, counted = part
    kept = np.zeros((len(place), counted), np.float32)

    def visit(batch: Batch, rows: F32) -> None:
        for row, e in zip(rows, batch.services.tolist(), strict=True):
            if e in place:
                kept[place[e]] = row[:counted]

    model.block(first, counted).run(visit)
    return target.value(kept)
