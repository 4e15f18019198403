"""Loads of departments beside hand-made sums: mixtures, peaks, overload, what is not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.queueing.demand import demand_ring
from valuechain.kernels.queueing.load import Load, endless, solve_load
from valuechain.network.arrays import Family, Laws

NAN = float("nan")
HOURS = 2080 / 12


def exponentials(means: list[float]) -> Laws:
    n = len(means)
    family = np.full(n, Family.EXPONENTIAL, np.int8)
    return Laws(family, np.zeros(n), np.array(means, float), np.zeros((n, 2)))


def load(services: list[tuple[str, str]], *, busy: bool = False, **columns: Any) -> Load:
    columns.setdefault("need", [1.0] * len(services))
    return solve_load(chain_arrays(services, customers=["shop"], **columns), busy)


def test_one_department_by_hand() -> None:
    # 100 requests of 1 h, half of them twice: 200 h of work for 2 people at 90 %
    found = load(
        [("a", "shop")],
        volume=[100],
        fcr=[0.5],
        work=exponentials([1.0]),
        staff=[2],
        availability=[0.9],
    )
    assert found.flow.tolist() == [200]
    assert found.offered == pytest.approx([200 / HOURS])
    assert found.utilization == pytest.approx([200 / HOURS / 1.8])
    assert found.growth.tolist() == [0]


def test_a_mixture_varies_more_than_its_parts() -> None:
    # attempts of 1 h and of 3 h, exponential, three to one: E S = 1.5, E S^2 = 2 (.75 + 2.25) = 6
    found = load(
        [("a", "shop"), ("a", "shop:x")], volume=[30, 10], work=exponentials([1.0, 3.0]), staff=[1]
    )
    assert found.variation == pytest.approx([6 / 1.5**2 - 1])
    rate, rho = 40 / HOURS, 60 / HOURS
    assert found.wait == pytest.approx([rate * 6 / (2 * (1 - rho))])  # Pollaczek and Khinchine


def test_a_single_number_is_a_mean() -> None:
    services, columns = [("a", "shop")], {"volume": [100], "staff": [1]}
    number = load(services, work=np.array([1.2]), **columns)
    mean = load(services, work=exponentials([1.2]), **columns)
    assert number.wait.tolist() == mean.wait.tolist()
    assert number.variation.tolist() == [1]


def test_measured_times_without_spread_wait_half_as_long() -> None:
    always = Laws(
        np.array([Family.EMPIRICAL], np.int8),
        np.zeros(1),
        np.ones(1),
        np.zeros((1, 2)),
        {0: np.array([1.2])},
    )
    services, columns = [("a", "shop")], {"volume": [100], "staff": [1]}
    fixed = load(services, work=always, **columns)
    varied = load(services, work=exponentials([1.2]), **columns)
    assert fixed.wait == pytest.approx(varied.wait / 2)


@given(st.lists(st.floats(0.1, 5), min_size=1, max_size=4), st.floats(0.2, 12), st.floats(1, 200))
def test_little_in_every_queue(means: list[float], staff: float, volume: float) -> None:
    services = [("a", f"shop:k{i}") for i in range(len(means))]
    found = load(services, volume=[volume] * len(means), work=exponentials(means), staff=[staff])
    assert found.queue == pytest.approx(found.flow / HOURS * found.wait, rel=1e-12)
    assert found.wait[0] <= HOURS * max(1.0, found.utilization[0]) * (1 + 1e-12)
    assert found.overloaded[0] == (found.utilization[0] >= 1)


def test_overload_is_counted_not_hidden() -> None:
    # 300 h of work a period for one person: rho = 300 / HOURS; what is not done piles up
    found = load([("a", "shop")], volume=[300], work=exponentials([1.0]), staff=[1])
    rho = 300 / HOURS
    assert found.overloaded.tolist() == [True]
    assert found.growth == pytest.approx([300 - HOURS])
    assert found.wait == pytest.approx([HOURS * rho])
    assert found.chance.tolist() == [1]
    assert found.capped.tolist() == [True]


def test_nearly_full_waits_a_period_at_most() -> None:
    found = load([("a", "shop")], volume=[HOURS * (1 - 1e-6)], work=exponentials([1.0]), staff=[1])
    assert found.overloaded.tolist() == [False]
    assert found.wait == pytest.approx([HOURS])
    assert found.capped.tolist() == [True]


def test_what_is_not_known_is_not_healthy() -> None:
    services = [("a", "shop"), ("b", "a"), ("c", "a")]
    columns = {"staff": [1, 1, NAN], "work": exponentials([1.0, 1.0, 1.0])}
    nothing = load(services, **columns)
    assert np.isnan(nothing.demand.volume).all()
    assert np.isnan(nothing.utilization).all()
    assert nothing.overloaded.tolist() == [False] * 3
    asked = load(services, volume=[10, NAN, NAN], **columns)
    assert asked.utilization[:2] == pytest.approx([10 / HOURS] * 2)
    assert np.isnan(asked.utilization[2])  # no staff
    only_b = load(services, volume=[NAN, 7, NAN], **columns)
    assert np.isnan(only_b.utilization).tolist() == [True, False, True]


def test_demand_without_end_leaves_a_load_unknown() -> None:
    services = [("a", "b"), ("b", "a"), ("b", "shop"), ("c", "shop")]
    columns = {"volume": [NAN, NAN, 5, 5], "staff": [1, 1, 1]}
    arrays = chain_arrays(
        services, customers=["shop"], need=[1.0] * 4, work=exponentials([0.1] * 4), **columns
    )
    found = solve_load(arrays)
    assert np.isnan(found.utilization).tolist() == [True, True, False]
    assert endless(arrays, found.demand).tolist() == [True, True, False, False]
    assert set(demand_ring(arrays, arrays.need, found.demand.unsolved[0])) == {0, 1}


def test_a_ring_is_named_in_the_order_of_pulling() -> None:
    # a job of x needs y, one of y needs z, one of z needs x; w only hangs on
    services = [("y", "x"), ("z", "y"), ("x", "z"), ("x", "shop"), ("w", "x")]
    arrays = chain_arrays(
        services, customers=["shop"], need=[1.0] * 5, volume=[NAN, NAN, NAN, 5, NAN]
    )
    (loop,) = solve_load(arrays).demand.unsolved
    ring = demand_ring(arrays, arrays.need, loop)
    assert sorted(ring) == [0, 1, 2]
    for one, following in zip(ring, (*ring[1:], ring[0]), strict=True):
        assert services[following][1] == services[one][0]  # what its provider needs


def test_busy_periods_pull_through_the_chain() -> None:
    # declared 10 with peak 3 pulls 30 at a; b has its own peak of 2, which is less
    services = [("s", "shop"), ("a", "s"), ("b", "a")]
    columns = {"volume": [10, NAN, NAN], "work": exponentials([0.1] * 3), "staff": [1, 1, 1]}
    busy = load(services, busy=True, peak=[3, 1, 2], **columns)
    assert busy.demand.volume.tolist() == [30, 30, 30]
    alone = load(services, busy=True, peak=[1, 1, 2], **columns)
    assert alone.demand.volume.tolist() == [10, 10, 20]
    assert load(services, peak=[3, 1, 2], **columns).demand.volume.tolist() == [10, 10, 10]


def test_a_declared_volume_has_its_own_peak() -> None:
    services = [("s", "shop"), ("a", "s")]
    busy = load(services, busy=True, volume=[10, 6], peak=[3, 1.5])
    assert busy.demand.volume.tolist() == [30, 9]


@given(st.floats(0.3, 6), st.floats(1, 300), st.floats(0, 1), st.floats(0, 1))
def test_more_never_helps_and_capacity_never_hurts(
    staff: float, volume: float, more: float, extra: float
) -> None:
    services = [("a", "shop"), ("a", "shop:x")]

    def wait(volumes: list[float], people: float) -> float:
        found = load(services, volume=volumes, work=exponentials([0.5, 2.0]), staff=[people])
        return float(found.wait[0])

    base = wait([volume, volume], staff)
    # more of the short jobs makes the mixture vary less, and still nobody waits less
    assert wait([volume * (1 + more), volume], staff) >= base * (1 - 1e-9)
    assert wait([volume, volume * (1 + more)], staff) >= base * (1 - 1e-9)
    assert wait([volume, volume], staff + extra) <= base * (1 + 1e-9)
