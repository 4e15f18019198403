"""From a distribution as written to its law in hours: `max(0, loc + scale * Z)`."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

from valuechain.errors import Refused, Text, as_found, did_you_mean
from valuechain.quantities.distributions import Distribution, Number, OwnTime
from valuechain.quantities.durations import LONGEST_HOURS, Calendar
from valuechain.quantities.frozen import FrozenMapping
from valuechain.quantities.numbers import base_of, share_and_answers

MASS_BELOW_ZERO = 0.001
SIGMA_ON_TIME_ONLY = 0.8
SMALLEST_RATIO = 1e-3  # of mean to sd, and of sd to mean
UNSAID_ANSWERS = 100  # behind an observed share that does not say how many
_Z90 = NormalDist().inv_cdf(0.9)
_BELOW_ZERO = Text(
    f"at most {MASS_BELOW_ZERO:.1%} of the mass below zero",
    "como mucho un 0,1 % de la masa por debajo de cero",
)
_FAST = {  # scipy names whose standard form the engine draws itself, with their shapes
    "expon": ("EXPONENTIAL", ()),
    "lognorm": ("LOGNORMAL", ("s",)),
    "gamma": ("GAMMA", ("a",)),
    "beta": ("BETA", ("a", "b")),
    "uniform": ("BETA", ()),
}


Shapes = tuple[tuple[str, float], ...]  # parameters of scipy.stats by name, sorted


class Law(NamedTuple):
    """A law in hours; `family` names Z as `network.arrays.Family` does."""

    family: str
    loc: float
    scale: float
    shape: tuple[float, float] = (0.0, 0.0)
    samples: tuple[float, ...] = ()  # EMPIRICAL, sorted
    scipy: tuple[str, Shapes] | None = None  # SCIPY: name and shapes


NO_TIME = Law("CONSTANT", 0.0, 0.0)


def with_on_time(own: OwnTime, on_time: Number | None) -> OwnTime:
    """Return `{median}` with the service's observed share on time; any other form as it is.

    No lognormal keeps a promise always or never: observed shares of 0 and 1 are moved as in
    `law_through_promise`.

    Examples
    --------
    >>> from valuechain.quantities import parse_own_time
    >>> with_on_time(parse_own_time({"median": "4 h"}), 0.8).numbers["on_time"]
    0.8
    """
    if not isinstance(own, Distribution) or own.numbers or on_time is None:
        return own
    if {*own.times} - {"shift"} != {"median"}:
        return own
    share = base_of(on_time)
    inside: Number = _off_the_ends(*share_and_answers(on_time)) if share in (0.0, 1.0) else on_time
    return replace(own, numbers=FrozenMapping({"on_time": inside}))


def to_law(own: OwnTime, calendar: Calendar, sla_hours: float | None = None) -> Law:
    """Return the law at the base values, in hours.

    Parameters
    ----------
    own : Duration, Estimate or Distribution
        As written.
    calendar : Calendar
        Turns days and weeks into hours.
    sla_hours : float or None
        The promise that `{median, on_time}` refers to.

    Raises
    ------
    Refused
        If the law cannot be: no sla for `on_time`, signs that disagree, a name or
        shape scipy does not know, more than 0.1 % of mass below zero.

    Notes
    -----
    Lognormal through the median `m` and a point `(x, p)`: ``sigma = ln(x / m) / z_p``.
    PERT beta: ``a = 1 + 4 (mode - min) / (max - min)``, ``b = 1 + 4 (max - mode) / (max - min)``
    (Malcolm, Roseboom, Clark and Fazar 1959). Gamma: ``shape = (mean / sd)^2``.
    """
    if not isinstance(own, Distribution):
        return Law("CONSTANT", base_of(own).hours(calendar), 0.0)
    hours = {key: base_of(time).hours(calendar) for key, time in own.times.items()}
    law = _scipy_law(own, hours) if own.name else _law(own, hours, calendar, sla_hours)
    if "shift" in hours:
        law = law._replace(loc=law.loc + hours["shift"])
    _check_size(law)
    if law.loc < 0 or law.scipy is not None:
        _check_mass_below_zero(law)
    return law


def _law(
    own: Distribution,
    hours: dict[str, float],
    calendar: Calendar,
    sla_hours: float | None,
) -> Law:
    if own.samples:
        values = tuple(sorted(sample.hours(calendar) for sample in own.samples))
        return Law("EMPIRICAL", 0.0, 1.0, samples=values)
    if "on_time" in own.numbers:
        on_time = base_of(own.numbers["on_time"])
        return _lognormal(hours["median"], _sigma_on_time(hours["median"], on_time, sla_hours))
    if own.times.keys() <= {"median", "shift"}:
        raise Refused(
            Text("a median and no on_time", "una mediana sin on_time"),
            Text("on_time and sla beside it, or p90 in it", "on_time y sla al lado, o p90 dentro"),
        )
    if "p90" in hours:
        return _lognormal(hours["median"], math.log(hours["p90"] / hours["median"]) / _Z90)
    if "mode" in hours:
        low, width = hours["min"], hours["max"] - hours["min"]
        a = 1 + 4 * (hours["mode"] - low) / width
        return Law("BETA", low, width, (a, 6 - a))
    if "sd" in hours:
        ratio = hours["mean"] / hours["sd"]
        if not SMALLEST_RATIO <= ratio <= 1 / SMALLEST_RATIO:
            raise Refused(
                Text(
                    f"mean {hours['mean']:g} h and sd {hours['sd']:g} h",
                    f"mean {hours['mean']:g} h y sd {hours['sd']:g} h",
                ),
                Text(
                    "an sd between a thousandth of the mean and a thousand times it",
                    "una sd entre una milésima de la media y mil veces la media",
                ),
            )
        shape = ratio**2
        return Law("GAMMA", 0.0, hours["mean"] / shape, (shape, 0.0))
    return Law("EXPONENTIAL", 0.0, hours["mean"])


def _lognormal(median: float, sigma: float) -> Law:
    return Law("LOGNORMAL", 0.0, median, (sigma, 0.0))


def _sigma_on_time(median: float, on_time: float, sla_hours: float | None) -> float:
    if sla_hours is None:
        raise Refused(
            Text("on_time without an sla", "on_time sin sla"),
            Text(
                "an sla beside it, or p90 in its place",
                "un sla al lado, o p90 en su lugar",
            ),
        )
    distance = math.log(sla_hours / median) if sla_hours > 0 else -math.inf
    z = NormalDist().inv_cdf(on_time)
    if not math.isfinite(distance) or distance * z <= 0:
        raise Refused(
            Text(
                f"median {median:g} h, sla {sla_hours:g} h and on_time {on_time:g} disagree",
                f"median {median:g} h, sla {sla_hours:g} h y on_time {on_time:g} se contradicen",
            ),
            Text(
                "a median below the sla with on_time above one half, or both the other way",
                "una mediana menor que el sla con on_time mayor que la mitad, o ambas al revés",
            ),
        )
    return distance / z


def law_through_promise(sla_hours: float, on_time: float, answers: int | None = None) -> Law:
    """Return the lognormal with sigma .8 that keeps the promise in a share `on_time`.

    It stands in where neither `takes` nor `work` is known. No lognormal keeps a promise always or
    never: of `answers` observations (100 if unknown), shares of 0 and 1 are moved by half a one.

    Examples
    --------
    >>> round(law_through_promise(8.0, 0.5).scale, 6)
    8.0
    """
    share = _off_the_ends(on_time, answers) if on_time in (0.0, 1.0) else on_time
    return _lognormal(
        sla_hours * math.exp(-SIGMA_ON_TIME_ONLY * NormalDist().inv_cdf(share)),
        SIGMA_ON_TIME_ONLY,
    )


def _off_the_ends(share: float, answers: int | None) -> float:
    n = UNSAID_ANSWERS if answers is None else answers
    return (share * n + 0.5) / (n + 1)


def _scipy_law(own: Distribution, hours: dict[str, float]) -> Law:
    assert own.name is not None
    shapes = {key: base_of(number) for key, number in own.numbers.items()}
    loc, scale = hours.get("loc", 0.0), hours["scale"]
    check_scipy(own.name, shapes)
    if own.name in _FAST:
        family, names = _FAST[own.name]
        values = [shapes[name] for name in names]
        if own.name == "uniform":
            values = [1.0, 1.0]
        padded = (*values, 0.0, 0.0)
        return Law(family, loc, scale, (padded[0], padded[1]))
    return Law("SCIPY", loc, scale, scipy=(own.name, tuple(sorted(shapes.items()))))


def check_scipy(name: str, shapes: dict[str, float]) -> None:
    """Refuse a name or shapes that scipy.stats does not know.

    Raises
    ------
    Refused
        With the near misses and the shapes that the distribution has.
    """
    from scipy import stats

    family = getattr(stats, name, None)
    if not isinstance(family, stats.rv_continuous):
        known = [key for key in dir(stats) if isinstance(getattr(stats, key), stats.rv_continuous)]
        expected = Text(
            "a continuous distribution of scipy.stats",
            "una distribución continua de scipy.stats",
        )
        raise Refused(as_found(name), expected, did_you_mean(name, known))
    names = [part.strip() for part in (family.shapes or "").split(",") if part.strip()]
    if set(names) != set(shapes):
        expected = Text(
            f"the shapes {', '.join(names) or 'none'}",
            f"los parámetros {', '.join(names) or '-'}",
        )
        raise Refused(as_found(f"{name}({', '.join(shapes)})"), expected)
    if not all(math.isfinite(part) for part in _scipy_center(name, tuple(sorted(shapes.items())))):
        raise Refused(
            as_found(f"{name}({', '.join(f'{k}={v:g}' for k, v in shapes.items())})"),
            Text("shapes with a finite mean", "parámetros con media finita"),
        )


@lru_cache(maxsize=65536)
def _scipy_center(name: str, shapes: Shapes) -> tuple[float, float]:
    """Return mean and median of a standard form of scipy.stats; not a number for wrong shapes."""
    import numpy as np
    from scipy import stats

    family, given = getattr(stats, name), dict(shapes)
    with np.errstate(all="ignore"):
        return float(family.mean(**given)), float(family.ppf(0.5, **given))


@lru_cache(maxsize=65536)
def _scipy_share_below(name: str, shapes: Shapes, point: float) -> float:
    """Return the mass of a standard form of scipy.stats up to a point."""
    from scipy import stats

    return float(getattr(stats, name).cdf(point, **dict(shapes)))


def _check_size(law: Law) -> None:
    """Refuse a law whose mean is beyond what can be sampled: its parameters do not belong together.

    Lognormals through two points far apart have a median of minutes and a mean of centuries.
    """
    try:
        mean = mean_hours(law)
    except OverflowError:
        mean = math.inf
    if not abs(mean) <= LONGEST_HOURS:
        raise Refused(
            Text(f"a mean of {mean:.3g} h", f"una media de {mean:.3g} h"),
            Text("at most a billion hours", "mil millones de horas como mucho"),
            Text("are its parameters right?", "¿están bien sus parámetros?"),
        )


def _check_mass_below_zero(law: Law) -> None:
    """Refuse a law that is negative in more than 0.1 % of draws (little counts as zero)."""
    if law.family == "CONSTANT":
        below = float(law.loc < 0)
    elif law.family == "EMPIRICAL":
        below = sum(value + law.loc < 0 for value in law.samples) / len(law.samples)
    else:
        name, shapes = law.scipy or _standard(law)
        below = _scipy_share_below(name, shapes, -law.loc / law.scale)
    if below > MASS_BELOW_ZERO:
        raise Refused(
            Text(f"{below:.1%} below zero", f"{below:.1%} por debajo de cero"),
            _BELOW_ZERO,
        )


def _standard(law: Law) -> tuple[str, Shapes]:
    """Return the name and the shapes that scipy has for a law the engine draws itself."""
    name = law.family.lower().replace("exponential", "expon").replace("lognormal", "lognorm")
    return name, tuple(zip(_FAST[name][1], law.shape, strict=False))


def mean_hours(law: Law) -> float:
    """Return the mean of a law in hours (mass below zero, at most 0.1 %, left as it is).

    Notes
    -----
    Lognormal ``scale exp(sigma^2 / 2)``; gamma ``scale k``; beta ``scale a / (a + b)``.
    """
    first, second = law.shape
    if law.family == "CONSTANT":
        return law.loc
    if law.family == "EMPIRICAL":
        return law.loc + sum(law.samples) / len(law.samples)
    if law.scipy is not None:
        return law.loc + law.scale * _scipy_center(*law.scipy)[0]
    standard = {
        "EXPONENTIAL": 1.0,
        "LOGNORMAL": math.exp(first**2 / 2) if law.family == "LOGNORMAL" else 0.0,
        "GAMMA": first,
        "BETA": first / (first + second) if law.family == "BETA" else 0.0,
    }[law.family]
    return law.loc + law.scale * standard
