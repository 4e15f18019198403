"""Valid chains of every shape and with every field.

`chains()` draws a valid `ValueChain`: acyclic, cyclic, or cyclic and contracting (each client
needs its inputs in few enough jobs that every loop dies out).
"""

from __future__ import annotations

from typing import Any, Literal, get_args

from hypothesis import strategies as st

from tests.strategies.entries import customers, departments, services, some_of, word_of
from tests.strategies.quantities import amounts, durations, shares, sources
from tests.strategies.words import ids, names, texts
from valuechain import model
from valuechain.chain import ValueChain
from valuechain.quantities import Period

Shape = Literal["acyclic", "cyclic", "contracting"]
SHAPES: tuple[Shape, ...] = get_args(Shape)


@st.composite
def chains(draw: st.DrawFn, shape: Shape | None = None, max_departments: int = 5) -> ValueChain:
    """A valid chain; `shape` as in `SHAPES`, any of them where it is not given."""
    shape = shape or draw(st.sampled_from(SHAPES))
    every = draw(st.lists(ids(), min_size=2, max_size=max_departments + 2, unique=True))
    size = draw(st.integers(1, min(len(every) - 1, max_departments)))
    inside, outside = every[:size], every[size:]
    units = {any_id: draw(departments()) for any_id in inside}
    parties = {
        any_id: draw(customers(inside, [other for other in outside if other != any_id]))
        for any_id in outside
    }
    links = _links(draw, shape, inside, outside)
    given = [
        draw(
            services(
                provider,
                client,
                to_customer=client in parties,
                staffed="staff" in units.get(provider, {}),
            )
        )
        for provider, client in links
    ]
    _tell_apart(draw, given)
    _share_out(draw, given, parties, shape)
    _join(draw, given, units)
    _leave_out_what_nobody_pulls(given, parties)
    chain: dict[str, Any] = {
        "departments": units,
        "customers": parties,
        "services": given,
        "currency": draw(st.sampled_from(["EUR", "USD", "€", "no"])),
        "scenarios": draw(st.dictionaries(ids(), _changes(units, given), max_size=2)),
        "interventions": draw(_interventions(units, given)),
    }
    chain |= some_of(
        draw,
        name=names(),
        notes=names(),
        tags=texts(),
        source=sources(),
        period=word_of(Period),
        calendar=calendars(),
        assumptions=assumptions(),
    )
    return ValueChain(**chain)


def calendars() -> st.SearchStrategy[dict[str, float]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "hours_per_day": st.sampled_from([4, 7.5, 8, 10]),
            "days_per_week": st.sampled_from([4, 5, 7]),
            "weeks_per_year": st.sampled_from([44, 52]),
        },
    )


def assumptions() -> st.SearchStrategy[dict[str, Any]]:
    own = [name for name in model.Assumptions.model_fields if name.split("_")[0] != "weights"]
    optional: dict[str, st.SearchStrategy[Any]] = {name: shares(0.01) for name in own}
    optional["detractor_score"] = st.floats(-1, 1)
    weights = {name: shares() for name in model.FailureWeights.model_fields}
    optional["weights"] = st.fixed_dictionaries({}, optional=weights)
    return st.fixed_dictionaries({}, optional=optional)


def _links(
    draw: st.DrawFn, shape: Shape, inside: list[str], outside: list[str]
) -> list[tuple[str, str]]:
    """Who serves whom: at least one service, to a customer; a pair may have two."""
    pairs = [
        (provider, client)
        for place, provider in enumerate(inside)
        for client in (inside[place + 1 :] if shape == "acyclic" else inside)
        if provider != client
    ]
    to_customers = [(provider, client) for provider in inside for client in outside]
    from_outside = [(provider, client) for provider in outside for client in inside]
    links = [draw(st.sampled_from(to_customers))]
    links += draw(st.lists(st.sampled_from(to_customers + from_outside), max_size=4))
    return links + (draw(st.lists(st.sampled_from(pairs), max_size=8)) if pairs else [])


def _tell_apart(draw: st.DrawFn, given: list[dict[str, Any]]) -> None:
    """Give each service of a pair a key, once there are two."""
    pairs: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for service in given:
        pairs.setdefault((service["provider"], service["client"]), []).append(service)
    for members in pairs.values():
        if len(members) > 1 or draw(st.booleans()):
            size = len(members)
            keys = draw(st.lists(ids(), min_size=size, max_size=size, unique=True))
            for service, key in zip(members, keys, strict=True):
                service["key"] = key


