"""Components, layers and the service graph, against networkx and on extreme shapes."""

from time import perf_counter

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.small_chains import chain_arrays
from valuechain.network import components
from valuechain.network.components import (
    layers,
    service_edges,
    strong_components,
    topological_rank,
)

graphs = st.integers(0, 12).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=30)
        if n
        else st.just([]),
    )
)


def ends(edges):
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


@given(graphs)
def test_components_are_those_of_networkx_and_run_along_the_edges(graph):
    n, edges = graph
    tail, head = ends(edges)
    found = strong_components(n, tail, head)
    peer = nx.DiGraph(edges)
    peer.add_nodes_from(range(n))
    mine = {frozenset(found.nodes(c).tolist()) for c in range(len(found))}
    assert mine == {frozenset(c) for c in nx.strongly_connected_components(peer)}
    assert (found.label[tail] <= found.label[head]).all()
    for component in range(len(found)):
        nodes = found.nodes(component)
        assert (found.label[nodes] == component).all()
        assert (np.diff(nodes) > 0).all()
        in_circle = len(nodes) > 1 or peer.has_edge(nodes[0], nodes[0])
        assert found.cyclic[component] == in_circle


@given(graphs, st.randoms(use_true_random=False))
def test_the_order_in_which_edges_are_listed_changes_nothing(graph, random):
    n, edges = graph
    shuffled = random.sample(edges, len(edges))
    here, there = strong_components(n, *ends(edges)), strong_components(n, *ends(shuffled))
    np.testing.assert_array_equal(here.label, there.label)


@given(graphs)
def test_layer_is_the_longest_path_of_the_condensation(graph):
    n, edges = graph
    tail, head = ends(edges)
    layer = layers(strong_components(n, tail, head), tail, head)
    peer = nx.DiGraph(edges)
    peer.add_nodes_from(range(n))
    condensed = nx.condensation(peer)
    for depth, generation in enumerate(nx.topological_generations(condensed)):
        for component in generation:
            assert {int(layer[node]) for node in condensed.nodes[component]["members"]} == {depth}


@given(st.permutations(range(9)), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8))))
def test_topological_rank_sorts_any_acyclic_graph(names, pairs):
    edges = [(names[min(a, b)], names[max(a, b)]) for a, b in pairs]
    tail, head = ends(edges)
    rank = topological_rank(9, tail, head)
    assert sorted(rank.tolist()) == list(range(9))
    assert all(a == b or rank[a] < rank[b] for a, b in edges)


def test_topological_rank_refuses_a_cycle():
    with pytest.raises(ValueError, match="cycle"):
        topological_rank(3, np.array([0, 1, 2]), np.array([1, 2, 1]))


@pytest.mark.parametrize("shape", ["row", "ring", "wide"])
def test_a_hundred_thousand_nodes_are_no_matter(shape):
    n = 100_000
    if shape == "wide":
        tail, head = np.random.default_rng(1).integers(0, n, (2, 5 * n))
    else:
        tail = np.arange(n - 1, dtype=np.int64)
        head = tail + 1
        if shape == "ring":
            tail, head = np.append(tail, n - 1), np.append(head, 0)
    begin = perf_counter()
    found = strong_components(n, tail, head)
    assert perf_counter() - begin < 2.0
    assert (found.label[tail] <= found.label[head]).all()
    if shape == "row":
        np.testing.assert_array_equal(found.label, np.arange(n))
        np.testing.assert_array_equal(layers(found, tail, head), np.arange(n))
    if shape == "ring":
        assert len(found) == 1
        assert found.cyclic[0]


def test_service_graph_follows_for_and_leaves_out_what_does_not_wait():
    # a and b give to p; p gives x (needs both) and y (needs only b); b's service goes on when late
    arrays = chain_arrays(
        [("a", "p"), ("b", "p"), ("p", "c:x"), ("p", "c:y")],
        customers=["c"],
        inputs_for={1: [2, 3], 0: [2]},
        waits=[True, False, True, True],
    )
    tail, head = service_edges(arrays, waiting_only=False)
    assert sorted(zip(tail.tolist(), head.tolist(), strict=True)) == [(0, 2), (1, 2), (1, 3)]
    tail, head = service_edges(arrays)
    assert list(zip(tail.tolist(), head.tolist(), strict=True)) == [(0, 2)]


def test_labels_in_no_order_are_sorted_anew(monkeypatch):
    tail, head = np.array([0, 1, 2, 2, 4, 5]), np.array([1, 2, 3, 0, 3, 4])
    shuffle = np.array([2, 0, 3, 1])
    honest = components.connected_components

    def shuffled(*args, **kwargs):
        k, label = honest(*args, **kwargs)
        return k, shuffle[label]

    monkeypatch.setattr(components, "connected_components", shuffled)
    found = strong_components(6, tail, head)
    assert (found.label[tail] <= found.label[head]).all()
    assert found.label[0] == found.label[1] == found.label[2]
    assert len(found) == 4


@given(graphs)
def test_what_runs_inside_each_component(graph):
    n, edges = graph
    tail, head = ends(edges)
    found = strong_components(n, tail, head)
    cyclic = np.flatnonzero(found.cyclic).tolist()
    for component, inside in zip(cyclic, found.insides(tail, head), strict=True):
        nodes = found.nodes(component).tolist()
        mine = [i for i, (a, b) in enumerate(edges) if a in nodes and b in nodes]
        assert inside.nodes.tolist() == nodes
        assert inside.edges.tolist() == mine
        assert inside.nodes[inside.tail].tolist() == tail[mine].tolist()
        assert inside.nodes[inside.head].tolist() == head[mine].tolist()
