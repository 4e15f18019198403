"""The support team: warmer and faster answers, and more contracts are renewed."""

from __future__ import annotations

import pytest

import valuechain as vc

BOTH = ("empathy", "speed")


@pytest.fixture(scope="module")
def team() -> vc.ValueChain:
    return vc.example("support_team")


@pytest.fixture(scope="module")
def outcomes(team):
    plans = {(): team, **{(i,): team.with_intervention(i) for i in BOTH}}
    plans[BOTH] = team.with_intervention(*BOTH)
    return {plan: vc.predict_outcomes(c, samples=10_000) for plan, c in plans.items()}


def figure(result: vc.OutcomesResult, column: str, customer: str = "clients") -> float:
    return float(result.table("customers").value(customer, column))


def test_today_comes_back(outcomes):
    today = outcomes[()]
    assert figure(today, "csat") == pytest.approx(0.60)
    assert figure(today, "churn") == pytest.approx(0.18)
    assert figure(today, "nps") == pytest.approx(4)


def test_one_answer_in_four_is_cold_and_one_in_four_late(team):
    case = vc.propagate_dissatisfaction(team, samples=10_000).table("services")
    for column in ("faulty", "late"):
        assert 0.2 < case.value("support>clients:case", column) < 0.3


@pytest.mark.parametrize("plan", [("empathy",), ("speed",), BOTH])
def test_fewer_contracts_are_lost(outcomes, plan):
    today, after = outcomes[()], outcomes[plan]
    assert figure(after, "churn") < figure(today, "churn")
    assert figure(after, "csat") > figure(today, "csat")
    assert figure(after, "nps") > figure(today, "nps")
    assert figure(after, "won_share", "prospects") > figure(today, "won_share", "prospects")
    assert after.revenue_at_risk < today.revenue_at_risk


def test_warmth_keeps_more_than_speed_and_both_more_than_their_sum(outcomes):
    today = outcomes[()].revenue_at_risk
    warm, fast, both = (
        today - outcomes[p].revenue_at_risk for p in (("empathy",), ("speed",), BOTH)
    )
    assert warm > 1.2 * fast
    assert 1.01 * (warm + fast) < both < 1.1 * (warm + fast)


def test_warmth_changes_no_time_but_by_morale_and_speed_no_manners(outcomes, team):
    case, warm = "support>clients:case", team.with_intervention("empathy")
    own, then = (vc.propagate_delay(c, samples=10_000).samples(case) for c in (team, warm))
    assert (own == then).all()
    today, better = figure(outcomes[()], "breach"), figure(outcomes[("empathy",)], "breach")
    assert today - 0.005 < better < today  # who is in better spirits is a little faster
    assert figure(outcomes[("speed",)], "breach") < better
    fast = team.with_intervention("speed").in_force()
    for before, after in zip(team.services, fast.services, strict=True):
        assert (before.quality, before.clarity) == (after.quality, after.clarity)


@pytest.mark.parametrize("plan", [("empathy",), ("speed",), BOTH])
def test_the_circle_is_virtuous_and_the_team_stays(team, plan):
    today = vc.propagate_dissatisfaction(team, samples=4_000)
    after = vc.propagate_dissatisfaction(team.with_intervention(*plan), samples=4_000)
    assert after.loops[0].direction == "virtuous"
    assert {"support", "clients"} <= set(after.loops[0].members)
    before, now = (r.table("departments") for r in (today, after))
    assert now.value("support", "esat") > before.value("support", "esat")
    assert now.value("support", "turnover") < before.value("support", "turnover") == 0.30


def test_little_comes_back_round_the_circle(team):
    assert 0.001 < vc.propagate_dissatisfaction(team, samples=4_000).loops[0].gain < 0.01


@pytest.mark.parametrize("scenario", ["release", "cold_week"])
def test_what_may_happen_makes_the_circle_vicious(team, scenario):
    result = vc.propagate_dissatisfaction(team, scenario, samples=4_000)
    assert result.loops[0].direction == "vicious"
    assert result.table("customers").value("clients", "csat") < 0.59


def test_every_impact_still_says_something(team):
    """No survey contradicts the assumptions, so no coupling was scaled down."""
    assert (
        vc.propagate_dissatisfaction(team, samples=4_000).table("calibration")["informative"].all()
    )
