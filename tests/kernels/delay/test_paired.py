"""Two chains with the same draws: by hand, job by job, and beside two separate runs."""

import dataclasses
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import valuechain as vc
from tests.kernels.job_by_job import chains, exponentials, jobs_of, key_of
from tests.kernels.small_chains import chain_arrays
from tests.reference.random_chains import document, text
from valuechain.kernels.delay.paired import paired_delay
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.today import situation_of

RING = [("a", "b"), ("b", "a"), ("a", "x")]


def changed(arrays, **columns):
    return dataclasses.replace(arrays, **{k: np.array(v, dtype=float) for k, v in columns.items()})


def test_a_buffer_and_another_input_absorb():
    # a comes 8 h later, asked for 3 h ahead; b is there after 4: of 8 h, 3 and then 1 are absorbed
    services = [("a", "d"), ("b", "d"), ("d", "x")]
    before = chain_arrays(
        services, customers=["x"], own=[2.0, 4, 1], need=np.ones(3), buffer=[3.0, 0, 0]
    )
    pair = paired_delay(before, changed(before, shock=[8, 0, 0]), samples=20)
    assert pair.added.tolist() == [8, 0, 3]
    assert pair.incoming.tolist() == [0, 0, 8]
    assert pair.absorbed.tolist() == [0, 0, 5]
    assert pair.later.tolist() == [1, 0, 1]


def test_an_alternative_absorbs_all_and_in_sequence_nothing():
    services = [("a", "d"), ("b", "d"), ("d", "x")]
    columns = {"customers": ["x"], "own": [2.0, 4, 1], "need": np.ones(3)}
    either = chain_arrays(services, group=[0, 0, -1], **columns)
    pair = paired_delay(either, changed(either, shock=[8, 0, 0]), samples=20)
    assert (pair.added[2], pair.incoming[2], pair.absorbed[2]) == (2, 8, 6)
    one_by_one = chain_arrays(services, in_sequence=["d"], **columns)
    pair = paired_delay(one_by_one, changed(one_by_one, shock=[8, 1, 0]), samples=20)
    assert (pair.added[2], pair.incoming[2], pair.absorbed[2]) == (9, 9, 0)


def test_an_input_that_is_not_waited_for_brings_nothing_in():
    before = chain_arrays(
        [("a", "d"), ("d", "x")], customers=["x"], need=np.ones(2), waits=[False, True]
    )
    pair = paired_delay(before, changed(before, shock=[8, 0]), samples=20)
    assert (pair.added[1], pair.incoming[1], pair.absorbed[1]) == (0, 0, 0)


def test_a_change_of_nothing_is_exactly_nothing():
    before = chain_arrays(RING, customers=["x"], own=exponentials(1, 2, 3), need=[0.5, 0.5, 1])
    pair = paired_delay(before, dataclasses.replace(before), samples=5_000)
    for values in (pair.added, pair.later, pair.incoming, pair.absorbed, pair.customer_later):
        assert not values.any()
    assert not any(error.any() for error in pair.customer_errors.values())


@settings(phases=[Phase.generate], max_examples=25)
@given(chains(values=3, rework=True), st.integers(0, 2**32), st.data())
def test_differences_are_those_of_the_jobs(before, seed, data):
    m, n = len(before.need), 40
    shock = [data.draw(st.sampled_from([0.0, 0.0, 2.0, 7.0])) for _ in range(m)]
    shock = before.shock + np.array(shock)
    after = changed(before, shock=shock)
    pair = paired_delay(before, after, n, seed)
    first, second = (list(jobs_of(arrays, n, seed)) for arrays in (before, after))
    for e in range(m):
        added, later, incoming, absorbed = [], [], [], []
        for old, new in zip(first, second, strict=True):
            difference = new.arrival(e) - old.arrival(e)
            added.append(difference)
            later.append(difference > 1e-4)
            come = [
                max(new.arrival(f) - old.arrival(f) for f in slot)
                for slot in new.slots(e)
                if new.needed[key_of(before, slot[0])]
            ]
            come = sum(come) if new.in_sequence(e) else max(come, default=0.0)
            incoming.append(come)
            absorbed.append(come - (new.ready(e) - old.ready(e)))
        assert pair.added[e] == pytest.approx(np.mean(added), rel=1e-5, abs=1e-5)
        assert pair.later[e] == np.mean(later)
        assert pair.incoming[e] == pytest.approx(np.mean(incoming), rel=1e-5, abs=1e-5)
        assert pair.absorbed[e] == pytest.approx(np.mean(absorbed), rel=1e-5, abs=1e-4)


