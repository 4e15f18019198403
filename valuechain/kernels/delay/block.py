"""One block of samples through a chain: readiness by joins, arrivals, service by service.

`A_e = R_e + O_e`; `R = max over inputs f: B_f (A_f - buffer_f)^+`, the sum where inputs are fetched
in sequence, the minimum within a group of alternatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from valuechain.kernels.chance.streams import CELLS, F32, Draws, stream_keys
from valuechain.kernels.delay.own_time import OwnBatch, OwnTimes
from valuechain.kernels.delay.pairing import Pairing
from valuechain.kernels.delay.route import BATCH, Batch, Group, Into, Loop, Route, Straight, Target
from valuechain.kernels.delay.workspace import Workspace
from valuechain.network.arrays import BoolArray, ChainArrays

Visit = Callable[[Batch, F32], None]
"""Called with a batch and its arrivals `(k, n)`, which are its own to overwrite, and no longer."""


class JoinRules:
    """How inputs meet: what of a chain decides it, and no draw."""

    def __init__(self, arrays: ChainArrays, route: Route, seed: int) -> None:
        self.need: list[float] = arrays.need.tolist()
        self.buffer: list[float] = arrays.buffer.tolist()
        self.in_sequence: list[bool] = arrays.join_in_sequence.tolist()
        self.groups = route.groups
        self.solved = frozenset(join for loop in route.loops for join in loop.joins)
        self.grouped: list[bool] = (arrays.group >= 0).tolist()
        self.keys = stream_keys(seed, "need", arrays.service_ids)
        # The one join of an input that every job needs and nothing softens: the short way.
        self.plain = [
            targets[0].slot
            if len(targets) == 1
            and targets[0].into == Into.LATEST
            and self.need[f] >= 1
            and self.buffer[f] == 0
            and route.held_for[f] < 0
            else -1
            for f, targets in enumerate(route.targets)
        ]


class Joins:
    """Slots in which arrivals meet, for the samples of one block."""

    def __init__(self, rules: JoinRules, draws: Draws, space: Workspace) -> None:
        self._rules = rules
        self._draws = draws
        self._rows: dict[int, F32] = {}
        self._space = space
        self._spare, self._zeros = space.take(), space.take()
        self._zeros.fill(0)

    def needed(self, key: int, round_: int) -> BoolArray:
        """Return which samples need the input whose stream is that of service `key`."""
        rules = self._rules
        ranks = self._draws.ranks(rules.keys[key : key + 1], round_)[0]
        needed: BoolArray = ranks <= np.float32(CELLS * rules.need[key])
        return needed

    def add(self, f: int, arrival: F32, targets: Iterable[Target], round_: int = 0) -> None:
        """Let the arrivals `(n,)` of service `f` meet the others in their slots."""
        rules, late = self._rules, arrival
        if rules.buffer[f] > 0:
            late = np.subtract(arrival, np.float32(rules.buffer[f]), out=self._spare)
            late = np.maximum(late, self._zeros, out=self._spare)
        if rules.need[f] < 1 and not rules.grouped[f]:
            late = np.multiply(late, self.needed(f, round_), out=self._spare)
        for target in targets:
            self.meet(target.slot, target.into, late)

    def meet(self, slot: int, into: Into, part: F32) -> None:
        """Take one more arrival `(n,)`, from 0, into a slot."""
        row = self._rows.get(slot)
        if row is None:
            row = self._rows[slot] = self._space.take()
            np.copyto(row, part)
        elif into == Into.LATEST:
            np.maximum(row, part, out=row)
        elif into == Into.SUM:
            np.add(row, part, out=row)
        else:
            np.minimum(row, part, out=row)

    def ready(self, join: int, round_: int = 0) -> F32 | None:
        """Return the readiness `(n,)` of a join, None where nothing is waited for."""
        for group in self._rules.groups.get(join, ()):
            if group.slot in self._rows:
                self._add_group(join, group, round_)
        return self._rows.get(join)

    def _add_group(self, join: int, group: Group, round_: int) -> None:
        """Add the best of a group's alternatives, and give its slot back."""
        row = self._rows.pop(group.slot)
        if self._rules.need[group.key] < 1:
            np.multiply(row, self.needed(group.key, round_), out=row)
        self.meet(join, Into.SUM if self._rules.in_sequence[join] else Into.LATEST, row)
        self._space.give(row)

    def release(self, slot: int) -> None:
        """Forget what is in a slot."""
        row = self._rows.pop(slot, None)
        if row is not None:
            self._space.give(row)


class Limits(Protocol):
    """What keeps own times to a plan."""

    def limit(self, services: tuple[int, ...], own: F32, round_: int) -> None:
        """Limit the own times `(k, n)` of `services` in place."""


class LoopSolver(Protocol):
    """What finds the arrivals inside a loop."""

    def __call__(self, block: Block, loop: Loop) -> F32:
        """Return the arrivals `(k, n)` of `loop.services`."""


