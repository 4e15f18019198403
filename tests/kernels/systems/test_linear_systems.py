"""Systems that a loop leaves open, beside numpy's dense solution."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from valuechain.kernels.systems import linear_systems
from valuechain.kernels.systems.linear_systems import solve_open, square_matrix


@pytest.mark.parametrize("n", [4, 300])
def test_entries_of_one_place_add_up(n):
    row, column = np.array([0, 2, 0, 3]), np.array([1, 1, 1, 3])
    matrix = csr_array(square_matrix(n, row, column, np.array([0.1, 0.2, 0.3, 0.4]))).toarray()
    assert matrix.shape == (n, n)
    assert np.argwhere(matrix).tolist() == [[0, 1], [2, 1], [3, 3]]
    np.testing.assert_allclose(matrix[[0, 2, 3], [1, 1, 3]], [0.4, 0.2, 0.4], rtol=1e-15)


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
