"""Can a promise be kept although everybody keeps theirs? And how much may slip?"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.reference.chain import Chain, Service, Slot, need_of, slot_key
from tests.reference.delay import Draws, Job, Plan, Setting, is_late

NEVER = 1e6  # hours; a slip this large that moves no customer never will
SLIP_PRECISION = 1e-9


class Needs:
    """Chances of a plan: needs are given, times are not asked for."""

    def __init__(self, needs: Mapping[tuple[str, str], bool] | None = None) -> None:
        self.needs = needs

    def common(self, department: str) -> float:
        """Refused: a plan stands on medians."""
        raise AssertionError(department)

    def own(self, service: Service) -> float:
        """Refused: a plan stands on medians."""
        raise AssertionError(service.id)

    def needed(self, slot: Slot) -> bool:
        """As given; all needs are active where nothing is given."""
        return True if self.needs is None else self.needs[slot_key(slot[0])]

    def afresh(self) -> Draws:
        """A plan has one job."""
        return self


def planned_hours(chain: Chain, plan: Plan) -> dict[str, float]:
    """Own median plus join of what is promised, all needs active."""
    job = Job(Setting(chain, plan=plan), Needs(), {})
    return {key: plan.medians[key] + job.planned_join(s) for key, s in chain.services.items()}


def _slots_behind(chain: Chain, service: Service) -> dict[tuple[str, str], Slot]:
    """Needs that decide the planned join: own inputs, and through those without a promise."""
    found: dict[tuple[str, str], Slot] = {}
    for slot in chain.waiting_slots[service.id]:
        found[slot_key(slot[0])] = slot
        for member in slot:
            if member.sla is None and not chain.component[member.id]:
                found.update(_slots_behind(chain, member))
    return found


def let_down_share(chain: Chain, plan: Plan, service: Service) -> float:
    """Share of jobs whose promised inputs and own median break the promise."""
    if service.sla is None:
        raise ValueError("no promise")
    slots = _slots_behind(chain, service)
    keys = sorted(slots)
    share = 0.0
    for chosen in itertools.product((True, False), repeat=len(keys)):
        needs = dict(zip(keys, chosen, strict=True))
        odds = math.prod(
            need_of(slots[key]) if taken else 1 - need_of(slots[key])
            for key, taken in needs.items()
        )
        job = Job(Setting(chain, plan=plan), Needs(needs), {})
        if is_late(job.planned_join(service) + plan.medians[service.id], service.sla):
            share += odds
    return share


def verdict(chain: Chain, plan: Plan, service: Service) -> str:
    """Kept, tight, impossible, or no promise."""
    if service.sla is None:
        return "no promise"
    share = let_down_share(chain, plan, service)
    if share >= 0.5:
        return "impossible"
    return "tight" if share > 0 else "kept"


def _last_planned(
    chain: Chain, plan: Plan, slipping: str, slip: float, *, through_promises: bool
) -> list[float]:
    """Planned arrivals at customers when one service comes `slip` hours later."""

    class Slipped(Job):
        def promised(self, service: Service) -> float:
            late = slip if service.id == slipping else 0.0
            if through_promises:
                service = replace(service, sla=None)
            return super().promised(service) + late

    job = Slipped(Setting(chain, plan=plan), Needs(), {})
    return [
        job.planned_join(service) + plan.medians[key] + (slip if key == slipping else 0.0)
        for key, service in sorted(chain.services.items())
        if service.client in chain.customers
    ]


def float_hours(chain: Chain, plan: Plan, key: str, *, through_promises: bool = False) -> float:
    """Most a planned arrival may slip before a customer's moves; infinite if never.

    By bisection on the slip. A promise stops a slip (clients plan with the
    promise) unless `through_promises`, where planned arrivals run on as in CPM.
    """

    def moves(slip: float) -> bool:
        before = _last_planned(chain, plan, key, 0.0, through_promises=through_promises)
        after = _last_planned(chain, plan, key, slip, through_promises=through_promises)
        return any(b > a + SLIP_PRECISION / 2 for a, b in zip(before, after, strict=True))

    return _largest_that_does_not(moves)


def may_slip_hours(chain: Chain, plan: Plan, key: str) -> float:
    """Most a promise may slip before one to a customer breaks (by more); infinite if never.

    Promises outside circles give way once they cannot be kept; those inside a circle stand, and
    none of them may be planned later than it is promised (or planned already).
    """
    fixed = {k: bool(chain.component[k]) for k in chain.services}

    class GivingWay(Job):
        def promised(self, service: Service) -> float:
            word = super().promised(service)
            if service.sla is not None and not fixed[service.id]:
                word = max(word, plan.medians[service.id] + self.planned_join(service))
            return word + (self.slip if service.id == key else 0.0)

    def planned(slip: float) -> dict[str, float]:
        GivingWay.slip = slip
        job = GivingWay(Setting(chain, plan=plan), Needs(), {})
        found = {k: plan.medians[k] + job.planned_join(s) for k, s in chain.services.items()}
        if chain.services[key].client in chain.customers:
            found[key] += slip
        return found

    before = planned(0.0)
    limits = {}
    for k, service in chain.services.items():
        if fixed[k]:
            word = plan.mean_arrivals[k] if service.sla is None else service.sla
            limits[k] = max(word, before[k])
        elif service.client in chain.customers and service.sla is not None:
            limits[k] = max(service.sla, before[k])

    def breaks(slip: float) -> bool:
        after = planned(slip)
        return any(after[k] > limit + SLIP_PRECISION / 2 for k, limit in limits.items())

    return _largest_that_does_not(breaks)


def _largest_that_does_not(moves: Callable[[float], bool]) -> float:
    low, high = 0.0, NEVER
    if not moves(high):
        return math.inf
    while high - low > SLIP_PRECISION:
        middle = (low + high) / 2
        if moves(middle):
            high = middle
        else:
            low = middle
    return low
