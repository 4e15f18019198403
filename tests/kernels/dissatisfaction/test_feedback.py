"""Gains of loops: rings in closed form, all others against pushing a node and measuring."""

from __future__ import annotations

import dataclasses
import sys
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.dissatisfaction.test_noisy_or import BARE, either_of_two
from tests.kernels.small_chains import chain_arrays
from tests.kernels.small_surveys import surveys
from valuechain.kernels.dissatisfaction import feedback
from valuechain.kernels.dissatisfaction.calibration import calibrate
from valuechain.kernels.dissatisfaction.feedback import feedback_loops, jacobian
from valuechain.kernels.dissatisfaction.noisy_or import Layers, failures, solve_noisy_or
from valuechain.kernels.systems import linear_systems

PUSH = 1e-6


def ring(impact, own_fault, **given):
    """Two departments that serve each other, and a customer of one of them."""
    arrays = chain_arrays(
        [("a", "b"), ("b", "a"), ("a", "c")],
        customers=("c",),
        need=np.ones(3),
        impact=[*impact, 0.3],
        quality=[*(1 - np.array(own_fault)), np.nan],
        **{"coefficients": BARE, **given},
    )
    found = failures(arrays, np.full(3, np.nan))
    return arrays, found, solve_noisy_or(arrays, found)


def test_the_gain_of_a_ring_is_the_product_of_its_links():
    (loop,) = feedback_loops(*ring((0.6, 0.9), (0.2, 0.3)))
    assert loop.gain == pytest.approx(0.6 * (1 - 0.2) * 0.9 * (1 - 0.3), abs=1e-10)
    assert loop.services.tolist() == [0, 1]
    assert loop.departments.tolist() == loop.customers.tolist() == []


def test_anger_that_comes_round_through_morale():
    """``q = 1 - (1 - .3)(1 - .5 m)``, ``m = .4 q``: what comes back is .7 * .5 * .4."""
    arrays = chain_arrays(
        [("a", "c")],
        customers=("c",),
        need=[1.0],
        quality=[0.7],
        wears_on=[("c", "a", 0.4)],
        coefficients=BARE | {"morale_to_quality": 0.5},
    )
    given = failures(arrays, np.array([np.nan]))
    state = solve_noisy_or(arrays, given)
    (loop,) = feedback_loops(arrays, given, state)
    assert loop.gain == pytest.approx(0.7 * 0.5 * 0.4, abs=1e-10)
    members = (loop.departments, loop.customers, loop.services)
    assert [m.tolist() for m in members] == [[0], [0], [0]]
    assert feedback_loops(arrays, given, state, morale_is_still=True) == ()


def test_without_a_way_back_there_is_no_loop():
    arrays = chain_arrays([("a", "b"), ("b", "c")], customers=("c",), need=[1, 1], quality=[0.5, 1])
    given = failures(arrays, np.full(2, np.nan))
    assert feedback_loops(arrays, given, solve_noisy_or(arrays, given)) == ()


@pytest.mark.parametrize("impact", [(1.0, 1.0), (1.0, 1.0 - 1e-16)])
def test_where_nothing_is_lost_all_of_a_push_comes_back(impact):
    (loop,) = feedback_loops(*ring(impact, (0.0, 0.0)))
    assert loop.gain == pytest.approx(1.0)


@pytest.mark.parametrize("leak", [0.1, 0.3, 0.45])
def test_the_gain_on_both_sides_of_a_tipping_point(leak):
    """Slope ``2 (1 - l) x`` each round: ``2 l`` at the least state, above 1 at the greatest.

    Of one of two like services half of that is its own, ``g``: ``g / (1 - g)`` of a push at it
    comes back, that through its twin included.
    """
    arrays, given = either_of_two(leak)
    least, greatest = (solve_noisy_or(arrays, given, start=start) for start in (0.0, 1.0))
    assert feedback_loops(arrays, given, least)[0].gain == pytest.approx(leak / (1 - leak))
    assert feedback_loops(arrays, given, greatest)[0].gain == 1.0