def _share_out(
    draw: st.DrawFn, given: list[dict[str, Any]], parties: dict[str, Any], shape: Shape
) -> None:
    """Set needs and volumes: of a customer on all its services or on none."""
    clients: dict[str, list[dict[str, Any]]] = {}
    for service in given:
        clients.setdefault(service["client"], []).append(service)
    for client, members in clients.items():
        if client in parties:
            field = draw(st.sampled_from(["need", "volume", None]))
            for service in members if field else ():
                service[field] = draw(shares(0.01) if field == "need" else amounts(1))
            continue
        for service in members:
            if shape == "contracting":
                service["need"] = draw(st.floats(0.0, 0.9 / len(members)))
            elif draw(st.booleans()):
                service["need"] = draw(shares())
            service |= some_of(draw, volume=amounts())


def _join(draw: st.DrawFn, given: list[dict[str, Any]], units: dict[str, Any]) -> None:
    """Name the services an input is for, and groups of alternatives."""
    for client in units:
        inputs = [service for service in given if service["client"] == client]
        own = [service for service in given if service["provider"] == client]
        names_of_own = sorted(
            {name for one in own for name in (one["client"], one.get("key"), _id(one)) if name}
        )
        for service in inputs:
            if names_of_own and draw(st.integers(0, 3)) == 0:
                some = st.lists(st.sampled_from(names_of_own), min_size=1, max_size=2)
                service["for"] = draw(some)
        if len(inputs) > 1 and draw(st.integers(0, 2)) == 0:
            group, first = draw(ids()), inputs[0]
            for service in inputs[:3]:
                service["alternatives"] = group
                for field in ("need", "for", "if_late", "deliverable"):
                    service.pop(field, None)
                    if field in first:
                        service[field] = first[field]


def _leave_out_what_nobody_pulls(given: list[dict[str, Any]], parties: dict[str, Any]) -> None:
    """Leave out volumes of services that lead to no customer (they draw a warning)."""
    leading: set[str] = set()
    for _ in given:
        leading |= {s["provider"] for s in given if s["client"] in {*parties, *leading}}
    for service in given:
        names = set(service.get("for", ()))
        used = [
            one
            for one in given
            if one["provider"] == service["client"]
            and (not names or names & {one["client"], one.get("key"), _id(one)})
        ]
        if service["client"] not in parties and not any(
            one["client"] in {*parties, *leading} for one in used
        ):
            service.pop("volume", None)


def _id(service: dict[str, Any]) -> str:
    pair = f"{service['provider']}>{service['client']}"
    return f"{pair}:{service['key']}" if "key" in service else pair


@st.composite
def _changes(draw: st.DrawFn, units: dict[str, Any], given: list[dict[str, Any]]) -> dict[str, Any]:
    """What a scenario changes: fields it may change, to values they may have."""
    change: dict[str, dict[str, Any]] = {"set": {}, "scale": {}, "add": {}, "delay": {}}
    service, unit = draw(st.sampled_from(given)), draw(st.sampled_from(sorted(units)))
    path = f"services.{_id(service)}"
    if draw(st.booleans()):
        change["set"] |= {f"{path}.quality": draw(shares())}
    if draw(st.booleans()):
        change["set"] |= {f"{path}.buffer": draw(durations())}
    if "takes" in service and draw(st.booleans()):
        change["scale"] |= {f"{path}.takes": draw(st.floats(0.1, 2))}
    if "staff" in units[unit] and draw(st.booleans()):
        change["add"] |= {f"departments.{unit}.staff": draw(st.integers(1, 5))}
    if draw(st.booleans()):
        change["delay"] |= {draw(st.sampled_from([unit, _id(service)])): draw(durations())}
    kept = {verb: fields for verb, fields in change.items() if fields or draw(st.booleans())}
    return kept | some_of(draw, name=names(), notes=names())


@st.composite
def _interventions(
    draw: st.DrawFn, units: dict[str, Any], given: list[dict[str, Any]]
) -> dict[str, Any]:
    every = draw(st.lists(ids(), max_size=3, unique=True))
    interventions = {}
    for number, any_id in enumerate(every):
        others = every[:number]
        named = st.lists(st.sampled_from(others), max_size=1) if others else st.just([])
        interventions[any_id] = draw(_changes(units, given)) | some_of(
            draw,
            kind=word_of(model.InterventionKind),
            cost=amounts(),
            cost_per_year=amounts(),
            starts=st.integers(0, 9),
            ramp=st.floats(0, 9),
            decay=st.floats(0.5, 30),
            **{draw(st.sampled_from(["excludes", "requires"])): named},
        )
    return interventions
