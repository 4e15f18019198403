"""Four jobs from one 16-bit word: which cell of rank each of them falls into.

Drawing bits and looking a value up are most of the cost of a draw, so a word serves four jobs next
to each other. Over all 65,536 words each of the four meets every one of 65,536 cells exactly once,
and the four cells together are a scrambled (0, 8, 4)-net in base 4 (Niederreiter 1987; Owen 1995):
every box with sides of ``4^-a``, ``4^-b``, ``4^-c`` and ``4^-d`` and ``a + b + c + d = 8`` holds
exactly one of them. Of the four jobs, what concerns one is exact, and what concerns two is as if
they were independent to a few 65,536ths in probability (seven at most): the standard error of a
share moves by less than a hundredth of itself even for one job in a thousand, that of a mean by
less than a thousandth.

References
----------
Niederreiter (1987), Point sets and sequences with small discrepancy, Monatshefte für Mathematik.
Owen (1995), Randomly permuted (t,m,s)-nets and (t,s)-sequences, in: Monte Carlo and Quasi-Monte
Carlo Methods in Scientific Computing, Springer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuechain.kernels.chance.streams import F32, JOBS, IntArray, JobWords, mixed

BITS = 16
WORDS = 1 << BITS
END_CELLS = 64  # at either end, where a cell is too wide to be drawn by its middle

_DIGITS = BITS // 2  # of base 4, each an element of the field of four: 0, 1, w and w + 1
_TIMES = np.array([[0, 0, 0, 0], [0, 1, 2, 3], [0, 2, 3, 1], [0, 3, 1, 2]])  # their products


class JobCells(NamedTuple):
    """The cells of the four jobs of each word.

    Attributes
    ----------
    cell : ndarray of uint16, shape (65536, 4)
    ends : int
        The first words, below this number, are those with a cell among the first or last 64.
    """

    cell: NDArray[np.uint16]
    ends: int


@lru_cache(maxsize=1)
def job_cells() -> JobCells:
    """Return the net.

    Examples
    --------
    >>> cell, ends = job_cells()
    >>> [len(set(column.tolist())) for column in cell.T], ends
    ([65536, 65536, 65536, 65536], 509)
    """
    cell = np.column_stack([_scrambled(_coordinate(job), job) for job in range(JOBS)])
    at_end = ((cell < END_CELLS) | (cell >= WORDS - END_CELLS)).any(axis=1)
    ordered = cell[np.argsort(~at_end, kind="stable")].astype(np.uint16)  # any order is as good
    ordered.setflags(write=False)
    return JobCells(ordered, int(at_end.sum()))


def _coordinate(element: int) -> IntArray:
    """Return one coordinate of each point of the net, ``(65536,)``: one for each field element.

    Digit ``i`` of point ``n`` is ``sum over j >= i of C(j, i) element^(j-i) n_j`` in the field of
    four, where adding is exclusive or, and ``n_j`` are the digits of ``n`` from the last.
    """
    of_point = [(np.arange(WORDS) >> 2 * j) & 3 for j in range(_DIGITS)]
    found = np.zeros(WORDS, np.int64)
    for i in range(_DIGITS):
        digit, power = np.zeros(WORDS, np.int64), 1
        for j in range(i, _DIGITS):
            if comb(j, i) % 2:
                digit ^= _TIMES[power, of_point[j]]
            power = int(_TIMES[power, element])
        found |= digit << (BITS - 2 - 2 * i)
    return found


def _scrambled(numbers: IntArray, which: int) -> IntArray:
    """Flip each binary digit, or do not, as chance has decided for the digits before it."""
    chance = mixed(np.arange(which * WORDS, (which + 1) * WORDS, dtype=np.uint64))
    flip = (chance >> np.uint64(63)).astype(np.int64)
    found = np.zeros_like(numbers)
    for depth in range(BITS):
        place = BITS - 1 - depth
        before = (1 << depth) + (numbers >> (place + 1))
        found |= (((numbers >> place) & 1) ^ flip[before]) << place
    return found


class CellTable(NamedTuple):
    """A function of rank, looked up for all jobs of a word at once.

    Attributes
    ----------
    of : callable
        The function itself, of ranks `(q,)`.
    value : ndarray of float32, shape (65536, 4)
        Its value in the middles of the cells.
    """

    of: Callable[[F32], F32]
    value: F32

    def read(self, words: JobWords, fraction: F32, out: F32) -> None:
        """Write the function of the ranks of `words` `(k, n / 4)` into `out` `(k, n)`.

        The middle of a cell stands for all of it, but for the cells at the ends: there the rank
        itself counts, the cell plus the `fraction` `(n,)` of each job.
        """
        # What four jobs need is moved as one number of 16 bytes: numpy is fastest with those.
        jobs = out.view(np.complex128)
        np.take(self.value.view(np.complex128)[:, 0], words.number, out=jobs, mode="wrap")
        cell, ends = job_cells()
        at_end = np.flatnonzero(words.sixteen < ends)
        if len(at_end):
            cells = cell[words.number.take(at_end)]
            place = fraction.reshape(-1, JOBS)[at_end % words.number.shape[1]]
            jobs.put(at_end, self.of(cells + place).view(np.complex128))


def cell_table(of: Callable[[F32], F32]) -> CellTable:
    """Return the table of a function of rank."""
    middles = np.arange(WORDS, dtype=np.float32) + np.float32(0.5)
    return CellTable(of, of(middles)[job_cells().cell])


def ranks_of(words: JobWords, fraction: F32) -> F32:
    """Return the ranks `(k, n)` of words `(k, n / 4)`."""
    cells = job_cells().cell[words.number].reshape(len(words.number), -1)
    return cells + fraction
