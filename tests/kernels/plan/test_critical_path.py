"""Critical paths and floats: textbook networks, by hand, and by moving each arrival."""

import math

import numpy as np
import pytest

from tests.kernels.plan.planned_chains import planned_chain
from tests.kernels.small_chains import chain_arrays
from tests.reference.promises import float_hours, planned_hours
from valuechain.kernels.plan.critical_path import critical_paths


def on_plan(services, own, *, customers=("end",), promised=None, mean_arrival=None, **columns):
    m = len(services)
    columns.setdefault("need", np.ones(m))
    arrays = chain_arrays(services, customers=list(customers), **columns)
    nothing = np.full(m, np.nan)
    return arrays, critical_paths(
        arrays,
        np.array(own, dtype=float),
        nothing if promised is None else np.array(promised, dtype=float),
        nothing if mean_arrival is None else np.array(mean_arrival, dtype=float),
    )


def test_a_buffer_is_float():
    _, found = on_plan([("a", "b"), ("b", "end")], [4, 2], buffer=[5, 0])
    assert found.planned.tolist() == [4, 2]
    assert found.slack.tolist() == [1, 0]


def test_a_promise_stops_a_slip_unless_it_is_taken_away():
    services, own = [("a", "b"), ("b", "c"), ("c", "end")], [4, 2, 1]
    _, kept = on_plan(services, own, promised=[math.nan, 8, math.nan])
    assert kept.planned.tolist() == [4, 6, 9]
    assert kept.seen.tolist() == [4, 8, 9]
    assert kept.slack.tolist() == [math.inf, 0, 0]
    assert kept.path(2) == (1, 2)
    _, bare = on_plan(services, own)
    assert bare.planned.tolist() == [4, 6, 7]
    assert bare.slack.tolist() == [0, 0, 0]
    assert bare.path(2) == (0, 1, 2)


def test_in_sequence_every_input_counts():
    services = [("a", "c"), ("b", "c"), ("c", "end")]
    _, found = on_plan(services, [4, 1, 2], in_sequence=["c"], buffer=[0, 3, 0])
    assert found.planned[-1] == 6
    assert found.slack.tolist() == [0, 2, 0]
    assert found.path(2) == (0, 2)


def test_a_slip_that_comes_by_two_ways_in_sequence_counts_twice():
    # x holds up a and b, c fetches both; d takes 6 h more, so c has 6 h, x has 3
    services = [
        ("x", "a"),
        ("x", "b"),
        ("a", "c"),
        ("b", "c"),
        ("c", "e"),
        ("d", "e"),
        ("e", "end"),
    ]
    own = [0, 0, 0, 0, 0, 6, 0]
    columns = {"in_sequence": ["c"]}
    _, found = on_plan(services, own, **columns)
    assert found.slack.tolist() == [6, 6, 6, 6, 6, 0, 0]
    both = [("y", "x"), *services]
    _, found = on_plan(both, [0, *own], **columns)
    assert found.slack[0] == pytest.approx(3, abs=1e-8)


def test_the_later_alternative_never_matters():
    services = [("a", "c"), ("b", "c"), ("c", "end")]
    _, found = on_plan(services, [4, 7, 2], group=[0, 0, -1])
    assert found.planned[-1] == 6
    assert found.slack.tolist() == [0, math.inf, 0]
    _, roomy = on_plan([*services, ("d", "c")], [4, 7, 2, 6], group=[0, 0, -1, -1])
    assert roomy.slack.tolist() == [2, math.inf, 0, 0]


def test_a_slip_that_holds_up_both_alternatives():
    services = [("x", "a"), ("x", "b"), ("a", "c"), ("b", "c"), ("c", "end"), ("y", "x")]
    _, found = on_plan(services, [1, 1, 2, 2, 1, 3], group=[-1, -1, 0, 0, -1, -1])
    assert found.slack.tolist() == [math.inf, math.inf, math.inf, math.inf, 0, 0]


def test_what_never_waits_or_is_never_needed_has_no_part():
    services = [("a", "c"), ("b", "c"), ("d", "c"), ("c", "end")]
    _, found = on_plan(services, [4, 7, 9, 2], waits=[True, False, True, True], need=[0.1, 1, 0, 1])
    assert found.planned[-1] == 6
    assert found.slack.tolist() == [0, math.inf, math.inf, 0]


def test_loops_are_planned_with_todays_means():
    services = [("a", "b"), ("b", "a"), ("a", "end")]
    _, found = on_plan(services, [1, 1, 1], need=[0.5, 0.5, 1], mean_arrival=[2, 2, math.nan])
    assert found.planned.tolist() == [3, 3, 3]
    assert found.seen.tolist() == [2, 2, 3]
    assert found.slack.tolist() == [math.inf, 0, 0]
    assert found.path(2) == (1, 2)
    with pytest.raises(ValueError, match="a promise or a mean arrival"):
        on_plan(services, [1, 1, 1])


def test_nobody_served_nothing_critical():
    arrays, found = on_plan([("a", "b"), ("b", "end")], [1, 1], customers=["end", "idle"])
    assert found.path_to(arrays.node_ids.index("idle")) == ()


CASES = [("acyclic", seed) for seed in range(14)] + [("contracting", seed) for seed in range(8)]


@pytest.mark.parametrize(("shape", "seed"), CASES)
@pytest.mark.parametrize("through", [False, True])
def test_floats_are_found_by_moving_each_arrival(shape, seed, through):
    arrays, reference, plan = planned_chain(seed, shape)
    ids = arrays.service_ids
    found = critical_paths(
        arrays,
        np.array([plan.medians[key] for key in ids]),
        np.full(len(ids), np.nan) if through else arrays.sla,
        np.array([plan.mean_arrivals[key] for key in ids]),
    )
    if not through:
        planned = planned_hours(reference, plan)
        assert dict(zip(ids, found.planned, strict=True)) == pytest.approx(planned, rel=1e-9)
    for key, slack in zip(ids, found.slack.tolist(), strict=True):
        expected = float_hours(reference, plan, key, through_promises=through)
        assert slack == pytest.approx(expected, abs=1e-6), key
