"""Sampled arrivals: published answers, closed forms, enumeration, and the same jobs one by one."""

import math
import pickle
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.kernels.job_by_job import chains, every_job, exponentials, jobs_of
from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.chance.streams import BLOCK
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.kernels.delay.sums import DelaySums, mean_and_square
from valuechain.network.arrays import Family, Laws

INTO_D = [("a", "d"), ("b", "d"), ("d", "x")]


def run_of(services, samples=40_000, seed=0, **columns):
    columns.setdefault("need", np.ones(len(services)))
    arrays = chain_arrays(services, customers=["x", "y"], **columns)
    return sample_delay(delay_model(arrays, samples, seed))


def normals(n, loc, scale):
    extra = dict.fromkeys(range(n), ("norm", ()))
    return Laws(
        np.full(n, Family.SCIPY, np.int8),
        np.full(n, loc),
        np.full(n, scale),
        np.zeros((n, 2)),
        extra,
    )


def joined(*laws):
    """Laws one after the other."""
    extra, start = {}, 0
    for part in laws:
        extra |= {start + i: given for i, given in part.extra.items()}
        start += len(part)
    columns = [
        np.concatenate([getattr(part, name) for part in laws])
        for name in ("family", "loc", "scale", "shape")
    ]
    return Laws(*columns, extra)


NOTHING = Laws(np.zeros(1, np.int8), np.zeros(1), np.zeros(1), np.zeros((1, 2)))


def assert_mean(run, e, expected, sigmas=4):
    assert abs(run.mean[e] - expected) <= sigmas * run.mean_error[e]


# --- closed forms --------------------------------------------------------------------------------


def test_sum_of_exponentials_is_gamma():
    services = [("a", "b"), ("b", "c"), ("c", "x")]
    run = run_of(services, own=exponentials(1.0, 1.0, 1.0), seed=1)
    assert stats.kstest(run.samples(2), stats.gamma(3).cdf).pvalue > 0.01


def test_what_is_fetched_in_sequence_adds_up():
    own = joined(exponentials(1.0, 3.0), NOTHING)
    run = run_of(INTO_D, own=own, in_sequence=["d"], buffer=[2.0, 0, 0])
    # E (A - b)^+ = exp(-b) for Exp(1)
    assert_mean(run, 2, math.exp(-2) + 3)


def test_first_of_alternatives():
    own = joined(exponentials(1.0, 3.0), NOTHING)
    run = run_of(INTO_D, own=own, group=[0, 0, -1])
    assert stats.kstest(run.samples(2), stats.expon(scale=1 / (1 + 1 / 3)).cdf).pvalue > 0.01
    some = run_of(INTO_D, own=own, group=[0, 0, -1], need=[0.4, 0.4, 1])
    assert_mean(some, 2, 0.4 * 0.75)
    assert np.mean(some.samples(2) > 0) == pytest.approx(0.4, abs=0.01)


def test_needs_mix_laws():
    run = run_of(INTO_D, own=joined(exponentials(1.0, 3.0), NOTHING), need=[0.5, 0.2, 1])
    one, other = 0.5, 0.2
    both = 1 + 3 - 1 / (1 + 1 / 3)  # E max = sum less E min
    assert_mean(run, 2, one * (1 - other) + other * (1 - one) * 3 + one * other * both)


def test_what_goes_on_or_is_for_others_holds_nothing_up():
    services = [("a", "d"), ("b", "d"), ("d", "x"), ("d", "y")]
    run = run_of(
        services, samples=3, own=[30.0, 20, 1, 1], waits=[False, True, True, True],
        inputs_for={1: [3]},
    )  # fmt: skip
    assert run.mean.tolist() == [30, 20, 1, 21]


def test_a_gaussian_copula_keeps_laws_and_correlates_arrivals():
    own = joined(normals(2, 10.0, 1.0), NOTHING)
    run = run_of(INTO_D, own=own, coefficients={"shared_cause": 0.6})
    # Clark: E max of two normals of correlation rho is mean + sqrt((1 - rho) / pi)
    assert_mean(run, 2, 10 + math.sqrt(0.4 / math.pi))
    one, other = run.samples(0), run.samples(1)
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(0.6, abs=0.02)


