"""`choose_interventions` by hand, by brute force, and in every corner."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

import valuechain as vc
from valuechain.analyzers.interventions import figures as plan_figures
from valuechain.analyzers.interventions.costs import PlanCosts
from valuechain.analyzers.interventions.figures import figure_of
from valuechain.draws import draw_chain
from valuechain.errors import UnknownIdError, UsageError
from valuechain.results import Column, Table

HALF_A = {"cost": 100, "scale": {"services.a>c.takes": 0.5}}
HALF_B = {"cost": 200, "scale": {"services.b>c.takes": 0.5}}


def join(interventions: dict[str, Any], a: Any = "4 h", b: Any = "4 h", **more: Any):
    """Two departments that a third waits for."""
    return vc.ValueChain(
        departments={"a": {}, "b": {}, "c": {}},
        customers={"shop": {}},
        services=[
            {"provider": "a", "client": "c", "takes": a},
            {"provider": "b", "client": "c", "takes": b},
            {"provider": "c", "client": "shop", "takes": "1 h", "sla": "4 h"},
        ],
        interventions=interventions,
        currency="EUR",
        **more,
    )


def plan(chain: vc.ValueChain, budget: float = 1000, **given: Any) -> vc.InterventionsResult:
    asked = {"outcome": "mean_hours", "samples": 8, "draws": 0, **given}
    return vc.choose_interventions(chain, budget, **asked)


# --- by hand --------------------------------------------------------------------------------------


def test_two_that_hide_each_other_bring_nothing_alone() -> None:
    result = plan(join({"faster_a": HALF_A, "faster_b": HALF_B}))
    frame = result.to_frame()
    assert result.chosen == ("faster_a", "faster_b")
    assert (result.combined, result.sum_of_parts) == (2.0, 0.0)
    assert frame["gain_alone"].tolist() == [0.0, 0.0]
    assert frame["gain_in_plan"].tolist() == [1.0, 1.0]
    assert (result.before, result.after, result.spent) == (5.0, 3.0, 300.0)
    assert "En conjunto aportan 2" in " ".join(result.explain("es").split())


def test_what_brings_nothing_is_not_paid_for() -> None:
    result = plan(join({"faster_a": HALF_A, "faster_b": HALF_B}, b="1 h"))
    assert result.chosen == ("faster_a",)
    frame = result.to_frame()
    assert frame.loc["faster_b", "gain_alone"] == 0.0
    assert frame.loc["faster_a", "gain_per_thousand"] == 20.0
    assert frame["gain_in_plan"].isna().tolist() == [False, True]


def test_a_budget_below_the_whole_takes_what_it_can() -> None:
    result = plan(join({"faster_a": HALF_A, "faster_b": HALF_B}), budget=250)
    assert result.chosen == ()  # one alone brings nothing
    assert result.combined == 0.0
    assert result.cheapest is None
    assert "mejora lo suficiente" in result.explain("es")


def test_a_budget_below_the_cheapest_is_said() -> None:
    result = plan(join({"faster_a": HALF_A, "faster_b": HALF_B}), budget=99)
    assert (result.chosen, result.cheapest, result.spent) == ((), "faster_a", 0.0)
    assert "does not reach for any of it: the cheapest, faster_a, costs €100" in result.explain(
        "en"
    )


def test_what_requires_another_costs_both() -> None:
    needs = {**HALF_A, "requires": ["base"]}
    result = plan(join({"faster": needs, "base": {"cost": 950}}, b="1 h"), budget=1000)
    assert result.chosen == ()
    result = plan(join({"faster": needs, "base": {"cost": 900}}, b="1 h"), budget=1000)
    assert set(result.chosen) == {"base", "faster"}
    assert result.spent == 1000.0
    only = plan(join({"faster": needs, "base": {"cost": 900}}, b="1 h"), candidates=["faster"])
    assert only.chosen == ()


def test_what_excludes_another_is_not_done_with_it_whoever_says_so() -> None:
    result = plan(join({"faster_a": {**HALF_A, "excludes": ["faster_b"]}, "faster_b": HALF_B}))
    assert result.chosen == ()
    assert result.evaluated == 3  # none, one and the other: never both


def test_plans_that_contradict_each_other_are_left_out() -> None:
    set_to = [{"cost": 1, "set": {"services.a>c.takes": time}} for time in ("2 h", "3 h")]
    result = plan(join({"two": set_to[0], "three": set_to[1]}, b="1 h"))
    assert result.chosen == ("two",)
    assert result.combined == 2.0


def test_harm_is_seen_and_not_chosen() -> None:
    slower = {"cost": 0, "scale": {"services.a>c.takes": 2}}
    result = plan(join({"slower": slower}, b="1 h"))
    assert result.chosen == ()
    assert result.to_frame().loc["slower", "gain_alone"] == -4.0


def test_yearly_costs_count_in_the_first_year() -> None:
    result = plan(join({"faster": {**HALF_A, "cost_per_year": 950}}, b="1 h"), budget=1000)
    assert result.chosen == ()
    assert result.to_frame().loc["faster", "cost"] == 1050.0


def test_interventions_come_on_top_of_the_changes_there_are() -> None:
    chain = join({"faster_a": HALF_A}, b="1 h").with_changes({"services.a>c.takes": "8 h"})
    result = plan(chain)
    assert (result.before, result.combined) == (9.0, 4.0)


# --- money ----------------------------------------------------------------------------------------


def test_roi_and_payback_by_hand() -> None:
    chain = join(
        {
            "a": {"cost": 1200, "cost_per_year": 100},
            "b": {"cost_per_year": 500},
            "c": {"cost": 600},
            "d": {},
        }
    )
    costs = PlanCosts(chain, ("a", "b", "c", "d"), 3.0)
    found = costs.returns(np.array([700.0, 400.0, 0.0, 10.0]))
    assert found["payback_months"].tolist()[0] == 12 * 1200 / 600
    assert np.isnan(found["payback_months"][1:3]).all()  # never
    assert found["payback_months"][3] == 0.0
    assert found["roi"][:3] == pytest.approx([(2100 - 1500) / 1500, -300 / 1500, -1.0])
    assert np.isnan(found["roi"][3])  # it costs nothing
    assert costs.undeclared == ("d",)
    assert costs.over_years(0b11) == 1500.0 + 1500.0


def test_without_money_the_share_late_stands_in_and_says_so() -> None:
    result = plan(join({"faster_a": HALF_A, "faster_b": HALF_B}), outcome="revenue_at_risk")
    assert (result.asked, result.outcome, result.unit) == ("revenue_at_risk", "breach", "share")
    assert result.combined == 1.0
    assert result.explain("es").startswith(
        "Con estos datos no se puede calcular el ingreso en riesgo; lo que se mira es el porcentaje"
    )


@pytest.fixture
def an_hour_is_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Customers leave by their lead time: an hour more puts 1,000 a year at risk."""

    def outcomes(chain: vc.ValueChain, *, samples: int, seed: int) -> vc.Result:
        result = vc.predict_outcomes(chain, samples=samples, seed=seed)
        hours = result.table("customers")["mean_hours"]
        columns = (Column("revenue_at_risk", "money a year", "By lead time."),)
        table = Table("customers", result.table().ids, columns, {"revenue_at_risk": 1000.0 * hours})
        return replace(result, tables={"customers": table})

    monkeypatch.setattr(plan_figures, "predict_outcomes", outcomes)


