"""Delay, one job at a time: a literal reading of the equations.

`Job` is one job of the whole chain. Own times, needs and readinesses are drawn
when first asked for and then kept, so that all who look at the job see the same
figures. Inside a component (services that wait for each other in a circle) a
request is another job: each input from the own component is answered by a fresh
`Job` with all its draws its own, one level deeper. That is a branching process,
not a pool of samples.
"""

from __future__ import annotations

import math
import random
import statistics
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from tests.reference.chain import Chain, Service, Slot, kindest_radius, need_of, slot_key

ROUNDING = 2e-6  # what is late by less than this share of the promise is on time


class Draws(Protocol):
    """Where a job's chances come from."""

    def common(self, department: str) -> float:
        """Time common to a department's services."""

    def own(self, service: Service) -> float:
        """Time of all attempts at a service."""

    def needed(self, slot: Slot) -> bool:
        """Whether the job needs this input."""

    def afresh(self) -> Draws:
        """Chances of another job."""


@dataclass
class RandomDraws:
    """Chances from `random`, each kept once drawn."""

    chain: Chain
    rng: random.Random
    kept: dict[tuple[str, object], float] = field(default_factory=dict)

    def common(self, department: str) -> float:
        """One draw a job from the department's `takes`."""
        law = self.chain.departments[department].common
        return self._once(("common", department), lambda: law.draw(self.rng))

    def own(self, service: Service) -> float:
        """Attempt after attempt until one succeeds, with probability `fcr` each."""

        def draw() -> float:
            total = service.own.draw(self.rng)
            while self.rng.random() >= service.fcr:
                total += service.own.draw(self.rng)
            return total

        return self._once(("own", service.id), draw)

    def needed(self, slot: Slot) -> bool:
        """Bernoulli(need), one draw for all alternatives and all who use the input."""
        need = need_of(slot)
        key = ("needed", slot_key(slot[0]))
        return bool(self._once(key, lambda: float(self.rng.random() < need)))

    def afresh(self) -> RandomDraws:
        """Another job draws from the same generator, and keeps nothing of this one."""
        return RandomDraws(self.chain, self.rng)

    def _once(self, key: tuple[str, object], draw: Callable[[], float]) -> float:
        if key not in self.kept:
            self.kept[key] = draw()
        return self.kept[key]


@dataclass(frozen=True)
class Plan:
    """Today's own medians and mean arrivals, by service: what budgets stand on."""

    medians: Mapping[str, float]
    mean_arrivals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrival:
    """When a service arrives, and the services on the path that set this time."""

    hours: float
    path: frozenset[str]


@dataclass(frozen=True)
class Setting:
    """What all jobs of a run share.

    `rounds` gives, by component, how deep the branching may go (deeper, the
    input is taken to be there); `on_plan` lists services whose own time is
    capped at their budget.
    """

    chain: Chain
    rounds: Mapping[int, int] = field(default_factory=dict)
    plan: Plan | None = None
    on_plan: frozenset[str] = frozenset()


@dataclass
class Job:
    """One job: `arrival(id)` hours after it was asked for."""

    setting: Setting
    draws: Draws
    depth: Mapping[int, int]
    _arrivals: dict[str, Arrival] = field(default_factory=dict)
    _asked: dict[str, Arrival] = field(default_factory=dict)

    def own_time(self, service: Service) -> float:
        """`O_e`: common time, attempts and shock; capped when on plan."""
        own = self.draws.own(service) + service.shock
        if service.provider in self.setting.chain.departments:
            own += self.draws.common(service.provider)
        if service.id in self.setting.on_plan:
            return min(own, self.budget(service))
        return own

    def ready(self, service: Service) -> Arrival:
        """`R_e`: the last of the needed inputs, or their sum where taken in sequence."""
        waits: list[Arrival] = []
        for slot in self.setting.chain.waiting_slots[service.id]:
            if self.draws.needed(slot):
                held_up = [self._held_up_by(member, service) for member in slot]
                waits.append(min(held_up, key=lambda wait: wait.hours))
        felt = [wait for wait in waits if wait.hours > 0]
        if not felt:
            return Arrival(0.0, frozenset())
        if self._in_sequence(service):
            return Arrival(
                math.fsum(wait.hours for wait in felt),
                frozenset().union(*(wait.path for wait in felt)),
            )
        return max(felt, key=lambda wait: wait.hours)

    def arrival(self, key: str) -> Arrival:
        """`A_e = R_e + O_e`."""
        if key not in self._arrivals:
            service = self.setting.chain.services[key]
            ready = self.ready(service)
            hours = ready.hours + self.own_time(service)
            self._arrivals[key] = Arrival(hours, ready.path | {key})
        return self._arrivals[key]

    def planned_join(self, service: Service) -> float:
        """`J_e`: when the inputs that this job needs are promised to be there."""
        waits = [
            min(max(0.0, self.promised(member) - member.buffer) for member in slot)
            for slot in self.setting.chain.waiting_slots[service.id]
            if self.draws.needed(slot)
        ]
        if self._in_sequence(service):
            return math.fsum(waits)
        return max(waits, default=0.0)

    def promised(self, service: Service) -> float:
        """The promise; without one today's mean in a component, else median plus join."""
        plan = self._plan()
        if service.sla is not None:
            return service.sla
        if self.setting.chain.component[service.id]:
            return plan.mean_arrivals[service.id]
        return plan.medians[service.id] + self.planned_join(service)

    def budget(self, service: Service) -> float:
        """What the plan leaves for the own time; without a promise its median."""
        if service.sla is None:
            return self._plan().medians[service.id]
        return max(0.0, service.sla - self.planned_join(service))

    def _plan(self) -> Plan:
        if self.setting.plan is None:
            raise ValueError("a plan is needed")
        return self.setting.plan

    def _in_sequence(self, service: Service) -> bool:
        departments = self.setting.chain.departments
        return service.provider in departments and departments[service.provider].in_sequence

    def _held_up_by(self, needed: Service, client: Service) -> Arrival:
        component = self.setting.chain.component
        inside = component[needed.id] and component[needed.id] == component[client.id]
        arrival = self._from_another_job(needed.id) if inside else self.arrival(needed.id)
        return replace(arrival, hours=max(0.0, arrival.hours - needed.buffer))

    def _from_another_job(self, key: str) -> Arrival:
        if key not in self._asked:
            component = self.setting.chain.component[key]
            left = self.depth[component] - 1
            if left <= 0:
                self._asked[key] = Arrival(0.0, frozenset())
            else:
                depth = {**self.setting.rounds, component: left}
                self._asked[key] = Job(self.setting, self.draws.afresh(), depth).arrival(key)
        return self._asked[key]


