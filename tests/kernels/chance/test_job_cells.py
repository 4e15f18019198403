"""Four jobs from one word: the net of cells, and rows that are looked up beside the laws."""

import itertools
import math

import numpy as np
import pytest
from scipy import integrate, stats

from tests.kernels.chance.test_laws import (
    DIPPING,
    FAMILIES,
    VALUES,
    empirical,
    every_family,
    laws_of,
)
from valuechain.kernels.chance.inverse_tables import Inversion, normal_score
from valuechain.kernels.chance.job_cells import END_CELLS, cell_table, job_cells, ranks_of
from valuechain.kernels.chance.streams import CELLS, Draws, stream_keys

N = 40_000
MANY = 1 << 16
ENDS = END_CELLS / CELLS
PAIRS = list(itertools.combinations(range(4), 2))


def row_of(laws, n=N, seed=2, factor=None, shared_cause=0.0):
    """A row of hours, and the ranks it stands for."""
    draws = Draws(seed, 0, n)
    words = draws.words(stream_keys(seed, "own", ["a"]))
    ranks = ranks_of(words, draws.fraction)[0]
    out = np.empty((1, n), np.float32)
    rows = Inversion(laws, shared_cause).rows(np.array([0]))
    rows.fill(words, draws.fraction, factor, out)
    return out[0], ranks


SIDES = [sides for sides in itertools.product(range(9), repeat=4) if sum(sides) == 8]


@pytest.mark.parametrize("sides", SIDES)
def test_every_box_of_the_net_holds_one_word(sides):
    box = np.zeros(MANY, np.int64)
    for cell, digits in zip(job_cells().cell.T.astype(np.int64), sides, strict=True):
        box = (box << 2 * digits) + (cell >> (16 - 2 * digits))
    assert len(np.unique(box)) == MANY


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_jobs_of_a_word_follow_no_visible_line(one, other):
    cell = job_cells().cell[:, [one, other]].astype(float)
    assert abs(np.corrcoef(cell.T)[0, 1]) < 1e-4
    slope = np.diff(cell[np.argsort(cell[:, 0]), 1])
    assert len(np.unique(slope)) > 1000  # a lattice has two or three


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_jobs_of_a_word_are_together_as_often_as_independent_ones(one, other):
    cell = job_cells().cell[:, [one, other]]
    edges = np.linspace(0, MANY, 513)
    both = np.histogram2d(*cell.T, bins=[edges, edges])[0].cumsum(0).cumsum(1)
    assert np.abs(both - np.outer(edges[1:], edges[1:]) / MANY).max() < 2  # of 65,536


@pytest.mark.parametrize("upper", [False, True])
@pytest.mark.parametrize("share", [0.5, 0.1, 0.01, 0.001])
def test_extremes_of_the_jobs_of_a_word_move_the_error_of_a_share_by_next_to_nothing(share, upper):
    cell = job_cells().cell
    extreme = cell >= MANY - share * MANY if upper else cell < share * MANY
    counts, independent = extreme.sum(axis=1), 4 * share * (1 - share)
    assert counts.var() / independent == pytest.approx(1, abs=0.02)  # the error: its root


