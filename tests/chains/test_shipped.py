"""What every shipped chain owes its readers, and the story that the restaurant tells."""

from __future__ import annotations

from importlib import resources

import pytest

import valuechain as vc

NAMES = sorted(vc.examples())
SPANISH = {"que", "una", "los", "las", "con", "por", "para", "del", "datos"}
ENGLISH = {"the", "and", "that", "with", "are", "data", "for", "one"}


def written(name: str) -> str:
    return (resources.files("valuechain.chains") / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_it_says_that_its_data_are_assumed(name):
    chain = vc.example(name)
    assert chain.source == "assumed"
    assert "inventados" in written(name)
    assert "invented" in written(name)


@pytest.mark.parametrize("name", NAMES)
def test_its_comments_are_in_both_languages(name):
    comments = [line.split("#", 1)[1] for line in written(name).splitlines() if "#" in line]
    words = " ".join(comments).lower().replace(",", " ").replace(".", " ").split()
    for language in (SPANISH, ENGLISH):
        assert len(language.intersection(words)) >= 4
        assert sum(word in language for word in words) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_names_are_for_people(name):
    chain = vc.example(name)
    assert all(party.name for party in (*chain.departments.values(), *chain.customers.values()))
    assert all(service.name for service in chain.services)
    assert chain.scenarios
    assert chain.interventions


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_and_intervention_can_be_asked_about(name):
    chain = vc.example(name)
    today = vc.propagate_delay(chain, mode="expected").table("services")["mean_hours"]
    for scenario in chain.scenarios:
        changed = chain.with_scenario(scenario)
        assert changed.in_force() != chain, scenario
        vc.propagate_delay(changed, mode="expected")
    for intervention, given in chain.interventions.items():
        changed = chain.with_intervention(*given.requires, intervention)
        after = vc.propagate_delay(changed, mode="expected").table("services")["mean_hours"]
        assert (after <= today + 1e-9).all(), intervention


# --- the restaurant ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def restaurant():
    return vc.example("restaurant")


def test_shifts(restaurant):
    with_hours = [service for service in restaurant.services if service.hours]
    assert with_hours
    assert any(len(service.hours) > 1 for service in with_hours)  # noon and evening


def test_the_waiters_look_slow_and_the_sink_is(restaurant):
    """Every late meal is handed over by the waiters; fixing the sink mends more than they can."""
    ranking = vc.rank_bottlenecks(restaurant, samples=5_000)
    table = ranking.table("departments")
    assert table.ids[0] == "dishwashing"
    sink, waiters = (table.value(d, "fix_only_this") for d in ("dishwashing", "waiters"))
    assert sink > 5 * waiters
    assert table.value("waiters", "criticality_index") > 0.5


def test_the_virtuous_circle(restaurant):
    """Happier diners lift the waiters, who then disappoint fewer: more than the change alone."""
    better = restaurant.with_changes({"services.kitchen>waiters:dishes.quality": 0.98})
    figures = {}
    for feedback in ("off", "on"):
        result = vc.propagate_dissatisfaction(better, feedback=feedback, samples=2_000)
        figures[feedback] = result.table("customers").value("families", "csat")
    assert figures["on"] > figures["off"]
    today = vc.propagate_dissatisfaction(restaurant, samples=2_000)
    after = vc.propagate_dissatisfaction(better, samples=2_000)
    lost = [r.table("departments").value("waiters", "morale_loss") for r in (today, after)]
    assert lost[1] < lost[0]


def test_the_cold_room_absorbs_a_late_order_but_no_strike(restaurant):
    """Two days' worth in store: of half a day little arrives, of two days on top nearly all."""
    today, late, strike = (
        vc.propagate_delay(restaurant, shocks, samples=4_000)
        .table("customers")
        .value("families", "mean_hours")
        for shocks in (None, {"market": "5 h"}, "strike")
    )
    assert late - today < 0.05 * 5
    assert strike - today > 0.3 * 20
