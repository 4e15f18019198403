"""Percolation: the chance that a path of passed-on failures leads from a source to a node.

A *site* is an input handed to a client: a service, or a group of alternatives. It is open with
probability `need_e a_e` (a group with `need prod a_e`; to a customer `need_e`), by itself, and
passes a failure on where it is open and all its members fail. A service fails where it is a source,
or where a site that is for it passes a failure on. A node is reached where a site passes to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuechain.kernels.chance.streams import BLOCK, CELLS, Draws, stream_keys
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray, IntArray
from valuechain.network.components import strong_components

Bits = NDArray[np.uint8]
Progress = Callable[[int, int], None]
STREAM = "reach"
_ROWS = 64  # drawn at once
_CELLS_AT_ONCE = 2**30  # samples times sites held at once, a bit each


@dataclass(frozen=True, eq=False)
class Web:
    """Sites and joins of a chain, and where its failure starts; `S` sites.

    Attributes
    ----------
    chance : list of float, (S,)
        That the site is open.
    client : list of int, (S,)
        Node number.
    requires : list of tuple of int or None, (S,)
        Joins that must all fail for the members to fail; empty: they fail for certain; None: a
        member never fails.
    join_sites : list of list of int, (J,)
        Sites whose failure makes a join fail.
    join_provider : list of int, (J,)
        Node number of the department that waits there.
    first : list of int, (S,)
        The first member: its stream says whether the site is open.
    nodes : int
        Departments and customers.
    """

    chance: list[float]
    client: list[int]
    requires: list[tuple[int, ...] | None]
    join_sites: list[list[int]]
    join_provider: list[int]
    first: list[int]
    nodes: int


@dataclass(frozen=True, eq=False)
class Reached:
    """Chances that nodes are reached, `(n,)`, and their standard errors (0: exact)."""

    probability: FloatArray
    standard_error: FloatArray


def chances(arrays: ChainArrays, delays: bool) -> FloatArray:
    """Return the chance that each service passes a failure, or a delay, on, `(m,)`.

    A delay passes where the client waits. Members of a group have the part that is their own: the
    impact (1 for delays); what they share is the need.
    """
    to_customer = arrays.client >= len(arrays.department_ids)
    if delays:
        return np.where(to_customer | arrays.waits, 1.0, 0.0)
    return np.where(to_customer, 1.0, arrays.impact)


def web_of(arrays: ChainArrays, source: BoolArray, delays: bool) -> Web:
    """Return the sites of a chain.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need` given.
    source : ndarray of bool, shape (m,)
        Services that fail to begin with.
    delays : bool
        Delays pass, not disappointment.
    """
    m, J = len(arrays.service_ids), len(arrays.join_in_sequence)
    key = np.where(arrays.group >= 0, arrays.group, int(arrays.group.max(initial=-1)) + 1)
    key = np.where(arrays.group >= 0, key, key + np.arange(m))
    _, first, site = np.unique(key, return_index=True, return_inverse=True)
    own = np.ones(len(first))
    np.multiply.at(own, site, chances(arrays, delays))
    members: list[set[int]] = [set() for _ in first]
    dead = [False] * len(first)
    for e, s in enumerate(site.tolist()):
        if source[e]:
            continue
        if arrays.join[e] < 0:
            dead[s] = True
        else:
            members[s].add(int(arrays.join[e]))
    requires: list[tuple[int, ...] | None] = [
        None if never else tuple(sorted(joins)) for never, joins in zip(dead, members, strict=True)
    ]
    inputs = site[arrays.join_inputs].tolist()
    ends = arrays.join_ptr.tolist()
    provider = np.zeros(J, dtype=np.int64)
    served = arrays.join >= 0
    provider[arrays.join[served]] = arrays.provider[served]
    return Web(
        chance=(arrays.need[first] * own).tolist(),
        client=arrays.client[first].tolist(),
        requires=requires,
        join_sites=[sorted(set(inputs[ends[j] : ends[j + 1]])) for j in range(J)],
        join_provider=provider.tolist(),
        first=first.tolist(),
        nodes=len(arrays.node_ids),
    )


def passing(web: Web, is_open: Sequence[bool]) -> list[bool]:
    """Return which sites pass a failure on, given which are open; cost O(sites and their links).

    The least solution: what only holds itself up round a loop does not fail.
    """
    waiting: list[list[int]] = [[] for _ in web.join_sites]  # sites by the joins they require
    missing: list[int] = []
    passes = [False] * len(web.chance)
    todo: list[int] = []
    for s, joins in enumerate(web.requires):
        missing.append(len(joins) if joins is not None else -1)
        for j in joins or ():
            waiting[j].append(s)
        if joins == () and is_open[s]:
            passes[s] = True
            todo.append(s)
    joins_of: list[list[int]] = [[] for _ in web.chance]
    for j, sites in enumerate(web.join_sites):
        for s in sites:
            joins_of[s].append(j)
    failed = [False] * len(web.join_sites)
    while todo:
        for j in joins_of[todo.pop()]:
            if failed[j]:
                continue
            failed[j] = True
            for s in waiting[j]:
                missing[s] -= 1
                if missing[s] == 0 and is_open[s]:
                    passes[s] = True
                    todo.append(s)
    return passes


def sample_reached(
    web: Web,
    service_ids: Sequence[str],
    samples: int,
    seed: int,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Reached:
    """Return the share of samples in which each node is reached.

    Parameters
    ----------
    web : Web
    service_ids : sequence of str
        Names of the streams.
    samples, seed : int
    executor, progress : optional
        As in `sample_delay`; the answer does not depend on them.

    Notes
    -----
    Standard errors are ``sqrt(q (1 - q) / (samples + 2))`` with ``q = (k + .5) / (samples + 1)``,
    so that a node reached in none of the samples is not taken for one that cannot be reached;
    0 for the latter, and for one that is reached for certain. A sample is a bit: 20,000 samples
    of a site take 2.5 kB.
    """
    possible = passing(web, [chance > 0 for chance in web.chance])
    certain = passing(web, [chance >= 1 for chance in web.chance])
    low, high = _nodes_of(web, certain), _nodes_of(web, possible)
    there = np.flatnonzero(possible)
    size = min(BLOCK, max(_CELLS_AT_ONCE // max(len(there), 1) // 64 * 64, 64))
    blocks = [(first, min(size, samples - first)) for first in range(0, samples, size)]
    keys = stream_keys(seed, STREAM, [service_ids[web.first[s]] for s in there.tolist()])
    sites = there.tolist()
    hits = np.zeros(web.nodes)
    work = ([web] * len(blocks), [sites] * len(blocks), [keys] * len(blocks))
    mapped = map if executor is None else executor.map
    parts = mapped(_block_hits, *work, [seed] * len(blocks), blocks)
    for done, part in enumerate(parts, start=1):
        hits += part
        if progress is not None:
            progress(done, len(blocks))
    smoothed = (hits + 0.5) / (samples + 1)
    error = np.sqrt(smoothed * (1 - smoothed) / (samples + 2))
    error[low | ~high] = 0.0
    return Reached(hits / samples, error)


def _nodes_of(web: Web, passes: Sequence[bool]) -> BoolArray:
    """Return which nodes a site passes to."""
    reached = np.zeros(web.nodes, dtype=np.bool_)
    reached[[web.client[s] for s, does in enumerate(passes) if does]] = True
    return reached


def _block_hits(
    web: Web, sites: list[int], keys: NDArray[np.uint64], seed: int, block: tuple[int, int]
) -> IntArray:
    """Return in how many samples of a block each node is reached."""
    first, size = block
    is_open = _opened(web, sites, keys, seed, first, size)
    failed = np.zeros((len(web.join_sites), is_open.shape[1]), dtype=np.uint8)
    place = {s: row for row, s in enumerate(sites)}
    inputs = [[s for s in those if s in place] for those in web.join_sites]

    def passed(s: int) -> Bits:
        bits: Bits = is_open[place[s]]
        for j in web.requires[s] or ():
            bits = bits & failed[j]
        return bits

    def grow(j: int) -> bool:
        before = failed[j].copy()
        for s in inputs[j]:
            failed[j] |= passed(s)
        return bool((failed[j] != before).any())

    for joins, cyclic in _in_order(web, inputs):
        while sum(grow(j) for j in joins) and cyclic:
            pass  # round the loop until nothing more fails
    hit = np.zeros((web.nodes, is_open.shape[1]), dtype=np.uint8)
    for s in sites:
        hit[web.client[s]] |= passed(s)
    counts = np.zeros(web.nodes, dtype=np.int64)
    for node in {web.client[s] for s in sites}:
        counts[node] = np.unpackbits(hit[node], count=size).sum()
    return counts


def _opened(
    web: Web, sites: list[int], keys: NDArray[np.uint64], seed: int, first: int, size: int
) -> Bits:
    """Return which sites are open in which samples, a bit each, `(sites, ceil(size / 8))`."""
    draws = Draws(seed, first, size, _ROWS)
    rows = np.empty((len(sites), -(-size // 8)), dtype=np.uint8)
    limit = np.array([web.chance[s] for s in sites]) * CELLS
    for start in range(0, len(sites), _ROWS):
        part = slice(start, start + _ROWS)
        # Ranks lie in (0, CELLS], so a chance of 1 is always open and one of 0 never.
        rows[part] = np.packbits(draws.ranks(keys[part]) <= limit[part, None], axis=1)
    return rows


def _in_order(web: Web, inputs: list[list[int]]) -> list[tuple[list[int], bool]]:
    """Return the joins in the order in which failures run, those of a loop together."""
    pairs = [(r, j) for j, those in enumerate(inputs) for s in those for r in web.requires[s] or ()]
    tail, head = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    found = strong_components(len(inputs), tail, head)
    return [(found.nodes(c).tolist(), cyclic) for c, cyclic in enumerate(found.cyclic.tolist())]
