"""Net promoter score: promoters less detractors, with a score interval.

``NPS = 100 (p - d)``, variance of one answer ``p + d - (p - d)^2``; `p` answer 9 or 10, `d` 0 to 6.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from valuechain.metrics.answers import Answers, given, on_scale
from valuechain.metrics.metric import Metric
from valuechain.metrics.shares import normal_quantile

SCALE = (0, 10)  # the question is asked on 0..10 by definition
PROMOTER, DETRACTOR = 9, 6
HALVINGS = 80


def nps(answers: Answers, *, level: float = 0.95) -> Metric:
    """Return the net promoter score.

    Parameters
    ----------
    answers : iterable
        One answer each to "how likely is it that you would recommend us", whole numbers 0..10:
        a list, an array or a pandas Series. Missing ones are counted in `missing`.
    level : float
        Of the interval.

    Returns
    -------
    Metric
        `value`, `low`, `high` and `standard_error` in points, -100..100; `as_written()` is what a
        chain takes as `nps`.

    Raises
    ------
    UsageError
        If an answer is not on 0..10, or none is given.

    Notes
    -----
    The standard error is ``100 sqrt((p + d - (p - d)^2) / n)``; None for a single answer, which
    shows no spread. The interval holds those scores that the answers do not contradict: those
    whose score test (with the likeliest shares of promoters and detractors that have that score)
    is not significant. It stays within -100..100, and is wide where answers are few or all alike,
    where ``value +- z s`` shrinks to nothing. It is Tango's interval for a difference of paired
    shares, which are counted in the same way.

    References
    ----------
    .. [1] F. F. Reichheld, The one number you need to grow, Harvard Business Review (Dec. 2003).
    .. [2] T. Tango, Equivalence test and confidence interval for the difference in proportions
       for the paired-sample design, Statistics in Medicine 17 (1998).
    .. [3] B. Rocks, Interval estimation for the "net promoter score", The American Statistician
       70 (2016).

    Examples
    --------
    >>> score = nps([10, 9, 9, 8, 7, 3])
    >>> round(score.value, 1), round(score.standard_error, 1), score.n
    (33.3, 30.4, 6)
    """
    said, missing = given(answers)
    on_scale(said, SCALE)
    n = len(said)
    promoters = sum(answer >= PROMOTER for answer in said)
    detractors = sum(answer <= DETRACTOR for answer in said)
    net, variance = net_share(promoters / n, detractors / n)
    low, high = score_interval(promoters, detractors, n, normal_quantile(level))
    return Metric(
        name="nps",
        value=100 * net,
        low=100 * low,
        high=100 * high,
        n=n,
        missing=missing,
        unit="points",
        standard_error=100 * math.sqrt(variance / n) if n > 1 else None,
        level=level,
    )


def net_share(promoters: float, detractors: float) -> tuple[float, float]:
    """Return the net share of promoters, and the variance of one answer.

    Examples
    --------
    >>> [round(figure, 4) for figure in net_share(1 / 2, 1 / 6)]
    [0.3333, 0.5556]
    """
    net = promoters - detractors
    return net, max(promoters + detractors - net * net, 0.0)


def score_interval(promoters: int, detractors: int, n: int, z: float) -> tuple[float, float]:
    """Return the net shares `x` with ``|p - d - x| <= z sqrt((2 q + x - x^2) / n)``.

    `q` is the likeliest share of detractors where the net share is `x`: the root of
    ``2 n q^2 + ((2n - P + D) x - P - D) q - D x (1 - x) = 0`` for `P` promoters and `D` detractors.
    """

    def misses(x: float) -> bool:
        b = (2 * n - promoters + detractors) * x - promoters - detractors
        c = -detractors * x * (1 - x)
        q = (math.sqrt(max(b * b - 8 * n * c, 0.0)) - b) / (4 * n)
        variance = max(2 * q + x - x * x, 0.0)
        return abs((promoters - detractors) / n - x) > z * math.sqrt(variance / n)

    net = (promoters - detractors) / n
    return _edge(net, -1.0, misses), _edge(net, 1.0, misses)


def _edge(inside: float, outside: float, misses: Callable[[float], bool]) -> float:
    """Return where the interval ends between a point in it and one that may lie outside."""
    if not misses(outside):
        return outside
    for _ in range(HALVINGS):
        middle = (inside + outside) / 2
        if misses(middle):
            outside = middle
        else:
            inside = middle
    return inside
