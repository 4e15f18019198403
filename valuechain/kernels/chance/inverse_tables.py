"""From ranks to hours: laws drawn by inversion, alone or correlated through one Gaussian factor.

Constants are exact. Exponential times are ``-log(rank)``. Empirical ones pick their value. All
others go through a table of the quantile function over a *score* of the rank, read with linear
interpolation: the logistic score ``log((1 - s) / s)`` of the upper tail probability ``s``, or, with
a shared cause, the normal score.

Whole rows of samples look all of that up in a table of 65,536 middles of cells (`CellTable`). Its
mean is the law's but for the errors below; the value drawn and the one at the rank itself lie in
the same cell, 1.5 in 100,000 of all. So samples of one service may be equal, and a quantile is
known to the 65,536th part of a probability, finer than ten million samples tell. In the outer 64
cells at either end, where cells are wide, ranks are exact.

Error bounds. The score tables reach to ``s = 2^-33`` and ``1 - s = 2^-24``, where ranks themselves
end. With 64 nodes a unit, the value between two nodes is off by at most ``g'' / 32768`` (``g`` the
quantile as a function of the score): for an exponential or a normal law a few millionths of its
standard deviation, for a lognormal of ``sigma`` a relative error of about ``sigma^2 / 10^5``.
In terms of probability nothing moves further than to the next node, which holds at most .4 % of
the samples in the middle (for a law with a gap or a jump there, as SCIPY allows) and
proportionally less in the tails. Arithmetic is float32, relative error 10^-7 a step.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
from scipy import special

from valuechain.kernels.chance.job_cells import CellTable, cell_table, ranks_of
from valuechain.kernels.chance.laws import Standard, standard, standard_cdf
from valuechain.kernels.chance.laws import standard_quantile as quantile_of
from valuechain.kernels.chance.streams import CELLS, F32, JobWords
from valuechain.network.arrays import Family, IntArray, Laws

PER_UNIT = 64
_LOGISTIC_ENDS = -17.0, 24.0
_NORMAL_ENDS = -9.0, 9.0
_TABLES_KEPT = 2048  # of about 21 kB each
_CELL_TABLES_KEPT = 64  # of 1 MB each
_LOG_CELLS = np.log(np.full(16, CELLS, np.float32))[0]  # by the same routine as the samples' logs
_ONE_RANK = np.float32(1 / CELLS)
_LARGEST_TAIL = np.float32(1 - 2**-24)


class Table(NamedTuple):
    """A function on a grid of scores: the value at each node and the step to the next."""

    start: np.float32
    value: F32  # (nodes,)
    step: F32  # (nodes,), the last 0

    def read(self, score: F32) -> F32:
        """Return the function at `score` `(n,)`, which is overwritten."""
        place = np.subtract(score, self.start, out=score)
        np.multiply(place, np.float32(PER_UNIT), out=place)
        np.clip(place, np.float32(0), np.float32(len(self.value) - 1), out=place)
        node = place.astype(np.intp)
        np.subtract(place, node, out=place, casting="unsafe")
        np.multiply(place, np.take(self.step, node, mode="clip"), out=place)
        return np.add(place, np.take(self.value, node, mode="clip"), out=place)


def _grid(ends: tuple[float, float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.arange(ends[0], ends[1] + 0.5 / PER_UNIT, 1 / PER_UNIT)


def _table(start: float, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Table:
    return Table(
        np.float32(start),
        values.astype(np.float32),
        np.diff(values, append=values[-1]).astype(np.float32),
    )


@lru_cache(maxsize=_TABLES_KEPT)
def inverse_table(law: Standard, normal: bool) -> Table:
    """Return the quantile function of `law` over logistic or normal scores."""
    if normal:
        score = _grid(_NORMAL_ENDS)
        cdf, sf = special.ndtr(score), special.ndtr(-score)
    else:
        score = _grid(_LOGISTIC_ENDS)
        cdf, sf = special.expit(score), special.expit(-score)
    return _table(float(score[0]), quantile_of(law, cdf, sf))


@lru_cache(maxsize=1)
def _normal_table() -> Table:
    score = _grid(_LOGISTIC_ENDS)
    upper, lower = -special.ndtri(special.expit(-score)), special.ndtri(special.expit(score))
    return _table(float(score[0]), np.where(score > 0, upper, lower))


def _logistic_score(ranks: F32) -> F32:
    """Return ``log((1 - s) / s)`` of the tail probability ``s = ranks / CELLS``."""
    tail = np.multiply(ranks, _ONE_RANK)
    np.minimum(tail, _LARGEST_TAIL, out=tail)
    lower = np.subtract(np.float32(1), tail)  # its rounding moves the score by 10^-7 at most
    np.log(lower, out=lower)
    np.log(tail, out=tail)
    return np.subtract(lower, tail, out=tail)


def normal_score(ranks: F32) -> F32:
    """Return the standard normal draws that `ranks` `(n,)` stand for."""
    return _normal_table().read(_logistic_score(ranks))


def _standard_hours(law: Standard, ranks: F32) -> F32:
    """Return the draws of ``Z`` that `ranks` `(n,)` stand for."""
    if law.family == Family.EXPONENTIAL:
        hours: F32 = np.subtract(_LOG_CELLS, np.log(ranks))
        return hours
    if law.family == Family.EMPIRICAL:
        return _pick(law, ranks * _ONE_RANK)
    return inverse_table(law, normal=False).read(_logistic_score(ranks))


def _of_normal(law: Standard, score: F32) -> F32:
    """Return the draws of ``Z`` for normal scores `(n,)`, which are overwritten."""
    if law.family == Family.EMPIRICAL:
        return _pick(law, special.ndtr(np.negative(score)))
    return inverse_table(law, normal=True).read(score)


@lru_cache(maxsize=_CELL_TABLES_KEPT)
def _law_cells(law: Standard) -> CellTable:
    return cell_table(partial(_standard_hours, law))


@lru_cache(maxsize=1)
def _score_cells() -> CellTable:
    return cell_table(normal_score)


@dataclass(frozen=True, eq=False)
class LawRows:
    """A few rows of laws, ready to be drawn together.

    Attributes
    ----------
    laws : tuple of Standard or None
        None for constants.
    scale, loc : ndarray of float32, shape (k, 1)
    dips : bool
        Whether any reaches below zero.
    own_weight, factor_weight : float32
        Of a row's own normal score and of the common factor.
    """

    laws: tuple[Standard | None, ...]
    scale: F32
    loc: F32 | None
    dips: bool
    own_weight: np.float32
    factor_weight: np.float32

    @property
    def varies(self) -> bool:
        """Whether anything has to be drawn."""
        return any(law is not None for law in self.laws)

    def fill(self, words: JobWords | None, fraction: F32, factor: F32 | None, out: F32) -> None:
        """Write hours into `out` `(k, n)`.

        Parameters
        ----------
        words : JobWords, shape (k, n / 4)
            None where nothing varies.
        fraction : ndarray of float32, shape (n,)
            Each sample's place in its cells.
        factor : ndarray of float32, shape (n,), optional
            The shared cause's normal draw of each sample.
        out : ndarray of float32, shape (k, n)
        """
        if words is None:
            out.fill(0)
        elif factor is not None:
            _score_cells().read(words, fraction, out)
            np.multiply(out, self.own_weight, out=out)
            np.add(out, self.factor_weight * factor, out=out)
            for i, law in enumerate(self.laws):
                out[i] = 0 if law is None else _of_normal(law, out[i])
        elif self.laws[0] is not None and self.laws.count(self.laws[0]) == len(self.laws):
            self._look_up(self.laws[0], words, fraction, out)
        else:
            for i, law in enumerate(self.laws):
                if law is None:
                    out[i] = 0
                else:
                    self._look_up(law, words.row(i), fraction, out[i : i + 1])
        if words is not None:
            np.multiply(out, self.scale, out=out)
        if self.loc is not None:
            np.add(out, self.loc, out=out)
        if self.dips:  # what lies below zero counts as zero
            np.maximum(out, 0, out=out)

    def _look_up(self, law: Standard, words: JobWords, fraction: F32, out: F32) -> None:
        if law.family == Family.EMPIRICAL:
            for i, ranks in enumerate(ranks_of(words, fraction)):
                out[i] = _standard_hours(law, ranks)
        else:
            _law_cells(law).read(words, fraction, out)


class Inversion:
    """Turns ranks into hours, row by row of `laws`.

    Parameters
    ----------
    laws : Laws
    shared_cause : float
        Correlation, 0..1, of the normal scores of all draws through the common factor.
    """

    def __init__(self, laws: Laws, shared_cause: float) -> None:
        self._factor_weight = np.float32(np.sqrt(shared_cause))
        self._own_weight = np.float32(np.sqrt(1.0 - shared_cause))
        self.constant = laws.family == Family.CONSTANT
        self._loc = laws.loc.astype(np.float32)
        self._scale = laws.scale.astype(np.float32)
        self._standard = {
            row: standard(laws, row) for row in np.flatnonzero(~self.constant).tolist()
        }
        self._dips = self.constant & (laws.loc < 0)
        may_dip = (laws.loc < 0) | (laws.family == Family.EMPIRICAL)
        for row in np.flatnonzero(~self.constant & may_dip).tolist():
            zero = -laws.loc[row] / max(laws.scale[row], np.finfo(float).tiny)
            self._dips[row] = standard_cdf(self._standard[row], zero) > 0
        for row in np.flatnonzero(laws.family == Family.SCIPY).tolist():
            self._dips[row] = True

    def rows(self, rows: IntArray) -> LawRows:
        """Return `rows` `(k,)`, ready to be drawn together."""
        loc = self._loc[rows, None]
        return LawRows(
            tuple(self._standard.get(row) for row in rows.tolist()),
            self._scale[rows, None],
            loc if loc.any() else None,
            bool(self._dips[rows].any()),
            self._own_weight,
            self._factor_weight,
        )

    def one(self, row: int, ranks: F32, factor: F32 | None = None) -> F32:
        """Return the hours `(n,)` of one row at any ranks, each worked out by itself.

        Parameters
        ----------
        row : int
        ranks : ndarray of float32, shape (n,)
        factor : ndarray of float32, shape (n,), optional
            The shared cause's normal draw of each sample.
        """
        if self.constant[row]:
            hours = np.zeros_like(ranks)
        elif factor is None:
            hours = _standard_hours(self._standard[row], ranks)
        else:
            score = normal_score(ranks)
            score *= self._own_weight
            score += self._factor_weight * factor
            hours = _of_normal(self._standard[row], score)
        hours *= self._scale[row]
        hours += self._loc[row]
        if self._dips[row]:  # what lies below zero counts as zero
            np.maximum(hours, 0, out=hours)
        return hours


def _pick(law: Standard, tail: F32) -> F32:
    """Return the empirical values whose upper tail probability is `tail`."""
    values = np.asarray(law.values, np.float32)
    n = len(values)
    place = n - np.ceil(tail * np.float32(n)).astype(np.intp)
    picked: F32 = np.take(values, np.clip(place, 0, n - 1))
    return picked
