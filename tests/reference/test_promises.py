"""The reference for promises and attribution against published answers."""

import math

import pytest

from tests.reference.attribution import attribute, shapley
from tests.reference.chain import read_chain
from tests.reference.delay import plan_of
from tests.reference.promises import float_hours, let_down_share, planned_hours, verdict
from tests.reference.random_chains import document, text


def join(hours, *, sla=0, buffer=0):
    departments = {
        f"p{i}": {"serves": {"d": {"takes": f"{h} h", "sla": sla, "buffer": buffer}}}
        for i, h in enumerate(hours)
    }
    departments["d"] = {"serves": {"c": {"takes": 0, "sla": 0}}}
    return read_chain({"departments": departments, "customers": {"c": {}}})


def late_hours(chain):
    return attribute(chain, "c", "mean_late_hours", plan_of(chain))


def test_two_late_in_parallel():
    found = late_hours(join([10, 9]))
    assert (found.total, found.promise_itself) == (10, 0)
    assert found.contributions == pytest.approx({"p0": 5.5, "p1": 4.5, "d": 0})
    assert found.fix_only_this == {"p0": 1, "p1": 0, "d": 0}


def test_two_late_in_a_row_with_slack():
    departments = {
        "a": {"serves": {"b": {"takes": "4 h", "sla": 0}}},
        "b": {"serves": {"d": {"takes": "4 h", "sla": 0, "buffer": "5 h"}}},
        "d": {"serves": {"c": {"takes": 0, "sla": 0}}},
    }
    found = late_hours(read_chain({"departments": departments, "customers": {"c": {}}}))
    assert found.contributions == pytest.approx({"a": 1.5, "b": 1.5, "d": 0})
    assert found.fix_only_this == {"a": 3, "b": 3, "d": 0}


@pytest.mark.parametrize(
    ("hours", "shares"),
    [([8, 11, 13, 18], [2, 3, 4, 9]), ([1500, 2200, 3000], [500, 850, 1650])],
)
def test_airport_game(hours, shares):
    # Littlechild and Owen 1973
    found = late_hours(join(hours))
    assert [found.contributions[f"p{i}"] for i in range(len(hours))] == pytest.approx(shares)


def test_shapley_value_of_the_glove_game():
    def gloves(players):
        return float(min(len(players & {"left"}), len(players & {"right1", "right2"})))

    found = shapley(["left", "right1", "right2"], gloves)
    assert found.contributions == pytest.approx({"left": 2 / 3, "right1": 1 / 6, "right2": 1 / 6})


@pytest.mark.parametrize("outcome", ["mean_hours", "breach", "mean_late_hours", "dissatisfied"])
def test_contributions_add_up_on_sampled_chains(outcome):
    chain = read_chain(document(1, "contracting"))
    found = attribute(chain, "c0", outcome, plan_of(chain, samples=500), samples=60)
    added = found.promise_itself + math.fsum(found.contributions.values())
    assert added == pytest.approx(found.total, abs=1e-9)
    assert found.total >= found.promise_itself - 1e-12


def test_stack_up():
    departments = {
        "a": {"serves": {"d": {"takes": "1 h", "sla": "4 h", "need": 0.3}}},
        "b": {"serves": {"d": {"takes": "5 h", "need": 0.5}}},
        "s": {"serves": {"b": {"takes": "1 h", "need": 0.2}}},
        "d": {
            "serves": {
                "c": {"takes": "2 h", "sla": "5 h"},
                "e": {"takes": "2 h", "sla": "7 h"},
                "f": {"takes": "2 h", "sla": "8 h"},
                "g": {"takes": "2 h"},
            }
        },
    }
    customers = {key: {} for key in "cefg"}
    chain = read_chain({"departments": departments, "customers": customers})
    plan = plan_of(chain)
    assert planned_hours(chain, plan)["d>c"] == 8
    shares = {key: let_down_share(chain, plan, chain.services[f"d>{key}"]) for key in "cef"}
    # 4 + 2 > 5 with a; 5 + 2 > 7 only where b waits for s as well; never more than 8
    assert shares == pytest.approx({"c": 1 - 0.7 * 0.5, "e": 0.5 * 0.2, "f": 0})
    verdicts = [verdict(chain, plan, chain.services[f"d>{key}"]) for key in "cefg"]
    assert verdicts == ["impossible", "tight", "kept", "no promise"]


def test_a_promise_stops_a_slip_in_the_plan():
    departments = {
        "a": {"serves": {"b": {"takes": "1 h"}}},
        "b": {"serves": {"d": {"takes": "1 h", "sla": "6 h"}}},
        "d": {"serves": {"c": {"takes": "1 h"}}},
    }
    chain = read_chain({"departments": departments, "customers": {"c": {}}})
    plan = plan_of(chain)
    assert float_hours(chain, plan, "a>b") == math.inf
    assert float_hours(chain, plan, "b>d") == pytest.approx(0, abs=1e-6)
    assert float_hours(chain, plan, "a>b", through_promises=True) == pytest.approx(0, abs=1e-6)


def backward_pass(chain, medians):
    """Float by the textbook: latest minus earliest arrival, every need active."""
    earliest = {}

    def early(key):
        if key not in earliest:
            slots = chain.waiting_slots[key]
            starts = [max(0.0, early(s.id) - s.buffer) for (s,) in slots]
            earliest[key] = medians[key] + max(starts, default=0.0)
        return earliest[key]

    def late(key):
        if chain.services[key].client in chain.customers:
            return early(key)
        users = [
            u for u, slots in chain.waiting_slots.items() if any(s.id == key for (s,) in slots)
        ]
        buffer = chain.services[key].buffer
        return min((late(u) - medians[u] + buffer for u in users), default=math.inf)

    return {key: late(key) - early(key) for key in chain.services}


@pytest.mark.parametrize("seed", range(8))
def test_brute_force_float_is_the_backward_pass(seed):
    tree = document(seed, "acyclic")
    for party in [*tree["departments"].values(), *tree["customers"].values()]:
        party.pop("inputs", None)
        for given in party.get("serves", {}).values():
            if isinstance(given, dict):
                given.pop("alternatives", None)
    chain = read_chain(tree)
    plan = plan_of(chain)
    for key, slack in backward_pass(chain, plan.medians).items():
        found = float_hours(chain, plan, key, through_promises=True)
        assert found == pytest.approx(slack, abs=1e-6)


def test_random_chains_are_what_they_say():
    for seed in range(12):
        assert not any(read_chain(document(seed, "acyclic")).component.values())
        assert any(read_chain(document(seed, "contracting")).component.values())
    assert text(document(3, "buffered")) == text(document(3, "buffered"))
    assert document(3, "buffered") != document(4, "buffered")
