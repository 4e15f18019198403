"""Calibration: what was observed comes back, nothing else moves, and changes start from it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.small_chains import chain_arrays
from tests.kernels.small_surveys import Surveyed, surveyed, surveys
from tests.kernels.whole_rounds import whole_round
from valuechain.kernels.dissatisfaction.calibration import (
    Node,
    becomes_own_part,
    calibrate,
    failures_now,
    observed_failures,
    off_the_edge,
)
from valuechain.kernels.dissatisfaction.noisy_or import Layers, nothing_held, solve_noisy_or


def kinds(case: Surveyed):
    """The four kinds of node: what was observed, how it was met, and today's state."""
    found, seen = calibrate(case.arrays, case.late, case.overload), observed_failures(case.arrays)
    return found, (
        (seen.faulty, found.faults, found.state.faulty),
        (seen.services, found.services, found.state.services),
        (seen.morale_loss, found.morale, found.state.morale_loss),
        (seen.customers, found.customers, found.state.customers),
    )


@settings(max_examples=40)
@given(surveys())
def test_what_was_observed_comes_back_and_lasts(case):
    found, nodes = kinds(case)
    for observed, _, state in nodes:
        known = ~np.isnan(observed)
        np.testing.assert_array_equal(state[known], observed[known])
    # the calibrated model itself, with nothing held, stays there
    layers = Layers(case.arrays, found.failures)
    again = whole_round(layers, found.state, nothing_held(case.arrays))
    for name in ("faulty", "services", "morale_loss", "customers"):
        before, after = getattr(found.state, name), getattr(again, name)
        np.testing.assert_allclose(after, before, atol=2e-12, err_msg=name)


@settings(max_examples=40)
@given(surveys())
def test_leaks_and_scales_keep_their_bounds(case):
    _, nodes = kinds(case)
    for observed, node, _ in nodes:
        assert isinstance(node, Node)
        seen = ~np.isnan(observed)
        assert 0 <= node.leak.min() <= node.leak.max() < 1
        assert set(node.leak[~seen]) <= {0.0}
        assert set(node.kappa[~seen]) <= {1.0}
        room = (1 - case.arrays.coefficients["unexplained"]) * observed[seen]
        scaled = node.kappa[seen] < 1
        np.testing.assert_array_equal(scaled, node.couplings[seen] > room)
        # the largest scale that fits leaves no room, and what fits is not scaled
        np.testing.assert_allclose(node.explained[seen][scaled], room[scaled], atol=1e-15)
        np.testing.assert_array_equal(node.explained[seen][~scaled], node.couplings[seen][~scaled])


def test_the_cases_have_what_is_tested():
    nodes = [node for seed in range(40) for node in kinds(surveyed(seed))[1]]
    assert sum((node.kappa < 1).sum() for _, node, _ in nodes) > 50
    assert sum((node.leak > 0).sum() for _, node, _ in nodes) > 50
    assert any((surveyed(seed).arrays.group >= 0).any() for seed in range(40))


def test_one_coupling_is_scaled_by_the_ratio():
    # faulty .5 explains .6 * .5 = .3 of the services disappointed; .1 * .8 = .08 may be explained
    arrays = chain_arrays([("a", "c")], customers=("c",), need=[1], quality=[0.5], csat=[0.9])
    found = calibrate(arrays, np.array([np.nan]))
    assert found.services.kappa[0] == pytest.approx(0.08 / 0.3, rel=1e-12)
    assert found.services.leak[0] == pytest.approx(1 - 0.9 / 0.92, rel=1e-12)
    assert found.state.customers[0] == pytest.approx(0.1, rel=1e-12)


def test_without_surveys_nothing_is_added():
    case = surveyed(3)
    blank = dataclasses.replace(
        case.arrays,
        quality=np.full(len(case.late), np.nan),
        csat=np.full(len(case.late), np.nan),
        esat=np.full(4, np.nan),
        customer_csat=np.full(2, np.nan),
    )
    found = calibrate(blank, case.late, case.overload).failures
    for name in ("own_fault", "service_leak", "morale_leak", "customer_leak"):
        assert (getattr(found, name) == 0).all()
    for name in ("fault_kappa", "service_kappa", "morale_kappa", "customer_kappa"):
        assert (getattr(found, name) == 1).all()


