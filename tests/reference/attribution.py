"""Shapley values by the definition: every subset of players."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from tests.reference.chain import Chain, Service
from tests.reference.delay import Job, Plan, is_late, jobs
from tests.reference.dissatisfaction import settle
from tests.reference.enumeration import every_job

Value = Callable[[frozenset[str]], float]


@dataclass(frozen=True)
class Attribution:
    """What each player contributes, beside what no player can help."""

    total: float
    promise_itself: float
    contributions: Mapping[str, float]
    fix_only_this: Mapping[str, float]


def shapley(players: Iterable[str], value: Value) -> Attribution:
    """Shapley value of `value` over all subsets; and the drop when one alone leaves."""
    names = frozenset(players)
    worth = {
        frozenset(subset): value(frozenset(subset))
        for size in range(len(names) + 1)
        for subset in itertools.combinations(sorted(names), size)
    }
    n = len(names)
    contributions: dict[str, float] = {}
    for player in sorted(names):
        parts = [
            math.factorial(len(subset))
            * math.factorial(n - len(subset) - 1)
            / math.factorial(n)
            * (worth[subset | {player}] - worth[subset])
            for subset in worth
            if player not in subset
        ]
        contributions[player] = math.fsum(parts)
    alone = {player: worth[names] - worth[names - {player}] for player in sorted(names)}
    return Attribution(worth[names], worth[frozenset()], contributions, alone)


def ancestors(chain: Chain, customer: str) -> set[str]:
    """Services from which a customer can be reached, `for` respected."""
    found: set[str] = set()
    todo = [service.id for service in chain.received_by(customer)]
    while todo:
        key = todo.pop()
        if key not in found:
            found.add(key)
            todo += [member.id for slot in chain.all_slots[key] for member in slot]
    return found


def players_of(chain: Chain, customer: str, by: str = "department") -> dict[str, set[str]]:
    """Services of each player: of a department (external providers too), or each alone."""
    players: dict[str, set[str]] = {}
    for key in sorted(ancestors(chain, customer)):
        name = key if by == "service" else chain.services[key].provider
        players.setdefault(name, set()).add(key)
    return players


def _of_job(chain: Chain, customer: str, outcome: str, job: Job) -> float:
    total = 0.0
    for service in chain.received_by(customer):
        hours = job.arrival(service.id).hours
        if outcome == "mean_hours":
            felt = hours
        elif service.sla is None:
            felt = 0.0
        elif outcome == "breach":
            felt = float(is_late(hours, service.sla))
        else:
            felt = max(0.0, hours - service.sla)
        total += (service.need or 0.0) * felt
    return total


def _late(chain: Chain, weighted: Iterable[tuple[float, Job]]) -> dict[str, float]:
    late = dict.fromkeys(chain.services, 0.0)
    for odds, job in weighted:
        for key, service in chain.services.items():
            if service.expects is not None:
                late[key] += odds * is_late(job.arrival(key).hours, service.expects)
    return late


def _target(service: Service) -> Service:
    """A service whose own faults and unclearness are no more than the target allows."""
    quality, clarity = service.quality, service.clarity
    return replace(
        service,
        quality=None if quality is None else max(quality, service.target_quality),
        clarity=None if clarity is None else max(clarity, service.target_clarity),
    )


def value_of(
    chain: Chain,
    customer: str,
    outcome: str,
    plan: Plan,
    *,
    by: str = "department",
    samples: int | None = None,
    seed: int = 0,
) -> Value:
    """`v(S)`: sources in `S` as today, all others on plan.

    Exact by enumeration, or over `samples` jobs that are the same for every
    `S`. Morale is frozen at today's (feedback off).
    """
    players = players_of(chain, customer, by)

    def weighted(capped: frozenset[str]) -> Iterable[tuple[float, Job]]:
        if samples is None:
            for odds, job in every_job(chain, plan=plan, on_plan=capped):
                yield float(odds), job
        else:
            for job in jobs(chain, samples, seed, plan=plan, on_plan=capped):
                yield 1 / samples, job

    def value(as_today: frozenset[str]) -> float:
        capped = frozenset(
            key for name, keys in players.items() if name not in as_today for key in keys
        )
        if outcome != "dissatisfied":
            return math.fsum(
                odds * _of_job(chain, customer, outcome, job) for odds, job in weighted(capped)
            )
        today = settle(chain, _late(chain, weighted(frozenset())))
        services = {k: _target(s) if k in capped else s for k, s in chain.services.items()}
        changed = replace(chain, services=services)
        late = _late(chain, weighted(capped))
        return settle(changed, late, today=today, feedback=False).customers[customer]

    return value


def attribute(
    chain: Chain,
    customer: str,
    outcome: str,
    plan: Plan,
    *,
    by: str = "department",
    samples: int | None = None,
    seed: int = 0,
) -> Attribution:
    """Who contributes what to an outcome of a customer."""
    value = value_of(chain, customer, outcome, plan, by=by, samples=samples, seed=seed)
    return shapley(players_of(chain, customer, by), value)
