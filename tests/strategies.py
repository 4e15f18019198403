"""Hypothesis strategies: chains of every kind and with every field, and YAML that went wrong.

`chains()` draws a valid `ValueChain`: acyclic, cyclic, or cyclic and contracting (each client
needs its inputs in few enough jobs that every loop dies out). The pieces have strategies of their
own, in the form in which a person would write them.
"""

from __future__ import annotations

import string
import unicodedata
from typing import Any, Literal, get_args

from hypothesis import strategies as st

from valuechain import model
from valuechain.chain import ValueChain
from valuechain.fields import IMPACT_WORDS, LINK_WORDS
from valuechain.quantities import Period
from valuechain.schema.layout import as_number
from valuechain.schema.writer import to_yaml

Shape = Literal["acyclic", "cyclic", "contracting"]
SHAPES: tuple[Shape, ...] = get_args(Shape)

# --- words --------------------------------------------------------------------------------------

_SOME_LETTERS = (
    string.ascii_letters + "ñáüßøŁ" + "жЩ" + "αΩ" + "中文字" + "あア" + "عربي" + "עב" + "ไท"
)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def ids() -> st.SearchStrategy[str]:
    """A letter of any script first, then letters, digits, ``_`` and ``-``."""
    rest = st.text(_SOME_LETTERS + string.digits + "_-", max_size=6)
    awkward = st.sampled_from(["no", "on", "null", "y", "yes", "true", "e1", "sla", "serves", "a-"])
    return st.builds(str.__add__, st.sampled_from(_SOME_LETTERS), rest).map(_composed) | awkward


def names() -> st.SearchStrategy[str]:
    """Text for people: any printable character, and what YAML could take for something else."""
    awkward = st.sampled_from(
        [
            *(
                "no",
                "null",
                "~",
                "12",
                "1:30",
                "0,78",
                "2024-01-01",
                "- a",
                "a: b",
                "a #b",
                "#",
                "",
            ),
            *(
                "{a}",
                "[a]",
                "*a",
                "&a",
                "!a",
                "%a",
                "@a",
                "`a`",
                "'a'",
                '"a"',
                "a\nb\n",
                " a ",
                "|",
            ),
            *("🙂 café", "=1+1", "<b>", "a\u2028b", "\ufeff", "\u00a0", "日本語 😀", "عربي", "\\n"),
        ]
    )
    return st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20).map(
        _composed
    ) | awkward.map(_composed)


def texts() -> st.SearchStrategy[list[str]]:
    return st.lists(names(), max_size=3)


# --- quantities ---------------------------------------------------------------------------------


def shares(low: float = 0.0, high: float = 1.0) -> st.SearchStrategy[Any]:
    """A share, plain or as an estimate, as a number or in percent."""
    plain = st.floats(low, high, allow_subnormal=False)
    percent = st.integers(
        round(100 * low) + 1, max(round(100 * high) - 1, round(100 * low) + 1)
    ).map(lambda share: f"{share} %")
    return plain | percent | estimates(plain)


@st.composite
def estimates(draw: st.DrawFn, plain: st.SearchStrategy[Any], key: Any = None) -> dict[str, Any]:
    """``{base, low, high, n, source}`` around values of a strategy."""
    low, base, high = sorted((draw(plain), draw(plain), draw(plain)), key=key)
    estimate = {"base": base}
    if draw(st.booleans()):
        estimate |= {"low": low, "high": high}
    optional = {"n": st.integers(0, 500), "source": sources()}
    return estimate | draw(st.fixed_dictionaries({}, optional=optional))


def sources() -> st.SearchStrategy[str]:
    return st.sampled_from(["observed", "assumed"])


def amounts(low: float = 0.0, high: float = 1e6) -> st.SearchStrategy[Any]:
    plain = st.floats(low, high, allow_subnormal=False) | st.integers(int(low) + 1, int(high))
    return plain | estimates(plain)


def sizes() -> st.SearchStrategy[float]:
    """Sizes of durations, none of them whole days of 24 hours (they draw a warning)."""
    return (
        st.sampled_from([0.25, 0.5, 1.0, 1.125, 1.5, 2.0, 3.0, 5.0, 12.345, 20.0])
        | st.integers(1, 23).map(float)
        | st.floats(0.01, 23.5, allow_subnormal=False)
    )


