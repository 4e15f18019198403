"""Dissatisfaction by going round the dictionaries until nothing moves.

Before calibration: `l = 1 - quality` (0 where not measured), other leaks 0, no
overload. `late` is given: where it comes from is not this module's business.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tests.reference.chain import Chain, Service, need_of


@dataclass(frozen=True)
class State:
    """Shares in 0..1: of services, departments and customers."""

    faulty: Mapping[str, float]
    dissatisfied: Mapping[str, float]
    morale_loss: Mapping[str, float]
    customers: Mapping[str, float]


def own_fault(service: Service) -> float:
    """`l_e = 1 - quality`."""
    return 0.0 if service.quality is None else 1 - service.quality


def unclear(service: Service) -> float:
    """`u_e = 1 - clarity`."""
    return 0.0 if service.clarity is None else 1 - service.clarity


def faulty(chain: Chain, service: Service, state: State) -> float:
    """`f_e`: own fault, disappointing inputs, morale."""
    fine = 1 - own_fault(service)
    if service.provider in chain.customers:
        return 1 - fine
    for slot in chain.all_slots[service.id]:
        passed_on = math.prod(k.impact * state.dissatisfied[k.id] for k in slot)
        fine *= 1 - need_of(slot) * passed_on
    fine *= 1 - chain.coefficients["morale_to_quality"] * state.morale_loss[service.provider]
    return 1 - fine


def dissatisfied(chain: Chain, service: Service, late: float, fault: float) -> float:
    """`s_e`: late, faulty, unclear, repeated, each with its weight."""
    weight = chain.coefficients
    return 1 - (
        (1 - weight["weights.late"] * late)
        * (1 - weight["weights.faulty"] * fault)
        * (1 - weight["weights.unclear"] * unclear(service))
        * (1 - weight["weights.repeated"] * (1 - service.fcr))
    )


def morale_loss(chain: Chain, department: str, state: State) -> float:
    """`m_i`: disappointing inputs one by one, angry customers."""
    well = 1.0
    for service in chain.received_by(department):
        share = (service.need or 0.0) * state.dissatisfied[service.id]
        well *= 1 - chain.coefficients["input_to_morale"] * share
    for customer in chain.customers.values():
        wears = customer.wears_on.get(department, 0.0)
        well *= 1 - wears * state.customers[customer.id]
    return 1 - well


def customer_dissatisfied(chain: Chain, customer: str, state: State) -> float:
    """`q_c`: the need-weighted mean over its services."""
    return math.fsum(
        (service.need or 0.0) * state.dissatisfied[service.id]
        for service in chain.received_by(customer)
    )


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
    rounds: int = 100_000,
) -> State:
    """The fixed point reached from `today` (from nothing without it).

    Without `feedback` morale stays as it is in `today`.
    """
    state = today if today is not None else start(chain)
    for _ in range(rounds):
        faults = {key: faulty(chain, s, state) for key, s in chain.services.items()}
        services = {
            key: dissatisfied(chain, s, late.get(key, 0.0), faults[key])
            for key, s in chain.services.items()
        }
        morale = state.morale_loss
        if feedback:
            morale = {key: morale_loss(chain, key, state) for key in chain.departments}
        customers = {key: customer_dissatisfied(chain, key, state) for key in chain.customers}
        new = State(faults, services, morale, customers)
        if _moved(new, state) <= 1e-15:
            return new
        state = new
    raise ValueError("dissatisfaction does not settle")


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
