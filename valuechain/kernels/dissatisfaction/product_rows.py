"""Products over rows of unequal length: `prod over k in row i of x_k`, and of all but one."""

from __future__ import annotations

import numpy as np

from valuechain.network.arrays import FloatArray, IntArray


def union(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return ``1 - (1 - a)(1 - b)``: the chance that one of two independent causes acts.

    Written ``a + b (1 - a)``, which is exact where one of them is 0 or 1.
    """
    either: FloatArray = a + b * (1.0 - a)
    return either


class ProductRows:
    """Entries by row, sorted once.

    Parameters
    ----------
    row : ndarray of int, shape (q,)
        The row of each entry, in any order.
    n : int
        Number of rows.

    Examples
    --------
    >>> rows = ProductRows(np.array([1, 0, 1]), 3)
    >>> rows.product(np.array([0.5, 0.2, 0.5])).tolist()
    [0.2, 0.25, 1.0]
    """

    def __init__(self, row: IntArray, n: int) -> None:
        self.row, self.n = row, n
        self._order = np.argsort(row, kind="stable")
        ordered = row[self._order]
        self._filled, self._start = np.unique(ordered, return_index=True)

    def product(self, factor: FloatArray) -> FloatArray:
        """Return the product of the factors `(q,)` of each row `(n,)`, 1 where there is none."""
        result = np.ones(self.n)
        if len(self._filled):
            result[self._filled] = np.multiply.reduceat(factor[self._order], self._start)
        return result

    def others(self, factor: FloatArray) -> FloatArray:
        """Return, for each entry, the product of the other factors of its row, `(q,)`."""
        zero = factor == 0.0
        zeros = np.bincount(self.row, zero, minlength=self.n)[self.row]
        rest = self.product(np.where(zero, 1.0, factor))[self.row]
        whole = np.where(zero, rest, rest / np.where(zero, 1.0, factor))
        return np.where(zeros - zero > 0, 0.0, whole)
