"""Delay in loops: the distributional fixed point of services that wait for each other.

Requests inside a loop are different jobs, so each visit draws afresh. The fixed point of
`A = R(A', B) + O`, with `A'` an independent copy of `A`, is found from 0 by iterating a pool of
samples: each round re-pairs, for every input from inside the loop, whose arrival meets whose job.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from valuechain.kernels.chance.streams import F32, stream_keys
from valuechain.kernels.delay import loops
from valuechain.kernels.delay.block import Block
from valuechain.kernels.delay.route import Loop, Route
from valuechain.kernels.delay.slots import Slots, join_slots
from valuechain.network.arrays import ChainArrays, IntArray

ACCURACY = 1e-3  # of the distance to the fixed point that is left after the fixed rounds
LEAST_ROUNDS = 20
WINDOW = 50
MOST_ROUNDS = 2_000
SLOW_RADIUS = 0.98
_ENDLESS_ROUNDS = 100_000
_HOPELESS_HOURS = 1e12


@dataclass(frozen=True, eq=False)
class LoopReport:
    """How a loop was solved.

    Attributes
    ----------
    loop : loops.Loop
    radius : float
        Spectral radius of `need` with all alternatives: each round passes on at most this share
        of a delay.
    rounds : int or None
        The fixed number of rounds; None where rounds go on until the means settle.
    """

    loop: loops.Loop
    radius: float
    rounds: int | None

    @property
    def services(self) -> tuple[int, ...]:
        """The services of the loop, ascending."""
        return tuple(self.loop.services.tolist())

    @property
    def slow(self) -> bool:
        """Whether the loop is so tight that its delays are very uncertain (radius above .98)."""
        return self.radius > SLOW_RADIUS


def inspect_loops(arrays: ChainArrays, route: Route) -> tuple[LoopReport, ...]:
    """Return how each loop of the route is going to be solved.

    Raises
    ------
    Deadlock
        If a loop passes on everything, even with the kindest of each group of alternatives, and
        has no buffer; or so nearly everything that 100,000 rounds would not do.

    Notes
    -----
    Rounds: ``max(20, ceil(ln 1e-3 / ln r))`` for ``r < 1``, with all members of a group in ``r``.
    """
    if not route.loops:
        return ()
    slots = join_slots(arrays, waiting_only=True)
    slots = slots.where(slots.need(arrays.need) > 0)
    found = loops.find_loops(
        arrays, slots, arrays.need, loops.join_components(arrays, slots), tolerance=1e-9
    )
    by_join = {int(loop.joins[0]): loop for loop in found}
    return tuple(_report(arrays, slots, by_join[min(part.joins)]) for part in route.loops)


def _report(arrays: ChainArrays, slots: Slots, loop: loops.Loop) -> LoopReport:
    radius = loops.radius_of_all(arrays, slots, arrays.need, loop)
    rounds = _rounds(radius.high) if radius.settles else None
    if rounds is None or rounds <= _ENDLESS_ROUNDS:
        return LoopReport(loop, radius.high, rounds)
    if not loop.buffered:
        raise loops.Deadlock(loop)
    return LoopReport(loop, radius.high, None)


def _rounds(radius: float) -> int:
    if radius <= 0:
        return LEAST_ROUNDS
    return max(LEAST_ROUNDS, math.ceil(math.log(ACCURACY) / math.log(radius)))


Watch = Callable[[Loop, int, F32, Mapping[int, IntArray]], None]
"""Called in each round with the loop, the round, the arrivals `(k, n)` it starts from, and, by
input from inside, the sample whose arrival each job meets."""


class PoolSolver:
    """Finds the arrivals in loops, block by block.

    Parameters
    ----------
    reports : tuple of LoopReport
        From `inspect_loops`.
    watch : callable, optional

    Notes
    -----
    Rounds of a fixed number count down to 0, the last, so that a job's own draws are those of
    round 0, and a computation of more rounds only looks further back (coupling from the past,
    Propp and Wilson 1996): more rounds, needs or delay can only raise arrivals, sample by sample.
    Where the radius is 1 or more, rounds count up until, for each service, the means of two
    successive windows of 50 rounds agree within the standard error of the pool's mean; one last
    round with the draws of round 0 follows.

    References
    ----------
    Propp and Wilson (1996), Exact sampling with coupled Markov chains, Random Structures &
    Algorithms 9, 223-252.
    """

    def __init__(self, reports: tuple[LoopReport, ...], watch: Watch | None = None) -> None:
        self._reports = reports
        self._watch = watch

    def __call__(self, block: Block, loop: Loop) -> F32:
        """Return the arrivals `(k, n)` of `loop.services`."""
        pool = Pool(block, loop, self._watch)
        rounds = self._reports[loop.number].rounds
        if rounds is None:
            self._settle(pool, loop)
            rounds = 1
        for round_ in range(rounds - 1, -1, -1):
            pool.advance(round_)
        return pool.arrivals

    def _settle(self, pool: Pool, loop: Loop) -> None:
        means = np.zeros((MOST_ROUNDS + 1, len(loop.services)))
        for round_ in range(1, MOST_ROUNDS + 1):
            pool.advance(round_)
            means[round_] = pool.arrivals.mean(axis=1, dtype=np.float64)
            if not means[round_].max() < _HOPELESS_HOURS:
                break
            if round_ % WINDOW == 0 and round_ >= 2 * WINDOW:
                now = means[round_ - WINDOW + 1 : round_ + 1].mean(axis=0)
                before = means[round_ - 2 * WINDOW + 1 : round_ - WINDOW + 1].mean(axis=0)
                error = pool.arrivals.std(axis=1, dtype=np.float64) / np.sqrt(pool.size)
                # float32 sums of constants wobble in the last digit
                if (np.abs(now - before) <= error + 1e-6 * now).all():
                    return
        slowest = means[: round_ + 1].max(axis=1)
        slowest = slowest[np.isfinite(slowest)]
        step = min(5, len(slowest) - 1)
        growth = (slowest[step:] - slowest[:-step]) / step
        raise loops.Unsettled(self._reports[loop.number].loop, float(growth.min()))


class Pool:
    """The arrivals of a loop's services, round after round."""

    def __init__(self, block: Block, loop: Loop, watch: Watch | None = None) -> None:
        self._watch = watch
        self.size = block.size
        self._block, self._loop = block, loop
        shape = (len(loop.services), block.size)
        self.arrivals: F32 = np.zeros(shape, np.float32)
        self.before: F32 = np.zeros(shape, np.float32)
        self._pairing = block.pairing
        self._row = {f: i for i, f in enumerate(loop.services.tolist())}
        names = [block.basis.arrays.service_ids[f] for f in loop.inside]
        self._keys = stream_keys(block.basis.seed, "pairing", names)
        self._joins = frozenset(loop.joins)
        self._targets = {
            f: tuple(t for t in block.basis.route.loop_targets[f] if t.join in self._joins)
            for f in (*loop.inside, *loop.outside)
        }

    def partners(self, round_: int) -> dict[int, IntArray]:
        """Return, by input from inside, whose arrival each job meets in a round."""
        rotations = self._pairing.rotations(self._keys, round_)
        return {
            f: self._pairing.samples(rotation)
            for f, rotation in zip(self._loop.inside, rotations, strict=True)
        }

    def advance(self, round_: int) -> None:
        """Compute the arrivals of one more round from the present ones."""
        block, joins = self._block, self._block.joins
        self.before, self.arrivals = self.arrivals, self.before
        for join in self._loop.joins:
            joins.release(join)
        for f in self._loop.outside:
            joins.add(f, block.held[f], self._targets[f], round_)
        partners = self.partners(round_)
        if self._watch is not None:
            self._watch(self._loop, round_, self.before, partners)
        for f, samples in partners.items():
            met = np.take(self.before[self._row[f]], samples, mode="clip")
            joins.add(f, met, self._targets[f], round_)
        start = 0
        for batch in self._loop.batches:
            stop = start + len(batch.services)
            rows = block.own_times(batch, round_, self.arrivals[start:stop])
            for first, past, join, _ in batch.runs:
                ready = joins.ready(join, round_)
                if ready is not None:
                    np.add(rows[first:past], ready, out=rows[first:past])
            start = stop
