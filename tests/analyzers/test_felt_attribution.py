"""`attribute` and `attribute_change` of what customers feel, beside plain evaluations."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import valuechain as vc
from valuechain.evaluation.evaluation import evaluate
from valuechain.kernels.attribution import coalition_shapley
from valuechain.kernels.dissatisfaction import late_batches

SAMPLES = 300


def company(**more):
    """A ring of two, a supplier, faults, unclearness, anger and word of mouth; some is observed."""
    return vc.ValueChain(
        currency="EUR",
        departments={"hr": {"esat": 0.7}, "it": {}, "sales": {}, "aside": {}},
        customers={
            "shop": {"csat": 0.75, "churn": 0.2, "revenue": 90_000, "wears_on": {"sales": "high"}},
            "fair": {
                "status": "potential",
                "win_rate": 0.3,
                "revenue": 50_000,
            },
            "mill": {"kind": "supplier"},
            "stranger": {"recommends": {"fair": 0.4}},
            "nobody": {"churn": 0.1, "revenue": 1_000},
        },
        services=[
            {"provider": "mill", "client": "it", "takes": {"mean": "5 h"}, "sla": "4 h"},
            {"provider": "hr", "client": "it", "takes": {"mean": "4 h"}, "sla": "3 h", "need": 0.5},
            {"provider": "it", "client": "hr", "takes": {"mean": "2 h"}, "sla": "2 h", "need": 0.4},
            {
                "provider": "it",
                "client": "sales",
                "takes": {"mean": "3 h"},
                "sla": "6 h",
                "quality": 0.8,
                "on_time": 0.713,
                "impact": "high",
            },
            {
                "provider": "sales",
                "client": "shop",
                "takes": {"mean": "2 h"},
                "sla": "9 h",
                "clarity": 0.9,
                "fcr": 0.9,
            },
            {"provider": "sales", "client": "fair", "takes": {"mean": "2 h"}, "sla": "8 h"},
            {"provider": "aside", "client": "stranger", "takes": {"mean": "2 h"}, "sla": "1 h"},
        ],
        **more,
    )


def plain(chain, customer, outcome, feedback):
    """`v(S)` by plain evaluations: the sources in `S` as today, all others on plan."""
    found = evaluate(chain, SAMPLES, 0, feedback)
    arrays = found.arrays
    place = arrays.customer_ids.index(customer)
    ids = np.array(arrays.node_ids)[arrays.provider]
    outcomes = vc.predict_outcomes(chain, samples=SAMPLES).table("customers")

    def value(sources, members):
        on_plan = np.isin(ids, [name for name in sources if name not in members])
        q = found.on_plan(on_plan).state.customers
        if outcome == "dissatisfied":
            return q[place]
        party, today = chain.customers[customer], found.today.state.customers
        ideal = found.ideal.customers
        if party.status == "potential":
            speaker = arrays.customer_ids.index("stranger")

            def won(at):
                heard = 1 + 0.4 * (today[speaker] - at[speaker])
                return 0.3 * (1 - at[place]) / (1 - today[place]) * heard

            return 50_000 * (won(ideal) - won(q))
        churn = 0.2 / (1 - today[place] + 2 * today[place])  # choice .5: twice as many leave
        return 90_000 * churn * (q[place] - ideal[place])

    return value, outcomes


@pytest.mark.parametrize("feedback", ["off", "on"])
@pytest.mark.parametrize(
    ("customer", "outcome"),
    [("shop", "dissatisfied"), ("shop", "revenue_at_risk"), ("fair", "revenue_at_risk")],
)
def test_all_orders_of_plain_evaluations(customer, outcome, feedback):
    chain = company()
    parts = vc.attribute(chain, customer, outcome, feedback=feedback, samples=SAMPLES)
    sources = parts.table().ids
    value, outcomes = plain(chain, customer, outcome, feedback)
    worth = {
        frozenset(members): value(sources, members)
        for size in range(len(sources) + 1)
        for members in combinations(sources, size)
    }
    everybody = frozenset(sources)
    scale = abs(worth[everybody])
    assert parts.total == pytest.approx(worth[everybody], abs=1e-9 * scale)
    assert parts.promise_itself == pytest.approx(worth[frozenset()], abs=1e-9 * scale)
    for name in sources:
        gains = [
            worth[frozenset(order[: order.index(name) + 1])]
            - worth[frozenset(order[: order.index(name)])]
            for order in permutations(sources)
        ]
        found = parts.table().value(name, "contribution")
        assert found == pytest.approx(sum(gains) / factorial(len(sources)), abs=1e-9 * scale)
        alone = parts.table().value(name, "fix_only_this")
        assert alone == pytest.approx(
            worth[everybody] - worth[everybody - {name}], abs=1e-9 * scale
        )
    if outcome == "revenue_at_risk":
        column = "lost_sales" if customer == "fair" else outcome
        assert parts.total == pytest.approx(outcomes.value(customer, column), rel=1e-9)


def test_who_takes_part():
    """Word of mouth counts for sales to be won only; what faces anger if morale moves."""
    chain = company()
    shop = vc.attribute(chain, "shop", "dissatisfied", samples=50)
    assert set(shop.table().ids) == {"hr", "it", "sales", "mill"}
    assert shop.table().value("mill", "external") is True
    fair = vc.attribute(chain, "fair", "revenue_at_risk", samples=50)
    assert "aside" in fair.table().ids
    assert fair.lost_sales
    assert fair.unit == "EUR a year of sales not won"
    assert "sales not won" in fair.explain("en")
    assert "ventas sin ganar" in fair.explain("es")


def parallel(first, second, **more):
    return vc.ValueChain(
        departments={"a": {}, "b": {}, "calm": {}, "sales": {}},
        customers={"shop": {}},
        services=[
            {"provider": "a", "client": "sales", "takes": {"mean": "6 h"}, "sla": "5 h", **first},
            {"provider": "b", "client": "sales", "takes": {"mean": "6 h"}, "sla": "5 h", **second},
            {"provider": "calm", "client": "sales", "takes": "1 h", "sla": "5 h"},
            {"provider": "sales", "client": "shop", "takes": "1 h", "sla": "9 h"},
        ],
        **more,
    )


def test_nothing_for_no_effect_and_equal_parts_for_equals():
    both = {"quality": 0.7, "takes": "8 h"}
    found = vc.attribute(parallel(both, both), "shop", "dissatisfied", samples=100).table()
    for column in ("contribution", "standard_error", "share", "fix_only_this"):
        assert found.value("calm", column) == 0
    assert found.value("a", "contribution") > 0
    assert found.value("a", "contribution") == pytest.approx(
        found.value("b", "contribution"), rel=1e-12
    )


def test_errors_cover_over_seeds():
    """Nothing is observed, so that no calibration moves with the seed."""
    chain = parallel({"quality": 0.9}, {"takes": {"mean": "9 h"}})
    runs = [vc.attribute(chain, "shop", "dissatisfied", samples=400, seed=s) for s in range(40)]
    for name in ("a", "b"):
        values = np.array([run.table().value(name, "contribution") for run in runs])
        errors = np.array([run.table().value(name, "standard_error") for run in runs])
        assert values.std() > 0
        # the spread of 40 values is known to about 11 %: four of its own errors
        assert 0.6 < np.sqrt((errors**2).mean()) / values.std(ddof=1) < 1.7


def test_random_orders_beside_every_coalition(monkeypatch):
    chain = company()
    exact = vc.attribute(chain, "shop", "dissatisfied", "service", samples=SAMPLES)
    monkeypatch.setattr(coalition_shapley, "MOST_BY_SUBSETS", 2)
    drawn = vc.attribute(chain, "shop", "dissatisfied", "service", samples=SAMPLES)
    assert drawn.total == exact.total
    assert drawn.total - drawn.on_plan == pytest.approx(drawn.table()["contribution"].sum())
    assert (drawn.table()["contribution"] != exact.table()["contribution"]).any()
    for name in exact.table().ids:
        error = drawn.table().value(name, "standard_error")
        gap = drawn.table().value(name, "contribution") - exact.table().value(name, "contribution")
        assert abs(gap) <= 4 * error + 1e-12


SHARES = st.sampled_from([None, 0.5, 0.8, 0.95, 1.0])


@given(
    st.lists(st.tuples(SHARES, SHARES, st.integers(1, 12)), min_size=4, max_size=4),
    st.sampled_from(["off", "on"]),
    st.integers(1, 60),
)
@settings(max_examples=15)
def test_parts_add_up_whatever_the_chain(faults, feedback, samples):
    services = [
        {
            "provider": p,
            "client": c,
            "takes": {"mean": f"{hours} h"},
            "sla": "4 h",
            "need": 0.6 if (p, c) == ("b", "a") else 1,
            **({} if quality is None else {"quality": quality}),
            **({} if clarity is None else {"clarity": clarity}),
        }
        for (p, c), (quality, clarity, hours) in zip(
            [("a", "b"), ("b", "a"), ("b", "shop"), ("a", "shop")], faults, strict=True
        )
    ]
    services[2]["need"] = services[3]["need"] = 0.5
    chain = vc.ValueChain(departments={"a": {}, "b": {}}, customers={"shop": {}}, services=services)
    found = vc.attribute(chain, "shop", "dissatisfied", feedback=feedback, samples=samples)
    parts = found.table()["contribution"].sum()
    assert abs(found.total - found.on_plan - parts) <= 1e-9 * max(found.total, 1e-12)
    assert 0 <= found.on_plan <= found.total + 1e-12
    assert (found.table()["contribution"] >= -1e-12).all()  # on plan is never worse


def test_batches_share_out_all_samples():
    for samples in (1, 7, 20, 333):
        cuts = sorted({0, samples // 3, samples // 2, samples})
        marked = np.arange(samples) % 3 == 0
        total = 0
        for first, stop in pairwise(cuts):
            batches = late_batches.Batches(samples, first, stop - first)
            total = total + batches.sums(marked[first:stop])
        starts = [g * samples // batches.number for g in range(batches.number)] + [samples]
        by_hand = [marked[a:b].sum() for a, b in pairwise(starts)]
        assert total.tolist() == by_hand


def test_a_customer_nobody_serves_needs_no_data():
    found = vc.attribute(company(), "nobody", "revenue_at_risk", samples=10)
    assert found.total == 0
    assert found.explain("en").startswith("Nobody serves nobody")


def test_what_money_needs():
    chain = parallel({}, {})
    with pytest.raises(vc.UsageError, match=r"currency, customers\.shop\.revenue, .*churn"):
        vc.attribute(chain, "shop", "revenue_at_risk", samples=10)
    served = company().with_changes()
    with pytest.raises(vc.UsageError, match="declare"):
        vc.attribute(served, "stranger", "revenue_at_risk", samples=10)
    with pytest.raises(vc.UsageError, match="feedback"):
        vc.attribute(served, "shop", "breach", feedback="on", samples=10)
    with pytest.raises(vc.UsageError, match="regulator does not buy"):
        vc.attribute(
            vc.ValueChain(
                currency="EUR",
                departments={"a": {}},
                customers={"law": {"kind": "regulator"}},
                services=[{"provider": "a", "client": "law", "takes": "1 h"}],
            ),
            "law",
            "revenue_at_risk",
            samples=10,
        )


@pytest.mark.parametrize("outcome", ["dissatisfied", "revenue_at_risk"])
def test_why_it_changed_beside_the_chains_in_between(outcome):
    before = company()
    changes = {"services.it>sales.quality": 0.6, "services.sales>shop.clarity": 0.7}
    slower = {"delay": {"hr": "6 h"}}
    money = {"customers.shop.revenue": 180_000}
    after = before.with_changes(changes | money, **slower)
    why = vc.attribute_change(before, after, "shop", outcome, samples=SAMPLES, feedback="on")

    def value(paths):
        delay = {"hr": "6 h"} if "delay.hr" in paths else {}
        sets = {p: v for p, v in (changes | money).items() if p in paths}
        chain = before.with_changes(sets, delay=delay) if sets or delay else before
        row = vc.predict_outcomes(chain, samples=SAMPLES).table("customers")
        return row.value("shop", outcome) if "revenue" in outcome else 1 - row.value("shop", "csat")

    paths = [*changes, "delay.hr", *money]
    worth = {frozenset(part): value(part) for n in range(5) for part in combinations(paths, n)}
    table = why.table("inputs")
    assert set(table.ids) == set(paths)
    for path in paths:
        gains = [
            worth[frozenset(order[: order.index(path) + 1])]
            - worth[frozenset(order[: order.index(path)])]
            for order in permutations(paths)
        ]
        expected = sum(gains) / factorial(len(paths))
        assert table.value(path, "contribution") == pytest.approx(expected, rel=1e-8, abs=1e-10)
    assert why.change == pytest.approx(table["contribution"].sum(), rel=1e-9)
    if outcome == "dissatisfied":
        assert table.value("customers.shop.revenue", "contribution") == 0
    assert "nan" not in why.explain("es") + why.explain("en")
