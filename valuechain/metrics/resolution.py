"""How long cases took: median, mean and ninth decile, in working hours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from valuechain.errors import Refused, Text, as_found
from valuechain.metrics.answers import Answers, given, refuse_those, refused
from valuechain.metrics.metric import Metric
from valuechain.metrics.shares import normal_quantile
from valuechain.quantities import Calendar, Duration, number_text, parse_duration
from valuechain.quantities.durations import UNITS

TIMES = Text(
    "working times from 0: '90 min', '4 h', '2 d', or numbers with their unit, unit='h'; clock "
    "time (timedelta) has nights and weekends in it",
    "tiempos de trabajo desde 0: '90 min', '4 h', '2 d', o números con su unidad, unit='h'; el "
    "tiempo de reloj (timedelta) lleva noches y fines de semana dentro",
)


@dataclass(frozen=True)
class ResolutionTime(Metric):
    """Resolution times in working hours: `value` is the median.

    Attributes
    ----------
    mean, p90 : float
        Mean and ninth decile; `standard_error` is that of the mean.
    """

    mean: float = 0.0
    p90: float = 0.0

    def as_written(self) -> dict[str, Any]:
        """Return what a chain takes as `takes`: median and ninth decile, or a constant."""
        if self.p90 <= self.value or self.value <= 0:
            return self._written(self.mean)
        return {"median": self._written(self.value), "p90": self._written(self.p90)}

    def _written(self, hours: float) -> dict[str, Any]:
        return {"base": str(Duration(hours, "h")), "n": self.n, "source": "observed"}


def resolution_time(
    times: Answers,
    unit: str | None = None,
    *,
    calendar: Calendar | None = None,
    level: float = 0.95,
) -> ResolutionTime:
    """Return how long cases took to be resolved.

    Parameters
    ----------
    times : iterable
        One a case, in working time: ``"90 min"``, ``"2 d"``, or numbers whose `unit` is declared;
        a list, an array or a pandas Series. Missing ones are counted in `missing`.
    unit : str, optional
        Of the numbers: min, h, d, w. Without it numbers are refused.
    calendar : Calendar, optional
        How long a day is; a chain's is ``chain.calendar``. Absent: 8 hours a day, 5 days a week.
    level : float
        Of the interval of the median.

    Returns
    -------
    ResolutionTime
        `value` (the median), `low`, `high`, `mean`, `p90` in working hours; `as_written()` is
        what a chain takes as `takes`.

    Raises
    ------
    UsageError
        If an entry is no working time, or none is given.

    Notes
    -----
    The interval of the median lies between two of the times, by the binomial law of how many of
    `n` fall below it: no family of laws is assumed. Below six cases (at 95 %) there is none, and
    `low` and `high` are None. `p90` is the linear interpolation of Hyndman and Fan (type 7).

    References
    ----------
    .. [1] W. J. Conover, Practical Nonparametric Statistics, 3rd ed., Wiley (1999), 3.2.
    .. [2] R. J. Hyndman and Y. Fan, Sample quantiles in statistical packages, The American
       Statistician 50 (1996).

    Examples
    --------
    >>> spent = resolution_time(["30 min", "2 h", "1 d", None, "1 h", "3 h", "2 h"])
    >>> spent.value, spent.low, spent.high, spent.missing
    (2.0, 0.5, 8.0, 1)
    """
    said, missing = given(times)
    normal_quantile(level)  # refuses what is no level
    if unit is not None and unit not in UNITS:
        raise refused(as_found(unit), Text("unit: min, h, d or w", "unit: min, h, d o w"))
    read = [_hours(time, unit, calendar or Calendar()) for time in said]
    refuse_those([time for time, h in zip(said, read, strict=True) if h is None], len(said), TIMES)
    hours = sorted(h for h in read if h is not None)
    n, mean = len(hours), math.fsum(hours) / len(hours)
    place = _rank_of_median_bound(n, level)
    error = None
    if n > 1:
        error = math.sqrt(math.fsum((h - mean) ** 2 for h in hours) / (n - 1) / n)
    return ResolutionTime(
        name="resolution_time",
        value=_quantile(hours, 0.5),
        low=hours[place - 1] if place else None,
        high=hours[n - place] if place else None,
        n=n,
        missing=missing,
        unit="working hours",
        standard_error=error,
        level=level,
        mean=mean,
        p90=_quantile(hours, 0.9),
    )


def _hours(time: Any, unit: str | None, calendar: Calendar) -> float | None:
    """Return working hours; None for what is no working time."""
    if isinstance(time, bool | timedelta):
        return None
    if isinstance(time, int | float):
        if unit is None or not math.isfinite(time):
            return None
        time = f"{number_text(time)} {unit}"
    if not isinstance(time, str | Duration):
        return None
    try:
        hours = parse_duration(time).hours(calendar)
    except Refused:
        return None
    return hours if hours >= 0 else None


def _rank_of_median_bound(n: int, level: float) -> int:
    """Return the largest `k` such that the k-th time from each end holds the median; 0: none.

    ``P(k-th <= median <= (n + 1 - k)-th) = 1 - 2 P(Bin(n, 1/2) <= k - 1)``.
    """
    tail, term, k = 0.0, math.log(0.5) * n, 0
    while k < (n + 1) // 2:
        tail += math.exp(term)
        if 2 * tail > 1 - level + 1e-12:
            break
        term += math.log((n - k) / (k + 1))
        k += 1
    return k


def _quantile(ordered: list[float], share: float) -> float:
    """Return a quantile by linear interpolation."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