@pytest.mark.usefixtures("an_hour_is_a_thousand")
def test_money_is_weighed_against_money() -> None:
    """2,000 a year for three years against the cost: 5,900 is worth it, 6,100 is not."""
    for cost, chosen in ((5900, ("faster",)), (6100, ())):
        faster = {**HALF_A, "cost": cost - 300, "cost_per_year": 100}
        result = plan(join({"faster": faster}, b="1 h"), 10_000, outcome="revenue_at_risk")
        assert result.chosen == chosen
        row = result.to_frame().loc["faster"]
        assert row["gain_alone"] == 2000.0
        assert row["roi"] == pytest.approx((6000 - cost) / cost)
        assert row["payback_months"] == pytest.approx(12 * (cost - 300) / 1900)
        assert row["cost"] == cost - 200
    assert "Lo que más aportaría, faster, vale 2000" in " ".join(result.explain("es").split())
    long = plan(join({"faster": faster}, b="1 h"), 10_000, outcome="revenue_at_risk", years=4)
    assert long.chosen == ("faster",)
    assert "se paga en 36,6 meses" in " ".join(long.explain("es").split())


@pytest.mark.usefixtures("an_hour_is_a_thousand")
@pytest.mark.parametrize(
    ("cost", "words"), [(19_900, "se paga en 119,4 meses"), (20_100, "no se paga ni en diez años")]
)
def test_beyond_ten_years_nobody_counts_months(cost: int, words: str) -> None:
    dear = join({"faster": {**HALF_A, "cost": cost}}, b="1 h")
    result = plan(dear, 50_000, outcome="revenue_at_risk", years=15)
    assert words in " ".join(result.explain("es").split())


@pytest.mark.usefixtures("an_hour_is_a_thousand")
def test_two_that_hide_each_other_share_their_worth() -> None:
    result = plan(join({"faster_a": HALF_A, "faster_b": HALF_B}), outcome="revenue_at_risk")
    frame = result.to_frame()
    assert (result.combined, result.sum_of_parts, result.unit) == (2000.0, 0.0, "money a year")
    assert frame["gain_in_plan"].tolist() == [1000.0, 1000.0]
    assert frame["payback_months"].tolist() == pytest.approx([1.2, 2.4])


def test_money_adds_up_and_shares_are_weighed() -> None:
    columns = (
        Column("revenue_at_risk", "money a year", "Money."),
        Column("breach", "share", "Share served late."),
    )
    data = {
        "revenue_at_risk": np.array([100.0, np.nan, 50.0, 7.0]),
        "breach": np.array([0.5, 0.1, np.nan, 0.9]),
    }
    table = Table("customers", ("a", "b", "c", "d"), columns, data)
    weight = np.array([0.3, 0.1, 0.6, 0.0])
    assert figure_of(table, "revenue_at_risk", weight) == 150.0
    assert figure_of(table, "money", weight) == 150.0  # nobody could be won
    assert figure_of(table, "breach", weight) == pytest.approx((0.3 * 0.5 + 0.1 * 0.1) / 0.4)
    assert np.isnan(figure_of(table, "nps", weight))
    assert np.isnan(figure_of(table, "breach", np.array([0.0, 0.0, 1.0, 0.0])))


