"""`compute_workload`: its tables, what it finds, what it refuses, and how it is said."""

from __future__ import annotations

import json
from typing import Any

import pytest

import valuechain as vc

MONTH = 2080 / 12


def two_desks(**changes: Any) -> vc.ValueChain:
    """Sales asks the desk in half of its 100 jobs; the desk also serves the shop, 60 a month."""
    parts: dict[str, Any] = {
        "departments": {"desk": {"staff": 1}, "sales": {"staff": 2}, "legal": {}},
        "customers": {"shop": {}},
        "services": [
            {"provider": "desk", "client": "sales", "need": 0.5, "work": {"mean": "1 h"}},
            {"provider": "desk", "client": "shop", "volume": 60, "work": {"mean": "30 min"}},
            {"provider": "sales", "client": "shop", "volume": 100, "work": {"mean": "2 h"}},
            {"provider": "legal", "client": "sales", "need": 0.1},
        ],
    }
    return vc.ValueChain(**(parts | changes))


def departments(chain: vc.ValueChain) -> dict[str, dict[str, Any]]:
    return {r["id"]: r for r in vc.compute_workload(chain).to_records("departments")}


def services(chain: vc.ValueChain) -> dict[str, dict[str, Any]]:
    return {r["id"]: r for r in vc.compute_workload(chain).to_records("services")}


def test_volumes_are_pulled_and_work_adds_up() -> None:
    found, asked = departments(two_desks()), services(two_desks())
    assert asked["desk>sales"]["volume"] == 50
    assert found["desk"]["attempts"] == 110
    assert found["desk"]["offered_load"] == pytest.approx((50 + 30) / MONTH)
    assert found["sales"]["utilization"] == pytest.approx(200 / MONTH / 2)
    assert found["legal"]["attempts"] == pytest.approx(10)
    for record in (found["desk"], found["sales"]):
        in_queue = record["attempts_with_work"] / MONTH * record["mean_wait_hours"]
        assert record["queue_length"] == pytest.approx(in_queue, rel=1e-12)


def test_what_is_not_measured_is_said_to_be_so() -> None:
    legal = departments(two_desks())["legal"]
    for column in ("offered_load", "utilization", "mean_wait_hours", "overloaded", "wait_capped"):
        assert legal[column] is None
    frame = vc.compute_workload(two_desks()).to_frame()
    assert frame["utilization"].isna().tolist() == [False, True, False]


def test_all_is_json() -> None:
    result = vc.compute_workload(two_desks())
    written = json.loads(json.dumps(result.to_dict()))
    assert written["departments"][0]["overloaded"] is False
    assert written["period"] == "month"


def test_overload_is_a_finding_and_the_worst_comes_first() -> None:
    chain = two_desks().with_changes(scale={"services.sales>shop.volume": 4})
    result = vc.compute_workload(chain)
    assert result.overloaded == ("sales", "desk")
    found = departments(chain)
    assert found["sales"]["backlog_growth"] == pytest.approx(400 - 2 * MONTH / 2)
    assert found["sales"]["mean_wait_hours"] == pytest.approx(800 / 2)  # a month times 800 / 2 / H
    assert found["sales"]["wait_capped"] is True
    said = result.explain("en")
    assert said.startswith("sales is asked for more than it can do, 231% of its capacity")
    assert "Also overloaded: desk." in said


def test_peaks_are_answered_beside_the_average() -> None:
    chain = two_desks().with_changes({"services.desk>shop.peak": 5})
    record = departments(chain)["desk"]
    assert record["utilization"] == pytest.approx(80 / MONTH)
    assert record["peak_utilization"] == pytest.approx((50 + 150) / MONTH)
    assert record["peak_wait_hours"] > record["mean_wait_hours"]
    assert "In busy periods desk would need 115%" in vc.compute_workload(chain).explain("en")
    calm = departments(two_desks())["desk"]
    assert calm["peak_wait_hours"] == calm["mean_wait_hours"]


def test_volumes_that_disagree_are_reported() -> None:
    chain = two_desks().with_changes({"services.desk>sales.volume": 80})
    result = vc.compute_workload(chain)
    assert result.disagreements == (vc.Disagreement("desk>sales", 80.0, 50.0),)
    assert services(chain)["desk>sales"]["volume"] == 80  # what is declared stands
    assert "80 a month declared, 50 by its client's work." in result.explain("en")
    assert "80 al mes declarados, 50 según" in result.explain("es")
    near = two_desks().with_changes({"services.desk>sales.volume": 50.4})
    assert vc.compute_workload(near).disagreements == ()


