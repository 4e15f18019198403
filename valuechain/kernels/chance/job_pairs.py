"""Two jobs from one 16-bit word: which cell of rank each of them falls into.

Drawing bits and looking a value up are most of the cost of a draw, so a word serves two jobs next
to each other. Over all 65,536 words each of the two meets every one of 65,536 cells exactly once,
and the pairs of cells are a scrambled Hammersley net (Owen 1995): every rectangle of ``2^-a`` by
``2^-(16-a)`` holds exactly one of them. Of the two jobs, what concerns one is exact, and what
concerns both is as if they were independent to about a few 65,536ths in probability: the standard
error of a mean or a share moves by less than a thousandth of itself.

References
----------
Owen (1995), Randomly permuted (t,m,s)-nets and (t,s)-sequences, in: Monte Carlo and Quasi-Monte
Carlo Methods in Scientific Computing, Springer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuechain.kernels.chance.streams import F32, IntArray, JobWords, mixed

BITS = 16
END_CELLS = 64  # at either end, where a cell is too wide to be drawn by its middle


class CellPairs(NamedTuple):
    """The cells of the two jobs of each word.

    Attributes
    ----------
    cell : ndarray of uint16, shape (65536, 2)
    ends : int
        The first words, below this number, are those with a cell among the first or last 64.
    """

    cell: NDArray[np.uint16]
    ends: int


@lru_cache(maxsize=1)
def cell_pairs() -> CellPairs:
    """Return the net.

    Examples
    --------
    >>> cell, ends = cell_pairs()
    >>> [len(set(column.tolist())) for column in cell.T], ends
    ([65536, 65536], 256)
    """
    first = np.arange(1 << BITS)
    cell = np.column_stack([first, _scrambled(_reversed(first))]).astype(np.uint16)
    at_end = ((cell < END_CELLS) | (cell >= (1 << BITS) - END_CELLS)).any(axis=1)
    ordered = cell[np.argsort(~at_end, kind="stable")]  # words are uniform in any order
    ordered.setflags(write=False)
    return CellPairs(ordered, int(at_end.sum()))


def _reversed(numbers: IntArray) -> IntArray:
    """Return numbers with their 16 binary digits in reverse order."""
    mirrored = np.zeros_like(numbers)
    for place in range(BITS):
        mirrored |= ((numbers >> place) & 1) << (BITS - 1 - place)
    return mirrored


def _scrambled(numbers: IntArray) -> IntArray:
    """Flip each digit, or do not, as chance has decided for the digits before it."""
    flip = (mixed(np.arange(1 << BITS, dtype=np.uint64)) >> np.uint64(63)).astype(np.int64)
    found = np.zeros_like(numbers)
    for depth in range(BITS):
        place = BITS - 1 - depth
        before = (1 << depth) + (numbers >> (place + 1))
        found |= (((numbers >> place) & 1) ^ flip[before]) << place
    return found


class PairTable(NamedTuple):
    """A function of rank, looked up for both jobs of a word at once.

    Attributes
    ----------
    of : callable
        The function itself, of ranks `(q,)`.
    value : ndarray of float32, shape (65536, 2)
        Its value in the middles of the cells.
    """

    of: Callable[[F32], F32]
    value: F32

    def read(self, words: JobWords, fraction: F32, out: F32) -> None:
        """Write the function of the ranks of `words` `(k, n / 2)` into `out` `(k, n)`.

        The middle of a cell stands for all of it, but for the cells at the ends: there the rank
        itself counts, the cell plus the `fraction` `(n,)` of each job.
        """
        # What two jobs need is moved as one number: numpy takes and puts those in half the time.
        pairs = out.view(np.int64)
        np.take(self.value.view(np.int64)[:, 0], words.number, out=pairs, mode="wrap")
        cell, ends = cell_pairs()
        at_end = np.flatnonzero(words.sixteen < ends)
        if len(at_end):
            cells = cell.view(np.uint32)[:, 0].take(words.number.take(at_end)).view(np.uint16)
            place = fraction.view(np.int64).take(at_end % words.number.shape[1]).view(np.float32)
            pairs.put(at_end, self.of(cells + place).view(np.int64))


def pair_table(of: Callable[[F32], F32]) -> PairTable:
    """Return the table of a function of rank."""
    middles = np.arange(1 << BITS, dtype=np.float32) + np.float32(0.5)
    return PairTable(of, of(middles)[cell_pairs().cell])


def ranks_of(words: JobWords, fraction: F32) -> F32:
    """Return the ranks `(k, n)` of words `(k, n / 2)`."""
    cells = cell_pairs().cell[words.number].reshape(len(words.number), -1)
    return cells + fraction
