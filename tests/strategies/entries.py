"""Departments, customers and services, each by itself."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import strategies as st

from tests.strategies.quantities import (
    UNITS,
    amounts,
    distributions,
    durations,
    shares,
    sizes,
    sources,
    times,
)
from tests.strategies.words import names, texts
from valuechain import model
from valuechain.fields import IMPACT_WORDS, LINK_WORDS
from valuechain.schema.layout import as_number


def some_of(draw: st.DrawFn, **fields: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Some of the fields, with `for` spelt `for_`."""
    return draw(st.fixed_dictionaries({}, optional=fields))


def word_of(literal: Any) -> st.SearchStrategy[str]:
    return st.sampled_from(get_args(literal))


def departments() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "name": names(),
            "kind": word_of(model.DepartmentKind),
            "takes": durations() | distributions(),
            "staff": amounts(0.1, 50),
            "availability": shares(0.01),
            "esat": shares(),
            "turnover": shares(),
            "inputs": word_of(model.Inputs),
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
    customer = some_of(
        draw,
        name=names(),
        kind=word_of(model.CustomerKind),
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
        service |= some_of(draw, on_time=shares())
        service |= some_of(draw, buffer=st.just("sla") | times())
    service |= some_of(
        draw,
        name=names(),
        takes=times() | distributions(sla),
        expects=times(),
        buffer=durations(),
        if_late=word_of(model.IfLate),
        peak=amounts(0.5, 9),
        fcr=shares(0.01),
        quality=shares(),
        clarity=shares(),
        target_quality=shares(),
        target_clarity=shares(),
        csat=shares(),
        channels=texts(),
        deliverable=word_of(model.Deliverable),
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