UNITS = ("s", "min", "h", "d", "w", "mo", "y", "minutos", "horas", "días", "weeks", "meses", "año")


@st.composite
def durations(draw: st.DrawFn, unit: str | None = None) -> str:
    size = draw(sizes())
    return f"{as_number(size)} {unit or draw(st.sampled_from(UNITS))}"


def times() -> st.SearchStrategy[Any]:
    """A duration, or an estimate of one in a single unit."""
    return durations() | st.sampled_from(UNITS).flatmap(
        lambda unit: estimates(durations(unit), key=lambda text: float(text.split()[0]))
    )


@st.composite
def distributions(draw: st.DrawFn, sla: tuple[float, str] | None = None) -> dict[str, Any]:
    """A law in any of the forms a file knows; through the promise only where there is one."""
    unit = draw(st.sampled_from(UNITS))
    first, second, third = sorted(draw(st.lists(sizes(), min_size=3, max_size=3, unique=True)))

    def time(size: float) -> str:
        return f"{as_number(size)} {unit}"

    forms: list[dict[str, Any]] = [
        {"median": time(first), "p90": time(third)},
        {"min": time(first), "mode": time(second), "max": time(third)},
        {"mean": time(second), "sd": time(first)},
        {"mean": time(second)},
        {"samples": [time(first), time(third), time(third)]},
        {"dist": "weibull_min", "scale": time(second), "c": draw(st.floats(0.5, 5))},
        {"dist": "uniform", "loc": time(first), "scale": {"base": time(second), "n": 12}},
        {"dist": "expon", "scale": time(second)},
    ]
    if sla is not None:
        size, its_unit = sla
        on_time = draw(st.floats(0.6, 0.99))
        forms.append({"median": f"{as_number(size / 2)} {its_unit}", "on_time": on_time})
        forms.append({"median": f"{as_number(size * 2)} {its_unit}", "on_time": 1 - on_time})
    form = draw(st.sampled_from(forms))
    return form | {"shift": time(first)} if draw(st.integers(0, 4)) == 0 else form


# --- entries ------------------------------------------------------------------------------------


