"""`analyze_structure` beside networkx and brute force, on random chains."""

from __future__ import annotations

import itertools

import networkx as nx
import pytest
from hypothesis import given

import valuechain as vc
from tests.strategies import chains
from valuechain.today import situation_of


def graph_of(chain):
    graph = nx.DiGraph()
    graph.add_nodes_from([*chain.departments, *chain.customers])
    graph.add_edges_from((service.provider, service.client) for service in chain.services)
    return graph


def column(chain, name):
    table = vc.analyze_structure(chain).table("departments")
    return {row["id"]: row[name] for row in table.records()}


def distance_is_the_shortest_way_to_any_customer(chain):
    graph = graph_of(chain)
    lengths = nx.multi_source_dijkstra_path_length(graph.reverse(), set(chain.customers))
    expected = {department: lengths.get(department) for department in chain.departments}
    assert column(chain, "distance_to_customer") == expected


def reached_are_descendants_and_external_parties_end_the_way(chain):
    graph = graph_of(chain)
    graph.remove_edges_from(list(graph.out_edges(chain.customers)))
    reached = {d: nx.descendants(graph, d) & set(chain.customers) for d in chain.departments}
    found = vc.analyze_structure(chain)
    assert column(chain, "customers_reached") == {d: len(them) for d, them in reached.items()}
    blind = {department for department, them in reached.items() if not them}
    assert set(found.without_line_of_sight) == blind


def loops_are_the_strong_components_of_departments(chain):
    inside = graph_of(chain).subgraph(chain.departments)
    expected = {frozenset(part) for part in nx.strongly_connected_components(inside)}
    found = vc.analyze_structure(chain)
    assert {frozenset(loop) for loop in found.loops} == {p for p in expected if len(p) > 1}
    assert [len(loop) for loop in found.loops] == sorted(map(len, found.loops), reverse=True)
    number = column(chain, "loop")
    for place, loop in enumerate(found.loops, start=1):
        assert {department for department, n in number.items() if n == place} == set(loop)
    assert {d for d, n in number.items() if n == 0} == set(chain.departments).difference(
        *found.loops
    )
    assert set(found.orphans) == set(nx.isolates(graph_of(chain)))


def share_of_shortest_ways(graph, through):
    """Freeman's definition word by word: every pair, every shortest way between the two."""
    others = [node for node in graph if node != through]
    total = 0.0
    for start, stop in itertools.permutations(others, 2):
        if nx.has_path(graph, start, stop):
            ways = list(nx.all_shortest_paths(graph, start, stop))
            total += sum(through in way for way in ways) / len(ways)
    pairs = len(others) * (len(others) - 1)
    return total / pairs if pairs else 0.0


def betweenness_counts_shortest_ways(chain):
    graph = graph_of(chain)
    expected = {d: share_of_shortest_ways(graph, d) for d in chain.departments}
    assert column(chain, "betweenness") == pytest.approx(expected, abs=1e-12)


def silenced_by_removal(chain):
    """Who gets nothing once a department is taken out, by trying every way round it.

    Keep one member of every group of alternatives, in every possible way. If, whichever are kept,
    each service to a customer can be traced back to the department over inputs that every job
    waits for, the customer depends on it.
    """
    arrays = situation_of(chain).now
    hard = arrays.waits & (arrays.need >= 1)
    services = range(len(arrays.service_ids))
    groups = [[f for f in services if arrays.group[f] == g] for g in sorted({*arrays.group} - {-1})]
    inputs = {
        e: arrays.join_inputs[arrays.join_ptr[j] : arrays.join_ptr[j + 1]].tolist()
        for e, j in enumerate(arrays.join.tolist())
        if j >= 0
    }
    ids = arrays.node_ids
    found = {department: set(chain.customers) for department in chain.departments}
    for kept in itertools.product(*groups):
        graph = nx.DiGraph()
        graph.add_nodes_from(services)
        for e, behind in inputs.items():
            for f in behind:
                if hard[f] and (arrays.group[f] < 0 or f in kept):
                    graph.add_edge(f, e)
        for department in chain.departments:
            own = [e for e in services if ids[arrays.provider[e]] == department]
            silent = set(own).union(*(nx.descendants(graph, e) for e in own))
            for customer in chain.customers:
                received = {e for e in services if ids[arrays.client[e]] == customer}
                if not received or not received <= silent:
                    found[department].discard(customer)
    return found


def single_points_of_failure_are_what_nothing_leads_round(chain):
    found = column(chain, "single_point_of_failure_for")
    assert {d: set(them) for d, them in found.items()} == silenced_by_removal(chain)


CLAIMS = (
    distance_is_the_shortest_way_to_any_customer,
    reached_are_descendants_and_external_parties_end_the_way,
    loops_are_the_strong_components_of_departments,
    betweenness_counts_shortest_ways,
    single_points_of_failure_are_what_nothing_leads_round,
)


@given(chains())
def test_random_chains(chain):
    """All claims on one chain: to draw a chain takes longer than to judge it."""
    for claim in CLAIMS:
        claim(chain)


def test_in_a_row_everybody_is_one():
    chain = vc.parse_yaml("""
valuechain: 1
departments:
  first: {serves: {second: {}}}
  second: {serves: {last: {need: 0.9}, shop: {}}}
  last: {serves: {shop: {}}}
customers: {shop: {}}
""")
    # last does without second in one job of ten, so nobody alone can stop both of the services
    assert column(chain, "single_point_of_failure_for") == dict.fromkeys(chain.departments, ())
    sure = chain.with_changes({"services.second>last.need": 1.0})
    expected = {"first": ("shop",), "second": ("shop",), "last": ()}
    assert column(sure, "single_point_of_failure_for") == expected


def test_an_alternative_takes_the_weight_off_both():
    services = [
        {"provider": provider, "client": "desk", "alternatives": "either"}
        for provider in ("north", "south")
    ]
    services.append({"provider": "desk", "client": "shop"})
    chain = vc.ValueChain(
        departments={"north": {}, "south": {}, "desk": {}},
        customers={"shop": {}},
        services=services,
    )
    found = column(chain, "single_point_of_failure_for")
    assert found == {"north": (), "south": (), "desk": ("shop",)}


def test_nobody_and_nothing():
    chain = vc.ValueChain(
        departments={"alone": {}, "desk": {}},
        customers={"shop": {}, "nobody": {}},
        services=[{"provider": "desk", "client": "shop"}],
    )
    found = vc.analyze_structure(chain)
    assert found.orphans == ("alone", "nobody")
    assert found.without_line_of_sight == ("alone",)
    assert column(chain, "distance_to_customer") == {"alone": None, "desk": 1}
    frame = found.to_frame()
    assert frame["distance_to_customer"].isna().tolist() == [True, False]
