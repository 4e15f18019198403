"""Plans and budgets: by hand, by the words of the equations job by job, and what they guarantee."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.job_by_job import chains, exponentials, jobs_of, measured
from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.kernels.plan.basis import plan_basis
from valuechain.kernels.plan.budgets import Cap, PlanBasis, keeping

PAIR = [("a", "b"), ("b", "a"), ("a", "x")]


def today(arrays, samples=200, seed=0):
    return sample_delay(delay_model(arrays, samples, seed))


def capped(arrays, services, basis, samples=200, seed=0):
    cap = Cap(np.isin(np.arange(len(arrays.need)), services), basis)
    return sample_delay(delay_model(arrays, samples, seed, cap))


def test_budgets_are_what_the_promises_of_others_leave():
    # d's inputs: a promises 3 h, 1 h of it in advance; b, without a promise, takes 4 h
    services = [("a", "d"), ("b", "d"), ("d", "x"), ("d", "y")]
    arrays = chain_arrays(
        services,
        customers=["x", "y"],
        own=[9.0, 4, 7, 2],
        need=np.ones(4),
        sla=[3.0, np.nan, 6, np.nan],
        buffer=[1.0, 0, 0, 0],
    )
    basis = plan_basis(today(arrays))
    assert basis.median.tolist() == [9, 4, 7, 2]
    assert capped(arrays, [0, 1, 2, 3], basis).mean.tolist() == [3, 4, 6, 6]
    assert capped(arrays, [2], basis).mean.tolist() == [9, 4, 10, 10]
    found = keeping(arrays, basis, samples=10)
    assert found.planned.tolist() == [9, 4, 11, 6]
    np.testing.assert_array_equal(found.let_down, [1, np.nan, 1, np.nan])


@given(chains(values=3, rework=True), st.integers(0, 2**32), st.data())
def test_capped_jobs_are_those_of_the_equations(arrays, seed, data):
    m, n = len(arrays.need), 30
    median = np.array([data.draw(st.sampled_from([0.0, 1.0, 2.5])) for _ in range(m)])
    services = data.draw(st.lists(st.integers(0, m - 1), unique=True))
    basis = PlanBasis(median, np.full(m, np.nan))
    kept = capped(arrays, services, basis, n, seed).arrivals(np.arange(m))
    for i, job in enumerate(jobs_of(arrays, n, seed, median.tolist(), services)):
        expected = [job.arrival(e) for e in range(m)]
        np.testing.assert_allclose(kept[:, i], expected, rtol=1e-5, atol=1e-6)


@given(chains(values=3), st.integers(0, 2**32), st.data())
def test_let_down_shares_are_those_of_the_equations(arrays, seed, data):
    m, n = len(arrays.need), 30
    median = np.array([data.draw(st.sampled_from([0.0, 1.0, 2.5])) for _ in range(m)])
    found = keeping(arrays, PlanBasis(median, np.full(m, np.nan)), n, seed)
    jobs = list(jobs_of(arrays, n, seed, median.tolist()))
    for e in range(m):
        planned = [job.planned_join(e) + median[e] for job in jobs]
        assert found.planned[e] == pytest.approx(np.mean(planned), rel=1e-5, abs=1e-6)
        if np.isnan(arrays.sla[e]):
            assert np.isnan(found.let_down[e])
        else:
            broken = np.mean([hours > arrays.sla[e] * (1 + 2e-6) for hours in planned])
            assert found.let_down[e] == pytest.approx(broken)


def promises_with_room(arrays):
    """Promises that leave a spare hour, even if all inputs were fetched one after the other."""
    sla = {}

    def promised(e):
        if e not in sla:
            j = arrays.join[e]
            inputs = (
                arrays.join_inputs[arrays.join_ptr[j] : arrays.join_ptr[j + 1]] if j >= 0 else ()
            )
            sla[e] = 1.0 + sum(promised(f) for f in inputs)
        return sla[e]

    return np.array([promised(e) for e in range(len(arrays.need))])


@given(chains(values=3, rework=True), st.integers(0, 2**32))
def test_promises_with_room_are_kept_by_whoever_keeps_to_the_plan(arrays, seed):
    m = len(arrays.need)
    arrays = replace(arrays, sla=promises_with_room(arrays))
    run = capped(arrays, np.arange(m), PlanBasis(np.zeros(m), np.full(m, np.nan)), 64, seed)
    assert run.breach.tolist() == [0] * m
    assert (run.arrivals(np.arange(m)) <= arrays.sla[:, None] * (1 + 1e-6)).all()


def pair(own, sla, buffer=0.0, need=0.5):
    return chain_arrays(
        PAIR,
        customers=["x"],
        own=own,
        need=[need, need, 1.0],
        sla=[sla, sla, sla],
        buffer=[buffer, buffer, 0],
    )


@pytest.mark.parametrize("buffer", [0.0, 1.0])
def test_everybody_in_a_loop_keeps_a_tight_promise(buffer):
    # not needed: 3 h of 3 are left. Needed: the other arrives after 3 h as promised, less buffer
    arrays = pair([5.0, 5, 5], sla=3.0, buffer=buffer)
    basis = plan_basis(today(arrays))
    run = capped(arrays, [0, 1, 2], basis, samples=1000)
    assert run.mean.tolist() == [3, 3, 3]
    assert run.breach.tolist() == [0, 0, 0]


def test_no_visit_in_a_loop_breaks_a_kept_promise():
    arrays = replace(pair(exponentials(2, 5, 3), sla=6.0, need=0.7), fcr=np.array([0.6, 1, 1]))
    free = today(arrays, 4000)
    assert free.breach.min() > 0.3
    run = capped(arrays, [0, 1, 2], plan_basis(free), samples=4000)
    assert run.breach.tolist() == [0, 0, 0]
    some = capped(arrays, [1], plan_basis(free), samples=4000)
    assert (some.mean < free.mean).all()
    assert (some.breach > 0).all()


def test_inputs_alone_break_promises_in_a_loop_as_often_as_they_are_needed():
    arrays = pair([1.0, 1, 1], sla=3.0)
    found = keeping(arrays, plan_basis(today(arrays)), samples=20_000)
    np.testing.assert_allclose(found.let_down, 0.5, atol=4 * 0.5 / math.sqrt(20_000))
    np.testing.assert_allclose(found.planned, 0.5 * 3 + 1, atol=12 * 0.5 / math.sqrt(20_000))


def test_without_promises_a_loop_plans_with_the_means_of_today():
    arrays = pair([1.0, 1, 1], sla=np.nan)
    run = today(arrays, 20_000)
    basis = plan_basis(run)
    assert basis.mean_arrival == pytest.approx([2, 2, 2], rel=0.03)
    found = keeping(arrays, basis, samples=20_000)
    # planned: need times today's mean, plus the own median
    np.testing.assert_allclose(found.planned, 0.5 * run.mean[[1, 0, 1]] + 1, rtol=0.03)
    assert np.isnan(found.let_down).all()
    # a cap without a promise is the own median, which constants do not exceed
    assert capped(arrays, [0, 1, 2], basis, 20_000).mean.tolist() == run.mean.tolist()


def test_medians_of_own_times():
    services = [("a", "x"), ("b", "x"), ("c", "x"), ("d", "x")]
    arrays = chain_arrays(
        services,
        customers=["x"],
        own=exponentials(2.0, 2.0, 1.0, 1.0),
        need=[0.25] * 4,
        fcr=[1.0, 0.5, 1, 1],
        shock=[0.0, 0, 3, 0],
        common={"d": 5.0},
    )
    # attempts until one of two succeeds: exponential again, with twice the mean
    found = plan_basis(today(arrays, 20_000)).median
    expected = math.log(2) * np.array([2, 4, 1, 1]) + [0, 0, 3, 5]
    np.testing.assert_allclose(found[[0, 2, 3]], expected[[0, 2, 3]], rtol=1e-12)
    # standard error of a median: 1 / (2 f sqrt n), with the density f = 1 / 8 there
    assert found[1] == pytest.approx(expected[1], abs=4 * 4 / math.sqrt(16_384))


def test_the_median_of_a_varying_common_time_is_that_of_the_sum():
    arrays = chain_arrays([("a", "x")], customers=["x"], own=measured([0.0, 10.0]), need=[1.0])
    common = replace(arrays.own, extra={0: np.array([0.0, 1.0, 2.0])})
    found = plan_basis(today(replace(arrays, common=common), 20_000)).median
    # sums 0, 1, 2, 10, 11, 12, a sixth each: the middle of the draws lies on one or other side
    assert float(found[0]) in {2.0, 6.0, 10.0}
