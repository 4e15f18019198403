"""What slack absorbs of a delay: buffers, other inputs that come later still, alternatives.

Per job, at the join of service `e`: what comes in is ``I_e = max over inputs f of
(B'_f A'_f - B_f A_f)^+`` (the sum where inputs are fetched in sequence, the largest of a group of
alternatives), what is passed on ``(R'_e - R_e)^+``; the difference is absorbed. A job that does not
need an input has no part in either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from valuechain.kernels.chance.streams import CELLS, F32, Draws
from valuechain.kernels.delay.block import JoinRules
from valuechain.kernels.delay.cyclic import Watch
from valuechain.kernels.delay.route import Loop, waiting_inputs
from valuechain.kernels.delay.sampled import DelayModel
from valuechain.kernels.delay.waves import struck_services, waves
from valuechain.network.arrays import ChainArrays, FloatArray, IntArray

_ROUNDING = 4e-6  # of the largest arrival: smaller gaps are what float32 makes of none


class Seen:
    """What a run shows of some joins: their readiness, and whom jobs met inside loops."""

    def __init__(self, counted: int) -> None:
        self._counted = counted
        self.ready: dict[int, F32] = {}  # by join
        self.met: dict[int, F32] = {}  # by input from inside a loop, in its last round

    def see(self, joins: frozenset[int]) -> Callable[[int, F32], None]:
        """Return what keeps the readiness of some joins."""

        def keep(join: int, ready: F32) -> None:
            if join in joins:
                self.ready[join] = ready[: self._counted].copy()

        return keep

    def watch(self, joins: frozenset[int]) -> Watch:
        """Return what keeps whose arrivals the jobs of a loop's last round met."""

        def keep(loop: Loop, round_: int, before: F32, partners: Mapping[int, IntArray]) -> None:
            if round_ == 0 and not joins.isdisjoint(loop.joins):
                row = {f: i for i, f in enumerate(loop.services.tolist())}
                for f, samples in partners.items():
                    self.met[f] = before[row[f]][samples[: self._counted]]

        return keep


@dataclass(frozen=True, eq=False)
class Absorption:
    """Where a difference between two chains comes in, and what is waited for there.

    Attributes
    ----------
    places : tuple
        Join before, join after (-1: none) and the services that wait there.
    raw : frozenset of int
        Inputs that are needed by other jobs, or waited for elsewhere, than before.
    slots : mapping
        By join after, its inputs, alternatives together.
    before : mapping
        By join before, its inputs.
    inside : frozenset
        Inputs and joins of the same loop.
    rules : tuple of JoinRules
        Of both chains.
    need_key : tuple of int
        By input, the one whose stream decides whether a job needs it.
    """

    places: tuple[tuple[int, int, tuple[int, ...]], ...]
    raw: frozenset[int]
    slots: Mapping[int, tuple[tuple[int, ...], ...]]  # by join after
    before: Mapping[int, frozenset[int]]  # inputs by join before
    inside: frozenset[tuple[int, int]]  # input and join of the same loop
    rules: tuple[JoinRules, JoinRules]
    need_key: tuple[int, ...]

    @classmethod
    def of(cls, before: DelayModel, after: DelayModel) -> Absorption:
        """Return what there is to see of two models."""
        old, new = before.arrays, after.arrays
        inputs_before, inputs_after = _inputs(old), _inputs(new)
        slots = {
            join: _slots(found, new, after.basis.route.need_key)
            for join, found in inputs_after.items()
        }
        places: dict[tuple[int, int], list[int]] = {}
        raw = set(np.flatnonzero(old.need != new.need).tolist())
        moving = set(np.flatnonzero(waves(new, struck_services(old, new), True) >= 0).tolist())
        for e, (was, now) in enumerate(zip(old.join.tolist(), new.join.tolist(), strict=True)):
            inputs = inputs_after.get(now, frozenset())
            others = inputs ^ inputs_before.get(was, frozenset())
            if inputs and (others or not moving.isdisjoint(inputs)):
                places.setdefault((was, now), []).append(e)
                raw |= others
        inside = {
            (f, join)
            for loop in after.basis.route.loops
            for f in loop.inside
            for join in loop.joins
        }
        return cls(
            tuple((was, now, tuple(services)) for (was, now), services in places.items()),
            frozenset(raw),
            slots,
            inputs_before,
            frozenset(inside),
            (before.basis.rules, after.basis.rules),
            after.basis.route.need_key,
        )

    def wanted(self, after: bool) -> frozenset[int]:
        """Return the joins whose readiness is asked for, in the first chain or the second."""
        return frozenset(now if after else was for was, now, _ in self.places)

    def of_jobs(
        self,
        differences: F32,
        raw: Mapping[int, tuple[F32, F32]],
        before: Seen,
        after: Seen,
        draws: Draws,
    ) -> tuple[FloatArray, FloatArray]:
        """Return the sums over jobs of what comes in and of what is absorbed, `(m,)`, hours."""
        m = len(differences)
        incoming, absorbed = np.zeros(m), np.zeros(m)
        jobs = _Jobs(self, differences, raw, before, after, draws)
        for was, now, services in self.places:
            come = jobs.incoming(was, now)
            nothing = np.zeros(draws.size, np.float32)
            ready = after.ready.get(now, nothing)
            passed = np.maximum(ready - before.ready.get(was, nothing), 0)
            kept = come - passed
            kept[kept <= _ROUNDING * float(max(ready.max(), come.max()))] = 0.0
            incoming[list(services)] = come.sum(dtype=np.float64)
            absorbed[list(services)] = kept.sum(dtype=np.float64)
        return incoming, absorbed


