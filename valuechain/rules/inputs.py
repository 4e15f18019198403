"""What a client needs: shares, groups of alternatives, `for` and buffers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from valuechain.chain import ValueChain
from valuechain.errors import Issue, Text, as_found, did_you_mean
from valuechain.model import Service
from valuechain.quantities import base_of

NEED_TOLERANCE = 1e-9


def outside_inputs(chain: ValueChain) -> Iterator[Issue]:
    """What an external party delivers never waits: `for`, groups and buffers mean nothing there."""
    for service in chain.services:
        if service.client not in chain.customers:
            continue
        for field, given in (("for", service.for_), ("alternatives", service.alternatives)):
            if given:
                yield Issue(
                    ("services", service.id, field),
                    Text(
                        f"{field} on a service to an external party",
                        f"{field} en un servicio a un tercero externo",
                    ),
                    Text("services to departments only", "solo servicios a departamentos"),
                )


def impact_on_customers(chain: ValueChain) -> Iterator[Issue]:
    """Say that an impact on a service to an external party has no effect."""
    for service in chain.services:
        if service.client in chain.customers and "impact" in service.model_fields_set:
            yield Issue(
                ("services", service.id, "impact"),
                Text(
                    "impact has no effect on a service to an external party",
                    "impact no tiene efecto en un servicio a un tercero externo",
                ),
                Text("impact between departments", "impact entre departamentos"),
                Text("leave it out", "quítelo"),
                severity="warning",
            )


def for_names_services(chain: ValueChain) -> Iterator[Issue]:
    """`for` names services that the client itself gives."""
    given: dict[str, list[Service]] = defaultdict(list)
    for service in chain.services:
        given[service.provider].append(service)
    for service in chain.services:
        for name in service.for_:
            if service.client in chain.customers:
                continue
            names = {n for s in given[service.client] for n in (s.id, s.client, s.key) if n}
            if name not in names:
                listed = ", ".join(sorted(names)) or "-"
                yield Issue(
                    ("services", service.id, "for"),
                    as_found(name),
                    Text(
                        f"a service that {service.client} gives: {listed}",
                        f"un servicio que da {service.client}: {listed}",
                    ),
                    did_you_mean(name, names),
                )


def group_needs(chain: ValueChain) -> Iterator[Issue]:
    """Members of a group of alternatives declare one need and serve the same jobs."""
    groups: dict[tuple[str, str], list[Service]] = defaultdict(list)
    for service in chain.services:
        if service.alternatives and service.client in chain.departments:
            groups[service.client, service.alternatives].append(service)
    for (_, name), members in groups.items():
        needs = {None if s.need is None else base_of(s.need) for s in members}
        checks = (
            ("need", len(needs) > 1, "one need for all members", "un mismo need para todos"),
            (
                "for",
                len({frozenset(s.for_) for s in members}) > 1,
                "one for, the same for all members",
                "un mismo for para todos",
            ),
            (
                "if_late",
                len({s.waits for s in members}) > 1,
                "one if_late for all members",
                "un mismo if_late para todos",
            ),
        )
        for field, wrong, english, spanish in checks:
            if wrong:
                listed = ", ".join(s.id for s in members)
                yield Issue(
                    ("services", members[0].id, field),
                    Text(
                        f"members of {name} differ: {listed}",
                        f"los miembros de {name} difieren: {listed}",
                    ),
                    Text(english, spanish),
                )


def needs_of_customers(chain: ValueChain) -> Iterator[Issue]:
    """Shares of a customer's volume are declared for all its services or for none."""
    served: dict[str, list[Service]] = defaultdict(list)
    for service in chain.services:
        if service.client in chain.customers:
            served[service.client].append(service)
    for customer, services in served.items():
        for field in ("need", "volume"):
            declared = [s for s in services if getattr(s, field) is not None]
            if field == "volume" and any(s.need is not None for s in services):
                continue
            if 0 < len(declared) < len(services):
                missing = [s.id for s in services if getattr(s, field) is None]
                yield Issue(
                    ("services", missing[0], field),
                    Text(
                        f"{field} on some services to {customer} only",
                        f"{field} solo en algunos servicios a {customer}",
                    ),
                    Text(f"{field} on all of them or on none", f"{field} en todos o en ninguno"),
                    Text(f"missing: {', '.join(missing)}", f"faltan: {', '.join(missing)}"),
                )
            elif declared and sum(base_of(getattr(s, field)) for s in services) <= NEED_TOLERANCE:
                yield Issue(
                    ("services", services[0].id, field),
                    Text(f"{field} adds up to 0", f"{field} suma 0"),
                    Text("a sum above 0", "una suma mayor que 0"),
                )


def buffer_needs_sla(chain: ValueChain) -> Iterator[Issue]:
    """`buffer: sla` needs an sla."""
    for service in chain.services:
        if service.buffer == "sla" and service.sla is None:
            yield Issue(
                ("services", service.id, "buffer"),
                Text("buffer: sla without an sla", "buffer: sla sin sla"),
                Text("an sla beside it, or a time", "un sla al lado, o un tiempo"),
            )
