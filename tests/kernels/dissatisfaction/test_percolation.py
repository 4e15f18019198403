"""Percolation: all subsets by brute force, reachability by networkx, chance beside exactness."""

from __future__ import annotations

import itertools
import math
import random
from concurrent.futures import ThreadPoolExecutor

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.dissatisfaction import percolation_exact
from valuechain.kernels.dissatisfaction.percolation import Web, passing, sample_reached, web_of
from valuechain.kernels.dissatisfaction.percolation_exact import exact_reached
from valuechain.network.arrays import ChainArrays, FloatArray


def random_arrays(seed: int, services: int = 9, *, plain: bool = False) -> ChainArrays:
    """A chain of four departments in circles and two customers; not `plain`: groups and `for`."""
    rng = random.Random(seed)
    names = ["a", "b", "c", "d"]
    pairs = [("a", "b"), ("d", "x")]
    while len(pairs) < services:
        provider = rng.choice([*names, "y"])
        client = rng.choice([*names, "x", "y"])
        if provider != client and not (provider == "y" and client == "x"):
            pairs.append((provider, client))
    named = [(p, f"{c}:{i}") for i, (p, c) in enumerate(pairs)]
    group, inputs_for = [-1] * services, {}
    if not plain:
        for number, client in enumerate(names):
            to = [i for i, (_, c) in enumerate(pairs) if c == client]
            if len(to) >= 2 and rng.random() < 0.6:
                group[to[0]] = group[to[1]] = number
            given_by = [i for i, (p, _) in enumerate(pairs) if p == client]
            for i in to:
                if group[i] < 0 and given_by and rng.random() < 0.4:
                    inputs_for[i] = rng.sample(given_by, rng.randint(1, len(given_by)))
    need = [rng.choice([0.0, 1.0, rng.random(), rng.random(), rng.random()]) for _ in pairs]
    for i, j in itertools.combinations(range(services), 2):
        if group[i] >= 0 and group[i] == group[j]:
            need[j] = need[i]
    waits = [rng.random() < 0.7 for _ in pairs]
    for i, j in itertools.combinations(range(services), 2):
        if group[i] >= 0 and group[i] == group[j]:
            waits[j] = waits[i]
    return chain_arrays(
        named, customers=["x", "y"], group=group, inputs_for=inputs_for, need=need, waits=waits,
        impact=[rng.choice([0.3, 1.0, rng.random()]) for _ in pairs],
    )  # fmt: skip


def of_department(arrays: ChainArrays, name: str) -> np.ndarray:
    return np.asarray(arrays.provider == arrays.node_ids.index(name))


def by_networkx(arrays: ChainArrays, source: str, delays: bool) -> FloatArray:
    """All 2^m subsets of services, and who can be reached over those that are open."""
    m, D = len(arrays.service_ids), len(arrays.department_ids)
    start = arrays.node_ids.index(source)
    chance = [
        arrays.need[e]
        * (
            (1.0 if arrays.client[e] >= D or arrays.waits[e] else 0.0)
            if delays
            else (1.0 if arrays.client[e] >= D else arrays.impact[e])
        )
        for e in range(m)
    ]
    total = np.zeros(len(arrays.node_ids))
    for is_open in itertools.product((False, True), repeat=m):
        odds = math.prod(p if o else 1 - p for p, o in zip(chance, is_open, strict=True))
        if odds == 0:
            continue
        graph = nx.DiGraph()
        graph.add_nodes_from(range(len(arrays.node_ids)))
        graph.add_edges_from(
            (int(arrays.provider[e]), int(arrays.client[e]))
            for e in range(m)
            # what an external party receives stops there
            if is_open[e] and (arrays.provider[e] < D or arrays.provider[e] == start)
        )
        total[list(nx.descendants(graph, start))] += odds
    return total


def by_brute_force(arrays: ChainArrays, failing: np.ndarray, delays: bool) -> FloatArray:
    """All states of needs and impacts, drawn apart, groups and `for` by their definition."""
    m, D = len(arrays.service_ids), len(arrays.department_ids)
    inputs = [
        set()
        if j < 0
        else set(arrays.join_inputs[arrays.join_ptr[j] : arrays.join_ptr[j + 1]].tolist())
        for j in arrays.join.tolist()
    ]
    slots: dict[int, list[int]] = {}
    for e, g in enumerate(arrays.group.tolist()):
        slots.setdefault(g if g >= 0 else 1000 + e, []).append(e)
    coins = [("need", s) for s in slots] + [("impact", e) for e in range(m)]
    odds = [
        arrays.need[slots[k][0]]
        if kind == "need"
        else 1.0
        if arrays.client[k] >= D
        else float(arrays.waits[k])
        if delays
        else arrays.impact[k]
        for kind, k in coins
    ]
    free = [i for i, p in enumerate(odds) if 0 < p < 1]
    total = np.zeros(len(arrays.node_ids))
    for sides in itertools.product((False, True), repeat=len(free)):
        side = dict(zip(free, sides, strict=True))
        yes = {coin: side.get(i, odds[i] == 1) for i, coin in enumerate(coins)}
        fails = set(np.flatnonzero(failing).tolist())
        while True:
            passed = {
                e
                for s, members in slots.items()
                if yes["need", s] and all(k in fails and yes["impact", k] for k in members)
                for e in members
            }
            more = {e for e in range(m) if inputs[e] & passed} - fails
            if not more:
                break
            fails |= more
        weight = math.prod(odds[i] if side[i] else 1 - odds[i] for i in free)
        total[sorted({int(arrays.client[e]) for e in passed})] += weight
    return total


