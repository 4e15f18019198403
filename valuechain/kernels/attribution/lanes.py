"""Coalitions that differ from job to job: each sample is a lane that walks through its own order.

`A_e = R_e + O_e`, service by service, for all lanes at once; a lane's sources are switched from
plan to today one after another. Outside loops only.

The arithmetic of a walk's step is always the same, so it is written down once, as a list of numpy
calls on fixed pieces of memory, and then run step after step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from valuechain.kernels.attribution.recorded_block import RecordedBlock, Stage
from valuechain.kernels.attribution.target import Target
from valuechain.kernels.chance.streams import F32
from valuechain.network.arrays import BoolArray, FloatArray, IntArray

CELLS_AT_ONCE = 2**20  # own times of a walk held at once: they should stay in the cache
_ZERO = np.float32(0)
_SHRINK = 0.9  # the calls are written anew when so many lanes are left

Call = tuple[np.ufunc, Any, Any, F32]
"""A function of two arguments, the arguments, and where its result goes."""


class Lanes:
    """Arrivals of `directions` walks in each of some jobs, on the services that can matter.

    Parameters
    ----------
    record : RecordedBlock
    stages : sequence of Stage
    target : Target
    own : ndarray, shape (m, n)
        What every lane starts from.
    jobs : ndarray of int, shape (L,)
        Places of the lanes' jobs in the block.
    matters, varies : ndarray of bool, shape (m, n)
        Where a service can matter: where it matters in no lane it is left out. And where its own
        time is going to be another one.
    directions : int

    Attributes
    ----------
    row : ndarray of int, shape (m,)
        Row of each service, -1 where it is left out.
    own : ndarray, shape (rows, directions, L)
        Own times, to be written to.
    """

    def __init__(
        self,
        record: RecordedBlock,
        stages: Sequence[Stage],
        target: Target,
        own: F32,
        jobs: IntArray,
        matters: BoolArray,
        varies: BoolArray,
        directions: int,
    ) -> None:
        self.target, self.buffer = target, record.model.basis.rules.buffer
        used: BoolArray = np.any(matters[:, jobs], axis=1)
        self.stages = [kept for stage in stages if (kept := _kept(stage, used)) is not None]
        order = [e for stage in self.stages for e in stage.services]
        self.row = np.full(len(own), -1, np.int64)
        self.row[order] = np.arange(len(order))
        self.moves = _moving(self.stages, np.any(varies[:, jobs], axis=1))
        shape = (directions, len(jobs))
        self.own: F32 = np.empty((len(order), *shape), np.float32)
        self.own[...] = own[np.array(order, np.int64)[:, None], jobs][:, None, :]
        slots = [slot for stage in self.stages for slot in stage.slots]
        self.ready: F32 = np.zeros((len(self.stages), *shape), np.float32)
        self.fixed_part: F32 = np.empty((len(self.stages), *shape), np.float32)
        self.group_row = {slot: i for i, slot in enumerate(s for s in slots if len(s) > 1)}
        self.least: F32 = np.empty((len(self.group_row), *shape), np.float32)
        masks = {slot: record.mask(slot) for slot in slots}
        self.masks = {slot: mask[jobs] for slot, mask in masks.items() if mask is not None}
        widest = max((len(stage.services) for stage in self.stages), default=0)
        self.arrival: F32 = np.empty((widest, *shape), np.float32)
        self.spare: F32 = np.empty(shape, np.float32)
        self.at_root: F32 = np.empty((len(target.services), *shape), np.float32)
        self._width = len(jobs)
        self.fixed_part[...] = _ZERO
        _run(_Writer(self, self._width).calls(moving=False))
        self.fixed_part[...] = self.ready
        self._calls = _Writer(self, self._width).calls(moving=True)

    def value(self, width: int) -> FloatArray:
        """Return the outcome ``v`` in the first `width` lanes, `(directions, width)`."""
        if width < _SHRINK * self._width:
            self._width = width
            self._calls = _Writer(self, width).calls(moving=True)
        _run(self._calls)
        total = np.zeros((self.own.shape[1], width))
        for place, root in enumerate(self.target.services):
            if self.row[root] >= 0:
                part = self.target.felt(place, self.at_root[place, :, :width])
                if part is not None:
                    total += part
        return total


def _run(calls: list[Call]) -> None:
    for function, one, other, out in calls:
        function(one, other, out=out)


def _kept(stage: Stage, used: BoolArray) -> Stage | None:
    """Return a stage with what is used of it."""
    services = tuple(e for e in stage.services if used[e])
    if not services:
        return None
    # a group with an alternative that never matters matters nowhere
    slots = tuple(slot for slot in stage.slots if all(used[f] for f in slot))
    return Stage(stage.join, services, slots, stage.in_sequence)


def _moving(stages: Sequence[Stage], varies: BoolArray) -> BoolArray:
    """Return which services arrive at another time in the course of a walk, `(m,)`.

    One that shares a group of alternatives with such a service counts as well.
    """
    moves = varies.copy()
    count = -1
    while count != (count := int(moves.sum())):
        for stage in stages:
            for slot in stage.slots:
                if moves[list(slot)].any():
                    moves[[*slot, *stage.services]] = True
    return moves


class _Writer:
    """Writes down the calls for the first `width` lanes: of what is fixed, or of what moves."""

    def __init__(self, lanes: Lanes, width: int) -> None:
        self._lanes, self._width = lanes, width
        self._feeds: dict[int, list[tuple[int, tuple[int, ...]]]] = {}
        for number, stage in enumerate(lanes.stages):
            for slot in stage.slots:
                for f in slot:
                    self._feeds.setdefault(f, []).append((number, slot))
        self._begun: set[object] = set()
        self._calls: list[Call] = []

    def calls(self, moving: bool) -> list[Call]:
        """Return the calls that compute all services that move, or all that do not."""
        lanes, w = self._lanes, self._width
        roots = {root: place for place, root in enumerate(lanes.target.services)}
        for number, stage in enumerate(lanes.stages):
            services = [e for e in stage.services if bool(lanes.moves[e]) == moving]
            for slot in stage.slots:
                if len(slot) > 1 and bool(lanes.moves[slot[0]]) == moving:
                    self._leave_group(number, stage, slot)
            if not services:
                continue
            ready = lanes.ready[number, :, :w]
            for i, e in enumerate(services):
                arrival = lanes.own[lanes.row[e], :, :w]
                if stage.slots:
                    arrival = lanes.arrival[i, :, :w]
                    self._calls.append((np.add, lanes.own[lanes.row[e], :, :w], ready, arrival))
                if e in roots:
                    at_root = lanes.at_root[roots[e], :, :w]
                    self._calls.append((np.maximum, arrival, _ZERO, at_root))
                for to, slot in self._feeds.get(e, ()):
                    self._pass_on(e, arrival, to, slot)
        return self._calls

    def _pass_on(self, f: int, arrival: F32, to: int, slot: tuple[int, ...]) -> None:
        """Let an arrival meet the others at a join, or in its group."""
        lanes, late = self._lanes, arrival
        buffer = np.float32(lanes.buffer[f])
        held_back = lanes.buffer[f] > 0
        spare = lanes.spare[:, : self._width]
        if len(slot) > 1:
            least = lanes.least[lanes.group_row[slot], :, : self._width]
            if slot in self._begun:
                self._calls.append((np.subtract, late, buffer, spare))
                self._calls.append((np.minimum, least, spare, least))
            else:
                self._begun.add(slot)
                self._calls.append((np.subtract, late, buffer, least))
            return
        if held_back:
            self._calls.append((np.subtract, late, buffer, spare))
            late = spare
        if slot in lanes.masks:
            self._calls.append((np.multiply, late, lanes.masks[slot][: self._width], spare))
            late = spare
        self._meet(to, late, below_zero=held_back)

    def _leave_group(self, to: int, stage: Stage, slot: tuple[int, ...]) -> None:
        """Pass the least of alternatives on to their join."""
        lanes = self._lanes
        least = lanes.least[lanes.group_row[slot], :, : self._width]
        if slot in lanes.masks:
            self._calls.append((np.multiply, least, lanes.masks[slot][: self._width], least))
        self._meet(to, least, below_zero=True)

    def _meet(self, to: int, late: F32, below_zero: bool) -> None:
        """Join one more input; a wait is never below 0."""
        lanes, w = self._lanes, self._width
        ready = lanes.ready[to, :, :w]
        held = ready
        if to not in self._begun:
            self._begun.add(to)
            held = lanes.fixed_part[to, :, :w]
        if lanes.stages[to].in_sequence:
            if below_zero:
                spare = lanes.spare[:, :w]
                self._calls.append((np.maximum, late, _ZERO, spare))
                late = spare
            self._calls.append((np.add, held, late, ready))
        else:
            self._calls.append((np.maximum, held, late, ready))
