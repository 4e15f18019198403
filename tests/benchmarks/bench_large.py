"""How long load, expected delay and dissatisfaction of a very large chain take, and its memory.

100,000 departments with 500,000 services, a few hundred of them in loops, and a row of 100,000
departments; from arrays to figures, in one process. Beside each, the same recursions on the
dictionaries of a `networkx.DiGraph`: department by department, loops round by round. Beside the
row, too, plain loops over lists: for any chain without loops, and for one known to be a row.
"""

from __future__ import annotations

import dataclasses
import gc
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import networkx as nx
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.delay.expected import ExpectedDelay, expected_delay
from valuechain.kernels.delay.own_time import own_moments
from valuechain.kernels.dissatisfaction.noisy_or import Dissatisfaction, failures, solve_noisy_or
from valuechain.kernels.queueing.load import Load, solve_load
from valuechain.network.arrays import ChainArrays, FloatArray

DEPARTMENTS, SERVICES, LOOPS = 100_000, 500_000, 300
STILL = 1e-12
WORK, OWN, LATE, OWN_FAULT = 0.1, 1.0, 0.1, 0.05
BY_LATE, BY_FAULT, PASSED, OF_MORALE, TO_MORALE = 0.5, 0.6, 0.3, 0.1, 0.1

Result = tuple[Load, ExpectedDelay, Dissatisfaction]
Figures = tuple[float, float, float]


def wide() -> ChainArrays:
    """Return services that run from lower to higher numbers, but for those that close loops."""
    draw = np.random.default_rng(1)
    m = SERVICES - 1
    others = draw.integers(1, DEPARTMENTS, m - DEPARTMENTS + 1)
    client = np.concatenate([np.arange(1, DEPARTMENTS), others])
    provider = client - draw.integers(1, np.minimum(client, 20_000) + 1)
    back = draw.choice(np.arange(DEPARTMENTS, m), LOOPS, replace=False)
    client[back] = np.maximum(provider[back] - 1, 0)
    provider[back] = provider[back] + 1
    need = draw.choice([0.05, 0.1, 0.2], m)
    return _arrays(provider, client, np.append(need, 1.0))


def row() -> ChainArrays:
    """Return departments one after another."""
    return _arrays(np.arange(DEPARTMENTS - 1), np.arange(1, DEPARTMENTS), np.full(DEPARTMENTS, 1.0))


def _arrays(provider: np.ndarray, client: np.ndarray, need: FloatArray) -> ChainArrays:
    pairs = [
        (f"d{p:06}", f"d{c:06}") for p, c in zip(provider.tolist(), client.tolist(), strict=True)
    ]
    pairs.append((f"d{DEPARTMENTS - 1:06}", "shop"))
    m = len(pairs)
    volume = np.full(m, np.nan)
    volume[-1] = 100.0
    arrays = chain_arrays(
        pairs,
        customers=("shop",),
        need=need,
        impact=np.full(m, PASSED),
        own=np.full(m, OWN),
        work=np.full(m, WORK),
        quality=np.full(m, 1.0 - OWN_FAULT),
        volume=volume,
    )
    return dataclasses.replace(arrays, staff=np.full(len(arrays.department_ids), 3.0))


def ours(arrays: ChainArrays) -> Result:
    """Return load, mean arrivals and dissatisfaction."""
    load = solve_load(arrays)
    delay = expected_delay(arrays, arrays.need, own_moments(arrays)[0])
    felt = solve_noisy_or(arrays, failures(arrays, np.full(len(arrays.need), LATE)))
    return load, delay, felt