@pytest.mark.parametrize("delays", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_all_subsets_by_networkx(seed: int, delays: bool) -> None:
    arrays = random_arrays(seed, plain=True)
    for source in ("a", "y"):
        found = exact_reached(web_of(arrays, of_department(arrays, source), delays))
        expected = by_networkx(arrays, source, delays)
        others = [i for i, name in enumerate(arrays.node_ids) if name != source]
        assert found.probability[others] == pytest.approx(expected[others], abs=1e-12)


@pytest.mark.parametrize("delays", [False, True])
@pytest.mark.parametrize("seed", range(25))
def test_groups_and_for_by_brute_force(seed: int, delays: bool) -> None:
    arrays = random_arrays(seed, services=8)
    for failing in (of_department(arrays, "a"), np.arange(8) == 0):
        found = exact_reached(web_of(arrays, failing, delays))
        assert found.probability == pytest.approx(
            by_brute_force(arrays, failing, delays), abs=1e-12
        )


@pytest.mark.parametrize("seed", range(20))
def test_merging_changes_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    web = web_of(random_arrays(seed, services=14), np.arange(14) < 2, False)
    merged = exact_reached(web).probability
    monkeypatch.setattr(percolation_exact._Part, "reduce", lambda part: None)
    monkeypatch.setattr(percolation_exact, "MOST_STATES", 14)
    assert exact_reached(web).probability == pytest.approx(merged, abs=1e-12)


def test_sampled_beside_exact() -> None:
    """z-scores of 40 chains together: none far out, all of them of size 1."""
    scores = []
    for seed in range(40):
        arrays = random_arrays(seed, services=12)
        web = web_of(arrays, of_department(arrays, "a"), False)
        exact = exact_reached(web).probability
        sampled = sample_reached(web, arrays.service_ids, 5_003, seed)
        certain = sampled.standard_error == 0
        assert sampled.probability[certain] == pytest.approx(exact[certain], abs=1e-12)
        assert (exact[~certain] > 0).all()
        off = (sampled.probability - exact)[~certain] / sampled.standard_error[~certain]
        scores += off.tolist()
    assert len(scores) > 80
    assert max(map(abs, scores)) < 4.5
    # Chances within one chain share their draws, so fewer than all of them count.
    assert 0.75 < math.sqrt(float(np.mean(np.square(scores)))) < 1.3


def test_draws_do_not_depend_on_blocks_or_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = random_arrays(3, services=14)
    web = web_of(arrays, of_department(arrays, "a"), False)
    whole = sample_reached(web, arrays.service_ids, 1_000, 5).probability
    monkeypatch.setattr("valuechain.kernels.dissatisfaction.percolation._CELLS_AT_ONCE", 64)
    seen: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2) as pool:
        parts = sample_reached(
            web, arrays.service_ids, 1_000, 5, pool, lambda done, of: seen.append((done, of))
        )
    assert parts.probability.tolist() == whole.tolist()
    assert seen == [(i, 16) for i in range(1, 17)]
    assert sample_reached(web, arrays.service_ids, 1_000, 6).probability.tolist() != whole.tolist()


def test_a_long_row_is_one_input_and_exact() -> None:
    n = 200
    names = [f"d{i:03}" for i in range(n)]
    pairs = [*itertools.pairwise(names), (names[-1], "x")]
    arrays = chain_arrays(pairs, customers=["x"], need=[0.99] * (n - 1) + [1.0], impact=[1.0] * n)
    found = exact_reached(web_of(arrays, of_department(arrays, names[0]), False))
    assert found.probability[-1] == pytest.approx(0.99 ** (n - 1), rel=1e-12)


def test_what_only_holds_itself_up_does_not_fail() -> None:
    web = Web([1.0, 1.0, 1.0], [1, 2, 1], [(0,), (1,), None], [[1], [0]], [1, 2], [0, 1, 2], 3)
    assert passing(web, [True] * 3) == [False] * 3


def test_too_many_sites_are_sampled() -> None:
    """Everybody serves everybody: more than 16 inputs stay, whatever is merged."""
    names = [f"d{i}" for i in range(7)]
    pairs = [(p, c) for p in names for c in names if p != c] + [("d6", "x")]
    arrays = chain_arrays(
        pairs, customers=["x"], need=[0.3] * 42 + [1.0], impact=[0.5] * 43, group=[-1] * 43
    )
    web = web_of(arrays, of_department(arrays, "d0"), False)
    assert np.isnan(exact_reached(web).probability[-1])
    sampled = sample_reached(web, arrays.service_ids, 20_000, 0)
    assert sampled.standard_error[-1] > 0


@given(st.integers(0, 10_000), st.data())
def test_more_need_or_impact_never_reaches_less(seed: int, data: st.DataObject) -> None:
    """Exact and sampled, since the draws stay the same."""
    arrays = random_arrays(seed, services=9)
    e = data.draw(st.integers(0, 8))
    more = data.draw(st.floats(0, 1))
    members = [e] if arrays.group[e] < 0 else np.flatnonzero(arrays.group == arrays.group[e])
    before = web_of(arrays, of_department(arrays, "a"), False)
    column = data.draw(st.sampled_from([arrays.need, arrays.impact]))
    column[members] = np.maximum(column[members], more)
    after = web_of(arrays, of_department(arrays, "a"), False)
    for found in (
        lambda web: exact_reached(web).probability,
        lambda web: sample_reached(web, arrays.service_ids, 300, 1).probability,
    ):
        assert (found(after) >= found(before) - 1e-12).all()
