"""Distributions of times, in the few forms a consultant knows.

| written | means |
|---|---|
| `2 d` | always two days |
| `{median, on_time}` | lognormal through the promise: P(X <= sla) = on_time |
| `{median}` | the same, with the `on_time` that was observed of the service |
| `{median, p90}` | lognormal |
| `{min, mode, max}` | PERT beta |
| `{mean, sd}` | gamma |
| `{mean}` | exponential |
| `{samples: [...]}` | one of these, each equally likely |
| `{dist: NAME, loc, scale, ...}` | any continuous distribution of scipy.stats |

Each may have a `shift`, a time added to every draw.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from valuechain.errors import Refused, Text, as_found, did_you_mean
from valuechain.quantities.durations import Duration, duration_size, parse_duration
from valuechain.quantities.frozen import FrozenMapping
from valuechain.quantities.numbers import (
    Estimate,
    base_of,
    parse_estimate,
    parse_number,
    parse_share,
)

Time = Duration | Estimate[Duration]
Number = float | Estimate[float]
FORMS: tuple[tuple[str, ...], ...] = (
    ("median", "on_time"),
    ("median",),
    ("median", "p90"),
    ("min", "mode", "max"),
    ("mean", "sd"),
    ("mean",),
    ("samples",),
    ("dist", "loc", "scale"),
)
_FORM_SETS = {frozenset(form) for form in FORMS[:-1]}
_KEYS = (*dict.fromkeys(key for form in FORMS for key in form), "shift")
FORMS_TEXT = Text(
    "a time such as 4 h, or {median, p90}, {median, on_time}, {min, mode, max}, {mean, sd}, "
    "{mean}, {samples} or {dist, scale}",
    "un tiempo como 4 h, o {median, p90}, {median, on_time}, {min, mode, max}, {mean, sd}, "
    "{mean}, {samples} o {dist, scale}",
)


@dataclass(frozen=True, slots=True)
class Distribution:
    """A law of time as it was written.

    Attributes
    ----------
    times : mapping of str to Duration or Estimate
        Parameters that are times: median, p90, min, mode, max, mean, sd, loc, scale, shift.
    numbers : mapping of str to float or Estimate
        Parameters that are numbers: on_time, and the shapes of a scipy distribution.
    samples : tuple of Duration
        The values of `{samples}`, else empty.
    name : str or None
        The scipy.stats name of `{dist}`.

    Examples
    --------
    >>> parse_own_time({"median": "4 h", "p90": "1 d"}).as_written()
    {'median': Duration(value=4.0, unit='h'), 'p90': Duration(value=1.0, unit='d')}
    """

    times: FrozenMapping[Time] = field(default_factory=FrozenMapping)
    numbers: FrozenMapping[Number] = field(default_factory=FrozenMapping)
    samples: tuple[Duration, ...] = ()
    name: str | None = None

    def as_written(self) -> dict[str, object]:
        """Return the mapping a file would hold, keys in their usual order."""
        written: dict[str, object] = {**self.times, **self.numbers}
        if self.samples:
            written["samples"] = self.samples
        if self.name is not None:
            written["dist"] = self.name
        order = {key: place for place, key in enumerate(_KEYS)}
        shapes = order["dist"] + 0.5  # after the name they belong to
        return dict(sorted(written.items(), key=lambda item: (order.get(item[0], shapes), item[0])))


OwnTime = Duration | Estimate[Duration] | Distribution


def parse_time(value: object) -> Time:
    """Return a duration from 0 up, plain or as an estimate."""
    return parse_estimate(value, parse_duration, duration_size)


def parse_own_time(value: object) -> OwnTime:
    """Return a constant time, an estimate of one, or a `Distribution`.

    Raises
    ------
    Refused
        If the keys are no known form or a parameter cannot be.
    """
    if isinstance(value, Distribution):
        value = value.as_written()
    if not isinstance(value, Mapping) or "base" in value:
        return _parse_constant(value)
    given = {str(key): part for key, part in value.items()}
    if "dist" in given:
        law = _parse_scipy(given)
    elif frozenset(given) - {"shift"} in _FORM_SETS:
        law = _parse_form(given)
    else:
        raise _unknown_form(given)
    _check_order(law)
    return law


def _parse_constant(value: object) -> Time:
    try:
        return parse_time(value)
    except Refused as error:
        if isinstance(value, str | int | float | Duration):
            raise
        raise Refused(error.found, FORMS_TEXT, error.hint) from None


def _unknown_form(given: Mapping[str, object]) -> Refused:
    unknown = [key for key in given if key not in _KEYS]
    hint = did_you_mean(unknown[0], _KEYS) if unknown else None
    if unknown and unknown[0].isdigit() and given[unknown[0]] is None:
        hint = Text("decimals take a point, not a comma", "los decimales llevan punto, no coma")
    return Refused(as_found("{" + ", ".join(given) + "}"), FORMS_TEXT, hint)


def _parse_form(given: Mapping[str, object]) -> Distribution:
    times: dict[str, Time] = {}
    numbers: dict[str, Number] = {}
    samples: tuple[Duration, ...] = ()
    for key, part in given.items():
        with _named(key):
            if key == "on_time":
                numbers[key] = _parse_inner_share(part)
            elif key == "samples":
                samples = _parse_samples(part)
            else:
                times[key] = _parse_shift(part) if key == "shift" else parse_time(part)
    return Distribution(FrozenMapping(times), FrozenMapping(numbers), samples)


def _parse_scipy(given: Mapping[str, object]) -> Distribution:
    times: dict[str, Time] = {}
    numbers: dict[str, Number] = {}
    name = given["dist"]
    if not isinstance(name, str) or not name.isidentifier():
        raise Refused(as_found(name), Text("a name of scipy.stats", "un nombre de scipy.stats"))
    if "scale" not in given:
        raise Refused(Text("no scale", "falta scale"), Text("scale: a time", "scale: un tiempo"))
    for key, part in given.items():
        with _named(key):
            if key in ("loc", "shift"):
                times[key] = _parse_shift(part)
            elif key == "scale":
                times[key] = parse_time(part)
            elif key != "dist":
                numbers[key] = parse_estimate(part, lambda shape: parse_number(shape), float)
    return Distribution(FrozenMapping(times), FrozenMapping(numbers), name=name)


class _named:
    """Puts the parameter's name before what was found in it."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, Refused):
            found = Text(f"{self.key} {error.found.en}", f"{self.key} {error.found.es}")
            raise Refused(found, error.expected, error.hint) from None


