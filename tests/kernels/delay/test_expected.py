"""Means without sampling: published arrivals, loops solved by hand, and enumeration over needs."""

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.delay import expected as expected_delay_module
from valuechain.kernels.delay.expected import expected_delay, need_maximum
from valuechain.kernels.delay.loops import Deadlock, Unsettled

shares = st.floats(0, 1)
hours = st.floats(0, 100)


def arrivals(services, own, need=1.0, **columns):
    arrays = chain_arrays(services, **columns)
    m = len(services)
    return expected_delay(arrays, np.full(m, 1.0) * need, np.full(m, 1.0) * own).arrival


def by_enumeration(values, needs):
    """The expected maximum over every subset of inputs that a job may need."""
    return sum(
        prod(w if there else 1 - w for w, there in zip(needs, jobs, strict=True))
        * max((y for y, there in zip(values, jobs, strict=True) if there), default=0.0)
        for jobs in product((True, False), repeat=len(values))
    )


@given(st.lists(st.tuples(hours, shares), max_size=7))
def test_need_maximum_is_the_expectation_over_all_needs(inputs):
    values = np.array([y for y, _ in inputs])
    needs = np.array([w for _, w in inputs])
    assert need_maximum(values, needs) == pytest.approx(by_enumeration(values, needs), abs=1e-9)


@pytest.mark.parametrize(("need", "total"), [(0.95, 20.0), (0.99, 100.0), (0.999, 1000.0)])
@pytest.mark.parametrize("length", [2, 7, 100, 300])
def test_loops_near_saturation_are_solved(need, total, length):
    ring = [(f"d{i}", f"d{(i + 1) % length}") for i in range(length)]
    np.testing.assert_allclose(arrivals(ring, 1.0, need), total, rtol=1e-9)


def test_a_long_ring_with_one_optional_input_goes_round_twice():
    # only one hand-off in the ring is needed in half of the jobs: A = n / (1 - 1/2) before it
    n = 3000
    ring = [(f"d{i:04}", f"d{(i + 1) % n:04}") for i in range(n)]
    need = np.ones(n)
    need[n - 1] = 0.5
    found = arrivals(ring, 1.0, need)
    assert found[n - 1] == pytest.approx(2 * n, rel=1e-9)
    assert found[0] == pytest.approx(n + 1, rel=1e-9)


def test_departments_that_need_each_other_in_all_jobs_are_a_deadlock():
    services = [("x", "a"), ("a", "b"), ("b", "c"), ("c", "a"), ("c", "end")]
    with pytest.raises(Deadlock) as caught:
        arrivals(services, 1.0, customers=["end"])
    assert caught.value.loop.ring == (1, 2, 3)
    assert caught.value.loop.services.tolist() == [1, 2, 3]
    assert caught.value.loop.radius.low == 1.0


def test_ring_follows_the_inputs_needed_most():
    services = [("a", "b"), ("b", "a"), ("c", "b"), ("b", "c"), ("c", "a")]
    with pytest.raises(Deadlock) as caught:
        arrivals(services, 1.0, need=np.array([0.2, 0.9, 1.0, 1.0, 0.3]))
    assert caught.value.loop.ring == (2, 3)


def test_a_buffer_opens_a_loop_that_is_always_needed():
    # A = 1 + (A - 2)^+ : 1 is the least of its fixed points
    found = arrivals([("a", "b"), ("b", "a")], 1.0, buffer=[2.0, 2.0])
    np.testing.assert_allclose(found, 1.0)


def test_a_buffer_that_falls_short_is_refused_with_the_shortfall():
    # each time round adds 1 + 1 h and the buffer takes 1.5 h off
    with pytest.raises(Unsettled) as caught:
        arrivals([("a", "b"), ("b", "a")], 1.0, buffer=[1.5, 0.0])
    assert caught.value.shortfall == pytest.approx(0.5 / 2, rel=0.05)


def test_a_loop_fed_from_outside_settles_where_its_buffer_is_just_enough():
    # in from outside at 5 h; once round adds exactly what the buffer takes off: it stays at 5 h
    services = [("x", "a"), ("a", "b"), ("b", "a")]
    found = arrivals(services, [5.0, 1.0, 1.0], buffer=[0.0, 0.0, 2.0])
    np.testing.assert_allclose(found, [5.0, 6.0, 7.0])


