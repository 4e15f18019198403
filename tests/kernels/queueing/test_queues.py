"""Erlang's formulas beside plain recursions, the integral that continues them, and their limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from valuechain.kernels.queueing.queues import chance_of_waiting, log_erlang_b, mean_wait

servers = st.floats(1.0, 60.0)
shares = st.floats(0.01, 0.999)


def blocked_by_recursion(servers: int, load: float) -> float:
    """Erlang B from no server upwards: ``B(c) = a B(c - 1) / (c + a B(c - 1))``."""
    blocked = 1.0
    for c in range(1, servers + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


def wait_by_states(servers: int, load: float, service: float) -> float:
    """Mean wait of M/M/c from its stationary probabilities, state by state."""
    up_to_c = [load**n / math.factorial(n) for n in range(servers)]
    rho = load / servers
    full = load**servers / math.factorial(servers) / (1 - rho)
    idle = 1 / (sum(up_to_c) + full)
    queue = idle * full * rho / (1 - rho)
    return queue * service / load


@given(st.integers(1, 40), shares)
def test_whole_servers_are_the_recursion(c: int, rho: float) -> None:
    assert math.exp(log_erlang_b(c, rho * c)) == pytest.approx(
        blocked_by_recursion(c, rho * c), rel=1e-9
    )


@given(st.integers(1, 20), shares, st.floats(0.01, 50))
def test_waits_are_those_of_the_states(c: int, rho: float, service: float) -> None:
    assert mean_wait(c, rho * c, service) == pytest.approx(
        wait_by_states(c, rho * c, service), rel=1e-7
    )


@pytest.mark.parametrize(("c", "a"), [(1.5, 0.7), (2.25, 2.0), (7.3, 5.9), (0.4, 0.3), (12.8, 12)])
def test_fractions_of_servers_are_the_integral_of_jagers_and_van_doorn(c: float, a: float) -> None:
    inverse, _ = integrate.quad(lambda t: a * math.exp(-a * t + c * math.log1p(t)), 0, np.inf)
    assert math.exp(log_erlang_b(c, a)) == pytest.approx(1 / inverse, rel=1e-7)


@given(servers, shares)
def test_fractions_keep_the_recursion(c: float, rho: float) -> None:
    a = rho * c
    blocked = math.exp(log_erlang_b(c, a))
    assert math.exp(log_erlang_b(c + 1, a)) == pytest.approx(
        a * blocked / (c + 1 + a * blocked), rel=1e-9
    )


@pytest.mark.parametrize("c", [1_000, 100_000, 10_000_000])
def test_many_servers_neither_overflow_nor_lose_the_limit(c: int) -> None:
    # Halfin and Whitt (1981): with c = a + beta sqrt(a) servers the chance of waiting tends to
    # 1 / (1 + beta Phi(beta) / phi(beta)), with an error of order 1 / sqrt(c)
    beta = 0.7
    a = (math.sqrt(c + beta * beta / 4) - beta / 2) ** 2
    limit = 1 / (1 + beta * stats.norm.cdf(beta) / stats.norm.pdf(beta))
    assert chance_of_waiting(c, a) == pytest.approx(limit, abs=0.5 / math.sqrt(c))


def test_thousands_of_servers_at_any_load_are_shares() -> None:
    c = np.array([1.0, 50.5, 5e3, 5e5])[:, None]
    chance = chance_of_waiting(c, c * np.linspace(0, 1, 101))
    assert ((chance >= 0) & (chance <= 1)).all()
    assert (np.diff(chance, axis=1) >= 0).all()
    assert chance[:, 0].tolist() == [0, 0, 0, 0]
    assert chance[:, -1].tolist() == [1, 1, 1, 1]


@given(shares, st.floats(0.05, 1.0))
def test_less_than_one_is_one_who_is_slower(rho: float, c: float) -> None:
    # M/M/1 with services of 3 / c hours
    assert chance_of_waiting(c, rho * c) == pytest.approx(rho, rel=1e-9)
    assert mean_wait(c, rho * c, 3.0) == pytest.approx(rho / (1 - rho) * 3.0 / c, rel=1e-9)


def test_from_just_below_one_to_just_above_nothing_jumps() -> None:
    below, above = (mean_wait(c, 0.6, 1.0) for c in (1 - 1e-9, 1 + 1e-9))
    assert below == pytest.approx(above, rel=1e-7)


@given(st.floats(0.1, 0.95), st.floats(0, 4))
def test_one_server_is_exact_for_any_service(rho: float, variation: float) -> None:
    # Pollaczek and Khinchine: lambda E S^2 / (2 (1 - rho))
    service = 2.0
    rate, square = rho / service, service**2 * (1 + variation)
    exact = rate * square / (2 * (1 - rho))
    assert mean_wait(1, rho, service, variation) == pytest.approx(exact, rel=1e-9)


@given(st.floats(0.1, 30), st.floats(0.05, 0.99), st.floats(0.01, 3))
def test_more_people_never_wait_longer_and_more_load_never_shorter(
    c: float, rho: float, more: float
) -> None:
    wait = mean_wait(c, rho * c, 1.0)
    assert mean_wait(c + more, rho * c, 1.0) <= wait * (1 + 1e-9)
    assert mean_wait(c, min(rho * (1 + more), 0.999999) * c, 1.0) >= wait * (1 - 1e-9)


def test_from_full_load_on_there_is_no_end() -> None:
    assert mean_wait([1, 2.5, 0.5], [1.0, 3.0, 0.5], 1.0).tolist() == [np.inf] * 3
