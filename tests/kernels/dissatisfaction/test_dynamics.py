"""Period by period: the published equilibrium, the closed form of the path, strengths and shares.

Equilibrium: C. Lian and Y. Y. Haimes, Systems Engineering 9 (2006), the two-sector example
A* = [[.15, .5], [.1, .05]], c* = (0, .1), which comes to rest at (.066, .112).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuechain.kernels.dissatisfaction.dynamics import (
    adjusting,
    adoption,
    resting,
    settled_from,
    strength,
)

A = np.array([[0.15, 0.5], [0.1, 0.05]])
C = np.array([0.0, 0.1])
shares = st.floats(0.0, 1.0)


def inoperability(_: int, x: np.ndarray) -> np.ndarray:
    return A @ x + C


def test_published_equilibrium() -> None:
    path = adjusting(inoperability, np.zeros(2), 80, 0.5)
    assert path[-1].round(3).tolist() == [0.066, 0.112]
    rest = resting(lambda x: A @ x + C, np.zeros(2))
    assert rest == pytest.approx(np.linalg.solve(np.eye(2) - A, C), abs=1e-11)


@pytest.mark.parametrize("recovery", [0.2, 0.5, 1.0])
def test_the_path_is_that_of_the_matrix_power(recovery: float) -> None:
    """`x(t) = x* + M^t (x(0) - x*)` with `M = I - K (I - A)`."""
    start = np.array([0.4, 0.0])
    path = adjusting(inoperability, start, 9, recovery)
    rest = np.linalg.solve(np.eye(2) - A, C)
    lap = np.eye(2) - recovery * (np.eye(2) - A)
    for t, x in enumerate(path):
        expected = rest + np.linalg.matrix_power(lap, t) @ (start - rest)
        assert x == pytest.approx(expected, abs=1e-14)


def test_each_period_is_asked_for_once_with_the_state_in_it() -> None:
    seen: list[tuple[int, float]] = []

    def falling(period: int, x: np.ndarray) -> np.ndarray:
        seen.append((period, float(x[0])))
        return np.zeros(1)

    adjusting(falling, np.ones(1), 3, 0.5)
    assert seen == [(0, 1.0), (1, 0.5), (2, 0.25), (3, 0.125)]


def test_strength_grows_and_wears_off() -> None:
    assert strength(4).tolist() == [0, 1, 1, 1, 1]
    assert strength(5, starts=2).tolist() == [0, 0, 0, 1, 1, 1]
    assert strength(5, ramp=4).tolist() == [0, 0.25, 0.5, 0.75, 1, 1]
    assert strength(2, starts=0.5).tolist() == [0, 0.5, 1]
    worn = strength(9, starts=1, ramp=2, decay=3)
    assert worn[3] == 1
    assert worn[6] == pytest.approx(0.5)
    assert worn[9] == pytest.approx(0.25)


@given(st.lists(shares, max_size=6))
def test_adoption_keeps_each_share_and_nests(strengths: list[float]) -> None:
    sets = adoption(strengths)
    assert sum(share for _, share in sets) == pytest.approx(1.0)
    for i, value in enumerate(strengths):
        assert sum(share for members, share in sets if i in members) == pytest.approx(value)
    for (fewer, _), (more, _) in pairwise(sets):
        assert set(fewer) < set(more)


def test_settling_is_for_good() -> None:
    assert settled_from(np.zeros(4)) == 0
    assert settled_from(np.array([1.0, 0.01, 0.5, 0.01, 0.0])) == 3  # it had come near before
    assert settled_from(np.array([1.0, 0.1, 0.03])) is None
