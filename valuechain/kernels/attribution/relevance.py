"""Which services can matter in a job: those on a way to the customer that is long enough.

Backwards from the customer: a service that arrives by `L_e` even with everything as today moves
the target's arrival beyond a given level in no coalition of sources, as arrivals only grow with
the coalition. With `L` of the target at that level,

    L_f = min over joins for which f is needed of L_R + buffer_f,
    L_R = min over the services at the join of L_e - O_e,

`O` as today. An input that is fetched in sequence, where the sum does exceed `L_R`, is never too
early (`L_f = buffer_f`), and no input matters where the sum does not; alternatives likewise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from valuechain.kernels.attribution.recorded_block import RecordedBlock, Stage
from valuechain.kernels.chance.streams import F32

NEVER = np.float32(np.inf)


class Relevance:
    """Finds the latest arrivals that do not matter, for the jobs of a block without loops.

    Parameters
    ----------
    record : RecordedBlock
    stages : sequence of Stage
    own, arrival : ndarray, shape (m, n)
        As today.
    """

    def __init__(
        self, record: RecordedBlock, stages: Sequence[Stage], own: F32, arrival: F32
    ) -> None:
        self._record, self._stages = record, stages
        self._own, self._arrival = own, arrival
        self._buffer = record.model.basis.rules.buffer

    def latest(self, levels: Mapping[int, F32]) -> F32:
        """Return ``L`` `(m, n)` from that of the target's services; infinite: never matters."""
        latest = np.full_like(self._own, NEVER)
        for root, level in levels.items():
            latest[root] = level
        for stage in reversed(self._stages):
            rows = list(stage.services)
            if stage.slots:
                ready = (latest[rows] - self._own[rows]).min(axis=0)
                if (ready < NEVER).any():
                    self._back(stage, ready, latest)
        return latest

    def _back(self, stage: Stage, ready: F32, latest: F32) -> None:
        """Pass the latest readiness of a join back to its inputs."""
        zero = np.float32(0)
        if stage.in_sequence:
            late = [self._late(slot) for slot in stage.slots]
            total = np.add.reduce(late)
            ready = np.where(total > ready, zero, NEVER)
        for slot in stage.slots:
            bound = ready
            mask = self._record.mask(slot)
            if len(slot) > 1:
                bound = np.where(self._late(slot) > ready, ready, NEVER)
            if mask is not None:
                bound = np.where(mask > 0, bound, NEVER)
            # what arrives at 0 or less is no wait, even where the level lies below
            bound = np.maximum(bound, zero)
            for f in slot:
                np.minimum(latest[f], bound + np.float32(self._buffer[f]), out=latest[f])

    def _late(self, slot: tuple[int, ...]) -> F32:
        return self._record.lateness(slot, self._arrival.__getitem__)
