"""The order in which services are computed, and where each arrival goes from there.

Everything that depends on who waits for whom, and on no draw, is settled here once. The graph has
two kinds of nodes, services and joins: an input leads to the joins it is for, a join to the
services that wait for it. So its size grows with the inputs, not with inputs times services.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from valuechain.network.arrays import ChainArrays, IntArray
from valuechain.network.components import strong_components

BATCH = 32  # services drawn together: few calls of numpy, and room for them


class Into(IntEnum):
    """What an arrival does to the slot it goes to."""

    LATEST = 0  # a join that starts with its last input: maximum
    SUM = 1  # a join that fetches one input after the other
    EARLIEST = 2  # a group of alternatives: minimum


@dataclass(frozen=True)
class Target:
    """One place an arrival goes to; slots below the number of joins are joins, others groups."""

    slot: int
    into: Into
    join: int


@dataclass(frozen=True)
class Group:
    """A group of alternatives, as one join sees it."""

    slot: int
    key: int  # the service whose stream decides whether a job needs the group
    members: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Batch:
    """Services drawn together, in runs `(start, stop, join, last use of the join)`."""

    number: int
    services: IntArray
    runs: tuple[tuple[int, int, int, bool], ...]


@dataclass(frozen=True, eq=False)
class Straight:
    """Services outside loops, in an order in which inputs come before those who wait."""

    batches: tuple[Batch, ...]


@dataclass(frozen=True, eq=False)
class Loop:
    """A strongly connected component: its services, its joins and what leads into them."""

    number: int
    batches: tuple[Batch, ...]
    joins: tuple[int, ...]
    inside: tuple[int, ...]  # services of the loop that are inputs to its joins
    outside: tuple[int, ...]  # inputs to its joins that are not of the loop

    @property
    def services(self) -> IntArray:
        """The services of the loop, in the order in which they are computed."""
        return np.concatenate([batch.services for batch in self.batches])


@dataclass(frozen=True, eq=False)
class Route:
    """The steps of a computation, and where arrivals go.

    Attributes
    ----------
    steps : tuple of Straight or Loop
    targets : tuple of tuple of Target
        By service: slots outside loops and, of the service's own loop or of one it leads into,
        inside them (`loop_targets`).
    groups : dict of int to tuple of Group
        By join.
    need_key : tuple of int
        By service, the service whose stream decides whether a job needs it.
    held_for : tuple of int
        By service, number of the last loop that its arrivals lead into from outside, else -1.
    loop_of : ndarray of int, shape (m,)
        Number of the service's loop, -1 outside loops.
    """

    steps: tuple[Straight | Loop, ...]
    targets: tuple[tuple[Target, ...], ...]
    loop_targets: tuple[tuple[Target, ...], ...]
    groups: dict[int, tuple[Group, ...]]
    need_key: tuple[int, ...]
    held_for: tuple[int, ...]
    loop_of: IntArray

    @property
    def batches(self) -> tuple[Batch, ...]:
        """All batches, by number."""
        return tuple(batch for step in self.steps for batch in step.batches)

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The loops, in the order in which they are solved."""
        return tuple(step for step in self.steps if isinstance(step, Loop))


def waiting_inputs(arrays: ChainArrays) -> tuple[IntArray, IntArray]:
    """Return the pairs `(input, join)` along which delay passes: it waits and may be needed."""
    join = np.repeat(np.arange(len(arrays.join_in_sequence)), np.diff(arrays.join_ptr))
    service = arrays.join_inputs
    passes = arrays.waits[service] & (arrays.need[service] > 0)
    return service[passes], join[passes]


