"""`rank_bottlenecks`: what fixing one alone brings, by hand and by doing it; its five verdicts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import valuechain as vc


def joined(takes, **last):
    """Parallel inputs of one department; all promise nothing less than at once."""
    services = [
        {"provider": f"p{place}", "client": "desk", "takes": f"{hours} h", "sla": 0}
        for place, hours in enumerate(takes)
    ]
    services.append({"provider": "desk", "client": "shop", "takes": 0, "sla": 0, **last})
    return vc.ValueChain(
        departments={f"p{place}": {} for place in range(len(takes))} | {"desk": {}},
        customers={"shop": {}},
        services=services,
    )


@given(st.lists(st.integers(0, 20), min_size=1, max_size=5))
def test_one_join_without_slack_is_an_airport(takes):
    """Littlechild and Owen (1973): the longest runway is needed by one, the rest by others too.

    What goes if one alone is on plan is how far it is ahead of the next; nothing for all others.
    """
    ranking = vc.rank_bottlenecks(joined(takes), samples=2)
    gains = dict(zip(ranking.table().ids, ranking.table()["fix_only_this"], strict=True))
    ordered = sorted(takes)
    assert ranking.total == ordered[-1]
    for place, hours in enumerate(takes):
        others = max([0, *takes[:place], *takes[place + 1 :]])
        assert gains[f"p{place}"] == max(0, hours - others)
    assert gains["desk"] == 0


def test_ranks_count_and_ties_go_by_id():
    table = vc.rank_bottlenecks(joined([5, 9, 5, 2]), samples=2).table()
    assert table.ids == ("p1", "desk", "p0", "p2", "p3")
    assert table["rank"].tolist() == [1, 2, 3, 4, 5]


COMPANY = """
valuechain: 1
currency: EUR
departments:
  design: {serves: {sales: {takes: {samples: [4 h, 4 h, 20 h, 28 h]}, sla: 8 h, for: [order]}}}
  sales:
    serves:
      shop: {key: order, takes: {samples: [2 h, 2 h, 2 h, 10 h]}, sla: 12 h}
      fair: {key: visit, takes: {samples: [1 h, 1 h, 1 h, 9 h]}, sla: 2 h}
  garage: {serves: {design: {takes: {samples: [2 h, 40 h]}, sla: 3 h, if_late: goes_on}}}
  canteen: {serves: {sales: {need: 0.1, if_late: goes_on}}}
  stores: {serves: {sales: {takes: 1 h, sla: 2 h}}}
  courier: {serves: {store: {takes: 1 h, sla: 2 h}}}
customers: {shop: {revenue: 900}, fair: {revenue: 100}, store: {}}
"""


@pytest.fixture(scope="module")
def company():
    return vc.parse_yaml(COMPANY)


def value(ranking, department, name):
    return ranking.table("departments").value(department, name)


@pytest.mark.parametrize("outcome", ["mean_late_hours", "breach"])
def test_on_plan_is_what_a_chain_of_kept_budgets_gives(company, outcome):
    """Design's budget is 8 h: a Design that never takes longer is Design on plan."""
    ranking = vc.rank_bottlenecks(company, outcome, customer="shop", samples=4_000)
    takes = {"samples": ["4 h", "4 h", "8 h", "8 h"]}
    kept = company.with_changes({"services.design>sales.takes": takes})
    before, after = (
        vc.propagate_delay(chain, samples=4_000).table("customers").value("shop", outcome)
        for chain in (company, kept)
    )
    assert ranking.total == pytest.approx(before, rel=1e-6)
    assert value(ranking, "design", "fix_only_this") == pytest.approx(before - after, rel=1e-6)


