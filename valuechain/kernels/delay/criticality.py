"""Criticality index: how often a service is on the path that sets a customer's lead time.

From each service to a customer the path is traced back, sample by sample: at a join to the input
that came last, in sequence to every input that was waited for, at a group of alternatives to the
one that came first.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from valuechain.kernels.chance.streams import BLOCK, CELLS, F32, TOGETHER
from valuechain.kernels.delay.block import Block
from valuechain.kernels.delay.route import Batch, Loop, Route, waiting_inputs
from valuechain.kernels.delay.sampled import DelayModel, DelayRun
from valuechain.kernels.delay.workspace import Workspace
from valuechain.network.arrays import BoolArray, FloatArray, IntArray

_ARRIVALS_BYTES = 2**26  # arrivals of all services held at once, outside loops
_ROUNDS_BYTES = 2**27  # arrivals of a loop's last rounds
_MOST_ROUNDS = 64


class Criticality(NamedTuple):
    """Criticality index, 0..1: of services `(m,)`, and of departments `(D,)`.

    A department counts once for a request, however many of its services are on the path.
    """

    services: FloatArray
    departments: FloatArray


def criticality(run: DelayRun, weights: FloatArray | None = None) -> Criticality:
    """Return the criticality index of each service and of each department.

    Parameters
    ----------
    run : DelayRun
    weights : ndarray, shape (C,), optional
        How much each customer counts; customers that are served count equally by default.

    Returns
    -------
    Criticality
        ``sum over customers c of weight_c sum over their services e of need_e P(f on the path of
        e) / sum of weights``, 0..1; a service to a customer is on its own path. 0 where nobody is
        served.

    Notes
    -----
    Of inputs that arrive together the first by number sets the time. Inside loops the path leads
    from job to job, visit by visit, through the last 64 rounds (fewer in loops of more than about
    30 services: what is held stays below 128 MB) and counts a service once, however often the
    path comes by; what lies further back does not count, nor do the loop's inputs from there.

    Cost: per service to a customer, samples times the length of its paths.
    """
    arrays, model = run.model.arrays, run.model
    D, C = len(arrays.department_ids), len(arrays.customer_ids)
    roots = np.flatnonzero(arrays.client >= D)
    customer = arrays.client[roots] - D
    if weights is None:
        weights = np.ones(C)
    served = np.bincount(customer, minlength=C) > 0
    share = np.where(served, weights, 0.0)
    index, of_department = np.zeros(len(arrays.need)), np.zeros(D)
    if share.sum() <= 0:
        return Criticality(index, of_department)
    share = share / share.sum()
    network = _Network.of(model)
    space = Workspace()
    for first, counted in _stretches(model):
        past = _Past.of(model, first, counted, space)
        for e, c in zip(roots.tolist(), customer.tolist(), strict=True):
            weight = share[c] * arrays.need[e]
            if weight > 0:
                passed: dict[int, BoolArray] = {}
                for f, reached in _trace(network, past, e).items():
                    index[f] += weight * np.count_nonzero(reached)
                    d = int(arrays.provider[f])
                    passed[d] = passed[d] | reached if d in passed else reached
                for d, reached in passed.items():
                    if d < D:
                        of_department[d] += weight * np.count_nonzero(reached)
    return Criticality(index / model.samples, of_department / model.samples)


def _stretches(model: DelayModel) -> Iterator[tuple[int, int]]:
    """Yield stretches of samples whose arrivals can all be held at once."""
    size = BLOCK
    if not model.loops:
        held = _ARRIVALS_BYTES // (4 * max(1, len(model.arrays.need)))
        size = max(64, min(BLOCK, held // TOGETHER * TOGETHER))
    for first in range(0, model.samples, size):
        yield first, min(size, model.samples - first)


@dataclass(frozen=True, eq=False)
class _Network:
    """What leads back: the inputs of each join, alternatives together, and the order of joins."""

    route: Route
    join: list[int]  # of each service
    slots: dict[int, tuple[tuple[int, ...], ...]]  # by join
    place: dict[int, int]  # of each join along the route
    loop: dict[int, int]  # number of the loop of each join that is in one

    @classmethod
    def of(cls, model: DelayModel) -> _Network:
        route, arrays = model.basis.route, model.arrays
        slots: dict[int, dict[int, list[int]]] = {}
        for f, j in zip(*(part.tolist() for part in waiting_inputs(arrays)), strict=True):
            grouped = arrays.group[f] >= 0
            slots.setdefault(j, {}).setdefault(route.need_key[f] if grouped else f, []).append(f)
        place: dict[int, int] = {}
        for batch in route.batches:
            for *_, join, _ in batch.runs:
                place.setdefault(join, len(place))
        loop = {join: part.number for part in route.loops for join in part.joins}
        for part in route.loops:
            first = min(place[join] for join in part.joins)
            place.update(dict.fromkeys(part.joins, first))
        return cls(
            route,
            arrays.join.tolist(),
            {j: tuple(map(tuple, sorted(found.values()))) for j, found in slots.items()},
            place,
            loop,
        )


@dataclass(eq=False)
class _Rounds:
    """The last rounds of a loop, the latest first."""

    row: dict[int, int]  # of each service of the loop
    kept: int
    rounds: list[tuple[int, F32, Mapping[int, IntArray]]] = field(default_factory=list)

    def before(self, f: int, depth: int) -> F32:
        """Return the arrivals `(n,)` of service `f` that a round started from."""
        arrivals: F32 = self.rounds[depth][1][self.row[f]]
        return arrivals


@dataclass(eq=False)
class _Past:
    """What happened to the samples of one stretch."""

    block: Block
    counted: int
    arrivals: F32  # (m, n)
    loops: dict[int, _Rounds]

    @classmethod
    def of(cls, model: DelayModel, first: int, counted: int, space: Workspace) -> _Past:
        loops: dict[int, _Rounds] = {}

        def watch(loop: Loop, round_: int, before: F32, partners: Mapping[int, IntArray]) -> None:
            if loop.number not in loops:
                row = {f: i for i, f in enumerate(loop.services.tolist())}
                kept = max(1, min(_MOST_ROUNDS, _ROUNDS_BYTES // before.nbytes))
                loops[loop.number] = _Rounds(row, kept)
            rounds = loops[loop.number]
            rounds.rounds.insert(0, (round_, before.copy(), partners))
            del rounds.rounds[rounds.kept :]

        block = model.block(first, counted, space, watch)
        arrivals = space.table("arrivals", len(model.arrays.need))

        def visit(batch: Batch, rows: F32) -> None:
            arrivals[batch.services] = rows

        block.run(visit)
        return cls(block, counted, arrivals, loops)

    def wait(
        self, slot: tuple[int, ...], samples: IntArray, loop: int, depth: int
    ) -> tuple[F32, IntArray]:
        """Return how long jobs waited for a slot, and the place of the member they waited for.

        Parameters
        ----------
        slot : tuple of int
            An input, or the members of a group.
        samples : ndarray of int, shape (q,)
        loop, depth : int
            The loop of the join that waits, -1 outside loops, and how many visits back.
        """
        rules, draws = self.block.basis.rules, self.block.draws
        late = np.empty((len(slot), len(samples)), np.float32)
        for i, f in enumerate(slot):
            met = self.met(f, samples, loop, depth)
            inside = loop >= 0 and f in self.loops[loop].row
            held = self.loops[loop].before(f, depth) if inside else self.arrivals[f]
            late[i] = held[met] - np.float32(rules.buffer[f])
        member = late.argmin(axis=0)
        wait = np.maximum(late.min(axis=0), np.float32(0))
        key = self.block.basis.route.need_key[slot[0]]
        if rules.need[key] < 1:
            round_ = self.loops[loop].rounds[depth][0] if loop >= 0 else 0
            ranks = draws.ranks_at(rules.keys[key], samples, round_=round_)
            wait *= ranks <= np.float32(CELLS * rules.need[key])
        return wait, member

    def met(self, f: int, samples: IntArray, loop: int, depth: int) -> IntArray:
        """Return the samples whose arrival of `f` the jobs `samples` waited for."""
        if loop >= 0 and f in self.loops[loop].row:
            partners: IntArray = self.loops[loop].rounds[depth][2][f]
            return partners[samples]
        return samples


Visits = tuple[IntArray, IntArray]
"""Jobs on a path: the customer's sample they are on the path of, and their own; both `(q,)`."""


