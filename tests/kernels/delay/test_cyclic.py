"""Loops by the sample pool: published and exact answers, a branching process, and monotony."""

import math
import pickle
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.kernels.job_by_job import exponentials, measured
from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.chance.streams import BLOCK
from valuechain.kernels.delay.expected import expected_delay
from valuechain.kernels.delay.loops import Deadlock, Unsettled
from valuechain.kernels.delay.own_time import own_moments
from valuechain.kernels.delay.sampled import delay_model, sample_delay

PAIR = [("hr", "it"), ("it", "hr")]


def run_of(services=PAIR, need=1.0, samples=20_000, seed=0, **columns):
    need = np.full(len(services), need) if np.isscalar(need) else np.array(need)
    columns.setdefault("own", [1.0] * len(services))
    arrays = chain_arrays(services, customers=["x"], need=need, **columns)
    return sample_delay(delay_model(arrays, samples, seed))


def assert_mean(run, e, expected, sigmas=4):
    assert abs(run.mean[e] - expected) <= sigmas * run.mean_error[e]


# --- known answers -------------------------------------------------------------------------------


def test_a_geometric_sum_of_exponentials_is_exponential():
    run = run_of(need=0.5, own=exponentials(1, 1))
    assert stats.kstest(run.samples(1), stats.expon(scale=2).cdf).pvalue > 0.01


def test_departments_that_always_need_each_other_never_start():
    with pytest.raises(Deadlock) as caught:
        run_of(need=1.0)
    assert caught.value.loop.ring == (0, 1)
    assert caught.value.loop.radius.low == pytest.approx(1)


def test_a_loop_that_passes_on_all_but_a_trifle_never_starts_either():
    with pytest.raises(Deadlock):
        run_of(need=1 - 1e-8)


@pytest.mark.parametrize(("need", "hours"), [(0.95, 20.0), (0.99, 100.0)])
def test_slow_loops_are_right_within_the_spread_over_seeds(need, hours):
    runs = [run_of(need=need, samples=BLOCK, seed=seed) for seed in range(8)]
    means = np.array([run.mean for run in runs])
    error = means.std(axis=0, ddof=1) / math.sqrt(8)
    # the fixed rounds leave a thousandth of the way to the fixed point
    assert (means.mean(axis=0) <= hours + 4 * error).all()
    assert (means.mean(axis=0) >= hours * (1 - 1e-3) - 4 * error).all()
    # and the error that a run tells is the one that seeds show: chi square of 7, beyond 1e-3
    assert (means.std(axis=0, ddof=1) < runs[0].mean_error * math.sqrt(24.3 / 7)).all()
    report = runs[0].model.loops[0]
    assert report.rounds == math.ceil(math.log(1e-3) / math.log(need))
    assert report.slow == (need > 0.98)


def test_an_alternative_from_outside_opens_the_circle():
    services = [("a", "b"), ("b", "a"), ("s", "b")]
    run = run_of(services, own=[1.0, 1, 5], group=[0, -1, 0], samples=5)
    assert run.mean.tolist() == [7, 6, 5]


def test_alternatives_inside_count_all_in_the_radius_and_only_the_kindest_in_a_deadlock():
    # b may ask a or c; with both counted the radius is above 1, with either it is below
    services = [("a", "b"), ("c", "b"), ("b", "a"), ("b", "c")]
    need = [1.0, 1.0, 0.7, 0.7]
    run = run_of(services, need=need, group=[0, 0, -1, -1], own=exponentials(1, 1, 1, 1))
    (report,) = run.model.loops
    assert report.rounds is None
    assert report.radius == pytest.approx(math.sqrt(1.4))
    assert report.loop.radius.high == pytest.approx(math.sqrt(0.7))
    both = run_of(services, need=need, group=[0, 0, -1, -1])
    # all take 1 h, so which one is asked makes no difference: a = 1 + .7 b, b = 1 + a
    assert (both.mean[2:] <= 2 / 0.3 + 4 * both.mean_error[2:]).all()
    with pytest.raises(Deadlock):
        run_of(services, need=1.0, group=[0, 0, -1, -1])


# --- second ways ---------------------------------------------------------------------------------


@given(st.integers(2, 4), st.data())
def test_means_of_loops_in_sequence_are_those_of_expected_mode(n, data):
    """Sums without buffers are linear: the mean of the distribution is the fixed point of means."""
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    chosen = data.draw(st.lists(st.sampled_from(pairs), min_size=n, max_size=6, unique=True))
    services = [(f"d{i}", f"d{j}") for i, j in chosen] + [("d0", "x")]
    need = [data.draw(st.sampled_from([0.1, 0.2, 0.3])) for _ in chosen] + [1.0]
    hours = [data.draw(st.sampled_from([0.5, 1.0, 4.0])) for _ in services]
    run = run_of(
        services, need=need, own=exponentials(*hours), in_sequence=[f"d{i}" for i in range(n)]
    )
    arrays = run.model.arrays
    exact = expected_delay(arrays, arrays.need, own_moments(arrays)[0]).arrival
    assert (np.abs(run.mean - exact) <= 5 * run.mean_error + 2e-3 * exact).all()


def branching(services, values, need, rng, e, depth=60):
    """The arrival of one job of `e`: every input is another job with draws of its own."""
    if depth == 0:
        return 0.0
    waits = [
        branching(services, values, need, rng, f, depth - 1)
        for f, (_, client) in enumerate(services)
        if client == services[e][0] and rng.random() < need[f]
    ]
    return max(waits, default=0.0) + rng.choice(values[e])


