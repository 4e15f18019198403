"""Shares from answers: the rule and the scale are declared, what is missing is counted."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import valuechain as vc

ONE_TO_FIVE = st.lists(st.integers(1, 5) | st.none(), min_size=1).filter(any)


@given(ONE_TO_FIVE)
def test_top_two_boxes_two_ways(answers: list[int | None]) -> None:
    by_least = vc.csat(answers, satisfied=4, scale=(1, 5))
    by_name = vc.csat(answers, satisfied={4, 5}, scale=range(1, 6))
    assert by_least == by_name
    said = [a for a in answers if a is not None]
    assert by_least.value == pytest.approx(sum(a in (4, 5) for a in said) / len(said))
    assert by_least.n + by_least.missing == len(answers)
    assert by_least == vc.csat(answers, satisfied=4)  # the scale checks, it does not change


@pytest.mark.parametrize(
    "as_given",
    [
        list,
        tuple,
        iter,
        pd.Series,
        lambda a: pd.Series(a, dtype="Int64"),
        lambda a: np.array(a, dtype=float),
        lambda a: pd.Series(a, index=[7] * len(a)).astype("category"),
    ],
)
def test_whatever_answers_come_in(as_given: Callable[[list[Any]], Any]) -> None:
    metric = vc.csat(as_given([5, 4, None, 2, 1]), satisfied=4, scale=(1, 5))
    assert (metric.value, metric.n, metric.missing) == (0.5, 4, 1)
    assert isinstance(metric.value, float)
    assert type(metric.n) is int


def test_what_is_missing_in_every_form() -> None:
    missing = [None, float("nan"), np.nan, pd.NA, pd.NaT]
    metric = vc.csat([*missing, 5], satisfied=4, scale=(1, 5))
    assert (metric.n, metric.missing) == (1, 5)


def test_pandas_is_not_loaded_for_lists() -> None:
    script = (
        "import sys, valuechain as vc; vc.csat([5, None, 2], satisfied=4); vc.nps([9]);"
        "vc.resolution_time(['2 h']); print('pandas' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert shown.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([4.2, 5], "4.2"),
        ([0, 5, 7], "0, 7"),
        (["5", 5], "«5»"),
        ([True, 5], "True"),
        ([float("inf"), 5], "inf"),
    ],
)
def test_answers_off_the_scale_are_named(answers: list[Any], said: str) -> None:
    with pytest.raises(vc.UsageError, match=r"1\.\.5") as error:
        vc.csat(answers, satisfied=4, scale=(1, 5))
    assert said in error.value.text("en")
    assert "escala declarada" in error.value.text("es")


@pytest.mark.parametrize("scale", [None, (1, 5)])
def test_an_average_is_no_answer(scale: tuple[int, int] | None) -> None:
    with pytest.raises(vc.UsageError, match=r"4\.2"):
        vc.csat([4.2], satisfied=4, scale=scale)
    with pytest.raises(vc.UsageError, match="from a mean such as this no share"):
        vc.csat(4.2, satisfied=4, scale=scale)  # type: ignore[arg-type]


def test_a_mean_score_is_no_share_in_a_chain() -> None:
    with pytest.raises(vc.SchemaError, match="is not a share"):
        vc.ValueChain(
            departments={"sales": {}},
            customers={"shop": {"csat": 4.2}},
            services=[{"provider": "sales", "client": "shop"}],
        )


@pytest.mark.parametrize(
    ("satisfied", "scale"),
    [
        (1, (1, 5)),  # everybody
        (6, (1, 5)),
        ([], (1, 5)),
        ([1, 2, 3, 4, 5], (1, 5)),
        ([5, 6], (1, 5)),
        (None, (1, 5)),
        (float("nan"), None),
        (float("inf"), None),
        ("good", (1, 5)),
        (4, (5, 1)),
        (4, (5,)),
        (4, 5),
        (4, "1-5"),
        (4, ["bad", "good"]),
    ],
)
def test_rules_and_scales_that_cannot_be(satisfied: Any, scale: Any) -> None:
    with pytest.raises(vc.UsageError, match="allowed"):
        vc.csat([5, 5], satisfied=satisfied, scale=scale)


def test_words_and_flags() -> None:
    words = ["bueno", "malo", None, "bueno", "regular"]
    metric = vc.csat(words, satisfied="bueno", scale=["malo", "regular", "bueno"])
    assert (metric.value, metric.missing) == (0.5, 1)
    assert vc.csat([True, False, True, True], satisfied=True).value == 0.75
    best_is_one = vc.esat([1, 2, 6, 4], satisfied=[1, 2], scale=(1, 6))
    assert (best_is_one.value, best_is_one.name) == (0.5, "esat")


@pytest.mark.parametrize("answers", [[], [None], {"a": 1}, "5544", [[5, 4]], np.ones((2, 2)), None])
def test_no_series_of_answers(answers: Any) -> None:
    with pytest.raises(vc.UsageError):
        vc.csat(answers, satisfied=4, scale=(1, 5))


def test_first_contact_by_counts_and_by_flags() -> None:
    contacts = [1, 3, 1, None, 2]
    by_count = vc.first_contact_resolution(contacts)
    flags = [None if c is None else c == 1 for c in contacts]
    assert by_count == vc.first_contact_resolution(flags)
    assert (by_count.value, by_count.n, by_count.missing) == (0.5, 4, 1)
    for wrong in ([0, 1, 1], [1.5], ["1"], [-2]):
        with pytest.raises(vc.UsageError, match="contacts a case took"):
            vc.first_contact_resolution(wrong)


@pytest.mark.parametrize(("k", "n"), [(0, 0), (3, 2), (-1, 5), (1.5, 3), (True, 2)])
def test_wilson_refuses_what_is_no_share(k: Any, n: Any) -> None:
    with pytest.raises(vc.UsageError, match="n at least 1"):
        vc.wilson(k, n)


@pytest.mark.parametrize("level", [0, 1, 95, "95 %", float("nan")])
def test_levels(level: Any) -> None:
    with pytest.raises(vc.UsageError, match="level"):
        vc.wilson(1, 2, level=level)
    assert vc.wilson(1, 9, level=0.5).high < vc.wilson(1, 9).high


def test_edges_with_one_answer() -> None:
    one = vc.csat([5], satisfied=4, scale=(1, 5))
    assert (one.value, one.high) == (1.0, 1.0)
    assert one.low == pytest.approx(1 / (1 + 1.959963984540054**2))


def test_what_a_chain_takes() -> None:
    """Into a chain, to YAML and back: the share and its answers arrive."""
    happy = vc.csat([5, 4, 2], satisfied=4, scale=(1, 5))
    chain = vc.ValueChain(
        departments={"sales": {"esat": vc.esat([5, 1], satisfied=4, scale=(1, 5)).as_written()}},
        customers={"shop": {"csat": happy.as_written(), "nps": vc.nps([10, 3, 8]).as_written()}},
        services=[
            {
                "provider": "sales",
                "client": "shop",
                "fcr": vc.first_contact_resolution([1, 2]).as_written(),
                "takes": vc.resolution_time(["1 h", "90 min", "1 d"]).as_written(),
            }
        ],
    )
    again = vc.parse_yaml(vc.to_yaml(chain))
    assert again == chain
    assert again.customers["shop"].csat == vc.Estimate(2 / 3, n=3, source="observed")
    assert again.customers["shop"].nps == vc.Estimate(0.0, n=3, source="observed")
    assert again.departments["sales"].esat.n == 2


def test_words() -> None:
    answers = [5, 4, 2, None]
    said = vc.csat(answers, satisfied=4, scale=(1, 5)).explain("es")
    assert " ".join(said.split()) == (
        "Clientes satisfechos: 67 % (entre 21 % y 94 % al 95 %, 3 respuestas; 1 más sin contestar)."
    )
    one = vc.resolution_time(["2 h"]).explain("es")
    assert " ".join(one.split()) == (
        "Tiempo mediano de resolución: 2 h (muy pocos para dar un margen, 1 caso)."
    )