def test_one_job_of_a_department_takes_its_common_time_once():
    services = [("a", "b"), ("b", "x"), ("b", "y")]
    common = replace(
        NOTHING,
        family=np.array([0, 1], np.int8),
        loc=np.zeros(2),
        scale=np.array([0.0, 4.0]),
        shape=np.zeros((2, 2)),
    )
    arrays = chain_arrays(services, customers=["x", "y"], own=[1.0, 1, 2], need=np.ones(3))
    run = sample_delay(delay_model(replace(arrays, common=common), 20_000))
    np.testing.assert_allclose(run.samples(2) - run.samples(1), 1.0, atol=1e-5)
    assert_mean(run, 1, 1 + 4 + 1)


def test_lateness_of_an_exponential():
    run = run_of([("a", "x")], own=exponentials(2.0), sla=[3.0], expects=[5.0])
    assert run.breach[0] == pytest.approx(math.exp(-1.5), abs=4 * run.breach_error[0])
    assert run.late[0] == pytest.approx(math.exp(-2.5), abs=0.01)
    assert run.mean_late[0] == pytest.approx(2 * math.exp(-1.5), rel=0.04)
    kept = run.samples(0)
    assert run.breach[0] == np.mean(kept > 3)
    assert run.mean_late[0] == pytest.approx(np.maximum(kept - 3, 0).mean(), rel=1e-6)
    assert run.mean[0] == pytest.approx(kept.mean(), rel=1e-6)
    assert run.sd[0] == pytest.approx(kept.std(ddof=1), rel=1e-6)


@pytest.mark.parametrize("hours", [0.1, 1 / 3, 7.3, 1e5])
def test_exactly_the_promised_time_is_on_time(hours):
    services = [("a", "b"), ("b", "x"), ("c", "x")]
    run = run_of(
        services, samples=99, own=[hours, 2 * hours, hours],
        sla=[hours, 3 * hours, hours * (1 - 1e-5)], need=[1, 0.5, 0.5],
    )  # fmt: skip
    assert run.breach.tolist() == [0, 0, 1]
    assert run.mean_late[:2].tolist() == [0, 0]
    assert run.mean_late[2] == pytest.approx(hours * 1e-5, rel=0.05)
    assert run.mean == pytest.approx([hours, 3 * hours, hours], rel=1e-6)


def test_a_customer_has_a_mixture_of_its_services():
    services = [("a", "x"), ("b", "x"), ("c", "y")]
    run = run_of(
        services, samples=1000, own=[2.0, 10, 3], need=[0.75, 0.25, 1], sla=[1.0, np.nan, np.nan]
    )
    assert run.for_customers(run.mean).tolist() == [4, 3]
    assert run.customer_sd() == pytest.approx([math.sqrt(0.75 * 4 + 0.25 * 36), 0])
    np.testing.assert_array_equal(run.for_customers(run.breach), [0.75, np.nan])
    found = run.customer_quantiles((0.5, 0.74, 0.76))
    assert found.T.tolist() == [[2, 2, 10], [3, 3, 3]]


def test_quantiles_are_samples():
    run = run_of([("a", "x"), ("b", "y")], samples=999, own=exponentials(1.0, 4.0))
    found = run.quantiles((0.5, 0.9, 0.999))
    for e in range(2):
        kept = np.sort(run.samples(e))
        assert found[:, e].tolist() == [kept[499], kept[899], kept[998]]


# --- enumeration, and the same jobs one by one ----------------------------------------------------


@given(chains(largest=4))
def test_small_chains_follow_their_exact_law(arrays):
    arrays = replace(arrays, shock=np.zeros(len(arrays.need)))
    n = 20_000
    kept = sample_delay(delay_model(arrays, n)).arrivals(np.arange(len(arrays.need)))
    exact = [defaultdict(float) for _ in arrays.need]
    for odds, job in every_job(arrays):
        for e, law in enumerate(exact):
            law[job.arrival(e)] += odds
    for e, law in enumerate(exact):
        hours, counts = np.unique(kept[e], return_counts=True)
        assert set(hours.tolist()) <= set(law)
        shares = dict(zip(hours.tolist(), (counts / n).tolist(), strict=True))
        for value, p in law.items():
            assert (
                abs(shares.get(value, 0.0) - p) <= 5 * math.sqrt(max(p * (1 - p), 0.0) / n) + 1e-12
            )