def find_route(arrays: ChainArrays) -> Route:
    """Return the route through a chain.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need` given.

    Returns
    -------
    Route

    Raises
    ------
    ValueError
        If a `need` is NaN.
    """
    if np.isnan(arrays.need).any():
        raise ValueError("every need has to be given before delays are computed")
    m, joins = len(arrays.need), len(arrays.join_in_sequence)
    service, join = waiting_inputs(arrays)
    served = np.flatnonzero(arrays.join >= 0)
    parts = strong_components(
        m + joins,
        np.concatenate([service, m + arrays.join[served]]),
        np.concatenate([m + join, served]),
    )
    # A service is computed at the place of its join; a loop's own services at the loop's.
    looped = parts.cyclic[parts.label[:m]]
    place = parts.label[:m].copy()
    waits = served[~looped[served]]
    place[waits] = parts.label[m + arrays.join[waits]]
    place[(arrays.join < 0) & ~looped] = -1
    order = np.lexsort((np.arange(m), arrays.join, ~looped, place))
    targets, groups, need_key = _targets(arrays, service, join)
    steps: list[Straight | Loop] = []
    count = itertools.count()
    loop_of = np.full(m, -1, np.int64)
    looped_join = parts.cyclic[parts.label[m:]]
    edge = np.flatnonzero((np.diff(place[order]) != 0) | (np.diff(looped[order].astype(int)) != 0))
    straight: list[IntArray] = []
    for part in np.split(order, edge + 1) if m else []:
        if not looped[part[0]]:
            straight.append(part)
            continue
        if straight:
            steps.append(Straight(_batches(np.concatenate(straight), arrays.join, count)))
            straight = []
        number = int(loop_of.max(initial=-1)) + 1
        loop_of[part] = number
        inner = np.flatnonzero(parts.label[m:] == parts.label[part[0]])
        feeding = np.unique(service[np.isin(join, inner)])
        within = np.isin(feeding, part)
        steps.append(
            Loop(
                number,
                _batches(part, arrays.join, count),
                tuple(inner.tolist()),
                tuple(feeding[within].tolist()),
                tuple(feeding[~within].tolist()),
            )
        )
    if straight:
        steps.append(Straight(_batches(np.concatenate(straight), arrays.join, count)))
    outer = tuple(tuple(t for t in ts if not looped_join[t.join]) for ts in targets)
    inner_targets = tuple(tuple(t for t in ts if looped_join[t.join]) for ts in targets)
    held_for = [-1] * m
    for step in steps:
        if isinstance(step, Loop):
            for f in step.outside:
                held_for[f] = step.number
    return Route(tuple(steps), outer, inner_targets, groups, need_key, tuple(held_for), loop_of)


def _targets(
    arrays: ChainArrays, service: IntArray, join: IntArray
) -> tuple[list[list[Target]], dict[int, tuple[Group, ...]], tuple[int, ...]]:
    """Return where each arrival goes, the groups by join and the stream of each need."""
    m = len(arrays.need)
    first_of: dict[int, int] = {}
    for f, group in enumerate(arrays.group.tolist()):
        if group >= 0:
            first_of.setdefault(group, f)
    need_key = tuple(
        first_of[group] if group >= 0 else f for f, group in enumerate(arrays.group.tolist())
    )
    members: dict[tuple[int, int], list[int]] = {}
    targets: list[list[Target]] = [[] for _ in range(m)]
    for f, j in zip(service.tolist(), join.tolist(), strict=True):
        if arrays.group[f] >= 0:
            members.setdefault((j, int(arrays.group[f])), []).append(f)
        else:
            into = Into.SUM if arrays.join_in_sequence[j] else Into.LATEST
            targets[f].append(Target(j, into, j))
    groups: dict[int, tuple[Group, ...]] = {}
    slot = len(arrays.join_in_sequence)
    for (j, _), alternatives in sorted(members.items()):
        group = Group(slot, need_key[alternatives[0]], tuple(alternatives))
        groups[j] = (*groups.get(j, ()), group)
        for f in alternatives:
            targets[f].append(Target(slot, Into.EARLIEST, j))
        slot += 1
    return targets, groups, need_key


def _batches(services: IntArray, join: IntArray, count: Iterator[int]) -> tuple[Batch, ...]:
    """Cut services, ordered by join, into batches and the runs of one join in each."""
    joins = join[services].tolist()
    batches = []
    for start in range(0, len(services), BATCH):
        stop = min(start + BATCH, len(services))
        runs = []
        lo = start
        for i in range(start, stop):
            if i + 1 == stop or joins[i + 1] != joins[lo]:
                last = i + 1 == len(services) or joins[i + 1] != joins[lo]
                runs.append((lo - start, i + 1 - start, joins[lo], last))
                lo = i + 1
        batches.append(Batch(next(count), services[start:stop], tuple(runs)))
    return tuple(batches)
