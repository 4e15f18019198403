"""PERT with three estimates, and what is known about projects of random activities."""

import math

import pytest

import valuechain as vc
from tests.known_answers.activity_networks import OWNER, duration, on_arcs, on_nodes
from tests.known_answers.chance import assert_mean, assert_share, assert_variance

# least, most likely, most: General Foundry in Render, Stair and Hanna, Quantitative Analysis for
# Management, ch. 12 (the same figures as Milwaukee Paper in Heizer and Render, Operations
# Management, ch. 3, but for one predecessor)
ESTIMATES = {
    "A": (1, 2, 3),
    "B": (2, 3, 4),
    "C": (1, 2, 3),
    "D": (2, 4, 6),
    "E": (1, 4, 7),
    "F": (1, 2, 9),
    "G": (3, 4, 11),
    "H": (1, 2, 3),
}
BEFORE = {"C": "A", "D": "B", "E": "C", "F": "C", "G": "DE", "H": "FG"}
CRITICAL = "ACEGH"
SAMPLES = 40_000


def pert(least, likely, most):
    return {"min": f"{least} h", "mode": f"{likely} h", "max": f"{most} h"}


def foundry(activities="ABCDEFGH"):
    before = {a: "".join(b for b in BEFORE.get(a, "") if b in activities) for a in activities}
    times = {a: pert(*ESTIMATES[a]) for a in activities}
    return on_nodes(times, {a: b for a, b in before.items() if b})


def arrivals(chain, service, samples=SAMPLES, seed=0):
    return vc.propagate_delay(chain, samples=samples, seed=seed).samples(service)


def test_expected_times_and_the_length_of_the_critical_path():
    services = vc.propagate_delay(foundry(), mode="expected").table("services")
    taken = {a: (least + 4 * likely + most) / 6 for a, (least, likely, most) in ESTIMATES.items()}
    assert list(taken.values()) == [2, 3, 2, 4, 4, 3, 5, 2]
    own = {row["id"].split(">")[0]: row["own_mean_hours"] for row in services.records()}
    assert {a: own[a] for a in taken} == pytest.approx(taken, rel=1e-12)
    assert duration(foundry()) == pytest.approx(15, rel=1e-12)


def test_the_critical_path_alone():
    """Its activities in a row: mean 15 exactly, and the variance of five PERT betas.

    The book's variance, 3.11, takes a sixth of the range for the spread of an activity; that of the
    beta distribution with the same mean is ``(mean - least)(most - mean) / 7``.
    """
    sampled = arrivals(foundry(CRITICAL), f"end>{OWNER}")
    assert_mean(sampled, 15)
    of_path = [ESTIMATES[a] for a in CRITICAL]
    book = sum(((most - least) / 6) ** 2 for least, _, most in of_path)
    assert book == pytest.approx(3.11, abs=0.005)
    means = [(least + 4 * likely + most) / 6 for least, likely, most in of_path]
    beta = sum((m - a) * (b - m) / 7 for m, (a, _, b) in zip(means, of_path, strict=True))
    assert_variance(sampled, 15, beta)
    # a sum of five is nearly normal: so the book finds .7157 within 16 weeks, with its variance
    normal = 0.5 * (1 + math.erf(1 / math.sqrt(2 * beta)))
    assert (sampled <= 16).mean() == pytest.approx(normal, abs=0.02)


def test_pert_is_optimistic():
    """Fulkerson, Expected critical path lengths in PERT networks, Operations Research 10 (1962).

    The expected duration is at least the length of the path of expected times; activities that are
    almost critical add to it.
    """
    sampled = arrivals(foundry(), f"end>{OWNER}")
    error = sampled.std() / math.sqrt(SAMPLES)
    assert sampled.mean() > 15 + 10 * error


def bridge_by_markov(rates):
    """Expected longest path through a bridge network with exponential activities.

    Kulkarni and Adlakha, Markov and Markov-regenerative PERT networks, Operations Research 34
    (1986): a continuous-time Markov chain whose states are the activities that are over.
    """
    needs = {"1-2": "", "1-3": "", "2-3": "1-2", "2-4": "1-2", "3-4": "1-3 2-3"}

    def remaining(over):
        active = [a for a, b in needs.items() if a not in over and set(b.split()) <= over]
        if not active:
            return 0.0
        total = sum(rates[a] for a in active)
        return 1 / total + sum(rates[a] / total * remaining(over | {a}) for a in active)

    return remaining(frozenset())


@pytest.mark.parametrize("rates", [(1, 1, 1, 1, 1), (1, 0.5, 2, 0.25, 1)])
def test_bridge_of_exponentials(rates):
    named = dict(zip(("1-2", "1-3", "2-3", "2-4", "3-4"), rates, strict=True))
    chain = on_arcs({a: {"mean": f"{1 / rate} h"} for a, rate in named.items()}, end=4)
    assert_mean(arrivals(chain, f"e4>{OWNER}"), bridge_by_markov(named))


def test_who_sets_the_end_of_two_exponentials():
    """Criticality index (Van Slyke, Monte Carlo methods and the PERT problem, OR 11, 1963).

    Of two parallel exponential activities of means 1 and 3 the first is the longer with 1/4.
    """
    chain = vc.ValueChain(
        departments={"slow": {}, "fast": {}, "end": {}},
        customers={OWNER: {}},
        services=[
            {"provider": "fast", "client": "end", "takes": {"mean": "1 h"}},
            {"provider": "slow", "client": "end", "takes": {"mean": "3 h"}},
            {"provider": "end", "client": OWNER, "takes": 0},
        ],
    )
    services = vc.propagate_delay(chain, samples=SAMPLES).table("services")
    found = [services.value(f"{a}>end", "criticality_index") for a in ("fast", "slow")]
    assert_share(found[0], 0.25, SAMPLES)
    assert sum(found) == pytest.approx(1)
