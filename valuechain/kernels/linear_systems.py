"""Sparse systems ``(I - M) x = b`` with a non-negative `M` of spectral radius below 1.

Whatever the loop's shape: a short Krylov space suffices where everything is tied to everything (a
sparse factorisation fills up there), a factorisation where the loop is long and thin (a Krylov
method needs a round for every place in it).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csc_array, csr_array, eye
from scipy.sparse.linalg import splu

from valuechain.network.arrays import FloatArray

_DENSE = 200
_KRYLOV = 60
_CYCLES = 4
_PROGRESS = 1e-2  # a cycle that gains less than this factor is given up
_TOLERANCE = 1e-12


def solve_open(matrix: csr_array, right: FloatArray) -> FloatArray:
    """Return `x` with ``x = M x + b``.

    Parameters
    ----------
    matrix : csr_array, shape (n, n)
        `M`, non-negative, spectral radius below 1.
    right : ndarray of float, shape (n,)
        `b`.

    Returns
    -------
    ndarray of float, shape (n,)
        To a residual of 1e-12 of the largest ``|b|`` or better.

    Examples
    --------
    >>> solve_open(csr_array(np.array([[0.0, 0.5], [0.5, 0.0]])), np.ones(2)).round(12).tolist()
    [2.0, 2.0]
    """
    n = len(right)
    if n <= _DENSE:
        return np.asarray(np.linalg.solve(np.eye(n) - matrix.toarray(), right))
    solved = _gmres(matrix, right)
    if solved is None:
        solved = splu(csc_array(eye(n, format="csc") - matrix.tocsc())).solve(right)
    return np.asarray(solved)


def _gmres(matrix: csr_array, right: FloatArray) -> FloatArray | None:
    """Restarted GMRES (Saad and Schultz 1986); None where it makes no headway."""
    goal = _TOLERANCE * float(np.linalg.norm(right))
    x = np.zeros_like(right)
    left = right
    size = float(np.linalg.norm(left))
    for _ in range(_CYCLES):
        if size <= goal:
            return x
        x = x + _least_residual(matrix, left, size, goal)
        left = right - x + matrix @ x
        before, size = size, float(np.linalg.norm(left))
        if size > _PROGRESS * before and size > goal:
            return None
    return x if size <= goal else None


def _least_residual(matrix: csr_array, right: FloatArray, size: float, goal: float) -> FloatArray:
    """Return the `x` of a Krylov space that leaves the least of ``b - (I - M) x`` (Arnoldi)."""
    basis = np.empty((_KRYLOV + 1, len(right)))
    hessenberg = np.zeros((_KRYLOV + 1, _KRYLOV))
    target = np.zeros(_KRYLOV + 1)
    target[0] = size
    basis[0] = right / size
    weights = np.zeros(0)
    for k in range(_KRYLOV):
        image = basis[k] - matrix @ basis[k]
        for _ in range(2):  # twice is enough (Kahan and Parlett)
            share = basis[: k + 1] @ image
            image = image - share @ basis[: k + 1]
            hessenberg[: k + 1, k] += share
        hessenberg[k + 1, k] = np.linalg.norm(image)
        system = hessenberg[: k + 2, : k + 1]
        weights = np.linalg.lstsq(system, target[: k + 2], rcond=None)[0]
        if (
            hessenberg[k + 1, k] <= np.finfo(float).eps
            or np.linalg.norm(target[: k + 2] - system @ weights) <= 0.1 * goal
        ):
            break
        basis[k + 1] = image / hessenberg[k + 1, k]
    return weights @ basis[: len(weights)]