@pytest.mark.parametrize("seed", range(3))
def test_a_tangle_of_loops_is_a_branching_process(seed):
    services = [("a", "b"), ("b", "c"), ("c", "a"), ("b", "a"), ("c", "b")]
    rng = random.Random(seed)
    need = [rng.choice([0.2, 0.4, 0.6]) for _ in services]
    values = [[float(rng.randint(0, 4)) for _ in range(3)] for _ in services]
    run = run_of(services, need=need, own=measured(*values))
    assert run.model.loops[0].radius < 1
    for e in range(len(services)):
        grown = [branching(services, values, need, rng, e) for _ in range(3000)]
        error = math.hypot(run.mean_error[e], np.std(grown) / math.sqrt(3000))
        assert abs(np.mean(grown) - run.mean[e]) < 4 * error
        assert stats.ks_2samp(grown, run.samples(e)).pvalue > 1e-3


def test_inputs_from_outside_belong_to_the_job():
    services = [("s", "a"), ("a", "b"), ("b", "a")]
    run = run_of(services, need=[1, 0.5, 0.5], own=measured([0.0, 100.0], [1.0], [1.0]))
    late, arrival = run.samples(0) == 100, run.samples(1)
    assert (arrival[late] >= 101).all()
    # the others are as late only through other jobs: b needs a, which needed b, ...
    assert 0.05 < np.mean(arrival[~late] > 100) < 0.5


def test_with_a_shared_cause_jobs_meet_jobs_of_the_same_weather():
    own = exponentials(1, 1)
    alone = run_of(need=0.9, own=own)
    together = run_of(need=0.9, own=own, coefficients={"shared_cause": 0.8})
    # linear means do not feel it; spreads do: bad weeks add up instead of evening out
    assert_mean(together, 0, 10, sigmas=6 * together.sd[0] / alone.sd[0])
    assert together.sd[0] > 1.2 * alone.sd[0]
    cause = np.corrcoef(together.samples(0), together.samples(1))[0, 1]
    assert cause > 0.3 > abs(np.corrcoef(alone.samples(0), alone.samples(1))[0, 1])


# --- properties ----------------------------------------------------------------------------------

TANGLE = [("a", "b"), ("b", "c"), ("c", "a"), ("b", "a"), ("s", "a"), ("c", "x")]


def tangle(need=0.3, buffer=0.0, shock=0.0):
    return chain_arrays(
        TANGLE,
        customers=["x"],
        own=exponentials(1, 2, 1, 0.5, 3, 1),
        need=[need, 0.6, 0.5, 0.4, 0.8, 1.0],
        buffer=[0.5, buffer, 0, 0, 0, 0],
        shock=[0, 0, 0, shock, 0, 0],
        fcr=[1, 0.7, 1, 1, 1, 1],
    )


def arrivals(arrays, samples=500, seed=1):
    run = sample_delay(delay_model(arrays, samples, seed))
    return run.arrivals(np.arange(len(arrays.need)))


@pytest.mark.parametrize(
    ("easier", "harder"),
    [
        (tangle(shock=0.0), tangle(shock=2.0)),
        (tangle(need=0.3), tangle(need=0.9)),  # other numbers of rounds, too
        (tangle(buffer=3.0), tangle(buffer=0.0)),
    ],
    ids=["shock", "need", "buffer"],
)
def test_what_makes_a_loop_harder_brings_nothing_forward(easier, harder):
    before, after = arrivals(easier), arrivals(harder)
    assert (after >= before - 1e-4).all()
    assert (after > before + 0.1).any()


def test_first_samples_are_the_same_whatever_the_number():
    few, many = arrivals(tangle(), samples=100), arrivals(tangle(), samples=BLOCK + 100)
    np.testing.assert_array_equal(many[:, :100], few)


def test_a_service_outside_changes_nothing_inside():
    arrays = tangle()
    more = chain_arrays(
        [*TANGLE, ("z", "x")],
        customers=["x"],
        own=exponentials(1, 2, 1, 0.5, 3, 1, 7),
        need=[*arrays.need.tolist(), 1.0],
        buffer=[*arrays.buffer.tolist(), 0],
        fcr=[*arrays.fcr.tolist(), 1],
    )
    np.testing.assert_array_equal(arrivals(more)[:-1], arrivals(arrays))


# --- loops without an answer ---------------------------------------------------------------------


def test_buffers_that_fall_short_are_refused_with_how_much():
    # rings of mean 1 h a visit and .4 h of buffer: every round adds .6 h
    with pytest.raises(Unsettled) as caught:
        run_of(own=exponentials(1, 1), buffer=[0.4, 0.4], samples=500)
    assert caught.value.shortfall == pytest.approx(0.6, rel=0.1)
    assert caught.value.loop.services.tolist() == [0, 1]


def test_refusals_travel_between_processes():
    with pytest.raises(Deadlock) as caught:
        run_of(need=1.0)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.loop.ring == caught.value.loop.ring
    arrays = chain_arrays(PAIR, own=[1.0, 1.0], need=[1.0, 1.0], buffer=[0.5, 0.5])
    model = delay_model(arrays, 100)
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as workers,
        pytest.raises(Unsettled) as short,
    ):
        sample_delay(model, workers)
    assert short.value.shortfall == pytest.approx(0.5)


def test_what_is_never_needed_is_no_loop():
    assert run_of(need=[1.0, 0.0], samples=3).model.loops == ()
    arrays = replace(chain_arrays(PAIR, need=[1.0, 1.0]), waits=np.array([True, False]))
    assert delay_model(arrays, 3).loops == ()
