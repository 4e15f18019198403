"""Rank correlations against scipy, Sobol's indices against their closed form."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from valuechain.kernels.chance.sensitivity import means_at_the_ends, rank_correlations, sobol


def test_rank_correlations_are_spearmans_ties_included() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3))
    x[:, 1] = np.round(x[:, 1])
    y = np.round(x[:, 0] + 0.3 * x[:, 1] ** 3, 1)
    expected = [scipy.stats.spearmanr(x[:, i], y).statistic for i in range(3)]
    assert rank_correlations(x, y) == pytest.approx(expected)


def test_what_never_changes_correlates_with_nothing() -> None:
    x = np.column_stack([np.arange(5.0), np.full(5, 2.0)])
    assert rank_correlations(x, np.full(5, 7.0)).tolist() == [0.0, 0.0]
    assert rank_correlations(x, np.arange(5.0)).tolist() == [1.0, 0.0]
    assert sobol(np.full((4, 8), 3.0)).total.tolist() == [0.0, 0.0]


def test_sobol_indices_of_ishigami_are_known() -> None:
    """Ishigami and Homma (1990): sin x1 + 7 sin^2 x2 + x3^4 sin(x1) / 10, each on -pi..pi."""

    def ishigami(x: np.ndarray) -> np.ndarray:
        one, two, three = x.T
        return np.sin(one) + 7 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)

    n = 2**14
    points = np.random.default_rng(4).uniform(-np.pi, np.pi, (2, n, 3))
    runs = [ishigami(points[0]), ishigami(points[1])]
    for i in range(3):
        mixed = points[0].copy()
        mixed[:, i] = points[1][:, i]
        runs.append(ishigami(mixed))
    found = sobol(np.array(runs))
    known = np.array([0.5576, 0.4424, 0.2437])  # total, from the closed form
    assert (np.abs(found.total - known) < 4 * found.total_error).all()
    assert found.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.05)


def test_means_at_the_ends_are_those_of_the_outer_quarters() -> None:
    x = np.array([[3.0], [1.0], [4.0], [2.0], [5.0], [6.0], [7.0], [8.0]])
    low, high = means_at_the_ends(x, 10 * x[:, 0])
    assert (low[0], high[0]) == (15.0, 75.0)
