"""Waves are shortest ways along hand-offs; struck is what differs."""

import dataclasses
import random

import networkx as nx
import numpy as np
import pytest

import valuechain as vc
from tests.kernels.small_chains import chain_arrays
from tests.reference.random_chains import document, text
from valuechain.kernels.delay.waves import struck_services, waves
from valuechain.today import situation_of

CHAIN = """
valuechain: 1
currency: EUR
departments:
  design: {staff: 2, takes: 1 h, serves: {sales: {takes: {median: 4 h, p90: 9 h}, sla: 8 h}}}
  it: {serves: {sales: {takes: {samples: [1 h, 2 h]}}, design: {takes: 1 h, need: 50 %}}}
  sales: {serves: {shop: {takes: 1 h, sla: 8 h}}}
customers: {shop: {revenue: 1000}}
"""


@pytest.mark.parametrize(
    ("changes", "struck"),
    [
        ({}, set()),
        ({"delay": {"design": "1 h"}}, {"design>sales"}),
        ({"set": {"departments.design.takes": "2 h"}}, {"design>sales"}),
        ({"set": {"departments.design.staff": 3}}, {"design>sales"}),
        ({"set": {"services.it>sales.takes": {"samples": ["1 h", "3 h"]}}}, {"it>sales"}),
        ({"set": {"services.it>design.quality": 0.5}}, {"it>design"}),
        ({"set": {"services.design>sales.sla": "9 h"}}, {"design>sales"}),
        ({"scale": {"services.design>sales.takes": 2}}, {"design>sales"}),
        ({"set": {"departments.sales.inputs": "in_sequence"}}, {"sales>shop"}),
        ({"set": {"customers.shop.revenue": 2000}}, set()),
        ({"set": {"services.it>design.need": 0.9}}, {"it>design"}),
    ],
)
def test_what_differs_is_struck(changes, struck):
    chain = vc.parse_yaml(CHAIN)
    given = changes.pop("set", None)
    situation = situation_of(chain.with_changes(given, **changes))
    found = struck_services(situation.today, situation.now)
    assert {situation.now.service_ids[e] for e in np.flatnonzero(found)} == struck


@pytest.mark.parametrize("seed", range(10))
def test_waves_are_the_shortest_ways_of_networkx(seed):
    arrays = situation_of(vc.parse_yaml(text(document(seed, "contracting")))).now
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(arrays.need)))
    for e, join in enumerate(arrays.join.tolist()):
        if join >= 0:
            for f in arrays.join_inputs[arrays.join_ptr[join] : arrays.join_ptr[join + 1]]:
                graph.add_edge(int(f), e)
    struck = np.zeros(len(arrays.need), dtype=bool)
    struck[random.Random(seed).sample(range(len(struck)), 2)] = True
    expected = dict(nx.multi_source_dijkstra_path_length(graph, set(np.flatnonzero(struck))))
    bare = dataclasses.replace(
        arrays, wears_on=dataclasses.replace(
            arrays.wears_on, **{k: getattr(arrays.wears_on, k)[:0]
                                for k in ("source", "target", "weight")})
    )  # fmt: skip
    for e, wave in enumerate(waves(bare, struck).tolist()):
        if e in expected:
            assert wave == expected[e]
        else:  # reached by morale only, if at all, and after what hands it on
            assert wave == -1 or wave > 0


def test_morale_and_anger_follow_hand_offs():
    # a disappoints b; b's other service does not need a, but its people are the same; c's anger
    # wears on d
    services = [("a", "b:1"), ("b", "c"), ("b", "e"), ("d", "e")]
    arrays = chain_arrays(
        services,
        customers=["c", "e"],
        inputs_for={0: [1]},
        wears_on=[("c", "d", 0.2)],
        need=np.ones(4),
    )
    struck = np.array([True, False, False, False])
    assert waves(arrays, struck).tolist() == [0, 1, 1, 2]
    assert waves(arrays, struck, waiting_only=True).tolist() == [0, 1, -1, -1]
