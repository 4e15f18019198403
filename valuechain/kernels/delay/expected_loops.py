"""The expected delay inside one loop: the least fixed point ``x = F(x)`` of its readinesses.

`F` is monotone and piecewise linear. Plain rounds ``x <- F(x)`` from 0 rise to the least fixed
point, but a loop of radius .99 takes thousands of them. On each piece the system is linear::

    F(z) = F(x) + M (z - x),    M_ij = the weight with which join i waits for what join j starts

so the piece at `x` is solved for its own fixed point (Newton's method; policy iteration). Without
alternatives `F` is convex, every piece lies below it, and so does its fixed point: the steps rise
to the least one and end there after finitely many pieces. With alternatives a step is taken only
where it cannot mislead, otherwise plain rounds go on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order

from valuechain.kernels.delay.loops import Loop, Unsettled, places, ranges
from valuechain.kernels.delay.slots import Slots
from valuechain.kernels.systems.contraction import spectral_radius
from valuechain.kernels.systems.linear_systems import solve_open
from valuechain.network.arrays import ChainArrays, FloatArray, IntArray

_STEPS = 5_000
_ROUNDS_BETWEEN = 4
_DRIFT_ROUNDS = 50
_RUNAWAY = 1e12  # hours: who waits longer waits for ever


@dataclass(frozen=True, eq=False)
class Piece:
    """A point, its image, and the linear piece they lie on."""

    point: FloatArray  # x
    image: FloatArray  # F(x)
    matrix: csr_array  # M
    late: FloatArray  # by member, (A - buffer)^+ at x
    chosen: IntArray  # by slot, the member that comes first at x

    @property
    def rise(self) -> FloatArray:
        """How far the point is from being fixed."""
        return self.image - self.point


def settle(
    arrays: ChainArrays,
    slots: Slots,
    need: FloatArray,
    own: FloatArray,
    loop: Loop,
    done: list[float],
) -> FloatArray:
    """Return the readiness of each join of a loop, hours.

    Parameters
    ----------
    arrays, slots, need, own
        As in `expected_delay`.
    loop : Loop
    done : list of float, length J + 1
        Readiness of the joins upstream of the loop; the last, 0, stands for "no join".

    Raises
    ------
    Unsettled
        If the radius is 1 or more and the buffers fall short.
    """
    system = _System(arrays, slots, need, own, loop, done)
    piece = system.at(np.zeros(len(loop.joins)))
    for _ in range(_STEPS):
        dust = system.rounding * float(piece.image.max())
        if np.abs(piece.rise).max() <= dust:
            return piece.image
        if piece.image.max() > _RUNAWAY:
            break
        if system.contracts:
            step = solve_open(piece.matrix, piece.rise)
        else:
            found = _least_step(piece, dust)
            if found is None and not system.alternatives:
                break  # the piece lies below F and has no fixed point, so F has none
            step = np.zeros(system.n) if found is None else found
        further = system.at(np.maximum(piece.point + step, 0.0))
        if not _leads_on(system, piece, further):
            further = system.rounds(piece, _ROUNDS_BETWEEN)
        piece = further
    later = system.rounds(piece, _DRIFT_ROUNDS)
    raise Unsettled(loop, float((later.point - piece.point).max()) / _DRIFT_ROUNDS)


def _leads_on(system: _System, piece: Piece, further: Piece) -> bool:
    """Whether a Newton step may be taken."""
    if not system.alternatives:
        return True
    if system.contracts:  # one fixed point only: whatever comes nearer to being fixed
        return bool(np.abs(further.rise).max() <= 0.5 * np.abs(piece.rise).max())
    # If nothing between the two points changes which alternative comes first, the rounds of F
    # are those of the piece, and end no lower than its fixed point.
    first_at_end = further.late[piece.chosen][system.slot]
    chosen = np.zeros(len(system.slot), dtype=np.bool_)
    chosen[piece.chosen] = True
    return bool(
        (further.point > piece.point).any() and (chosen | (first_at_end <= piece.late)).all()
    )


def _least_step(piece: Piece, dust: float) -> FloatArray | None:
    """Return the smallest step to the piece's fixed point, None if it has none.

    Only what the rise reaches moves; there the piece must contract.
    """
    n = len(piece.point)
    moved = np.flatnonzero(piece.rise > dust)
    entries = piece.matrix.tocoo()
    here, there = entries.row, entries.col
    # One node more, from which everything that rises is reached, against the waiting.
    tail = np.concatenate([np.full(len(moved), n), there])
    head = np.concatenate([moved, here])
    graph = coo_array((np.ones(len(tail)), (tail, head)), shape=(n + 1, n + 1)).tocsr()
    reached = np.sort(breadth_first_order(graph, n, return_predecessors=False))[:-1]
    part = piece.matrix[reached][:, reached].tocoo()
    if not spectral_radius(len(reached), part.row, part.col, part.data, 1.0).settles:
        return None
    step = np.zeros(n)
    step[reached] = solve_open(part.tocsr(), piece.rise[reached])
    return step


class _System:
    """The map `F` of one loop, on arrays over its joins, slots and members."""

    def __init__(
        self,
        arrays: ChainArrays,
        slots: Slots,
        need: FloatArray,
        own: FloatArray,
        loop: Loop,
        done: list[float],
    ) -> None:
        joins = loop.joins
        self.n = len(joins)
        picked = ranges(slots.ptr[joins], slots.ptr[joins + 1])
        begin, end = slots.member_ptr[picked], slots.member_ptr[picked + 1]
        members = slots.members[ranges(begin, end)]
        sizes = end - begin
        self.first = np.cumsum(sizes) - sizes
        self.slot = np.repeat(np.arange(len(picked)), sizes)
        self.need = need[members[self.first]]
        origin = arrays.join[members]
        self.column = places(joins, origin)
        inside = self.column >= 0
        outside = np.where(inside, 0.0, [done[join] for join in origin.tolist()])
        self.offset = own[members] - arrays.buffer[members] + outside
        self.alternatives = bool((sizes[self.slot[inside]] > 1).any())
        width = slots.ptr[joins + 1] - slots.ptr[joins]
        self.owner = np.repeat(np.arange(self.n), width)
        self.contracts = loop.radius.settles
        if self.alternatives and self.contracts:
            # The kindest choice contracts; a choice made on the way may not.
            places_inside = self.owner[self.slot[inside]], self.column[inside]
            weight = need[members[inside]]
            self.contracts = spectral_radius(self.n, *places_inside, weight, 1.0).settles
        self.together = _by_width(np.where(arrays.join_in_sequence[joins], 0, width), width)
        self.rounding = np.finfo(float).eps * (64.0 + np.sqrt(float(width.max())))

    def at(self, point: FloatArray) -> Piece:
        """Return the image of a point and the piece it lies on."""
        late = np.maximum(self.offset + np.append(point, 0.0)[self.column], 0.0)
        chosen = self.first
        value = late
        if len(self.first) < len(late):
            value = np.minimum.reduceat(late, self.first)
            place = np.where(late == value[self.slot], np.arange(len(late)), len(late))
            chosen = np.minimum.reduceat(place, self.first)
        weight = self._weights(value)
        image = np.asarray(np.bincount(self.owner, weight * value, self.n), dtype=np.float64)
        inside = (self.column[chosen] >= 0) & (value > 0) & (weight > 0)
        entries = (self.owner[inside], self.column[chosen[inside]])
        matrix = coo_array((weight[inside], entries), shape=(self.n, self.n)).tocsr()
        return Piece(point, image, matrix, late, chosen)

    def rounds(self, piece: Piece, count: int) -> Piece:
        """Return where plain rounds lead."""
        for _ in range(count):
            piece = self.at(piece.image)
        return piece

    def _weights(self, value: FloatArray) -> FloatArray:
        """Return what each slot counts for: its need, times that none above it is needed."""
        weight = np.append(self.need, 0.0)
        height = np.append(value, -1.0)
        for slots in self.together:
            order = np.argsort(-height[slots], axis=1, kind="stable")
            ranked = np.take_along_axis(slots, order, axis=1)
            needed = np.append(self.need, 0.0)[ranked]
            none_above = np.cumprod(1.0 - needed[:, :-1], axis=1)
            needed[:, 1:] *= none_above
            weight[ranked] = needed
        return weight[:-1]


def _by_width(sorted_width: IntArray, width: IntArray) -> list[IntArray]:
    """Return matrices of slot numbers, a row per join, joins of like width together.

    A row shorter than its matrix is filled with the number beyond the last slot; width 0 in
    `sorted_width` leaves a join out. No matrix is more than half filling.
    """
    start = np.cumsum(width) - width
    beyond = int(width.sum())
    matrices = []
    top = 1
    while top < 2 * int(sorted_width.max(initial=0)):
        rows = np.flatnonzero((sorted_width > top // 2) & (sorted_width <= top))
        if len(rows):
            place = np.arange(top, dtype=np.int64)
            matrices.append(np.where(place < width[rows, None], start[rows, None] + place, beyond))
        top *= 2
    return matrices
