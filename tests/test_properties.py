"""What every implementation of the model keeps (model.md, section 8), on random chains.

Compared runs share their random numbers, so in chains without loops each sampled job can be held
against itself; in loops, where a change may alter who meets whom, means are held within error.
Chains come from a seed, with every kind of law, rework, buffers, alternatives, inputs in sequence
and inputs for some services only (`tests.reference.random_chains`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import valuechain as vc
from tests.reference.random_chains import document, text
from valuechain.today import situation_of

# a random promise may come out as 24 h, which a warning takes for three days
pytestmark = pytest.mark.filterwarnings("ignore:.*of working time are:valuechain.ValueChainWarning")
SAMPLES = 60
EPS = 1e-4  # hours: times are kept in single precision


@cache
def drawn(seed: int, shape: str) -> tuple[dict[str, Any], vc.ValueChain]:
    tree = document(seed, shape)
    return tree, vc.parse_yaml(text(tree))


@dataclass
class Case:
    """A chain from a seed, and choices in it from the same seed."""

    seed: int
    shape: str
    tree: dict[str, Any] = field(init=False, repr=False)
    chain: vc.ValueChain = field(init=False, repr=False)
    random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.tree, self.chain = drawn(self.seed, self.shape)
        self.random = random.Random(self.seed)

    def service(self, *, inside: bool) -> vc.Service:
        """Any service, or any to a department."""
        given = [s for s in self.chain.services if not inside or s.client in self.chain.departments]
        return self.random.choice(given)

    def together(self, service: vc.Service) -> list[str]:
        """The ids of a service and its alternatives, which declare one need."""
        if service.alternatives is None:
            return [service.id]
        key = (service.client, service.alternatives)
        return [s.id for s in self.chain.services if (s.client, s.alternatives) == key]


def cases(shape: str) -> st.SearchStrategy[Case]:
    return st.builds(Case, st.integers(0, 40), st.just(shape))


def arrivals(chain: vc.ValueChain) -> Mapping[str, Any]:
    delay = vc.propagate_delay(chain, samples=SAMPLES, seed=5, keep_samples=True)
    return {service.id: delay.samples(service.id) for service in chain.services}


def needs_declared(case: Case, without: str | None = None) -> vc.ValueChain:
    """The same chain, every need written down, perhaps without one of its services.

    Were needs derived from volumes, the fewer jobs that are left would need the others more.
    """
    arrays = situation_of(case.chain).now
    needs = dict(zip(arrays.service_ids, arrays.need.tolist(), strict=True))
    services = [
        s.model_copy(update={"need": needs[s.id]}) if s.client in case.chain.departments else s
        for s in case.chain.services
        if s.id != without
    ]
    return vc.ValueChain(
        departments=case.chain.departments, customers=case.chain.customers, services=services
    )


def removable(case: Case) -> list[str]:
    """Services to departments without alternatives that no other field speaks of."""
    named = {s.client for s in case.chain.services if s.for_}
    return [
        s.id
        for s in case.chain.services
        if s.client in case.chain.departments and not s.alternatives and s.provider not in named
    ]


def better_and_worse(case: Case) -> Iterator[tuple[str, vc.ValueChain, vc.ValueChain]]:
    """What was done to a chain, the chain with which nothing may arrive later, and the other."""
    chain, pick = case.chain, case.random.choice
    place = pick([*chain.departments, case.service(inside=False).id])
    yield "more delay", chain, chain.with_changes(delay={place: "3 h"})
    service = case.service(inside=True)
    arrays = situation_of(chain).now
    need = arrays.need[arrays.service_ids.index(service.id)]
    more = 1.0 if case.shape == "acyclic" else min(1.0, 1.2 * need)  # no loop may close for good
    changes = {f"services.{key}.need": more for key in case.together(service)}
    yield "more need", chain, chain.with_changes(changes)
    fcr = f"services.{case.service(inside=False).id}.fcr"
    yield "more first-contact resolution", chain.with_changes({fcr: 1.0}), chain
    buffer = f"services.{case.service(inside=True).id}.buffer"
    yield "more buffer", chain.with_changes({buffer: "30 h"}), chain
    if removable(case):
        removed = pick(removable(case))
        yield f"{removed} removed", needs_declared(case, removed), needs_declared(case)


@settings(max_examples=15)
@given(cases("acyclic"))
def test_delay_without_loops_job_by_job(case):
    for what, better, worse in better_and_worse(case):
        one, other = arrivals(better), arrivals(worse)
        for key in one.keys() & other.keys():
            assert (other[key] >= one[key] * (1 - 1e-5) - EPS).all(), (what, key)


@settings(max_examples=3)
@given(cases("contracting"))
def test_delay_with_loops_on_average(case):
    for what, better, worse in better_and_worse(case):
        one, other = arrivals(better), arrivals(worse)
        for key in one.keys() & other.keys():
            error = np.hypot(one[key].std(), other[key].std()) / np.sqrt(SAMPLES)
            assert other[key].mean() >= one[key].mean() - 5 * error - EPS, (what, key)


@given(cases("acyclic"))
def test_no_rework_where_the_first_attempt_succeeds(case):
    every = {f"services.{service.id}.fcr": 1.0 for service in case.chain.services}
    once = case.chain.with_changes(every)
    result = vc.propagate_dissatisfaction(once, samples=5).table("services")
    assert set(result["repeated"].tolist()) == {0.0}


@st.composite
def projects(draw: st.DrawFn) -> tuple[vc.ValueChain, nx.DiGraph]:
    """Fixed times, all needed, nothing held in stock; and the same as a graph of services."""
    n = draw(st.integers(2, 7))
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    links = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    hours = {pair: draw(st.integers(0, 20)) for pair in links}
    last = {i: draw(st.integers(0, 20)) for i in draw(st.sets(st.integers(0, n - 1), min_size=1))}
    services = [
        {"provider": f"d{i}", "client": f"d{j}", "takes": f"{time} h"}
        for (i, j), time in hours.items()
    ]
    services += [
        {"provider": f"d{i}", "client": "owner", "takes": f"{time} h"} for i, time in last.items()
    ]
    chain = vc.ValueChain(
        departments={f"d{i}": {} for i in range(n)}, customers={"owner": {}}, services=services
    )
    graph = nx.DiGraph()
    for service in services:
        time = int(service["takes"].split()[0])
        graph.add_edge((service["provider"], service["client"]), service["client"], weight=0)
        graph.add_edge(service["provider"], (service["provider"], service["client"]), weight=time)
    return chain, graph


@given(projects())
def test_with_all_needed_it_is_the_critical_path_method(project):
    """Against the longest way through networkx's graph, event by event."""
    chain, graph = project
    longest = dict.fromkeys(graph, 0)
    for node in nx.topological_sort(graph):
        for before in graph.predecessors(node):
            longest[node] = max(longest[node], longest[before] + graph[before][node]["weight"])
    for mode in ("sampled", "expected"):
        found = vc.propagate_delay(chain, mode=mode, samples=2).table("services")
        for service in chain.services:
            expected = longest[service.provider, service.client]
            assert found.value(service.id, "mean_hours") == expected
    last = max(longest[s.provider, s.client] for s in chain.services if s.client == "owner")
    ends_at_owner = graph.subgraph(nx.ancestors(graph, "owner") | {"owner"})
    assert nx.dag_longest_path_length(ends_at_owner) == last


