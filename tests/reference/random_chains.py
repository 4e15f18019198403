"""Random chains from a seed, as the tree that a YAML file holds.

Three shapes: `acyclic`; `contracting` (circles whose needs have a spectral
radius below 1); `buffered` (a circle in which everything is always needed and
only a head start keeps it moving).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import yaml

from tests.reference.chain import Chain, need_of, read_chain
from tests.reference.expected import expected_arrivals

Shape = Literal["acyclic", "contracting", "buffered"]
Document = dict[str, Any]
NAMES = ("ventas", "diseño", "almacén", "it", "finanzas", "法務", "compras", "kundendienst", "hr")
LARGEST_RADIUS = 0.75


def document(seed: int, shape: Shape) -> Document:
    """A valid chain of 3..9 departments and 1..3 customers; equal seeds, equal chains."""
    for attempt in range(200):
        rng = random.Random(f"{shape} {seed} {attempt}")
        tree = _Builder(rng, shape).build()
        chain = read_chain(tree)
        circular = any(chain.component.values())
        if circular != (shape != "acyclic"):
            continue
        if shape == "contracting" and _whole_radius(chain) > LARGEST_RADIUS:
            continue
        _set_promises(tree, rng, shape)
        _add_surveys(tree, random.Random(f"surveys {shape} {seed}"))
        tree["source"] = "assumed" if seed % 3 == 0 else "observed"
        return tree
    raise AssertionError("no such chain in 200 attempts")


def _add_surveys(tree: Document, rng: random.Random) -> None:
    """How satisfied some clients, staff and customers said they are; some of it without room."""

    def maybe(entry: dict[str, Any], name: str) -> None:
        if rng.random() < 0.35:
            entry[name] = rng.choice([0, 1, *(round(rng.uniform(0.1, 0.99), 2) for _ in range(6))])

    for department in tree["departments"].values():
        maybe(department, "esat")
        for given in department.get("serves", {}).values():
            for spec in given if isinstance(given, list) else [given]:
                maybe(spec, "csat")
    for customer in tree["customers"].values():
        maybe(customer, "csat")


def text(tree: Document) -> str:
    """The tree as YAML."""
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


def _whole_radius(chain: Chain) -> float:
    """Spectral radius of needs, every member of a group counted: how fast jobs branch."""
    keys = sorted(chain.services)
    matrix = np.zeros((len(keys), len(keys)))
    for column, key in enumerate(keys):
        for slot in chain.waiting_slots[key]:
            for member in slot:
                matrix[keys.index(member.id), column] = need_of(slot)
    return float(max(abs(np.linalg.eigvals(matrix))))


class _Builder:
    """Grows one chain; what it draws depends on `rng` alone."""

    def __init__(self, rng: random.Random, shape: Shape) -> None:
        self.rng = rng
        self.shape = shape
        self.departments: dict[str, dict[str, Any]] = {}
        self.customers: dict[str, dict[str, Any]] = {}

    def chance(self, share: float) -> bool:
        """True in this share of the draws."""
        return self.rng.random() < share

    def build(self) -> Document:
        """The tree, still without promises."""
        rng = self.rng
        names = list(NAMES[: rng.randint(3, len(NAMES))])
        rng.shuffle(names)
        self.departments = {name: {"serves": {}} for name in names}
        self.customers = {
            f"c{i}": {"wears_on": {rng.choice(names): rng.choice(["low", "medium", 0.3])}}
            if self.chance(0.6)
            else {}
            for i in range(rng.randint(1, 3))
        }
        for department in self.departments.values():
            if self.chance(0.3):
                department["takes"] = self.law()
            if self.chance(0.25):
                department["inputs"] = "in_sequence"
        if self.shape == "buffered":
            self.buffered_circle(names[: rng.randint(2, 3)])
        self.forward(names)
        if self.shape == "contracting":
            self.backward(names)
        self.to_customers(names)
        self.alternatives(names)
        self.supplier(names)
        self.uses(names)
        return {
            "valuechain": 1,
            "name": f"random {self.shape}",
            "source": "assumed",
            "departments": self.departments,
            "customers": self.customers,
        }

    def hours(self, low: float = 0.5, high: float = 12) -> str:
        """A duration, in hours, minutes or days."""
        value = self.rng.uniform(low, high)
        form = self.rng.randrange(3)
        if form == 0:
            return f"{round(value * 60)} min"
        return f"{value / 8:.4f} d" if form == 1 else f"{value:.2f} h"

    def law(self) -> str | dict[str, Any]:
        """Any of the ways to say how long something takes."""
        rng = self.rng
        base = rng.uniform(0.5, 8)

        def h(factor: float) -> str:
            return f"{base * factor:.2f} h"

        ways: list[str | dict[str, Any]] = [
            self.hours(),
            {"median": h(1), "p90": h(rng.uniform(1.5, 3))},
            {"min": h(0.5), "mode": h(1), "max": h(rng.uniform(1.5, 4))},
            {"mean": h(1), "sd": h(rng.uniform(0.3, 1.2))},
            {"mean": h(1)},
            {"samples": [self.hours() for _ in range(rng.randint(2, 5))]},
            {"dist": "norm", "loc": h(1), "scale": h(0.2)},
            {"dist": "uniform", "loc": h(0.5), "scale": h(1)},
            {"dist": "weibull_min", "c": 1.5, "scale": h(1)},
        ]
        return rng.choice(ways)

    def service(self, *, need: tuple[float, float] = (0.2, 1.0)) -> dict[str, Any]:
        """A service to a department; each field is there or not."""
        rng = self.rng
        spec: dict[str, Any] = {}
        if self.chance(0.85):
            spec["takes"] = self.law()
        if self.chance(0.6) or need[1] < 1:
            spec["need"] = round(rng.uniform(*need), 2)
        if self.chance(0.3):
            spec["fcr"] = f"{rng.randint(60, 95)} %"
        if self.chance(0.25):
            spec["buffer"] = self.hours(0.5, 5)
        if self.chance(0.2):
            spec["if_late"] = "goes_on"
        elif self.chance(0.1):
            spec["deliverable"] = "support"
        if self.chance(0.5):
            spec["impact"] = rng.choice(["low", "medium", "high", "decisive", 0.45])
        self.opinions(spec)
        return spec

    def opinions(self, spec: dict[str, Any]) -> None:
        """Observed quality and clarity."""
        for name in ("quality", "clarity"):
            if self.chance(0.5):
                spec[name] = round(self.rng.uniform(0.7, 1.0), 2)

    def link(self, provider: str, client: str, spec: dict[str, Any]) -> None:
        """Put a service between two departments unless there is one."""
        self.departments[provider]["serves"].setdefault(client, spec)

    def forward(self, names: list[str]) -> None:
        """Services from earlier to later departments."""
        for i, provider in enumerate(names[:-1]):
            later = names[i + 1 :]
            for client in self.rng.sample(later, min(len(later), self.rng.choice([1, 1, 2]))):
                self.link(provider, client, self.service())

    def backward(self, names: list[str]) -> None:
        """Services from later to earlier departments, seldom needed."""
        for _ in range(self.rng.randint(1, 3)):
            i, j = sorted(self.rng.sample(range(len(names)), 2))
            self.link(names[j], names[i], self.service(need=(0.1, 0.5)))

    def buffered_circle(self, names: list[str]) -> None:
        """A circle of exponential times that a head start keeps moving."""
        mean = self.rng.uniform(0.5, 2)
        slack = mean * len(names) * self.rng.uniform(1.6, 2.5)
        for i, provider in enumerate(names):
            self.departments[provider].pop("takes", None)
            spec: dict[str, Any] = {"takes": {"mean": f"{mean:.2f} h"}}
            if i == 0:
                spec["buffer"] = f"{slack:.2f} h"
            self.link(provider, names[(i + 1) % len(names)], spec)

    def to_customers(self, names: list[str]) -> None:
        """One or two services to every customer; the last department always serves."""
        rng = self.rng
        measured = self.chance(0.5)
        for customer in self.customers:
            providers = {names[-1], rng.choice(names)} if self.chance(0.6) else {names[-1]}
            for provider in sorted(providers):
                specs = []
                for key in ("a", "b")[: rng.choice([1, 2])]:
                    spec: dict[str, Any] = {"key": key, "takes": self.law()}
                    if measured:
                        spec["volume"] = rng.randint(5, 200)
                    if self.chance(0.3):
                        spec["fcr"] = round(rng.uniform(0.6, 1), 2)
                    self.opinions(spec)
                    specs.append(spec)
                self.departments[provider]["serves"][customer] = specs
        if measured and self.shape == "acyclic":
            for department in self.departments.values():
                for client, spec in department["serves"].items():
                    if client in self.departments and "need" not in spec and self.chance(0.4):
                        spec["volume"] = rng.randint(5, 200)

    def alternatives(self, names: list[str]) -> None:
        """Two providers of one client become alternatives: one need, one way to be late."""
        for client in names:
            specs = [
                self.departments[p]["serves"][client]
                for p in names
                if client in self.departments[p]["serves"]
            ]
            if len(specs) >= 2 and self.chance(0.5):
                need = min(spec.get("need", 1.0) for spec in specs[:2])
                for spec in specs[:2]:
                    spec.pop("if_late", None)
                    spec.pop("deliverable", None)
                    spec.pop("volume", None)
                    spec.update(alternatives="either", need=need)

    def supplier(self, names: list[str]) -> None:
        """Sometimes an external party provides."""
        if self.chance(0.4):
            self.customers["supplier"] = {
                "kind": "supplier",
                "serves": {self.rng.choice(names): self.service()},
            }

    def uses(self, names: list[str]) -> None:
        """Sometimes an input is for some of its client's services only."""
        parties = [*self.departments.values(), *self.customers.values()]
        for client in names:
            served = list(self.departments[client]["serves"])
            if len(served) < 2:
                continue
            for party in parties:
                spec = party.get("serves", {}).get(client)
                if spec and "alternatives" not in spec and self.chance(0.3):
                    spec["for"] = self.rng.sample(served, self.rng.randint(1, len(served) - 1))


