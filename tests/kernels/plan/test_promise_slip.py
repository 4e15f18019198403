"""How far promises inside may slip: by hand, and by moving each one."""

import math

import numpy as np
import pytest

import valuechain as vc
from tests.kernels.plan.planned_chains import planned_chain
from tests.kernels.small_chains import chain_arrays
from tests.reference.promises import may_slip_hours
from tests.reference.random_chains import document, text
from valuechain.kernels.plan.critical_path import critical_paths
from valuechain.kernels.plan.promise_slip import promise_slips
from valuechain.today import situation_of


def slips(services, own, sla, *, mean_arrival=None, customers=("end",), **columns):
    m = len(services)
    columns.setdefault("need", np.ones(m))
    arrays = chain_arrays(services, customers=list(customers), sla=sla, **columns)
    mean = np.full(m, np.nan) if mean_arrival is None else np.array(mean_arrival, dtype=float)
    return promise_slips(arrays, np.array(own, dtype=float), arrays.sla, mean).tolist()


def test_room_of_promises_on_the_way_adds_up():
    # b promises 8 h where the plan takes 6, c 20 where the plan takes 9: 2 + 11 hours for a
    services = [("a", "b"), ("b", "c"), ("c", "end")]
    assert slips(services, [1, 2, 1], [4, 8, 20]) == [13, 11, 11]


def test_a_broken_promise_to_a_customer_leaves_none():
    services = [("a", "b"), ("b", "end")]
    assert slips(services, [1, 2], [4, 5]) == [0, 0]


def test_a_slip_that_reaches_no_promise_may_be_of_any_length():
    services = [("a", "b"), ("b", "end"), ("c", "d")]
    assert slips(services, [1, 2, 1], [4, math.nan, 3]) == [math.inf, math.inf, math.inf]


def test_buffers_and_other_inputs_are_room_too():
    # d waits until hour 6 for b; a may come at 6 + 3, and both 1 h later still
    services = [("a", "d"), ("b", "d"), ("d", "end")]
    assert slips(services, [1, 1, 2], [4, 6, 9], buffer=[3, 0, 0]) == [6, 1, 1]


def test_an_alternative_that_is_early_enough_is_room_without_end():
    services = [("a", "d"), ("b", "d"), ("d", "end")]
    found = slips(services, [1, 1, 2], [4, 6, 8], group=[0, 0, -1])
    assert found == [math.inf, math.inf, 2]
    assert slips(services, [1, 1, 2], [4, 7, 8], group=[0, 0, -1])[0] == 2


def test_the_room_of_a_loop_is_that_of_its_own_promises():
    # o feeds the loop of a and b; a promises b 6 h and plans 1 + max(3, 2): 2 h of room
    services = [("o", "a"), ("a", "b"), ("b", "a"), ("b", "end")]
    columns = {"need": [1, 0.5, 0.5, 1]}
    found = slips(services, [2, 1, 1, 1], [2, 6, 3, 50], **columns)
    assert found[0] == 3
    assert slips(services, [2, 1, 1, 1], [2, 3, 3, 50], **columns)[0] == 1


CASES = [("acyclic", seed) for seed in range(20)] + [("contracting", seed) for seed in range(10)]


@pytest.mark.parametrize(("shape", "seed"), CASES)
def test_slips_are_found_by_moving_each_promise(shape, seed):
    arrays, reference, plan = planned_chain(seed, shape)
    ids = arrays.service_ids
    own = np.array([plan.medians[key] for key in ids])
    mean = np.array([plan.mean_arrivals[key] for key in ids])
    for key, slip in zip(ids, promise_slips(arrays, own, arrays.sla, mean).tolist(), strict=True):
        assert slip == pytest.approx(may_slip_hours(reference, plan, key), abs=1e-6), key


@pytest.mark.parametrize("seed", range(20))
def test_where_promises_are_planned_arrivals_a_slip_is_the_float(seed):
    # every promise, to customers too, exactly what the plan takes: the critical path method
    chain = vc.parse_yaml(text(document(seed, "acyclic")))
    arrays = situation_of(chain).now
    own, nothing = np.full(len(arrays.need), 2.0), np.full(len(arrays.need), np.nan)
    plan = critical_paths(arrays, own, nothing, nothing)
    found = promise_slips(arrays, own, plan.planned, nothing)
    np.testing.assert_allclose(found, plan.slack, atol=1e-6)
