"""A plan as a network of joins: who is planned to arrive when, and how far each may slip.

The method of Kelley and Walker, all needs active: ``P_e = own_e + max over inputs f of
(S_f - buffer_f)^+`` (the sum where they are fetched in sequence, the least of a group of
alternatives), where clients plan with ``S_f``.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan

import numpy as np

from valuechain.kernels.delay.loops import join_components
from valuechain.kernels.delay.slots import Slots, join_slots
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray
from valuechain.network.components import Components

PRECISION = 1e-9  # hours: what slips by less than this does not slip


@dataclass(frozen=True, eq=False)
class PlanNetwork:
    """Joins in order, with their slots and what hangs on them, as plain lists.

    Attributes
    ----------
    own, buffer : list of float
        By service, hours.
    fixed : list of float
        By service, what the client plans with whatever is planned; NaN where nothing is fixed.
    gives_way : list of bool
        By service, whether what is fixed gives way to a planned arrival that is later.
    looped : list of bool
        By service, whether it is an input of its own loop.
    """

    arrays: ChainArrays
    slots: Slots
    components: Components
    own: list[float]
    fixed: list[float]
    gives_way: list[bool]
    looped: list[bool]
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
        promises_give_way: bool = False,
    ) -> PlanNetwork:
        """Return the network of a plan, all needs active.

        Parameters
        ----------
        arrays : ChainArrays
            With every `need`; an input that is never needed (0) is left out.
        own, promised, mean_arrival : ndarray of float, shape (m,)
            Hours; `promised` NaN where nothing is; `mean_arrival` is read inside loops only.
        promises_give_way : bool
            Outside loops a promise holds only as long as it can be kept.

        Raises
        ------
        ValueError
            If a service inside a loop has neither a promise nor a mean arrival.
        """
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
        in_loop = np.zeros(len(fixed), dtype=np.bool_)
        in_loop[looped] = True
        gives_way = ~in_loop & ~np.isnan(fixed) & promises_give_way
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
            gives_way.tolist(),
            in_loop.tolist(),
            arrays.buffer.tolist(),
            inputs,
            starts,
        )

    def plan(self, slipping: int = -1, slip: float = 0.0) -> tuple[FloatArray, FloatArray]:
        """Return planned and seen arrivals, one of them `slip` hours later than planned."""
        planned = list(self.own)
        late = [0.0] * len(planned)
        if slipping >= 0:
            late[slipping] = slip
        seen = [self._seen(e, own) + late[e] for e, own in enumerate(planned)]
        for j in self.components.members.tolist():
            ready = self._join(j, seen)
            for e in self.starts[j]:
                planned[e] += ready
                seen[e] = self._seen(e, planned[e]) + late[e]
        if slipping >= 0 and self._outside(slipping):
            planned[slipping] += slip
        return np.array(planned), np.array(seen)

    def _seen(self, e: int, planned: float) -> float:
        """Return the arrival that a client plans with."""
        if isnan(self.fixed[e]):
            return planned
        return max(self.fixed[e], planned) if self.gives_way[e] else self.fixed[e]

    def _outside(self, e: int) -> bool:
        return bool(self.arrays.client[e] >= len(self.arrays.department_ids))

    def _join(self, j: int, seen: list[float]) -> float:
        late = [self._late(slot, seen) for slot in self.inputs[j]]
        if self.arrays.join_in_sequence[j]:
            return sum(late)
        return max(late, default=0.0)

    def _late(self, slot: list[int], seen: list[float]) -> float:
        return max(0.0, min([seen[f] - self.buffer[f] for f in slot]))

    def slack(self, planned: FloatArray, seen: FloatArray, limit: FloatArray) -> FloatArray:
        """Return the most that each arrival may slip before a planned arrival is over its limit.

        Parameters
        ----------
        planned, seen : ndarray of float, shape (m,)
            From `plan`.
        limit : ndarray of float, shape (m,)
            Not below `planned`; infinite where any arrival will do.
        """
        slack = self._along_single_ways(planned, seen, limit)
        for f in np.flatnonzero(self._tangled()).tolist():
            slack[f] = self._tried(f, float(slack[f]), planned, limit)
        return slack

    def _along_single_ways(
        self, planned: FloatArray, seen: FloatArray, limit: FloatArray
    ) -> FloatArray:
        """Return what each arrival may slip along every single way: one pass backwards."""
        arrivals, spare = seen.tolist(), (limit - planned).tolist()
        ahead = (seen - planned).tolist()
        found = [room if self._outside(e) else inf for e, room in enumerate(spare)]
        for j in self.components.members[::-1].tolist():
            room = inf
            for e in self.starts[j]:
                room = min(room, spare[e])
                if self._passes_on(e):
                    room = min(room, found[e] + (ahead[e] if self.gives_way[e] else 0.0))
            ready = self._join(j, arrivals)
            for slot in self.inputs[j]:
                late = self._late(slot, arrivals)
                latest = room + (late if self.arrays.join_in_sequence[j] else ready)
                for f in slot:
                    others = [arrivals[k] - self.buffer[k] for k in slot if k != f]
                    if min(others, default=inf) > latest:
                        found[f] = min(found[f], latest - (arrivals[f] - self.buffer[f]))
        return np.array(found)

    def _passes_on(self, e: int) -> bool:
        return self._outside(e) or isnan(self.fixed[e]) or self.gives_way[e]

    def _tangled(self) -> BoolArray:
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

    def _tried(self, f: int, bound: float, planned: FloatArray, limit: FloatArray) -> float:
        """Return the largest slip up to a bound that takes nothing over its limit."""

        def too_late(slip: float) -> bool:
            later, _ = self.plan(f, slip)
            return bool((later > limit + PRECISION).any())

        # More than all there is to wait for: what that does not move, nothing does.
        waits = planned.sum() + sum(self.buffer) + np.nansum(self.fixed)
        high = min(bound, 2.0 * float(waits + limit[np.isfinite(limit)].sum()) + 1.0)
        if not too_late(high):
            return bound
        low = 0.0
        while high - low > PRECISION:
            middle = (low + high) / 2
            low, high = (low, middle) if too_late(middle) else (middle, high)
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

    def blocker(self, service: int, seen: FloatArray, own: float, sla: float) -> int:
        """Return the service whose word stands in the way of a promise, see `CriticalPaths`."""
        arrivals = seen.tolist()
        e, room = service, sla - own
        while room >= 0 or e != service:
            j = int(self.arrays.join[e])
            if j < 0 or (e != service and not isnan(self.fixed[e])):
                break
            weighed = [
                (self.arrays.need[slot[0]] * (late > room or e != service), late, slot)
                for slot in self.inputs[j]
                if (late := self._late(slot, arrivals)) > 0
            ]
            if not weighed:
                break
            # of equals the first by number
            *_, slot = max(weighed, key=lambda found: found[:2])
            e = min(slot, key=lambda f: arrivals[f] - self.buffer[f])
        return e
