"""`propagate_dissatisfaction`: what was observed comes back, changes start there, loops."""

from __future__ import annotations

import pytest

import valuechain as vc

SAMPLES = 300


def shares(chain, shocks=None, **options):
    """Every figure of services, departments and customers by level, id and column."""
    result = vc.propagate_dissatisfaction(chain, shocks, samples=SAMPLES, **options)
    return {
        (level, record["id"], name): value
        for level in ("services", "departments", "customers")
        for record in result.to_records(level)
        for name, value in record.items()
        if name != "id"
    }


def test_overload_wears_as_much_whatever_else_is_changed():
    chain = vc.ValueChain(
        departments={"desk": {"staff": 1, "esat": 0.8}, "back": {}},
        customers={"shop": {}},
        services=[
            {"provider": "desk", "client": "shop", "work": "1 h", "volume": 165},
            {"provider": "back", "client": "desk", "quality": 0.9, "need": 0.1, "volume": 1},
        ],
    )
    today = shares(chain)
    assert today["departments", "desk", "esat"] == pytest.approx(0.8, abs=1e-12)
    same = shares(chain.with_changes({"services.back>desk.quality": 0.9}))
    assert same == pytest.approx(today, abs=1e-12)
    # twice the staff: what overload explained of the loss is gone, what nothing explained stays
    relieved = vc.propagate_dissatisfaction(
        chain.with_changes({"departments.desk.staff": 2}), samples=SAMPLES
    )
    leak = relieved.table("calibration").value("departments.desk.esat", "unexplained")
    inherited = 0.1 * 0.1 * today["services", "back>desk", "dissatisfied"]
    esat = relieved.table("departments").value("desk", "esat")
    assert esat == pytest.approx((1 - leak) * (1 - inherited), abs=1e-12)
