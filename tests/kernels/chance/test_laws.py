"""Laws of own times against scipy.stats: moments, quantiles, and what is drawn."""

import math

import numpy as np
import pytest
from scipy import integrate, special, stats

from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.chance.inverse_tables import Inversion, normal_score
from valuechain.kernels.chance.laws import median, moments, quantile, standard, standard_cdf
from valuechain.kernels.chance.streams import CELLS, Draws, stream_keys
from valuechain.kernels.delay.own_time import OwnTimes, own_moments
from valuechain.network.arrays import Family, Laws

SHARES = np.array([1e-6, 0.001, 0.1, 0.25, 0.5, 0.9, 0.999, 1 - 1e-6])
VALUES = (1.0, 1.0, 2.5, 4.0, 10.0)
SPIKED = ("weibull_min", (("c", 1.7),))

# One row a family: the law of Z in scipy's words, loc and scale in hours.
FAMILIES = {
    "exponential": (Family.EXPONENTIAL, (0, 0), None, stats.expon, 0.5, 3.0),
    "lognormal": (Family.LOGNORMAL, (0.8, 0), None, stats.lognorm(0.8), 1.0, 2.0),
    "wide lognormal": (Family.LOGNORMAL, (2.0, 0), None, stats.lognorm(2.0), 0.0, 1.0),
    "gamma": (Family.GAMMA, (3.0, 0), None, stats.gamma(3.0), 0.0, 2.0),
    "peaked gamma": (Family.GAMMA, (0.3, 0), None, stats.gamma(0.3), 0.0, 2.0),
    "beta": (Family.BETA, (2.0, 5.0), None, stats.beta(2.0, 5.0), 1.0, 9.0),
    "two-humped beta": (Family.BETA, (0.5, 0.5), None, stats.beta(0.5, 0.5), 0.0, 8.0),
    "scipy": (Family.SCIPY, (0, 0), SPIKED, stats.weibull_min(1.7), 0.0, 4.0),
    "normal": (Family.SCIPY, (0, 0), ("norm", ()), stats.norm, 10.0, 1.0),
}
DIPPING = {
    "dipping normal": (Family.SCIPY, (0, 0), ("norm", ()), stats.norm, 1.0, 2.0),
    "dipping exponential": (Family.EXPONENTIAL, (0, 0), None, stats.expon, -1.0, 3.0),
    "dipping gamma": (Family.GAMMA, (3.0, 0), None, stats.gamma(3.0), -4.0, 2.0),
}


def laws_of(*rows):
    family, shape, extra, _, loc, scale = zip(*rows, strict=True)
    return Laws(
        np.array(family, np.int8),
        np.array(loc, float),
        np.array(scale, float),
        np.array(shape, float),
        {i: given for i, given in enumerate(extra) if given is not None},
    )


def empirical(values, loc=0.0, scale=1.0):
    return laws_of((Family.EMPIRICAL, (0, 0), np.array(values), None, loc, scale))


def in_hours(row):
    _, _, _, law, loc, scale = row
    return lambda p: np.maximum(loc + scale * law.ppf(p), 0.0)


def drawn(laws, n=40_000, seed=2, factor=None, shared_cause=0.0):
    ranks = Draws(seed, 0, n).ranks(stream_keys(seed, "own", ["a"]))[0]
    return Inversion(laws, shared_cause).one(0, ranks, factor).astype(float)


every_family = pytest.mark.parametrize(
    "row", [*FAMILIES.values(), *DIPPING.values()], ids=[*FAMILIES, *DIPPING]
)


@every_family
def test_moments_are_those_of_the_quantile_function(row):
    mean, variance = (float(part[0]) for part in moments(laws_of(row)))
    # the second way: integrals of scipy's quantiles over the normal score
    _, _, _, law, loc, scale = row

    def moment(k):
        def density(z):
            z_upper = law.isf(special.ndtr(-z))
            return max(loc + scale * z_upper, 0.0) ** k * stats.norm.pdf(z)

        return integrate.quad(density, -8, 14, limit=400)[0]

    assert mean == pytest.approx(moment(1), rel=2e-4)
    assert variance + mean**2 == pytest.approx(moment(2), rel=4e-3)


