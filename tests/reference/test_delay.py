"""The reference for delay against closed forms and published answers."""

import math
import statistics
from fractions import Fraction

import pytest

from tests.reference.chain import Chain, Department, Service, kindest_radius, read_chain
from tests.reference.delay import (
    Job,
    Setting,
    breach,
    criticality,
    customer_mixture,
    deadlocked,
    mean_late,
    plan_of,
    rounds_of,
    sample_arrivals,
)
from tests.reference.enumeration import every_job, exact_arrivals, exact_mean
from tests.reference.expected import expected_arrivals
from tests.reference.laws import discrete
from tests.reference.random_chains import document


def chain_of(departments, customers=None):
    return read_chain({"departments": departments, "customers": customers or {"c": {}}})


def pair(need, takes, buffer="0 h"):
    spec = {"takes": takes, "need": need, "buffer": buffer}
    return chain_of({"hr": {"serves": {"it": spec}}, "it": {"serves": {"hr": spec}}})


def assert_mean(values, expected, sigmas=4):
    error = statistics.stdev(values) / math.sqrt(len(values))
    assert abs(statistics.fmean(values) - expected) <= sigmas * error


def assert_share(share, expected, n, sigmas=4):
    assert abs(share - expected) <= sigmas * math.sqrt(expected * (1 - expected) / n)


def test_activity_network_with_extra_delays_and_an_earliest_start():
    # mc-dagprop's example network; the earliest start is an external delivery at 22 h
    chain = chain_of(
        {
            "n0": {"serves": {"n1": {"takes": "6 h"}}},
            "n1": {"serves": {"n2": {"takes": "10 h"}, "n3": {"takes": "10 h"}}},
            "n2": {"serves": {"n4": {"takes": "15 h"}}},
            "n3": {"serves": {"n4": {"takes": "40 h"}}},
            "n4": {"serves": {"c": {"takes": 0}}},
        },
        {"c": {}, "timetable": {"serves": {"n3": {"takes": "22 h"}}}},
    )
    exact = exact_arrivals(chain)
    assert [exact[key] for key in ("n0>n1", "n1>n2", "n3>n4", "n4>c")] == [
        {6: 1},
        {16: 1},
        {62: 1},
        {62: 1},
    ]
    ((_, job),) = every_job(chain)
    assert job.ready(chain.services["n3>n4"]).hours == 22
    assert job.arrival("n4>c").path == {"timetable>n3", "n3>n4", "n4>c"}


def test_a_row_of_services_adds_means_and_variances():
    law = discrete({0.0: Fraction(2, 10), 1.0: Fraction(5, 10), 2.0: Fraction(3, 10)})
    services = {
        f"d{i}>d{i + 1}": Service(f"d{i}>d{i + 1}", f"d{i}", f"d{i + 1}", takes=law, need=1.0)
        for i in range(100)
    }
    chain = Chain({f"d{i}": Department(f"d{i}") for i in range(101)}, {}, services)
    values = sample_arrivals(chain, 2000, 3)["d99>d100"]
    assert_mean(values, 110)
    # the variance of a sample variance of a nearly normal sum: 2 sigma^4 / n
    assert statistics.variance(values) == pytest.approx(49, abs=4 * 49 * math.sqrt(2 / 2000))


def test_half_of_the_jobs_need_the_other_department():
    assert expected_arrivals(pair("50 %", "1 h"))["it>hr"] == pytest.approx(2, abs=1e-9)
    values = sample_arrivals(pair("50 %", "1 h"), 20_000, 1)["it>hr"]
    assert_mean(values, 2)
    # a geometric number of hours
    assert_share(sum(v == 1 for v in values) / 20_000, 0.5, 20_000)
    assert_share(sum(v == 3 for v in values) / 20_000, 0.125, 20_000)