def _parse_shift(value: object) -> Time:
    return parse_estimate(value, lambda part: parse_duration(part, negative=True), duration_size)


def _parse_inner_share(value: object) -> Number:
    share = parse_estimate(value, parse_share, float)
    if not 0 < base_of(share) < 1:
        between = Text("a share above 0 and below 1", "una proporción mayor que 0 y menor que 1")
        raise Refused(as_found(base_of(share)), between)
    return share


def _parse_samples(value: object) -> tuple[Duration, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise Refused(as_found(value), Text("a list of times", "una lista de tiempos"))
    return tuple(parse_duration(part) for part in value)


def _check_order(law: Distribution) -> None:
    """Refuse parameters that no law of their form has."""
    size = {key: duration_size(base_of(time)) for key, time in law.times.items()}
    for key in ("median", "mean", "sd", "scale"):
        if size.get(key) == 0:
            raise Refused(Text(f"{key} 0", f"{key} 0"), Text("more than 0", "más de 0"))
    if "p90" in size and size["p90"] <= size["median"]:
        raise Refused(
            Text("p90 not above the median", "p90 no mayor que median"),
            Text("median below p90", "median menor que p90"),
        )
    if "mode" in size and not (size["min"] <= size["mode"] <= size["max"] != size["min"]):
        raise Refused(
            Text("min, mode, max out of order", "min, mode, max desordenadas"),
            Text("min <= mode <= max, min < max", "min <= mode <= max, min < max"),
        )
