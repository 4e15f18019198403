"""Departments that need each other: exact answers for loops."""

import math

import numpy as np
import pytest

import valuechain as vc
from tests.known_answers.chance import SIGMAS, assert_mean, assert_share

SAMPLES = 20_000


def pair(need=1.0, takes="1 h", **fields):
    """HR serves IT and IT serves HR; IT also serves a customer, for which it waits for nobody."""
    both = {"takes": takes, "need": need, **fields}
    return vc.ValueChain(
        departments={"hr": {"name": "RR. HH."}, "it": {"name": "TI"}},
        customers={"shop": {}},
        services=[
            {"provider": "hr", "client": "it", "for": ["hr"], **both},
            {"provider": "it", "client": "hr", **both},
            {"provider": "it", "client": "shop", "takes": "1 h"},
        ],
    )


def means(chain, **arguments):
    services = vc.propagate_delay(chain, **arguments).table("services")
    return [services.value(service, "mean_hours") for service in ("hr>it", "it>hr")]


def test_half_of_the_jobs():
    """``A = 1 + A / 2``: 2 h each. Visits are geometric: k of them with 1/2^k."""
    chain = pair(need=0.5)
    assert means(chain, mode="expected") == [2, 2]
    result = vc.propagate_delay(chain, samples=SAMPLES)
    for service in ("hr>it", "it>hr"):
        hours = result.samples(service)
        assert_mean(hours, 2)
        for visits in (1, 2, 3, 4):
            assert_share(float((hours == visits).mean()), 0.5**visits, SAMPLES)


@pytest.mark.parametrize("mode", ["sampled", "expected"])
def test_all_jobs_are_a_deadlock_that_is_named(mode):
    with pytest.raises(vc.DeadlockError) as caught:
        vc.propagate_delay(pair(), mode=mode)
    for lang, way_out in (("en", "a buffer"), ("es", "un buffer")):
        said = caught.value.text(lang)
        assert "hr>it" in said
        assert "it>hr" in said
        assert "it>shop" not in said
        assert way_out in said


def test_all_jobs_with_a_head_start():
    """All jobs, Exp(1 h) each, asked for 2 h ahead: 1.255 h.

    ``A = (A' - 2)^+ + O`` is Lindley's equation of a D/M/1 queue with arrivals every 2 h, so A is
    exponential of mean ``1 / (1 - sigma)``, ``sigma = exp(-2 (1 - sigma))`` (Kleinrock, Queueing
    Systems I, 1975, section 6.4, G/M/1).
    """
    sigma = 0.2
    for _ in range(200):
        sigma = math.exp(-2 * (1 - sigma))
    assert 1 / (1 - sigma) == pytest.approx(1.255, abs=5e-4)
    chain = pair(takes={"mean": "1 h"}, buffer="2 h")
    samples = 60_000
    result = vc.propagate_delay(chain, samples=samples)
    for service in ("hr>it", "it>hr"):
        hours = result.samples(service)
        assert_mean(hours, 1 / (1 - sigma))
        assert_share(float((hours > 3).mean()), math.exp(-3 * (1 - sigma)), samples)


@pytest.mark.parametrize(("need", "hours"), [(0.95, 20), (0.99, 100)])
@pytest.mark.filterwarnings("ignore:.*passes on 99:valuechain.ValueChainWarning")
def test_loops_that_pass_on_nearly_everything(need, hours):
    """``A = 1 + need A``: 20 h and 100 h, exactly in expected mode.

    Sampled: the mean over seeds within its own spread; the fixed rounds leave a thousandth.
    """
    chain = pair(need=need)
    assert means(chain, mode="expected") == pytest.approx([hours, hours], rel=1e-12)
    found = np.array([means(chain, samples=4_000, seed=seed) for seed in range(10)])
    error = found.std(axis=0, ddof=1) / math.sqrt(len(found))
    assert (np.abs(found.mean(axis=0) - hours) <= SIGMAS * error + 1e-3 * hours).all()
    assert (error < 0.05 * hours).all()


def test_a_loop_that_passes_on_nearly_everything_is_warned_of():
    with pytest.warns(vc.ValueChainWarning, match="99"):
        vc.propagate_delay(pair(need=0.99), samples=10)


def test_a_row_of_gamblers():
    """Gambler's ruin (Feller I, XIV.3): a fair walk from z between 0 and a lasts z (a - z) steps.

    Department z asks one neighbour or the other, in half of the jobs each: in sequence its mean is
    ``1 + (A(z - 1) + A(z + 1)) / 2``. Six departments, a = 7.
    """
    last = 6
    services = [
        {"provider": f"z{z}", "client": f"z{other}", "takes": "1 h", "need": 0.5}
        for z in range(1, last + 1)
        for other in (z - 1, z + 1)
        if 1 <= other <= last
    ]
    services.append({"provider": "z3", "client": "owner", "takes": 0})
    chain = vc.ValueChain(
        departments={f"z{z}": {"inputs": "in_sequence"} for z in range(1, last + 1)},
        customers={"owner": {}},
        services=services,
    )
    exact = vc.propagate_delay(chain, mode="expected").table("services")
    for service in chain.services:
        if service.client == "owner":
            continue
        z = int(service.provider[1:])
        expected = z * (last + 1 - z)
        assert exact.value(service.id, "mean_hours") == pytest.approx(expected, rel=1e-9)
    sampled = vc.propagate_delay(chain, samples=SAMPLES)
    assert_mean(sampled.samples("z3>z4"), 12, sigmas=5)