@pytest.mark.parametrize(
    ("share", "answers", "moved"),
    [
        (0.0, np.nan, 0.5 / 101),
        (1.0, np.nan, 100.5 / 101),
        (0.0, 24.0, 0.02),
        (1.0, 24.0, 0.98),
        (1.0, 1.0, 0.75),
        (0.0, 0.0, 0.5),  # nobody was asked: anything may be
        (1.0, 0.0, 0.5),
        (0.001, 1.0, 0.001),  # only 0 and 1 are moved
    ],
)
def test_only_0_and_1_are_moved(share, answers, moved):
    assert off_the_edge(np.array([share]), np.array([answers]))[0] == pytest.approx(moved)


# --- changes on top of today -------------------------------------------------------------------


@given(surveys())
def test_no_change_leaves_every_failure_as_it_is(case):
    found = calibrate(case.arrays, case.late, case.overload)
    now = failures_now(found, case.arrays, case.arrays, case.late, case.overload)
    for field in dataclasses.fields(now):
        before, after = getattr(found.failures, field.name), getattr(now, field.name)
        np.testing.assert_array_equal(before, after, err_msg=field.name)


def own_fault_after(today, now):
    before = chain_arrays([("a", "c")], customers=("c",), need=[1], quality=[today])
    after = dataclasses.replace(before, quality=np.array([now]))
    found = calibrate(before, np.array([np.nan]))
    own = failures_now(found, before, after, np.array([np.nan])).own_fault[0]
    return own, bool(becomes_own_part(before, after)[0])


def test_a_new_quality_moves_the_own_part_in_the_ratio_of_failures():
    assert own_fault_after(0.8, 0.9) == (pytest.approx(0.1), False)
    assert own_fault_after(0.8, 1.0) == (0.0, False)
    assert own_fault_after(np.nan, 0.7) == (pytest.approx(0.3), True)
    assert own_fault_after(1.0, 0.7) == (pytest.approx(0.3), True)


def test_a_worse_quality_never_mends_what_a_perfect_survey_leaves():
    own = [own_fault_after(1.0, quality)[0] for quality in (1.0, 0.999, 0.996, 0.99)]
    assert own == sorted(own)
    assert own[0] == own[1] == pytest.approx(0.5 / 101)


def moved(case: Surveyed, share: float):
    """Everything that makes work worse, each moved by a share of the way there (back: below 0)."""
    arrays, late, overload = case.arrays, case.late, case.overload

    def up(values):
        return values + share * (1 - values if share > 0 else values)

    def down(values):
        return values * (1 - share) if share > 0 else values - share * (1 - values)

    yield "late", arrays, up(late), overload
    yield "overload", arrays, late, up(overload)
    yield "impact", dataclasses.replace(arrays, impact=up(arrays.impact)), late, overload
    for name in ("quality", "clarity", "fcr"):
        worse = dataclasses.replace(arrays, **{name: down(getattr(arrays, name))})
        yield name, worse, late, overload


@settings(max_examples=40)
@given(surveys(), st.sampled_from([1.0, 0.3, -0.3, -1.0]))
def test_worse_work_never_pleases_and_better_work_never_displeases(case, share):
    found = calibrate(case.arrays, case.late, case.overload)
    for what, now, late, overload in moved(case, share):
        failures = failures_now(found, case.arrays, now, late, overload)
        after = solve_noisy_or(now, failures, start=found.state)
        for name in ("faulty", "services", "morale_loss", "customers"):
            rise = np.sign(share) * (getattr(after, name) - getattr(found.state, name))
            assert rise.min() >= -1e-11, (what, name)
            assert 0 <= getattr(after, name).min() <= getattr(after, name).max() <= 1
