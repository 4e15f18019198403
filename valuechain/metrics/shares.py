"""Shares and how sure they are: Wilson's score interval.

``(p + z^2/2n +- z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n)``, `p = k/n`.
"""

from __future__ import annotations

import math
from statistics import NormalDist

from valuechain.errors import Text, as_found
from valuechain.metrics.answers import is_whole, refused
from valuechain.metrics.metric import Metric, Name


def wilson(k: int, n: int, *, level: float = 0.95) -> Metric:
    """Return a share and Wilson's interval for it.

    Parameters
    ----------
    k, n : int
        `k` out of `n`, ``0 <= k <= n``, ``n >= 1``.
    level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Metric
        `value`, `low`, `high` in 0..1, `n`, `standard_error`.

    Raises
    ------
    UsageError
        If `k` or `n` are no whole numbers, `n` is 0, or `k` lies outside ``0..n``.

    Notes
    -----
    Holds its level with few answers and at the edges, where the interval of the textbooks
    (``p +- z s``) shrinks to nothing: 0 of 10 is 0 to 28 %. The standard error is the plain
    ``sqrt(p (1 - p)/n)``, 0 there; go by the interval.

    References
    ----------
    .. [1] E. B. Wilson, Probable inference, the law of succession, and statistical inference,
       J. Am. Stat. Assoc. 22 (1927).
    .. [2] R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in
       Medicine 17 (1998).

    Examples
    --------
    >>> share = wilson(81, 263)
    >>> round(share.value, 4), round(share.low, 4), round(share.high, 4)
    (0.308, 0.2553, 0.3662)
    """
    return share_metric("share", k, n, 0, level)


def share_metric(name: Name, k: int, n: int, missing: int, level: float) -> Metric:
    """Return `k` of `n` as a metric with Wilson's interval."""
    for value, least in ((n, 1), (k, 0)):
        if isinstance(value, bool) or not is_whole(value) or value < least or k > n:
            raise refused(
                Text(f"k = {k}, n = {n}", f"k = {k}, n = {n}"),
                Text(
                    "whole numbers, 0 <= k <= n, n at least 1",
                    "números enteros, 0 <= k <= n, n desde 1",
                ),
            )
    z = normal_quantile(level)
    p, square = k / n, z * z / n
    middle = (p + square / 2) / (1 + square)
    half = math.sqrt(p * (1 - p) * square + square * square / 4) / (1 + square)
    # At the edges the ends are 0 and 1 exactly, whatever rounding makes of them.
    low = 0.0 if k == 0 else middle - half
    high = 1.0 if k == n else middle + half
    error = math.sqrt(p * (1 - p) / n)
    return Metric(name, p, low, high, int(n), missing, "share", error, level)


def normal_quantile(level: float) -> float:
    """Return `z` with ``P(-z < Z < z) = level``.

    Examples
    --------
    >>> round(normal_quantile(0.95), 4)
    1.96
    """
    if not isinstance(level, int | float) or not 0 < level < 1:
        raise refused(
            Text(f"level {as_found(level).en}", f"level {as_found(level).es}"),
            Text("a share between 0 and 1, such as 0.95", "una proporción entre 0 y 1, como 0.95"),
        )
    return NormalDist().inv_cdf((1 + level) / 2)
