"""Durations of working time in English and Spanish, and the calendar behind them."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from valuechain.errors import Refused
from valuechain.quantities import Calendar, Duration, parse_duration
from valuechain.quantities.durations import LONGEST_HOURS, UNITS, Unit

EIGHT = Calendar()


def refusal(value: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        parse_duration(value)
    return caught.value


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("90 min", 1.5),
        ("4 h", 4.0),
        ("4h", 4.0),
        (" 4  horas ", 4.0),
        ("2 d", 16.0),
        ("3 días", 24.0),
        ("3 dias", 24.0),
        ("3 DÍAS", 24.0),
        (unicodedata.normalize("NFD", "3 días"), 24.0),
        (unicodedata.normalize("NFD", "1 año"), 2080.0),
        ("1 w", 40.0),
        ("1 semana", 40.0),
        ("1 mes", 2080 / 12),
        ("36 s", 0.01),
        ("1e3 h", 1000.0),
        ("0.5 d", 4.0),
        ("0 min", 0.0),
        (0, 0.0),
        (0.0, 0.0),
        ("0", 0.0),
        ("-0", 0.0),
        (Duration(3, "d"), 24.0),
    ],
)
def test_durations(written: object, hours: float) -> None:
    assert parse_duration(written).hours(EIGHT) == pytest.approx(hours, rel=1e-15)


def test_durations_stay_as_written() -> None:
    assert parse_duration("3 días") == Duration(3.0, "d")
    assert str(parse_duration("90 minutes")) == "90 min"
    assert str(parse_duration("0.1 h")) == "0.1 h"
    assert str(Duration(1.234, "h")) == "1.2340 h"  # 1.234 might be one thousand and more
    assert parse_duration(Duration(1.234, "h")) == Duration(1.234, "h")


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "h",
            "2",
            "-4 h",
            "1:30",
            "1:30 h",
            "1,5 h",
            "900.000 h",
            "٣ h",
            "1e400 h",
            "1e-400 h",
        ),
        *("nan h", "inf h", "∞ h", "4 m", "4 hh", "4 h.", "4 %", "1..5 h", "1.5.2 h", "1/2 h"),
        *("P1D", "4 h # x", "1 h 30 min", ".", " . h", "0 parsecs", "4 lightyears", "--4 h"),
        *(4, 0.5, True, False, None, [], {}, ["4 h"], b"4 h", math.nan, math.inf, 10**400),
        *(Duration(-3, "d"), Duration(math.nan, "h"), Duration(math.inf, "h"), "1e9 d", "1e10 h"),
    ],
)
def test_what_is_no_duration_is_refused(written: object) -> None:
    refused = refusal(written)
    assert refused.expected.en != refused.expected.es


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("2", "write 2 h, 2 min or 2 d"),
        (4, 'write "4 h"'),
        ("1,5 h", "write 1.5 h, with a point"),
        ("1:30", "for a time write 90 min"),
        ("1:30 h", "for a time write 90 min"),
        ("1 h 30 min", "write 90 min"),
        ("1h30", "write 90 min"),
        ("2 horas y 15 minutos", "write 135 min"),
        ("900.000 h", "write 900000 h, or 900.0000 h if the point is a decimal point"),
        ("٣ h", "write 3 h"),
        ("4 m", "write 4 min or 4 months"),
        ("3 anos", "did you mean años?"),
        ("3 dís", "did you mean días?"),
    ],
)
def test_mends(written: object, mend: str) -> None:
    hint = refusal(written).hint
    assert hint is not None
    assert hint.en == mend
    for offered in re.findall(r"[\d.]+ (?:h|min|months)\b", hint.en):
        parse_duration(offered)


def test_the_whole_text_is_quoted() -> None:
    assert refusal("1,5 h").found.en == "«1,5 h»"
    assert refusal("1:30 h").found.es == "«1:30 h»"


def test_what_is_added_may_be_negative() -> None:
    assert parse_duration("-4 h", negative=True) == Duration(-4.0, "h")
    assert parse_duration("-0 h", negative=True).value == 0.0
    refusal("-4 h")  # not remembered from the call before


@given(
    st.floats(0, 1e5).filter(lambda x: x == 0 or x > 1e-300),
    st.sampled_from(sorted(set(UNITS.values()))),
)
def test_what_is_written_is_read_back(value: float, unit: Unit) -> None:
    duration = Duration(value, unit)
    assert parse_duration(str(duration)) == duration
    assert parse_duration(duration) == duration


@given(st.sampled_from(sorted(UNITS)), st.integers(0, 999))
def test_every_word_for_a_unit(word: str, value: int) -> None:
    assert parse_duration(f"{value} {word}") == Duration(float(value), UNITS[word])
    assert parse_duration(f"{value}{word.upper()}") == Duration(float(value), UNITS[word])


@given(st.text(max_size=12))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    try:
        hours = parse_duration(text).hours(EIGHT)
    except Refused:
        return
    assert 0 <= hours <= LONGEST_HOURS


def test_arithmetic() -> None:
    assert Duration(3, "d").times(0.5) == Duration(1.5, "d")
    assert Duration(3, "d").plus(Duration(1, "d"), EIGHT) == Duration(4, "d")
    assert Duration(3, "d").plus(Duration(30, "min"), EIGHT) == Duration(24.5, "h")
    assert Duration(1, "w").plus(Duration(-1, "d"), EIGHT) == Duration(32, "h")


def test_a_calendar_decides_what_a_day_is() -> None:
    shifts = Calendar(hours_per_day=24, days_per_week=7, weeks_per_year=52)
    assert parse_duration("1 d").hours(shifts) == 24
    assert parse_duration("1 w").hours(shifts) == 168
    assert parse_duration("90 min").hours(shifts) == 1.5


def test_periods() -> None:
    periods = {"hour": 1, "day": 8, "week": 40, "month": 2080 / 12, "quarter": 520, "year": 2080}
    for period, hours in periods.items():
        assert EIGHT.hours_per_period(period) == pytest.approx(hours, rel=1e-15)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        *[("hours_per_day", value) for value in (0, -1, 25, "8 h", math.nan, True, None, "8,5")],
        *[("days_per_week", value) for value in (0, 8, "five")],
        *[("weeks_per_year", value) for value in (0, 54)],
        ("hours_a_day", 8),
    ],
)
def test_calendars_that_cannot_be(field: str, wrong: object) -> None:
    with pytest.raises(ValidationError):
        Calendar(**{field: wrong})


def test_a_calendar_written_as_text() -> None:
    assert Calendar(hours_per_day="7.5").hours_per_day == 7.5
