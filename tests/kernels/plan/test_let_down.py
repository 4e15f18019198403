"""Stack-up: by hand, by all combinations of needs, and beside sampled jobs."""

import math

import numpy as np
import pytest

from tests.kernels.plan.planned_chains import planned_chain
from tests.kernels.small_chains import chain_arrays
from tests.reference.promises import let_down_share
from valuechain.kernels.plan.budgets import PlanBasis, keeping
from valuechain.kernels.plan.let_down import MOST_NEEDS, let_down


def basis_of(own, mean=None):
    own = np.array(own, dtype=float)
    return PlanBasis(own, np.full(len(own), np.nan) if mean is None else np.array(mean))


def test_whichever_input_is_late_breaks_the_promise():
    # two inputs promised in 4 h, needed by a third and by half; 2 h more are too much for 5 h
    services = [("a", "d"), ("b", "d"), ("d", "x"), ("d", "y")]
    arrays = chain_arrays(
        services,
        customers=["x", "y"],
        need=[1 / 3, 1 / 2, 1, 1],
        sla=[4, 4, 5, math.nan],
    )
    found = let_down(arrays, basis_of([1, 1, 2, 2]))
    assert found.share[:3].tolist() == pytest.approx([0, 0, 1 - 2 / 3 * 1 / 2], rel=1e-15)
    assert np.isnan(found.share[3])
    assert found.error[:3].tolist() == [0, 0, 0]


def test_one_need_upstream_holds_up_two_inputs_together():
    # s is needed by half of the jobs, once for both a and b: not 1 - 1/4, but 1/2
    services = [("s", "a"), ("a", "d"), ("a", "d:2"), ("d", "x")]
    arrays = chain_arrays(
        services, customers=["x"], need=[0.5, 1, 1, 1], sla=[6, math.nan, math.nan, 4]
    )
    assert let_down(arrays, basis_of([1, 1, 1, 2])).share[3] == 0.5


def test_what_takes_too_long_by_itself_always_does():
    arrays = chain_arrays([("d", "x")], customers=["x"], need=[1], sla=[4])
    assert let_down(arrays, basis_of([5])).share.tolist() == [1]
    assert let_down(arrays, basis_of([4])).share.tolist() == [0]


def test_in_sequence_times_add_up():
    services = [("a", "d"), ("b", "d"), ("d", "x")]
    arrays = chain_arrays(
        services, customers=["x"], need=[0.5, 0.5, 1], sla=[3, 3, 6], in_sequence=["d"]
    )
    assert let_down(arrays, basis_of([1, 1, 1])).share[2] == 0.25


def test_many_needs_are_sampled_with_an_error():
    k = MOST_NEEDS + 1
    services = [*((f"p{i:02}", "d") for i in range(k)), ("d", "x")]
    sla = [*([4.0] * k), 5.0]
    arrays = chain_arrays(services, customers=["x"], need=[*([0.05] * k), 1.0], sla=sla)
    basis = basis_of([*([1.0] * k), 2.0])
    found = let_down(arrays, basis, samples=20_000)
    exact = 1 - 0.95**k
    assert found.error[-1] == pytest.approx(math.sqrt(exact * (1 - exact) / 20_000), rel=0.02)
    assert abs(found.share[-1] - exact) < 4.5 * found.error[-1]
    fewer = chain_arrays(
        services[1:], customers=["x"], need=[*([0.05] * (k - 1)), 1.0], sla=sla[1:]
    )
    found = let_down(fewer, basis_of([*([1.0] * (k - 1)), 2.0]))
    assert found.share[-1] == pytest.approx(1 - 0.95 ** (k - 1), rel=1e-12)
    assert found.error[-1] == 0


CASES = [("acyclic", seed) for seed in range(20)] + [("contracting", seed) for seed in range(10)]


@pytest.mark.parametrize(("shape", "seed"), CASES)
def test_shares_are_those_of_all_combinations_of_needs(shape, seed):
    arrays, reference, plan = planned_chain(seed, shape)
    ids = arrays.service_ids
    basis = basis_of([plan.medians[key] for key in ids], [plan.mean_arrivals[key] for key in ids])
    found = let_down(arrays, basis)
    for key, share in zip(ids, found.share.tolist(), strict=True):
        service = reference.services[key]
        if service.sla is not None:
            assert share == pytest.approx(let_down_share(reference, plan, service), abs=1e-12)
    # and those of sampled jobs, within their error
    sampled = keeping(arrays, basis, samples=4_000, seed=seed).let_down
    promised = ~np.isnan(arrays.sla)
    error = np.sqrt(found.share * (1 - found.share) / 4_000)
    off = np.abs(sampled - found.share)[promised]
    assert (off <= 4.5 * error[promised] + 1e-12).all()
