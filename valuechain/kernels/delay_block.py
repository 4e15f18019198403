"""One block of samples through a chain: readiness by joins, arrivals, service by service.

`A_e = R_e + O_e`; `R = max over inputs f: B_f (A_f - buffer_f)^+`, the sum where inputs are fetched
in sequence, the minimum within a group of alternatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Protocol

import numpy as np

from valuechain.kernels.delay_route import BATCH, Batch, Group, Into, Loop, Route, Straight, Target
from valuechain.kernels.own_time import OwnTimes
from valuechain.kernels.pairing import Pairing
from valuechain.kernels.streams import CELLS, F32, Draws, Words, stream_keys
from valuechain.network.arrays import BoolArray, ChainArrays, IntArray

Visit = Callable[[IntArray, F32], None]
"""Called with services `(k,)` and their arrivals `(k, n)`, which are valid only during the call."""


class Joins:
    """Slots in which arrivals meet, for the samples of one block.

    Parameters
    ----------
    arrays, route, need_keys
        The chain, its route, and the keys of the streams of needs `(m, 2)`.
    draws : Draws
    """

    def __init__(self, arrays: ChainArrays, route: Route, need_keys: Words, draws: Draws) -> None:
        self._route = route
        self._need = arrays.need.tolist()
        self._buffer = arrays.buffer.tolist()
        self._in_sequence = arrays.join_in_sequence.tolist()
        self._keys = need_keys
        self._draws = draws
        self._rows: dict[int, F32] = {}
        self._free: list[F32] = []
        self._spare = np.empty(draws.size, np.float32)

    def needed(self, key: int, need: float, round_: int) -> BoolArray:
        """Return which samples need the input whose stream is that of service `key`."""
        ranks = self._draws.ranks(self._keys[key : key + 1], round_)[0]
        needed: BoolArray = ranks <= np.float32(CELLS * need)
        return needed

    def add(self, f: int, arrival: F32, targets: Iterable[Target], round_: int = 0) -> None:
        """Let the arrivals `(n,)` of service `f` meet the others in their slots."""
        late = arrival
        if self._buffer[f] > 0:
            late = np.subtract(arrival, np.float32(self._buffer[f]), out=self._spare)
        needed: BoolArray | None = None
        for target in targets:
            part = late
            if target.into != Into.EARLIEST:
                if self._need[f] < 1:
                    if needed is None:
                        needed = self.needed(self._route.need_key[f], self._need[f], round_)
                    part = np.multiply(late, needed, out=self._spare)
                    late = part  # a job that does not need the input needs it nowhere
                if target.into == Into.SUM:
                    part = np.maximum(late, np.float32(0), out=self._spare)
            self._meet(target.slot, target.into, part)

    def _meet(self, slot: int, into: Into, part: F32) -> None:
        row = self._rows.get(slot)
        if row is None:
            row = self._free.pop() if self._free else np.empty(self._draws.size, np.float32)
            self._rows[slot] = row
            if into == Into.LATEST:
                np.maximum(part, np.float32(0), out=row)
            else:
                np.copyto(row, part)
        elif into == Into.LATEST:
            np.maximum(row, part, out=row)
        elif into == Into.SUM:
            np.add(row, part, out=row)
        else:
            np.minimum(row, part, out=row)

    def ready(self, join: int, round_: int = 0) -> F32 | None:
        """Return the readiness `(n,)` of a join, None where nothing is waited for."""
        for group in self._route.groups.get(join, ()):
            if group.slot in self._rows:
                self._add_group(join, group, round_)
        return self._rows.get(join)

    def _add_group(self, join: int, group: Group, round_: int) -> None:
        """Add the best of a group's alternatives, and give its slot back."""
        row = self._rows.pop(group.slot)
        np.maximum(row, np.float32(0), out=row)
        need = self._need[group.key]
        if need < 1:
            np.multiply(row, self.needed(group.key, need, round_), out=row)
        self._meet(join, Into.SUM if self._in_sequence[join] else Into.LATEST, row)
        self._free.append(row)

    def release(self, slot: int) -> None:
        """Forget what is in a slot."""
        row = self._rows.pop(slot, None)
        if row is not None:
            self._free.append(row)


