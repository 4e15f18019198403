"""Draws that belong to a name: uniform, independent, and the same wherever they are read from."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from valuechain.kernels.chance.streams import CELLS, Draws, stream_keys
from valuechain.kernels.delay.pairing import NEIGHBOURS, Pairing

MANY = 2**17


def ranks(names, *, seed=0, first=0, size=4096, purpose="own", round_=0):
    keys = stream_keys(seed, purpose, names)
    return Draws(seed, first, size, rows=len(names)).ranks(keys, round_)


@given(
    st.integers(0, 2**40).map(lambda words: 4 * words),
    st.integers(1, 300),
    st.integers(0, 25).map(lambda words: 4 * words),
    st.integers(0, 3),
)
def test_a_draw_does_not_depend_on_where_reading_starts(first, size, earlier, round_):
    start = max(0, first - earlier)
    whole = ranks(["a", "b"], first=start, size=size + first - start, round_=round_)
    part = ranks(["a", "b"], first=first, size=size, round_=round_)
    np.testing.assert_array_equal(part, whole[:, first - start :])


def test_draws_at_chosen_samples_are_those_of_the_row():
    key = stream_keys(3, "own", ["a"])
    draws = Draws(3, 400, 1000)
    chosen = np.array([0, 1, 2, 3, 17, 998, 999])
    for round_ in (0, 5):
        row = draws.ranks(key, round_)[0]
        np.testing.assert_array_equal(draws.ranks_at(key[0], chosen, 0, round_), row[chosen])


def test_a_draw_belongs_to_its_name_and_purpose():
    alone = ranks(["b"])[0]
    np.testing.assert_array_equal(ranks(["c", "a", "b"])[2], alone)
    for other in (ranks(["c"]), ranks(["b"], purpose="need"), ranks(["b"], seed=1)):
        assert np.count_nonzero(other[0] == alone) < 5  # of 4096
    assert stream_keys(0, "own", []).shape == (0, 1)


def test_ranks_are_uniform_without_gaps_or_ties():
    row = ranks(["a"], size=MANY)[0].astype(float)
    assert stats.kstest(row / CELLS, "uniform").pvalue > 0.01
    assert row.min() > 0
    assert row.max() <= CELLS
    assert len(np.unique(row)) > 0.97 * MANY  # float32 has 2^24 numbers for them
    inside_cells = row % 1
    assert stats.kstest(inside_cells[row < CELLS / 16], "uniform").pvalue > 0.01


def chi_square_of_pairs(one, other, bins=16):
    """The p-value of independence on a grid, with uniform margins."""
    table, _, _ = np.histogram2d(one, other, bins=bins, range=[[0, CELLS]] * 2)
    expected = len(one) / bins**2
    return stats.chi2.sf(((table - expected) ** 2 / expected).sum(), bins**2 - 1)


def test_streams_are_independent_of_each_other():
    rows = ranks([f"d{i}>d{i + 1}" for i in range(8)], size=MANY)
    found = [chi_square_of_pairs(rows[i], rows[j]) for i, j in combinations(range(8), 2)]
    assert stats.kstest(found, "uniform").pvalue > 1e-3
    assert min(found) > 1e-4


def test_rounds_attempts_and_neighbours_are_independent():
    key = stream_keys(0, "own", ["a"])
    draws = Draws(0, 0, MANY)
    row = draws.ranks(key)[0]
    every = np.arange(MANY)
    others = [draws.ranks(key, round_)[0] for round_ in (1, 2, 500)]
    others += [draws.ranks_at(key[0], every, attempt) for attempt in (1, 2, 30)]
    others += [np.roll(row, places) for places in (1, 2, 3, 4, 8)]
    found = [chi_square_of_pairs(row, other) for other in others]
    assert min(found) > 1e-3


def test_the_smallest_of_many_streams_is_as_small_as_it_has_to_be():
    # ranks share their place inside a cell: it must not show even at the extremes of 32 streams
    rows = ranks([str(i) for i in range(32)], size=MANY).astype(float)
    smallest = 1 - (1 - rows.min(axis=0) / CELLS) ** 32
    assert stats.kstest(smallest, "uniform").pvalue > 0.01


def test_whole_numbers_cover_their_range_evenly():
    keys = stream_keys(0, "pairing", [str(i) for i in range(6000)])
    numbers = Draws(0, 64, 64).whole_numbers(keys, 6)
    assert stats.chisquare(np.bincount(numbers, minlength=6)).pvalue > 0.01
    again = Draws(0, 64, 64).whole_numbers(keys[10:20], 6)
    np.testing.assert_array_equal(again, numbers[10:20])


@pytest.mark.parametrize("factor", [None, np.random.default_rng(5).standard_normal(512)])
def test_every_re_pairing_uses_each_sample_once(factor):
    factor = None if factor is None else factor.astype(np.float32)
    pairing = Pairing(0, Draws(0, 0, 512), factor)
    rotations = pairing.rotations(stream_keys(0, "pairing", ["a", "b", "c", "d"]), 0)
    for rotation in {*rotations, 0, NEIGHBOURS - 1}:
        np.testing.assert_array_equal(np.sort(pairing.samples(rotation)), np.arange(512))


def test_two_re_pairings_pair_almost_nothing_alike():
    pairing = Pairing(0, Draws(0, 0, 4096), None)
    one, other = pairing.samples(17), pairing.samples(1234)
    assert np.count_nonzero(one == other) < 10
    assert np.count_nonzero(one == np.arange(4096)) < 10


def test_with_a_shared_cause_only_neighbours_in_it_are_paired():
    factor = np.random.default_rng(6).standard_normal(4096).astype(np.float32)
    place = np.argsort(np.argsort(factor))
    pairing = Pairing(0, Draws(0, 0, 4096), factor)
    for rotation in (3, 40, NEIGHBOURS + 3, 2 * NEIGHBOURS - 1):
        partner = pairing.samples(rotation)
        distance = np.abs(place[partner] - place)
        assert distance.max() < NEIGHBOURS
        assert np.count_nonzero(distance) > 0.9 * 4096
        # windows move by half their width, so that from round to round all can meet
        crossed = place[partner] // NEIGHBOURS != place // NEIGHBOURS
        assert crossed.any() == (rotation >= NEIGHBOURS)
