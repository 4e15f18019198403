"""One after the other, without queues: times add up, and so do means and variances."""

import math

import numpy as np
import pytest

import valuechain as vc
from tests.known_answers.chance import assert_mean, assert_share, assert_variance

SAMPLES = 40_000


def row(*given, **of_the_last):
    """Departments in a row, each with the `takes` given (and more fields, if it is a mapping)."""
    n = len(given)
    services = []
    for place, fields in enumerate(given):
        fields = fields if isinstance(fields, dict) and "takes" in fields else {"takes": fields}
        client = f"d{place + 1:03}" if place + 1 < n else "owner"
        services.append({"provider": f"d{place:03}", "client": client, **fields})
    services[-1] |= of_the_last
    departments = {f"d{place:03}": {} for place in range(n)}
    return vc.ValueChain(departments=departments, customers={"owner": {}}, services=services)


def arrivals(chain, seed=0, samples=SAMPLES):
    last = f"d{len(chain.departments) - 1:03}>owner"
    return vc.propagate_delay(chain, samples=samples, seed=seed).samples(last)


def test_a_hundred_services_of_0_1_or_2_hours():
    """mc-dagprop's chain: delays 0, 1, 2 at .2, .5, .3 a service: mean 110, variance 49."""
    delay = {"samples": ["0 h"] * 2 + ["1 h"] * 5 + ["2 h"] * 3}
    chain = row(*[delay] * 100)
    exact = vc.propagate_delay(chain, mode="expected").table("customers")
    assert exact.value("owner", "mean_hours") == pytest.approx(110, rel=1e-12)
    sampled = arrivals(chain)
    assert_mean(sampled, 110)
    assert_variance(sampled, 110, 49)
    assert np.unique(sampled % 1).tolist() == [0]


def test_a_tandem_line_of_exponentials_is_late_like_a_poisson_process():
    """Erlang: k stages of mean 1 h exceed t with the chance of fewer than k events in t.

    (Kleinrock, Queueing Systems I, 1975, section 4.2.)
    """
    k, promised = 5, 8
    chain = row(*[{"mean": "1 h"}] * k, sla=f"{promised} h")
    late = sum(math.exp(-promised) * promised**i / math.factorial(i) for i in range(k))
    assert late == pytest.approx(0.0996, abs=5e-5)  # tables of the Poisson distribution
    result = vc.propagate_delay(chain, samples=SAMPLES).table("customers")
    assert_share(result.value("owner", "breach"), late, SAMPLES)
    sampled = arrivals(chain)
    assert_mean(sampled, k)
    assert_variance(sampled, k, k)
    # the mean time beyond t: the sum of those tails one stage further, k P(k + 1) - t P(k)
    tail = math.exp(-promised) * promised**k / math.factorial(k)
    assert_mean(np.maximum(sampled - promised, 0), k * (late + tail) - promised * late)


def test_the_coupon_collector():
    """Feller, An Introduction to Probability Theory I, IX.3: six faces of a die, 14.7 throws.

    The k-th new face takes a geometric number of throws of success (7 - k)/6: rework.
    """
    throws = [{"takes": "1 h", "fcr": (6 - found) / 6} for found in range(6)]
    chain = row(*throws)
    expected = 6 * sum(1 / k for k in range(1, 7))
    assert expected == pytest.approx(14.7)
    exact = vc.propagate_delay(chain, mode="expected").table("customers")
    assert exact.value("owner", "mean_hours") == pytest.approx(14.7, rel=1e-12)
    sampled = arrivals(chain, seed=1)
    assert sampled.min() == 6
    assert_mean(sampled, 14.7)
    assert_variance(sampled, 14.7, sum((1 - p) / p**2 for p in (k / 6 for k in range(1, 7))))


def test_attempts_of_exponential_length_until_one_succeeds():
    """A geometric sum of exponentials is exponential (Feller II, 1971, II.4).

    As in GERT's rework loop (Pritsker and Happ, Journal of Industrial Engineering 17, 1966).
    """
    chain = row({"takes": {"mean": "3 h"}, "fcr": 0.75}, sla="10 h")
    sampled = arrivals(chain, seed=2)
    assert_mean(sampled, 4)
    assert_variance(sampled, 4, 16)
    assert_share(float((sampled > 10).mean()), math.exp(-10 / 4), SAMPLES)


def test_a_stock_takes_off_what_it_holds():
    """An exponential has no memory: ``E (X - b)^+ = m exp(-b / m)``, m its mean."""
    chain = row({"takes": {"mean": "2 h"}, "buffer": "3 h"}, "1 h")
    sampled = arrivals(chain, seed=3)
    assert_mean(sampled, 1 + 2 * math.exp(-1.5))
    assert_share(float((sampled > 1).mean()), math.exp(-1.5), SAMPLES)
