"""Two chains with the same draws: job by job, what arrives later in the second than in the first.

``A'_e - A_e`` for the same job, the same needs, the same own draws. So a change of nothing is
exactly nothing, and the spread of a difference is that of differences, not of two runs.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from valuechain.kernels.chance.streams import BLOCK, F32, Draws
from valuechain.kernels.delay.absorption import Absorption, Seen
from valuechain.kernels.delay.route import BATCH, Batch, Loop
from valuechain.kernels.delay.sampled import DelayModel, DelayRun, delay_model
from valuechain.kernels.delay.sums import ON_TIME, DelaySums, Promises, mean_and_square
from valuechain.kernels.delay.workspace import Workspace
from valuechain.network.arrays import ChainArrays, FloatArray, IntArray

BATCHES = 20  # parts of the samples, for standard errors of what is no mean
_HELD_BYTES = 2**26  # arrivals of all services held at once, outside loops

Progress = Callable[[int, int], None]
Figures = Mapping[str, FloatArray]


@dataclass(frozen=True, eq=False)
class PairedDelay:
    """What differs between two chains, job by job; `(m,)` by service, hours and shares.

    Attributes
    ----------
    before, after : DelayRun
    batches : tuple of (DelaySums, DelaySums)
        Both chains' sums of about 20 parts of the samples.
    added : ndarray
        Mean of ``A' - A``.
    later : ndarray
        Share of jobs with ``A' > A``.
    incoming, absorbed : ndarray
        See `absorption`.
    customer_later : ndarray, shape (C,)
        Share of a customer's requests that arrive later; NaN where nobody serves it.
    customer_errors : mapping of str to ndarray, shape (C,)
        Standard errors of the differences of `mean_hours`, `mean_late_hours` and `breach`; NaN
        for a single sample.
    """

    before: DelayRun
    after: DelayRun
    batches: tuple[tuple[DelaySums, DelaySums], ...]
    added: FloatArray
    later: FloatArray
    incoming: FloatArray
    absorbed: FloatArray
    customer_later: FloatArray
    customer_errors: Figures


def paired_delay(
    before: ChainArrays,
    after: ChainArrays,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
    ties: tuple[FloatArray, FloatArray] | None = None,
) -> PairedDelay:
    """Return what differs between two chains with the same services.

    Parameters
    ----------
    before, after : ChainArrays
        With every `need` given, and the same ids.
    samples, seed : int
        As in `delay_model`.
    executor : Executor, optional
    progress : callable, optional
        Called with the parts done and the parts in all.
    ties : pair of ndarray, shape (m,), optional
        Of each chain, the share of arrivals at `expects` that counts as late; absent: none.

    Raises
    ------
    Deadlock, Unsettled
        As in `sample_delay`.
    ValueError
        If the ids differ.

    Notes
    -----
    Loops that settle thanks to their buffers take as many rounds in both chains as the slower of
    the two needs; so their jobs meet the same others. Cost: two propagations.

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> from valuechain.today import situation_of
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[{"provider": "design", "client": "sales", "takes": "4 h", "need": 0.5},
    ...               {"provider": "sales", "client": "shop", "takes": {"mean": "2 h"}}])
    >>> situation = situation_of(chain.with_changes(delay={"design": "8 h"}))
    >>> pair = paired_delay(situation.today, situation.now, samples=20_000)
    >>> pair.added.round(1).tolist(), pair.later.round(1).tolist()
    ([8.0, 4.0], [1.0, 0.5])
    """
    names = [(a.department_ids, a.customer_ids, a.service_ids) for a in (before, after)]
    if names[0] != names[1]:
        raise ValueError("chains that are paired have the same ids")
    pair = _Pair.of(before, after, samples, seed, ties)
    stretches = list(pair.stretches())
    if executor is None:
        parts: Iterator[_Sums] = map(pair.sums_of, stretches)
    else:
        parts = executor.map(pair.sums_of, stretches)
    total: _Sums | None = None
    for done, part in enumerate(parts, start=1):
        total = part if total is None else total + part
        if progress is not None:
            progress(done, len(stretches))
    assert total is not None
    return total.result(pair)


@dataclass(frozen=True, eq=False)
class _Pair:
    """Both models, ready to be sampled side by side; it can be pickled."""

    before: DelayModel
    after: DelayModel
    absorption: Absorption

    @classmethod
    def of(
        cls,
        before: ChainArrays,
        after: ChainArrays,
        samples: int,
        seed: int,
        ties: tuple[FloatArray, FloatArray] | None,
    ) -> _Pair:
        models = [
            dataclasses.replace(delay_model(arrays, samples, seed), ties=tie)
            for arrays, tie in zip((before, after), ties or (None, None), strict=True)
        ]
        first, second = _of_equal_rounds(*models)
        return cls(first, second, Absorption.of(first, second))

    def stretches(self) -> Iterator[tuple[int, int]]:
        """Yield the stretches of samples that are held at once."""
        n, m = self.before.samples, len(self.before.arrays.need)
        size = BLOCK
        if not (self.before.loops or self.after.loops):
            held = max(64, _HELD_BYTES // (4 * max(1, m)))
            size = -(-min(-(-n // BATCHES), held) // 4) * 4
        for first in range(0, n, size):
            yield first, min(size, n - first)

    def sums_of(self, stretch: tuple[int, int]) -> _Sums:
        """Return the sums of one stretch."""
        first, counted = stretch
        samples = self.before.samples
        several = max(1, round(counted * BATCHES / samples)) if samples > 1 else 1
        edges = np.linspace(0, counted, min(several, counted) + 1).astype(int).tolist()
        held = _Held(self, counted, list(itertools.pairwise(edges)))
        seen = [Seen(counted), Seen(counted)]
        visits = (held.keep, held.compare)
        for model, visit, ready in zip((self.before, self.after), visits, seen, strict=True):
            wanted = self.absorption.wanted(model is self.after)
            watch = ready.watch(wanted)
            block = model.block(first, counted, Workspace(), watch)
            block.run(visit, ready.see(wanted))
        draws = Draws(self.before.seed, first, counted)
        incoming, absorbed = self.absorption.of_jobs(held.table, held.raw, seen[0], seen[1], draws)
        return held.sums(incoming, absorbed)


class _Held:
    """What one stretch holds: arrivals of the first chain, then differences."""

    def __init__(self, pair: _Pair, counted: int, pieces: list[tuple[int, int]]) -> None:
        arrays = (pair.before.arrays, pair.after.arrays)
        m, C = len(arrays[0].need), len(arrays[0].customer_ids)
        self._pair, self._n, self._pieces, self._arrays = pair, counted, pieces, arrays
        self.table = np.empty((m, counted), np.float32)
        self.raw: dict[int, tuple[F32, F32]] = {}
        self._raw_wanted = pair.absorption.raw
        self._sums = [tuple(_no_sums(hi - lo, m) for _ in arrays) for lo, hi in pieces]
        models = (pair.before, pair.after)
        self._promises = [
            [Promises(model.arrays, hi - lo, model.ties) for model in models] for lo, hi in pieces
        ]
        self._added, self._later = np.zeros(m), np.zeros(m)
        self._mixed = {name: np.zeros((C, counted)) for name in ("mean", "late", "breach")}
        self._later_mixed = np.zeros(C)
        self._limit = [(a.sla * ON_TIME).astype(np.float32) for a in arrays]

    def keep(self, batch: Batch, arrivals: F32) -> None:
        """Hold the arrivals of the first chain."""
        self.table[batch.services] = arrivals[:, : self._n]

    def compare(self, batch: Batch, arrivals: F32) -> None:
        """Sum up both chains' arrivals of a batch, and hold their difference."""
        services, after = batch.services, arrivals[:, : self._n]
        before = self.table[services]
        for (lo, hi), sums, promises in zip(self._pieces, self._sums, self._promises, strict=True):
            _add_up(sums[0], promises[0], services, before[:, lo:hi])
            _add_up(sums[1], promises[1], services, after[:, lo:hi])
        D = len(self._arrays[0].department_ids)
        for i, e in enumerate(services.tolist()):
            if e in self._raw_wanted:
                self.raw[e] = before[i].copy(), after[i].copy()
            if self._arrays[0].client[e] >= D:
                self._mix(e, int(self._arrays[0].client[e]) - D, before[i], after[i])
        difference = np.subtract(after, before, out=before)
        self._added[services] = difference.sum(axis=1, dtype=np.float64)
        self._later[services] = np.count_nonzero(difference > 0, axis=1)
        self.table[services] = difference

    def _mix(self, e: int, customer: int, before: F32, after: F32) -> None:
        """Add the differences of a service to those of its customer's requests."""
        for sign, rows, arrays, limit in zip(
            (-1.0, 1.0), (before, after), self._arrays, self._limit, strict=True
        ):
            share = sign * arrays.need[e]
            hours = rows.astype(np.float64)
            self._mixed["mean"][customer] += share * hours
            if not np.isnan(arrays.sla[e]):
                late = rows > limit[e]
                self._mixed["breach"][customer] += share * late
                self._mixed["late"][customer] += share * np.where(late, hours - arrays.sla[e], 0.0)
        later = np.count_nonzero(after > before)
        self._later_mixed[customer] += self._arrays[1].need[e] * later

    def sums(self, incoming: FloatArray, absorbed: FloatArray) -> _Sums:
        """Return what the stretch amounts to."""
        moments = {
            name: np.stack([values.sum(axis=1), (values * values).sum(axis=1)])
            for name, values in self._mixed.items()
        }
        return _Sums(
            self._n,
            tuple((first, second) for first, second in self._sums),
            {
                "added": self._added,
                "later": self._later,
                "incoming": incoming,
                "absorbed": absorbed,
                "customer_later": self._later_mixed,
            },
            moments,
        )


