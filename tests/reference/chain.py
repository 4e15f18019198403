"""A chain as plain objects in hours, and who waits for whom."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.reference.laws import Calendar, Law, constant, number, read_law

IMPACT = {"low": 0.10, "medium": 0.30, "high": 0.60, "decisive": 0.90}
ANGER = {"low": 0.05, "medium": 0.10, "high": 0.20}
COEFFICIENTS = {
    "weights.late": 0.5,
    "weights.faulty": 0.6,
    "weights.unclear": 0.3,
    "weights.repeated": 0.2,
    "morale_to_quality": 0.10,
    "morale_to_time": 0.10,
    "input_to_morale": 0.10,
    "unexplained": 0.2,
}


@dataclass(frozen=True)
class Service:
    """What a provider gives to a client; times in hours, `None`: not declared."""

    id: str
    provider: str
    client: str
    key: str | None = None
    takes: Law | None = None
    sla: float | None = None
    expects: float | None = None
    buffer: float = 0.0
    need: float | None = None
    for_: tuple[str, ...] | None = None
    waits: bool = True
    group: str | None = None
    volume: float | None = None
    fcr: float = 1.0
    quality: float | None = None
    clarity: float | None = None
    csat: float | None = None
    target_quality: float = 1.0
    target_clarity: float = 1.0
    impact: float = IMPACT["medium"]
    shock: float = 0.0

    @property
    def own(self) -> Law:
        """The law of one attempt: nothing where nothing was measured."""
        return self.takes if self.takes is not None else constant(0.0)


@dataclass(frozen=True)
class Department:
    """A department: the time common to its services, and how it takes its inputs."""

    id: str
    takes: Law | None = None
    in_sequence: bool = False
    esat: float | None = None

    @property
    def common(self) -> Law:
        """The law of the time common to all its services, one draw a job."""
        return self.takes if self.takes is not None else constant(0.0)


@dataclass(frozen=True)
class Customer:
    """An external party: whom its anger wears on."""

    id: str
    wears_on: Mapping[str, float] = field(default_factory=dict)
    csat: float | None = None


Slot = tuple[Service, ...]  # one input of a service: a single service, or alternatives


@dataclass(frozen=True)
class Chain:
    """A chain; `cached_property` only, nothing changes after it is built."""

    departments: Mapping[str, Department]
    customers: Mapping[str, Customer]
    services: Mapping[str, Service]
    coefficients: Mapping[str, float] = field(default_factory=lambda: dict(COEFFICIENTS))
    assumed: bool = False  # nobody was asked: its surveys are what somebody thinks they would say

    def received_by(self, client: str) -> list[Service]:
        """Services that a client receives, by id."""
        return [s for _, s in sorted(self.services.items()) if s.client == client]

    def given_by(self, provider: str) -> list[Service]:
        """Services that a provider gives, by id."""
        return [s for _, s in sorted(self.services.items()) if s.provider == provider]

    @staticmethod
    def is_for(needed: Service, served: Service) -> bool:
        """Whether `served` uses `needed` (an input of the same department)."""
        names = needed.for_
        return names is None or bool({served.client, served.key, served.id} & set(names))

    def slots(self, served: Service, *, waiting: bool) -> list[Slot]:
        """Inputs of a service, alternatives together; `waiting`: only what it waits for."""
        if served.provider in self.customers:
            return []
        slots: dict[tuple[str, str], list[Service]] = {}
        for needed in self.received_by(served.provider):
            if self.is_for(needed, served) and (needed.waits or not waiting):
                slots.setdefault(slot_key(needed), []).append(needed)
        return [tuple(members) for _, members in sorted(slots.items())]

    @cached_property
    def waiting_slots(self) -> dict[str, list[Slot]]:
        """By service id, the inputs that it waits for."""
        return {key: self.slots(service, waiting=True) for key, service in self.services.items()}

    @cached_property
    def all_slots(self) -> dict[str, list[Slot]]:
        """By service id, all its inputs, those it goes on without included."""
        return {key: self.slots(service, waiting=False) for key, service in self.services.items()}

    @cached_property
    def component(self) -> dict[str, int]:
        """By service id, the number of its component; 0 for services on no cycle."""
        reach = {key: self._upstream(key) for key in self.services}
        number_of: dict[str, int] = dict.fromkeys(self.services, 0)
        for key in sorted(self.services):
            if key in reach[key] and not number_of[key]:
                mine = {other for other in reach[key] if key in reach[other]}
                label = max(number_of.values()) + 1
                number_of.update(dict.fromkeys(mine, label))
        return number_of

    def _upstream(self, key: str) -> set[str]:
        seen: set[str] = set()
        todo = [key]
        while todo:
            for slot in self.waiting_slots[todo.pop()]:
                for needed in slot:
                    if needed.id not in seen:
                        seen.add(needed.id)
                        todo.append(needed.id)
        return seen

    def inside(self, component: int) -> list[str]:
        """Ids of the services of a component."""
        return sorted(key for key, value in self.component.items() if value == component)


def slot_key(service: Service) -> tuple[str, str]:
    """What shares one need draw: the service alone, or its group at its client."""
    if service.group is None:
        return ("service", service.id)
    return (f"group at {service.client}", service.group)


def need_of(slot: Slot) -> float:
    """The one need of an input; members of a group share it."""
    needs = {service.need for service in slot}
    if len(needs) != 1 or None in needs:
        raise ValueError(f"an input with needs {needs}")
    (need,) = needs
    assert need is not None
    return need


def kindest_radius(chain: Chain, component: int) -> float:
    """Smallest spectral radius of needs with one member kept per alternatives group."""
    import numpy as np

    keys = chain.inside(component)
    groups: dict[tuple[str, str], set[str]] = {}
    for key in keys:
        for slot in chain.waiting_slots[key]:
            members = {service.id for service in slot}
            groups.setdefault(slot_key(slot[0]), set()).update(members)
    best = float("inf")
    for kept in itertools.product(*(sorted(members) for members in groups.values())):
        matrix = np.zeros((len(keys), len(keys)))
        for column, key in enumerate(keys):
            for slot in chain.waiting_slots[key]:
                for service in slot:
                    if service.id in kept and service.id in keys:
                        matrix[keys.index(service.id), column] = need_of(slot)
        best = min(best, float(max(abs(np.linalg.eigvals(matrix)))))
    return best


def _share_of_word(value: object, words: Mapping[str, float]) -> float:
    return words[value] if isinstance(value, str) and value in words else number(value)


def _read_service(
    provider: str, client: str, spec: Mapping[str, Any], calendar: Calendar
) -> Service:
    def hours(name: str) -> float | None:
        return None if spec.get(name) is None else calendar.hours(spec[name])

    def share(name: str) -> float | None:
        return None if spec.get(name) is None else number(spec[name])

    key = spec.get("key")
    sla, expects = hours("sla"), hours("expects")
    buffer = sla if spec.get("buffer") == "sla" else hours("buffer")
    usual = "goes_on" if spec.get("deliverable") == "support" else "waits"
    for_ = spec.get("for")
    one = 1.0
    return Service(
        id=f"{provider}>{client}" + (f":{key}" if key else ""),
        provider=provider,
        client=client,
        key=key,
        takes=read_law(spec.get("takes"), calendar, sla, share("on_time")),
        sla=sla,
        expects=sla if expects is None else expects,
        buffer=0.0 if buffer is None else buffer,
        need=share("need"),
        for_=None if for_ is None else tuple(for_),
        waits=spec.get("if_late", usual) == "waits",
        group=spec.get("alternatives"),
        volume=share("volume"),
        fcr=number(spec.get("fcr", one)),
        quality=share("quality"),
        clarity=share("clarity"),
        csat=share("csat"),
        target_quality=number(spec.get("target_quality", one)),
        target_clarity=number(spec.get("target_clarity", one)),
        impact=_share_of_word(spec.get("impact", "medium"), IMPACT),
    )


def _services(
    parties: Mapping[str, Mapping[str, Any]], calendar: Calendar
) -> Iterable[tuple[str, Service]]:
    for provider, party in parties.items():
        for client, given in (party.get("serves") or {}).items():
            specs = given if isinstance(given, list) else [given]
            for spec in specs:
                service = _read_service(provider, client, spec or {}, calendar)
                yield service.id, service


def read_chain(document: Mapping[str, Any]) -> Chain:
    """A chain from what a YAML file holds; default needs are set (see `demand`)."""
    from tests.reference.demand import with_default_needs

    calendar = Calendar(**(document.get("calendar") or {}))
    departments = {
        key: Department(
            key,
            read_law(spec.get("takes"), calendar),
            spec.get("inputs") == "in_sequence",
            None if spec.get("esat") is None else number(spec["esat"]),
        )
        for key, spec in ((k, v or {}) for k, v in document["departments"].items())
    }
    parties = {k: v or {} for k, v in (document.get("customers") or {}).items()}
    customers = {
        key: Customer(
            key,
            {d: _share_of_word(w, ANGER) for d, w in (spec.get("wears_on") or {}).items()},
            None if spec.get("csat") is None else number(spec["csat"]),
        )
        for key, spec in parties.items()
    }
    given = {**{k: v or {} for k, v in document["departments"].items()}, **parties}
    coefficients = dict(COEFFICIENTS)
    for name, value in (document.get("assumptions") or {}).items():
        if name == "weights":
            coefficients.update({f"weights.{kind}": number(w) for kind, w in value.items()})
        else:
            coefficients[name] = number(value)
    assumed = document.get("source") == "assumed"
    chain = Chain(departments, customers, dict(_services(given, calendar)), coefficients, assumed)
    return with_default_needs(chain)
