"""Numbers as people write them: read exactly, or refused with a mend that can be read."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuechain.errors import Refused
from valuechain.quantities import Estimate, base_of, parse_estimate, parse_number, parse_share
from valuechain.quantities.numbers import number_text, parse_source, share_and_answers


def refusal(parse: Any, *values: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        parse(*values)
    for text in (caught.value.found, caught.value.expected, caught.value.hint):
        assert text is None or (text.en and text.es)
    return caught.value


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", 12.0),
        (" 0.5 ", 0.5),
        ("+.5", 0.5),
        ("1.", 1.0),
        ("-3", -3.0),
        ("1e5", 100_000.0),
        ("0.125", 0.125),  # three decimals after a zero are no thousands
        ("001.234", 1.234),
        ("1234.567", 1234.567),  # four digits before the point: no thousands either
        ("900.0000", 900.0),
        (7, 7.0),
        (np.int64(3), 3.0),
        (np.float64(0.5), 0.5),
        (Fraction(1, 4), 0.25),
    ],
)
def test_numbers(written: object, number: float) -> None:
    assert parse_number(written) == number


@pytest.mark.parametrize("zero", ["-0", "-0.0", -0.0, "0e9", 0])
def test_zero_has_no_sign(zero: object) -> None:
    assert math.copysign(1.0, parse_number(zero)) == 1.0


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "  ",
            "twelve",
            "nan",
            "NaN",
            "inf",
            "0x10",
            "½",
            "−3",
            "5 EUR",
            "1e",
            ".",
            "%",
            "--1",
        ),
        *(None, True, False, np.True_, b"3", 1j, [], {}, [1], np.array([1.0, 2.0]), "12 %"),
        *(math.nan, math.inf, -math.inf, "1e400", 10**400, "1" * 500, "1e99999"),
    ],
)
def test_what_is_no_finite_number_is_refused(written: object) -> None:
    refusal(parse_number, written)


def test_a_number_too_small_for_the_machine_is_not_zeroed_in_silence() -> None:
    hint = refusal(parse_number, "1e-400").hint
    assert hint == ("it is too small", "es demasiado pequeño")


@pytest.mark.parametrize(
    ("written", "mends"),
    [
        ("0,78", ["0.78"]),
        (",5", [".5"]),
        ("1.234,56", ["1234.56"]),
        ("1.234.567,8", ["1234567.8"]),
        ("900.000", ["900000", "900.0000"]),
        ("1.000", ["1000", "1.0000"]),
        ("-12.345", ["-12345", "-12.3450"]),
        ("1.000.000", ["1000000"]),
        ("1,234", ["1234", "1.2340"]),
        ("1,234.5", ["1234.5"]),
        ("1,000,000", ["1000000"]),
        ("1_000", ["1000"]),
        ("٣", ["3"]),
        ("１２.５", ["12.5"]),
    ],
)
def test_the_mend_is_offered_and_can_be_read(written: str, mends: list[str]) -> None:
    hint = refusal(parse_number, written).hint
    assert hint is not None
    for text in hint:
        assert [n.rstrip(".") for n in re.findall(r"-?[\d.]*\d", text)] == mends
    for mend in mends:
        parse_number(mend)


def test_arabic_thousands_are_not_read_as_decimals() -> None:
    refusal(parse_number, "٩٠٠.٠٠٠")


@pytest.mark.parametrize(("clock", "minutes"), [("1:30", 90), ("0:45", 45), ("2:00:00", 120)])
def test_a_clock_time_is_named_in_minutes(clock: str, minutes: int) -> None:
    hint = refusal(parse_number, clock).hint
    assert hint is not None
    assert hint.en == f"for a time write {minutes} min"


@pytest.mark.parametrize(
    ("written", "share"),
    [("78 %", 0.78), ("78%", 0.78), ("0 %", 0.0), ("100 %", 1.0), (1, 1.0), ("12.5 %", 0.125)],
)
def test_shares(written: object, share: float) -> None:
    assert parse_share(written) == share


@pytest.mark.parametrize("written", [1.0000001, -0.1, "-1 %", "101 %", 78, 4.2, "1 %%", "0,78 %"])
def test_shares_out_of_range(written: object) -> None:
    refusal(parse_share, written)


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        (78, "write 78 % if it is one"),
        (
            4.2,
            "write 4.2 % if it is one; a mean score such as 4.2 of 5 is not a share: "
            "count who gave a 4 or a 5",
        ),
        ("0,78 %", "write 0.78 %, with a point"),
    ],
)
def test_mends_of_shares(written: object, mend: str) -> None:
    hint = refusal(parse_share, written).hint
    assert hint is not None
    assert hint.en == mend


@pytest.mark.parametrize("written", ["101 %", "200", 400, -0.5])
def test_no_mend_is_made_up(written: object) -> None:
    assert refusal(parse_share, written).hint is None


def test_bounds() -> None:
    assert parse_number(0, 0, 1) == 0.0
    refusal(lambda: parse_number(0, 0, 1, above=True))
    assert parse_number("150 %", percent=True) == 1.5


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_back(number: float) -> None:
    assert parse_number(number) == number
    assert parse_number(number_text(number)) == number


@given(st.integers(-999_999, 999_999))
def test_thousandths_are_not_written_as_thousands(thousandths: int) -> None:
    assert parse_number(number_text(thousandths / 1000)) == thousandths / 1000


@given(st.text(max_size=12))
def test_any_text_is_a_finite_number_or_refused(text: str) -> None:
    try:
        assert math.isfinite(parse_number(text, percent=True))
    except Refused:
        return


@given(st.text(alphabet="0123456789.,:_-+eE% ", max_size=9))
def test_what_looks_like_a_number_is_what_python_reads_or_refused(text: str) -> None:
    try:
        number = parse_number(text)
    except Refused:
        return
    assert number == float(text)
    assert not re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+", text.strip())


def parse(value: object) -> float | Estimate[float]:
    return parse_estimate(value, parse_share, float)


def test_estimates() -> None:
    assert parse("78 %") == 0.78
    whole = {"base": "71 %", "low": 0.6, "high": "80 %", "n": "24", "source": "observed"}
    estimate = Estimate(0.71, 0.6, 0.8, 24, "observed")
    assert parse(whole) == estimate
    assert parse(estimate) == estimate
    assert parse({"base": 0.5}) == Estimate(0.5)
    assert parse({"base": 0.5, "low": None, "high": None}) == Estimate(0.5)
    assert base_of(estimate) == 0.71
    assert share_and_answers(estimate) == (0.71, 24)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({}, "no base"),
        ({"low": 0.1, "high": 0.2}, "no base"),
        ({"base": None}, "None"),
        ({"base": 0.5, "low": 0.1}, "only one of low and high"),
        ({"base": 0.5, "high": 0.7}, "only one of low and high"),
        ({"base": 0.5, "low": 0.6, "high": 0.7}, "low, base, high out of order"),
        ({"base": 0.5, "low": 0.7, "high": 0.6}, "low, base, high out of order"),
        ({"base": 2}, "2"),
        ({"base": {"base": 0.5}}, "{'base': 0.5}"),
        ({"base": 0.5, "n": -1}, "-1"),
        ({"base": 0.5, "n": 2.5}, "2.5"),
        ({"base": 0.5, "n": True}, "True"),
        ({"base": 0.5, "n": math.nan}, "nan"),
        ({"base": 0.5, "source": "guess"}, "«guess»"),
        ({"base": 0.5, "source": ["observed"]}, "['observed']"),
        ({"base": 0.5, "sourc": "observed"}, "unknown key sourc"),
        ({1: 2}, "unknown key 1"),
        ({"base": 0, "78": None}, "unknown key 78"),
    ],
)
def test_estimates_that_cannot_be(written: object, found: str) -> None:
    assert refusal(parse, written).found.en == found


def test_mends_of_estimates() -> None:
    comma = refusal(parse, {"base": 0, "78": None}).hint
    assert comma is not None
    assert comma.es == "¿una coma decimal? escriba 0.78"
    typo = refusal(parse, {"base": 0.5, "hihg": 1}).hint
    assert typo is not None
    assert typo.en == "did you mean high?"


def test_sources() -> None:
    assert [parse_source(word) for word in (None, "observed", "assumed")] == [
        None,
        "observed",
        "assumed",
    ]
    assert (
        refusal(parse_source, "supuesto").expected.es == "observed (observado) o assumed (supuesto)"
    )
