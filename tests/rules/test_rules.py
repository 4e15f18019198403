"""Each rule, triggered by name, gives one issue, in its place, in both languages."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

from tests.strategies import chains
from valuechain.chain import ValueChain
from valuechain.errors import Issue, SchemaError
from valuechain.rules import RULES, SERVICE_RULES, check, check_services

BASE: dict[str, Any] = {
    "departments": {"it": {}, "hr": {}, "sales": {}},
    "customers": {"shop": {}, "supplier": {}},
    "services": [
        {"provider": "it", "client": "sales"},
        {"provider": "hr", "client": "sales"},
        {"provider": "supplier", "client": "it"},
        {"provider": "sales", "client": "shop", "key": "offer"},
    ],
}


def chain_with(parts: dict[str, Any], **services: dict[str, Any]) -> dict[str, Any]:
    """The base chain with other parts, and with fields of its services by ``provider_client``."""
    changed = {**BASE, **parts}
    changed["services"] = [
        {**service, **services.get(f"{service['provider']}_{service['client']}", {})}
        for service in changed["services"]
    ]
    return changed


def extra(*services: dict[str, Any]) -> dict[str, Any]:
    return {"services": [*BASE["services"], *services]}


TO_SHOP = {"provider": "it", "client": "shop"}
SAMPLES = {"mean": "1 h", "sd": "1e5 h"}
COSTLY = {"departments": {**BASE["departments"], "it": {"cost_per_hour": 9}}}
STAFFED = {"departments": {**BASE["departments"], "it": {"staff": 2}}}

# rule, what triggers it, where the issue is, how it starts
CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("empty_chain", {"departments": {}, "services": []}, "departments", "no departments"),
    ("empty_chain", {"services": []}, "departments", "nobody serves anybody"),
    (
        "shared_ids",
        {"customers": {**BASE["customers"], "it": {}}, "services": BASE["services"][1:2]},
        "customers.it",
        "«it» is a department, too",
    ),
    (
        "unknown_parties",
        extra({"provider": "itt", "client": "sales"}),
        "services.itt>sales.provider",
        "unknown department or customer «itt»",
    ),
    (
        "unknown_parties",
        extra({"provider": "it", "client": "shoop"}),
        "services.it>shoop.client",
        "unknown department or customer «shoop»",
    ),
    (
        "self_service",
        extra({"provider": "it", "client": "it"}),
        "services.it>it",
        "it serves itself",
    ),
    (
        "external_to_external",
        extra({"provider": "supplier", "client": "shop"}),
        "services.supplier>shop",
        "from one external party to another",
    ),
    (
        "repeated_services",
        extra({"provider": "it", "client": "sales"}),
        "services.it>sales",
        "2 services with keys (none), (none)",
    ),
    (
        "repeated_services",
        extra({"provider": "sales", "client": "shop", "key": "offer"}),
        "services.sales>shop",
        "2 services with keys offer, offer",
    ),
    (
        "repeated_services",
        extra({"provider": "it", "client": "sales", "key": "crm"}),
        "services.it>sales",
        "2 services with keys (none), crm",
    ),
    (
        "outside_inputs",
        chain_with({}, sales_shop={"for": ["x"]}),
        "services.sales>shop:offer.for",
        "for on a service to an external party",
    ),
    (
        "outside_inputs",
        chain_with({}, sales_shop={"alternatives": "g"}),
        "services.sales>shop:offer.alternatives",
        "alternatives on a service to an external party",
    ),
    (
        "impact_on_customers",
        chain_with({}, sales_shop={"impact": "high"}),
        "services.sales>shop:offer.impact",
        "impact has no effect",
    ),
    (
        "for_names_services",
        chain_with({}, it_sales={"for": ["ofer"]}),
        "services.it>sales.for",
        "«ofer»",
    ),
    (
        "group_needs",
        chain_with(
            {},
            it_sales={"alternatives": "g", "need": 0.5},
            hr_sales={"alternatives": "g", "need": 0.6},
        ),
        "services.hr>sales.need",
        "members of g differ: hr>sales, it>sales",
    ),
    (
        "group_needs",
        chain_with({}, it_sales={"alternatives": "g", "need": 0.5}, hr_sales={"alternatives": "g"}),
        "services.hr>sales.need",
        "members of g differ",
    ),
    (
        "group_needs",
        chain_with(
            {}, it_sales={"alternatives": "g", "for": ["shop"]}, hr_sales={"alternatives": "g"}
        ),
        "services.hr>sales.for",
        "members of g differ",
    ),
    (
        "group_needs",
        chain_with(
            {},
            it_sales={"alternatives": "g", "deliverable": "support"},
            hr_sales={"alternatives": "g"},
        ),
        "services.hr>sales.if_late",
        "members of g differ",
    ),
    (
        "needs_of_customers",
        chain_with(extra(TO_SHOP), sales_shop={"need": 0.5}),
        "services.it>shop.need",
        "need on some services to shop only",
    ),
    (
        "needs_of_customers",
        chain_with(extra(TO_SHOP), sales_shop={"volume": 5}),
        "services.it>shop.volume",
        "volume on some services to shop only",
    ),
    (
        "needs_of_customers",
        chain_with({}, sales_shop={"need": 0}),
        "services.sales>shop:offer.need",
        "need adds up to 0",
    ),
    (
        "needs_of_customers",
        chain_with({}, sales_shop={"volume": 0}),
        "services.sales>shop:offer.volume",
        "volume adds up to 0",
    ),
    (
        "buffer_needs_sla",
        chain_with({}, it_sales={"buffer": "sla"}),
        "services.it>sales.buffer",
        "buffer: sla without an sla",
    ),
    (
        "laws_hold",
        chain_with({}, it_sales={"takes": SAMPLES}),
        "services.it>sales.takes",
        "mean 1 h and sd 100000 h",
    ),
    (
        "laws_hold",
        chain_with({}, it_sales={"takes": {"median": "1 h", "on_time": 0.9}}),
        "services.it>sales.takes",
        "on_time without an sla",
    ),
    (
        "laws_hold",
        chain_with({}, it_sales={"takes": {"dist": "gama", "a": 1, "scale": "1 h"}}),
        "services.it>sales.takes",
        "«gama»",
    ),
    (
        "laws_hold",
        {"departments": {**BASE["departments"], "it": {"takes": {"median": "1 h"}}}},
        "departments.it.takes",
        "a median and no on_time",
    ),
    (
        "two_names_for_one_share",
        chain_with(
            {},
            it_sales={"takes": {"median": "1 h", "on_time": 0.9}, "sla": "2 h", "on_time": 0.8},
        ),
        "services.it>sales.on_time",
        "0.8 here, 0.9 in takes",
    ),
    (
        "on_time_refers_to_something",
        chain_with({}, it_sales={"on_time": 0.9}),
        "services.it>sales.on_time",
        "on_time without sla or expects",
    ),
    (
        "work_within_takes",
        chain_with({}, it_sales={"work": "1 h"}),
        "services.it>sales.work",
        "work, and it has no staff",
    ),
    (
        "work_within_takes",
        chain_with(STAFFED, it_sales={"work": {"mean": "3 h"}, "takes": "2 h"}),
        "services.it>sales.takes",
        "takes 2 h, work 3 h on average",
    ),
    (
        "volumes_serve_customers",
        {"services": [{"provider": "it", "client": "hr", "volume": 5}, BASE["services"][3]]},
        "services.it>hr.volume",
        "5 requests that no customer pulls",
    ),
    (
        "volumes_serve_customers",
        {
            "services": [
                {"provider": "supplier", "client": "it", "volume": 5, "for": ["hr"]},
                {"provider": "it", "client": "hr"},  # which serves nobody
                {"provider": "it", "client": "sales"},
                BASE["services"][3],
            ]
        },
        "services.supplier>it.volume",
        "5 requests",
    ),
    ("money_has_a_currency", COSTLY, "departments.it.cost_per_hour", "money without a currency"),
    (
        "money_has_a_currency",
        {"customers": {**BASE["customers"], "shop": {"revenue": 0}}},
        "customers.shop.revenue",
        "money without a currency",
    ),
    (
        "money_has_a_currency",
        {"interventions": {"i": {"cost_per_year": 1}}},
        "interventions.i.cost_per_year",
        "money without a currency",
    ),
    (
        "links_lead_somewhere",
        {"customers": {**BASE["customers"], "shop": {"wears_on": {"saels": "low"}}}},
        "customers.shop.wears_on.saels",
        "«saels»",
    ),
    (
        "links_lead_somewhere",
        {"customers": {**BASE["customers"], "shop": {"recommends": {"shop": "low"}}}},
        "customers.shop.recommends.shop",
        "«shop»",
    ),
    (
        "customer_figures_fit",
        {"customers": {**BASE["customers"], "shop": {"win_rate": 0.1}}},
        "customers.shop.win_rate",
        "win_rate with status: active",
    ),
    (
        "customer_figures_fit",
        {"customers": {**BASE["customers"], "shop": {"status": "potential", "churn": 0.1}}},
        "customers.shop.churn",
        "churn with status: potential",
    ),
    (
        "delays_name_somebody",
        {"scenarios": {"s": {"delay": {"itt": "1 h"}}}},
        "scenarios.s.delay.itt",
        "«itt»",
    ),
    (
        "delays_name_somebody",
        {"delay": {"it>sale": "1 h"}},
        "delay.it>sale",
        "«it>sale»",
    ),
    (
        "interventions_name_each_other",
        {"interventions": {"i": {"requires": ["j"]}}},
        "interventions.i.requires",
        "«j»",
    ),
    (
        "interventions_name_each_other",
        {"interventions": {"i": {"excludes": ["i"]}}},
        "interventions.i.excludes",
        "«i»",
    ),
    (
        "interventions_name_each_other",
        {"interventions": {"i": {"excludes": ["j"], "requires": ["j"]}, "j": {}}},
        "interventions.i.requires",
        "it excludes and requires j",
    ),
    (
        "changes_hold",
        {"scenarios": {"s": {"scale": {"services.it>sales.quality": 2}}}},
        "scenarios.s.scale.services.it>sales.quality",
        "nothing declared",
    ),
    (
        "changes_hold",
        {"interventions": {"i": {"set": {"departments.it.esat": 0.9}}}},
        "interventions.i.set.departments.it.esat",
        "«esat»",
    ),
    (
        "changes_hold",
        {"changes": [{"set": {"departments.itt.staff": 1}}]},
        "changes[0].set.departments.itt.staff",
        "«itt»",
    ),
    (
        "round_the_clock",
        chain_with({}, it_sales={"sla": "24 h"}),
        "services.it>sales.sla",
        "24 h of working time are 3 days",
    ),
    (
        "round_the_clock",
        chain_with({}, it_sales={"takes": {"mean": "48 h"}}),
        "services.it>sales.takes",
        "48 h of working time are 6 days",
    ),
]
DOUBTS = {"impact_on_customers", "round_the_clock", "volumes_serve_customers"}


def unjudged(parts: dict[str, Any]) -> ValueChain:
    """A chain that no rule has judged yet."""
    return ValueChain.model_validate({**BASE, **parts}, context={"trusted": True})


@pytest.mark.parametrize(
    ("rule", "parts", "path", "found"), CASES, ids=[f"{case[0]}: {case[2]}" for case in CASES]
)
def test_a_rule_broken_gives_one_issue_from_that_rule(
    rule: str, parts: dict[str, Any], path: str, found: str
) -> None:
    chain = unjudged(parts)
    by_rule = {one.__name__: list(one(chain)) for one in RULES}
    (issue,) = by_rule[rule]
    assert {name for name, issues in by_rule.items() if issues} == {rule}
    assert issue.dotted == path
    assert issue.found.en.startswith(found)
    assert issue.severity == ("warning" if rule in DOUBTS else "error")
    _in_good_words(issue)


def _in_good_words(issue: Issue) -> None:
    for lang in ("en", "es"):
        line = issue.text(lang)
        assert len(line.splitlines()) == 1
        assert not re.search(r"\bNone\b|\{\}|  ", line)
    if re.search(r"[a-z]{4}", issue.found.en) and "«" not in issue.found.en:
        assert issue.found.en != issue.found.es


def test_every_rule_is_triggered() -> None:
    assert {rule.__name__ for rule in RULES} == {case[0] for case in CASES}
    assert set(SERVICE_RULES) <= set(RULES)
    assert len(set(RULES)) == len(RULES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}: {case[2]}")
def test_the_constructor_holds_the_rules(case: tuple[str, dict[str, Any], str, str]) -> None:
    rule, parts, path, _ = case
    with warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always")
        try:
            ValueChain(**{**BASE, **parts})
        except SchemaError as error:
            assert rule not in DOUBTS
            assert path in {issue.dotted for issue in error.issues}
            return
    assert [path in str(doubt.message) for doubt in doubts] == [True]


def test_the_base_chain_breaks_no_rule() -> None:
    assert check(unjudged({})) == []


def test_two_faults_of_two_rules_come_together() -> None:
    parts = chain_with(COSTLY, it_sales={"buffer": "sla"}, hr_sales={"on_time": 0.5})
    with pytest.raises(SchemaError) as caught:
        ValueChain(**parts)
    assert {issue.dotted for issue in caught.value.issues} == {
        "services.it>sales.buffer",
        "services.hr>sales.on_time",
        "departments.it.cost_per_hour",
    }


def test_a_fault_of_today_is_not_said_again_of_every_scenario() -> None:
    plans = {
        "scenarios": {name: {"scale": {"services.it>sales.sla": 0.5}} for name in "abc"},
        "interventions": {"d": {"delay": {"it": "1 h"}}},
    }
    parts = chain_with(plans, it_sales={"sla": "1 d"}, hr_sales={"buffer": "sla"})
    assert [issue.dotted for issue in check(unjudged(parts))] == ["services.hr>sales.buffer"]


def test_what_a_scenario_breaks_is_said_of_it() -> None:
    plans = {
        "scenarios": {"a": {"set": {"services.it>sales.takes": {"median": "1 h", "on_time": 0.2}}}}
    }
    (issue,) = check(unjudged(chain_with(plans, it_sales={"sla": "2 h"})))
    assert issue.path[:2] == ("scenarios", "a")
    assert "disagree" in issue.text()


def test_money_is_missed_once_not_for_every_amount() -> None:
    revenues = {"customers": {"shop": {"revenue": 1}, "supplier": {"revenue": 2}}}
    assert len(check(unjudged({**revenues, **COSTLY}))) == 1


def test_what_is_no_fault() -> None:
    """Neighbours of each rule's fault: allowed, and not even doubtful."""
    allowed: list[dict[str, Any]] = [
        chain_with({}, it_sales={"for": ["offer"]}),
        chain_with({}, it_sales={"for": ["shop", "sales>shop:offer"]}),
        chain_with({}, it_sales={"sla": "23 h"}),
        chain_with({}, it_sales={"sla": "3 d"}),
        chain_with({}, it_sales={"on_time": 0.9, "expects": "1 h"}),
        chain_with({}, it_sales={"impact": "high"}),
        chain_with(STAFFED, it_sales={"work": "2 h", "takes": "2 h"}),
        chain_with({}, it_sales={"volume": 5}, supplier_it={"volume": 3}),
        chain_with({}, it_sales={"alternatives": "g"}, hr_sales={"alternatives": "g"}),
        chain_with(extra(TO_SHOP), sales_shop={"volume": 1, "need": 0.5})
        | {"services": [*BASE["services"][:3], {**TO_SHOP, "need": 0.5}]},
        {**COSTLY, "currency": "EUR"},
        {"delay": {"it": "1 h", "it>sales": "1 h", "supplier": "1 h"}},
        chain_with({"calendar": {"hours_per_day": 24}}, it_sales={"sla": "24 h"}),
    ]
    for parts in allowed:
        assert check(unjudged(parts)) == []


@given(chains())
def test_valid_chains_keep_the_rules(chain: ValueChain) -> None:
    errors: Iterator[Issue] = (issue for issue in check(chain) if issue.severity == "error")
    assert list(errors) == []
    assert {i.dotted for i in check_services(chain)} <= {i.dotted for i in check(chain)}
