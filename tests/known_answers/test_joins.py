"""Waiting for the last of several: closed forms for the largest of random times."""

import math

import pytest

import valuechain as vc
from tests.known_answers.chance import assert_mean, assert_share, assert_variance

SAMPLES = 60_000
NORMAL = {"dist": "norm", "loc": "10 h", "scale": "1 h"}


def joined(laws, *, department=None, assumptions=None, **fields):
    """Several inputs of one department; what it needs besides them takes no time."""
    services = [
        {"provider": f"in{place}", "client": "end", "takes": law, **fields}
        for place, law in enumerate(laws)
    ]
    services.append({"provider": "end", "client": "owner", "takes": 0})
    departments = {f"in{place}": {} for place in range(len(laws))} | {"end": department or {}}
    more = {"assumptions": assumptions} if assumptions else {}
    return vc.ValueChain(
        departments=departments, customers={"owner": {}}, services=services, **more
    )


def arrivals(chain, seed=0):
    return vc.propagate_delay(chain, samples=SAMPLES, seed=seed).samples("end>owner")


def test_larger_of_two_normals():
    """Clark, The greatest of a finite set of random variables, Operations Research 9 (1961).

    Normal(10 h, 1 h) twice: mean 10 + 1 / sqrt(pi) = 10.5642, variance 1 - 1 / pi.
    """
    expected = 10 + 1 / math.sqrt(math.pi)
    assert expected == pytest.approx(10.5642, abs=5e-5)
    sampled = arrivals(joined([NORMAL, NORMAL]))
    assert_mean(sampled, expected)
    assert_variance(sampled, expected, 1 - 1 / math.pi)


@pytest.mark.parametrize("correlation", [0.3, 0.8])
def test_larger_of_two_correlated_normals(correlation):
    """Clark again: 10 + sqrt((1 - rho) / pi), with one cause behind both."""
    sampled = arrivals(joined([NORMAL, NORMAL], assumptions={"shared_cause": correlation}), seed=1)
    assert_mean(sampled, 10 + math.sqrt((1 - correlation) / math.pi))


def test_largest_of_three_normals():
    """Harter, Expected values of normal order statistics, Biometrika 48 (1961): 1.5 / sqrt(pi)."""
    assert 1.5 / math.sqrt(math.pi) == pytest.approx(0.84628, abs=1e-5)
    assert_mean(arrivals(joined([NORMAL] * 3), seed=2), 10 + 1.5 / math.sqrt(math.pi))


@pytest.mark.parametrize("k", [2, 5, 20])
def test_largest_of_exponentials(k):
    """Harmonic numbers: 1 + 1/2 + ... + 1/k (Feller II, 1971, I.6)."""
    sampled = arrivals(joined([{"mean": "2 h"}] * k), seed=3)
    assert_mean(sampled, 2 * sum(1 / i for i in range(1, k + 1)))
    assert_variance(
        sampled,
        2 * sum(1 / i for i in range(1, k + 1)),
        4 * sum(1 / i**2 for i in range(1, k + 1)),
    )


def test_the_first_of_alternatives():
    """The least of exponentials is exponential, its rate the sum of theirs (Feller II, I.3)."""
    laws = [{"mean": "1 h"}, {"mean": "2 h"}, {"mean": "6 h"}]
    sampled = arrivals(joined(laws, alternatives="either"), seed=4)
    rate = 1 + 1 / 2 + 1 / 6
    assert_mean(sampled, 1 / rate)
    assert_share(float((sampled > 1).mean()), math.exp(-rate), SAMPLES)


def test_fetched_one_after_the_other():
    """In sequence times add up: a sum of uniforms has the Irwin-Hall law."""
    uniform = {"dist": "uniform", "loc": 0, "scale": "1 h"}
    sampled = arrivals(joined([uniform] * 3, department={"inputs": "in_sequence"}), seed=5)
    assert_mean(sampled, 1.5)
    assert_variance(sampled, 1.5, 0.25)
    assert_share(float((sampled <= 1).mean()), 1 / 6, SAMPLES)
    assert_share(float((sampled > 2.5).mean()), 0.5**3 / 6, SAMPLES)


def test_each_input_in_some_jobs_only():
    """Expected mode: the exact expected maximum of fixed values with independent needs.

    4 h needed in half of the jobs, else 3 h in half, else 1 h always: 2 + .75 + .25 = 3.
    """
    services = [
        {"provider": "a", "client": "end", "takes": "1 h"},
        {"provider": "b", "client": "end", "takes": "3 h", "need": 0.5},
        {"provider": "c", "client": "end", "takes": "4 h", "need": 0.5},
        {"provider": "end", "client": "owner", "takes": 0},
    ]
    chain = vc.ValueChain(
        departments={key: {} for key in ("a", "b", "c", "end")},
        customers={"owner": {}},
        services=services,
    )
    exact = vc.propagate_delay(chain, mode="expected").table("customers")
    assert exact.value("owner", "mean_hours") == pytest.approx(3, rel=1e-12)
    sampled = arrivals(chain, seed=6)
    assert_mean(sampled, 3)
    for hours, share in ((4, 0.5), (3, 0.25), (1, 0.25)):
        assert_share(float((sampled == hours).mean()), share, SAMPLES)