@dataclass(frozen=True, eq=False)
class _Jobs:
    """The jobs of one stretch, in both chains."""

    absorption: Absorption
    differences: F32
    raw: Mapping[int, tuple[F32, F32]]
    before: Seen
    after: Seen
    draws: Draws

    def incoming(self, was: int, now: int) -> F32:
        """Return what comes in at a join, `(n,)`."""
        rules = self.absorption.rules[1]
        total = np.zeros(self.differences.shape[1], np.float32)
        for slot in self.absorption.slots[now]:
            late = total * 0
            for f in slot:
                np.maximum(late, self._late(f, was, now), out=late)
            together = np.add if rules.in_sequence[now] else np.maximum
            together(total, late, out=total)
        return total

    def _late(self, f: int, was: int, now: int) -> F32:
        """Return how much later the needed input `f` is there, `(n,)`."""
        absorption = self.absorption
        met = (f, now) in absorption.inside and f in self.before.met and f in self.after.met
        waited = f in absorption.before.get(was, frozenset())
        old, new = (self._needed(f, rules) for rules in absorption.rules)
        if f in self.raw:
            first, second = self.raw[f]
            if met:
                first, second = self.before.met[f], self.after.met[f]
            late: F32 = second * new - first * (old if waited else 0)
        else:
            late = self.after.met[f] - self.before.met[f] if met else self.differences[f]
            late = late * new
        return late

    def _needed(self, f: int, rules: JoinRules) -> F32 | float:
        key = self.absorption.need_key[f]
        if rules.need[key] >= 1:
            return 1.0
        ranks = self.draws.ranks(rules.keys[key : key + 1])[0]
        needed: F32 = (ranks <= np.float32(CELLS * rules.need[key])).astype(np.float32)
        return needed


def _inputs(arrays: ChainArrays) -> dict[int, frozenset[int]]:
    """Return by join the inputs that are waited for and may be needed."""
    found: dict[int, set[int]] = {}
    for f, join in zip(*(part.tolist() for part in waiting_inputs(arrays)), strict=True):
        found.setdefault(join, set()).add(f)
    return {join: frozenset(inputs) for join, inputs in found.items()}


def _slots(
    inputs: frozenset[int], arrays: ChainArrays, need_key: tuple[int, ...]
) -> tuple[tuple[int, ...], ...]:
    """Return the inputs of a join, alternatives together."""
    slots: dict[tuple[bool, int], list[int]] = {}
    for f in sorted(inputs):
        grouped = bool(arrays.group[f] >= 0)
        slots.setdefault((grouped, need_key[f] if grouped else f), []).append(f)
    return tuple(tuple(members) for members in slots.values())
