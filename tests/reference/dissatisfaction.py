"""Dissatisfaction by going round the dictionaries until nothing moves.

Every node, be it the faults of a service, the dissatisfaction with it, a department's morale or
a customer's mood, is a list of causes that act by themselves: `1 - (1 - leak) prod (1 - kappa c)`.
`late` is given: where it comes from is not this module's business.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from scipy.optimize import brentq

from tests.reference.chain import Chain, Service, need_of

Node = tuple[str, str]  # faulty, dissatisfied, morale or customer; and whose


@dataclass(frozen=True)
class State:
    """Shares in 0..1: of services, departments and customers."""

    faulty: Mapping[str, float]
    dissatisfied: Mapping[str, float]
    morale_loss: Mapping[str, float]
    customers: Mapping[str, float]


@dataclass(frozen=True)
class Calibration:
    """Leaks and scales by node; what is not in them has no leak and counts in full."""

    leak: Mapping[Node, float] = field(default_factory=dict)
    kappa: Mapping[Node, float] = field(default_factory=dict)


def own_fault(service: Service) -> float:
    """`1 - quality`."""
    return 0.0 if service.quality is None else 1 - service.quality


def unclear(service: Service) -> float:
    """`u_e = 1 - clarity`."""
    return 0.0 if service.clarity is None else 1 - service.clarity


def uncalibrated(chain: Chain) -> Calibration:
    """All faults observed are a service's own."""
    return Calibration({("faulty", key): own_fault(s) for key, s in chain.services.items()})


def causes(chain: Chain, node: Node, state: State, late: Mapping[str, float]) -> list[float]:
    """What a node suffers from, each as the share it spoils by itself."""
    kind, key = node
    weight = chain.coefficients
    if kind == "faulty":
        service = chain.services[key]
        if service.provider in chain.customers:
            return []
        inherited = [
            need_of(slot) * math.prod(k.impact * state.dissatisfied[k.id] for k in slot)
            for slot in chain.all_slots[key]
        ]
        return [*inherited, weight["morale_to_quality"] * state.morale_loss[service.provider]]
    if kind == "dissatisfied":
        service = chain.services[key]
        return [
            weight["weights.late"] * late.get(key, 0.0),
            weight["weights.faulty"] * state.faulty[key],
            weight["weights.unclear"] * unclear(service),
            weight["weights.repeated"] * (1 - service.fcr),
        ]
    if kind == "morale":
        inputs = [
            weight["input_to_morale"] * (s.need or 0.0) * state.dissatisfied[s.id]
            for s in chain.received_by(key)
        ]
        anger = [c.wears_on.get(key, 0.0) * state.customers[c.id] for c in chain.customers.values()]
        return [*inputs, *anger]
    shares = [(s.need or 0.0) * state.dissatisfied[s.id] for s in chain.received_by(key)]
    return [math.fsum(shares)]


def explained(suffered: list[float], kappa: float) -> float:
    """The share that at least one cause spoils."""
    return 1 - math.prod(1 - kappa * cause for cause in suffered)


def start(chain: Chain) -> State:
    """Nobody is dissatisfied."""
    services = dict.fromkeys(chain.services, 0.0)
    return State(
        services,
        services,
        dict.fromkeys(chain.departments, 0.0),
        dict.fromkeys(chain.customers, 0.0),
    )


