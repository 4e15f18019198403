"""Loops of services that wait for each other: what they are, and when they never come to an end.

A *loop* is a strongly connected component of the service graph. Its radius ``r`` is the spectral
radius of `need` inside it: the mean number of further requests that one request leads to, with
the kindest member kept of each group of alternatives. From ``r = 1`` on, without a buffer inside,
everybody waits for everybody: a deadlock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from valuechain.kernels.delay.slots import Slots
from valuechain.kernels.systems.contraction import Bracket, irreducible_radius, spectral_radius
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray, IntArray
from valuechain.network.components import Components, strong_components

_CHOICE_ROUNDS = 60


@dataclass(frozen=True, eq=False)
class Loop:
    """One loop.

    Attributes
    ----------
    services : ndarray of int
        Numbers of the services in it, ascending.
    joins : ndarray of int
        Numbers of the joins they wait at, ascending.
    radius : Bracket
        Holds the spectral radius of `need`.
    buffered : bool
        Whether an input inside the loop has a buffer.
    ring : tuple of int
        Services that wait for each other in a circle, each for the one before it, along the inputs
        needed most: what to show of a loop that is too large to list.
    """

    services: IntArray
    joins: IntArray
    radius: Bracket
    buffered: bool
    ring: tuple[int, ...]


class LoopError(ArithmeticError):
    """A loop has no answer; `loop` says which."""

    def __init__(self, message: str, loop: Loop) -> None:
        super().__init__(f"{message}: services {', '.join(map(str, loop.ring))}")
        self.loop = loop


class Deadlock(LoopError):
    """Services wait for each other for ever: radius 1 or more and no buffer."""

    def __init__(self, loop: Loop) -> None:
        super().__init__("services wait for each other", loop)

    def __reduce__(self) -> tuple[type[Deadlock], tuple[Loop]]:
        return Deadlock, (self.loop,)


class Unsettled(LoopError):
    """Buffers inside a loop of radius 1 or more fall short.

    Attributes
    ----------
    shortfall : float
        Hours by which the slowest arrival in the loop still grows in each round.
    """

    def __init__(self, loop: Loop, shortfall: float) -> None:
        super().__init__(f"buffers fall short by {shortfall:g} h a round", loop)
        self.shortfall = shortfall

    def __reduce__(self) -> tuple[type[Unsettled], tuple[Loop, float]]:
        return Unsettled, (self.loop, self.shortfall)


def join_components(arrays: ChainArrays, slots: Slots) -> Components:
    """Return the components of the joins: join ``i -> j`` where `j` waits for what `i` starts.

    They are those of the service graph, seen from the joins, of which there are fewer.
    """
    origin = arrays.join[slots.members]
    within = origin >= 0
    head = slots.join[slots.slot]
    return strong_components(len(slots.ptr) - 1, origin[within], head[within])


def find_loops(
    arrays: ChainArrays,
    slots: Slots,
    need: FloatArray,
    components: Components,
    tolerance: float = 1.0,
) -> tuple[Loop, ...]:
    """Return the loops of a chain, upstream ones first.

    Parameters
    ----------
    arrays : ChainArrays
    slots : Slots
        What each join waits for.
    need : ndarray of float, shape (m,)
        Need of each service, 0..1, none missing.
    components : Components
        Of the joins.
    tolerance : float
        Relative width of the brackets of radii that lie clear of 1; 1: on which side is enough.

    Raises
    ------
    Deadlock
        At the first loop with radius 1 or more and no buffer.
    """
    loops = []
    for c in np.flatnonzero(components.cyclic).tolist():
        loop = _loop(arrays, slots, need, components.nodes(c), tolerance)
        if not loop.radius.settles and not loop.buffered:
            raise Deadlock(loop)
        loops.append(loop)
    return tuple(loops)


class _Members(NamedTuple):
    """Members of the slots of a loop's joins, ``(q,)`` each: what waits for what inside it."""

    service: IntArray
    slot: IntArray  # counted within the loop, ascending
    row: IntArray  # the join that waits, counted within the loop
    column: IntArray  # the join that starts the member, -1 outside the loop
    owner: IntArray  # the join that waits for each slot, (S,)


def _members(arrays: ChainArrays, slots: Slots, joins: IntArray) -> _Members:
    picked = ranges(slots.ptr[joins], slots.ptr[joins + 1])
    owner = np.repeat(np.arange(len(joins)), slots.ptr[joins + 1] - slots.ptr[joins])
    sizes = slots.member_ptr[picked + 1] - slots.member_ptr[picked]
    service = slots.members[ranges(slots.member_ptr[picked], slots.member_ptr[picked + 1])]
    slot = np.repeat(np.arange(len(picked)), sizes)
    return _Members(service, slot, owner[slot], places(joins, arrays.join[service]), owner)


def _loop(
    arrays: ChainArrays, slots: Slots, need: FloatArray, joins: IntArray, tolerance: float
) -> Loop:
    members = _members(arrays, slots, joins)
    weight = need[members.service]
    kept, radius = kindest(
        len(joins), members.owner, members.slot, members.column, weight, tolerance
    )
    inside = members.column >= 0
    return Loop(
        services=np.unique(members.service[inside]),
        joins=joins,
        radius=radius,
        buffered=bool((arrays.buffer[members.service[inside]] > 0).any()),
        ring=_ring(members, weight, kept & inside) or _ring(members, weight, inside),
    )


