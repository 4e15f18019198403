"""Volumes: what is asked for should be asked for on somebody's behalf."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from valuechain.chain import ValueChain
from valuechain.errors import Issue, Text
from valuechain.model import Service
from valuechain.quantities import base_of


def volumes_serve_customers(chain: ValueChain) -> Iterator[Issue]:
    """A volume whose client serves nobody on the way to a customer is pulled by no customer."""
    declared = [
        (service, base_of(service.volume))
        for service in chain.services
        if service.volume is not None and service.client in chain.departments
    ]
    if not declared:
        return
    leading = _leading_to_customers(chain)
    given: dict[str, list[Service]] = defaultdict(list)
    for service in chain.services:
        given[service.provider].append(service)
    for service, volume in declared:
        names = set(service.for_)
        used = [s for s in given[service.client] if not names or names & {s.id, s.client, s.key}]
        if names and not used:
            continue  # said by for_names_services
        if volume > 0 and not any(s.client in leading for s in used):
            client = service.client
            yield Issue(
                ("services", service.id, "volume"),
                Text(
                    f"{volume:g} requests that no customer pulls: nothing {client} gives "
                    "leads to one",
                    f"{volume:g} peticiones de las que no tira ningún cliente: nada de lo que da "
                    f"{client} llega a uno",
                ),
                Text(
                    "volumes of services that lead to a customer",
                    "volúmenes de servicios que llevan a un cliente",
                ),
                Text(
                    f"declare whom {client} serves, or leave the volume out",
                    f"declare a quién sirve {client}, o quite el volumen",
                ),
                severity="warning",
            )


def _leading_to_customers(chain: ValueChain) -> set[str]:
    """Return customers, and departments whose services lead to one."""
    providers: dict[str, list[str]] = defaultdict(list)
    for service in chain.services:
        providers[service.client].append(service.provider)
    leading: set[str] = set(chain.customers)
    waiting = list(leading)
    while waiting:
        for provider in providers[waiting.pop()]:
            if provider not in leading and provider in chain.departments:
                leading.add(provider)
                waiting.append(provider)
    return leading
