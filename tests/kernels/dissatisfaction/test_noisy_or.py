"""The noisy-OR to its fixed points: least, reached, greatest; loops that tip and loops that do not.

Every failure of a service is a fault, and every fault passes on (`BARE`): the share dissatisfied is
the share faulty. `B` gives to `X` and to `Y`, each of which alone would do for `B`: of leaks `l`,
``x = l + (1 - l) x^2``, with the fixed points ``l / (1 - l)`` and 1.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.small_chains import chain_arrays
from tests.kernels.small_surveys import surveys
from valuechain.kernels.dissatisfaction import noisy_or
from valuechain.kernels.dissatisfaction.calibration import calibrate
from valuechain.kernels.dissatisfaction.noisy_or import (
    Dissatisfaction,
    failures,
    nothing_held,
    solve_noisy_or,
)

BARE = {
    "weights.late": 0.0,
    "weights.faulty": 1.0,
    "weights.unclear": 0.0,
    "weights.repeated": 0.0,
    "morale_to_quality": 0.0,
    "input_to_morale": 0.0,
}
NO_TIME = np.full(5, np.nan)


def either_of_two(leak):
    """`X` or `Y` serves `B`, and `B` serves both of them, and a customer."""
    arrays = chain_arrays(
        [("B", "X"), ("B", "Y"), ("X", "B"), ("Y", "B"), ("B", "c")],
        customers=("c",),
        need=np.ones(5),
        impact=np.ones(5),
        group=[-1, -1, 0, 0, -1],
        quality=[1 - leak, 1 - leak, np.nan, np.nan, np.nan],
        coefficients=BARE,
    )
    return arrays, failures(arrays, NO_TIME)


def unhappy(arrays, given, start):
    return solve_noisy_or(arrays, given, start=start).customers[0]


@pytest.mark.parametrize("leak", [0.0, 0.1, 0.3, 0.45])
def test_a_true_tipping_point_in_closed_form(leak):
    arrays, given = either_of_two(leak)
    x = leak / (1 - leak)
    assert unhappy(arrays, given, 0.0) == pytest.approx(x * x, abs=1e-11)
    assert unhappy(arrays, given, 1.0) == 1.0


def state_at(arrays, value):
    m, D, C = len(arrays.need), len(arrays.department_ids), len(arrays.customer_ids)
    return Dissatisfaction(*(np.full(n, value) for n in (m, m, D, C)))


def test_the_answer_depends_on_which_side_of_the_tipping_point_today_is():
    # x = .9 x^2 + .1 has its other fixed point at 1; with need .9 it is x = 1 - .9 (1 - .9 x^2)
    arrays, given = either_of_two(0.3)
    for start in (0.0, 0.5, 0.9, 0.999):
        assert unhappy(arrays, given, state_at(arrays, start)) == pytest.approx(9 / 49, abs=1e-10)


@pytest.mark.parametrize("leak", [0.55, 0.8, 1.0])
def test_beyond_the_tipping_point_there_is_one_lasting_state(leak):
    arrays, given = either_of_two(leak)
    assert unhappy(arrays, given, 0.0) == pytest.approx(1.0, abs=1e-10)


def test_at_the_tipping_point_what_remains_bounds_the_distance(monkeypatch):
    """``x = .5 + .5 x^2`` has the double root 1: rounds from 0 near it as 1 / rounds."""
    monkeypatch.setattr(noisy_or, "MOST_ROUNDS", 3_000)
    arrays, given = either_of_two(0.5)
    low = solve_noisy_or(arrays, given, start=0.0)
    away = 1.0 - low.services[0]
    assert 1e-3 < away < 2e-3
    assert away < 4.0 * low.remaining < 10 * away


def test_a_ring_that_loses_nothing_keeps_whatever_state_it_is_in():
    arrays = chain_arrays(
        [("a", "b"), ("b", "a"), ("a", "c")],
        customers=("c",),
        need=np.ones(3),
        impact=np.ones(3),
        coefficients=BARE,
    )
    given = failures(arrays, NO_TIME[:3])
    assert [unhappy(arrays, given, state_at(arrays, x)) for x in (0.0, 0.4, 1.0)] == [0, 0.4, 1]


@settings(max_examples=40)
@given(surveys(), st.floats(0, 1))
def test_least_reached_greatest(case, start):
    given = calibrate(case.arrays, case.late, case.overload).failures
    states = [
        solve_noisy_or(case.arrays, given, start=at)
        for at in (0.0, state_at(case.arrays, start), 1.0)
    ]
    for name in ("faulty", "services", "morale_loss", "customers"):
        least, reached, greatest = (getattr(state, name) for state in states)
        assert (least <= reached + 1e-10).all()
        assert (reached <= greatest + 1e-10).all()
        assert 0 <= least.min() <= greatest.max() <= 1


def test_near_saturation_everything_stays_a_share():
    """Impact, need, weights, anger 1, no leaks: from nothing nothing, from one spark everything."""
    names = ("a", "b", "c", "d")
    pairs = [(p, c) for p in names for c in names if p != c] + [("d", "out")]
    arrays = chain_arrays(
        pairs,
        customers=("out",),
        need=np.ones(13),
        impact=np.ones(13),
        wears_on=[("out", "a", 1.0)],
        coefficients=BARE | {"morale_to_quality": 1.0, "input_to_morale": 1.0},
    )
    calm = failures(arrays, np.full(13, np.nan))
    assert solve_noisy_or(arrays, calm).services.max() == 0.0
    leak = np.zeros(13)
    leak[0] = 1e-6
    spark = solve_noisy_or(arrays, dataclasses.replace(calm, own_fault=leak))
    assert spark.services.min() == pytest.approx(1.0, abs=1e-12)
    assert spark.customers.max() <= 1.0
    assert unhappy(arrays, calm, 1.0) == 1.0


def test_frozen_morale_and_what_is_held_stay():
    arrays = chain_arrays(
        [("a", "c")],
        customers=("c",),
        need=[1.0],
        quality=[0.5],
        wears_on=[("c", "a", 0.4)],
        coefficients=BARE | {"morale_to_quality": 1.0},
    )
    given = failures(arrays, np.array([np.nan]))
    # f = .5 + .5 m, m = .4 f
    assert unhappy(arrays, given, 0.0) == pytest.approx(0.5 / (1 - 0.5 * 0.4), abs=1e-12)
    still = solve_noisy_or(arrays, given, np.array([0.1]))
    assert still.morale_loss[0] == 0.1
    assert still.customers[0] == pytest.approx(0.55)
    held = dataclasses.replace(nothing_held(arrays), customers=np.array([0.25]))
    found = solve_noisy_or(arrays, given, held=held)
    assert found.customers[0] == 0.25
    assert found.services[0] == pytest.approx(0.5 + 0.5 * 0.1)
