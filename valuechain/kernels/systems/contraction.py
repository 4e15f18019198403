"""How strongly a loop feeds itself: spectral radii of non-negative matrices, with proof.

``r < 1``: each request inside the loop leads to less than one more, and the loop settles.
``r >= 1``: it feeds itself for ever. What is returned is a bracket that holds the radius for
certain (Collatz and Wielandt), not an estimate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csc_array, csr_array, eye
from scipy.sparse.linalg import splu

from valuechain.kernels.systems.linear_systems import square_matrix
from valuechain.network.arrays import FloatArray, IntArray
from valuechain.network.components import strong_components

ROUNDING = 1e-12  # a radius this near to 1 is 1
_POWER_ROUNDS = 400
NEGLIGIBLE = 1e-100
_INVERSE_ROUNDS = 50


class Bracket(NamedTuple):
    """A radius lies between `low` and `high`, both included."""

    low: float
    high: float

    @property
    def settles(self) -> bool:
        """Whether the radius is below 1."""
        return self.high < 1 - ROUNDING

    def is_narrow(self, tolerance: float) -> bool:
        """Whether it is so narrow, relative to `high`, and clear of 1; with 1: clear of 1."""
        undecided = self.low < 1 - ROUNDING <= self.high
        return self.high - self.low <= (ROUNDING if undecided else tolerance) * self.high


def spectral_radius(
    n: int, row: IntArray, column: IntArray, value: FloatArray, tolerance: float = 1e-9
) -> Bracket:
    """Return a bracket of the spectral radius of a non-negative matrix.

    Parameters
    ----------
    n : int
        Order of the matrix.
    row, column : ndarray of int, shape (q,)
        Places of its entries; entries at one place add up.
    value : ndarray of float, shape (q,)
        From 0.
    tolerance : float
        Relative width at which the bracket is narrow enough, unless 1 lies inside it: then it is
        narrowed until it does not, or to rounding.

    Notes
    -----
    The radius is the largest over the strongly connected components. For each of them and any
    ``x > 0``, ``min (Nx)_i / x_i <= r <= max (Nx)_i / x_i`` (Collatz 1942, Wielandt 1950); ``x``
    comes from rounds ``x <- (N + I) x``, and where those are slow, from ``x <- (I - N)^-1 x``.

    Examples
    --------
    >>> one, other = np.array([0, 1]), np.array([1, 0])
    >>> bracket = spectral_radius(2, one, other, np.array([0.5, 0.5]))
    >>> bracket.low, bracket.high
    (0.5, 0.5)
    """
    there = value > 0
    row, column, value = row[there], column[there], value[there]
    low = high = 0.0
    for inside in strong_components(n, row, column).insides(row, column):
        part = inside.tail, inside.head, value[inside.edges]
        bracket = irreducible_radius(len(inside.nodes), *part, tolerance=tolerance)
        low, high = max(low, bracket.low), max(high, bracket.high)
    return Bracket(low, high)


def irreducible_radius(
    n: int, row: IntArray, column: IntArray, value: FloatArray, tolerance: float = 1e-9
) -> Bracket:
    """Return the bracket of `spectral_radius` for a strongly connected matrix, entries above 0.

    A `tolerance` of 1 asks only on which side of 1 the radius lies.
    """
    largest = float(value.max())
    if largest < NEGLIGIBLE:  # where floating point runs out of digits; no radius is larger
        return Bracket(0.0, n * largest)
    return _narrow_by_rounds(square_matrix(n, row, column, value), tolerance)


def _narrow_by_rounds(matrix: csr_array | FloatArray, tolerance: float) -> Bracket:
    x = np.ones(matrix.shape[0])
    bracket = Bracket(0.0, np.inf)
    for _ in range(_POWER_ROUNDS):
        image = matrix @ x
        bracket = _narrowed(bracket, image, x)
        if bracket.is_narrow(tolerance):
            return bracket
        x += image
        x /= x.max()
    return _by_inverse(csr_array(matrix), bracket, x, tolerance)


def _by_inverse(matrix: csr_array, bracket: Bracket, x: FloatArray, tolerance: float) -> Bracket:
    """Narrow a bracket by inverse iteration just above the radius: few rounds, but each dear."""
    n = matrix.shape[0]
    for _ in range(_INVERSE_ROUNDS):
        shift = bracket.high * (1 + ROUNDING)
        solver = splu(csc_array(eye(n, format="csc") * shift - matrix.tocsc()))
        # Above the radius the inverse is positive, so x stays so.
        x = np.abs(solver.solve(x))
        x /= x.max()
        x = np.maximum(x, np.finfo(float).tiny)
        before = bracket
        bracket = _narrowed(bracket, matrix @ x, x)
        if bracket.is_narrow(tolerance) or bracket == before:
            break
    return bracket


def _narrowed(bracket: Bracket, image: FloatArray, x: FloatArray) -> Bracket:
    ratio = image / x
    return Bracket(max(bracket.low, float(ratio.min())), min(bracket.high, float(ratio.max())))