def test_more_requests_than_jobs_disagree_too() -> None:
    chain = two_desks(
        services=[
            {"provider": "desk", "client": "sales", "volume": 300},
            {"provider": "sales", "client": "shop", "volume": 100},
        ]
    )
    assert vc.compute_workload(chain).disagreements == (
        vc.Disagreement("desk>sales", 300.0, 100.0),
    )


def test_demand_without_end_names_its_loop() -> None:
    chain = two_desks(
        services=[
            {"provider": "desk", "client": "sales"},
            {"provider": "sales", "client": "desk", "if_late": "goes_on"},
            {"provider": "sales", "client": "shop", "volume": 100},
            {"provider": "legal", "client": "desk"},
        ]
    )
    with pytest.raises(vc.ConvergenceError) as caught:
        vc.compute_workload(chain)
    assert set(caught.value.services) == {"desk>sales", "sales>desk"}
    for lang in ("en", "es"):
        assert "desk>sales" in caught.value.text(lang)
    assert "legal" not in caught.value.text("en")
    # questions about delay do not need volumes
    assert vc.propagate_delay(chain, samples=100).table("customers")["mean_hours"] == [0.0]


def test_loops_below_one_are_solved() -> None:
    chain = two_desks(
        services=[
            {"provider": "desk", "client": "sales", "need": 0.5},
            {"provider": "sales", "client": "desk", "need": 0.4},
            {"provider": "sales", "client": "shop", "volume": 100},
        ]
    )
    # sales does 100 / (1 - .5 * .4) jobs
    assert departments(chain)["sales"]["attempts"] == pytest.approx(125)


def test_what_has_no_volume_or_no_work_is_named() -> None:
    chain = two_desks(
        departments={"desk": {"staff": 1}, "sales": {}},
        customers={"shop": {}, "site": {}},
        services=[
            {"provider": "desk", "client": "shop", "volume": 9, "work": "1 h"},
            {"provider": "desk", "client": "site"},
            {"provider": "sales", "client": "shop", "key": "b", "volume": 1},
        ],
    )
    result = vc.compute_workload(chain)
    assert result.without_volume == ("desk>site",)
    assert result.without_work == ("desk",)
    assert "No volume is declared for site" in result.explain("en")


def test_changes_are_in_force() -> None:
    chain = two_desks().with_changes({"departments.desk.staff": 2})
    assert departments(chain)["desk"]["utilization"] == pytest.approx(40 / MONTH)


def test_scaling_all_volumes_scales_all_loads() -> None:
    paths = ("services.desk>shop.volume", "services.sales>shop.volume")
    more = two_desks().with_changes(scale=dict.fromkeys(paths, 1.5))
    before, after = departments(two_desks()), departments(more)
    for name in ("desk", "sales"):
        assert after[name]["utilization"] == pytest.approx(1.5 * before[name]["utilization"])


NO_CAPACITY = """
valuechain: 1
departments:
  desk:
    staff: {staff}
    serves:
      shop: {{volume: 9, work: 2 h, takes: {takes}}}
customers: {{shop: {{}}}}
"""


@pytest.mark.parametrize(
    ("staff", "takes", "line", "path"),
    [
        ("0", "3 h", 5, "departments.desk.staff"),
        ("1", "1 h", 7, "services.desk>shop.takes"),
    ],
)
def test_bad_input_has_its_line(staff: str, takes: str, line: int, path: str) -> None:
    with pytest.raises(vc.SchemaError) as caught:
        vc.parse_yaml(NO_CAPACITY.format(staff=staff, takes=takes))
    (issue,) = caught.value.issues
    assert (issue.line, issue.dotted) == (line, path)


def test_work_without_staff_has_its_line() -> None:
    text = NO_CAPACITY.format(staff="1", takes="3 h").replace("    staff: 1\n", "")
    with pytest.raises(vc.SchemaError) as caught:
        vc.parse_yaml(text)
    (issue,) = caught.value.issues
    assert (issue.line, issue.found.en) == (6, "work, and desk has no staff")


def test_a_volume_that_no_customer_pulls_is_doubted_with_its_line() -> None:
    text = NO_CAPACITY.format(staff="1", takes="3 h")
    text = text.replace("customers:", "  clerk: {serves: {desk: {}}}\n  hr: {}\ncustomers:")
    text = text.replace("      shop:", "      hr: {volume: 4}\n      shop:")
    with pytest.warns(vc.ValueChainWarning, match=r"7:\d+ .*4 requests that no customer pulls"):
        vc.parse_yaml(text)