def _trace(network: _Network, past: _Past, root: int) -> dict[int, BoolArray]:
    """Return in which of the counted samples each service is on the path of `root`."""
    every = np.arange(past.counted)
    reached: dict[int, BoolArray] = {}
    waiting: dict[tuple[int, int], list[Visits]] = {}  # by join and how many visits back
    queue: list[tuple[int, int, int]] = []

    def arrive(f: int, depth: int, visits: Visits) -> None:
        reached.setdefault(f, np.zeros(past.counted, np.bool_))[visits[0]] = True
        join = network.join[f]
        if join in network.slots:
            if (join, depth) not in waiting:
                heapq.heappush(queue, (-network.place[join], depth, join))
            waiting.setdefault((join, depth), []).append(visits)

    arrive(root, 0, (every, every))
    while queue:
        _, depth, join = heapq.heappop(queue)
        loop = network.loop.get(join, -1)
        visits = _together(waiting.pop((join, depth)), past.block.size)
        if loop < 0 or depth < len(past.loops[loop].rounds):
            for f, chosen in _waited_for(network, past, join, visits[1], loop, depth):
                inside = loop >= 0 and f in past.loops[loop].row
                met = past.met(f, visits[1][chosen], loop, depth)
                arrive(f, depth + 1 if inside else 0, (visits[0][chosen], met))
    return reached


def _together(parts: list[Visits], size: int) -> Visits:
    """Return all visits to one join, each job once for each customer's sample."""
    if len(parts) == 1:
        return parts[0]
    both = np.unique(np.concatenate([origin * size + sample for origin, sample in parts]))
    return both // size, both % size


def _waited_for(
    network: _Network, past: _Past, join: int, samples: IntArray, loop: int, depth: int
) -> Iterator[tuple[int, BoolArray]]:
    """Yield the inputs that set the readiness of a join, and for which of `samples`."""
    slots = network.slots[join]
    found = [past.wait(slot, samples, loop, depth) for slot in slots]
    sets = np.stack([wait for wait, _ in found]) > 0
    if not past.block.basis.rules.in_sequence[join]:
        last = np.stack([wait for wait, _ in found]).argmax(axis=0)
        sets &= np.arange(len(slots))[:, None] == last
    for slot, (_, member), chosen in zip(slots, found, sets, strict=True):
        for i, f in enumerate(slot):
            jobs = chosen & (member == i)
            if jobs.any():
                yield f, jobs
