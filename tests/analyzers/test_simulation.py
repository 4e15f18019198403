"""The course over time: where it ends, what lags, what heals, what interventions bring."""

from __future__ import annotations

import numpy as np
import pytest

import valuechain as vc
from tests.contracts.chains import chain as contract_chain

SAMPLES = 2_000
LONG = 60


def pair(**more: object) -> vc.ValueChain:
    """Design serves sales 4 h of 6 h promised; sales serves the shop."""
    return vc.ValueChain(
        departments={"design": {}, "sales": {"turnover": 0.2}},
        customers={
            "shop": {"csat": 0.8, "churn": 0.12, "revenue": 1200, "wears_on": {"sales": 0.2}}
        },
        services=[
            {"provider": "design", "client": "sales", "takes": "4 h", "sla": "6 h"},
            {"provider": "sales", "client": "shop", "takes": "4 h", "sla": "9 h"},
        ],
        currency="EUR",
        **more,
    )


def helped(**plan: object) -> vc.ValueChain:
    scale = {"services.design>sales.takes": 0.5}
    return pair(interventions={"quick": {"scale": scale, **plan}})


@pytest.mark.parametrize("name", ["loop", "alternatives", "in_sequence", "restaurant"])
def test_the_end_is_the_fixed_point(name: str) -> None:
    chain = contract_chain(name)
    shocks = "storm" if "storm" in chain.scenarios else "breakdown"
    course = vc.simulate(chain, LONG, shocks, samples=SAMPLES)
    fixed = vc.propagate_dissatisfaction(chain, shocks, samples=SAMPLES)
    for department in chain.departments:
        ends = course.trajectory(department, "morale_loss")[-1]
        expected = fixed.table("departments").value(department, "morale_loss")
        assert ends == pytest.approx(expected, abs=1e-9)
    outcomes = vc.predict_outcomes(chain, shocks, samples=SAMPLES).table("customers")
    for customer in chain.customers:
        for column in ("csat", "churn", "won_share", "mean_hours", "breach", "revenue_at_risk"):
            expected = outcomes.value(customer, column)
            ends = course.trajectory(customer, column)[-1]
            assert ends == pytest.approx(np.nan if expected is None else expected, nan_ok=True)


def test_nothing_happens_without_changes() -> None:
    course = vc.simulate(contract_chain("loop"), 5, samples=SAMPLES)
    for column in ("morale_loss", "csat", "churn", "turnover", "breach"):
        assert np.ptp(course.table()[column]) < 1e-12
    assert course.table()["change_cumulated"] == pytest.approx(np.zeros(6))
    assert course.settling_periods == 0
    assert course.stable
    assert not course.tipping_point


def test_customers_feel_it_at_once_and_people_a_period_later() -> None:
    course = vc.simulate(pair(), 6, {"design": "8 h"}, lasting=2, samples=10)
    csat, morale = course.trajectory("shop", "csat"), course.trajectory("sales", "morale_loss")
    assert csat[1] < csat[0]
    assert morale[1] == morale[0]
    assert morale[1] < morale[2] < morale[3]
    assert csat[2] < csat[1]  # the same shock on lower morale
    assert csat[2] < csat[3] < csat[0]


def test_a_dent_heals_by_the_share_recovery() -> None:
    """Without any way back from morale, the dent is geometric: by hand."""
    for recovery in (0.25, 0.5, 1.0):
        chain = pair(assumptions={"recovery": recovery, "morale_to_quality": 0})
        course = vc.simulate(chain, 8, {"design": "8 h"}, lasting=1, samples=10)
        dent = course.trajectory("sales", "morale_loss")
        dent = dent - dent[0]
        assert dent[2] > 0.01
        assert dent[2:] == pytest.approx(dent[2] * (1 - recovery) ** np.arange(7), abs=1e-12)


def test_more_recovery_settles_sooner() -> None:
    periods = [
        vc.simulate(
            pair(assumptions={"recovery": recovery}), LONG, {"design": "8 h"}, samples=10
        ).settling_periods
        for recovery in (0.2, 0.5, 1.0)
    ]
    assert periods == sorted(periods, reverse=True)
    assert periods[0] > periods[2]


