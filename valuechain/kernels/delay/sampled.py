"""Sampled delay: arrivals of all services, `A_e = R_e + O_e`, and what they amount to.

One sample is one job. Blocks of samples are independent of each other and merged in their order,
so the answer is the same to the last bit for one worker or many, threads or processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from valuechain.kernels.chance.streams import BLOCK, F32, TOGETHER
from valuechain.kernels.delay.block import Block, BlockBasis, block_basis
from valuechain.kernels.delay.cyclic import LoopReport, PoolSolver, Watch, inspect_loops
from valuechain.kernels.delay.route import Batch, find_route
from valuechain.kernels.delay.sums import DelaySums, Promises, mean_and_square
from valuechain.kernels.delay.workspace import Workspace
from valuechain.kernels.plan.budgets import Cap
from valuechain.network.arrays import ChainArrays, FloatArray, IntArray

_HELD_BYTES = 2**26  # arrivals that stay in memory after the first replay
_KEPT_BYTES = 2**28  # samples held at once while quantiles are found

Progress = Callable[[int, int], None]
"""Called after each block with the blocks done and the blocks in all."""


@dataclass(frozen=True, eq=False)
class DelayModel:
    """A chain ready to be sampled; it can be pickled and sent to workers.

    Attributes
    ----------
    arrays : ChainArrays
        With every `need` given.
    seed, samples : int
    basis : BlockBasis
        With the route.
    loops : tuple of LoopReport
    cap : Cap or None
        Own times that keep to their budgets.
    ties : ndarray or None
        Share of arrivals at `expects` that counts as late, `(m,)`; None: nothing does.
    """

    arrays: ChainArrays
    seed: int
    samples: int
    basis: BlockBasis
    loops: tuple[LoopReport, ...]
    cap: Cap | None = None
    ties: FloatArray | None = None

    def blocks(self) -> tuple[tuple[int, int], ...]:
        """Return first sample and size of each block that counts.

        Outside loops samples do not depend on each other, and blocks are of about one size; for
        loops they are pools, of a fixed size.
        """
        size = BLOCK
        if not self.loops:
            blocks = max(1, round(self.samples / BLOCK))
            size = TOGETHER * -(-self.samples // (TOGETHER * blocks))
        return tuple(
            (first, min(size, self.samples - first)) for first in range(0, self.samples, size)
        )

    def block(
        self,
        first: int,
        counted: int,
        space: Workspace | None = None,
        watch: Watch | None = None,
    ) -> Block:
        """Return a block, of more samples than count where pools of loops or words are whole."""
        limits = None
        if self.cap is not None:
            limits = partial(self.cap.on, self.arrays, self.basis.route, self.basis.rules)
        return Block(
            self.basis,
            first,
            BLOCK if self.loops else -(-counted // TOGETHER) * TOGETHER,
            PoolSolver(self.loops, watch),
            limits,
            space,
        )


def delay_model(
    arrays: ChainArrays, samples: int = 20_000, seed: int = 0, cap: Cap | None = None
) -> DelayModel:
    """Return a chain ready to be sampled.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need` given.
    samples : int
        At least 1. The first samples are the same whatever the number.
    seed : int
    cap : Cap, optional
        The services whose own times keep to their budgets, see `delay_plan`.

    Raises
    ------
    Deadlock
        If a loop passes on all of a delay, for ever.
    ValueError
        If a `need` is NaN or there are no samples.
    """
    if samples < 1:
        raise ValueError(f"at least one sample is needed, not {samples}")
    route = find_route(arrays)
    loops = inspect_loops(arrays, route)
    return DelayModel(arrays, seed, samples, block_basis(arrays, route, seed), loops, cap)


def _sum_block(
    model: DelayModel, part: tuple[int, int], space: Workspace | None = None
) -> DelaySums:
    """Return the sums of one block."""
    first, counted = part
    space = Workspace() if space is None else space
    sums = DelaySums(counted, *(np.zeros(len(model.arrays.need)) for _ in range(5)))
    promises = Promises(model.arrays, counted, model.ties)

    def visit(batch: Batch, arrivals: F32) -> None:
        kept, services = arrivals[:, :counted], batch.services
        breaches = promises.count(sums, services, kept)
        sums.mean[services], sums.square[services] = mean_and_square(kept)
        if breaches.any():
            late = promises.lateness(services, kept)
            sums.late_sum[services] = np.where(breaches > 0, late, 0.0)

    model.block(first, counted, space).run(visit)
    return sums


@dataclass(frozen=True, eq=False)
class DelayRun:
    """Arrivals of a chain, in numbers: those found at once, and those that are found when asked.

    All arrays have a row per service, `(m,)`, or per customer, `(C,)`; times are in hours. What
    is asked later replays the same draws.

    Attributes
    ----------
    model : DelayModel
    sums : DelaySums
    """

    model: DelayModel
    sums: DelaySums

    @property
    def samples_drawn(self) -> int:
        """How many jobs were sampled."""
        return self.sums.count

    @property
    def mean(self) -> FloatArray:
        """Mean arrival."""
        return self.sums.mean

    @property
    def sd(self) -> FloatArray:
        """Standard deviation of arrivals; 0 for one sample."""
        spread: FloatArray = np.sqrt(self.sums.square / max(self.sums.count - 1, 1))
        return spread

    @property
    def mean_error(self) -> FloatArray:
        """Standard error of the mean; NaN for one sample, which tells nothing of it.

        That of independent samples. It is right in a ring that feeds only on itself, where
        permutations as re-pairings and fresh draws per visit leave the pool's mean no more
        uncertain than that. Where a tight loop also waits for an input from outside, or one
        department feeds several that all feed it, what the pool's mean is off by comes back
        round after round: near a whole pool of samples and beyond, the error of loops of radius
        .8 is 1.4 to 1.7 times the one told.
        """
        error: FloatArray = self.sd / np.sqrt(self.sums.count)
        return error if self.sums.count > 1 else np.full_like(error, np.nan)

    @property
    def mean_late(self) -> FloatArray:
        """Mean lateness ``E (A - sla)^+``; NaN without an `sla`."""
        return np.where(np.isnan(self.model.arrays.sla), np.nan, self.sums.late_sum / self._n)

    @property
    def breach(self) -> FloatArray:
        """``P(A > sla)``; NaN without an `sla`."""
        return np.where(np.isnan(self.model.arrays.sla), np.nan, self.sums.breaches / self._n)

    @property
    def breach_error(self) -> FloatArray:
        """Standard error of `breach`; NaN for one sample.

        ``sqrt(q (1 - q) / (n + 2))``, ``q = (k + .5) / (n + 1)``: "never in n jobs" is not taken
        for "cannot be". It is 0 where all jobs take the same time.
        """
        n = self._n
        q = (self.breach * n + 0.5) / (n + 1.0)
        error = np.where(self.sd > 0, np.sqrt(q * (1.0 - q) / (n + 2.0)), 0.0 * q)
        return error if n > 1 else np.full_like(error, np.nan)

    @property
    def late(self) -> FloatArray:
        """``P(A > expects)``; NaN where nothing is expected."""
        return np.where(np.isnan(self.model.arrays.expects), np.nan, self.sums.late / self._n)

    @property
    def _n(self) -> int:
        return self.sums.count

    def for_customers(self, values: FloatArray) -> FloatArray:
        """Return the mixture of a mean or share `(m,)` by customer `(C,)`.

        Parameters
        ----------
        values : ndarray, shape (m,)
            Such as `mean`, `mean_late`, `breach`. NaN where a service has no promise: it cannot be
            late, and counts as 0.

        Returns
        -------
        ndarray, shape (C,)
            ``sum_e need_e value_e``; NaN for a customer none of whose services has a value.
        """
        services, customer = self._to_customers()
        known = ~np.isnan(values[services])
        C = len(self.model.arrays.customer_ids)
        weight = self.model.arrays.need[services[known]]
        total = np.bincount(customer[known], weight * values[services[known]], minlength=C)
        some = np.bincount(customer[known], minlength=C) > 0
        return np.where(some, total, np.nan)

    def customer_sd(self) -> FloatArray:
        """Return the standard deviation of each customer's lead time, `(C,)`."""
        mean = self.for_customers(self.mean)
        second = self.for_customers(self.sd**2 + self.mean**2)
        spread: FloatArray = np.sqrt(np.maximum(second - mean * mean, 0.0))
        return spread

    def _to_customers(self) -> tuple[IntArray, IntArray]:
        """Return the services to customers, and the number of the customer of each."""
        departments = len(self.model.arrays.department_ids)
        services = np.flatnonzero(self.model.arrays.client >= departments)
        return services, self.model.arrays.client[services] - departments

    def samples(self, service: int) -> FloatArray:
        """Return the arrivals of one service, `(samples,)`."""
        kept: FloatArray = self.arrivals(np.array([service]))[0].astype(np.float64)
        return kept

    def arrivals(self, services: IntArray) -> F32:
        """Return the arrivals `(k, samples)` of some services."""
        if self._few:
            held: F32 = self._replayed[0][services]
            return held
        return self._replay(services)[0]

    @property
    def _few(self) -> bool:
        """Whether all arrivals may stay in memory once somebody has asked for some."""
        return 4 * len(self.model.arrays.need) * self.model.samples <= _HELD_BYTES

    @cached_property
    def _replayed(self) -> tuple[F32, FloatArray]:
        every = np.arange(len(self.model.arrays.need) if self._few else 0)
        return self._replay(every)

    def __getstate__(self) -> dict[str, object]:
        """Travel without what can be replayed."""
        return {"model": self.model, "sums": self.sums}

    def _replay(self, services: IntArray) -> tuple[F32, FloatArray]:
        """Return the arrivals `(k, samples)` of some services, and each join's mean readiness."""
        kept = np.empty((len(services), self.model.samples), np.float32)
        row = {e: i for i, e in enumerate(services.tolist())}
        total = np.zeros(len(self.model.arrays.join_in_sequence))
        space = Workspace()
        for first, counted in self.model.blocks():

            def visit(batch: Batch, arrivals: F32, first: int = first, n: int = counted) -> None:
                for i, e in enumerate(batch.services.tolist()):
                    if e in row:
                        kept[row[e], first : first + n] = arrivals[i, :n]

            def see(join: int, ready: F32, n: int = counted) -> None:
                total[join] += ready[:n].sum(dtype=np.float64)

            self.model.block(first, counted, space).run(visit, see)
        return kept, total / self.model.samples

    def _chunks(self) -> Iterator[IntArray]:
        """Yield services, as many at a time as can be kept."""
        every = np.arange(len(self.model.arrays.need))
        size = max(1, _KEPT_BYTES // (4 * self.model.samples))
        for start in range(0, len(every), size):
            yield every[start : start + size]

    def quantiles(self, shares: tuple[float, ...]) -> FloatArray:
        """Return quantiles of arrivals, `(len(shares), m)`.

        Each is a sample: the smallest with at least that share at or below it.
        """
        places = [_place(share, self.model.samples) for share in shares]
        found = np.empty((len(shares), len(self.model.arrays.need)))
        for services in self._chunks():
            kept = self.arrivals(services)
            kept.partition(sorted(set(places)), axis=1)
            found[:, services] = kept[:, places].T
        return found

    def customer_quantiles(self, shares: tuple[float, ...]) -> FloatArray:
        """Return quantiles of each customer's lead time, `(len(shares), C)`; NaN if not served."""
        services, customer = self._to_customers()
        C = len(self.model.arrays.customer_ids)
        found = np.full((len(shares), C), np.nan)
        for c in np.unique(customer).tolist():
            served = services[customer == c]
            kept = np.sort(self.arrivals(served), axis=1)
            weight = np.repeat(self.model.arrays.need[served], kept.shape[1])
            order = np.argsort(kept, axis=None, kind="stable")  # merges what is in order already
            reached = np.cumsum(weight[order])
            for i, share in enumerate(shares):
                place = np.searchsorted(reached, share * reached[-1] * (1 - 1e-12))
                found[i, c] = kept.ravel()[order[min(int(place), len(order) - 1)]]
        return found

    def mean_ready(self) -> FloatArray:
        """Return the mean readiness of each join, `(J,)`: when its last input is there."""
        return self._replayed[1]

    def department_ready(self) -> FloatArray:
        """Return the mean readiness of each department, `(D,)`: the mean over its services.

        A service that needs nothing is ready at 0; so is a department without services.
        """
        arrays = self.model.arrays
        ready = np.zeros(len(arrays.need))
        waits = arrays.join >= 0
        ready[waits] = self.mean_ready()[arrays.join[waits]]
        D = len(arrays.department_ids)
        inside = arrays.provider < D
        total = np.bincount(arrays.provider[inside], ready[inside], minlength=D)
        count = np.bincount(arrays.provider[inside], minlength=D)
        mean: FloatArray = total / np.maximum(count, 1)
        return mean


def _place(share: float, n: int) -> int:
    """Return the place of a quantile among `n` sorted samples."""
    return min(max(int(np.ceil(share * n - 1e-9)) - 1, 0), n - 1)


def sample_delay(
    model: DelayModel, executor: Executor | None = None, progress: Progress | None = None
) -> DelayRun:
    """Return the arrivals of a chain in numbers.

    Parameters
    ----------
    model : DelayModel
    executor : Executor, optional
        Where blocks are computed; threads, processes or a cluster.
    progress : callable, optional
        Called with the blocks done and the blocks in all.

    Returns
    -------
    DelayRun

    Raises
    ------
    Unsettled
        If a loop passes on all of a delay and its buffers do not absorb it.

    Notes
    -----
    Cost: samples times services, about 2.2 ns each for exponential times on a processor
    without AVX-512; in loops times rounds.
    """
    blocks = model.blocks()
    if executor is None:
        space = Workspace()
        parts: Iterator[DelaySums] = (_sum_block(model, block, space) for block in blocks)
    else:
        parts = executor.map(_sum_block, [model] * len(blocks), blocks)
    total: DelaySums | None = None
    for done, part in enumerate(parts, start=1):
        total = part if total is None else total + part
        if progress is not None:
            progress(done, len(blocks))
    assert total is not None
    return DelayRun(model, total)