def settle(
    chain: Chain,
    late: Mapping[str, float],
    *,
    today: State | None = None,
    feedback: bool = True,
    given: Calibration | None = None,
    held: Mapping[Node, float] | None = None,
    rounds: int = 100_000,
) -> State:
    """The fixed point reached from `today` (from nothing without it).

    Without `feedback` morale stays as it is in `today`; what is `held` stays what it is.
    """
    given = uncalibrated(chain) if given is None else given
    held = {} if held is None else held
    state = today if today is not None else start(chain)

    def value(kind: str, key: str, at: State) -> float:
        node = (kind, key)
        if node in held:
            return held[node]
        of_causes = explained(causes(chain, node, at, late), given.kappa.get(node, 1.0))
        return 1 - (1 - given.leak.get(node, 0.0)) * (1 - of_causes)

    for _ in range(rounds):
        faults = {key: value("faulty", key, state) for key in chain.services}
        at = State(faults, state.dissatisfied, state.morale_loss, state.customers)
        services = {key: value("dissatisfied", key, at) for key in chain.services}
        morale = state.morale_loss
        if feedback:
            morale = {key: value("morale", key, state) for key in chain.departments}
        customers = {key: value("customer", key, state) for key in chain.customers}
        new = State(faults, services, morale, customers)
        if _moved(new, state) <= 1e-15:
            return new
        state = new
    raise ValueError("dissatisfaction does not settle")


def observed(chain: Chain, answers: float = 100) -> dict[Node, float]:
    """What surveys saw fail; observed 0 and 1 are moved inside by what so many answers can tell."""
    figures: dict[Node, float | None] = {
        **{("faulty", key): s.quality for key, s in chain.services.items()},
        **{("dissatisfied", key): s.csat for key, s in chain.services.items()},
        **{("morale", key): d.esat for key, d in chain.departments.items()},
        **{("customer", key): c.csat for key, c in chain.customers.items()},
    }
    edges = {0.0: 0.5 / (answers + 1), 1.0: (answers + 0.5) / (answers + 1)}
    if chain.assumed:
        edges = {}
    return {
        node: 1 - edges.get(figure, figure)
        for node, figure in figures.items()
        if figure is not None
    }


def calibrate(chain: Chain, late: Mapping[str, float]) -> tuple[Calibration, State]:
    """Leaks and scales with which today's observations come back, and today's state."""
    seen = observed(chain)
    state = settle(chain, late, given=Calibration(), held=seen)
    leak, kappa = {}, {}
    for node, failure in seen.items():
        suffered = causes(chain, node, state, late)
        room = (1 - chain.coefficients["unexplained"]) * failure
        kappa[node] = 1.0
        if explained(suffered, 1.0) > room:
            kappa[node] = brentq(
                lambda k, c=suffered, r=room: explained(c, k) - r, 0, 1, xtol=1e-15
            )
        leak[node] = 1 - (1 - failure) / (1 - explained(suffered, kappa[node]))
    return Calibration(leak, kappa), state


def _moved(new: State, old: State) -> float:
    pairs = (
        (new.faulty, old.faulty),
        (new.dissatisfied, old.dissatisfied),
        (new.morale_loss, old.morale_loss),
        (new.customers, old.customers),
    )
    return max(abs(a[key] - b[key]) for a, b in pairs for key in a)


def linear(chain: Chain, late: Mapping[str, float], *, rounds: int = 100_000) -> dict[str, float]:
    """`x = b + A^T x` over departments and customers, by iteration from 0.

    `x` of a department is what its inputs let it down by; `b` the part of it
    that its providers make themselves (late, own fault, unclear, repeated), `A`
    what they pass on. External parties pass nothing on.
    """
    weight = chain.coefficients
    x = dict.fromkeys([*chain.departments, *chain.customers], 0.0)
    for _ in range(rounds):
        new = dict.fromkeys(x, 0.0)
        for key, service in chain.services.items():
            reach = service.need or 0.0
            if service.client in chain.departments:
                reach *= service.impact
            passed = x[service.provider] if service.provider in chain.departments else 0.0
            new[service.client] += reach * (
                weight["weights.late"] * late.get(key, 0.0)
                + weight["weights.faulty"] * (own_fault(service) + passed)
                + weight["weights.unclear"] * unclear(service)
                + weight["weights.repeated"] * (1 - service.fcr)
            )
        moved = max(abs(new[key] - x[key]) for key in x)
        x = new
        if moved <= 1e-15:
            return x
    raise ValueError("the linear model has no solution: spectral radius 1 or more")
