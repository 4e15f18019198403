"""Durations of working time, as written, and the calendar that turns them into hours."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

from valuechain.errors import Refused, Text, as_found, did_you_mean
from valuechain.quantities.numbers import _number_from_text, decimal, number_text, parse_number

# Sampled times are single precision numbers whose squares are summed: this leaves ample room.
LONGEST_HOURS = 1e9

Unit = Literal["s", "min", "h", "d", "w", "mo", "y"]
Period = Literal["hour", "day", "week", "month", "quarter", "year"]

_UNIT_WORDS: dict[Unit, str] = {
    "s": "s sec secs second seconds seg segundo segundos",
    "min": "min mins minute minutes minuto minutos",
    "h": "h hr hrs hour hours hora horas",
    "d": "d day days día días dia dias",
    "w": "w wk wks week weeks sem semana semanas",
    "mo": "mo month months mes meses",
    "y": "y yr year years año años",
}
UNITS: dict[str, Unit] = {
    word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()
}
DURATION = Text(
    "a working time with its unit, such as 90 min, 4 h, 2 d or 1 w",
    "un tiempo de trabajo con su unidad, como 90 min, 4 h, 3 días o 1 semana",
)
_TEXT = re.compile(r"([+-]?[\d.,_:]+(?:[eE][+-]?\d{1,4})?)\s*([^\W\d_]*)")
_COMPOUND = re.compile(
    r"(\d{1,6})\s*h(?:oras?|ours?)?\s*(?:and|y)?\s*(\d{1,6})\s*(?:m|min|minutos?|minutes?)?",
    re.ASCII,
)


def _number_in(low: float, high: float) -> PlainValidator:
    expected = Text(
        f"a number above {low:g} up to {high:g}",
        f"un número mayor que {low:g} hasta {high:g}",
    )
    return PlainValidator(
        lambda value: parse_number(value, low, high, above=True, expected=expected),
        json_schema_input_type=Annotated[float, Field(gt=low, le=high)],
    )


class Calendar(BaseModel):
    """How much working time a day, a week and a year have.

    Examples
    --------
    >>> Calendar().hours_per_period("month")
    173.33333333333334
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours_per_day: Annotated[float, _number_in(0, 24)] = Field(
        default=8.0, description="Working hours of a day (up to 24)."
    )
    days_per_week: Annotated[float, _number_in(0, 7)] = Field(
        default=5.0, description="Working days of a week (up to 7)."
    )
    weeks_per_year: Annotated[float, _number_in(0, 53)] = Field(
        default=52.0, description="Working weeks of a year (up to 53)."
    )

    def hours_per(self, unit: Unit) -> float:
        """Return the working hours of one unit."""
        week = self.hours_per_day * self.days_per_week
        year = week * self.weeks_per_year
        hours: dict[Unit, float] = {
            "s": 1 / 3600,
            "min": 1 / 60,
            "h": 1.0,
            "d": self.hours_per_day,
            "w": week,
            "mo": year / 12,
            "y": year,
        }
        return hours[unit]

    def hours_per_period(self, period: Period) -> float:
        """Return the working hours of one period."""
        units: dict[Period, Unit] = {
            "hour": "h", "day": "d", "week": "w", "month": "mo", "quarter": "mo", "year": "y",
        }  # fmt: skip
        return self.hours_per(units[period]) * (3 if period == "quarter" else 1)


@dataclass(frozen=True, slots=True)
class Duration:
    """A stretch of working time, kept as it was written.

    Examples
    --------
    >>> parse_duration("3 días").hours(Calendar())
    24.0
    >>> str(parse_duration("90 minutes"))
    '90 min'
    """

    value: float
    unit: Unit

    def hours(self, calendar: Calendar) -> float:
        """Return working hours. Seconds and minutes divide, so that 90 min is 1.5 exactly."""
        if self.unit == "h":  # most of them, and the quickest
            return self.value
        if self.unit == "min":
            return self.value / 60
        if self.unit == "s":
            return self.value / 3600
        return self.value * calendar.hours_per(self.unit)

    def times(self, factor: float) -> Duration:
        """Return the duration scaled by a factor, in its own unit."""
        return Duration(decimal(self.value * factor), self.unit) if factor != 1 else self

    def plus(self, other: Duration, calendar: Calendar) -> Duration:
        """Return the sum, in this duration's unit where both share it, else in hours."""
        if other.unit == self.unit:
            return Duration(decimal(self.value + other.value), self.unit)
        return Duration(self.hours(calendar) + other.hours(calendar), "h")

    def __str__(self) -> str:
        return f"{number_text(self.value)} {self.unit}"


