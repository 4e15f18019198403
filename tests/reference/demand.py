"""Demand by plain iteration, and the needs that follow from it.

`volume_e` is declared, else `need_e * J`, `J` the volume of the client's
services that the input is for. What flows to a customer has the volume that
is declared, else none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from tests.reference.chain import Chain, Service

DIVERGED = 1e30


def pulled_by(chain: Chain, needed: Service) -> list[str]:
    """Ids of the client's services that the input is for."""
    if needed.client in chain.customers:
        return []
    return [s.id for s in chain.given_by(needed.client) if chain.is_for(needed, s)]


def solve_volumes(chain: Chain, *, rounds: int = 5_000) -> dict[str, float]:
    """Requests per period of every service; infinite where a loop diverges."""
    pulls = {key: pulled_by(chain, service) for key, service in chain.services.items()}
    start = {key: service.volume or 0.0 for key, service in chain.services.items()}
    volume = _iterate(chain, pulls, start, rounds)
    # a loop of radius 1 grows in a straight line, never blowing up: what doubles with
    # the rounds is unsolved
    later = _iterate(chain, pulls, volume, rounds)
    return {k: math.inf if _gap(later[k], volume[k]) > 0.1 else later[k] for k in volume}


def _iterate(
    chain: Chain, pulls: Mapping[str, list[str]], volume: dict[str, float], rounds: int
) -> dict[str, float]:
    for _ in range(rounds):
        new: dict[str, float] = {}
        for key, service in chain.services.items():
            if service.volume is not None:
                new[key] = service.volume
                continue
            need = 1.0 if service.need is None else service.need
            total = math.fsum(volume[other] for other in pulls[key]) if need > 0 else 0.0
            new[key] = math.inf if need * total > DIVERGED else need * total
        if all(_gap(new[key], volume[key]) <= 1e-15 for key in new):
            return new
        volume = new
    return volume


def _gap(new: float, old: float) -> float:
    if new == old:
        return 0.0
    return abs(new - old) / max(abs(new), abs(old))


def attempts(chain: Chain, volume: Mapping[str, float]) -> dict[str, float]:
    """Attempts per period: `volume / fcr`."""
    return {key: volume[key] / chain.services[key].fcr for key in chain.services}


def with_default_needs(chain: Chain) -> Chain:
    """The chain with every need set; needs to a customer are shares that add up to 1."""
    volume = solve_volumes(chain)
    needs: dict[str, float] = {}
    for key, service in chain.services.items():
        if service.client in chain.customers:
            continue
        if service.need is not None:
            needs[key] = service.need
            continue
        jobs = sum(volume[other] for other in pulled_by(chain, service))
        known = service.volume is not None and 0 < jobs < math.inf
        needs[key] = min(1.0, (service.volume or 0.0) / jobs) if known else 1.0
    for customer in chain.customers:
        needs.update(_customer_shares(chain.received_by(customer)))
    services = {key: replace(s, need=needs[key]) for key, s in chain.services.items()}
    return replace(chain, services=services)


def _customer_shares(services: list[Service]) -> dict[str, float]:
    declared = [s.need for s in services if s.need is not None]
    volumes = [s.volume for s in services if s.volume is not None]
    if declared:
        if len(declared) != len(services):
            raise ValueError("needs to a customer: all or none")
        total = sum(declared)
        return {s.id: (s.need or 0.0) / total for s in services}
    if volumes:
        if len(volumes) != len(services):
            raise ValueError("volumes to a customer: all or none")
        total = sum(volumes)
        if total > 0:
            return {s.id: (s.volume or 0.0) / total for s in services}
    return {s.id: 1 / len(services) for s in services}