def rounds_of(radius: float, *, with_buffers: int = 60) -> int:
    """Rounds that a component of this spectral radius takes; `with_buffers` from 1 on."""
    if radius >= 1:
        return with_buffers
    if radius <= 0:
        return 20
    return max(20, math.ceil(math.log(1e-3) / math.log(radius)))


def all_rounds(chain: Chain) -> dict[int, int]:
    """Rounds by component."""
    components = {number for number in chain.component.values() if number}
    return {number: rounds_of(kindest_radius(chain, number)) for number in sorted(components)}


def deadlocked(chain: Chain) -> list[list[str]]:
    """Components that can never start: radius 1 or more, and no buffer inside."""
    found = []
    for number in sorted({number for number in chain.component.values() if number}):
        keys = chain.inside(number)
        buffered = any(chain.services[key].buffer > 0 for key in keys)
        if kindest_radius(chain, number) >= 1 - 1e-12 and not buffered:
            found.append(keys)
    return found


def jobs(
    chain: Chain,
    samples: int,
    seed: int,
    *,
    plan: Plan | None = None,
    on_plan: Iterable[str] = (),
) -> Iterable[Job]:
    """Independent jobs of a chain."""
    if deadlocked(chain):
        raise ValueError(f"deadlock: {deadlocked(chain)}")
    rounds = all_rounds(chain)
    setting = Setting(chain, rounds, plan, frozenset(on_plan))
    rng = random.Random(seed)
    for _ in range(samples):
        yield Job(setting, RandomDraws(chain, rng), rounds)


def sample_arrivals(chain: Chain, samples: int, seed: int) -> dict[str, list[float]]:
    """Arrivals in hours by service, one entry a job; entries of one job are joint."""
    table: dict[str, list[float]] = {key: [] for key in sorted(chain.services)}
    for job in jobs(chain, samples, seed):
        for key, column in table.items():
            column.append(job.arrival(key).hours)
    return table


def is_late(hours: float, promise: float) -> bool:
    """Whether an arrival breaks a promise, rounding aside."""
    return hours > promise * (1 + ROUNDING)


def breach(arrivals: Iterable[float], promise: float) -> float:
    """`P(A > promise)`."""
    return statistics.fmean(is_late(hours, promise) for hours in arrivals)


def mean_late(arrivals: Iterable[float], promise: float) -> float:
    """`E (A - promise)^+` in hours."""
    return statistics.fmean(max(0.0, hours - promise) for hours in arrivals)


def customer_mixture(chain: Chain, customer: str, figure: Mapping[str, float]) -> float:
    """A figure of a customer: the need-weighted mixture over its services."""
    return math.fsum((s.need or 0.0) * figure[s.id] for s in chain.received_by(customer))


def criticality(chain: Chain, customer: str, samples: int, seed: int) -> dict[str, float]:
    """Share of a customer's jobs in which a service is on the path that sets the time."""
    index = dict.fromkeys(chain.services, 0.0)
    received = chain.received_by(customer)
    for job in jobs(chain, samples, seed):
        for service in received:
            for key in job.arrival(service.id).path:
                index[key] += (service.need or 0.0) / samples
    return index


def own_median(chain: Chain, service: Service, *, draws: int = 20_001) -> float:
    """Median of `O_e` without shocks; exact where at most one part of it varies."""
    parts = [service.own]
    if service.provider in chain.departments:
        parts.append(chain.departments[service.provider].common)
    if service.fcr == 1 and sum(not law.constant for law in parts) <= 1:
        return sum(law.median for law in parts)
    rng = random.Random(0)
    quiet = replace(service, shock=0.0)
    setting = Setting(chain)
    return statistics.median(
        Job(setting, RandomDraws(chain, rng), {}).own_time(quiet) for _ in range(draws)
    )


def plan_of(today: Chain, *, samples: int = 20_000, seed: int = 1) -> Plan:
    """Today's plan: own medians, and mean arrivals where services wait in a circle."""
    medians = {key: own_median(today, service) for key, service in today.services.items()}
    means: dict[str, float] = {}
    if any(today.component.values()):
        table = sample_arrivals(today, samples, seed)
        means = {key: statistics.fmean(table[key]) for key in table if today.component[key]}
    return Plan(medians, means)
