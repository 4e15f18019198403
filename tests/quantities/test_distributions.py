"""Distributions as written: every form is read, and what is no form is refused with its mend."""

from __future__ import annotations

import math
from typing import Any

import pytest

from valuechain.errors import Refused
from valuechain.quantities import Distribution, Duration, Estimate, parse_own_time, parse_time

FORMS: list[dict[str, Any]] = [
    {"median": "4 h", "on_time": "80 %"},
    {"median": "4 h"},
    {"median": "4 h", "p90": "1 d"},
    {"min": 0, "mode": "2 h", "max": "3 d"},
    {"mean": "4 h", "sd": "2 h"},
    {"mean": "4 h"},
    {"samples": ["1 h", "2 h", "1 d"]},
    {"dist": "gamma", "a": 2, "scale": "1 h"},
    {"dist": "norm", "loc": "2 d", "scale": "1 h"},
]


def refusal(value: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        parse_own_time(value)
    return caught.value


@pytest.mark.parametrize("form", FORMS, ids=lambda form: ", ".join(form))
@pytest.mark.parametrize("shift", [None, "1 h", "-1 min", {"base": "1 h", "n": 3}])
def test_what_is_written_is_read_back(form: dict[str, Any], shift: Any) -> None:
    written = form if shift is None else {**form, "shift": shift}
    law = parse_own_time(written)
    assert isinstance(law, Distribution)
    assert parse_own_time(law) == law
    assert parse_own_time(law.as_written()) == law
    assert list(law.as_written()) == list(written)
    assert hash(law) == hash(parse_own_time(dict(reversed(written.items()))))


def test_constants_and_estimates_of_them() -> None:
    assert parse_own_time("4 h") == Duration(4, "h")
    assert parse_own_time(0) == Duration(0, "h")
    assert parse_own_time({"base": "4 h", "n": 5}) == Estimate(Duration(4, "h"), n=5)
    days = parse_time({"base": "1 d", "low": "4 h", "high": "1 w"})  # ordered by their length
    assert days == Estimate(Duration(1, "d"), Duration(4, "h"), Duration(1, "w"))


def test_parameters_may_be_ranges() -> None:
    spread = {"base": "4 h", "low": "2 h", "high": "1 d"}
    law = parse_own_time({"median": spread, "p90": "2 d"})
    assert isinstance(law, Distribution)
    assert law.times["median"] == parse_time(spread)
    shaped = parse_own_time(
        {"dist": "gamma", "a": {"base": 2, "low": 1, "high": 3}, "scale": "1 h"}
    )
    assert isinstance(shaped, Distribution)
    assert shaped.numbers["a"] == Estimate(2.0, 1.0, 3.0)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({}, "«{}»"),
        ({"p90": "4 h"}, "«{p90}»"),
        ({"shift": "1 h"}, "«{shift}»"),
        ({"median": "4 h", "p90": "1 d", "mean": "5 h"}, "«{median, p90, mean}»"),
        ({"median": "4 h", "p90": "4 h"}, "p90 not above the median"),
        ({"median": "0 h", "p90": "4 h"}, "median 0"),
        ({"median": "4 h", "on_time": 0}, "on_time 0"),
        ({"median": "4 h", "on_time": 1}, "on_time 1"),
        ({"mean": 0}, "mean 0"),
        ({"mean": "4 h", "sd": "0 h"}, "sd 0"),
        ({"mean": "4 h", "sd": "-1 h"}, "sd «-1 h»"),
        ({"mean": "1,5 h"}, "mean «1,5 h»"),
        ({"mean": math.nan}, "mean nan"),
        ({"min": "1 h", "mode": "1 h", "max": "1 h"}, "min, mode, max out of order"),
        ({"min": "1 h", "mode": "4 h", "max": "3 h"}, "min, mode, max out of order"),
        ({"min": "2 h", "mode": "1 h", "max": "3 h"}, "min, mode, max out of order"),
        ({"samples": []}, "samples []"),
        ({"samples": "1 h"}, "samples «1 h»"),
        ({"samples": None}, "samples None"),
        ({"samples": ["1 h", 3]}, "samples 3"),
        ({"samples": [{"base": "1 h"}]}, "samples {'base': '1 h'}"),
        ({"dist": "gamma", "a": 2}, "no scale"),
        ({"dist": "gamma", "a": 2, "scale": 0}, "scale 0"),
        ({"dist": "gamma", "a": "2,5", "scale": "1 h"}, "a «2,5»"),
        ({"dist": 3, "scale": "1 h"}, "3"),
        ({"dist": "a b", "scale": "1 h"}, "«a b»"),
        ({"base": "4 h", "p90": "5 h"}, "unknown key p90"),
        (True, "True"),
        (None, "None"),
        (["4 h"], "['4 h']"),
    ],
)
def test_what_is_no_law_is_refused(written: object, found: str) -> None:
    refused = refusal(written)
    assert refused.found.en == found
    assert refused.expected.es


def test_mends() -> None:
    typo = refusal({"meidan": "4 h", "p90": "1 d"}).hint
    assert typo is not None
    assert typo.es == "¿quizá median?"
    comma = refusal({"0": None, "78": None}).hint
    assert comma is not None
    assert comma.es == "los decimales llevan punto, no coma"
    inner = refusal({"mean": "1,5 h"}).hint
    assert inner is not None
    assert inner.en == "write 1.5 h, with a point"


def test_a_number_without_a_unit_is_not_taken_for_a_form() -> None:
    hint = refusal(4).hint
    assert hint is not None
    assert hint.en == 'write "4 h"'
