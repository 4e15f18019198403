"""Laws of own times: moments, quantiles and distribution functions of `max(0, loc + scale * Z)`.

``Z`` is the standard variable of a law's family; what the families are is told where `Laws` is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from valuechain.network.arrays import Family, FloatArray, Laws

_LAGUERRE_NODES = 48


class Standard(NamedTuple):
    """The law of ``Z`` itself, hashable: what an inverse table is made of and found by."""

    family: Family
    shape: tuple[float, float] = (0.0, 0.0)
    values: tuple[float, ...] = ()
    scipy_name: str = ""
    scipy_shapes: tuple[tuple[str, float], ...] = ()


def standard(laws: Laws, row: int) -> Standard:
    """Return the law of ``Z`` of one row."""
    family = Family(int(laws.family[row]))
    if family in (Family.CONSTANT, Family.EXPONENTIAL):
        return Standard(family)
    if family == Family.EMPIRICAL:
        return Standard(family, values=tuple(np.sort(np.asarray(laws.extra[row], float)).tolist()))
    if family == Family.SCIPY:
        extra = laws.extra[row]
        assert isinstance(extra, tuple)
        return Standard(family, scipy_name=extra[0], scipy_shapes=tuple(extra[1]))
    first, second = laws.shape[row].tolist()
    return Standard(family, (first, second))


def standard_quantile(law: Standard, cdf: ArrayLike, sf: ArrayLike) -> FloatArray:
    """Return the ``z`` with ``P(Z <= z) = cdf``.

    Parameters
    ----------
    law : Standard
    cdf, sf : array_like, the same shape
        Probabilities and their complements, both given, so that neither tail loses digits.

    Returns
    -------
    ndarray of float
    """
    p, q = np.asarray(cdf, np.float64), np.asarray(sf, np.float64)
    upper = q < 0.5
    first, second = law.shape
    z: FloatArray
    if law.family == Family.CONSTANT:
        z = np.zeros_like(p)
    elif law.family == Family.EXPONENTIAL:
        with np.errstate(divide="ignore"):
            z = np.where(upper, -np.log(q), -np.log1p(-np.minimum(p, 0.5)))
    elif law.family == Family.LOGNORMAL:
        z = np.exp(first * np.where(upper, -special.ndtri(q), special.ndtri(p)))
    elif law.family == Family.GAMMA:
        z = np.where(upper, special.gammainccinv(first, q), special.gammaincinv(first, p))
    elif law.family == Family.BETA:
        top = 1.0 - special.betaincinv(second, first, q)
        z = np.where(upper, top, special.betaincinv(first, second, p))
    elif law.family == Family.EMPIRICAL:
        n = len(law.values)
        place = np.where(upper, n - 1 - np.floor(q * n), np.ceil(p * n) - 1).astype(np.int64)
        z = np.asarray(law.values)[np.clip(place, 0, n - 1)]
    else:
        frozen = _scipy_law(law)
        z = np.where(upper, frozen.isf(q), frozen.ppf(p))
    return z


def standard_cdf(law: Standard, z: ArrayLike) -> FloatArray:
    """Return ``P(Z <= z)``."""
    x = np.asarray(z, np.float64)
    first, second = law.shape
    positive = np.maximum(x, 0.0)
    p: FloatArray
    if law.family == Family.CONSTANT:
        p = (x >= 0).astype(np.float64)
    elif law.family == Family.EXPONENTIAL:
        p = -np.expm1(-positive)
    elif law.family == Family.LOGNORMAL:
        with np.errstate(divide="ignore"):
            p = special.ndtr(np.log(positive) / first) if first else (x >= 1).astype(np.float64)
    elif law.family == Family.GAMMA:
        p = special.gammainc(first, positive)
    elif law.family == Family.BETA:
        p = special.betainc(first, second, np.clip(x, 0.0, 1.0))
    elif law.family == Family.EMPIRICAL:
        p = np.searchsorted(law.values, x, side="right") / len(law.values)
    else:
        p = np.asarray(_scipy_law(law).cdf(x), np.float64)
    return p


def _scipy_law(law: Standard) -> Any:
    import scipy.stats

    return getattr(scipy.stats, law.scipy_name)(**dict(law.scipy_shapes))


def _standard_moments(law: Standard) -> tuple[float, float, float]:
    """Return mean, variance and the lower end of ``Z``."""
    first, second = law.shape
    if law.family == Family.EXPONENTIAL:
        return 1.0, 1.0, 0.0
    if law.family == Family.LOGNORMAL:
        square = first * first
        return float(np.exp(square / 2)), float(np.expm1(square) * np.exp(square)), 0.0
    if law.family == Family.GAMMA:
        return first, first, 0.0
    if law.family == Family.BETA:
        total = first + second
        return first / total, first * second / (total * total * (total + 1.0)), 0.0
    if law.family == Family.EMPIRICAL:
        return float(np.mean(law.values)), float(np.var(law.values)), min(law.values)
    if law.family == Family.SCIPY:
        frozen = _scipy_law(law)
        mean, variance = frozen.stats(moments="mv")
        return float(mean), float(variance), float(frozen.support()[0])
    return 0.0, 0.0, 0.0


def moments(laws: Laws) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of ``max(0, loc + scale Z)``, hours and hours squared.

    Returns
    -------
    mean, variance : ndarray, shape (n,)

    Notes
    -----
    With ``Y = loc + scale Z``: ``E max(0, Y)^k = E Y^k - E Y^k [Y < 0]``, the last by
    Gauss-Laguerre quadrature of the quantile function below zero, where a law reaches there;
    in closed form for the exponential law.

    Examples
    --------
    >>> laws = Laws(np.array([3], np.int8), np.array([1.0]), np.array([2.0]), np.array([[4.0, 0]]))
    >>> [part.tolist() for part in moments(laws)]
    [[9.0], [16.0]]
    """
    mean = np.maximum(laws.loc, 0.0)
    variance = np.zeros(len(laws))
    cache: dict[Standard, tuple[float, float, float]] = {}
    plain = (laws.family == Family.EXPONENTIAL) & (laws.loc >= 0)  # the most, all at once
    mean[plain] = laws.loc[plain] + laws.scale[plain]
    variance[plain] = laws.scale[plain] ** 2
    for row in np.flatnonzero((laws.family != Family.CONSTANT) & ~plain).tolist():
        law = standard(laws, row)
        if law not in cache:
            cache[law] = _standard_moments(law)
        z_mean, z_variance, lowest = cache[law]
        loc, scale = float(laws.loc[row]), float(laws.scale[row])
        mean[row], variance[row] = loc + scale * z_mean, scale * scale * z_variance
        if loc + scale * lowest < 0:
            mean[row], variance[row] = _truncated(law, loc, scale, mean[row], variance[row])
    return mean, variance


