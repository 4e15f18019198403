"""Expected mode: inputs by their means, the maximum over which are needed exactly.

The exact expectation is a sum over all subsets of inputs that a job may need,
so the short formula of the engine is not used here.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping

from tests.reference.chain import Chain, Service, need_of


def own_mean(chain: Chain, service: Service) -> float:
    """`E O_e`: common time, `1 / fcr` attempts on average, shock."""
    common = 0.0
    if service.provider in chain.departments:
        common = chain.departments[service.provider].common.mean
    return common + service.own.mean / service.fcr + service.shock


def expected_ready(chain: Chain, service: Service, arrivals: Mapping[str, float]) -> float:
    """Expected readiness over every subset of inputs that the job may need."""
    slots = chain.waiting_slots[service.id]
    values = [min(max(0.0, arrivals[s.id] - s.buffer) for s in slot) for slot in slots]
    needs = [need_of(slot) for slot in slots]
    department = chain.departments.get(service.provider)
    in_sequence = department is not None and department.in_sequence
    total = 0.0
    for chosen in itertools.product((True, False), repeat=len(slots)):
        odds = math.prod(w if taken else 1 - w for w, taken in zip(needs, chosen, strict=True))
        waits = [value for value, taken in zip(values, chosen, strict=True) if taken]
        total += odds * (math.fsum(waits) if in_sequence else max(waits, default=0.0))
    return total


def expected_arrivals(
    chain: Chain, *, rounds: int = 100_000, tolerance: float = 1e-13
) -> dict[str, float]:
    """Mean arrivals in hours, from 0 upwards until nothing moves any more."""
    own = {key: own_mean(chain, service) for key, service in chain.services.items()}
    arrivals = dict.fromkeys(chain.services, 0.0)
    for _ in range(rounds):
        new = {
            key: expected_ready(chain, service, arrivals) + own[key]
            for key, service in chain.services.items()
        }
        moved = max(abs(new[key] - arrivals[key]) / (1 + new[key]) for key in new)
        arrivals = new
        if moved <= tolerance:
            return arrivals
    raise ValueError("expected arrivals do not settle")
