"""Rules that span several fields or several objects, one small function each.

They hold for chains from files and from Python alike. Each yields issues with
paths in the model's coordinates: services by their id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from valuechain.chain import ValueChain
from valuechain.errors import Issue, PathKey, Refused, Text, as_found, did_you_mean, shown
from valuechain.model import Service
from valuechain.quantities import Distribution, Duration, Estimate, base_of
from valuechain.quantities.laws import to_law

Rule = Callable[[ValueChain], Iterator[Issue]]
NEED_TOLERANCE = 1e-9


def check(chain: ValueChain) -> list[Issue]:
    """Return every issue of a chain, errors and warnings, in the order of the rules."""
    return [issue for rule in RULES for issue in rule(chain)]


def check_services(chain: ValueChain) -> list[Issue]:
    """Return the issues of what a change can touch, leaving scenarios and the like alone."""
    return [issue for rule in SERVICE_RULES for issue in rule(chain)]


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
                    did_you_mean(any_id, known),
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
                    f"{len(keys)} services with keys {', '.join(str(key or '-') for key in keys)}",
                    f"{len(keys)} servicios con claves "
                    f"{', '.join(str(key or '-') for key in keys)}",
                ),
                Text("a different key for each", "una clave (key) distinta para cada uno"),
            )


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


def laws_hold(chain: ValueChain) -> Iterator[Issue]:
    """Every own time is a law that can be drawn from."""
    seen: set[tuple[object, object]] = set()
    for service in chain.services:
        for field in ("takes", "work"):
            own = getattr(service, field)
            if isinstance(own, Distribution):
                sla = service.sla if "on_time" in own.numbers else None
                if (own, sla) not in seen:
                    seen.add((own, sla))
                    yield from _law_issue(chain, ("services", service.id, field), own, sla)
    for any_id, department in chain.departments.items():
        if isinstance(department.takes, Distribution):
            yield from _law_issue(chain, ("departments", any_id, "takes"), department.takes, None)


def _law_issue(
    chain: ValueChain,
    path: tuple[PathKey, ...],
    own: Distribution,
    sla: Duration | Estimate[Duration] | None,
) -> Iterator[Issue]:
    hours = None if sla is None else base_of(sla).hours(chain.calendar)
    try:
        to_law(own, chain.calendar, hours)
    except Refused as error:
        yield error.issue(path)


def two_names_for_one_share(chain: ValueChain) -> Iterator[Issue]:
    """`on_time` inside `takes` and on the service must not contradict each other."""
    for service in chain.services:
        own = service.takes
        if not isinstance(own, Distribution) or service.on_time is None:
            continue
        inner = own.numbers.get("on_time")
        if inner is not None and base_of(inner) != base_of(service.on_time):
            yield Issue(
                ("services", service.id, "on_time"),
                Text(
                    f"{base_of(service.on_time):g} here, {base_of(inner):g} in takes",
                    f"{base_of(service.on_time):g} aquí, {base_of(inner):g} en takes",
                ),
                Text("one of them", "uno de los dos"),
            )


def on_time_refers_to_something(chain: ValueChain) -> Iterator[Issue]:
    """`on_time` is measured against the sla, without one against what is expected."""
    for service in chain.services:
        if service.on_time is not None and service.sla is None and service.expects is None:
            yield Issue(
                ("services", service.id, "on_time"),
                Text("on_time without sla or expects", "on_time sin sla ni expects"),
                Text("an sla or expects beside it", "un sla o un expects al lado"),
            )


def work_within_takes(chain: ValueChain) -> Iterator[Issue]:
    """Hands-on time is part of the time it takes, and needs somebody to do it."""
    for service in chain.services:
        if service.work is None:
            continue
        department = chain.departments.get(service.provider)
        if department is not None and department.staff is None:
            yield Issue(
                ("services", service.id, "work"),
                Text(
                    f"work, and {service.provider} has no staff",
                    f"work, y {service.provider} no tiene staff",
                ),
                Text("staff on the department", "staff en el departamento"),
            )
        if service.takes is None:
            continue
        work, takes = (_mean_hours(chain, service, name) for name in ("work", "takes"))
        if work is not None and takes is not None and takes < work * (1 - 1e-9):
            yield Issue(
                ("services", service.id, "takes"),
                Text(
                    f"takes {takes:.4g} h, work {work:.4g} h on average",
                    f"takes {takes:.4g} h, work {work:.4g} h de media",
                ),
                Text("takes at least as long as work", "takes al menos tanto como work"),
            )


def _mean_hours(chain: ValueChain, service: Service, field: str) -> float | None:
    own = getattr(service, field)
    if not isinstance(own, Distribution):
        return float(base_of(own).hours(chain.calendar))
    from valuechain.quantities.laws import mean_hours

    sla = None if service.sla is None else base_of(service.sla).hours(chain.calendar)
    try:
        return mean_hours(to_law(own, chain.calendar, sla))
    except Refused:
        return None  # said by laws_hold


def money_has_a_currency(chain: ValueChain) -> Iterator[Issue]:
    """Money needs a declared currency."""
    if chain.currency:
        return
    money = (
        ("departments", chain.departments, ("cost_per_hour",)),
        ("customers", chain.customers, ("revenue",)),
        ("interventions", chain.interventions, ("cost", "cost_per_year")),
    )
    for room, entries, names in money:
        for any_id, entry in entries.items():
            for name in names:
                if getattr(entry, name) is not None:
                    yield Issue(
                        (room, any_id, name),
                        Text("money without a currency", "dinero sin moneda"),
                        Text("currency: EUR at the top", "currency: EUR al principio"),
                    )
                    return


def links_lead_somewhere(chain: ValueChain) -> Iterator[Issue]:
    """`wears_on` names departments, `recommends` other customers."""
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
                        did_you_mean(other, known),
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
                    Text(f"{field} on an {customer.status} customer",
                         f"{field} en un cliente {customer.status}"),
                    Text(
                        "win_rate with status: potential, churn with status: active",
                        "win_rate con status: potential, churn con status: active",
                    ),
                )  # fmt: skip


def delays_name_somebody(chain: ValueChain) -> Iterator[Issue]:
    """Delays name departments or services."""
    known = {*chain.departments, *chain.customers, *(s.id for s in chain.services)}
    rooms = [("scenarios", chain.scenarios), ("interventions", chain.interventions)]
    places: list[tuple[tuple[PathKey, ...], str]] = [(("delay",), name) for name in chain.delay]
    for room, entries in rooms:
        for any_id, entry in entries.items():
            places += [((room, any_id, "delay"), name) for name in entry.delay]
    for path, name in places:
        if name not in known:
            yield Issue(
                (*path, name),
                as_found(name),
                Text("a department or service id", "un departamento o un servicio"),
                did_you_mean(name, known),
            )


def changes_hold(chain: ValueChain) -> Iterator[Issue]:
    """Each scenario and intervention, alone on top of today, gives a chain that holds."""
    from valuechain.changes import issues_of

    for room, entries in (("scenarios", chain.scenarios), ("interventions", chain.interventions)):
        for any_id, entry in entries.items():
            for issue in issues_of(chain, entry):
                yield Issue((room, any_id, *issue.path), issue.found, issue.expected, issue.hint)


def interventions_name_each_other(chain: ValueChain) -> Iterator[Issue]:
    """`excludes` and `requires` name other interventions."""
    for any_id, entry in chain.interventions.items():
        for field in ("excludes", "requires"):
            for other in getattr(entry, field):
                if other not in chain.interventions or other == any_id:
                    yield Issue(
                        ("interventions", any_id, field),
                        as_found(other),
                        Text("another intervention", "otra intervención"),
                        did_you_mean(other, chain.interventions),
                    )
        both = set(entry.excludes) & set(entry.requires)
        if both:
            yield Issue(
                ("interventions", any_id, "requires"),
                Text(f"it excludes and requires {', '.join(sorted(both))}",
                     f"excluye y exige {', '.join(sorted(both))}"),
                Text("one of them", "uno de los dos"),
            )  # fmt: skip


def round_the_clock(chain: ValueChain) -> Iterator[Issue]:
    """24 h of working time are three days of eight hours: perhaps a day was meant."""
    day = chain.calendar.hours_per_day
    if day == 24:
        return
    for service in chain.services:
        for field in ("takes", "work", "sla", "expects", "buffer"):
            value = getattr(service, field)
            if isinstance(value, Distribution):
                times = [base_of(time) for time in value.times.values()]
            else:
                times = [base_of(value)] if value is not None else []
            for time in times:
                if isinstance(time, Duration) and time.unit == "h" and _whole_days(time.value):
                    days = f"{time.value / day:g}"
                    yield Issue(
                        ("services", service.id, field),
                        Text(
                            f"{time} of working time are {days} days",
                            f"{time} de trabajo son {days} días",
                        ),
                        Text("working time", "tiempo de trabajo"),
                        Text(
                            f"write {time.value / 24:g} d if you mean {time.value / 24:g} d",
                            f"escriba {time.value / 24:g} d si quiere decir {time.value / 24:g} d",
                        ),
                        severity="warning",
                    )


def _whole_days(hours: float) -> bool:
    return hours > 0 and hours % 24 == 0


SERVICE_RULES: tuple[Rule, ...] = (
    unknown_parties,
    self_service,
    external_to_external,
    repeated_services,
    outside_inputs,
    impact_on_customers,
    for_names_services,
    group_needs,
    needs_of_customers,
    buffer_needs_sla,
    laws_hold,
    two_names_for_one_share,
    on_time_refers_to_something,
    work_within_takes,
    money_has_a_currency,
    links_lead_somewhere,
    customer_figures_fit,
)
RULES: tuple[Rule, ...] = (
    empty_chain,
    shared_ids,
    *SERVICE_RULES,
    delays_name_somebody,
    interventions_name_each_other,
    changes_hold,
    round_the_clock,
)