# --- dissatisfaction and outcomes, at today's calibration ----------------------------------------


def unhappy(chain: vc.ValueChain) -> dict[tuple[str, str], float]:
    """Every share that says how bad it is."""
    result = vc.propagate_dissatisfaction(chain, samples=SAMPLES, seed=5)
    found = {}
    for level, name in (
        ("services", "dissatisfied"),
        ("departments", "morale_loss"),
        ("customers", "dissatisfied"),
    ):
        table = result.table(level)
        found |= {(level, key): v for key, v in zip(table.ids, table[name].tolist(), strict=True)}
    return {place: value for place, value in found.items() if not np.isnan(value)}


def displeasing(case: Case) -> Iterator[tuple[str, vc.ValueChain, vc.ValueChain]]:
    """What was done, the chain with which nobody may be less content, and the other."""
    chain = case.chain
    place = case.random.choice([*chain.departments, case.service(inside=False).id])
    yield "more delay", chain, chain.with_changes(delay={place: "3 h"})
    impact = f"services.{case.service(inside=True).id}.impact"
    yield "more impact", chain, chain.with_changes({impact: 1.0})
    for name in ("quality", "clarity", "fcr"):
        path = f"services.{case.service(inside=False).id}.{name}"
        yield f"more {name}", chain.with_changes({path: 1.0}), chain


@pytest.mark.filterwarnings("ignore:no fault was observed today:valuechain.ValueChainWarning")
@given(cases("acyclic"))
def test_what_makes_work_worse_never_pleases(case):
    for what, better, worse in displeasing(case):
        one, other = unhappy(better), unhappy(worse)
        assert one.keys() == other.keys()
        pleased = {place for place in one if other[place] < one[place] - 1e-9}
        assert pleased == set(), what


@given(cases("acyclic"))
def test_shares_are_shares_and_who_is_not_reached_feels_nothing(case):
    before = unhappy(case.chain)
    assert all(0 <= value <= 1 for value in before.values())
    place = case.random.choice(sorted(case.chain.departments))
    after = unhappy(case.chain.with_changes(delay={place: "9 h"}))
    ways = nx.DiGraph((s.provider, s.client) for s in case.chain.services)
    ways.add_edges_from(  # anger goes back
        (customer, department)
        for customer, party in case.chain.customers.items()
        for department in party.wears_on
    )
    touched = nx.descendants(ways, place) | {place}
    for (level, key), value in before.items():
        if key.split(">")[0] not in touched:
            assert after[level, key] == pytest.approx(value, abs=1e-12), key


@given(cases("acyclic"))
def test_satisfaction_is_what_dissatisfaction_leaves(case):
    outcomes = vc.predict_outcomes(case.chain, samples=SAMPLES, seed=5).table("customers")
    delay = vc.propagate_delay(case.chain, samples=SAMPLES, seed=5).table("customers")
    found = unhappy(case.chain)
    for customer in case.chain.customers:
        q, csat = found.get(("customers", customer)), outcomes.value(customer, "csat")
        assert csat is None if q is None else csat == pytest.approx(1 - q, abs=1e-12)
        assert outcomes.value(customer, "breach") == delay.value(customer, "breach")
    same = case.chain.with_changes({}, scale={}, delay={})
    again = vc.predict_outcomes(same, samples=SAMPLES, seed=5).table("customers")
    for column in ("csat", "nps", "churn", "won_share", "breach", "mean_hours"):
        np.testing.assert_array_equal(again[column], outcomes[column])
    assert case.chain == vc.parse_yaml(text(case.tree))
