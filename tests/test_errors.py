"""Errors say where, what was found and what is allowed, in two languages, and travel whole."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuechain.errors import (
    MAX_NEAR_MISSES,
    ConvergenceError,
    DeadlockError,
    Issue,
    NearMisses,
    Refused,
    SchemaError,
    Text,
    UnknownIdError,
    UsageError,
    ValueChainError,
    did_you_mean,
    shown,
)

DEPARTMENT = Text("department", "departamento")
ISSUE = Issue(
    ("services", "it>sales", "takes", 0),
    Text("«4»", "«4»"),
    Text("a time", "un tiempo"),
    Text("write 4 h", "escriba 4 h"),
)
ERRORS: list[ValueChainError] = [
    SchemaError([ISSUE, ISSUE.at("chain.yaml", 3, 7)]),
    UnknownIdError(DEPARTMENT, "desing", ["design", "sales"]),
    UsageError(Text("samples 0: a whole number from 1", "samples 0: un número entero desde 1")),
    DeadlockError(Text("round and round", "en círculo"), ["a>b", "b>a"]),
    ConvergenceError(Text("it grows", "crece"), ["a>b", "b>a"]),
]


def test_an_issue_is_one_line_with_its_place() -> None:
    assert ISSUE.dotted == "services.it>sales.takes[0]"
    assert ISSUE.text() == "services.it>sales.takes[0]: «4»; allowed: a time (write 4 h)"
    assert ISSUE.at("chain.yaml", 3, 7).text("es") == (
        "chain.yaml:3:7 services.it>sales.takes[0]: «4»; permitido: un tiempo (escriba 4 h)"
    )
    assert ISSUE.file is None  # `at` made a copy


def test_an_issue_without_a_place_has_no_colon_in_front() -> None:
    assert str(Issue((), Text("x", "x"), Text("y", "y"))) == "x; allowed: y"


def test_a_schema_error_has_a_line_for_every_issue() -> None:
    error = SchemaError(ISSUE for _ in range(3))
    assert len(error.issues) == 3
    assert str(error).count("\n") == 2
    assert error.text("es").splitlines() == [ISSUE.text("es")] * 3


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("again", [lambda e: pickle.loads(pickle.dumps(e)), copy.deepcopy])
def test_errors_come_back_from_another_process(error: ValueChainError, again: object) -> None:
    assert callable(again)
    back = again(error)
    assert type(back) is type(error)
    assert (back.text("en"), back.text("es")) == (error.text("en"), error.text("es"))
    assert vars(back) == vars(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_the_two_languages_differ(error: ValueChainError) -> None:
    assert error.text("en") != error.text("es")
    assert str(error) == error.text("en")


def test_whoever_gives_a_name_is_told_the_id() -> None:
    names = {"kitchen": "Cocina", "it": "Informática"}
    known = ["bar", "counter", "it", "kitchen"]
    assert "(did you mean kitchen (Cocina)?)" in str(
        UnknownIdError(DEPARTMENT, "cocina", known, names)
    )
    assert (
        UnknownIdError(DEPARTMENT, "informatica", known, names)
        .text("es")
        .endswith("(¿quizá it (Informática)?)")
    )
    assert "mean" not in str(UnknownIdError(DEPARTMENT, "ventas", known, names))


def test_of_two_with_one_name_the_first_is_told() -> None:
    hint = did_you_mean("Sala", ["a", "b"], {"a": "Sala", "b": "Sala"})
    assert hint is not None
    assert hint.en == "did you mean a (Sala)?"


def test_an_unknown_id_names_the_near_one() -> None:
    error = UnknownIdError(DEPARTMENT, "desing", ["design", "sales"])
    assert error.text() == (
        "no department is called «desing»; there are: design, sales (did you mean design?)"
    )
    assert error.text("es").endswith("hay: design, sales (¿quizá design?)")


def test_an_unknown_id_among_many_or_none() -> None:
    many = [f"d{number}" for number in range(30)]
    assert UnknownIdError(DEPARTMENT, "?", many).text().endswith("d9 ...")
    assert UnknownIdError(DEPARTMENT, "?", []).text("es").endswith("la lista está vacía")


@pytest.mark.parametrize("given_id", [3, None, ["it"], 2.5])
def test_an_id_that_is_no_text_is_an_unknown_id(given_id: Any) -> None:
    error = UnknownIdError(DEPARTMENT, given_id, ["it"])
    assert shown(given_id) in error.text()


def test_a_refusal_becomes_an_issue_where_it_stands() -> None:
    refused = Refused(Text("«x»", "«x»"), Text("a number", "un número"))
    assert refused.issue(("name",)).text() == "name: «x»; allowed: a number"
    assert str(refused) == "«x»"


def test_near_words() -> None:
    near = did_you_mean("calidd", ["calidad", "claridad"])
    assert near == Text("did you mean calidad?", "¿quizá calidad?")
    assert did_you_mean("xyz", ["design"]) is None
    assert did_you_mean("a" * 1_000_000, ["design"]) is None  # in no time


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb\t c", "«a b c»"),
        ("\x1b[31mred\x07", "«\\x1b[31mred\\x07»"),
        ("right\N{RIGHT-TO-LEFT OVERRIDE}left", "«right\\u202eleft»"),
        ("👩\N{ZERO WIDTH JOINER}🔧 مبيعات 法務", "«👩\N{ZERO WIDTH JOINER}🔧 مبيعات 法務»"),
        (None, "None"),
        ({"a": 1}, "{'a': 1}"),
    ],
)
def test_what_was_found_is_shown_on_one_harmless_line(value: object, text: str) -> None:
    assert shown(value) == text


@given(st.one_of(st.text(), st.binary(), st.lists(st.text()), st.floats()))
def test_shown_is_short_and_on_one_line(value: object) -> None:
    line = shown(value)
    assert len(line.splitlines()) <= 1
    assert len(line) <= 82 * len("\\U0001f600")
    assert line


@given(st.lists(st.one_of(st.text(), st.integers(0, 9)), min_size=1))
def test_a_path_is_one_line_whatever_is_in_it(path: list[str | int]) -> None:
    issue = Issue(tuple(path), Text("x", "x"), Text("y", "y"))
    assert len(issue.text().splitlines()) == 1


def test_near_misses_end_where_nobody_would_read_them() -> None:
    hint = NearMisses(["design"])
    assert [hint("desing") is None for _ in range(MAX_NEAR_MISSES + 2)][-3:] == [False, True, True]