def test_several_customers_weigh_by_what_is_known(company):
    ranking = vc.rank_bottlenecks(company, "breach", samples=2_000)
    delay = vc.propagate_delay(company, samples=2_000).table("customers")
    alone = {key: delay.value(key, "breach") for key in ("shop", "fair", "store")}
    assert ranking.weighted.en == "each alike"  # the store tells no revenue
    assert ranking.total == pytest.approx(sum(alone.values()) / 3)
    told = company.with_changes({"customers.store.revenue": 1000}).as_today()
    by_revenue = vc.rank_bottlenecks(told, "breach", samples=2_000)
    assert by_revenue.weighted.en == "by revenue"
    expected = 0.45 * alone["shop"] + 0.05 * alone["fair"] + 0.5 * alone["store"]
    assert by_revenue.total == pytest.approx(expected)
    assert by_revenue.weighted.es == "por ingresos"


def test_the_five_verdicts(company):
    ranking = vc.rank_bottlenecks(company, samples=2_000)
    verdicts = {row["id"]: row["verdict"] for row in ranking.to_records()}
    assert verdicts == {
        "design": "bottleneck",
        "sales": "bottleneck",
        "garage": "no measurable effect on customers",
        "canteen": "not measured",
        "stores": "healthy",
        "courier": "healthy",
    }
    passing_on = company.with_changes({"services.sales>shop:order.takes": "2 h"})
    passing_on = passing_on.with_changes({"services.sales>fair:visit.takes": "1 h"})
    ranking = vc.rank_bottlenecks(passing_on, customer="shop", samples=2_000)
    assert value(ranking, "sales", "verdict") == "affected by others"
    assert value(ranking, "design", "verdict") == "bottleneck"


def test_what_does_not_reach_a_customer_brings_it_nothing(company):
    ranking = vc.rank_bottlenecks(company, customer="fair", samples=500)
    assert value(ranking, "design", "fix_only_this") == 0  # it works for orders, the fair has none
    assert value(ranking, "courier", "fix_only_this") == 0
    assert value(ranking, "sales", "fix_only_this") > 0


def test_fixing_one_leaves_what_it_says(company):
    ranking = vc.rank_bottlenecks(company, "breach", customer="shop", samples=2_000)
    for row in ranking.to_records():
        left = ranking.breach - row["breach_if_fixed"]
        assert row["fix_only_this"] == pytest.approx(left, abs=1e-12)


def test_what_cannot_be_asked(company):
    with pytest.raises(vc.UsageError, match="mean_late_hours"):
        vc.rank_bottlenecks(company, "happiness")
    silent = vc.ValueChain(
        departments={"desk": {}},
        customers={"shop": {}},
        services=[{"provider": "desk", "client": "shop", "takes": "1 h"}],
    )
    with pytest.raises(vc.UsageError, match="sla"):
        vc.rank_bottlenecks(silent, samples=10)
    assert vc.rank_bottlenecks(silent, "mean_hours", samples=10).total == 1


def test_contributions_are_those_of_attribute_over_customers():
    chain = vc.example("design_delay")
    ranking = vc.rank_bottlenecks(chain, "breach", contributions=True, samples=2_000)
    assert "contribution" not in vc.rank_bottlenecks(chain, "breach", samples=100).to_records()[0]
    found = {r["id"]: r["contribution"] for r in ranking.to_records()}
    parts = vc.attribute(chain, "prospect", "breach", samples=2_000)
    assert found == pytest.approx({r["id"]: r["contribution"] for r in parts.to_records()})
    assert sum(found.values()) == pytest.approx(ranking.total - parts.promise_itself, abs=1e-9)


def test_contributions_of_several_customers_weigh_as_the_ranking_does():
    chain = vc.ValueChain(
        departments={"a": {}, "b": {}},
        customers={"big": {"revenue": 300}, "small": {"revenue": 100}},
        currency="EUR",
        services=[
            {"provider": "a", "client": "big", "takes": "5 h", "sla": "1 h"},
            {"provider": "b", "client": "small", "takes": "9 h", "sla": "1 h"},
        ],
    )
    ranking = vc.rank_bottlenecks(chain, contributions=True, samples=100)
    found = {r["id"]: r["contribution"] for r in ranking.to_records()}
    assert found == {"a": pytest.approx(3.0), "b": pytest.approx(2.0)}  # 4 x 3/4, 8 x 1/4
