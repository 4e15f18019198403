"""NPS: promoters and detractors, spread, and an interval that few answers do not break."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.stats import multinomial

import valuechain as vc
from valuechain.metrics.recommendation import score_interval

ANSWERS = st.lists(st.integers(0, 10), min_size=1, max_size=60)
Z = 1.959963984540054


def test_who_counts_as_what() -> None:
    counted = {answer: vc.nps([answer]).value for answer in range(11)}
    assert Counter(counted.values()) == {-100.0: 7, 0.0: 2, 100.0: 2}
    assert (counted[6], counted[7], counted[9]) == (-100.0, 0.0, 100.0)


@given(ANSWERS)
def test_standard_error_is_that_of_a_mean_of_100_0_and_minus_100(answers: list[int]) -> None:
    score = vc.nps(answers)
    points = [100 if a >= 9 else -100 if a <= 6 else 0 for a in answers]
    assert score.value == pytest.approx(np.mean(points), abs=1e-9)
    if len(answers) == 1:
        assert score.standard_error is None
    else:
        assert score.standard_error == pytest.approx(
            np.std(points) / math.sqrt(len(points)), abs=1e-6
        )


@given(ANSWERS)
def test_interval_holds_the_score_and_turns_with_the_scale(answers: list[int]) -> None:
    score = vc.nps(answers)
    assert -100 <= score.low <= score.value <= score.high <= 100
    assert score.high - score.low > 0
    opposite = {**dict.fromkeys(range(7), 10), 7: 7, 8: 8, 9: 0, 10: 0}
    turned = vc.nps([opposite[a] for a in answers])
    assert turned.low == pytest.approx(-score.high, abs=1e-6)
    assert turned.high == pytest.approx(-score.low, abs=1e-6)


@pytest.mark.parametrize(("p", "d", "n"), [(5, 2, 12), (0, 0, 8), (3, 0, 3), (1, 4, 30), (0, 6, 9)])
def test_ends_are_where_the_likelihood_searched_by_hand_says(p: int, d: int, n: int) -> None:
    """Second way: the likeliest shares by a search, the score test with them at both ends."""

    def score(net: float) -> float:
        def unlikely(q: float) -> float:
            shares = (q + net, q, 1 - 2 * q - net)
            counts = (p, d, n - p - d)
            logs = [k * math.log(max(s, 1e-300)) for k, s in zip(counts, shares, strict=True) if k]
            return -sum(logs)

        found = minimize_scalar(
            unlikely, bounds=(max(0.0, -net), (1 - net) / 2), method="bounded",
            options={"xatol": 1e-12},
        )  # fmt: skip
        q = found.x
        return ((p - d) / n - net) / math.sqrt((2 * q + net - net * net) / n)

    low, high = score_interval(p, d, n, Z)
    for end, z in ((low, Z), (high, -Z)):
        if abs(end) < 1:
            assert score(end) == pytest.approx(z, abs=1e-4)


@pytest.mark.parametrize(("promoters", "n"), [(10, 10), (0, 4), (1, 1), (13, 40)])
def test_without_passives_it_is_wilsons(promoters: int, n: int) -> None:
    """Closed form: with no answer between, the score is ``2 p - 1`` and so is its interval."""
    low, high = score_interval(promoters, n - promoters, n, Z)
    share = vc.wilson(promoters, n)
    assert low == pytest.approx(2 * share.low - 1, abs=1e-9)
    assert high == pytest.approx(2 * share.high - 1, abs=1e-9)


@pytest.mark.parametrize("shares", [(0.5, 1 / 3, 1 / 6), (0.8, 0.15, 0.05), (0.1, 0.2, 0.7)])
@pytest.mark.parametrize("n", [8, 25])
def test_level_is_held_on_every_possible_survey(shares: tuple[float, ...], n: int) -> None:
    """All surveys of n answers, each with its probability: no sampling."""
    truth, covered = shares[0] - shares[2], 0.0
    for p in range(n + 1):
        for d in range(n + 1 - p):
            low, high = score_interval(p, d, n, Z)
            if low <= truth <= high:
                covered += multinomial.pmf([p, n - p - d, d], n, shares)
    assert 0.93 < covered < 0.985


def test_bounds_of_wilsons_interval_hold_their_level() -> None:
    """Second way: over all k, ends where the score test is just not significant."""
    for n in (1, 7, 40):
        for k in range(n + 1):
            share = vc.wilson(k, n)
            for end in (share.low, share.high):
                if 0 < end < 1:
                    z = (k / n - end) / math.sqrt(end * (1 - end) / n)
                    assert abs(z) == pytest.approx(Z, abs=1e-9)


@pytest.mark.parametrize("wrong", [[11], [9.5], [True], ["9"], [-1]])
def test_answers_off_the_scale_are_refused_by_value(wrong: list[object]) -> None:
    with pytest.raises(vc.UsageError, match=r"1 of 4 answers.*0\.\.10"):
        vc.nps([10, 8, 3, *wrong])


def test_no_answers() -> None:
    with pytest.raises(vc.UsageError, match=r"0 answers \(2 missing\)"):
        vc.nps([None, float("nan")])