def radius_of_all(
    arrays: ChainArrays, slots: Slots, need: FloatArray, loop: Loop, tolerance: float = 1e-9
) -> Bracket:
    """Return a bracket of the radius of a loop with *all* members of its alternatives.

    Differences between two states of the loop shrink at least by this factor in each round, as
    ``|min(a, b) - min(c, d)| <= max(|a - c|, |b - d|)``.
    """
    members = _members(arrays, slots, loop.joins)
    inside = members.column >= 0
    return spectral_radius(
        len(loop.joins),
        members.row[inside],
        members.column[inside],
        need[members.service[inside]],
        tolerance,
    )


def ranges(start: IntArray, stop: IntArray) -> IntArray:
    """Return the numbers ``start[i]..stop[i] - 1`` of all `i`, one after another.

    Examples
    --------
    >>> ranges(np.array([5, 0]), np.array([7, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    count = stop - start
    total = np.cumsum(count)
    first = np.repeat(start - (total - count), count)
    return first + np.arange(len(first), dtype=np.int64)


def places(sorted_numbers: IntArray, wanted: IntArray) -> IntArray:
    """Return where each wanted number stands in an ascending list, -1 where it does not.

    Examples
    --------
    >>> places(np.array([2, 5]), np.array([5, 4, -1])).tolist()
    [1, -1, -1]
    """
    place = np.minimum(np.searchsorted(sorted_numbers, wanted), len(sorted_numbers) - 1)
    return np.where(sorted_numbers[place] == wanted, place, -1)


def kindest(
    n: int,
    owner: IntArray,
    slot: IntArray,
    column: IntArray,
    weight: FloatArray,
    tolerance: float = 1e-9,
) -> tuple[BoolArray, Bracket]:
    """Keep one member of each slot, so that the loop feeds itself least.

    Parameters
    ----------
    n : int
        Number of joins in the loop.
    owner : ndarray of int, shape (S,)
        The join that waits for each slot.
    slot : ndarray of int, shape (q,)
        The slot of each member, ascending.
    column : ndarray of int, shape (q,)
        The join that starts each member, -1 outside the loop.
    weight : ndarray of float, shape (q,)
        Need of each member, above 0.

    Returns
    -------
    kept : ndarray of bool, shape (q,)
    radius : Bracket

    Notes
    -----
    Each join chooses for itself, so the smallest radius belongs to the eigenvector of the map
    ``T(x)_j = sum over slots of need * min over members of x``; its rounds give choices, and the
    best of them is kept (the greedy method for matrices with independent rows). No choice has a
    radius below ``min T(x)_j / x_j`` of any ``x > 0``, so rounds end once that comes near enough
    to the best. A member from outside leads to no further request inside, so it is always the
    kindest.
    """
    inside = column >= 0
    if len(owner) == len(slot):  # nothing to choose, and the loop is strongly connected
        entries = owner[inside], column[inside], weight[inside]
        return np.ones_like(inside), irreducible_radius(n, *entries, tolerance=tolerance)
    first = np.flatnonzero(np.diff(slot, prepend=-1))

    def choice(x: FloatArray) -> tuple[BoolArray, FloatArray]:
        value = np.append(x, 0.0)[column]
        least = np.minimum.reduceat(value, first)
        smallest = value == least[slot]
        before = np.cumsum(smallest) - smallest
        return smallest & (before == before[first][slot]), least

    def radius_of(kept: BoolArray) -> Bracket:
        used = kept & inside
        return spectral_radius(n, owner[slot[used]], column[used], weight[used], tolerance)

    x = np.ones(n)
    best, least = choice(x)
    radius = radius_of(best)
    tried = {best.tobytes()}
    low = 0.0
    for _ in range(_CHOICE_ROUNDS):
        image = np.bincount(owner, weight[first] * least, minlength=n)
        low = max(low, float((image / x).min()))
        if Bracket(low, radius.high).is_narrow(tolerance):
            break
        x = x + image
        x = np.maximum(x / x.max(), np.finfo(float).tiny)
        kept, least = choice(x)
        if kept.tobytes() not in tried:
            tried.add(kept.tobytes())
            other = radius_of(kept)
            if other.high < radius.high:
                best, radius = kept, other
    return best, radius


def _ring(members: _Members, weight: FloatArray, used: BoolArray) -> tuple[int, ...]:
    """Walk upstream along the inputs needed most until a join comes back."""
    service, row, column = (part[used] for part in (members.service, members.row, members.column))
    order = np.lexsort((-service, weight[used], row))
    upstream = dict(
        zip(
            row[order].tolist(),
            zip(service[order].tolist(), column[order].tolist(), strict=True),
            strict=True,
        )
    )  # the last of a row wins: the one needed most
    for start in sorted(upstream):
        path: list[int] = []
        seen: dict[int, int] = {}
        join = start
        while join in upstream and join not in seen:
            seen[join] = len(path)
            service, join = upstream[join]
            path.append(service)
        if join in seen:
            ring = path[seen[join] :][::-1]
            least = ring.index(min(ring))
            return tuple(ring[least:] + ring[:least])
    return ()