ZERO = Duration(0.0, "h")


@lru_cache(maxsize=65536)
def _duration_from_text(text: str, negative: bool) -> Duration:
    match = _TEXT.fullmatch(unicodedata.normalize("NFC", text).strip())
    if match is None:
        raise Refused(as_found(text), DURATION, _compound_hint(text))
    digits, word = match.groups()
    value = _value(text, digits, word)
    if not word:
        if value == 0:
            return ZERO
        units = f"{digits} h", f"{digits} min", f"{digits} d"
        mend = Text(f"write {units[0]}, {units[1]} or {units[2]}",
                    f"escriba {units[0]}, {units[1]} o {units[2]}")  # fmt: skip
        raise Refused(as_found(text), DURATION, mend)
    unit = UNITS.get(word.lower())
    if unit is None:
        hint = did_you_mean(word.lower(), UNITS)
        if word.lower() == "m":
            hint = Text(
                f"write {digits} min or {digits} months",
                f"escriba {digits} min o {digits} meses",
            )
        raise Refused(as_found(text), DURATION, hint)
    if value < 0 and not negative:
        raise Refused(as_found(text), Text("a time from 0 up", "un tiempo desde 0"))
    duration = Duration(value, unit)
    if abs(duration_size(duration)) > LONGEST_HOURS:
        longest = Text("at most a billion hours", "mil millones de horas como mucho")
        raise Refused(as_found(text), longest)
    return duration


def _value(text: str, digits: str, word: str) -> float:
    """Return the number before a unit; what is wrong with it is said of the whole text."""
    try:
        return _number_from_text(digits, False)
    except Refused as error:
        hint = error.hint
        if hint is not None and word and ":" not in digits:
            hint = Text(*(_with_unit(part, word) for part in hint))
        raise Refused(as_found(text), DURATION, hint) from None


def _with_unit(hint: str, word: str) -> str:
    """Put the unit behind every number that a hint about a bare number offers.

    Examples
    --------
    >>> _with_unit("write 1.5, with a point", "h")
    'write 1.5 h, with a point'
    """
    return re.sub(r"[+-]?\d[\d.]*", lambda number: f"{number[0]} {word}", hint)


def _compound_hint(text: str) -> Text | None:
    match = _COMPOUND.fullmatch(text.strip().lower())
    if match is None:
        return None
    minutes = 60 * int(match[1]) + int(match[2])
    return Text(f"write {minutes} min", f"escriba {minutes} min")


def parse_duration(value: object, *, negative: bool = False) -> Duration:
    """Return a `Duration` from text such as ``"4 h"`` or ``"3 días"``; 0 needs no unit.

    Parameters
    ----------
    value : str, Duration or 0
        As written.
    negative : bool
        Whether a time below zero is allowed (amounts to add are).

    Raises
    ------
    Refused
        If it is no duration, has no unit, is negative or not finite.
    """
    if isinstance(value, str):
        return _duration_from_text(value, negative)
    if isinstance(value, Duration):
        return _duration_from_text(str(value), negative)
    number = parse_number(value, expected=DURATION)
    if number == 0:
        return ZERO
    raise Refused(
        as_found(value),
        DURATION,
        Text(f'write "{number_text(number)} h"', f'escriba "{number_text(number)} h"'),
    )


def duration_size(value: Duration) -> float:
    """Return a number to compare durations by (a usual calendar's hours)."""
    return value.hours(_USUAL)


_USUAL = Calendar()
