"""The enterprise example holds what it promises to show, and its story is true."""

from __future__ import annotations

from typing import get_args

import pytest

import valuechain as vc
from valuechain.model import CustomerKind, DepartmentKind


@pytest.fixture(scope="module")
def chain() -> vc.ValueChain:
    return vc.example("enterprise")


def test_it_is_a_whole_company(chain: vc.ValueChain) -> None:
    assert len(chain.departments) >= 25
    assert len(chain.services) >= 60
    assert {each.kind for each in chain.departments.values()} == set(get_args(DepartmentKind))
    assert {each.kind for each in chain.customers.values()} == set(get_args(CustomerKind))
    assert {each.status for each in chain.customers.values()} == {"active", "potential"}
    assert len({channel for each in chain.services for channel in each.channels}) >= 5


def test_a_supplier_provides_and_has_an_alternative(chain: vc.ValueChain) -> None:
    group = [each for each in chain.services if each.alternatives]
    assert len({each.provider for each in group}) == 2
    assert {each.alternatives for each in group} == {"motors"}
    assert all(chain.customers[each.provider].kind == "supplier" for each in group)


def test_three_loops_or_more(chain: vc.ValueChain) -> None:
    graph = chain.to_networkx()
    for one, other in [
        ("hr", "service_desk"),
        ("production", "maintenance"),
        ("customer_care", "aftersales"),
        ("engineering", "quality_control"),
    ]:
        assert graph.has_edge(one, other)
        assert graph.has_edge(other, one)


def test_retailers_are_served_worst_and_design_is_why(chain: vc.ValueChain) -> None:
    delay = vc.propagate_delay(chain, samples=40_000)
    customers = delay.to_frame("customers")["breach"].dropna()
    others = customers.drop("retailers")
    assert 0.37 < customers["retailers"] < 0.46
    assert others.max() < 0.15
    services = delay.to_frame("services")
    assert 30 < services["p50_hours"]["design>marketing"] < 34  # four days, three were promised
    ranking = vc.rank_bottlenecks(chain, customer="retailers").to_frame("services")
    assert 0.55 < ranking["criticality_index"]["design>marketing"] < 0.8


def test_fixing_design_halves_what_fixing_anyone_else_leaves(chain: vc.ValueChain) -> None:
    delay = vc.propagate_delay(chain, samples=40_000).to_frame("customers")["breach"]
    kept = chain.with_changes({"services.design>marketing.takes": "3 d"})
    design = vc.propagate_delay(kept, samples=40_000).to_frame("customers")["breach"]
    quick = chain.with_changes(scale={"services.sales>retailers:order.takes": 0.8})
    sales = vc.propagate_delay(quick, samples=40_000).to_frame("customers")["breach"]
    assert design["retailers"] < delay["retailers"] / 2
    assert sales["retailers"] > delay["retailers"] / 2


def test_facilities_disappoints_its_clients_and_delays_no_customer(chain: vc.ValueChain) -> None:
    given = [each for each in chain.services if each.provider == "facilities"]
    assert given
    assert not any(each.waits for each in given)
    before = vc.propagate_delay(chain, samples=5_000).to_frame("customers")["mean_hours"]
    worse = vc.propagate_delay(chain, shocks="building_works", samples=5_000)
    assert worse.to_frame("customers")["mean_hours"].equals(before)
    late = worse.to_frame("services")["breach"]
    assert min(late[each.id] for each in given) > 0.5


def test_the_stocks_absorb_a_stop_of_the_first_supplier(chain: vc.ValueChain) -> None:
    before = vc.propagate_delay(chain, samples=20_000).to_frame("customers")["breach"]
    stopped = vc.propagate_delay(chain, shocks="supplier_stop", samples=20_000)
    after = stopped.to_frame("customers")["breach"]
    assert (after - before).abs().max() < 0.005
    assert stopped.to_frame("services")["mean_hours"]["motor_supplier>purchasing"] > 120


def test_the_repair_is_promised_sooner_than_its_parts(chain: vc.ValueChain) -> None:
    """Impossible though Purchasing keep its word, and Purchasing's promise stands in the way."""
    promises = vc.check_promises(chain, samples=1_000).to_frame("services")
    impossible = promises.index[promises["verdict"] == "impossible"]
    to_customers = [key for key in impossible if key.split(">")[1].split(":")[0] in chain.customers]
    assert to_customers == ["aftersales>households:repair"]
    assert promises["blocked_by"]["aftersales>households:repair"] == "purchasing>aftersales"
    mended = chain.with_intervention("honest_repair_date")
    after = vc.check_promises(mended, samples=1_000).to_frame("services")
    assert after["verdict"]["aftersales>households:repair"] != "impossible"


def test_facilities_scores_worst_inside(chain: vc.ValueChain) -> None:
    """By the share of its deliveries to departments that dissatisfy; that no customer feels it."""
    shocks = {f"services.{s.id}.quality": 0.3 for s in chain.services if s.provider == "facilities"}
    today, worse = (vc.propagate_dissatisfaction(chain, given) for given in (None, shocks))
    scores: dict[str, list[float]] = {}
    for row in today.to_records("services"):
        provider, client = row["id"].split(":")[0].split(">")
        if provider in chain.departments and client in chain.departments:
            scores.setdefault(provider, []).append(row["dissatisfied"])
    means = {provider: sum(shares) / len(shares) for provider, shares in scores.items()}
    assert max(means, key=lambda provider: means[provider]) == "facilities"
    moved = worse.table("customers")["csat"] - today.table("customers")["csat"]
    assert (abs(moved) < 0.005).all()
