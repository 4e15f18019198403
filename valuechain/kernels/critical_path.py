"""Critical path and float on the plan: the method of Kelley and Walker, all needs active.

The planned arrival of a service is its own median time after the last of its inputs is promised to
be there: ``P_e = own_e + max over inputs f of (S_f - buffer_f)^+`` (the sum where they are fetched
in sequence, the least of a group of alternatives), where clients see ``S_f``: the promise, without
one the planned arrival, without one inside a loop today's mean arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan

import numpy as np

from valuechain.kernels.loops import join_components
from valuechain.kernels.slots import Slots, join_slots
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray
from valuechain.network.components import Components

PRECISION = 1e-9  # hours: a customer that waits less than this longer does not notice


@dataclass(frozen=True, eq=False)
class CriticalPaths:
    """A plan, and what it hangs on.

    Attributes
    ----------
    planned : ndarray of float, shape (m,)
        Planned arrival of each service, hours.
    seen : ndarray of float, shape (m,)
        The arrival that its client plans with, hours.
    slack : ndarray of float, shape (m,)
        Float: the most that an arrival may slip, as its client sees it, before a customer's planned
        arrival moves, hours; infinite where no slip ever moves one.
    """

    planned: FloatArray
    seen: FloatArray
    slack: FloatArray
    _network: _Network

    def path(self, service: int) -> tuple[int, ...]:
        """Return the services that set the planned arrival of one, upstream ones first.

        The path begins where nothing upstream matters any more: at a service without inputs, at a
        promise, or at a loop. Of inputs that are due together the first by number counts; where
        they are fetched in sequence, all that are waited for.
        """
        return self._network.path(service, self.seen)

    def path_to(self, customer: int) -> tuple[int, ...]:
        """Return the path of the service that is planned to reach a customer (node) last."""
        served = np.flatnonzero(self._network.arrays.client == customer)
        if len(served) == 0:
            return ()
        return self.path(int(served[self.planned[served].argmax()]))


def critical_paths(
    arrays: ChainArrays,
    own: FloatArray,
    promised: FloatArray,
    mean_arrival: FloatArray,
) -> CriticalPaths:
    """Return planned arrivals, floats and critical paths.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need`; an input that is never needed (0) is left out, all others are needed.
    own : ndarray of float, shape (m,)
        Median own times, hours.
    promised : ndarray of float, shape (m,)
        Promises, hours; NaN where there is none. All NaN: a slip runs on through every promise.
    mean_arrival : ndarray of float, shape (m,)
        Today's mean arrivals, hours; read inside loops only.

    Returns
    -------
    CriticalPaths

    Raises
    ------
    ValueError
        If a service inside a loop has neither a promise nor a mean arrival.

    Notes
    -----
    One pass forwards for arrivals, one backwards for floats, O(m + inputs). Where inputs are
    fetched in sequence, or are alternatives, a slip may come by several ways at once and add up;
    there the result of the backward pass is an upper bound, is tried forwards, and where it fails
    found by bisection: O(m) for each service upstream.

    References
    ----------
    .. [1] J. E. Kelley and M. R. Walker, Critical-path planning and scheduling, Proceedings of
       the Eastern Joint Computer Conference (1959).

    Examples
    --------
    Sales waits for a design of 16 h and a price of 4 h; the price may come 12 h later.

    >>> from valuechain.chain import ValueChain
    >>> from valuechain.network import to_arrays
    >>> arrays = to_arrays(ValueChain(
    ...     departments={"design": {}, "finance": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "need": 1},
    ...         {"provider": "finance", "client": "sales", "need": 1},
    ...         {"provider": "sales", "client": "shop"}]))
    >>> nothing = np.full(3, np.nan)
    >>> found = critical_paths(arrays, np.array([16.0, 4.0, 2.0]), nothing, nothing)
    >>> found.planned.tolist(), found.slack.tolist()
    ([16.0, 4.0, 18.0], [0.0, 12.0, 0.0])
    >>> found.path_to(arrays.node_ids.index("shop"))
    (0, 2)
    """
    network = _Network.of(arrays, own, promised, mean_arrival)
    planned, seen = network.plan()
    slack = network.slack(seen)
    for f in np.flatnonzero(network.tangled()).tolist():
        slack[f] = network.tried(f, float(slack[f]), planned)
    return CriticalPaths(planned, seen, slack, network)


@dataclass(frozen=True, eq=False)
class _Network:
    """Joins in order, with their slots and what hangs on them, as plain lists."""

    arrays: ChainArrays
    slots: Slots
    components: Components
    own: list[float]
    fixed: list[float]  # what the client sees whatever is planned, NaN where nothing is fixed
    buffer: list[float]
    inputs: list[list[list[int]]]  # by join, its slots
    starts: list[list[int]]  # by join, the services it starts

    @classmethod
    def of(
        cls,
        arrays: ChainArrays,
        own: FloatArray,
        promised: FloatArray,
        mean_arrival: FloatArray,
    ) -> _Network:
        slots = join_slots(arrays, waiting_only=True)
        slots = slots.where(slots.need(arrays.need) > 0)
        components = join_components(arrays, slots)
        fixed = promised.copy()
        join = arrays.join[slots.members]
        label = np.append(components.label, -1)
        inside = (join >= 0) & (label[join] == label[slots.join[slots.slot]])
        looped = np.unique(slots.members[inside])
        fixed[looped] = np.where(np.isnan(fixed[looped]), mean_arrival[looped], fixed[looped])
        if np.isnan(fixed[looped]).any():
            raise ValueError("a service inside a loop needs a promise or a mean arrival")
        J = len(slots.ptr) - 1
        inputs: list[list[list[int]]] = [[] for _ in range(J)]
        bounds = slots.member_ptr.tolist()
        members = slots.members.tolist()
        for s, j in enumerate(slots.join.tolist()):
            inputs[j].append(members[bounds[s] : bounds[s + 1]])
        starts: list[list[int]] = [[] for _ in range(J)]
        for e, j in enumerate(arrays.join.tolist()):
            if j >= 0:
                starts[j].append(e)
        return cls(
            arrays,
            slots,
            components,
            own.tolist(),
            fixed.tolist(),
            arrays.buffer.tolist(),
            inputs,
            starts,
        )

    def plan(self, slipping: int = -1, slip: float = 0.0) -> tuple[FloatArray, FloatArray]:
        """Return planned and seen arrivals, one of them `slip` hours later than planned."""
        planned = list(self.own)
        seen = [
            own if isnan(fixed) else fixed for own, fixed in zip(planned, self.fixed, strict=True)
        ]
        if slipping >= 0:
            planned[slipping] += slip
            seen[slipping] += slip
        for j in self.components.members.tolist():
            ready = self._join(j, seen)
            for e in self.starts[j]:
                planned[e] += ready
                if isnan(self.fixed[e]):
                    seen[e] += ready
        return np.array(planned), np.array(seen)

    def _join(self, j: int, seen: list[float]) -> float:
        late = [self._late(slot, seen) for slot in self.inputs[j]]
        if self.arrays.join_in_sequence[j]:
            return sum(late)
        return max(late, default=0.0)

    def _late(self, slot: list[int], seen: list[float]) -> float:
        return max(0.0, min([seen[f] - self.buffer[f] for f in slot]))

    def slack(self, seen: FloatArray) -> FloatArray:
        """Return what each arrival may slip along every single way, to the customers."""
        arrivals = seen.tolist()
        slack = np.where(self.arrays.client >= len(self.arrays.department_ids), 0.0, np.inf)
        found = slack.tolist()
        for j in self.components.members[::-1].tolist():
            free = [found[e] for e in self.starts[j] if self._passes_on(e)]
            room = min(free, default=inf)
            ready = self._join(j, arrivals)
            for slot in self.inputs[j]:
                late = self._late(slot, arrivals)
                limit = room + (late if self.arrays.join_in_sequence[j] else ready)
                for f in slot:
                    others = [arrivals[k] - self.buffer[k] for k in slot if k != f]
                    if min(others, default=inf) > limit:
                        found[f] = min(found[f], limit - (arrivals[f] - self.buffer[f]))
        return np.array(found)

    def _passes_on(self, e: int) -> bool:
        outside = bool(self.arrays.client[e] >= len(self.arrays.department_ids))
        return outside or isnan(self.fixed[e])

    def tangled(self) -> BoolArray:
        """Return which services lead to inputs in sequence or to alternatives, `(m,)`."""
        tangled = [False] * len(self.own)
        for j in self.components.members[::-1].tolist():
            odd = bool(self.arrays.join_in_sequence[j]) and len(self.inputs[j]) > 1
            odd = odd or any(len(slot) > 1 for slot in self.inputs[j])
            odd = odd or any(tangled[e] for e in self.starts[j] if self._passes_on(e))
            for slot in self.inputs[j]:
                for f in slot:
                    tangled[f] = tangled[f] or odd
        return np.array(tangled, dtype=np.bool_)

    def tried(self, f: int, bound: float, planned: FloatArray) -> float:
        """Return the largest slip up to a bound that moves no customer."""
        outside = self.arrays.client >= len(self.arrays.department_ids)

        def moves(slip: float) -> bool:
            later, _ = self.plan(f, slip)
            return bool((later[outside] > planned[outside] + PRECISION).any())

        # More than all there is to wait for: what that does not move, nothing does.
        high = min(bound, 2.0 * float(planned.sum() + sum(self.buffer)) + 1.0)
        if not moves(high):
            return bound
        low = 0.0
        while high - low > PRECISION:
            middle = (low + high) / 2
            low, high = (low, middle) if moves(middle) else (middle, high)
        return low if low > PRECISION else 0.0

    def path(self, service: int, seen: FloatArray) -> tuple[int, ...]:
        """Return the services that set the planned arrival of one, upstream ones first."""
        arrivals = seen.tolist()
        place = {j: i for i, j in enumerate(self.components.members.tolist())}
        found, waiting = {service}, [service]
        while waiting:
            e = waiting.pop()
            j = int(self.arrays.join[e])
            if j < 0 or (e != service and not isnan(self.fixed[e])):
                continue
            slots = [slot for slot in self.inputs[j] if self._late(slot, arrivals) > 0]
            if slots and not self.arrays.join_in_sequence[j]:
                slots = [max(slots, key=lambda slot: self._late(slot, arrivals))]
            for slot in slots:
                first = min(slot, key=lambda f: arrivals[f] - self.buffer[f])
                if first not in found:
                    found.add(first)
                    waiting.append(first)
        upstream = found - {service}
        order = sorted(upstream, key=lambda e: (place.get(int(self.arrays.join[e]), -1), e))
        return (*order, service)