def test_alternatives_wait_for_the_first():
    services = [("a", "p"), ("b", "p"), ("p", "c")]
    columns = {"customers": ["c"], "group": [0, 0, -1]}
    assert arrivals(services, [3.0, 5.0, 1.0], **columns)[2] == 4.0
    assert arrivals(services, [3.0, 5.0, 1.0], [0.5, 0.5, 1.0], **columns)[2] == 2.5


def test_an_alternative_from_outside_opens_a_loop():
    # b waits for a, or for x from outside at 9 h; a waits for b
    services = [("a", "b"), ("b", "a"), ("x", "b")]
    found = arrivals(services, [1.0, 1.0, 9.0], group=[0, -1, 0])
    np.testing.assert_allclose(found, [11.0, 10.0, 9.0])


def test_inputs_fetched_in_sequence_add_up():
    services = [("a", "p"), ("b", "p"), ("p", "c")]
    columns = {"customers": ["c"], "in_sequence": ["p"], "buffer": [1.0, 0.0, 0.0]}
    assert arrivals(services, [3.0, 5.0, 1.0], [1.0, 0.5, 1.0], **columns)[2] == 2.0 + 2.5 + 1.0


def test_inputs_in_time_make_nobody_wait():
    services = [("a", "p"), ("b", "p"), ("p", "c")]
    columns = {"customers": ["c"], "buffer": [8.0, 1.0, 0.0]}
    assert arrivals(services, [3.0, 5.0, 1.0], [0.5, 0.5, 1.0], **columns)[2] == 1.0 + 0.5 * 4.0
    assert arrivals(services, [3.0, 0.5, 1.0], [0.5, 0.5, 1.0], **columns)[2] == 1.0


def test_a_supplier_does_not_wait_for_what_it_receives():
    services = [("a", "s"), ("s", "p"), ("p", "s:2")]
    found = arrivals(services, [9.0, 2.0, 1.0], customers=["s"])
    assert found.tolist() == [9.0, 2.0, 3.0]


def test_support_that_goes_on_makes_nobody_wait():
    services = [("a", "p"), ("p", "c")]
    assert arrivals(services, [9.0, 1.0], customers=["c"], waits=[False, True])[1] == 1.0


@pytest.mark.parametrize("wrong", [np.nan, -0.1, 1.5])
def test_missing_needs_are_refused(wrong):
    with pytest.raises(ValueError, match="need"):
        arrivals([("a", "b")], 1.0, wrong)


@pytest.mark.parametrize("wrong", [np.nan, -1.0, np.inf])
def test_missing_own_times_are_refused(wrong):
    with pytest.raises(ValueError, match="own time"):
        arrivals([("a", "b")], wrong)


@st.composite
def chains(draw, acyclic=False, alternatives=True, radius=None):
    """A chain of up to six departments with everything the expected mode knows."""
    d = draw(st.integers(2, 6))
    pairs = draw(
        st.lists(
            st.tuples(st.integers(0, d - 1), st.integers(0, d - 1)).filter(lambda p: p[0] != p[1]),
            min_size=1,
            max_size=14,
        )
    )
    if acyclic:
        pairs = [(min(p), max(p)) for p in pairs]
    m = len(pairs)
    services = [(f"d{p}", f"d{c}:{i}") for i, (p, c) in enumerate(pairs)]
    grouped = draw(st.lists(st.booleans(), min_size=m, max_size=m))
    group = [c if alternatives and g else -1 for (_, c), g in zip(pairs, grouped, strict=True)]
    need = np.array(draw(st.lists(shares, min_size=m, max_size=m)))
    need = np.array([need[group.index(g)] if g >= 0 else need[i] for i, g in enumerate(group)])
    if radius is not None:  # no join needs more than `radius` inputs a job
        need = need * radius / max(1, max(sum(p[1] == c for p in pairs) for c in range(d)))
    columns = {
        "group": group,
        "buffer": draw(st.lists(st.sampled_from([0.0, 1.0, 7.5]), min_size=m, max_size=m)),
        "in_sequence": draw(st.sets(st.sampled_from([f"d{i}" for i in range(d)]))),
        "waits": draw(st.lists(st.sampled_from([True, True, False]), min_size=m, max_size=m)),
        "inputs_for": {
            f: draw(st.lists(st.integers(0, m - 1), max_size=4))
            for f in draw(st.sets(st.integers(0, m - 1), max_size=2))
        },
    }
    own = np.array(draw(st.lists(hours, min_size=m, max_size=m)))
    return services, columns, need, own