SHAPES = [("acyclic", 3), ("acyclic", 7), ("contracting", 1), ("contracting", 2)]


@pytest.mark.parametrize(("shape", "seed"), SHAPES)
def test_means_and_breaches_are_those_of_two_separate_runs(shape, seed):
    chain = vc.parse_yaml(text(document(seed, shape)))
    hit = chain.with_changes(delay={sorted(chain.departments)[0]: "5 h"})
    situation = situation_of(hit)
    pair = paired_delay(situation.today, situation.now, 3_000, seed)
    for run, arrays in ((pair.before, situation.today), (pair.after, situation.now)):
        alone = sample_delay(delay_model(arrays, 3_000, seed))
        np.testing.assert_allclose(run.mean, alone.mean, rtol=2e-6)
        np.testing.assert_array_equal(run.sums.breaches, alone.sums.breaches)
        np.testing.assert_allclose(run.mean_late, alone.mean_late, rtol=2e-5, atol=1e-6)
    np.testing.assert_allclose(pair.added, pair.after.mean - pair.before.mean, atol=1e-4)
    # outside struck services nothing is added but what comes in and is not absorbed
    inside = ~(situation.now.shock != situation.today.shock)
    balance = pair.incoming - pair.absorbed
    np.testing.assert_allclose(pair.added[inside], balance[inside], rtol=1e-4, atol=1e-4)
    assert (pair.absorbed >= 0).all()
    assert 0 < len(pair.batches) <= 40
    assert sum(first.count for first, _ in pair.batches) == 3_000


def test_a_ring_that_settles_by_its_buffer_is_hit_only_where_it_is_hit():
    services = [("a", "b"), ("b", "a"), ("a", "x"), ("o", "a")]
    before = chain_arrays(
        services,
        customers=["x"],
        own=exponentials(1, 1, 1, 1),
        need=[1, 1, 1, 0.001],
        buffer=[0, 6, 0, 0],
    )
    pair = paired_delay(before, changed(before, shock=[0, 0, 0, 0.5]), samples=4_000)
    # one job in a thousand waits for o; a ring paired anew would show half of all jobs later
    assert pair.later[2] < 0.05
    assert pair.later[3] == 1


def test_standard_errors_cover():
    services = [("a", "d"), ("d", "x")]
    before = chain_arrays(
        services, customers=["x"], own=exponentials(4, 2), need=[0.5, 1], sla=[math.nan, 6]
    )
    after = changed(before, shock=[3, 0])
    exact = paired_delay(before, after, 200_000, 99)
    beyond = []
    for seed in range(40):
        pair = paired_delay(before, after, 600, seed)
        for name, of in (("mean_hours", "mean"), ("breach", "breach")):
            found, truth = (
                getattr(p.after, of)[1] - getattr(p.before, of)[1] for p in (pair, exact)
            )
            beyond.append((found - truth) / pair.customer_errors[name][0])
    spread = np.std(beyond)
    # 80 z-scores: their spread is 1 within 3 standard errors of a standard deviation
    assert abs(spread - 1) < 3 / math.sqrt(2 * len(beyond))


def test_one_sample_has_no_error():
    before = chain_arrays([("a", "x")], customers=["x"], own=[1.0], need=[1])
    pair = paired_delay(before, changed(before, shock=[1]), samples=1)
    assert pair.added.tolist() == [1]
    assert np.isnan(pair.customer_errors["mean_hours"]).all()


def test_workers_change_nothing():
    before = chain_arrays(RING, customers=["x"], own=exponentials(1, 2, 3), need=[0.5, 0.5, 1])
    after = changed(before, shock=[1, 0, 0])
    alone = paired_delay(before, after, samples=40_000)
    with ThreadPoolExecutor(2) as pool:
        together = paired_delay(before, after, 40_000, executor=pool)
    np.testing.assert_array_equal(alone.added, together.added)
    np.testing.assert_array_equal(alone.absorbed, together.absorbed)


def test_other_ids_are_refused():
    one = chain_arrays([("a", "x")], customers=["x"], need=[1])
    other = chain_arrays([("b", "x")], customers=["x"], need=[1])
    with pytest.raises(ValueError, match="same ids"):
        paired_delay(one, other)
