"""`staff_for` and `demand_limit`: the smallest and the largest, proved by their neighbours."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import valuechain as vc


def desk(staff: float = 1, volume: float = 60, **service: Any) -> vc.ValueChain:
    """One department, half an hour of work, a week of 40 hours."""
    given = {"provider": "desk", "client": "shop", "work": {"mean": "30 min"}, "volume": volume}
    return vc.ValueChain(
        period="week",
        departments={"desk": {"staff": staff}},
        customers={"shop": {}},
        services=[given | service],
    )


def wait_with(chain: vc.ValueChain, staff: float) -> float:
    changed = chain.with_changes({"departments.desk.staff": staff})
    return float(vc.compute_workload(changed).table("departments")["mean_wait_hours"][0])


@settings(max_examples=20)
@given(st.floats(5, 400), st.integers(1, 120))
def test_a_hundredth_less_waits_longer(volume: float, minutes: int) -> None:
    found = vc.staff_for(desk(volume=volume), "desk", wait=f"{minutes} min")
    target = minutes / 60
    assert wait_with(desk(volume=volume), found.staff) <= target * (1 + 1e-6)
    if found.staff > 0.01:
        assert wait_with(desk(volume=volume), round(found.staff - 0.01, 2)) > target * (1 - 1e-6)
    assert found.people == math.ceil(found.staff)


def test_utilization_is_a_division() -> None:
    # 30 hours of work a week: 30 / 40 people at 60 %
    found = vc.staff_for(desk(), "desk", utilization=0.6)
    assert (found.staff, found.people, found.staff_now) == (1.25, 2, 1.0)
    rows = {record["id"]: record for record in found.to_records()}
    assert rows["enough"]["utilization"] == pytest.approx(0.6)
    assert [rows[key]["kept"] for key in ("now", "enough", "people", "too_few")] == [
        False,
        True,
        True,
        False,
    ]


def test_availability_needs_more_people() -> None:
    chain = desk().with_changes({"departments.desk.availability": 0.5})
    assert vc.staff_for(chain, "desk", utilization=0.6).staff == 2.5


def test_three_tellers_are_too_few_for_three_minutes() -> None:
    # six an hour, twenty minutes each: 8.889 min with three; with four 2 * .1739 / 2 * 10 = 1.74
    chain = vc.ValueChain(
        period="hour",
        departments={"bank": {"staff": 3}},
        customers={"public": {}},
        services=[
            {"provider": "bank", "client": "public", "volume": 6, "work": {"mean": "20 min"}}
        ],
    )
    found = vc.staff_for(chain, "bank", wait="3 min")
    assert 3 < found.staff < 4
    assert found.people == 4


def test_a_wait_longer_than_a_period_is_that_of_the_long_run() -> None:
    # M/M/1 with mean work S = 6 min / c for c < 1: W = rho S / (1 - rho), rho = .6 / c.
    chain = vc.ValueChain(
        period="hour",
        departments={"desk": {"staff": 1}},
        customers={"shop": {}},
        services=[{"provider": "desk", "client": "shop", "work": {"mean": "6 min"}, "volume": 6}],
    )
    answer = vc.staff_for(chain, "desk", wait="2 h")
    waits = {c: (0.6 / c) * (0.1 / c) / (1 - 0.6 / c) for c in (answer.staff, answer.staff - 0.01)}
    assert waits[answer.staff] <= 2 < waits[answer.staff - 0.01]
    table = answer.to_frame()
    assert table.loc["enough", "mean_wait_hours"] == pytest.approx(waits[answer.staff], rel=1e-9)


def test_breach_counts_the_whole_delivery() -> None:
    # M/M/1 of rate 2 - 1.5: late with exp(-.5 * 2) = .368; the share of one person is not enough
    chain = desk(sla="2 h")
    found = vc.staff_for(chain, "desk", breach=0.05, samples=4_000)
    rows = {record["id"]: record for record in found.to_records()}
    assert rows["now"]["breach"] == pytest.approx(math.exp(-1), abs=4 * 0.48 / 4_000**0.5)
    assert rows["enough"]["breach"] <= 0.05 < rows["too_few"]["breach"]
    delay = vc.propagate_delay(
        chain.with_changes({"departments.desk.staff": found.staff}), samples=4_000
    )
    assert delay.table("services")["breach"][0] == pytest.approx(rows["enough"]["breach"])


def test_all_targets_together_take_the_largest() -> None:
    chain = desk(sla="2 h")
    alone = [
        vc.staff_for(chain, "desk", samples=2_000, **target).staff
        for target in ({"wait": "5 min"}, {"breach": 0.1}, {"utilization": 0.9})
    ]
    both = vc.staff_for(chain, "desk", "5 min", 0.1, 0.9, samples=2_000)
    assert both.staff == max(alone)


def test_what_no_staff_can_keep_is_said() -> None:
    # the work itself takes more than 2 h in exp(-4) of all cases
    with pytest.raises(vc.UsageError, match="no staff keeps that") as caught:
        vc.staff_for(desk(sla="2 h"), "desk", breach=0.01, samples=4_000)
    assert "ninguna plantilla" in caught.value.text("es")


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ({}, "say what is to be kept"),
        ({"wait": "soon"}, "wait"),
        ({"wait": "0 h"}, "above 0"),
        ({"breach": 1.5}, "a share from 0 to 1"),
        ({"utilization": 0}, "above 0"),
        ({"breach": 0.1}, "no service of desk has an sla"),
    ],
)
def test_what_cannot_be_asked(targets: dict[str, Any], words: str) -> None:
    with pytest.raises(vc.UsageError, match=words) as caught:
        vc.staff_for(desk(), "desk", **targets)
    assert caught.value.text("es") != caught.value.text("en")


def test_unknown_departments_and_loads() -> None:
    with pytest.raises(vc.UnknownIdError, match="did you mean desk"):
        vc.staff_for(desk(), "deks", wait="1 h")
    unmeasured = vc.ValueChain(
        departments={"desk": {}},
        customers={"shop": {}},
        services=[{"provider": "desk", "client": "shop"}],
    )
    with pytest.raises(vc.UsageError, match="load of desk is not known"):
        vc.staff_for(unmeasured, "desk", wait="1 h")
    with pytest.raises(vc.UsageError, match="no department's load is known"):
        vc.demand_limit(unmeasured)


def grown(chain: vc.ValueChain, factor: float) -> tuple[str, ...]:
    paths = [f"services.{s.id}.volume" for s in chain.services if s.volume is not None]
    changed = chain.with_changes(scale=dict.fromkeys(paths, factor))
    return vc.compute_workload(changed).overloaded


def test_just_below_the_limit_nobody_is_overloaded_and_above_it_one_is() -> None:
    chain = vc.example("enterprise")
    limit = vc.demand_limit(chain)
    assert grown(chain, limit.factor * (1 - 1e-9)) == ()
    assert grown(chain, limit.factor * (1 + 1e-9)) == (limit.department,)
    first = limit.to_records()[0]
    assert (first["id"], first["growth_limit"]) == (limit.department, limit.factor)


def test_an_overload_of_today_is_a_limit_below_one() -> None:
    limit = vc.demand_limit(desk(volume=100))
    assert limit.factor == pytest.approx(0.8)
    assert "overloaded already" in limit.explain("en")
    assert "ya hay sobrecarga" in limit.explain("es")


def test_busy_periods_have_less_room() -> None:
    limit = vc.demand_limit(desk(volume=40, peak=1.6))
    assert (limit.factor, limit.peak_factor) == pytest.approx((2.0, 1.25))
    assert "room for 25% more" in limit.explain("en")


def test_words_of_staff() -> None:
    found = vc.staff_for(desk(), "desk", utilization=0.6)
    assert found.explain("en").startswith(
        "desk needs 1.25 people (in whole people, 2) to keep people busy at most 60%; now: 1."
    )
    assert found.explain("es").startswith(
        "En desk hacen falta 1,25 personas (en personas enteras, 2) para no"
    )