class Cap(Protocol):
    """What limits own times: the plan, or nothing."""

    def limit(self, services: IntArray, own: F32, round_: int) -> None:
        """Limit the own times `(k, n)` of `services` in place."""


class LoopSolver(Protocol):
    """What finds the arrivals inside a loop."""

    def __call__(self, block: Block, loop: Loop) -> F32:
        """Return the arrivals `(k, n)` of `loop.services`."""


class Block:
    """The samples `first` to `first + size`, computed along the route.

    Parameters
    ----------
    arrays : ChainArrays
    route : Route
    own : OwnTimes
    seed, first, size : int
    solve : LoopSolver
    cap : Cap, optional
    """

    def __init__(
        self,
        arrays: ChainArrays,
        route: Route,
        own: OwnTimes,
        seed: int,
        first: int,
        size: int,
        solve: LoopSolver,
        cap: Callable[[Draws], Cap] | None = None,
    ) -> None:
        self.arrays, self.route, self.seed, self.size = arrays, route, seed, size
        self.draws = Draws(seed, first, size, rows=BATCH)
        self.factor = own.factor(self.draws)
        need_keys = stream_keys(seed, "need", arrays.service_ids)
        self.joins = Joins(arrays, route, need_keys, self.draws)
        self.held: dict[int, F32] = {}  # arrivals that lead into a loop still to be solved
        self._own = own
        self._solve = solve
        self._cap = None if cap is None else cap(self.draws)
        self._buffer = np.empty((BATCH, size), np.float32)

    @cached_property
    def pairing(self) -> Pairing:
        """The block's re-pairings, for loops."""
        return Pairing(self.seed, self.draws, self.factor)

    def run(self, visit: Visit) -> None:
        """Compute all arrivals, and show them to `visit` service by service."""
        for step in self.route.steps:
            if isinstance(step, Straight):
                for batch in step.batches:
                    arrivals = self.arrivals(batch, 0, self._buffer, self._leave)
                    visit(batch.services, arrivals)
            else:
                solved = self._solve(self, step)
                start = 0
                for batch in step.batches:
                    part = solved[start : start + len(batch.services)]
                    start += len(batch.services)
                    for i, f in enumerate(batch.services.tolist()):
                        self._leave(f, part[i])
                    visit(batch.services, part)
                for f in step.outside:
                    if self.route.held_for[f] == step.number:
                        del self.held[f]

    def own_times(self, services: IntArray, round_: int, out: F32) -> F32:
        """Return own times `(k, n)` of `services`, capped where the plan says so."""
        own = out[: len(services)]
        self._own.fill(services, self.draws, self.factor, own, round_)
        if self._cap is not None:
            self._cap.limit(services, own, round_)
        return own

    def arrivals(
        self, batch: Batch, round_: int, out: F32, leave: Callable[[int, F32], None] | None
    ) -> F32:
        """Return the arrivals of a batch; each is handed to `leave` before the next run's joins."""
        rows = self.own_times(batch.services, round_, out)
        numbers = batch.services.tolist()
        for start, stop, join, last in batch.runs:
            ready = self.joins.ready(join, round_) if join >= 0 else None
            if ready is not None:
                np.add(rows[start:stop], ready, out=rows[start:stop])
            if leave is not None:
                for i in range(start, stop):
                    leave(numbers[i], rows[i])
                if last:
                    self.joins.release(join)
        return rows

    def _leave(self, f: int, arrival: F32) -> None:
        """Pass an arrival on to the joins outside loops, and keep it for those inside."""
        if self.route.targets[f]:
            self.joins.add(f, arrival, self.route.targets[f])
        if self.route.held_for[f] >= 0:
            self.held[f] = arrival.copy()
