"""The on-time gap: the share observed comes back, whatever the law, ties and rounding."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.kernels.dissatisfaction.lateness import fit_gaps, late_share, seen_by_clients
from valuechain.network.arrays import Laws


def exponential(*hours):
    """Exponential laws of these means; a constant where negative."""
    mean = np.array(hours, dtype=float)
    fixed = mean < 0
    return Laws(
        np.where(fixed, 0, 1).astype(np.int8),
        np.where(fixed, -mean, 0.0),
        np.where(fixed, 0.0, mean),
        np.zeros((len(mean), 2)),
    )


def fitted(own, samples=500, **columns):
    """The gaps of services of their own to one customer, and the late shares they lead to."""
    m = len(own)
    pairs = [("a", f"c:{i}") for i in range(m)]
    arrays = chain_arrays(
        pairs, customers=("c",), need=np.full(m, 1 / m), own=exponential(*own), **columns
    )
    run = sample_delay(delay_model(arrays, samples, 0))
    return arrays, run, fit_gaps(arrays, run)


def test_a_gap_moves_the_point_to_the_quantile_that_was_observed():
    _, _run, gaps = fitted([5.0], 20_000, sla=[8.0], on_time=[0.6])
    assert gaps.late[0] == pytest.approx(0.4, abs=1e-12)
    # P(A > 8 + g) = .4: 8 + g = -5 ln .4
    error = 5 * np.sqrt(0.6 / 0.4 / 20_000)
    assert abs(8.0 + gaps.gap[0] + 5 * np.log(0.4)) < 4 * error


@settings(max_examples=30)
@given(
    st.sampled_from([5.0, 0.01, 300.0, -3.0, -7.0, -1e-4]),
    st.floats(0.001, 0.999),
    st.sampled_from([0.0, 0.5, 7.0, 1e4]),
    st.sampled_from([1, 2, 7, 300]),
)
def test_the_share_observed_comes_back(own, on_time, sla, samples):
    """Laws and constants (negative: all samples tie), promises far off, few samples."""
    _, run, gaps = fitted([own], samples, sla=[sla], on_time=[on_time])
    assert gaps.late[0] == pytest.approx(1 - on_time, abs=1e-12)
    point = sla + gaps.gap[0]
    assert late_share(run.arrivals(np.array([0]))[0], point, gaps.tie[0]) == pytest.approx(
        1 - on_time, abs=1e-12
    )
    assert 0 <= gaps.tie[0] <= 1


def test_a_constant_counts_late_in_the_share_that_fits_and_all_late_after_a_delay():
    arrays, _, gaps = fitted([-6.0], sla=[8.0], on_time=[0.7])
    assert gaps.gap[0] == pytest.approx(-2.0, abs=1e-6)
    assert gaps.tie[0] == pytest.approx(0.3)
    assert late_share(np.full(9, 6.001, np.float32), 6.0, gaps.tie[0]) == 1.0
    assert late_share(np.full(9, 5.999, np.float32), 6.0, gaps.tie[0]) == 0.0
    assert seen_by_clients(arrays, gaps).expects[0] == pytest.approx(6.0, abs=1e-6)


def test_on_time_refers_to_the_promise_and_expects_moves_along():
    """Of a promise of 8 h with a gap of g, a client who expects 6 h calls 6 h + g late."""
    _, run, gaps = fitted([5.0], 2_000, sla=[8.0], expects=[6.0], on_time=[0.6])
    hours = run.arrivals(np.array([0]))[0]
    assert np.mean(hours > 8.0 + gaps.gap[0]) == pytest.approx(0.4, abs=1e-3)
    assert gaps.late[0] == pytest.approx(np.mean(hours > 6.0 + gaps.gap[0]), abs=1e-3)
    # without a promise it refers to what is expected
    _, _, plain = fitted([5.0], 2_000, expects=[6.0], on_time=[0.6])
    assert plain.late[0] == pytest.approx(0.4, abs=1e-12)


def test_without_an_observation_or_a_promise_there_is_no_gap():
    _, run, gaps = fitted([5.0, 5.0, 5.0], sla=[8.0, np.nan, np.nan], on_time=[np.nan, 0.5, np.nan])
    assert gaps.gap.tolist() == gaps.tie.tolist() == [0.0, 0.0, 0.0]
    assert gaps.late[0] == run.late[0]
    assert np.isnan(gaps.late[1:]).all()


@pytest.mark.parametrize(("on_time", "late"), [(0.0, 100.5 / 101), (1.0, 0.5 / 101)])
def test_always_and_never_are_moved_inside(on_time, late):
    _, _, gaps = fitted([5.0], 500, sla=[8.0], on_time=[on_time])
    assert gaps.late[0] == pytest.approx(late, abs=1e-12)