@every_family
def test_quantiles_are_those_of_scipy(row):
    laws = laws_of(row)
    for p in SHARES.tolist():
        assert quantile(laws, p)[0] == pytest.approx(float(in_hours(row)(p)), rel=1e-7, abs=1e-9)
    assert median(laws)[0] == pytest.approx(float(in_hours(row)(0.5)), rel=1e-12)


@pytest.mark.parametrize("row", FAMILIES.values(), ids=FAMILIES)
def test_distribution_functions_are_those_of_scipy(row):
    law = row[3]
    z = law.ppf(SHARES)
    found = standard_cdf(standard(laws_of(row), 0), z)
    np.testing.assert_allclose(found, law.cdf(z), rtol=1e-9)
    below = standard_cdf(standard(laws_of(row), 0), -5.0)
    assert below == pytest.approx(law.cdf(-5.0), abs=1e-12)


@pytest.mark.parametrize("shared_cause", [0.0, 0.4])
@every_family
def test_what_is_drawn_follows_the_law(row, shared_cause):
    draws = Draws(2, 0, 40_000)
    factor = normal_score(draws.ranks(stream_keys(2, "shared cause", [""]))[0])
    hours = drawn(laws_of(row), factor=factor if shared_cause else None, shared_cause=shared_cause)
    _, _, _, law, loc, scale = row
    positive = hours[hours > 0]
    assert hours.min() >= 0
    below_zero = law.cdf(-loc / scale)
    assert np.mean(hours == 0) == pytest.approx(below_zero, abs=4 * math.sqrt(0.25 / len(hours)))

    def conditional(x):
        return (law.cdf((x - loc) / scale) - below_zero) / (1 - below_zero)

    assert stats.kstest(positive, conditional).pvalue > 0.01


@every_family
def test_tables_follow_the_quantiles_into_the_tails(row):
    tail = np.array([2.0**-20, 1e-4, 0.01, 0.3, 0.5, 0.9, 0.999, 1 - 1e-6])
    hours = Inversion(laws_of(row), 0.0).one(0, (tail * CELLS).astype(np.float32))
    upper = row[3].isf((tail * CELLS).astype(np.float32).astype(float) / CELLS)
    expected = np.maximum(row[4] + row[5] * upper, 0)
    np.testing.assert_allclose(hours, expected, rtol=2e-4, atol=2e-4 * row[5])


def test_measured_values_are_drawn_as_they_are():
    hours = drawn(empirical(VALUES))
    values, counts = np.unique(hours, return_counts=True)
    assert values.tolist() == sorted(set(VALUES))
    expected = np.array([2, 1, 1, 1]) / 5 * len(hours)
    assert stats.chisquare(counts, expected).pvalue > 0.01
    mean, variance = moments(empirical(VALUES))
    assert mean[0] == pytest.approx(np.mean(VALUES))
    assert variance[0] == pytest.approx(np.var(VALUES))
    found = [float(quantile(empirical(VALUES), p)[0]) for p in (0.3, 0.4, 0.41, 0.6, 0.99)]
    assert found == [1, 1, 2.5, 2.5, 10]
    np.testing.assert_allclose(
        standard_cdf(standard(empirical(VALUES), 0), [0.9, 1.0, 3.0, 10.0]), [0, 0.4, 0.6, 1]
    )


def test_values_below_zero_count_as_zero():
    below = empirical([-2.0, 1.0, 4.0])
    assert set(drawn(below, n=400)) == {0.0, 1.0, 4.0}
    shifted = empirical([0.0, 3.0, 6.0], loc=-2.0)
    assert set(drawn(shifted, n=400)) == {0.0, 1.0, 4.0}
    for laws in (below, shifted):
        mean, variance = moments(laws)
        assert mean[0] == pytest.approx(5 / 3)
        assert variance[0] == pytest.approx(np.var([0, 1, 4]))