@dataclass(frozen=True, eq=False)
class BlockBasis:
    """What all blocks of a computation share; it can be pickled.

    Attributes
    ----------
    arrays : ChainArrays
    route : Route
    own : OwnTimes
    own_batches : tuple of OwnBatch
        By number of the route's batches.
    rules : JoinRules
    seed : int
    """

    arrays: ChainArrays
    route: Route
    own: OwnTimes
    own_batches: tuple[OwnBatch, ...]
    rules: JoinRules
    seed: int


def block_basis(arrays: ChainArrays, route: Route, seed: int) -> BlockBasis:
    """Return what all blocks share."""
    own = OwnTimes(arrays, seed)
    batches = tuple(own.of(batch.services) for batch in route.batches)
    return BlockBasis(arrays, route, own, batches, JoinRules(arrays, route, seed), seed)


class Block:
    """The samples `first` to `first + size`, computed along the route.

    Parameters
    ----------
    basis : BlockBasis
    first, size : int
    solve : LoopSolver
    limits : callable, optional
        Makes, for the block's draws, what keeps own times to a plan.
    space : Workspace, optional
        Memory of the block before.
    """

    def __init__(
        self,
        basis: BlockBasis,
        first: int,
        size: int,
        solve: LoopSolver,
        limits: Callable[[Draws, Workspace], Limits] | None = None,
        space: Workspace | None = None,
    ) -> None:
        self.basis, self.first, self.size = basis, first, size
        self.draws = Draws(basis.seed, first, size, rows=BATCH)
        self.factor = basis.own.factor(self.draws)
        space = Workspace() if space is None else space
        space.start(size)
        self.joins = Joins(basis.rules, self.draws, space)
        self.held: dict[int, F32] = {}  # arrivals that lead into a loop still to be solved
        self._solve = solve
        self._limits = None if limits is None else limits(self.draws, space)
        self._buffer = space.table("batch", BATCH)

    @cached_property
    def pairing(self) -> Pairing:
        """The block's re-pairings, for loops."""
        return Pairing(self.basis.seed, self.draws, self.factor)

    def run(self, visit: Visit, see_ready: Callable[[int, F32], None] | None = None) -> None:
        """Compute all arrivals, and show them to `visit` batch by batch.

        Parameters
        ----------
        visit : callable
        see_ready : callable, optional
            Called with each join in which something is waited for, and its readiness `(n,)`.
        """
        for step in self.basis.route.steps:
            if isinstance(step, Straight):
                for batch in step.batches:
                    visit(batch, self._pass_through(batch, see_ready))
            else:
                self._run_loop(step, visit, see_ready)

    def own_times(self, batch: Batch, round_: int, out: F32) -> F32:
        """Return own times `(k, n)` of a batch, in `out`, limited where a plan says so."""
        own = out[: len(batch.services)]
        known = self.basis.own_batches[batch.number]
        self.basis.own.fill(known, self.draws, self.factor, own, round_)
        if self._limits is not None:
            self._limits.limit(known.services, own, round_)
        return own

    def _pass_through(self, batch: Batch, see_ready: Callable[[int, F32], None] | None) -> F32:
        """Return the arrivals of a batch outside loops, having passed each on to its joins."""
        rows = self.own_times(batch, 0, self._buffer)
        numbers = self.basis.own_batches[batch.number].services
        plain, joins = self.basis.rules.plain, self.joins
        for start, stop, join, last in batch.runs:
            ready = joins.ready(join) if join >= 0 else None
            if ready is not None:
                np.add(rows[start:stop], ready, out=rows[start:stop])
                if last and see_ready is not None and join not in self.basis.rules.solved:
                    see_ready(join, ready)
            for i in range(start, stop):
                slot = plain[numbers[i]]
                if slot >= 0:
                    joins.meet(slot, Into.LATEST, rows[i])
                else:
                    self._leave(numbers[i], rows[i])
            if last:
                joins.release(join)
        return rows

    def _run_loop(
        self, loop: Loop, visit: Visit, see_ready: Callable[[int, F32], None] | None
    ) -> None:
        solved = self._solve(self, loop)
        for join in loop.joins if see_ready is not None else ():
            ready = self.joins.ready(join)
            if ready is not None and see_ready is not None:
                see_ready(join, ready)
        start = 0
        for batch in loop.batches:
            part = solved[start : start + len(batch.services)]
            start += len(batch.services)
            for i, f in enumerate(batch.services.tolist()):
                self._leave(f, part[i])
            visit(batch, part)
        for f in loop.outside:
            if self.basis.route.held_for[f] == loop.number:
                del self.held[f]

    def _leave(self, f: int, arrival: F32) -> None:
        """Pass an arrival on to the joins outside loops, and keep it for those inside."""
        route = self.basis.route
        if route.targets[f]:
            self.joins.add(f, arrival, route.targets[f])
        if route.held_for[f] >= 0:
            self.held[f] = arrival.copy()
