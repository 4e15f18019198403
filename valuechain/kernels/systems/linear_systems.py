"""Sparse systems ``(I - M) x = b`` with a non-negative `M` of spectral radius below 1.

Whatever the loop's shape: where everything is tied to everything a few rounds of a Krylov method
suffice (a sparse factorisation fills up there); where a loop is long and thin a factorisation does
(a Krylov method needs a round for every place in it).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csc_array, csr_array, eye
from scipy.sparse.linalg import splu

from valuechain.network.arrays import FloatArray, IntArray

_DENSE = 200
_ROUNDS = 80
_TOLERANCE = 1e-12
_BLIND = 1e-16  # square of the cosine from which a shadow sees nothing of what is left


def square_matrix(
    n: int, row: IntArray, column: IntArray, value: FloatArray
) -> csr_array | FloatArray:
    """Return the matrix `(n, n)` of some entries, entries of one place added up.

    Small ones are dense: making a sparse one costs more than a system of theirs.
    """
    if n <= _DENSE:
        return np.bincount(row * n + column, value, minlength=n * n).reshape(n, n)
    return coo_array((value, (row, column)), shape=(n, n)).tocsr()


def solve_open(matrix: csr_array | FloatArray, right: FloatArray) -> FloatArray:
    """Return `x` with ``x = M x + b``.

    Parameters
    ----------
    matrix : csr_array or ndarray, shape (n, n)
        `M`, non-negative, spectral radius below 1.
    right : ndarray of float, shape (n,) or (n, k)
        `b`, or several in columns.

    Returns
    -------
    ndarray of float, shape of `right`
        To a residual of about 1e-11 of `b`.

    Examples
    --------
    >>> solve_open(csr_array(np.array([[0.0, 0.5], [0.5, 0.0]])), np.ones(2)).round(12).tolist()
    [2.0, 2.0]
    """
    n = len(right)
    if n <= _DENSE:
        dense = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
        return np.asarray(np.linalg.solve(np.eye(n) - dense, right))
    matrix = csr_array(matrix)
    columns = np.atleast_2d(right.T)
    solved = np.zeros_like(columns)
    for j, column in enumerate(columns):
        rounds = _bicgstab(matrix, np.ascontiguousarray(column))
        if rounds is None:  # nor would they for the columns that are left
            solver = splu(csc_array(eye(n, format="csc") - matrix.tocsc()))
            solved[j:] = solver.solve(columns[j:].T).T
            break
        solved[j] = rounds
    return solved.T.reshape(right.shape)


def _bicgstab(matrix: csr_array, right: FloatArray) -> FloatArray | None:
    """Stabilised biconjugate gradients (van der Vorst 1992); None where they make no headway."""
    x = np.zeros_like(right)
    left = right.copy()
    shadow = right.copy()
    direction = right.copy()
    product = _dot(shadow, left)
    goal = _TOLERANCE**2 * product
    for _ in range(_ROUNDS):
        if _dot(left, left) <= goal:
            missing = right - x + matrix @ x
            return x if _dot(missing, missing) <= 100 * goal else None
        image = direction - matrix @ direction
        along = _dot(shadow, image)
        if along == 0.0:
            return None
        length = product / along
        half = left - length * image
        half_image = half - matrix @ half
        square = _dot(half_image, half_image)
        share = _dot(half_image, half) / square if square > 0 else 0.0
        x += length * direction + share * half
        left = half - share * half_image
        before, product = product, _dot(shadow, left)
        seen = _BLIND * _dot(shadow, shadow) * _dot(left, left)
        if share == 0.0 or product**2 <= seen:  # begin anew from what is left
            direction, shadow, product = left.copy(), left.copy(), _dot(left, left)
        else:
            turn = product / before * length / share
            direction = left + turn * (direction - share * image)
    return None


def _dot(a: FloatArray, b: FloatArray) -> float:
    """Return the inner product, the same on any number of BLAS threads."""
    return float((a * b).sum())
