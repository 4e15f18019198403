"""Durations, shares and laws of own times, read from what a chain file says."""

from __future__ import annotations

import math
import random
import re
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

NORMAL = statistics.NormalDist()
Z90 = NORMAL.inv_cdf(0.9)
UNKNOWN_SIGMA = 0.8  # spread of a service of which only `sla` and `on_time` are known

Draw = Callable[[random.Random], float]


@dataclass(frozen=True)
class Calendar:
    """Working hours behind the words day and week."""

    hours_per_day: float = 8.0
    days_per_week: float = 5.0
    weeks_per_year: float = 52.0

    def hours(self, value: object) -> float:
        """Hours in a duration such as `90 min`, `4 h`, `2 d`, `1 w` or a bare 0."""
        if isinstance(value, (int, float)) and value == 0:
            return 0.0
        match = re.fullmatch(r"\s*([0-9.eE+-]+)\s*(min|h|d|w)\s*", str(value))
        if match is None:
            raise ValueError(f"not a duration: {value!r}")
        day = self.hours_per_day
        unit = {"min": 1 / 60, "h": 1.0, "d": day, "w": day * self.days_per_week}
        return float(match[1]) * unit[match[2]]

    def hours_in(self, period: str) -> float:
        """Working hours of a period (hour, day, week, month, quarter, year)."""
        day = self.hours_per_day
        week = day * self.days_per_week
        year = week * self.weeks_per_year
        return {
            "hour": 1.0,
            "day": day,
            "week": week,
            "month": year / 12,
            "quarter": year / 4,
            "year": year,
        }[period]


def number(value: object) -> float:
    """A plain number, a percentage, or the base of `{base, low, high}`."""
    if isinstance(value, Mapping):
        return number(value["base"])
    text = str(value).strip()
    if text.endswith("%"):
        return float(text[:-1]) / 100
    return float(text)


@dataclass(frozen=True)
class Law:
    """The law of a duration in hours: how to draw it, its mean, its median.

    `atoms` lists value and probability where the law is discrete, and is empty
    where it is continuous.
    """

    draw: Draw
    mean: float
    median: float
    atoms: tuple[tuple[float, Fraction], ...] = ()

    @property
    def constant(self) -> bool:
        """Whether the duration is always the same."""
        return len(self.atoms) == 1


def constant(hours: float) -> Law:
    """Always `hours`."""
    return Law(lambda rng: hours, hours, hours, ((hours, Fraction(1)),))


def discrete(atoms: Mapping[float, Fraction]) -> Law:
    """Values with exact probabilities that add up to 1."""
    if sum(atoms.values()) != 1:
        raise ValueError("probabilities must add up to 1")
    values = sorted(atoms)
    weights = [float(atoms[value]) for value in values]
    cumulated = Fraction(0)
    median = values[-1]
    for value in values:
        cumulated += atoms[value]
        if cumulated >= Fraction(1, 2):
            median = value
            break
    return Law(
        lambda rng: rng.choices(values, weights)[0],
        float(sum(Fraction(value) * atoms[value] for value in values)),
        median,
        tuple((value, atoms[value]) for value in values),
    )


def empirical(values: list[float]) -> Law:
    """Any of the observed values, each as likely as the others."""
    share = Fraction(1, len(values))
    counts: dict[float, Fraction] = {}
    for value in values:
        counts[value] = counts.get(value, Fraction(0)) + share
    return Law(
        lambda rng: rng.choice(values),
        statistics.fmean(values),
        statistics.median(values),
        tuple(sorted(counts.items())),
    )


def exponential(mean: float) -> Law:
    """Exponential with this mean."""
    return Law(lambda rng: rng.expovariate(1 / mean), mean, mean * math.log(2))


def lognormal(median: float, sigma: float) -> Law:
    """`median * exp(sigma * Normal(0, 1))`."""
    if sigma == 0:
        return constant(median)
    return Law(
        lambda rng: median * math.exp(sigma * rng.gauss(0, 1)),
        median * math.exp(sigma**2 / 2),
        median,
    )


def gamma(mean: float, sd: float) -> Law:
    """Gamma with this mean and standard deviation."""
    from scipy.special import gammaincinv

    shape, scale = (mean / sd) ** 2, sd**2 / mean
    median = scale * float(gammaincinv(shape, 0.5))
    return Law(lambda rng: rng.gammavariate(shape, scale), mean, median)


def pert(low: float, mode: float, high: float) -> Law:
    """PERT: a beta law on `low..high` with mean `(low + 4 mode + high) / 6`."""
    from scipy.special import betaincinv

    if low == high:
        return constant(low)
    width = high - low
    a, b = 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width
    median = low + width * float(betaincinv(a, b, 0.5))
    return Law(lambda rng: low + width * rng.betavariate(a, b), (low + 4 * mode + high) / 6, median)


def normal(mean: float, sd: float) -> Law:
    """Normal; what little lies below zero counts as zero."""
    ratio = mean / sd
    positive_part = mean * NORMAL.cdf(ratio) + sd * NORMAL.pdf(ratio)
    return Law(lambda rng: max(0.0, rng.gauss(mean, sd)), positive_part, max(0.0, mean))


def _named(spec: Mapping[str, Any], calendar: Calendar) -> Law:
    """`{dist: NAME, ...}` for the few names the random chains use."""
    loc = calendar.hours(spec.get("loc", 0))
    scale = calendar.hours(spec["scale"])
    name = spec["dist"]
    if name == "norm":
        return normal(loc, scale)
    if name == "uniform":
        middle = loc + scale / 2
        return Law(lambda rng: rng.uniform(loc, loc + scale), middle, middle)
    if name == "expon":
        return Law(
            lambda rng: loc + rng.expovariate(1 / scale), loc + scale, loc + scale * math.log(2)
        )
    if name == "weibull_min":
        c = float(spec["c"])
        return Law(
            lambda rng: loc + rng.weibullvariate(scale, c),
            loc + scale * math.gamma(1 + 1 / c),
            loc + scale * math.log(2) ** (1 / c),
        )
    raise ValueError(f"the reference knows no distribution {name!r}")


def read_law(
    spec: object, calendar: Calendar, sla: float | None = None, on_time: float | None = None
) -> Law | None:
    """The law that a `takes` says; `None` where nothing is measured."""
    if spec is None:
        if sla is None or on_time is None:
            return None
        return lognormal(sla * math.exp(-UNKNOWN_SIGMA * NORMAL.inv_cdf(on_time)), UNKNOWN_SIGMA)
    if not isinstance(spec, Mapping):
        return constant(calendar.hours(spec))
    if "dist" in spec:
        return _named(spec, calendar)
    if "samples" in spec:
        return empirical([calendar.hours(value) for value in spec["samples"]])
    hours = {key: calendar.hours(value) for key, value in spec.items()}
    if hours.keys() == {"median", "p90"}:
        return lognormal(hours["median"], math.log(hours["p90"] / hours["median"]) / Z90)
    if hours.keys() == {"min", "mode", "max"}:
        return pert(hours["min"], hours["mode"], hours["max"])
    if hours.keys() == {"mean", "sd"}:
        return gamma(hours["mean"], hours["sd"])
    if hours.keys() == {"mean"}:
        return exponential(hours["mean"])
    if hours.keys() == {"median"} and sla is not None and on_time is not None:
        sigma = math.log(sla / hours["median"]) / NORMAL.inv_cdf(on_time)
        if sigma < 0:
            raise ValueError("median and on_time disagree about the sla")
        return lognormal(hours["median"], sigma)
    raise ValueError(f"the reference knows no law {spec!r}")