def test_constants_are_exact():
    laws = Laws(np.zeros(2, np.int8), np.array([0.1, -3.0]), np.zeros(2), np.zeros((2, 2)))
    mean, variance = moments(laws)
    assert mean.tolist() == [0.1, 0.0]
    assert variance.tolist() == [0.0, 0.0]
    ranks = np.full(4, 5.0, np.float32)
    assert (Inversion(laws, 0.5).one(0, ranks, ranks) == np.float32(0.1)).all()
    assert (Inversion(laws, 0.0).one(1, ranks) == 0).all()


def own_times(n=40_000, **columns):
    arrays = chain_arrays([("a", "x"), ("b", "x")], customers=["x"], need=[0.5, 0.5], **columns)
    draws = Draws(4, 0, n, rows=2)
    times = OwnTimes(arrays, 4)
    out = np.empty((2, n), np.float32)
    times.fill(times.of(np.array([0, 1])), draws, times.factor(draws), out)
    return arrays, out.astype(float)


def exponentials(*means):
    return laws_of(*((Family.EXPONENTIAL, (0, 0), None, None, 0.0, mean) for mean in means))


def test_a_geometric_number_of_exponential_attempts_is_exponential():
    arrays, own = own_times(own=exponentials(1.0, 2.0), fcr=[0.5, 1.0])
    assert stats.kstest(own[0], stats.expon(scale=2).cdf).pvalue > 0.01
    mean, variance = own_moments(arrays)
    assert mean.tolist() == [2.0, 2.0]
    assert variance.tolist() == [4.0, 4.0]


def test_rework_common_time_and_shock_add_up():
    # E O = E D + E X / fcr + shock; Var O = Var D + Var X / fcr + (E X)^2 (1 - fcr) / fcr^2
    arrays, own = own_times(
        own=empirical_pair([1.0, 3.0]), fcr=[0.25, 1.0], shock=[0.0, 5.0], common={"a": 2.0}
    )
    mean, variance = own_moments(arrays)
    assert mean.tolist() == [2 + 2 / 0.25, 2 + 5.0]
    assert variance.tolist() == pytest.approx([1 / 0.25 + 4 * 0.75 / 0.0625, 1.0])
    for i in range(2):
        error = math.sqrt(variance[i] / own.shape[1])
        assert abs(own[i].mean() - mean[i]) < 4 * error
        assert own[i].var() == pytest.approx(variance[i], rel=0.05)
    attempts = np.arange(1, 6)
    once = empirical_pair([1.0])
    _, counted = own_times(own=once, fcr=[0.25, 1.0])
    shares = [np.mean(counted[0] == k) for k in attempts]
    np.testing.assert_allclose(shares, 0.25 * 0.75 ** (attempts - 1), atol=0.01)


def empirical_pair(values):
    row = (Family.EMPIRICAL, (0, 0), np.array(values), None, 0.0, 1.0)
    return laws_of(row, row)


@pytest.mark.parametrize("shared", [0.0, 0.3, 0.8, 1.0])
def test_a_shared_cause_correlates_normal_scores_and_keeps_the_laws(shared):
    mixed = laws_of(FAMILIES["lognormal"], FAMILIES["gamma"])
    _, own = own_times(own=mixed, coefficients={"shared_cause": shared})
    scores = [
        stats.norm.ppf(law.cdf((x - loc) / scale))
        for x, (_, _, _, law, loc, scale) in zip(
            own, (FAMILIES["lognormal"], FAMILIES["gamma"]), strict=True
        )
    ]
    for score in scores:
        assert stats.kstest(score, "norm").pvalue > 0.01
    assert np.corrcoef(scores)[0, 1] == pytest.approx(shared, abs=4 / math.sqrt(own.shape[1]))


def test_attempts_share_the_cause_of_their_sample():
    # two fifths of the jobs take one attempt; given the cause attempts are independent
    _, own = own_times(own=exponentials(1.0, 1.0), fcr=[0.4, 1.0], coefficients={"shared_cause": 1})
    ratio = own[0] / own[1]
    assert np.allclose(ratio, np.round(ratio), atol=1e-3)
    assert np.mean(np.round(ratio) == 1) == pytest.approx(0.4, abs=0.01)
