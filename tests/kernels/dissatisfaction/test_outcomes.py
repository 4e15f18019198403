"""Lines through today's point in closed form, and every place where they bend."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from valuechain.kernels.dissatisfaction.outcomes import leaving, recommending, winning
from valuechain.network.arrays import Weights

SHARES = st.floats(0, 1)


def one(line):
    return line.satisfied[0], line.dissatisfied[0], bool(line.moved[0])


@given(SHARES, SHARES, st.floats(1, 3))
def test_leaving_goes_through_today_and_never_falls_with_dissatisfaction(today, unhappy, ratio):
    q = np.array([unhappy])
    line = leaving(np.array([today]), q, np.array([ratio]))
    satisfied, dissatisfied, moved = one(line)
    assert line.at(q)[0] == pytest.approx(today, abs=1e-12)
    assert -1e-12 <= satisfied <= dissatisfied + 1e-12 <= 1 + 2e-12
    if not moved:
        assert dissatisfied == pytest.approx(ratio * satisfied)


@pytest.mark.parametrize(
    ("today", "unhappy", "ratio", "line"),
    [
        (0.12, 0.2, 2.0, (0.1, 0.2, False)),
        (0.12, 0.0, 2.0, (0.12, 0.24, False)),
        (0.12, 1.0, 2.0, (0.06, 0.12, False)),
        (0.12, 0.5, 1.0, (0.12, 0.12, False)),  # nobody is free to leave: all alike
        (0.8, 0.5, 3.0, (0.6, 1.0, True)),  # .4 and 1.2 would be it: all the dissatisfied leave
        (1.0, 0.5, 2.0, (1.0, 1.0, True)),
        (0.0, 0.5, 2.0, (0.0, 0.0, False)),
    ],
)
def test_leaving_by_hand(today, unhappy, ratio, line):
    found = one(leaving(np.array([today]), np.array([unhappy]), np.array([ratio])))
    assert found == pytest.approx(line)


@given(st.floats(-1, 1), SHARES, st.floats(-1, 1))
@example(0.0, 2.225073858507203e-309, 0.0)  # nothing is divided by a share that small
def test_recommending_goes_through_today_and_never_rises_with_dissatisfaction(
    today, unhappy, detractor
):
    q = np.array([unhappy])
    line = recommending(np.array([today]), q, detractor)
    satisfied, dissatisfied, moved = one(line)
    assert line.at(q)[0] == pytest.approx(today, abs=1e-9)
    assert -1 - 1e-9 <= dissatisfied <= satisfied + 1e-9 <= 1 + 2e-9
    if not moved:
        assert dissatisfied == detractor


@pytest.mark.parametrize(
    ("today", "unhappy", "line"),
    [
        (0.2, 0.2, (0.45, -0.8, False)),
        (0.2, 0.0, (0.2, -0.8, False)),
        (0.5, 0.5, (1.0, 0.0, True)),  # the satisfied would have to score 1.8
        (1.0, 0.5, (1.0, 1.0, True)),
        (-0.9, 0.5, (-0.9, -0.9, True)),  # even the satisfied would score below the dissatisfied
        (0.2, 1.0, (0.2, 0.2, True)),  # nobody is satisfied: who knows what they would say
        (-0.8, 0.5, (-0.8, -0.8, False)),
    ],
)
def test_recommending_by_hand(today, unhappy, line):
    found = one(recommending(np.array([today]), np.array([unhappy]), -0.8))
    assert found == pytest.approx(line)


def test_what_was_not_observed_stays_unknown():
    nan, q = np.array([np.nan] * 3), np.array([0.0, 0.5, 1.0])
    assert np.isnan(leaving(nan, q, np.full(3, 2.0)).at(q)).all()
    assert np.isnan(recommending(nan, q, -0.8).at(q)).all()
    assert not leaving(nan, q, np.full(3, 2.0)).moved.any()
    assert not recommending(nan, q, -0.8).moved.any()


def won(win_rate, before, after, links=()):
    """The share won of each customer; links `(speaker, hearer, weight)`."""
    weights = Weights(
        np.array([2 + a for a, _, _ in links], dtype=np.int64),
        np.array([2 + b for _, b, _ in links], dtype=np.int64),
        np.array([w for _, _, w in links], dtype=float),
    )
    return winning(np.array(win_rate), np.array(before), np.array(after), weights, 2)


def test_winning_goes_with_satisfaction_and_word_of_mouth():
    links = [(1, 0, 0.5), (2, 0, 0.2), (1, 3, 0.5)]
    before, after = [0.2, 0.5, 0.3, 0.0], [0.4, 0.1, 0.8, 0.0]
    win_rate = [0.24, np.nan, np.nan, 0.9]
    found = won(win_rate, before, after, links)
    # (1 - .4) / (1 - .2) of them, times 1 + .5 (.5 - .1) and 1 + .2 (.3 - .8)
    assert found[0] == pytest.approx(0.24 * 0.75 * 1.2 * 0.9)
    assert found[3] == 1.0  # .9 * 1.2 is more than all
    assert np.isnan(found[1:3]).all()
    assert won(win_rate, before, before, links)[[0, 3]].tolist() == [0.24, 0.9]


def test_where_everybody_was_dissatisfied_the_win_rate_says_nothing_more():
    assert won([0.1], [1.0], [0.4]).tolist() == [0.1]


@given(SHARES, SHARES, SHARES, SHARES, st.floats(0, 1))
def test_more_dissatisfaction_anywhere_never_wins_more(win_rate, before, after, worse, weight):
    after, worse = sorted((after, worse))
    link = [(1, 0, weight)]
    mine = won([win_rate, np.nan], [before, 0.3], [after, 0.3], link)[0]
    assert won([win_rate, np.nan], [before, 0.3], [worse, 0.3], link)[0] <= mine
    theirs = won([win_rate, np.nan], [before, before], [before, after], link)[0]
    assert won([win_rate, np.nan], [before, before], [before, worse], link)[0] <= theirs
