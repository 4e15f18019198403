"""Criticality: the paths of the same jobs one by one, and loops by their geometric law."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.job_by_job import chains, exponentials, jobs_of
from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.delay.criticality import criticality
from valuechain.kernels.delay.sampled import delay_model, sample_delay


def criticality_of(arrays, samples=20_000, seed=0, weights=None):
    return criticality(sample_delay(delay_model(arrays, samples, seed)), weights)


@given(
    chains(values=3, rework=True),
    st.integers(0, 2**32),
    st.lists(st.sampled_from([0.0, 0.5, 2.0]), min_size=2, max_size=2),
)
def test_paths_are_those_of_the_jobs(arrays, seed, weights):
    n = 25
    found = criticality_of(arrays, n, seed, np.array(weights))
    D = len(arrays.department_ids)
    served = [c for c in range(2) if (arrays.client == D + c).any()]
    total = sum(weights[c] for c in served)
    services, departments = np.zeros(len(arrays.need)), np.zeros(D)
    for job in jobs_of(arrays, n, seed):
        for c in served if total else []:
            for e in np.flatnonzero(arrays.client == D + c).tolist():
                share = weights[c] / total * arrays.need[e] / n
                path = job.path(e)
                services[list(path)] += share
                departments[sorted({arrays.provider[f] for f in path})] += share
    np.testing.assert_allclose(found.services, services, atol=1e-9)
    np.testing.assert_allclose(found.departments, departments, atol=1e-9)


def test_the_longer_of_two_exponentials_sets_the_time():
    # P(Exp(1) > Exp(3)) = 1/4
    services = [("a", "d"), ("b", "d"), ("d", "x")]
    arrays = chain_arrays(
        services, customers=["x"], own=exponentials(1.0, 3.0, 1.0), need=np.ones(3)
    )
    found = criticality_of(arrays)
    error = 4 * math.sqrt(3 / 16 / 20_000)
    assert found.services == pytest.approx([0.25, 0.75, 1], abs=error)
    assert found.departments == pytest.approx([0.25, 0.75, 1], abs=error)
    # many blocks, held in stretches, are counted like one
    assert criticality_of(arrays, 40_000).services == pytest.approx([0.25, 0.75, 1], abs=error)


def test_paths_that_meet_again_count_together():
    # q serves p, which serves a and b, which serve d: whichever is last waited for p and q
    services = [("q", "p"), ("p", "a"), ("p", "b"), ("a", "d"), ("b", "d"), ("d", "x")]
    for in_sequence in ([], ["d"]):
        arrays = chain_arrays(
            services,
            customers=["x"],
            own=exponentials(1, 1, 1, 1, 1, 1),
            need=np.ones(6),
            in_sequence=in_sequence,
        )
        found = criticality_of(arrays, 2000)
        assert found.services[[0, 5]] == pytest.approx([1, 1])
        both = 2 if in_sequence else 1
        assert found.services[1] + found.services[2] == pytest.approx(both)
        assert found.departments == pytest.approx([found.services[3], found.services[4], 1, 1, 1])


@pytest.mark.parametrize("seed", [0, 1])
def test_paths_lead_through_loops_visit_by_visit(seed):
    # each visit needs the other department in half of the jobs
    services = [("a", "b"), ("b", "a"), ("a", "x")]
    arrays = chain_arrays(
        services, customers=["x"], own=exponentials(1, 1, 1), need=[0.5, 0.5, 1.0]
    )
    found = criticality_of(arrays, seed=seed)
    error = 4 * 0.5 / math.sqrt(20_000)
    assert found.services == pytest.approx([0.25, 0.5, 1], abs=error)
    assert found.departments == pytest.approx([1, 0.5], abs=error)


def test_what_feeds_a_loop_counts_as_often_as_a_visit_comes_by():
    # a waits for s (1,000 h) in a tenth of its jobs, for b in half of them
    services = [("a", "b"), ("b", "a"), ("a", "x"), ("s", "a")]
    arrays = chain_arrays(
        services, customers=["x"], own=[0.0, 1, 0, 1000], need=[0.5, 0.5, 1.0, 0.1]
    )
    found = criticality_of(arrays)
    # s sets the time of a visit that needs it, unless b brings more: then s is further back on
    # the path. So it counts unless no visit up the path needs it:
    # q = P(path of a visit to a without s) = .9 (.5 + .5 (.5 + .5 q)), and s on the other side
    q = 0.9 * 0.75 / (1 - 0.9 * 0.25)
    assert found.services[3] == pytest.approx(1 - q, abs=4 * 0.5 / math.sqrt(20_000))


def test_nobody_served_is_nobody_waiting():
    arrays = chain_arrays([("a", "b"), ("b", "a")], own=[1.0, 1], need=[0.5, 0.5])
    found = criticality_of(arrays, 100)
    assert found.services.tolist() == [0, 0]
    assert found.departments.tolist() == [0, 0]
