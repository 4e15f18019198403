"""Wilson's interval by its definition, and the widest spread a score can have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuechain.kernels.chance.intervals import Z95, widest_score_error, wilson_interval


@given(st.integers(1, 500), st.floats(0, 1))
def test_wilson_ends_are_where_the_score_test_just_accepts(n, share):
    """Of each end `e`: ``(p - e)^2 = z^2 e (1 - e) / n`` (Wilson 1927)."""
    ends = wilson_interval(np.array([share]), np.array([float(n)]))
    for end in (float(e[0]) for e in ends):
        assert (share - end) ** 2 == pytest.approx(Z95**2 * end * (1 - end) / n, abs=1e-12)
        assert -1e-12 <= end <= 1 + 1e-12
    assert ends[0][0] <= share + 1e-12
    assert ends[1][0] >= share - 1e-12


def test_what_was_not_counted_has_no_interval():
    assert np.isnan(wilson_interval(np.array([0.5]), np.array([np.nan]))).all()


@given(st.lists(st.sampled_from([-1, 0, 1]), min_size=1, max_size=40))
def test_no_answers_with_that_score_spread_more(answers):
    score = np.array(answers, dtype=float)
    error = widest_score_error(score.mean(keepdims=True), np.array([float(len(answers))]))[0]
    assert score.std() / np.sqrt(len(answers)) <= error + 1e-9
