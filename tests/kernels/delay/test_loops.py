"""Radii of loops: bracketed for certain, and the kindest choice among alternatives."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.delay import loops
from valuechain.kernels.delay.loops import find_loops, join_components, kindest
from valuechain.kernels.delay.slots import join_slots
from valuechain.kernels.systems import linear_systems
from valuechain.kernels.systems.contraction import spectral_radius
from valuechain.kernels.systems.linear_systems import solve_open

matrices = st.integers(1, 6).flatmap(
    lambda n: arrays(
        float, (n, n), elements=st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.0, 3.0]) | st.floats(0, 2)
    )
)


def radius(matrix, **options):
    row, column = np.nonzero(matrix)
    return spectral_radius(len(matrix), row, column, matrix[row, column], **options)


@given(matrices)
def test_bracket_holds_the_largest_eigenvalue(matrix):
    bracket = radius(matrix)
    largest = np.abs(np.linalg.eigvals(matrix)).max()
    # eigenvalues of nilpotent parts are only known to a root of rounding
    assert bracket.low <= largest + 1e-4
    assert bracket.high >= largest - 1e-4
    if matrix[matrix > 0].min(initial=1) >= 1e-6:  # narrow for needs that anybody declares
        assert bracket.high - bracket.low <= 1e-8 * bracket.high


@pytest.mark.parametrize("need", [0.5, 0.9999, 1.0])
@pytest.mark.parametrize("n", [2, 40, 3000])
def test_radius_of_a_ring_is_its_geometric_mean(n, need):
    number = np.arange(n)
    value = np.ones(n)
    value[0] = need
    bracket = spectral_radius(n, number, np.roll(number, 1), value)
    assert bracket.low == pytest.approx(need ** (1 / n), rel=1e-8)
    assert bracket.high == pytest.approx(need ** (1 / n), rel=1e-8)
    assert bracket.settles == (need < 1)


def test_a_row_feeds_itself_not_at_all():
    assert radius(np.triu(np.ones((5, 5)), 1)) == (0.0, 0.0)


@given(st.integers(1, 4), st.data())
def test_kindest_choice_is_the_least_of_all_choices(n, data):
    count = data.draw(st.integers(1, 6))
    owner = np.sort(data.draw(arrays(np.int64, count, elements=st.integers(0, n - 1))))
    sizes = data.draw(arrays(np.int64, count, elements=st.integers(1, 3)))
    slot = np.repeat(np.arange(count), sizes)
    column = data.draw(arrays(np.int64, len(slot), elements=st.integers(-1, n - 1)))
    share = data.draw(arrays(float, count, elements=st.sampled_from([0.2, 0.5, 0.9, 1.0])))
    weight = share[slot]
    ends = np.cumsum(sizes)
    best = np.inf
    for choice in product(*(range(end - size, end) for end, size in zip(ends, sizes, strict=True))):
        matrix = np.zeros((n, n))
        for s, q in enumerate(choice):
            if column[q] >= 0:
                matrix[owner[s], column[q]] += share[s]
        best = min(best, float(np.abs(np.linalg.eigvals(matrix)).max()))
    if (sizes == 1).all():
        return  # without a choice the loop is taken to be strongly connected, as loops are
    kept, found = kindest(n, owner, slot, column, weight)
    assert found.high == pytest.approx(best, abs=1e-3)
    assert (np.bincount(slot[kept], minlength=count) == 1).all()
    if abs(best - 1.0) > 1e-3:  # asked only for the side of 1, it is the same side
        assert kindest(n, owner, slot, column, weight, 1.0)[1].settles == (best < 1.0)


def test_loops_are_listed_with_their_radius_upstream_first():
    services = [("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "c"), ("d", "end")]
    chain = chain_arrays(services, customers=["end"], buffer=[0.0, 0, 0, 2, 0, 0])
    need = np.array([0.9, 0.4, 1.0, 0.5, 0.5, 1.0])
    slots = join_slots(chain, waiting_only=True)
    first, second = find_loops(chain, slots, need, join_components(chain, slots), tolerance=1e-9)
    assert first.services.tolist() == [0, 1]
    assert first.radius.high == pytest.approx(0.6)  # sqrt(.9 * .4)
    assert not first.buffered
    assert second.services.tolist() == [3, 4]
    assert second.buffered
    assert second.ring == (3, 4)


@pytest.mark.parametrize("n", [5, 300])
@pytest.mark.parametrize("shape", ["ring", "tangle"])
def test_open_systems_are_solved_whatever_their_shape(n, shape):
    rng = np.random.default_rng(5)
    matrix = np.roll(np.eye(n), 1, axis=1) if shape == "ring" else rng.random((n, n))
    matrix *= 0.99 / np.abs(np.linalg.eigvals(matrix)).max()
    right = rng.standard_normal(n)
    solved = solve_open(csr_array(matrix), right)
    np.testing.assert_allclose(solved, np.linalg.solve(np.eye(n) - matrix, right), rtol=1e-8)


@pytest.mark.parametrize("shape", ["ring", "tangle"])
def test_columns_are_solved_as_they_are_alone(shape):
    rng = np.random.default_rng(6)
    matrix = np.roll(np.eye(300), 1, axis=1) if shape == "ring" else rng.random((300, 300)) / 300
    right = rng.random((300, 3))
    solved = solve_open(csr_array(0.9 * matrix), right)
    assert solved.shape == right.shape
    for alone, column in zip(solved.T, right.T, strict=True):
        np.testing.assert_allclose(
            alone, np.linalg.solve(np.eye(300) - 0.9 * matrix, column), rtol=1e-9
        )


def test_a_push_at_one_node_of_a_tangle_needs_no_factors(monkeypatch):
    """After a round nothing of it is left where it began; rounds start anew from where it is."""
    monkeypatch.setattr(linear_systems, "splu", None)
    rng = np.random.default_rng(7)
    n = 400
    column = (np.arange(n)[:, None] + rng.integers(1, n, (n, 4))) % n
    matrix = np.zeros((n, n))
    np.put_along_axis(matrix, column, 0.1, axis=1)
    push = np.eye(n)[:, 0]
    solved = solve_open(csr_array(matrix), push)
    np.testing.assert_allclose(solved, np.linalg.solve(np.eye(n) - matrix, push), atol=1e-11)


def test_choices_end_once_none_can_be_kinder(monkeypatch):
    """Of two ways round the kinder is found at once; all 60 rounds would choose no other."""
    asked = []
    monkeypatch.setattr(loops.np, "minimum", _Counted(np.minimum, asked))
    owner, slot = np.array([0, 1]), np.array([0, 0, 1])
    kept, radius = kindest(2, owner, slot, np.array([0, 1, 0]), np.array([0.5, 0.5, 0.5]))
    assert kept.tolist() == [True, False, True]
    assert radius.high == pytest.approx(0.5)
    assert len(asked) <= 2


class _Counted:
    """numpy's minimum, which notes each time it is asked for that of rows."""

    def __init__(self, real, asked):
        self.real, self.asked = real, asked

    def __call__(self, *args, **options):
        return self.real(*args, **options)

    def reduceat(self, *args):
        self.asked.append(args)
        return self.real.reduceat(*args)