@pytest.mark.parametrize("first", [0, 4, 400, 4096])
def test_words_do_not_depend_on_where_reading_starts(first):
    keys = stream_keys(3, "own", ["a", "b"])
    whole = Draws(3, 0, first + 600, rows=2).words(keys, 5).number
    part = Draws(3, first, 600, rows=2).words(keys, 5)
    np.testing.assert_array_equal(part.number, whole[:, first // 4 :])
    np.testing.assert_array_equal(part.number, part.sixteen)
    with pytest.raises(ValueError, match="no multiple of 4"):
        Draws(3, 0, 602).words(keys[:1])


def test_ranks_of_words_are_uniform_and_do_not_follow_their_neighbours():
    draws = Draws(1, 0, 4 * MANY)
    ranks = ranks_of(draws.words(stream_keys(1, "own", ["a"])), draws.fraction)[0].astype(float)
    assert stats.kstest(ranks / CELLS, "uniform").pvalue > 0.01
    for places in (1, 2, 3, 4, 16):
        table = np.histogram2d(ranks, np.roll(ranks, places), bins=16, range=[[0, CELLS]] * 2)[0]
        expected = len(ranks) / 256
        assert stats.chi2.sf(((table - expected) ** 2 / expected).sum(), 255) > 1e-3


@pytest.mark.parametrize("shared_cause", [0.0, 0.4])
@every_family
def test_rows_follow_the_law(row, shared_cause):
    draws = Draws(2, 0, N)
    factor = normal_score(draws.ranks(stream_keys(2, "shared cause", [""]))[0])
    hours, _ = row_of(
        laws_of(row), factor=factor if shared_cause else None, shared_cause=shared_cause
    )
    _, _, _, law, loc, scale = row
    below_zero = law.cdf(-loc / scale)
    assert np.mean(hours == 0) == pytest.approx(below_zero, abs=4 * math.sqrt(0.25 / N))

    def conditional(x):
        return (law.cdf((x - loc) / scale) - below_zero) / (1 - below_zero)

    assert stats.kstest(hours[hours > 0].astype(float), conditional).pvalue > 0.01


@every_family
def test_rows_differ_from_single_draws_by_less_than_a_cell_and_in_the_ends_by_nothing(row):
    inversion = Inversion(laws_of(row), 0.0)
    hours, ranks = row_of(laws_of(row))
    words = Draws(2, 0, N).words(stream_keys(2, "own", ["a"]))
    cell = job_cells().cell[words.number[0]].ravel().astype(np.float32)
    single = inversion.one(0, ranks)
    longest = inversion.one(0, np.maximum(cell, np.float32(2.0**-16)))
    shortest = inversion.one(0, cell + 1)
    rounding = 1e-6 * (longest + row[5])
    assert (hours <= longest + rounding).all()
    assert (hours >= shortest - rounding).all()
    at_end = (cell < END_CELLS) | (cell >= CELLS - END_CELLS)
    assert at_end.any()
    np.testing.assert_array_equal(hours[at_end], single[at_end])


@every_family
def test_middles_of_cells_leave_the_mean_where_it_is(row):
    _, _, _, law, loc, scale = row
    table = cell_table(lambda ranks: Inversion(laws_of(row), 0.0).one(0, ranks)).value[:, 0]
    cells = job_cells().cell[:, 0]
    inner = (cells >= END_CELLS) & (cells < MANY - END_CELLS)
    exact, _ = integrate.quad(
        lambda s: max(loc + scale * law.isf(s), 0.0),
        ENDS, 1 - ENDS, limit=2000, points=[0.01, 0.1, 0.9, 0.99],
    )  # fmt: skip
    assert table[inner].sum(dtype=float) / MANY == pytest.approx(exact, rel=2e-5)


def test_rows_of_several_laws_are_those_of_each():
    several = [*FAMILIES.values(), DIPPING["dipping gamma"]]
    draws = Draws(4, 0, 1000, rows=len(several))
    keys = stream_keys(4, "own", [str(i) for i in range(len(several))])
    together = np.empty((len(several), 1000), np.float32)
    rows = Inversion(laws_of(*several), 0.0).rows(np.arange(len(several)))
    rows.fill(draws.words(keys), draws.fraction, None, together)
    for i, row in enumerate(several):
        alone = np.empty((1, 1000), np.float32)
        one = Inversion(laws_of(row), 0.0).rows(np.array([0]))
        one.fill(draws.words(keys[i : i + 1]), draws.fraction, None, alone)
        np.testing.assert_array_equal(together[i], alone[0])


def test_rows_of_measured_values_are_picked_at_the_rank_itself():
    hours, ranks = row_of(empirical(VALUES))
    np.testing.assert_array_equal(hours, Inversion(empirical(VALUES), 0.0).one(0, ranks))
    assert set(hours.tolist()) == set(VALUES)
