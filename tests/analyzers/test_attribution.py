"""`attribute` beside the literal model over all subsets, in loops as well, and what it refuses."""

import numpy as np
import pytest
import yaml

import valuechain as vc
from tests.reference import attribution as literal
from tests.reference.chain import read_chain
from tests.reference.delay import plan_of

OUTCOMES = ("mean_late_hours", "mean_hours", "breach")


def three_in_a_ring(**more):
    """Two departments that need each other, and a third; all late now and then."""
    return vc.ValueChain(
        departments={"hr": {}, "it": {}, "sales": {}},
        customers={"shop": {}, "nobody": {}},
        services=[
            {"provider": "hr", "client": "it", "takes": {"mean": "4 h"}, "sla": "3 h", "need": 0.5},
            {"provider": "it", "client": "hr", "takes": {"mean": "2 h"}, "sla": "2 h", "need": 0.4},
            {"provider": "it", "client": "sales", "takes": {"mean": "3 h"}, "sla": "6 h"},
            {"provider": "sales", "client": "shop", "takes": {"mean": "2 h"}, "sla": "9 h"},
        ],
        **more,
    )


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_parts_add_up_in_loops(outcome):
    chain = three_in_a_ring()
    found = vc.attribute(chain, "shop", outcome, samples=2_000, seed=4)
    assert found.method == "every coalition"
    parts = found.table()["contribution"].sum()
    assert found.total - found.promise_itself - parts == pytest.approx(0, abs=1e-9 * found.total)
    delay = vc.propagate_delay(chain, samples=2_000, seed=4).table("customers")
    assert found.total == pytest.approx(delay.value("shop", outcome), rel=1e-5)


def test_in_loops_beside_the_literal_model():
    """Contributions of both, each with its own draws, within their errors."""
    chain = three_in_a_ring()
    reference = read_chain(yaml.load(vc.to_yaml(chain), yaml.CSafeLoader))
    found = vc.attribute(chain, "shop", "mean_hours", samples=16_384)
    plan = plan_of(reference, samples=4_000)
    n = 400
    theirs = literal.attribute(reference, "shop", "mean_hours", plan, samples=n, seed=1)
    for name in found.table().ids:
        ours = found.table().value(name, "contribution")
        spread = found.table().value(name, "standard_error") * np.sqrt(16_384)
        assert ours > 0
        assert abs(ours - theirs.contributions[name]) < 4 * spread * np.sqrt(1 / 16_384 + 1 / n)


def test_random_orders_beside_every_coalition(monkeypatch):
    from valuechain.kernels.attribution import pool_shapley

    chain = three_in_a_ring()
    exact = vc.attribute(chain, "shop", by="service", samples=3_000)
    monkeypatch.setattr(pool_shapley, "MOST_BY_SUBSETS", 2)
    drawn = vc.attribute(chain, "shop", by="service", samples=3_000)
    assert drawn.total == exact.total
    assert (drawn.table()["contribution"] != exact.table()["contribution"]).any()
    for name in exact.table().ids:
        error = drawn.table().value(name, "standard_error")
        gap = drawn.table().value(name, "contribution") - exact.table().value(name, "contribution")
        assert abs(gap) <= 4 * error
        assert drawn.table().value(name, "fix_only_this") == exact.table().value(
            name, "fix_only_this"
        )


def test_sources_by_service_and_by_kind():
    chain = vc.example("restaurant")
    by_service = vc.attribute(chain, "lunch", by="service", samples=500)
    by_kind = vc.attribute(chain, "lunch", by="kind", samples=500)
    assert set(by_service.table().ids) <= {service.id for service in chain.services}
    kinds = {d.kind for d in chain.departments.values()} | {"supplier"}
    assert set(by_kind.table().ids) <= kinds
    assert by_service.total == pytest.approx(by_kind.total, rel=1e-12)
    assert by_kind.table().value("supplier", "external") is True


def test_who_does_not_lead_to_the_customer_does_not_play():
    chain = three_in_a_ring()
    other = vc.ValueChain(
        departments={**chain.departments, "aside": {}},
        customers={**chain.customers, "stranger": {}},
        services=[*chain.services, {"provider": "aside", "client": "stranger", "takes": "9 d"}],
    )
    found = vc.attribute(other, "shop", samples=100)
    assert found.table().ids == vc.attribute(chain, "shop", samples=100).table().ids


def test_somebody_within_budget_has_exactly_nothing():
    chain = vc.ValueChain(
        departments={"calm": {}, "late": {}, "sales": {}},
        customers={"shop": {}},
        services=[
            {"provider": "calm", "client": "sales", "takes": "1 h", "sla": "5 h"},
            {"provider": "late", "client": "sales", "takes": {"mean": "9 h"}, "sla": "5 h"},
            {"provider": "sales", "client": "shop", "takes": {"mean": "1 h"}, "sla": "8 h"},
        ],
    )
    found = vc.attribute(chain, "shop", samples=2_000).table()
    for column in ("contribution", "standard_error", "share", "fix_only_this"):
        assert found.value("calm", column) == 0
    assert found.value("late", "contribution") > 0


def test_equal_parts_for_equals():
    chain = vc.ValueChain(
        departments={"a": {}, "b": {}, "sales": {}},
        customers={"shop": {}},
        services=[{"provider": p, "client": "sales", "takes": "6 h", "sla": "1 h"} for p in "ab"]
        + [{"provider": "sales", "client": "shop", "sla": "2 h"}],
    )
    found = vc.attribute(chain, "shop", samples=50).table()
    assert found.value("a", "contribution") == found.value("b", "contribution") == 2.0


def test_a_customer_nobody_serves():
    found = vc.attribute(three_in_a_ring(), "nobody", samples=10)
    assert found.total == 0
    assert found.table().ids == ()
    assert found.explain("en").startswith("Nobody serves nobody")
    assert "nan" not in found.explain("es")


def test_what_it_refuses():
    chain = three_in_a_ring()
    with pytest.raises(vc.UnknownIdError, match="did you mean shop"):
        vc.attribute(chain, "shpo")
    for wrong in ({"outcome": "joy"}, {"by": "team"}, {"feedback": "on"}, {"samples": 0}):
        with pytest.raises(vc.UsageError):
            vc.attribute(chain, "shop", **wrong)
    silent = vc.ValueChain(
        departments={"sales": {}},
        customers={"shop": {}},
        services=[{"provider": "sales", "client": "shop", "takes": "1 h"}],
    )
    with pytest.raises(vc.UsageError, match="mean_hours"):
        vc.attribute(silent, "shop")
    assert vc.attribute(silent, "shop", "mean_hours", samples=10).promise_itself == 1.0