@dataclass(frozen=True, eq=False)
class _Sums:
    """What stretches amount to: sums over samples, and sums of squares for customers."""

    count: int
    batches: tuple[tuple[DelaySums, DelaySums], ...]
    totals: Figures
    moments: Figures

    def __add__(self, other: _Sums) -> _Sums:
        return _Sums(
            self.count + other.count,
            self.batches + other.batches,
            {name: total + other.totals[name] for name, total in self.totals.items()},
            {name: total + other.moments[name] for name, total in self.moments.items()},
        )

    def result(self, pair: _Pair) -> PairedDelay:
        """Return what differs, per sample."""
        first, second = (reduce(add, sums) for sums in zip(*self.batches, strict=True))
        means = {name: total / self.count for name, total in self.totals.items()}
        arrays = pair.after.arrays
        D, C = len(arrays.department_ids), len(arrays.customer_ids)
        served = np.bincount(arrays.client, minlength=D + C)[D:] > 0
        later = np.where(served, means.pop("customer_later"), np.nan)
        errors = {
            column: np.where(served, _error(self.moments[name], self.count), np.nan)
            for name, column in _COLUMNS.items()
        }
        return PairedDelay(
            DelayRun(pair.before, first),
            DelayRun(pair.after, second),
            _merged(self.batches),
            **means,
            customer_later=later,
            customer_errors=errors,
        )