def graph_of(arrays: ChainArrays) -> nx.MultiDiGraph[int]:
    """Return the same chain as a graph of departments and the customer."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(arrays.node_ids)))
    rows = zip(arrays.provider.tolist(), arrays.client.tolist(), arrays.need.tolist(), strict=True)
    graph.add_edges_from((p, c, {"need": need}) for p, c, need in rows)
    return graph


def walk(graph: nx.MultiDiGraph[int], shop: int) -> Figures:
    """Return the work, the mean arrival and the dissatisfaction at the end, on dictionaries."""
    parts = list(_parts(graph))
    jobs = dict.fromkeys(graph, 0.0)
    jobs[shop] = 100.0
    for part in reversed(parts):
        for node in _until_still(part, jobs):
            if node != shop:
                jobs[node] = sum(
                    data["need"] * jobs[client] for _, client, data in graph.out_edges(node, True)
                )
    ready = dict.fromkeys(graph, 0.0)
    for part in parts:
        for node in _until_still(part, ready):
            inputs = sorted(
                ((ready[p] + OWN, data["need"]) for p, _, data in graph.in_edges(node, True)),
                reverse=True,
            )
            total, none_above = 0.0, 1.0
            for late, need in inputs:
                total += late * need * none_above
                none_above *= 1.0 - need
            ready[node] = total
    share = dict.fromkeys(graph, 0.0)
    for part in parts:
        for node in _until_still(part, share):
            whole = steady = 1.0
            for p, _, data in graph.in_edges(node, True):
                whole *= 1.0 - data["need"] * PASSED * share[p]
                steady *= 1.0 - TO_MORALE * data["need"] * share[p]
            faulty = 1.0 - (1.0 - OWN_FAULT) * whole * (1.0 - OF_MORALE * (1.0 - steady))
            share[node] = 1.0 - (1.0 - BY_LATE * LATE) * (1.0 - BY_FAULT * faulty)
    last = DEPARTMENTS - 1
    return sum(jobs.values()) - jobs[shop], ready[last] + OWN, share[last]


def _parts(graph: nx.MultiDiGraph[int]) -> Iterator[list[int]]:
    """Yield the components, providers first."""
    whole = nx.condensation(nx.DiGraph(graph))
    for component in nx.topological_sort(whole):
        yield sorted(whole.nodes[component]["members"])


def _until_still(part: list[int], value: dict[int, float]) -> Iterable[int]:
    """Yield the members of a component, round after round until their values rest."""
    while True:
        before = [value[node] for node in part]
        yield from part
        moved = max(abs(value[n] - old) / (1.0 + old) for n, old in zip(part, before, strict=True))
        if len(part) == 1 or moved <= STILL:
            return


def loop(need: list[float]) -> Figures:
    """Return the same of a row, by plain loops over lists."""
    n = len(need)
    jobs = [100.0] * n
    for node in range(n - 2, -1, -1):
        jobs[node] = need[node] * jobs[node + 1]
    arrival, share = [0.0] * n, [0.0] * n
    late = shares = 0.0
    for node in range(n):
        wanted = need[node - 1] if node else 0.0
        late = max(wanted * late, 0.0) + OWN
        arrival[node] = late
        whole, worn = 1.0 - wanted * PASSED * shares, TO_MORALE * wanted * shares
        faulty = 1.0 - (1.0 - OWN_FAULT) * whole * (1.0 - OF_MORALE * worn)
        shares = 1.0 - (1.0 - BY_LATE * LATE) * (1.0 - BY_FAULT * faulty)
        share[node] = shares
    return sum(jobs), arrival[-1], share[-1]


def lists(arrays: ChainArrays) -> Figures:
    """Return the same of any chain without loops, by plain loops over lists, order included."""
    D, n = len(arrays.department_ids), len(arrays.node_ids)
    provider, client, need = arrays.provider.tolist(), arrays.client.tolist(), arrays.need.tolist()
    volume, quality, impact = (
        arrays.volume.tolist(),
        arrays.quality.tolist(),
        arrays.impact.tolist(),
    )
    own = arrays.own.loc.tolist()
    inputs: list[list[int]] = [[] for _ in range(n)]
    outputs: list[list[int]] = [[] for _ in range(n)]
    waiting = [0] * n
    for e, (p, c) in enumerate(zip(provider, client, strict=True)):
        inputs[c].append(e)
        outputs[p].append(e)
        waiting[c] += 1
    order = [node for node in range(n) if not waiting[node]]
    for node in order:
        for e in outputs[node]:
            waiting[client[e]] -= 1
            if not waiting[client[e]]:
                order.append(client[e])
    jobs, flow = [0.0] * n, [0.0] * len(need)
    for node in reversed(order):
        for e in outputs[node]:
            flow[e] = volume[e] if client[e] >= D else need[e] * jobs[client[e]]
            jobs[node] += flow[e]
    arrival, share = [0.0] * len(need), [0.0] * len(need)
    for node in order:
        coming = [(arrival[f], need[f]) for f in inputs[node]]
        coming.sort(reverse=True)
        ready, none_above, whole, steady = 0.0, 1.0, 1.0, 1.0
        for late, needed in coming:
            ready += late * needed * none_above
            none_above *= 1.0 - needed
        for f in inputs[node]:
            whole *= 1.0 - need[f] * impact[f] * share[f]
            steady *= 1.0 - TO_MORALE * need[f] * share[f]
        for e in outputs[node]:
            arrival[e] = ready + own[e]
            faulty = 1.0 - quality[e] * whole * (1.0 - OF_MORALE * (1.0 - steady))
            share[e] = 1.0 - (1.0 - BY_LATE * LATE) * (1.0 - BY_FAULT * faulty)
    return sum(jobs[:D]), arrival[-1], share[-1]


def figures(result: Result) -> Figures:
    """Return what all ways must agree on."""
    load, delay, felt = result
    return float(np.nansum(load.flow)), float(delay.arrival[-1]), float(felt.services[-1])


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(name: str, arrays: ChainArrays) -> float:
    """Print how long both take, after they have agreed; return the least of ours."""
    graph, shop = graph_of(arrays), len(arrays.node_ids) - 1
    np.testing.assert_allclose(figures(ours(arrays)), walk(graph, shop), rtol=1e-8)
    here = min(seconds(lambda: ours(arrays)) for _ in range(3))
    there = min(seconds(lambda: walk(graph, shop)) for _ in range(2))
    print(f"  {name:28} {here:6.2f} s   networkx {there:6.2f} s   ratio {here / there:.2f}")
    return here


def parts(arrays: ChainArrays) -> None:
    """Print how long each of the three takes."""
    own, late = own_moments(arrays)[0], np.full(len(arrays.need), LATE)
    works: dict[str, Callable[[], object]] = {
        "load": lambda: solve_load(arrays),
        "expected delay": lambda: expected_delay(arrays, arrays.need, own),
        "dissatisfaction": lambda: solve_noisy_or(arrays, failures(arrays, late)),
    }
    for name, work in works.items():
        print(f"    {name:26} {seconds(work):6.2f} s")


def main() -> None:
    print("load, expected delay, dissatisfaction (targets: 10 s, 2 GiB; row: 1.5 plain loops)")
    large = wide()
    compare(f"{DEPARTMENTS:,} with {SERVICES:,}", large)
    parts(large)
    del large
    line = row()
    here, need = compare(f"row of {DEPARTMENTS:,}", line), line.need.tolist()
    np.testing.assert_allclose(figures(ours(line)), loop(need), rtol=1e-8)
    np.testing.assert_allclose(figures(ours(line)), lists(line), rtol=1e-8)
    for name, way in (("lists", lambda: lists(line)), ("lists, a row", lambda: loop(need))):
        plain = min(seconds(way) for _ in range(3))
        print(f"  {'':28} {here:6.2f} s   {name:12} {plain:6.2f} s   ratio {here / plain:.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  peak memory {peak:.2f} GiB, with the graphs and what built the arrays")


if __name__ == "__main__":
    main()
