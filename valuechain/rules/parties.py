"""Who is there: departments, customers, and who serves whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from valuechain.chain import ValueChain
from valuechain.errors import Issue, NearMisses, Text, as_found, shown


def empty_chain(chain: ValueChain) -> Iterator[Issue]:
    """A chain needs a department and a service."""
    if not chain.departments:
        yield Issue(
            ("departments",),
            Text("no departments", "ningún departamento"),
            Text("at least one department", "al menos un departamento"),
            Text("declare who serves whom", "declare quién sirve a quién"),
        )
    elif not chain.services:
        yield Issue(
            ("departments",),
            Text("nobody serves anybody", "nadie sirve a nadie"),
            Text("at least one service", "al menos un servicio"),
            Text("add serves to a department", "añada serves a un departamento"),
        )


def shared_ids(chain: ValueChain) -> Iterator[Issue]:
    """Departments and customers share one namespace."""
    for any_id in chain.customers:
        if any_id in chain.departments:
            yield Issue(
                ("customers", any_id),
                Text(
                    f"{shown(any_id)} is a department, too",
                    f"{shown(any_id)} también es un departamento",
                ),
                Text("an id of its own", "un identificador propio"),
            )


def unknown_parties(chain: ValueChain) -> Iterator[Issue]:
    """Who provides and who receives must be declared."""
    known = {*chain.departments, *chain.customers}
    hint = NearMisses(known)
    for service in chain.services:
        for role in ("provider", "client"):
            any_id = getattr(service, role)
            if any_id not in known:
                yield Issue(
                    ("services", service.id, role),
                    Text(
                        f"unknown department or customer {shown(any_id)}",
                        f"departamento o cliente desconocido {shown(any_id)}",
                    ),
                    Text(
                        "an id under departments or customers",
                        "un identificador de departments o customers",
                    ),
                    hint(any_id),
                )


def self_service(chain: ValueChain) -> Iterator[Issue]:
    """Nobody is its own customer."""
    for service in chain.services:
        if service.provider == service.client:
            yield Issue(
                ("services", service.id),
                Text("it serves itself", "se sirve a sí mismo"),
                Text("another client", "otro cliente"),
            )


def external_to_external(chain: ValueChain) -> Iterator[Issue]:
    """A service between two external parties is outside the organisation."""
    for service in chain.services:
        if service.provider in chain.customers and service.client in chain.customers:
            yield Issue(
                ("services", service.id),
                Text("from one external party to another", "de un tercero externo a otro"),
                Text("a department on one side at least", "un departamento al menos en un lado"),
            )


def repeated_services(chain: ValueChain) -> Iterator[Issue]:
    """Services of one pair need different keys once there are two."""
    pairs: dict[tuple[str, str], list[str | None]] = defaultdict(list)
    for service in chain.services:
        pairs[service.provider, service.client].append(service.key)
    for (provider, client), keys in pairs.items():
        if len(keys) > 1 and (None in keys or len(set(keys)) < len(keys)):
            yield Issue(
                ("services", f"{provider}>{client}"),
                Text(
                    f"{len(keys)} services with keys {', '.join(key or '(none)' for key in keys)}",
                    f"{len(keys)} servicios con claves "
                    f"{', '.join(key or '(ninguna)' for key in keys)}",
                ),
                Text("a different key for each", "una clave (key) distinta para cada uno"),
                Text("such as {key: offer, name: ...}", "como {key: oferta, name: ...}"),
            )


def links_lead_somewhere(chain: ValueChain) -> Iterator[Issue]:
    """`wears_on` names departments, `recommends` other customers."""
    hints = {
        "wears_on": NearMisses(chain.departments, chain.names),
        "recommends": NearMisses(chain.customers, chain.names),
    }
    for any_id, customer in chain.customers.items():
        for field, links, known in (
            ("wears_on", customer.wears_on, chain.departments),
            ("recommends", customer.recommends, chain.customers),
        ):
            for other in links:
                if other not in known or other == any_id:
                    yield Issue(
                        ("customers", any_id, field, other),
                        as_found(other),
                        Text("a department", "un departamento")
                        if field == "wears_on"
                        else Text("another customer", "otro cliente"),
                        hints[field](other),
                    )


def customer_figures_fit(chain: ValueChain) -> Iterator[Issue]:
    """Figures that a kind of customer cannot have."""
    for any_id, customer in chain.customers.items():
        active = customer.status == "active"
        wrong = [("win_rate", active), ("churn", not active)]
        for field, contradicts in wrong:
            if contradicts and getattr(customer, field) is not None:
                yield Issue(
                    ("customers", any_id, field),
                    Text(f"{field} with status: {customer.status}",
                         f"{field} con status: {customer.status}"),
                    Text(
                        "win_rate with status: potential, churn with status: active",
                        "win_rate con status: potential, churn con status: active",
                    ),
                )  # fmt: skip
