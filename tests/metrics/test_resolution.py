"""Resolution times: working time only; the median's interval assumes no law."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

import valuechain as vc

HOURS = st.lists(st.floats(0, 500), min_size=1, max_size=40)


@given(HOURS)
def test_figures_beside_numpy(hours: list[float]) -> None:
    spent = vc.resolution_time(hours, unit="h")
    assert spent.value == pytest.approx(np.median(hours))
    assert spent.mean == pytest.approx(np.mean(hours))
    assert spent.p90 == pytest.approx(np.quantile(hours, 0.9))
    if len(hours) > 1:
        error = np.std(hours, ddof=1) / np.sqrt(len(hours))
        assert spent.standard_error == pytest.approx(error, abs=1e-9)


@pytest.mark.parametrize("n", [1, 5, 6, 7, 20, 75, 400])
def test_places_of_the_ends_by_the_binomial_law(n: int) -> None:
    spent = vc.resolution_time(range(1, n + 1), unit="h")  # the k-th time is k hours
    if spent.low is None or spent.high is None:
        assert n < 6
        assert spent.high is spent.low is None
        return
    k = int(spent.low)
    assert spent.high == n + 1 - k
    assert 1 - 2 * binom.cdf(k - 1, n, 0.5) >= 0.95  # holds the level
    assert 1 - 2 * binom.cdf(k, n, 0.5) < 0.95  # and one place further in does not


def test_units_and_calendars() -> None:
    mixed = vc.resolution_time(["30 min", "2 h", "1 d", "1 semana"])
    assert mixed.value == 5.0
    short = vc.resolution_time([1], unit="d", calendar=vc.Calendar(hours_per_day=6))
    assert short.value == 6.0
    assert vc.resolution_time(pd.Series([90, None]), unit="min").value == 1.5
    assert vc.resolution_time([1.234], unit="h").value == 1.234  # no thousands point


@pytest.mark.parametrize(
    "wrong", [[3], ["3"], ["-2 h"], [timedelta(hours=2)], [True], ["1:30"], [pd.Timedelta("1h")]]
)
def test_what_is_no_working_time(wrong: list[Any]) -> None:
    with pytest.raises(vc.UsageError, match="working times"):
        vc.resolution_time(["1 h", *wrong])


def test_a_unit_that_is_none() -> None:
    with pytest.raises(vc.UsageError, match="unit"):
        vc.resolution_time([3], unit="fortnight")


@pytest.mark.parametrize("times", [["2 h"], ["2 h"] * 9, ["0 h", "0 h", "1 h"]])
def test_a_chain_takes_a_constant_where_there_is_no_spread(times: list[str]) -> None:
    written = vc.resolution_time(times).as_written()
    assert set(written) == {"base", "n", "source"}
