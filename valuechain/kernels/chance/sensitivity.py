"""Which inputs move an answer: rank correlations and Sobol's indices.

``rho_i = corr(rank x_i, rank y)`` (Spearman);
``S_i = V[E(y | x_i)] / V[y]``, ``T_i = E[V(y | all but x_i)] / V[y]`` (Sobol).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from valuechain.network.arrays import FloatArray


def rank_correlations(inputs: FloatArray, answers: FloatArray) -> FloatArray:
    """Return Spearman's rank correlation of each input with the answer.

    Parameters
    ----------
    inputs : ndarray, shape (n, k)
        What each input was in each draw.
    answers : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (k,)
        In -1..1; 0 where the input or the answer never changes. Of an input that moves nothing
        its standard deviation is ``1 / sqrt(n - 1)``.

    References
    ----------
    Spearman (1904), The proof and measurement of association between two things, American Journal
    of Psychology 15.

    Examples
    --------
    >>> x = np.array([[1.0, 3.0], [2.0, 2.0], [9.0, 1.0]])
    >>> rank_correlations(x, np.array([10.0, 11.0, 12.0])).round(9).tolist()
    [1.0, -1.0]
    """
    from scipy.stats import rankdata

    x = rankdata(inputs, axis=0)
    y = rankdata(answers)
    x, y = x - x.mean(axis=0), y - y.mean()
    size = np.sqrt((x * x).sum(axis=0) * (y @ y))
    rho: FloatArray = np.divide(y @ x, size, out=np.zeros(x.shape[1]), where=size > 0)
    return rho


def means_at_the_ends(
    inputs: FloatArray, answers: FloatArray, share: float = 0.25
) -> tuple[FloatArray, FloatArray]:
    """Return the mean answer over the draws in which each input is lowest, and highest.

    Parameters
    ----------
    inputs : ndarray, shape (n, k)
    answers : ndarray, shape (n,)
    share : float
        Of the draws at each end, at least one.

    Returns
    -------
    low, high : ndarray, shape (k,)
    """
    order = np.argsort(inputs, axis=0, kind="stable")
    size = max(1, int(share * len(answers)))
    low: FloatArray = answers[order[:size]].mean(axis=0)
    high: FloatArray = answers[order[-size:]].mean(axis=0)
    return low, high


class SobolIndices(NamedTuple):
    """Shares of the variance, `(k,)`: by each input alone, and with all its interactions."""

    first: FloatArray
    total: FloatArray
    total_error: FloatArray  # standard error of `total`


def sobol(answers: FloatArray) -> SobolIndices:
    """Return Sobol's indices from the answers at a Saltelli design.

    Parameters
    ----------
    answers : ndarray, shape (k + 2, n)
        At points A, at independent points B, and, for each input, at A with that input from B.
        `n` is a power of 2.

    Returns
    -------
    SobolIndices
        0 where the answer never changes.

    References
    ----------
    Saltelli et al. (2010), Variance based sensitivity analysis of model output, Computer Physics
    Communications 181. Jansen (1999), Analysis of variance designs for model output, ibid. 117.
    """
    from scipy.stats import sobol_indices

    first_points, second_points, mixed = answers[0], answers[1], answers[2:]
    k, n = mixed.shape
    variance = float(answers[:2].var())
    if variance == 0:
        return SobolIndices(np.zeros(k), np.zeros(k), np.zeros(k))
    runs = {"f_A": first_points[None], "f_B": second_points[None], "f_AB": mixed[:, None]}
    found = sobol_indices(func=runs, n=n)
    halves = (first_points - mixed) ** 2 / (2.0 * variance)
    error = halves.std(axis=1, ddof=1) / np.sqrt(n)
    return SobolIndices(np.ravel(found.first_order), np.ravel(found.total_order), error)
