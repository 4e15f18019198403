"""Radii: bracketed for certain, beside the largest eigenvalue."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from valuechain.kernels.systems.contraction import spectral_radius

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
