"""Percolation without chance: all states of the few sites that matter, each with its probability.

``P(reached) = sum over states of prod_s p_s^{open} (1 - p_s)^{closed} [a path leads there]``.

What matters to a node is found backwards from it; sites in a row become one (``p q``), sites side
by side become one (``1 - (1 - p)(1 - q)``), and what is left is enumerated.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from valuechain.kernels.dissatisfaction.percolation import Reached, Web, passing
from valuechain.network.arrays import BoolArray

MOST_SITES = 300  # in the whole web; beyond, looking backwards from every node takes too long
MOST_STATES = 16  # sites enumerated, 2^16 states

Needs = list[set[int]]  # each of these sets must hold a site that passes; empty: at the source
TARGET = -1


def exact_reached(web: Web) -> Reached | None:
    """Return exact chances, NaN where too many sites matter; None in webs of too many sites.

    Examples
    --------
    One site after another, each open in half of the cases:

    >>> web = Web([0.5, 0.5], [1, 2], [(), (0,)], [[0]], [1], [0, 1], 3)
    >>> exact_reached(web).probability.tolist()
    [0.0, 0.5, 0.25]
    """
    possible = passing(web, [chance > 0 for chance in web.chance])
    certain = passing(web, [chance >= 1 for chance in web.chance])
    if sum(possible) > MOST_SITES:
        return None
    probability = np.zeros(web.nodes)
    for node in sorted({web.client[s] for s, may in enumerate(possible) if may}):
        found = _chance_of(web, node, possible, certain)
        probability[node] = np.nan if found is None else found
    return Reached(probability, np.zeros(web.nodes))


def _chance_of(web: Web, node: int, possible: list[bool], certain: list[bool]) -> float | None:
    """Return the chance that a node is reached; None where too many sites matter."""
    goal = {s for s, client in enumerate(web.client) if client == node and possible[s]}
    if any(certain[s] for s in goal):
        return 1.0
    part = _Part(web, goal, _backwards(web, node, goal, possible, certain))
    part.reduce()
    return part.enumerate() if len(part.needs) <= MOST_STATES else None


def _backwards(
    web: Web, node: int, goal: set[int], possible: list[bool], certain: list[bool]
) -> dict[int, Needs]:
    """Return what each site that matters needs, found backwards from those at the node."""
    needs: dict[int, Needs] = {}
    todo = sorted(goal)
    while todo:
        s = todo.pop()
        if s in needs:
            continue
        needs[s] = []
        for j in web.requires[s] or ():
            # What comes from the node itself has reached it already: no way there.
            own = web.join_provider[j] == node
            sites = set() if own else {t for t in web.join_sites[j] if possible[t]}
            if any(certain[t] for t in sites):
                continue
            needs[s].append(sites)
            todo += sorted(sites - needs.keys())
    return needs


class _Part:
    """Sites that matter to one node, made fewer without changing its chance."""

    def __init__(self, web: Web, goal: set[int], needs: dict[int, Needs]) -> None:
        self.chance = {s: web.chance[s] for s in needs}
        self.needs = needs
        self.goal = goal

    def reduce(self) -> None:
        """Drop what leads nowhere, merge what stands in a row or side by side, until none does."""
        self._drop_dead()
        while self._merge_parallel() or self._merge_series():
            self._drop_dead()

    def _drop_dead(self) -> None:
        """Drop sites that cannot pass (from the source on) or that nothing needs any more."""
        alive: set[int] = set()
        grown = True
        while grown:
            new = {
                s
                for s, needs in self.needs.items()
                if s not in alive and all(need & alive for need in needs)
            }
            alive |= new
            grown = bool(new)
        used: set[int] = set()
        todo = list(self.goal & alive)
        while todo:
            s = todo.pop()
            if s not in used:
                used.add(s)
                todo += [t for need in self.needs[s] for t in need & alive]
        self.goal &= used
        # A site is no way to itself.
        self.needs = {
            s: [(need & used) - {s} for need in needs]
            for s, needs in self.needs.items()
            if s in used
        }

    def _users(self) -> dict[int, set[tuple[int, int]]]:
        """Return where each site is needed: (site, which of its needs)."""
        users: dict[int, set[tuple[int, int]]] = defaultdict(set)
        for s, needs in self.needs.items():
            for i, need in enumerate(needs):
                for t in need:
                    users[t].add((s, i))
        for s in self.goal:
            users[s].add((TARGET, 0))
        return users

    def _merge_parallel(self) -> bool:
        """Merge sites that need the same and are needed in the same places."""
        users = self._users()
        alike: dict[object, list[int]] = defaultdict(list)
        for s, needs in sorted(self.needs.items()):
            key = (frozenset(frozenset(need) for need in needs), frozenset(users[s]))
            alike[key].append(s)
        merged = False
        for first, *others in alike.values():
            for other in others:
                closed = (1 - self.chance[first]) * (1 - self.chance[other])
                self.chance[first] = 1 - closed
                self._remove(other)
                merged = True
        return merged

    def _remove(self, site: int) -> None:
        del self.needs[site]
        self.goal.discard(site)
        for needs in self.needs.values():
            for need in needs:
                need.discard(site)

    def _merge_series(self) -> bool:
        """Merge a site into the only one that needs it, where that one has no other way."""
        users = self._users()
        touched: set[int] = set()  # their needs have moved: left to the next look
        for s in sorted(self.needs):
            if len(users[s]) != 1:
                continue
            ((t, i),) = users[s]
            if t == TARGET or s in touched or t in touched or self.needs[t][i] != {s}:
                continue
            kept = [need for k, need in enumerate(self.needs[t]) if k != i]
            self.needs[t] = kept + [need - {t} for need in self.needs[s]]
            self.chance[t] *= self.chance[s]
            del self.needs[s]
            touched |= {s, t}
        return bool(touched)

    def enumerate(self) -> float:
        """Return the chance over all states of the sites that are left."""
        sites = sorted(self.needs)
        k = len(sites)
        state = np.arange(1 << k, dtype=np.uint32)
        is_open = {s: (state >> np.uint32(i)) & np.uint32(1) == 1 for i, s in enumerate(sites)}
        passes = {s: np.zeros(1 << k, dtype=np.bool_) for s in sites}
        moved = True
        while moved:
            moved = False
            for s in sites:
                now = is_open[s].copy()
                for need in self.needs[s]:
                    now &= _any([passes[t] for t in need], 1 << k)
                if (now != passes[s]).any():
                    passes[s], moved = now, True
        weight = _any([passes[s] for s in self.goal], 1 << k).astype(np.float64)
        for s in sites:  # the lowest bit first
            weight = weight.reshape(-1, 2)
            weight = weight[:, 0] * (1 - self.chance[s]) + weight[:, 1] * self.chance[s]
        return float(weight[0])


def _any(rows: list[BoolArray], n: int) -> BoolArray:
    result = np.zeros(n, dtype=np.bool_)
    for row in rows:
        result |= row
    return result