def _some(draw: st.DrawFn, **fields: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Some of the fields, with `for` spelt `for_`."""
    return draw(st.fixed_dictionaries({}, optional=fields))


def _word(literal: Any) -> st.SearchStrategy[str]:
    return st.sampled_from(get_args(literal))


def departments() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "name": names(),
            "kind": _word(model.DepartmentKind),
            "takes": durations() | distributions(),
            "staff": amounts(0.1, 50),
            "availability": shares(0.01),
            "esat": shares(),
            "turnover": shares(),
            "inputs": _word(model.Inputs),
            "cost_per_hour": amounts(),
            "needs": texts(),
            "gives": texts(),
            "source": sources(),
            "notes": names(),
            "tags": texts(),
        },
    )


@st.composite
def customers(draw: st.DrawFn, around: list[str], others: list[str]) -> dict[str, Any]:
    links = st.sampled_from(list(LINK_WORDS)) | shares()
    status = draw(st.sampled_from(["active", "potential", None]))
    customer = _some(
        draw,
        name=names(),
        kind=_word(model.CustomerKind),
        tier=names(),
        count=amounts(),
        revenue=amounts(),
        csat=shares(),
        nps=st.floats(-100, 100) | st.integers(-100, 100),
        choice=shares(),
        wears_on=st.dictionaries(st.sampled_from(around), links, max_size=2),
        recommends=st.dictionaries(st.sampled_from(others), links, max_size=2)
        if others
        else st.just({}),
        needs=texts(),
        source=sources(),
        notes=names(),
        tags=texts(),
        **({"win_rate": shares()} if status == "potential" else {"churn": shares()}),
    )
    return customer | ({"status": status} if status else {})


@st.composite
def services(
    draw: st.DrawFn, provider: str, client: str, *, to_customer: bool, staffed: bool
) -> dict[str, Any]:
    """A service without what depends on its neighbours: need, volume, for, alternatives."""
    service: dict[str, Any] = {"provider": provider, "client": client}
    sla = None
    if draw(st.booleans()):
        sla = draw(sizes()), draw(st.sampled_from(UNITS))
        service |= {"sla": f"{as_number(sla[0])} {sla[1]}"}
        service |= _some(draw, on_time=shares())
        service |= _some(draw, buffer=st.just("sla") | times())
    service |= _some(
        draw,
        name=names(),
        takes=times() | distributions(sla),
        expects=times(),
        buffer=durations(),
        if_late=_word(model.IfLate),
        peak=amounts(0.5, 9),
        fcr=shares(0.01),
        quality=shares(),
        clarity=shares(),
        target_quality=shares(),
        target_clarity=shares(),
        csat=shares(),
        channels=texts(),
        deliverable=_word(model.Deliverable),
        hours=texts(),
        languages=texts(),
        relationship=names(),
        source=sources(),
        notes=names(),
        tags=texts(),
    )
    takes = service.get("takes")
    if isinstance(takes, dict) and "on_time" in takes:
        service.pop("on_time", None)  # one of the two
    if not to_customer and draw(st.booleans()):
        service["impact"] = draw(st.sampled_from(list(IMPACT_WORDS)) | shares())
    if staffed and "takes" not in service and draw(st.booleans()):
        service["work"] = draw(durations() | distributions())
    return service


# --- chains -------------------------------------------------------------------------------------


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
    chain: dict[str, Any] = {
        "departments": units,
        "customers": parties,
        "services": given,
        "currency": draw(st.sampled_from(["EUR", "USD", "€", "no"])),
        "scenarios": draw(st.dictionaries(ids(), _changes(units, given), max_size=2)),
        "interventions": draw(_interventions(units, given)),
    }
    chain |= _some(
        draw,
        name=names(),
        notes=names(),
        tags=texts(),
        source=sources(),
        period=_word(Period),
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
            service |= _some(draw, volume=amounts())


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
    return kept | _some(draw, name=names(), notes=names())


@st.composite
def _interventions(
    draw: st.DrawFn, units: dict[str, Any], given: list[dict[str, Any]]
) -> dict[str, Any]:
    every = draw(st.lists(ids(), max_size=3, unique=True))
    interventions = {}
    for number, any_id in enumerate(every):
        others = every[:number]
        named = st.lists(st.sampled_from(others), max_size=1) if others else st.just([])
        interventions[any_id] = draw(_changes(units, given)) | _some(
            draw,
            kind=_word(model.InterventionKind),
            cost=amounts(),
            cost_per_year=amounts(),
            starts=st.integers(0, 9),
            ramp=st.floats(0, 9),
            decay=st.floats(0.5, 30),
            **{draw(st.sampled_from(["excludes", "requires"])): named},
        )
    return interventions


# --- YAML that went wrong -----------------------------------------------------------------------

_SPLINTERS = [
    *("{", "}", "[", "]", ":", ": ", "- ", ",", "#", "&a ", "*a", "!!x ", "|", ">", "'", '"', "\t"),
    *(
        "<<: ",
        "? ",
        "---",
        "...",
        "%",
        "@",
        "\n",
        "\r",
        " ",
        "~",
        "null",
        "0,78",
        "900.000",
        "1:30",
    ),
    *(
        "-1",
        ".nan",
        "1e999",
        "serves",
        "sla",
        "takes",
        "departments",
        "\u2028",
        "\ufeff",
        "\x07",
        "é",
    ),
]


@st.composite
def broken_yaml(draw: st.DrawFn) -> str:
    """The YAML of a chain with a few splinters in it, lines moved, or its end cut off."""
    text = to_yaml(draw(chains(max_departments=3)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            text = text[:at]
        elif kind == 1:
            text = text[:at] + text[at + draw(st.integers(1, 9)) :]
        elif kind == 2:
            lines = text.split("\n")
            line = draw(st.integers(0, len(lines) - 1))
            text = "\n".join([*lines[line:], *lines[:line]])
        elif kind == 3:
            lines = text.split("\n")
            line = draw(st.integers(0, len(lines) - 1))
            lines[line] = draw(st.sampled_from(["  ", " ", ""])) + lines[line].strip()
            text = "\n".join(lines)
        else:
            text = text[:at] + draw(st.sampled_from(_SPLINTERS)) + text[at:]
    return text