def returns(arrays, given, state):
    """The return gain of each service, department and customer, by pushing its leak."""
    kinds = (
        ("service_leak", "services"),
        ("morale_leak", "morale_loss"),
        ("customer_leak", "customers"),
    )
    found = []
    for leak, level in kinds:
        gains = []
        for i in range(len(getattr(state, level))):
            more = getattr(given, leak).copy()
            more[i] += PUSH
            pushed = solve_noisy_or(arrays, dataclasses.replace(given, **{leak: more}), start=state)
            rise = getattr(pushed, level)[i] - getattr(state, level)[i]
            # what the push is by itself: the others do not move yet
            alone = PUSH * (1 - getattr(state, level)[i]) / (1 - getattr(given, leak)[i])
            gains.append(1 - alone / rise if rise > 0 else 0.0)
        found.append(np.array(gains))
    return found


@settings(max_examples=15)
@given(surveys())
def test_gains_against_finite_differences(case):
    given = calibrate(case.arrays, case.late, case.overload).failures
    state = solve_noisy_or(case.arrays, given)
    measured = returns(case.arrays, given, state)
    in_loops = [np.zeros(len(gains), dtype=bool) for gains in measured]
    for loop in feedback_loops(case.arrays, given, state):
        members = (loop.services, loop.departments, loop.customers)
        gains = [of[who] for of, who in zip(measured, members, strict=True)]
        for inside, who in zip(in_loops, members, strict=True):
            inside[who] = True
        assert loop.gain == pytest.approx(np.concatenate(gains).max(), abs=1e-5)
        assert measured[0][loop.strongest] == pytest.approx(gains[0].max(), abs=1e-5)
    for of, inside in zip(measured, in_loops, strict=True):
        np.testing.assert_allclose(of[~inside], 0.0, atol=1e-5)


def test_gains_do_not_depend_on_which_services_share_their_inputs():
    """A scale of nearly 1 gives a service a row of inputs of its own; nothing else changes."""
    arrays, given = either_of_two(0.3)
    state = solve_noisy_or(arrays, given)
    scaled = dataclasses.replace(given, fault_kappa=np.full(5, 1 - 1e-12))
    one, other = (feedback_loops(arrays, by, state)[0] for by in (given, scaled))
    assert one.gain == pytest.approx(other.gain, abs=1e-9)


def test_large_loops_are_asked_at_their_strongest_links(monkeypatch):
    exact = feedback_loops(*ring((0.6, 0.9), (0.2, 0.3)))[0]
    monkeypatch.setattr(feedback, "DENSE", 0)
    assert feedback_loops(*ring((0.6, 0.9), (0.2, 0.3)))[0].gain == pytest.approx(exact.gain)
    assert feedback_loops(*ring((1.0, 1.0), (0.0, 0.0)))[0].gain == pytest.approx(1.0)


@settings(max_examples=60)
@given(surveys(), st.sampled_from([0, feedback.DENSE]))
def test_gains_against_all_eigenvalues_and_the_whole_inverse(case, dense):
    """However large a loop counts, where it can be looked at whole, to the last digits."""
    found = calibrate(case.arrays, case.late, case.overload).failures
    state = solve_noisy_or(case.arrays, found)
    m, D, C = (len(ids) for ids in (case.arrays.service_ids, case.arrays.department_ids, "xy"))
    tail, head, weight, n = jacobian(case.arrays, found, state)
    whole = np.zeros((n, n))
    np.add.at(whole, (tail, head), weight)
    with patch.object(feedback, "DENSE", dense):
        loops = feedback_loops(case.arrays, found, state)
    for loop in loops:
        members = np.concatenate([loop.services, m + loop.departments, m + D + loop.customers])
        inside = np.concatenate([members, np.arange(m + D + C, n)])  # other rows are in no loop
        block = whole[np.ix_(inside, inside)]
        radius = np.abs(np.linalg.eigvals(block)).max()
        if abs(radius - 1.0) < 1e-9:
            continue
        if radius > 1.0:
            assert loop.gain == 1.0
            continue
        gains = 1.0 - 1.0 / np.diagonal(np.linalg.inv(np.eye(len(block)) - block))
        asked = len(loop.services) if dense == 0 else len(members)
        assert loop.gain == pytest.approx(gains[:asked].max(), abs=1e-11)


