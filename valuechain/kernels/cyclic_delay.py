"""Delay in loops: the distributional fixed point of services that wait for each other.

Requests inside a loop are different jobs, so each visit draws afresh. The fixed point of
`A = R(A', B) + O`, with `A'` an independent copy of `A`, is found from 0 by iterating a pool of
samples: each round re-pairs, for every input from inside the loop, whose arrival meets whose job.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from valuechain.kernels.delay_block import Block
from valuechain.kernels.delay_route import Loop, Route
from valuechain.kernels.streams import F32, stream_keys
from valuechain.network.arrays import ChainArrays, FloatArray, IntArray

ACCURACY = 1e-3  # of the distance to the fixed point that is left after the fixed rounds
LEAST_ROUNDS = 20
WINDOW = 50
MOST_ROUNDS = 2_000
SLOW_RADIUS = 0.98
_ONE = 1.0 - 1e-9  # radii from here on count as 1: eigenvalues are not exact
_HOPELESS_HOURS = 1e12


class Deadlock(ValueError):
    """Services wait for each other for ever: `services` is a ring, each waits for the next."""

    def __init__(self, services: tuple[int, ...], radius: float) -> None:
        super().__init__(services, radius)
        self.services, self.radius = services, radius


class BuffersFallShort(ValueError):
    """A loop of radius 1 or more does not settle.

    `services` are its members, `shortfall_hours` what each round adds to the slowest of them: by
    about that much the buffers along a ring fall short, per hand-off.
    """

    def __init__(self, services: tuple[int, ...], shortfall_hours: float) -> None:
        super().__init__(services, shortfall_hours)
        self.services, self.shortfall_hours = services, shortfall_hours


@dataclass(frozen=True)
class LoopReport:
    """How a loop was solved.

    Attributes
    ----------
    services : tuple of int
    radius : float
        Spectral radius of `need`: each round passes on at most this share of a delay.
    rounds : int or None
        The fixed number of rounds; None where rounds go on until the means settle.
    """

    services: tuple[int, ...]
    radius: float
    rounds: int | None

    @property
    def slow(self) -> bool:
        """Whether the loop is so tight that its delays are very uncertain (radius above .98)."""
        return self.radius > SLOW_RADIUS


def inspect_loops(arrays: ChainArrays, route: Route) -> tuple[LoopReport, ...]:
    """Return how each loop is going to be solved.

    Raises
    ------
    Deadlock
        If a loop passes on everything, even with the kindest of each group of alternatives, and
        has no buffer.

    Notes
    -----
    ``M[j, k]``, the sum of `need` over the inputs of join ``j`` that wait for join ``k``, has the
    same spectral radius as the matrix of services and is smaller. Rounds:
    ``max(20, ceil(ln 1e-3 / ln r))`` for ``r < 1``; all members of a group count in ``r``.
    """
    return tuple(_inspect(arrays, route, loop) for loop in route.loops)


def _inspect(arrays: ChainArrays, route: Route, loop: Loop) -> LoopReport:
    services = tuple(loop.services.tolist())
    every = _need_edges(arrays, route, loop)
    radius, _ = _perron(len(loop.joins), every)
    if radius < _ONE:
        rounds = LEAST_ROUNDS
        if radius > 0:
            rounds = max(rounds, int(np.ceil(np.log(ACCURACY) / np.log(radius))))
        return LoopReport(services, radius, rounds)
    if not (arrays.buffer[list(loop.inside)] > 0).any():
        kindest = _kindest(arrays, route, loop, every)
        least, vector = _perron(len(loop.joins), kindest)
        if least >= _ONE:
            raise Deadlock(_ring(kindest, vector), least)
    return LoopReport(services, radius, None)


@dataclass(frozen=True)
class _Edge:
    """Join `j` (a number within the loop) waits for service `f`, which waits for join `k`."""

    j: int
    f: int
    k: int
    need: float
    group: int


def _need_edges(arrays: ChainArrays, route: Route, loop: Loop) -> list[_Edge]:
    number = {join: i for i, join in enumerate(loop.joins)}
    edges = []
    for f in loop.inside:
        for target in route.loop_targets[f]:
            if target.join in number:
                k = number[int(arrays.join[f])]
                edges.append(
                    _Edge(number[target.join], f, k, float(arrays.need[f]), int(arrays.group[f]))
                )
    return edges


def _perron(n: int, edges: list[_Edge]) -> tuple[float, FloatArray]:
    """Return the spectral radius of the edges' matrix and a vector of its joins' weights.

    Dense up to 300 joins; beyond, by power iteration on ``M + I``, whose radius is the largest
    ratio between rounds.
    """
    from scipy.sparse import coo_array

    need = np.array([edge.need for edge in edges])
    row, column = (np.array([getattr(e, x) for e in edges], dtype=np.int64) for x in "jk")
    matrix = coo_array((need, (row, column)), shape=(n, n)).tocsr()
    if n <= 300:
        values, vectors = np.linalg.eig(matrix.toarray())
        largest = int(np.argmax(values.real))
        return float(np.abs(values).max(initial=0.0)), np.abs(vectors[:, largest])
    x = np.ones(n)
    radius = 0.0
    for _ in range(10_000):
        y = matrix @ x + x
        before, radius = radius, float(y.max() / x.max()) - 1.0
        x = y / y.max()
        if abs(radius - before) < 1e-12 * (1.0 + radius):
            break
    return radius, x


def _kindest(arrays: ChainArrays, route: Route, loop: Loop, every: list[_Edge]) -> list[_Edge]:
    """Return the edges with one member kept in each group, so that the radius is least.

    A group with a member outside the loop needs nobody inside. Of the others, the member with
    the smallest weight is kept, and the weights are found anew, until nothing changes (policy
    iteration: each change can only lower the radius).
    """
    inside = {edge.f for edge in every}
    free = {
        group.key
        for join in loop.joins
        for group in route.groups.get(join, ())
        if any(f not in inside for f in group.members)
    }
    grouped = {e.f: e.k for e in every if e.group >= 0 and route.need_key[e.f] not in free}
    single = [edge for edge in every if edge.group < 0]
    weight = np.ones(len(loop.joins))
    chosen: dict[int, int] = {}
    for _ in range(len(grouped) + 1):
        best: dict[int, int] = {}
        for f in sorted(grouped):
            key = route.need_key[f]
            current = best.get(key)
            if current is None or weight[grouped[f]] < weight[grouped[current]] - 1e-12:
                best[key] = f
        for key, f in chosen.items():  # keep what is as good: no choice may go back and forth
            if weight[grouped[f]] <= weight[grouped[best[key]]] + 1e-12:
                best[key] = f
        kept = single + [e for e in every if e.f in best.values()]
        if best == chosen:
            break
        chosen = best
        _, weight = _perron(len(loop.joins), kept)
    return kept


def _ring(edges: list[_Edge], weight: FloatArray) -> tuple[int, ...]:
    """Return a ring of services, following from join to join what weighs most."""
    heaviest: dict[int, _Edge] = {}
    for edge in edges:
        rival = heaviest.get(edge.j)
        if rival is None or edge.need * weight[edge.k] > rival.need * weight[rival.k]:
            heaviest[edge.j] = edge
    join = int(np.argmax(weight))
    seen: dict[int, int] = {}
    path: list[int] = []
    while join not in seen:
        seen[join] = len(path)
        edge = heaviest[join]
        path.append(edge.f)
        join = edge.k
    return tuple(path[seen[join] :])


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
        raise BuffersFallShort(tuple(loop.services.tolist()), float(growth.min()))


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
