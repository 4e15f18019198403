"""Demand beside published input-output tables, closed forms of loops, and plain iteration."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.queueing.demand import default_needs, solve_demand

NAN = float("nan")


def demand(services, need, **columns):
    arrays = chain_arrays(services, need=need, **columns)
    return solve_demand(arrays, arrays.need)


def test_a_loop_sums_a_geometric_series():
    # a > shop 10 a month; a needs b in half of its jobs, b needs a in a quarter of its
    services = [("a", "shop"), ("b", "a"), ("a", "b")]
    found = demand(services, [1, 0.5, 0.25], volume=[10, NAN, NAN], customers=["shop"])
    to_a = 0.5 * 10 / (1 - 0.5 * 0.25)
    assert found.volume == pytest.approx([10, to_a, 0.25 * to_a], rel=1e-12)
    assert found.pulled == pytest.approx([0, 10 + 0.25 * to_a, to_a], rel=1e-12)
    assert found.unsolved == ()


def test_attempts_are_requests_over_the_share_that_succeeds_at_once():
    services = [("a", "b"), ("b", "shop")]
    columns = {"volume": [NAN, 30], "fcr": [0.8, 0.5], "customers": ["shop"]}
    found = demand(services, [0.4, 1], **columns)
    assert found.volume.tolist() == pytest.approx([12, 30])  # another attempt asks nothing new
    assert found.attempts.tolist() == pytest.approx([15, 60])


def test_an_input_for_some_services_is_pulled_by_those_only():
    services = [("a", "b"), ("b", "shop:x"), ("b", "shop:y")]
    columns = {"volume": [NAN, 30, 50], "customers": ["shop"]}
    assert demand(services, [1, 0.5, 0.5], **columns).volume[0] == pytest.approx(80)
    only_y = demand(services, [1, 0.5, 0.5], inputs_for={0: [2]}, **columns)
    assert only_y.volume[0] == pytest.approx(50)


def test_all_alternatives_carry_the_demand():
    services = [("a", "c"), ("b", "c"), ("c", "shop")]
    columns = {"volume": [NAN, NAN, 20], "group": [0, 0, -1], "customers": ["shop"]}
    assert demand(services, [0.5, 0.5, 1], **columns).volume.tolist() == [10, 10, 20]


def test_what_a_client_goes_on_without_is_asked_for_all_the_same():
    services = [("a", "b"), ("b", "shop")]
    columns = {"volume": [NAN, 20], "waits": [False, True], "customers": ["shop"]}
    assert demand(services, [0.5, 1], **columns).volume.tolist() == [10, 20]


def test_declared_volumes_stand_and_are_what_providers_see():
    services = [("a", "b"), ("b", "c"), ("c", "shop")]
    found = demand(services, [1, 1, 1], volume=[NAN, 7, 20], customers=["shop"])
    assert found.volume.tolist() == [7, 7, 20]
    assert found.pulled.tolist() == [7, 20, 0]  # what b > c would be, beside the 7 declared


def test_a_declared_volume_opens_a_loop_that_would_feed_itself():
    services = [("a", "b"), ("b", "a"), ("b", "shop")]
    closed = demand(services, [1, 1, 1], volume=[NAN, NAN, 5], customers=["shop"])
    assert np.isnan(closed.volume[:2]).all()
    opened = demand(services, [1, 1, 1], volume=[NAN, 3, 5], customers=["shop"])
    assert opened.volume.tolist() == [8, 3, 5]
    assert opened.unsolved == ()


def test_a_loop_that_feeds_itself_is_named_and_so_is_what_it_reaches():
    services = [("a", "b"), ("b", "a"), ("b", "shop"), ("x", "a"), ("y", "z"), ("z", "shop")]
    columns = {"volume": [NAN, NAN, 5, NAN, NAN, 5], "customers": ["shop"]}
    found = demand(services, [1, 1, 0.5, 1, 1, 0.5], **columns)
    assert found.unsolved == ((0, 1),)
    assert np.isnan(found.volume).tolist() == [True, True, False, True, False, False]
    assert found.volume[4] == 5


def test_a_loop_upstream_of_one_that_feeds_itself_is_not_blamed():
    # hr and it need each other in half of their jobs; both are pulled by the loop of a and b
    services = [("a", "b"), ("b", "a"), ("b", "shop"), ("hr", "it"), ("it", "hr"), ("hr", "a")]
    columns = {"volume": [NAN, NAN, 5, NAN, NAN, NAN], "customers": ["shop"]}
    found = demand(services, [1, 1, 1, 0.5, 0.5, 1], **columns)
    assert found.unsolved == ((0, 1),)
    assert np.isnan(found.volume[3:]).all()


def test_a_loop_that_nobody_pulls_from_stands_still():
    services = [("a", "b"), ("b", "a"), ("x", "shop"), ("p", "a"), ("p", "x")]
    columns = {"volume": [NAN, NAN, 5, NAN, NAN], "customers": ["shop"]}
    found = demand(services, [1, 1, 1, 1, 1], **columns)
    assert found.volume.tolist() == [0, 0, 5, 0, 5]
    assert found.unsolved == ()


def test_what_is_never_needed_closes_no_loop():
    services = [("a", "b"), ("b", "a"), ("b", "shop")]
    found = demand(services, [1, 0, 1], volume=[NAN, NAN, 5], customers=["shop"])
    assert found.volume.tolist() == [5, 0, 5]


@pytest.mark.parametrize("size", [3, 1_000])
@pytest.mark.parametrize("radius", [0.5, 0.99, 1 - 1e-6])
def test_slow_loops_are_solved_to_the_end(size, radius):
    services = [(f"d{i:04d}", f"d{(i + 1) % size:04d}") for i in range(size)]
    services.append(("d0000", "shop"))
    need = [1.0] * (size - 1) + [radius, 1.0]
    found = demand(services, need, volume=[NAN] * size + [6], customers=["shop"])
    assert found.unsolved == ()
    # the customer's jobs of d0000, then round and round: 6 radius (1 + radius + radius^2 + ...)
    assert found.volume[size - 1] == pytest.approx(6 * radius / (1 - radius), rel=1e-8)


def test_a_hundred_thousand_departments_in_a_row_take_seconds():
    n = 100_000
    arrays = chain_arrays([("a", "b"), ("b", "shop")], customers=["shop"])
    row = np.arange(n + 1)
    long = type(arrays)(
        **{
            **vars(arrays),
            "department_ids": tuple(f"d{i}" for i in range(n + 1)),
            "provider": row,
            "client": row + 1,  # the last is the customer
            "volume": np.append(np.full(n, np.nan), 8.0),
            "fcr": np.ones(n + 1),
            "join": row - 1,
            "join_ptr": np.arange(n + 1),
            "join_inputs": np.arange(n),
            "join_in_sequence": np.zeros(n, dtype=np.bool_),
        }
    )
    start = time.perf_counter()
    found = solve_demand(long, np.ones(n + 1))
    assert (found.volume == 8).all()
    assert time.perf_counter() - start < 5


def test_default_needs_come_from_volumes():
    services = [("a", "b"), ("x", "b"), ("b", "shop")]
    columns = {"volume": [6, 50, 20], "customers": ["shop"], "need": [NAN, NAN, 1]}
    assert default_needs(chain_arrays(services, **columns)).tolist() == [0.3, 1, 1]


def test_a_declared_need_stands_beside_a_volume():
    services = [("a", "b"), ("b", "shop")]
    columns = {"volume": [6, 20], "customers": ["shop"], "need": [0.9, 1]}
    assert default_needs(chain_arrays(services, **columns)).tolist() == [0.9, 1]


@pytest.mark.parametrize("volume_to_shop", [NAN, 0.0])
def test_without_demand_everything_is_needed(volume_to_shop):
    services = [("a", "b"), ("b", "shop")]
    columns = {"volume": [6, volume_to_shop], "customers": ["shop"], "need": [NAN, 1]}
    assert default_needs(chain_arrays(services, **columns)).tolist() == [1, 1]


def test_a_loop_without_a_solution_leaves_need_one():
    services = [("a", "b"), ("b", "a"), ("b", "shop"), ("x", "a")]
    columns = {"volume": [NAN, NAN, 5, 2], "customers": ["shop"], "need": [NAN, NAN, 1, NAN]}
    assert default_needs(chain_arrays(services, **columns)).tolist() == [1, 1, 1, 1]


def test_needs_follow_from_volumes_that_follow_from_volumes():
    # c's 40 jobs need b in half (declared), so b does 20, and a's 5 are a quarter of them
    services = [("a", "b"), ("b", "c"), ("c", "shop")]
    columns = {"volume": [5, NAN, 40], "customers": ["shop"], "need": [NAN, 0.5, 1]}
    assert default_needs(chain_arrays(services, **columns)).tolist() == [0.25, 0.5, 1]


def test_alternatives_share_the_largest_need():
    services = [("a", "c"), ("b", "c"), ("c", "shop")]
    columns = {"volume": [5, 2, 20], "group": [0, 0, -1], "customers": ["shop"]}
    arrays = chain_arrays(services, need=[NAN, NAN, 1], **columns)
    assert default_needs(arrays).tolist() == [0.25, 0.25, 1]


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.floats(1, 50), st.floats(0, 0.2))
def test_more_need_and_more_jobs_never_pull_less(need, jobs, more):
    services = [("a", "b"), ("b", "a"), ("x", "a"), ("b", "shop")]
    a_need, b_need, x_need = need

    def volumes(extra, orders):
        share = [min(1, a_need + extra), 0.9 * b_need, min(1, x_need + extra), 1]
        columns = {"volume": [NAN, NAN, NAN, orders], "customers": ["shop"]}
        return demand(services, share, **columns).volume

    before = volumes(0, jobs)
    assert (volumes(more, jobs) >= before * (1 - 1e-9)).all()
    assert (volumes(0, jobs * (1 + more)) >= before * (1 - 1e-9)).all()