_COLUMNS = {"mean": "mean_hours", "late": "mean_late_hours", "breach": "breach"}


def _error(moments: FloatArray, n: int) -> FloatArray:
    """Return the standard error of a mean from sum and sum of squares; NaN for one sample."""
    if n < 2:
        return np.full(moments.shape[1], np.nan)
    total, square = moments
    spread = np.maximum(square - total * total / n, 0.0) / (n - 1)
    # what float64 leaves of differences that are all alike is no spread
    spread[spread <= 1e-13 * square / n] = 0.0
    error: FloatArray = np.sqrt(spread / n)
    return error


def _merged(
    batches: tuple[tuple[DelaySums, DelaySums], ...],
) -> tuple[tuple[DelaySums, DelaySums], ...]:
    """Return about 20 batches of equal size, merged from neighbours."""
    each = max(1, len(batches) // BATCHES)
    return tuple(
        (reduce(add, firsts), reduce(add, seconds))
        for firsts, seconds in (
            zip(*batches[start : start + each], strict=True)
            for start in range(0, len(batches), each)
        )
    )


def _no_sums(count: int, m: int) -> DelaySums:
    return DelaySums(count, *(np.zeros(m) for _ in range(5)))


def _add_up(sums: DelaySums, promises: Promises, services: IntArray, rows: F32) -> None:
    """Write what the arrivals `(k, n)` of a batch amount to."""
    assert len(rows) <= BATCH
    breaches = promises.count(sums, services, rows)
    sums.mean[services], sums.square[services] = mean_and_square(rows)
    if breaches.any():
        late = promises.lateness(services, rows.copy())
        sums.late_sum[services] = np.where(breaches > 0, late, 0.0)


def _of_equal_rounds(before: DelayModel, after: DelayModel) -> tuple[DelayModel, DelayModel]:
    """Return both models with the same number of rounds for loops that settle by their buffers."""
    if all(report.rounds is not None for report in (*before.loops, *after.loops)):
        return before, after
    most: dict[tuple[int, ...], int] = {}
    for model in (before, after):
        for services, rounds in _rounds_taken(model).items():
            most[services] = max(rounds, most.get(services, 0))
    first, second = (
        dataclasses.replace(
            model,
            loops=tuple(
                dataclasses.replace(report, rounds=most[report.services])
                if report.rounds is None
                else report
                for report in model.loops
            ),
        )
        for model in (before, after)
    )
    return first, second


def _rounds_taken(model: DelayModel) -> dict[tuple[int, ...], int]:
    """Return the rounds that each loop takes to settle, by its services."""
    taken: dict[tuple[int, ...], int] = {}

    def watch(loop: Loop, round_: int, before: F32, partners: Mapping[int, IntArray]) -> None:
        services = tuple(sorted(loop.services.tolist()))
        taken[services] = taken.get(services, 0) + 1

    def look_away(batch: Batch, arrivals: F32) -> None:
        """See nothing."""

    model.block(0, min(BLOCK, model.samples), watch=watch).run(look_away)
    return taken