def test_a_geometric_sum_of_exponentials_is_exponential():
    values = sample_arrivals(pair("50 %", {"mean": "1 h"}), 20_000, 2)["hr>it"]
    assert_mean(values, 2)
    assert_share(breach(values, 3.0), math.exp(-1.5), 20_000)


def test_all_jobs_need_the_other_department():
    chain = pair("100 %", "1 h")
    assert deadlocked(chain) == [["hr>it", "it>hr"]]
    with pytest.raises(ValueError, match="deadlock"):
        sample_arrivals(chain, 1, 0)


def test_a_head_start_opens_the_circle():
    # D/M/1: sigma = exp(-2 (1 - sigma)), mean 1 / (1 - sigma)
    sigma = 0.2
    for _ in range(200):
        sigma = math.exp(-2 * (1 - sigma))
    assert 1 / (1 - sigma) == pytest.approx(1.255, abs=5e-4)
    chain = pair("100 %", {"mean": "1 h"}, buffer="2 h")
    assert deadlocked(chain) == []
    assert_mean(sample_arrivals(chain, 1500, 5)["hr>it"], 1 / (1 - sigma))


@pytest.mark.parametrize(("need", "hours"), [(0.95, 20), (0.99, 100)])
def test_slow_loops_settle_where_they_must(need, hours):
    chain = pair(need, "1 h")
    assert expected_arrivals(chain)["hr>it"] == pytest.approx(hours, rel=1e-9)
    assert kindest_radius(chain, 1) == pytest.approx(need)
    assert rounds_of(need) == math.ceil(math.log(1000) / -math.log(need))


def test_the_kindest_choice_of_alternatives_is_no_deadlock():
    chain = chain_of(
        {
            "a": {"serves": {"b": {"takes": "1 h", "alternatives": "x", "need": 1}}},
            "b": {"serves": {"a": {"takes": "1 h"}}},
            "s": {"serves": {"b": {"takes": "5 h", "alternatives": "x", "need": 1}}},
        }
    )
    assert chain.inside(1) == ["a>b", "b>a"]
    assert deadlocked(chain) == []
    assert {k: set(v) for k, v in sample_arrivals(chain, 3, 0).items()} == {
        "a>b": {7.0},  # the circle never delivers, the alternative does, in 5 h
        "b>a": {6.0},
        "s>b": {5.0},
    }


def test_the_larger_of_two_normals():
    # Clark 1961: 10 + 1 / sqrt(pi)
    normal = {"dist": "norm", "loc": "10 h", "scale": "1 h"}
    chain = chain_of(
        {
            "a": {"serves": {"d": {"takes": normal}}},
            "b": {"serves": {"d": {"takes": normal}}},
            "d": {"serves": {"c": {"takes": 0}}},
        }
    )
    values = sample_arrivals(chain, 20_000, 7)["d>c"]
    assert 10 + 1 / math.sqrt(math.pi) == pytest.approx(10.5642, abs=5e-5)
    assert_mean(values, 10 + 1 / math.sqrt(math.pi))
    index = criticality(chain, "c", 4000, 1)
    assert index["d>c"] == pytest.approx(1)
    assert index["a>d"] + index["b>d"] == pytest.approx(1)
    assert_share(index["a>d"], 0.5, 4000)


def test_rework_multiplies_the_time_by_the_attempts():
    spec = {"takes": {"mean": "1 h"}, "fcr": 0.5, "sla": "4 h"}
    chain = chain_of({"a": {"serves": {"c": spec}}})
    values = sample_arrivals(chain, 20_000, 8)["a>c"]
    assert_mean(values, 2)
    # again exponential, mean 2 h
    assert_share(breach(values, 4.0), math.exp(-2), 20_000)
    assert mean_late(values, 4.0) == pytest.approx(2 * math.exp(-2), rel=0.1)


