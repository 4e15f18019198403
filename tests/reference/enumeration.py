"""Exact distributions of small discrete acyclic chains, by trying every combination."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from tests.reference.chain import Chain, Service, Slot, need_of, slot_key
from tests.reference.delay import Job, Plan, Setting


@dataclass(frozen=True)
class GivenDraws:
    """Chances that are written down."""

    common_hours: Mapping[str, float]
    own_hours: Mapping[str, float]
    needs: Mapping[tuple[str, str], bool]

    def common(self, department: str) -> float:
        """Time common to a department's services, as given."""
        return self.common_hours[department]

    def own(self, service: Service) -> float:
        """Time of the one attempt, as given."""
        return self.own_hours[service.id]

    def needed(self, slot: Slot) -> bool:
        """Whether the input is needed, as given."""
        return self.needs[slot_key(slot[0])]

    def afresh(self) -> GivenDraws:
        """Refused: a cycle asks for ever more jobs."""
        raise ValueError("enumeration is for acyclic chains")


def _fraction(share: float) -> Fraction:
    return Fraction(str(share))


def every_job(
    chain: Chain, *, plan: Plan | None = None, on_plan: frozenset[str] = frozenset()
) -> Iterator[tuple[Fraction, Job]]:
    """Every combination of needs and own times, with its exact probability."""
    if any(service.fcr != 1 for service in chain.services.values()):
        raise ValueError("rework has no end to enumerate")
    departments, services = sorted(chain.departments), sorted(chain.services)
    slots = {slot_key(s[0]): s for inputs in chain.waiting_slots.values() for s in inputs}
    slot_keys = sorted(slots)
    laws = [chain.departments[key].common for key in departments]
    laws += [chain.services[key].own for key in services]
    if not all(law.atoms for law in laws):
        raise ValueError("only discrete laws can be enumerated")
    chances = [
        [(value, odds) for value, odds in ((True, need), (False, 1 - need)) if odds]
        for need in (_fraction(need_of(slots[key])) for key in slot_keys)
    ]
    setting = Setting(chain, plan=plan, on_plan=on_plan)
    for times in itertools.product(*(law.atoms for law in laws)):
        for needs in itertools.product(*chances):
            odds = Fraction(1)
            for _, chance in (*times, *needs):
                odds *= chance
            hours = [value for value, _ in times]
            draws = GivenDraws(
                dict(zip(departments, hours[: len(departments)], strict=True)),
                dict(zip(services, hours[len(departments) :], strict=True)),
                {key: value for key, (value, _) in zip(slot_keys, needs, strict=True)},
            )
            yield odds, Job(setting, draws, {})


def exact_arrivals(chain: Chain) -> dict[str, dict[float, Fraction]]:
    """By service, the values of its arrival in hours and their exact probabilities."""
    laws: dict[str, dict[float, Fraction]] = {key: {} for key in sorted(chain.services)}
    for odds, job in every_job(chain):
        for key, law in laws.items():
            hours = job.arrival(key).hours
            law[hours] = law.get(hours, Fraction(0)) + odds
    return laws


def exact_mean(law: Mapping[float, Fraction]) -> float:
    """Mean of a discrete law."""
    return float(sum(Fraction(value) * odds for value, odds in law.items()))
