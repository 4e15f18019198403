"""Laws in hours against scipy.stats, fitted here by the defining equations alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import optimize, stats

from valuechain.errors import Refused
from valuechain.quantities import Calendar, Estimate, parse_own_time
from valuechain.quantities.laws import (
    NO_TIME,
    Law,
    law_through_promise,
    mean_hours,
    to_law,
    with_on_time,
)

CALENDAR = Calendar()
SHARES = np.array([0.001, 0.1, 0.5, 0.9, 0.999])


def law_of(written: Any, sla_hours: float | None = None) -> Law:
    return to_law(parse_own_time(written), CALENDAR, sla_hours)


def refusal(written: Any, sla_hours: float | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        law_of(written, sla_hours)
    assert caught.value.expected.en != caught.value.expected.es
    return caught.value


def in_scipy(law: Law) -> Any:
    """The law as scipy.stats has it, from the meaning of the families (`network.arrays`)."""
    a, b = law.shape
    makers = {
        "EXPONENTIAL": lambda: stats.expon,
        "LOGNORMAL": lambda: stats.lognorm(a),
        "GAMMA": lambda: stats.gamma(a),
        "BETA": lambda: stats.beta(a, b),
    }
    if law.scipy is not None:
        makers["SCIPY"] = lambda: getattr(stats, law.scipy[0])(**dict(law.scipy[1]))
    standard = makers[law.family]()
    return stats.uniform(0, 1), lambda share: law.loc + law.scale * standard.ppf(share)


def quantiles(law: Law) -> np.ndarray:
    return in_scipy(law)[1](SHARES)


def test_constants() -> None:
    assert law_of("2 d") == Law("CONSTANT", 16.0, 0.0)
    assert law_of({"base": "2 d", "low": "1 d", "high": "3 d"}) == Law("CONSTANT", 16.0, 0.0)
    assert law_of(0) == NO_TIME


@given(st.floats(0.1, 100), st.floats(1.01, 20))
def test_lognormal_through_median_and_p90(median: float, ratio: float) -> None:
    law = law_of({"median": f"{median:.18f} h", "p90": f"{median * ratio:.18f} h"})
    at = in_scipy(law)[1]
    assert at(0.5) == pytest.approx(median, rel=1e-12)
    assert at(0.9) == pytest.approx(median * ratio, rel=1e-9)


@given(st.floats(0.1, 100), st.floats(0.05, 20), st.floats(0.01, 0.99))
def test_lognormal_through_the_promise(median: float, ratio: float, on_time: float) -> None:
    sla = median * ratio
    written = {"median": f"{median:.18f} h", "on_time": on_time}
    assume(abs(on_time - 0.5) > 1e-3 and abs(ratio - 1) > 1e-3)
    if (ratio > 1) != (on_time > 0.5):
        assert "disagree" in refusal(written, sla).found.en
        return
    assume(abs(math.log(ratio)) < 6 * abs(stats.norm.ppf(on_time)))  # else: years in the tail
    law = law_of(written, sla)
    sigma = law.shape[0]
    assert law.scale == pytest.approx(median, rel=1e-12)
    assert stats.lognorm(sigma, scale=median).cdf(sla) == pytest.approx(on_time, rel=1e-9)


def test_on_time_leans_on_the_sla() -> None:
    assert refusal({"median": "4 h", "on_time": 0.8}).found.en == "on_time without an sla"
    for sla, on_time in ((4.0, 0.8), (4.0, 0.5), (8.0, 0.5), (0.0, 0.2)):
        assert "disagree" in refusal({"median": "4 h", "on_time": on_time}, sla).found.en


def test_a_bare_median_takes_what_was_observed_of_the_service() -> None:
    bare = parse_own_time({"median": "4 h", "shift": "1 h"})
    with pytest.raises(Refused, match="a median and no on_time"):
        to_law(bare, CALENDAR, 8.0)
    inner = law_of({"median": "4 h", "shift": "1 h", "on_time": 0.8}, 8.0)
    assert to_law(with_on_time(bare, 0.8), CALENDAR, 8.0) == inner
    always = to_law(with_on_time(bare, Estimate(1.0, n=9)), CALENDAR, 8.0)
    assert stats.norm.cdf(math.log(8 / 4) / always.shape[0]) == pytest.approx(9.5 / 10, rel=1e-9)
    for other in ("4 h", {"mean": "4 h"}, {"median": "4 h", "p90": "1 d"}):
        own = parse_own_time(other)
        assert with_on_time(own, 0.8) is own


@given(st.floats(0.1, 50), st.floats(0.05, 5))
def test_gamma_has_mean_and_sd(mean: float, relative: float) -> None:
    sd = mean * relative  # written with many decimals: 1.125 reads as a thousands point
    law = law_of({"mean": f"{mean:.18f} h", "sd": f"{sd:.18f} h"})
    frozen = stats.gamma(law.shape[0], scale=law.scale)
    assert law.family == "GAMMA"
    assert frozen.mean() == pytest.approx(mean, rel=1e-9)
    assert frozen.std() == pytest.approx(mean * relative, rel=1e-9)


def test_exponential_is_gamma_with_sd_equal_to_mean() -> None:
    gamma, exponential = law_of({"mean": "4 h", "sd": "4 h"}), law_of({"mean": "4 h"})
    assert exponential.family == "EXPONENTIAL"
    assert quantiles(exponential) == pytest.approx(quantiles(gamma), rel=1e-12)


@given(st.floats(0, 10), st.floats(0.1, 20), st.floats(0, 1))
def test_pert_beta(low: float, width: float, place: float) -> None:
    """Mean (min + 4 mode + max)/6, and the mode is where the density is highest."""
    mode, high = low + place * width, low + width
    assume(low <= mode <= high)
    law = law_of({"min": f"{low:.18f} h", "mode": f"{mode:.18f} h", "max": f"{high:.18f} h"})
    frozen = stats.beta(*law.shape, loc=law.loc, scale=law.scale)
    assert frozen.mean() == pytest.approx((low + 4 * mode + high) / 6, rel=1e-9)
    assert frozen.support() == pytest.approx((low, high))
    if 0.01 < place < 0.99:
        found = optimize.minimize_scalar(
            lambda x: -frozen.pdf(x), bounds=(low, high), method="bounded"
        )
        assert found.x == pytest.approx(mode, abs=1e-3 * width)


def test_pert_of_the_textbook() -> None:
    """Malcolm, Roseboom, Clark and Fazar (1959): 2, 5, 14 give a mean of 6 and a, b of 2, 4."""
    law = law_of({"min": "2 h", "mode": "5 h", "max": "14 h"})
    assert law == Law("BETA", 2.0, 12.0, (2.0, 4.0))
    assert mean_hours(law) == pytest.approx(6.0, rel=1e-15)


@pytest.mark.parametrize(
    ("written", "frozen"),
    [
        ({"dist": "expon", "scale": "2 h"}, stats.expon(scale=2)),
        ({"dist": "expon", "scale": "2 h", "loc": "1 h"}, stats.expon(1, 2)),
        ({"dist": "gamma", "a": 3, "scale": "2 h"}, stats.gamma(3, scale=2)),
        ({"dist": "lognorm", "s": 0.5, "scale": "2 h"}, stats.lognorm(0.5, scale=2)),
        ({"dist": "beta", "a": 2, "b": 5, "scale": "2 h"}, stats.beta(2, 5, scale=2)),
        ({"dist": "uniform", "loc": "1 h", "scale": "2 h"}, stats.uniform(1, 2)),
        ({"dist": "weibull_min", "c": 1.5, "scale": "2 h"}, stats.weibull_min(1.5, scale=2)),
        ({"dist": "norm", "loc": "2 d", "scale": "2 h"}, stats.norm(16, 2)),
        ({"dist": "norm", "loc": "1 h", "scale": "2 h", "shift": "9 h"}, stats.norm(10, 2)),
        ({"dist": "pareto", "b": 3, "scale": "2 h"}, stats.pareto(3, scale=2)),
    ],
    ids=lambda value: value["dist"] if isinstance(value, dict) else "",
)
def test_any_law_of_scipy(written: dict[str, Any], frozen: Any) -> None:
    law = law_of(written)
    assert quantiles(law) == pytest.approx(frozen.ppf(SHARES), rel=1e-9)
    assert mean_hours(law) == pytest.approx(frozen.mean(), rel=1e-9)


def test_samples_are_sorted_and_equally_likely() -> None:
    law = law_of({"samples": ["2 h", "1 d", "30 min", "2 h"], "shift": "1 h"})
    assert law == Law("EMPIRICAL", 1.0, 1.0, samples=(0.5, 2.0, 2.0, 8.0))
    assert mean_hours(law) == 1 + 12.5 / 4


@pytest.mark.parametrize(
    "written",
    [
        {"median": "4 h", "p90": "1 d"},
        {"min": "1 h", "mode": "2 h", "max": "9 h"},
        {"mean": "4 h", "sd": "2 h"},
        {"mean": "4 h"},
        {"dist": "norm", "loc": "2 d", "scale": "2 h"},
    ],
    ids=lambda written: ", ".join(written),
)
def test_a_shift_moves_every_draw(written: dict[str, Any]) -> None:
    before, after = law_of(written), law_of({**written, "shift": "3 h"})
    assert quantiles(after) == pytest.approx(quantiles(before) + 3, rel=1e-12)
    assert mean_hours(after) == pytest.approx(mean_hours(before) + 3, rel=1e-12)


@pytest.mark.parametrize(
    ("written", "below"),
    [
        ({"dist": "norm", "loc": "1 h", "scale": "1 h"}, stats.norm.cdf(-1)),
        ({"dist": "norm", "loc": "4 h", "scale": "1 h", "shift": "-3 h"}, stats.norm.cdf(-1)),
        ({"dist": "uniform", "loc": "-1 h", "scale": "4 h"}, 0.25),
        ({"mean": "4 h", "shift": "-1 h"}, 1 - math.exp(-0.25)),
        ({"median": "4 h", "p90": "1 d", "shift": "-4 h"}, 0.5),
        ({"mean": "4 h", "sd": "2 h", "shift": "-2 h"}, stats.gamma(4, scale=1).cdf(2)),
        ({"min": "1 h", "mode": "2 h", "max": "3 h", "shift": "-2 h"}, 0.5),
        ({"samples": ["1 h", "2 h"], "shift": "-90 min"}, 0.5),
    ],
)
def test_mass_below_zero_is_refused(written: dict[str, Any], below: float) -> None:
    assert refusal(written).found.en == f"{below:.1%} below zero"


def test_a_thousandth_below_zero_counts_as_zero() -> None:
    edge = -stats.norm.ppf(0.001)
    assert law_of({"dist": "norm", "loc": f"{edge + 0.01} h", "scale": "1 h"}).family == "SCIPY"
    refusal({"dist": "norm", "loc": f"{edge - 0.01} h", "scale": "1 h"})


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ({"dist": "gama", "a": 2, "scale": "1 h"}, "«gama»"),
        ({"dist": "poisson", "mu": 3, "scale": "1 h"}, "«poisson»"),
        ({"dist": "rv_continuous", "scale": "1 h"}, "«rv_continuous»"),
        ({"dist": "os", "scale": "1 h"}, "«os»"),
        ({"dist": "gamma", "scale": "1 h"}, "«gamma()»"),
        ({"dist": "gamma", "a": 2, "c": 1, "scale": "1 h"}, "«gamma(a, c)»"),
        ({"dist": "gamma", "a": -2, "scale": "1 h"}, "«gamma(a=-2)»"),
        ({"dist": "cauchy", "loc": "9 d", "scale": "1 h"}, "«cauchy()»"),
        ({"dist": "pareto", "b": 1, "scale": "1 h"}, "«pareto(b=1)»"),
        ({"dist": "lognorm", "s": 1e5, "scale": "1 h"}, "«lognorm(s=100000)»"),
        ({"mean": "1 h", "sd": "1e6 h"}, "mean 1 h and sd 1e+06 h"),
        ({"mean": "1e6 h", "sd": "1 h"}, "mean 1e+06 h and sd 1 h"),
        ({"median": "1 min", "p90": "1e9 h"}, "a mean of 4.52e+79 h"),
    ],
)
def test_laws_that_cannot_be_drawn_from(written: dict[str, Any], found: str) -> None:
    assert refusal(written).found.en == found


def test_mends() -> None:
    hint = refusal({"dist": "gama", "a": 2, "scale": "1 h"}).hint
    assert hint is not None
    assert hint.en == "did you mean gamma?"
    assert refusal({"dist": "gamma", "scale": "1 h"}).expected.en == "the shapes a"


@given(st.floats(0.1, 100), st.floats(0.001, 0.999))
def test_law_through_sla_and_on_time(sla: float, on_time: float) -> None:
    law = law_through_promise(sla, on_time)
    frozen = stats.lognorm(0.8, scale=law.scale)
    assert law.shape[0] == 0.8
    assert frozen.cdf(sla) == pytest.approx(on_time, rel=1e-9)


@pytest.mark.parametrize(
    ("on_time", "answers", "share"),
    [
        (1.0, None, 100.5 / 101),
        (0.0, None, 0.5 / 101),
        (1.0, 9, 0.95),
        (0.0, 9, 0.05),
        (0.0, 0, 0.5),
    ],
)
def test_always_and_never_are_moved_by_half_an_answer(
    on_time: float, answers: int | None, share: float
) -> None:
    law = law_through_promise(8.0, on_time, answers)
    assert stats.lognorm(0.8, scale=law.scale).cdf(8.0) == pytest.approx(share, rel=1e-12)