def _truncated(
    law: Standard, loc: float, scale: float, mean: float, variance: float
) -> tuple[float, float]:
    if law.family == Family.EMPIRICAL:
        kept = np.maximum(loc + scale * np.asarray(law.values), 0.0)
        return float(kept.mean()), float(kept.var())
    if law.family == Family.EXPONENTIAL:  # without memory: above zero it is exponential again
        above = float(np.exp(loc / scale))
        return scale * above, scale * scale * above * (2.0 - above)
    below = float(standard_cdf(law, -loc / scale))
    if below == 0:
        return mean, variance
    node, weight = np.polynomial.laguerre.laggauss(_LAGUERRE_NODES)
    cdf = below * np.exp(-node)
    y = np.minimum(loc + scale * standard_quantile(law, cdf, 1.0 - cdf), 0.0)
    first = mean - below * float(weight @ y)
    second = variance + mean * mean - below * float(weight @ (y * y))
    return first, second - first * first


def quantile(laws: Laws, p: float) -> FloatArray:
    """Return the `p` quantile of each law, hours.

    Parameters
    ----------
    laws : Laws
    p : float
        In 0..1, the ends excluded.

    Returns
    -------
    ndarray, shape (n,)
        The smallest ``x`` with ``P(max(0, Y) <= x) >= p``.

    Examples
    --------
    >>> laws = Laws(np.array([1], np.int8), np.array([0.0]), np.array([2.0]), np.zeros((1, 2)))
    >>> round(float(quantile(laws, 0.5)[0]), 4)
    1.3863
    """
    z = np.zeros(len(laws))
    for row in np.flatnonzero(laws.family != Family.CONSTANT).tolist():
        z[row] = standard_quantile(standard(laws, row), p, 1.0 - p)
    hours: FloatArray = np.maximum(laws.loc + laws.scale * z, 0.0)
    return hours


def median(laws: Laws) -> FloatArray:
    """Return the median of each law, hours."""
    return quantile(laws, 0.5)