# --- by brute force -------------------------------------------------------------------------------


def test_every_plan_of_a_restaurant_by_brute_force() -> None:
    chain, budget, samples = vc.example("restaurant"), 7000, 400
    entries = chain.interventions

    def breach(names: tuple[str, ...]) -> float:
        now = chain.with_intervention(*names) if names else chain
        return vc.predict_outcomes(now, samples=samples).to_frame()["breach"]

    def cost(names: tuple[str, ...]) -> float:
        return sum((entries[n].cost or 0) + (entries[n].cost_per_year or 0) for n in names)

    def possible(names: tuple[str, ...]) -> bool:
        apart = all(not set(entries[n].excludes) & set(names) for n in names)
        return apart and cost(names) <= budget

    plans = [s for n in range(len(entries) + 1) for s in combinations(sorted(entries), n)]
    customer = min(chain.customers)
    before = breach(())[customer]
    gains = {s: before - breach(s)[customer] for s in plans if possible(s)}
    best = min(gains, key=lambda s: (-gains[s], cost(s)))
    result = vc.choose_interventions(
        chain, budget, "breach", customer=customer, samples=samples, draws=0
    )
    assert result.combined == pytest.approx(gains[best], abs=1e-12)
    assert result.chosen == best
    assert result.to_frame()["gain_in_plan"].sum() == pytest.approx(result.combined, abs=1e-12)


def test_low_and_high_are_percentiles_of_the_gain_over_draws() -> None:
    chain = join({"faster_a": HALF_A}, a={"base": "4 h", "low": "2 h", "high": "9 h"}, b="1 h")
    result = plan(chain, draws=60)
    gains = []
    for number in range(60):
        drawn = draw_chain(chain, 0, number)
        hours = [
            vc.propagate_delay(one, samples=1).table("customers").value("shop", "mean_hours")
            for one in (drawn, drawn.with_intervention("faster_a"))
        ]
        gains.append(hours[0] - hours[1])
    low, high = np.percentile(gains, (5, 95))
    assert (result.combined_low, result.combined_high) == pytest.approx((low, high), rel=1e-6)
    frame = result.to_frame().loc["faster_a"]
    assert frame["gain_alone_low"] == result.combined_low
    assert frame["gain_alone_high"] == result.combined_high
    assert low < result.combined < high


def test_many_candidates_are_chosen_step_by_step_and_it_says_so() -> None:
    many = {f"idle{i:02}": {"cost": 1} for i in range(16)}
    result = plan(join({**many, "faster_a": HALF_A, "faster_b": HALF_B}, b="3 h"), samples=2)
    assert result.method == "greedy"
    assert result.chosen[0] == "faster_a"
    assert result.combined == pytest.approx(2.0 if "faster_b" in result.chosen else 1.0)
    assert "paso a paso" in result.explain("es")


# --- corners --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"budget": -1}, UsageError, "a number from 0"),
        ({"budget": float("nan")}, UsageError, "a number from 0"),
        ({"budget": float("inf")}, UsageError, "a number from 0"),
        ({"budget": "1000"}, UsageError, "a number from 0"),
        ({"budget": True}, UsageError, "a number from 0"),
        ({"years": -1}, UsageError, "a number from 0"),
        ({"draws": -1}, UsageError, "from 0"),
        ({"samples": 0}, UsageError, "from 1"),
        ({"outcome": "profit"}, UsageError, "one of revenue_at_risk"),
        ({"outcome": "nps"}, UsageError, "nps cannot be told"),
        ({"candidates": ["faster"]}, UnknownIdError, "did you mean faster_a"),
        ({"candidates": []}, UsageError, "at least one"),
        ({"customer": "shops"}, UnknownIdError, "did you mean shop"),
    ],
)
def test_what_cannot_be_asked_is_said(given: dict[str, Any], error: type, says: str) -> None:
    with pytest.raises(error, match=says):
        plan(join({"faster_a": HALF_A}), **given)


def test_a_chain_without_options_or_without_currency_is_said() -> None:
    with pytest.raises(UsageError, match="declares no interventions"):
        plan(join({}))
    free = vc.ValueChain(
        departments={"c": {}},
        customers={"shop": {}},
        services=[{"provider": "c", "client": "shop", "takes": "1 h"}],
        interventions={"idea": {"scale": {"services.c>shop.takes": 0.5}}},
    )
    with pytest.raises(UsageError, match="currency: EUR"):
        plan(free)


def test_what_declares_no_cost_counts_as_free_and_is_named() -> None:
    result = plan(join({"idea": {"scale": {"services.a>c.takes": 0.5}}}, b="1 h"), budget=0)
    assert (result.chosen, result.free) == (("idea",), ("idea",))
    assert "No cost is declared for idea" in result.explain("en")
