"""Linear effects: against dense inverses, series and every path there is."""

from __future__ import annotations

import itertools
import math
import pickle
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import random_array

from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.dissatisfaction import influence_paths
from valuechain.kernels.dissatisfaction.influence_paths import largest_paths
from valuechain.kernels.dissatisfaction.linear import (
    LinearSystem,
    Unbounded,
    influence,
    linear_system,
    own_parts,
)
from valuechain.network.arrays import FloatArray


def random_system(seed: int, n: int, *, density: float = 0.5) -> LinearSystem:
    """Loops, a diagonal, nodes apart; radius .9 or less."""
    rng = np.random.default_rng(seed)
    matrix = rng.random((n, n)) * (rng.random((n, n)) < density)
    radius = max(abs(np.linalg.eigvals(matrix)))
    if radius > 0:
        matrix *= min(0.9 / radius, 1)
    return linear_system(matrix, rng.random(n) * (rng.random(n) < 0.7))


def every_path(system: LinearSystem, target: int) -> dict[tuple[int, ...], float]:
    """Second way: all simple paths, multipliers as ratios of determinants."""
    A, n = system.matrix.toarray(), len(system.own)
    whole = np.linalg.det(np.eye(n) - A)
    parts = {}
    others = [v for v in range(n) if v != target]
    for size in range(n):
        for before in itertools.permutations(others, size):
            path = (*before, target)
            direct = math.prod(A[u, v] for u, v in itertools.pairwise(path))
            rest = [v for v in range(n) if v not in path]
            without = np.linalg.det(np.eye(len(rest)) - A[np.ix_(rest, rest)])
            part = system.own[path[0]] * direct * without / whole
            if part > 0:
                parts[path] = part
    return parts


@pytest.mark.parametrize("seed", range(20))
def test_solution_is_the_series_of_all_walks(seed: int) -> None:
    system = random_system(seed, 6)
    A, walk = system.matrix.toarray(), system.own.copy()
    total = np.zeros(6)
    for _ in range(2_000):
        total += walk
        walk = A.T @ walk
    assert system.x == pytest.approx(total, abs=1e-10)
    inverse = np.linalg.inv(np.eye(6) - A)
    for node in range(6):
        assert system.effects_on(node) == pytest.approx(inverse[:, node], abs=1e-12)


@pytest.mark.parametrize("seed", range(30))
def test_paths_are_all_there_in_order(seed: int) -> None:
    system = random_system(seed, 5, density=random.Random(seed).choice([0.3, 0.6, 0.9]))
    for target in range(5):
        expected = every_path(system, target)
        found = largest_paths(system, target, 1_000)
        assert {path.nodes: path.part for path in found.paths} == pytest.approx(expected, rel=1e-9)
        parts = [path.part for path in found.paths]
        assert parts == sorted(parts, reverse=True)
        assert sum(parts) == pytest.approx(found.total, rel=1e-9)
        assert (found.remainder, found.next_at_most) == (0.0, 0.0)


@given(st.integers(0, 10_000), st.integers(0, 8))
def test_paths_and_remainder_add_up_and_bound_the_next(seed: int, n: int) -> None:
    system = random_system(seed, 7)
    target = seed % 7
    found, more = largest_paths(system, target, n), largest_paths(system, target, n + 1)
    assert len(found.paths) <= n
    listed = sum(path.part for path in found.paths)
    assert listed + found.remainder == pytest.approx(found.total, abs=1e-12)
    assert more.paths[: len(found.paths)] == found.paths
    if len(more.paths) > len(found.paths):
        assert more.paths[-1].part <= found.next_at_most * (1 + 1e-9)
    for path in found.paths:
        assert path.multiplier >= 1 - 1e-12
        assert path.part == pytest.approx(
            system.own[path.nodes[0]] * path.direct * path.multiplier, rel=1e-12
        )


def test_loops_too_large_for_a_whole_inverse(monkeypatch: pytest.MonkeyPatch) -> None:
    system = random_system(4, 8)
    whole = largest_paths(system, 2, 20)
    monkeypatch.setattr(influence_paths, "WHOLE_INVERSE", 0)
    columns = largest_paths(system, 2, 20)
    assert [p.nodes for p in columns.paths] == [p.nodes for p in whole.paths]
    assert [p.part for p in columns.paths] == pytest.approx([p.part for p in whole.paths])


def test_stopped_early_it_has_the_largest_and_says_what_may_be_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    system = random_system(11, 9, density=1.0)
    every = largest_paths(system, 0, 50)
    monkeypatch.setattr(influence_paths, "MOST_STEPS", 40)
    some = largest_paths(system, 0, 50)
    assert 0 < len(some.paths) < 50
    assert some.paths == every.paths[: len(some.paths)]
    assert some.next_at_most >= every.paths[len(some.paths)].part


def test_large_systems_are_solved_without_an_inverse() -> None:
    n = 20_000
    matrix = random_array((n, n), density=3 / n, rng=np.random.default_rng(1), format="csr")
    matrix.data *= 0.5 / 3
    own = np.random.default_rng(2).random(n)
    system = linear_system(matrix, own)
    assert system.x == pytest.approx(own + matrix.T @ system.x, abs=1e-9)
    column = system.effects_on(17)
    assert float(column @ own) == pytest.approx(system.x[17], rel=1e-9)
    found = largest_paths(system, 17, 5)
    assert len(found.paths) == 5
    assert found.remainder > 0


@pytest.mark.parametrize("radius", [1.0, 1.5])
def test_loops_that_feed_themselves_are_named(radius: float) -> None:
    matrix = np.zeros((4, 4))
    matrix[0, 1], matrix[1, 2], matrix[2, 1] = 5.0, radius, radius
    with pytest.raises(Unbounded) as error:
        linear_system(matrix, np.ones(4))
    assert error.value.members == (1, 2)
    again = pickle.loads(pickle.dumps(error.value))
    assert (again.members, again.radius) == (error.value.members, error.value.radius)


def test_matrices_of_a_chain_by_hand() -> None:
    """Parallel services add up; external parties hand nothing on."""
    arrays = chain_arrays(
        [("a", "b:1"), ("a", "b:2"), ("b", "x"), ("x", "a")],
        customers=["x"], need=[0.5, 1.0, 1.0, 1.0], impact=[0.6, 0.3, 0.3, 0.9],
    )  # fmt: skip
    A = influence(arrays).toarray()
    expected: FloatArray = np.zeros((3, 3))
    expected[0, 1], expected[1, 2] = 0.6 * (0.3 + 0.3), 0.6
    assert pytest.approx(expected) == A
    B = own_parts(arrays, np.array([0.1, 0.2, 0.3, 0.4])).toarray()
    expected[0, 1], expected[1, 2], expected[2, 0] = 0.03 + 0.06, 0.3, 0.36
    assert pytest.approx(expected) == B