def rounds_from_zero(arrays, need, own, rounds, start=0.0):
    """The equations word by word, every service anew in each round."""
    arrival = np.zeros(len(own)) + start
    for _ in range(rounds):
        new = own.copy()
        for e, j in enumerate(arrays.join.tolist()):
            if j < 0:
                continue
            slots = {}
            for f in arrays.join_inputs[arrays.join_ptr[j] : arrays.join_ptr[j + 1]].tolist():
                if arrays.waits[f]:
                    group = int(arrays.group[f])
                    slots.setdefault(("group", group) if group >= 0 else f, []).append(f)
            late = [min(max(0.0, arrival[f] - arrays.buffer[f]) for f in s) for s in slots.values()]
            odds = [need[s[0]] for s in slots.values()]
            if arrays.join_in_sequence[j]:
                new[e] += sum(y * w for y, w in zip(late, odds, strict=True))
            else:
                new[e] += by_enumeration(late, odds)
        arrival = new
    return arrival


@given(chains(acyclic=True))
def test_acyclic_chains_agree_with_enumeration(chain):
    services, columns, need, own = chain
    arrays = chain_arrays(services, **columns)
    expected = rounds_from_zero(arrays, need, own, 7)
    np.testing.assert_allclose(expected_delay(arrays, need, own).arrival, expected, atol=1e-9)


@given(chains(radius=0.7))
def test_loops_agree_with_plain_rounds_from_zero(chain):
    services, columns, need, own = chain
    arrays = chain_arrays(services, **columns)
    expected = rounds_from_zero(arrays, need, own, 90)
    found = expected_delay(arrays, need, own).arrival
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("rounds", [0, 60])
@given(chain=chains())
def test_any_loop_is_solved_refused_or_a_deadlock(rounds, chain):
    """With and without rounds before the linear pieces; the answer is a fixed point, the least."""
    services, columns, need, own = chain
    arrays = chain_arrays(services, **columns)
    plain = rounds_from_zero(arrays, need, own, 30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(expected_delay_module, "_SMALL_ROUNDS", rounds)
        try:
            found = expected_delay(arrays, need, own).arrival
        except (Deadlock, Unsettled) as error:
            found, loop = None, error.loop
    if found is None:
        assert not loop.radius.settles
        return
    # rounds rise from 0 and never pass the least fixed point
    assert (plain <= found + 1e-9 * (1 + found)).all()
    again = rounds_from_zero(arrays, need, own, 1, start=found)
    np.testing.assert_allclose(again, found, rtol=1e-9, atol=1e-9)


@given(chains(radius=0.8), st.randoms(use_true_random=False), st.floats(0.01, 100))
def test_names_and_units_change_nothing(chain, random, factor):
    services, columns, need, own = chain
    found = expected_delay(chain_arrays(services, **columns), need, own).arrival
    names = [f"d{i}" for i in range(6)]
    new = dict(zip(names, random.sample(names, 6), strict=True))
    renamed = [(new[p], new[c[:2]] + c[2:]) for p, c in services]
    other = {
        **columns,
        "in_sequence": {new[name] for name in columns["in_sequence"]},
        "buffer": [factor * hours for hours in columns["buffer"]],
    }
    scaled = expected_delay(chain_arrays(renamed, **other), need, factor * own).arrival
    np.testing.assert_allclose(scaled, factor * found, rtol=1e-9, atol=1e-12)


@given(chains(radius=0.8), st.data())
def test_more_delay_or_less_buffer_never_helps(chain, data):
    services, columns, need, own = chain
    before = expected_delay(chain_arrays(services, **columns), need, own).arrival
    e = data.draw(st.integers(0, len(own) - 1))
    worse = {**columns, "buffer": [0.0 if f == e else b for f, b in enumerate(columns["buffer"])]}
    slower = own.copy()
    slower[e] += data.draw(hours)
    for after in (
        expected_delay(chain_arrays(services, **worse), need, own).arrival,
        expected_delay(chain_arrays(services, **columns), need, slower).arrival,
    ):
        assert (after >= before - 1e-9 * (1 + before)).all()