def _specs(tree: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for group in ("departments", "customers"):
        for provider, party in tree[group].items():
            for client, given in party.get("serves", {}).items():
                for spec in given if isinstance(given, list) else [given]:
                    key = f":{spec['key']}" if "key" in spec else ""
                    yield client, f"{provider}>{client}{key}", spec


def _set_promises(tree: Document, rng: random.Random, shape: Shape) -> None:
    """Promises near what is to be expected, so that some are kept and some are not."""
    usual = expected_arrivals(read_chain(tree)) if shape != "buffered" else {}
    for client, key, spec in _specs(tree):
        to_customer = client in tree["customers"]
        if not to_customer and rng.random() < 0.4:
            continue
        hours = max(0.25, usual.get(key, 6.0) * rng.uniform(0.6, 1.7))
        spec["sla"] = f"{hours:.2f} h"
        if rng.random() < 0.2:
            spec["expects"] = f"{hours * rng.uniform(0.8, 1.3):.2f} h"
        takes = spec.get("takes")
        if takes is None and rng.random() < 0.3:
            spec["on_time"] = round(rng.uniform(0.5, 0.95), 2)
        elif isinstance(takes, str) and rng.random() < 0.3:
            spec["takes"] = {"median": f"{hours * 0.6:.2f} h"}
            spec["on_time"] = round(rng.uniform(0.6, 0.95), 2)
        elif not to_customer and "buffer" not in spec and rng.random() < 0.1:
            spec["buffer"] = "sla"