def test_a_growing_intervention_is_a_mixture() -> None:
    course = vc.simulate(helped(ramp=4), 6, interventions=["quick"], samples=10)
    hours = course.trajectory("shop", "mean_hours")
    assert hours.tolist() == pytest.approx([8.0, 7.5, 7.0, 6.5, 6.0, 6.0, 6.0])


def test_an_intervention_starts_and_wears_off() -> None:
    course = vc.simulate(helped(starts=1, decay=2), 6, interventions="quick", samples=10)
    hours = course.trajectory("shop", "mean_hours")
    assert hours[:3].tolist() == [8.0, 8.0, 6.0]
    assert hours[4] == pytest.approx(7.0)
    assert hours[6] == pytest.approx(7.5)


def test_revenue_by_hand() -> None:
    """100 a month; of 12 % a year, (1 - .12)^(1/12) stay each month."""
    course = vc.simulate(pair(), 3, {"design": "8 h"}, samples=10)
    churn = course.trajectory("shop", "churn")
    kept, expected = 1.0, []
    for rate in churn:
        expected.append(100 * kept)
        kept *= (1 - rate) ** (1 / 12)
    assert course.table()["revenue"] == pytest.approx(expected)
    calm = [100 * 0.88 ** (t / 12) for t in range(4)]
    assert course.table()["change_cumulated"] == pytest.approx(
        np.cumsum(expected) - np.cumsum(calm)
    )
    assert churn[0] == pytest.approx(0.12)


def test_gain_is_against_the_same_course_without_interventions() -> None:
    chain = helped()
    with_help = vc.simulate(chain, 4, {"design": "3 h"}, interventions=["quick"], samples=10)
    without = vc.simulate(chain, 4, {"design": "3 h"}, samples=10)
    expected = np.cumsum(with_help.table()["revenue"] - without.table()["revenue"])
    assert with_help.table()["gain_cumulated"] == pytest.approx(expected)
    assert expected[-1] > 0
    assert "gain_cumulated" not in without.to_frame()


def desk(volume: float, **assumptions: float) -> vc.ValueChain:
    """One desk, one person, an hour a request, from 100 requests a month to more."""
    chain = vc.ValueChain(
        departments={"desk": {"staff": 1}},
        customers={"shop": {}},
        services=[{"provider": "desk", "client": "shop", "work": "1 h", "volume": 100}],
        assumptions=assumptions,
    )
    return chain.with_changes({"services.desk>shop.volume": volume})


def test_slow_work_fills_the_desk_and_a_full_desk_slows_work() -> None:
    """By hand: `m = .2 (rho (1 + .1 m) - .85) / .15`, until all of .2 is lost."""
    for volume, slows in ((160, 0.0), (160, 0.1), (170, 0.0), (170, 0.1)):
        rho = volume / (2080 / 12)
        per_load = 0.2 / 0.15
        expected = min(per_load * (rho - 0.85) / (1 - per_load * rho * slows), 0.2)
        chain = desk(volume, morale_to_time=slows)
        lost = vc.simulate(chain, LONG, samples=200).trajectory("desk", "morale_loss")
        assert lost[-1] == pytest.approx(expected, abs=1e-4)
        found = vc.propagate_dissatisfaction(chain, samples=200).table("departments")
        assert found.value("desk", "morale_loss") == pytest.approx(lost[-1], abs=1e-12)


def test_what_cannot_be_is_refused() -> None:
    plans = {
        "a": {"excludes": ["b"], "delay": {"design": "1 h"}},
        "b": {"requires": ["c"]},
        "c": {},
    }
    chain = pair(interventions=plans)
    for arguments, words in (
        ({"periods": 0}, "periods"),
        ({"periods": 2, "lasting": 1}, "which shocks"),
        ({"periods": 2, "lasting": 0, "shocks": {"design": "1 h"}}, "lasting"),
        ({"periods": 2, "interventions": ["a", "b", "c"]}, "excludes"),
        ({"periods": 2, "interventions": ["b"]}, "requires"),
    ):
        with pytest.raises(vc.UsageError, match=words):
            vc.simulate(chain, samples=10, **arguments)
    with pytest.raises(vc.UnknownIdError):
        vc.simulate(chain, 2, interventions=["aa"], samples=10)
    with pytest.raises(vc.UnknownIdError):
        vc.simulate(chain, 2, samples=10).trajectory("shopp", "csat")
