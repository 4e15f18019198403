"""Stack-up: how often a promise breaks although every provider keeps his word.

Per job, with its needs `B`: ``J_e + own median > sla_e``, where `J_e` is the join over the inputs
for `e` that the job needs of ``(promised_f - buffer_f)^+``; ``promised_f = sla_f``, without one own
median plus own join, and in a loop the mean arrival. Nothing but the needs is random, so where
they are few all their combinations are counted, each with its probability.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.kernels.delay.route import find_route
from valuechain.kernels.delay.slots import Slots, join_slots
from valuechain.kernels.plan.budgets import KEPT, PlanBasis, keeping
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray

MOST_NEEDS = 12  # uncertain needs behind one join whose combinations are all counted


@dataclass(frozen=True, eq=False)
class LetDown:
    """How often the inputs alone break a promise; all `(m,)`.

    Attributes
    ----------
    share : ndarray
        Share of jobs, 0..1; NaN without a promise.
    error : ndarray
        Its standard error: 0 where all combinations of needs were counted.
    """

    share: FloatArray
    error: FloatArray


def let_down(
    arrays: ChainArrays, basis: PlanBasis, samples: int = 20_000, seed: int = 0
) -> LetDown:
    """Return how often each promise breaks though every provider keeps his.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need` given.
    basis : PlanBasis
        Median own times, and mean arrivals for loops.
    samples, seed : int
        Of the needs, where more than 12 uncertain ones stand behind a join.

    Returns
    -------
    LetDown

    Notes
    -----
    Cost: per join up to 4,096 combinations times what stands behind it.

    Examples
    --------
    Half of the jobs need a design, promised in 6 h; 3 h more are too much for 8 h.

    >>> from valuechain.chain import ValueChain
    >>> from valuechain.network import to_arrays
    >>> arrays = to_arrays(ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[{"provider": "design", "client": "sales", "sla": "6 h", "need": 0.5},
    ...               {"provider": "sales", "client": "shop", "sla": "8 h"}]))
    >>> let_down(arrays, PlanBasis(np.array([4.0, 3.0]), np.full(2, np.nan))).share.tolist()
    [0.0, 0.5]
    """
    promised = ~np.isnan(arrays.sla)
    share = np.where(promised & (basis.median > arrays.sla * KEPT), 1.0, 0.0)
    error = np.zeros(len(share))
    plan = _Plan.of(arrays, basis)
    waiting = np.flatnonzero(promised & (arrays.join >= 0))
    many: list[int] = []
    for join in np.unique(arrays.join[waiting]).tolist():
        services = waiting[arrays.join[waiting] == join]
        needs = sorted(plan.needs_behind(join))
        if len(needs) > MOST_NEEDS:
            many.extend(services.tolist())
            continue
        cases = _Cases.of([plan.need[key] for key in needs], needs)
        ready = plan.ready(join, cases, {})
        for e in services.tolist():
            broken = ready + basis.median[e] > arrays.sla[e] * KEPT
            share[e] = min(1.0, float(cases.weight[np.broadcast_to(broken, cases.shape)].sum()))
    if many:
        sampled = keeping(arrays, basis, samples, seed).let_down[many]
        share[many] = sampled
        error[many] = np.sqrt(sampled * (1.0 - sampled) / samples)
    return LetDown(np.where(promised, share, np.nan), np.where(promised, error, np.nan))


@dataclass(frozen=True, eq=False)
class _Cases:
    """All combinations of some needs: which are there `(2^k,)`, by key, and how likely."""

    needed: dict[int, BoolArray]
    weight: FloatArray

    @property
    def shape(self) -> tuple[int, ...]:
        return self.weight.shape

    @classmethod
    def of(cls, need: list[float], keys: list[int]) -> _Cases:
        number = np.arange(2 ** len(keys))
        needed = {key: (number >> i) & 1 == 1 for i, key in enumerate(keys)}
        weight = np.ones(len(number))
        for share, key in zip(need, keys, strict=True):
            weight *= np.where(needed[key], share, 1.0 - share)
        return cls(needed, weight)


@dataclass(frozen=True, eq=False)
class _Plan:
    """What is promised to whom, and what each job needs."""

    arrays: ChainArrays
    slots: Slots
    median: FloatArray
    word: FloatArray  # by service, what is promised whatever comes in; NaN: its own plan
    need: FloatArray  # by service
    key: tuple[int, ...]  # by service, the one whose need decides: the first of its group

    @classmethod
    def of(cls, arrays: ChainArrays, basis: PlanBasis) -> _Plan:
        route = find_route(arrays)
        slots = join_slots(arrays, waiting_only=True)
        slots = slots.where(slots.need(arrays.need) > 0)
        in_loop = np.where(route.loop_of >= 0, basis.mean_arrival, np.nan)
        word = np.where(np.isnan(arrays.sla), in_loop, arrays.sla)
        return cls(arrays, slots, basis.median, word, arrays.need, route.need_key)

    def inputs(self, join: int) -> list[list[int]]:
        """Return the slots of a join."""
        ptr, members = self.slots.member_ptr, self.slots.members
        numbers = range(int(self.slots.ptr[join]), int(self.slots.ptr[join + 1]))
        return [members[ptr[s] : ptr[s + 1]].tolist() for s in numbers]

    def _own_join(self, f: int) -> int:
        """Return the join that a service's own plan stands on, -1 where it has none."""
        return int(self.arrays.join[f]) if np.isnan(self.word[f]) else -1

    def needs_behind(self, join: int) -> set[int]:
        """Return the keys of the uncertain needs that a planned join hangs on."""
        found: set[int] = set()
        seen, waiting = {join}, [join]
        while waiting:
            for slot in self.inputs(waiting.pop()):
                if self.need[slot[0]] < 1:
                    found.add(self.key[slot[0]])
                for f in slot:
                    upstream = self._own_join(f)
                    if upstream >= 0 and upstream not in seen:
                        seen.add(upstream)
                        waiting.append(upstream)
        return found

    def ready(self, join: int, cases: _Cases, known: dict[int, FloatArray]) -> FloatArray:
        """Return the planned join in every case, hours."""
        if join not in known:
            total = np.zeros(cases.shape)
            for slot in self.inputs(join):
                late = np.minimum.reduce([self._late(f, cases, known) for f in slot])
                if self.need[slot[0]] < 1:
                    late = late * cases.needed[self.key[slot[0]]]
                together = np.add if self.arrays.join_in_sequence[join] else np.maximum
                total = together(total, late)
            known[join] = total
        return known[join]

    def _late(self, f: int, cases: _Cases, known: dict[int, FloatArray]) -> FloatArray:
        upstream = self._own_join(f)
        word = self.word[f]
        if np.isnan(word):
            word = self.median[f]
        ready = self.ready(upstream, cases, known) if upstream >= 0 else np.zeros(cases.shape)
        late: FloatArray = np.maximum(ready + word - self.arrays.buffer[f], 0.0)
        return late