def test_slopes_of_alternatives_against_moving_each_service():
    """What passes is linear in each service, so a difference over all of 0..1 is its slope."""
    arrays = chain_arrays(
        [("a", "d"), ("b", "d"), ("c", "d"), ("b", "e"), ("c", "e"), ("d", "x"), ("e", "x")],
        customers=("x",),
        need=[0.4, 0.4, 0.7, 0.9, 0.9, 0.5, 0.5],
        impact=[0.3, 0.6, 0.9, 0.0, 0.8, 0.3, 0.3],
        group=[0, 0, -1, 1, 1, -1, -1],
    )
    layers = Layers(arrays, failures(arrays, np.full(7, 0.1)))
    for services in (np.linspace(0.2, 0.8, 7), np.array([0, 0, 1, 1, 0, 1, 1.0])):
        entry, tail, slope = feedback._input_slopes(layers, services)
        found = np.zeros((len(layers.inputs.input), 7))
        np.add.at(found, (entry, tail), slope)
        for e in range(7):
            low, high = services.copy(), services.copy()
            low[e], high[e] = 0.0, 1.0
            moved = layers.inputs.passed(high) - layers.inputs.passed(low)
            np.testing.assert_allclose(found[:, e], moved, atol=1e-15)


def alternatives(groups):
    """A ring of departments, each of which two others can replace for the next."""
    return random_chain(
        [((d + 1 + k) % groups, d) for d in range(groups) for k in range(3)],
        group=np.repeat(np.arange(groups), 3),
    )


def random_chain(pairs, **columns):
    rng = np.random.default_rng(1)
    m = len(pairs) + 1
    if "group" in columns:
        columns["group"] = np.append(columns["group"], -1)
    arrays = chain_arrays(
        [(f"d{p:04}", f"d{c:04}") for p, c in pairs] + [("d0000", "shop")],
        customers=("shop",),
        need=np.append(np.full(m - 1, 0.2), 1.0),
        quality=rng.uniform(0.8, 1.0, m),
        **columns,
    )
    found = failures(arrays, np.full(m, 0.1))
    return arrays, found, solve_noisy_or(arrays, found)


def calls(work):
    """How many functions a piece of work calls."""
    count = 0

    def note(frame, event, arg):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_derivatives_take_no_loop_over_groups_of_alternatives():
    few, many = (alternatives(groups) for groups in (10, 200))
    assert calls(lambda: jacobian(*many)) == calls(lambda: jacobian(*few))


def test_many_small_loops_are_cut_out_of_no_large_matrix(monkeypatch):
    """A cut through all of a matrix for every loop is what made many of them slow."""
    monkeypatch.setattr(feedback, "coo_array", None)
    monkeypatch.setattr(feedback, "csr_array", None)
    pairs = [(5 * b + k, 5 * b + (k + 1) % 5) for b in range(40) for k in range(5)]
    assert len(feedback_loops(*random_chain(pairs))) == 40


def test_a_tangle_is_not_factorised(monkeypatch):
    """Factors of a matrix in which everything is tied to everything fill up."""
    rng = np.random.default_rng(2)
    pairs = [
        (p, (p + 1 + int(step)) % 600)
        for p in range(600)
        for step in rng.choice(598, 5, replace=False)
    ]
    case = random_chain(pairs)
    (exact,) = feedback_loops(*case)
    monkeypatch.setattr(linear_systems, "splu", None)
    monkeypatch.setattr(feedback, "DENSE", 1_000)
    monkeypatch.setattr(feedback, "ASKED", len(pairs))
    (loop,) = feedback_loops(*case)
    assert loop.strongest == exact.strongest
    assert loop.gain == pytest.approx(exact.gain, abs=1e-12)
