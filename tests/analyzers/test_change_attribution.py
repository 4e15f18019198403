"""`attribute_change`: parts of a change that add up, by source and by input."""

import itertools
import math

import numpy as np
import pytest

import valuechain as vc
from valuechain.analyzers.attribution import change as change_attribution


def side_by_side(**more):
    return vc.ValueChain(
        departments={"design": {}, "legal": {}, "sales": {"name": "Ventas"}},
        customers={"shop": {}, "nobody": {}},
        services=[
            {"provider": "design", "client": "sales", "takes": {"mean": "4 h"}, "sla": "6 h"},
            {"provider": "legal", "client": "sales", "takes": {"mean": "3 h"}, "need": 0.7},
            {"provider": "sales", "client": "shop", "takes": {"mean": "2 h"}, "sla": "9 h"},
        ],
        **more,
    )


def worse():
    return side_by_side().with_changes(
        {"services.sales>shop.sla": "8 h", "services.legal>sales.need": 0.9},
        scale={"services.design>sales.takes": 1.5},
        delay={"legal": "2 h"},
    )


def figure(chain, outcome, samples, seed=0):
    delay = vc.propagate_delay(chain, samples=samples, seed=seed)
    return delay.table("customers").value("shop", outcome)


@pytest.mark.parametrize("outcome", ["mean_late_hours", "mean_hours", "breach"])
def test_parts_add_up_to_the_difference_of_the_two_chains(outcome):
    before, after = side_by_side(), worse()
    why = vc.attribute_change(before, after, "shop", outcome, samples=1_000)
    assert why.before == pytest.approx(figure(before, outcome, 1_000), rel=1e-5)
    assert why.total == pytest.approx(figure(after, outcome, 1_000), rel=1e-5)
    for level in ("sources", "inputs"):
        parts = why.table(level)["contribution"].sum()
        assert why.change == pytest.approx(parts, abs=1e-9 * why.total)
        assert why.table(level)["share"].sum() == pytest.approx(1.0)


def test_each_input_beside_propagations_of_every_set_of_changes():
    """The Shapley value by its definition, each coalition a chain and a propagation of its own."""
    changes = {
        "services.sales>shop.sla": {"set": {"services.sales>shop.sla": "8 h"}},
        "services.design>sales.takes": {"scale": {"services.design>sales.takes": 1.5}},
        "delay.legal": {"delay": {"legal": "2 h"}},
    }

    def worth(chosen):
        chain = side_by_side()
        for name in chosen:
            chain = chain.with_changes(**changes[name])
        return figure(chain, "mean_late_hours", 1_000)

    after = side_by_side()
    for change in changes.values():
        after = after.with_changes(**change)
    why = vc.attribute_change(side_by_side(), after, "shop", samples=1_000).table("inputs")
    k = len(changes)
    for name in changes:
        others = [other for other in changes if other != name]
        exact = sum(
            math.factorial(size)
            * math.factorial(k - size - 1)
            / math.factorial(k)
            * (worth({*chosen, name}) - worth(chosen))
            for size in range(k)
            for chosen in itertools.combinations(others, size)
        )
        assert why.value(name, "contribution") == pytest.approx(exact, rel=1e-4)
        assert why.value(name, "fix_only_this") == pytest.approx(
            worth(changes) - worth(others), rel=1e-4
        )


def test_a_change_of_nothing_is_exactly_nothing():
    why = vc.attribute_change(side_by_side(), side_by_side(), "shop", samples=200)
    assert why.change == 0
    assert why.table("inputs").ids == why.table("sources").ids == ()
    assert why.explain("en").startswith("No input differs")


def test_there_and_back_is_the_other_sign():
    there = vc.attribute_change(side_by_side(), worse(), "shop", samples=400).table("sources")
    back = vc.attribute_change(worse(), side_by_side(), "shop", samples=400).table("sources")
    for name in there.ids:
        assert back.value(name, "contribution") == pytest.approx(-there.value(name, "contribution"))


def test_inputs_that_do_not_delay_have_nothing():
    after = worse().with_changes({"services.design>sales.quality": 0.5})
    inputs = vc.attribute_change(side_by_side(), after, "shop", samples=200).table("inputs")
    assert inputs.value("services.design>sales.quality", "contribution") == 0
    assert inputs.value("services.design>sales.quality", "after") == "0.5"


def test_the_waterfall_leads_from_before_to_after():
    why = vc.attribute_change(side_by_side(), worse(), "shop", samples=300)
    steps = why.to_records("inputs")
    assert steps[0]["starts_at"] == pytest.approx(why.before)
    assert steps[-1]["ends_at"] == pytest.approx(why.total)
    for one, other in itertools.pairwise(steps):
        assert one["ends_at"] == pytest.approx(other["starts_at"])
        assert abs(one["contribution"]) >= abs(other["contribution"])


def test_random_orders_beside_all_sets(monkeypatch):
    from valuechain.kernels.attribution import coalition_shapley

    exact = vc.attribute_change(side_by_side(), worse(), "shop", samples=400).table("inputs")
    monkeypatch.setattr(coalition_shapley, "MOST_BY_SUBSETS", 1)
    monkeypatch.setattr(change_attribution, "MOST_BY_SUBSETS", 1)
    drawn = vc.attribute_change(side_by_side(), worse(), "shop", samples=400)
    assert drawn.method == "random orders"
    assert (drawn.table("inputs")["contribution"] != exact["contribution"]).any()
    for name in exact.ids:
        gap = drawn.table("inputs").value(name, "contribution") - exact.value(name, "contribution")
        assert abs(gap) <= 4 * drawn.table("inputs").value(name, "standard_error")
    assert np.sum(drawn.table("inputs")["contribution"]) == pytest.approx(drawn.change)


def test_two_chains_declared_apart_are_taken_as_declared():
    other = side_by_side(assumptions={"shared_cause": 0.3})
    why = vc.attribute_change(side_by_side(), other, "shop", samples=500)
    assert why.table("sources").ids == ("assumptions",)
    assert why.total == pytest.approx(figure(other, "mean_late_hours", 500), rel=1e-5)


def test_what_it_refuses():
    before = side_by_side()
    with pytest.raises(vc.UnknownIdError, match="did you mean shop"):
        vc.attribute_change(before, worse(), "shp")
    fewer = vc.ValueChain(
        departments={"sales": {}},
        customers={"shop": {}},
        services=[{"provider": "sales", "client": "shop"}],
    )
    with pytest.raises(vc.UsageError, match="design"):
        vc.attribute_change(before, fewer, "shop")
    with pytest.raises(vc.UsageError, match="by"):
        vc.attribute_change(before, worse(), "shop", by="team")
    nobody = vc.attribute_change(before, worse(), "nobody", samples=10)
    assert nobody.change == 0
    assert "Nobody serves" in nobody.explain("en")
