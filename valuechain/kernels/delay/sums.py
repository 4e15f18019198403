"""What blocks of arrivals amount to: means, spreads, and how much of them is late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.kernels.chance.streams import F32
from valuechain.kernels.delay.route import BATCH
from valuechain.network.arrays import ChainArrays, FloatArray, IntArray

ON_TIME = 1.0 + 2e-6  # of the promise: what float32 rounding alone can make of "exactly on time"
_SEGMENT = 512  # samples summed in float32 before float64 takes over
_ONES = np.ones(_SEGMENT, np.float32)
_CLOSE = 1e-3  # variance beside the mean of squares from which float32 suffices


@dataclass(frozen=True, eq=False)
class DelaySums:
    """What the samples of arrivals amount to, by service, `(m,)`, in hours.

    Attributes
    ----------
    count : int
    mean : ndarray
    square : ndarray
        Sum of squared distances from the mean.
    late_sum : ndarray
        Sum of the lateness ``(A - sla)^+``.
    breaches, late : ndarray
        Samples above the `sla`, and above `expects` with their part of those at it; 0 where there
        is none.
    """

    count: int
    mean: FloatArray
    square: FloatArray
    late_sum: FloatArray
    breaches: FloatArray
    late: FloatArray

    def __add__(self, other: DelaySums) -> DelaySums:
        """Merge two parts (Chan, Golub and LeVeque 1979)."""
        count = self.count + other.count
        gap = other.mean - self.mean
        return DelaySums(
            count,
            self.mean + gap * (other.count / count),
            self.square + other.square + gap * gap * (self.count * other.count / count),
            self.late_sum + other.late_sum,
            self.breaches + other.breaches,
            self.late + other.late,
        )


class Promises:
    """Counts, for `n` samples of a block, what is above the promises, and by how much.

    `ties` is the share of samples at `expects` that counts as late, `(m,)`; absent: none.
    """

    def __init__(self, arrays: ChainArrays, n: int, ties: FloatArray | None = None) -> None:
        self._sla = arrays.sla.astype(np.float32)[:, None]
        self._promised = ~np.isnan(arrays.sla)
        # nothing is above NaN
        self._limit = (arrays.sla * ON_TIME).astype(np.float32)[:, None]
        self._expects = (arrays.expects * ON_TIME).astype(np.float32)
        self._reached = (arrays.expects * (2.0 - ON_TIME)).astype(np.float32)
        self._tie = np.zeros(len(arrays.sla)) if ties is None else ties
        self._other = ~np.isnan(arrays.expects) & ((arrays.expects != arrays.sla) | (self._tie > 0))
        self._above = np.empty((BATCH, n), np.bool_)
        # numpy takes the larger of two rows in a third of the time of a row and a number
        self._zeros = np.zeros(n, np.float32)

    def count(self, sums: DelaySums, services: IntArray, rows: F32) -> IntArray:
        """Write the numbers of late arrivals `(k, n)` into `sums`; return the breaches `(k,)`."""
        breaches = np.zeros(len(rows), np.int64)
        if self._promised[services].any():
            above = np.greater(rows, self._limit[services], out=self._above[: len(rows)])
            breaches[:] = [np.count_nonzero(row) for row in above]
            sums.breaches[services] = sums.late[services] = breaches
        for i in np.flatnonzero(self._other[services]).tolist():
            e = int(services[i])
            sums.late[e] = np.count_nonzero(rows[i] > self._expects[e])
            if self._tie[e] > 0:
                reached = np.count_nonzero(rows[i] >= self._reached[e])
                sums.late[e] += self._tie[e] * (reached - sums.late[e])
        return breaches

    def lateness(self, services: IntArray, rows: F32) -> FloatArray:
        """Return the sum of ``(A - sla)^+`` of each service, overwriting the arrivals."""
        over = np.subtract(rows, self._sla[services], out=rows)
        return _row_sums(np.maximum(over, self._zeros, out=over))


def _row_sums(rows: F32) -> FloatArray:
    """Return the sum of each row of `rows` `(k, n)`: segments in float32, then in float64."""
    k, n = rows.shape
    whole = n - n % _SEGMENT
    total: FloatArray = rows[:, whole:].sum(axis=1, dtype=np.float64)
    if whole:
        segments = rows[:, :whole].reshape(k, -1, _SEGMENT)
        # a product with ones takes half the time of a sum
        total += np.matmul(segments, _ONES).sum(axis=1, dtype=np.float64)
    return total


def _row_squares(rows: F32) -> FloatArray:
    """Return the sum of squares of each row of `rows` `(k, n)`, likewise."""
    k, n = rows.shape
    whole = n - n % _SEGMENT
    total: FloatArray = np.square(rows[:, whole:], dtype=np.float64).sum(axis=1)
    if whole:
        segments = rows[:, :whole].reshape(k, -1, 1, _SEGMENT)
        # a row times a column is one dot product, half the time of einsum's
        squares = np.matmul(segments, segments.reshape(k, -1, _SEGMENT, 1))
        total += squares.reshape(k, -1).sum(axis=1, dtype=np.float64)
    return total


def mean_and_square(rows: F32) -> tuple[FloatArray, FloatArray]:
    """Return mean and sum of squared distances from it of each row of `rows` `(k, n)`.

    Notes
    -----
    ``sum x^2 - n mean^2`` loses digits where the spread is small beside the mean. Those rows are
    taken about their first number, so that little is lost there and constants come out exactly;
    elsewhere float32 costs the variance less than a ten-thousandth.
    """
    n = rows.shape[1]
    mean, square = _row_sums(rows) / n, _row_squares(rows)
    about = square - n * mean * mean
    close = about <= _CLOSE * square
    if close.any():
        pivot = rows[close, :1]
        distance = rows[close] - pivot
        gap = _row_sums(distance) / n
        mean[close] = pivot[:, 0] + gap
        about[close] = np.maximum(_row_squares(distance) - n * gap * gap, 0.0)
    return mean, about