@given(chains(values=3, rework=True), st.integers(0, 2**32))
def test_each_sample_is_the_job_of_its_draws(arrays, seed):
    n = 40
    run = sample_delay(delay_model(arrays, n, seed))
    kept = run.arrivals(np.arange(len(arrays.need)))
    ready = np.zeros(len(arrays.join_in_sequence))
    for i, job in enumerate(jobs_of(arrays, n, seed)):
        expected = [job.arrival(e) for e in range(len(arrays.need))]
        np.testing.assert_allclose(kept[:, i], expected, rtol=1e-5)
        for j in range(len(ready)):
            ready[j] += job.ready(int(np.flatnonzero(arrays.join == j)[0])) / n
    np.testing.assert_allclose(run.mean_ready(), ready, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(run.mean, kept.mean(axis=1), rtol=1e-5)
    late = np.maximum(kept - arrays.sla[:, None], 0).mean(axis=1)
    np.testing.assert_allclose(run.mean_late, late, rtol=1e-5, atol=1e-6)


# --- properties ----------------------------------------------------------------------------------


def all_arrivals(arrays, samples=64, seed=3):
    model = delay_model(arrays, samples, seed)
    return sample_delay(model).arrivals(np.arange(len(arrays.need)))


@given(chains(), st.data())
def test_more_shock_or_need_or_less_buffer_never_brings_anything_forward(arrays, data):
    m = len(arrays.need)
    e = data.draw(st.integers(0, m - 1))
    before = all_arrivals(arrays)
    rest = np.arange(m) == e
    shocked = all_arrivals(replace(arrays, shock=arrays.shock + 2.0 * rest))
    assert (shocked >= before - 1e-5).all()
    bare = all_arrivals(replace(arrays, buffer=np.where(rest, 0.0, arrays.buffer)))
    assert (bare >= before - 1e-5).all()
    same = rest if arrays.group[e] < 0 else arrays.group == arrays.group[e]
    needed = all_arrivals(replace(arrays, need=np.where(same, 1.0, arrays.need)))
    assert (needed >= before - 1e-5).all()


def test_an_unrelated_service_changes_no_draw():
    own = exponentials(1.0, 2.0, 0.5)
    columns = {"need": [0.5, 1, 1], "fcr": [0.5, 1, 1]}
    alone = all_arrivals(chain_arrays(INTO_D, customers=["x"], own=own, **columns))
    more = all_arrivals(
        chain_arrays(
            [("z", "x"), *INTO_D],
            customers=["x"],
            own=exponentials(9.0, 1.0, 2.0, 0.5),
            need=[0.5, 0.5, 1, 0.5],
            fcr=[0.3, 0.5, 1, 1],
        )
    )
    np.testing.assert_array_equal(more[1:], alone)


def test_the_order_of_rows_changes_no_draw():
    order = [2, 0, 1]
    own, need = np.array([1.0, 2.0, 0.5]), np.array([0.5, 1, 1])
    one = chain_arrays(INTO_D, customers=["x"], own=exponentials(*own), need=need)
    other = chain_arrays(
        [INTO_D[i] for i in order],
        customers=["x"],
        own=exponentials(*own[order]),
        need=need[order],
    )
    np.testing.assert_array_equal(all_arrivals(other), all_arrivals(one)[order])


@pytest.mark.parametrize("fewer", [1, 2, 63, BLOCK + 1])
def test_first_samples_are_the_same_whatever_the_number(fewer):
    arrays = chain_arrays(
        INTO_D, customers=["x"], own=exponentials(1, 2, 3), need=[0.5, 1, 1], fcr=[0.5, 1, 1]
    )
    more = all_arrivals(arrays, samples=50_000)
    np.testing.assert_array_equal(all_arrivals(arrays, samples=fewer), more[:, :fewer])


def test_another_seed_is_another_sample():
    one, other = (
        run_of(INTO_D, own=exponentials(1, 2, 3), seed=seed).samples(2) for seed in (0, 1)
    )
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    assert stats.ks_2samp(one, other).pvalue > 0.01


@cache
def long_model():
    arrays = chain_arrays(
        [*INTO_D, ("e", "a"), ("a", "e")],
        customers=["x"],
        own=exponentials(1, 2, 3, 1, 2),
        need=[0.5, 1, 1, 0.5, 0.5],
        sla=[1.0, 2, 8, np.nan, 3],
    )
    return delay_model(arrays, 70_000, seed=5)


def figures(run):
    sums = run.sums
    return [sums.mean, sums.square, sums.late_sum, sums.breaches, sums.late]


NEW_PROCESSES = partial(ProcessPoolExecutor, mp_context=get_context("spawn"))


@pytest.mark.parametrize("executor", [ThreadPoolExecutor, NEW_PROCESSES])
def test_workers_change_not_a_bit(executor):
    alone = figures(sample_delay(long_model()))
    with executor(2) as workers:
        together = figures(sample_delay(long_model(), workers))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


def test_progress_is_told_block_by_block():
    told = []
    sample_delay(long_model(), progress=lambda done, blocks: told.append((done, blocks)))
    assert told == [(i, 5) for i in range(1, 6)]


@settings(max_examples=10)
@given(st.integers(1, 3000), st.sampled_from([0.0, 1e4]), st.sampled_from([1e-3, 1.0]))
def test_mean_and_spread_are_those_of_numpy(n, centre, spread):
    rows = (centre + spread * np.random.default_rng(n).random((3, n))).astype(np.float32)
    exact = rows.astype(float)
    mean, square = mean_and_square(rows)
    np.testing.assert_allclose(mean, exact.mean(axis=1), rtol=1e-6)
    np.testing.assert_allclose(square, exact.var(axis=1) * n, rtol=1e-4, atol=1e-12)


def sums_of(rows):
    rows = rows.astype(np.float32)
    nothing = np.zeros(len(rows))
    mean, square = mean_and_square(rows.copy())
    return DelaySums(rows.shape[1], mean, square, rows.sum(axis=1), nothing, nothing)


def test_parts_with_other_means_merge_to_the_whole():
    rows = np.array([[1.0, 2, 3, 50, 60], [7, 7, 7, 7, 8]])
    merged = sums_of(rows[:, :3]) + sums_of(rows[:, 3:])
    assert merged.count == 5
    np.testing.assert_allclose(merged.mean, rows.mean(axis=1), rtol=1e-6)
    np.testing.assert_allclose(merged.square, 5 * rows.var(axis=1), rtol=1e-6)
    np.testing.assert_allclose(merged.late_sum, rows.sum(axis=1))


def test_what_cannot_be_sampled_is_refused():
    arrays = chain_arrays(INTO_D, customers=["x"])
    with pytest.raises(ValueError, match="need"):
        delay_model(arrays)
    with pytest.raises(ValueError, match="at least one sample"):
        delay_model(replace(arrays, need=np.ones(3)), samples=0)


def test_what_is_held_is_what_is_replayed_and_does_not_travel(monkeypatch):
    held = sample_delay(long_model())
    found = held.arrivals(np.array([3, 1])), held.mean_ready(), held.customer_quantiles((0.5, 0.9))
    again = pickle.loads(pickle.dumps(held))
    assert len(pickle.dumps(held)) < found[0].nbytes
    monkeypatch.setattr("valuechain.kernels.delay.sampled._HELD_BYTES", 0)
    replayed = again.arrivals(np.array([3, 1])), again.mean_ready()
    for one, other in zip(found, (*replayed, again.customer_quantiles((0.5, 0.9))), strict=True):
        np.testing.assert_array_equal(one, other)
    found[0].fill(0)  # a copy
    assert (held.arrivals(np.array([3, 1])) == replayed[0]).all()