def test_what_is_taken_in_sequence_adds_up():
    departments = {
        "a": {"serves": {"d": {"takes": "3 h", "buffer": "1 h"}}},
        "b": {"serves": {"d": {"takes": {"samples": ["4 h", "8 h"]}, "need": "50 %"}}},
        "d": {"inputs": "in_sequence", "serves": {"c": {"takes": "1 h"}}},
    }
    half, quarter = Fraction(1, 2), Fraction(1, 4)
    assert exact_arrivals(chain_of(departments))["d>c"] == {3: half, 7: quarter, 11: quarter}
    departments["d"]["inputs"] = "together"
    assert exact_arrivals(chain_of(departments))["d>c"] == {3: half, 5: quarter, 9: quarter}


def test_common_time_and_needs_are_shared_by_one_job():
    chain = chain_of(
        {
            "s": {"serves": {"a": {"takes": "6 h", "need": "50 %"}}},
            "a": {
                "takes": {"samples": ["1 h", "2 h"]},
                "serves": {"b": {"takes": "1 h"}, "d": {"takes": "2 h"}},
            },
        }
    )
    for _, job in every_job(chain):
        assert job.arrival("a>d").hours == job.arrival("a>b").hours + 1
    table = sample_arrivals(chain, 200, 4)
    gaps = [d - b for b, d in zip(table["a>b"], table["a>d"], strict=True)]
    assert set(gaps) == {1.0}
    assert set(table["a>b"]) == {2.0, 3.0, 8.0, 9.0}


def test_what_goes_on_or_is_for_others_does_not_hold_up():
    chain = chain_of(
        {
            "a": {"serves": {"d": {"takes": "30 h", "if_late": "goes_on"}}},
            "b": {"serves": {"d": {"takes": "20 h", "for": ["offer"]}}},
            "d": {
                "serves": {
                    "c": [
                        {"key": "offer", "takes": "1 h", "volume": 1, "sla": "2 h"},
                        {"key": "advice", "takes": "1 h", "volume": 3, "sla": "2 h"},
                    ]
                }
            },
        }
    )
    exact = exact_arrivals(chain)
    assert exact["d>c:offer"] == {21: 1}
    assert exact["d>c:advice"] == {1: 1}
    means = {key: exact_mean(law) for key, law in exact.items()}
    assert customer_mixture(chain, "c", means) == pytest.approx(21 / 4 + 3 / 4)


def test_budgets_leave_what_the_promises_of_others_leave():
    chain = chain_of(
        {
            "a": {"serves": {"d": {"takes": "9 h", "sla": "3 h", "buffer": "1 h"}}},
            "b": {"serves": {"d": {"takes": "4 h"}}},
            "d": {"serves": {"c": {"takes": "7 h", "sla": "6 h"}, "e": {"takes": "2 h"}}},
        },
        {"c": {}, "e": {}},
    )
    plan = plan_of(chain)
    ((_, job),) = every_job(chain, plan=plan)
    assert job.planned_join(chain.services["d>c"]) == 4  # b has no promise: its median
    assert job.budget(chain.services["d>c"]) == 2
    assert job.budget(chain.services["d>e"]) == 2
    assert job.budget(chain.services["a>d"]) == 3
    ((_, kept),) = every_job(chain, plan=plan, on_plan=frozenset(chain.services))
    assert kept.arrival("d>c").hours == 6
    with pytest.raises(ValueError, match="a plan is needed"):
        Job(Setting(chain), kept.draws, {}).budget(chain.services["d>e"])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("shape", ["acyclic", "contracting"])
def test_expected_mode_is_no_more_than_the_sampled_mean_without_alternatives(shape, seed):
    tree = document(seed, shape)
    for department in tree["departments"].values():
        for given in department["serves"].values():
            if isinstance(given, dict):
                given.pop("alternatives", None)
    chain = read_chain(tree)
    expected = expected_arrivals(chain)
    for key, values in sample_arrivals(chain, 500, seed).items():
        error = statistics.stdev(values) / math.sqrt(len(values))
        assert expected[key] <= statistics.fmean(values) * (1 + 1e-3) + 5 * error
