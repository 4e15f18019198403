"""From a chain to `ChainArrays`: fixed order, working hours, NaN for what is not measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from valuechain.chain import ValueChain
from valuechain.fields import IMPACT_WORDS, LINK_WORDS
from valuechain.model import Assumptions, Customer, Department, Service, number_of
from valuechain.network.arrays import (
    BoolArray,
    ChainArrays,
    Family,
    FloatArray,
    IntArray,
    Laws,
    Weights,
)
from valuechain.network.sources import source_of
from valuechain.quantities import (
    Calendar,
    Distribution,
    Estimate,
    base_of,
    share_and_answers,
)
from valuechain.quantities.laws import NO_TIME, Law, law_through_promise, to_law, with_on_time

NAN = float("nan")


def to_arrays(chain: ValueChain) -> ChainArrays:
    """Return the arrays of a chain with its changes in force.

    Parameters
    ----------
    chain : ValueChain
        As declared; changes on top are applied first.

    Returns
    -------
    ChainArrays
        Rows sorted by id. `need` is NaN where it was not declared and depends on
        volumes (`kernels.demand.default_needs` fills it).

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> arrays = to_arrays(ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[{"provider": "design", "client": "sales", "takes": "2 d", "need": 0.5},
    ...               {"provider": "sales", "client": "shop", "takes": "4 h"}]))
    >>> arrays.own.loc.tolist(), arrays.need.tolist()
    ([16.0, 4.0], [0.5, 1.0])
    """
    chain = chain.in_force()
    calendar = chain.calendar
    services = chain.services
    department_ids = tuple(sorted(chain.departments))
    customer_ids = tuple(sorted(chain.customers))
    node = {any_id: row for row, any_id in enumerate((*department_ids, *customer_ids))}
    departments = [chain.departments[any_id] for any_id in department_ids]
    customers = [chain.customers[any_id] for any_id in customer_ids]
    provider = np.array([node[s.provider] for s in services], dtype=np.int64)
    client = np.array([node[s.client] for s in services], dtype=np.int64)
    own, own_measured = _own_times(services, calendar)
    join, join_ptr, join_inputs, join_provider = _joins(
        services, provider, client, len(department_ids)
    )
    in_sequence = np.array([d.inputs == "in_sequence" for d in departments], dtype=bool)
    sla = _hours(services, "sla", calendar)
    expects = _hours(services, "expects", calendar)
    need = _shares(services, "need")
    volume = _shares(services, "volume")
    return ChainArrays(
        department_ids=department_ids,
        customer_ids=customer_ids,
        service_ids=tuple(s.id for s in services),
        provider=provider,
        client=client,
        common=to_laws([_law(d.takes, calendar) for d in departments]),
        own=own,
        own_measured=own_measured,
        has_takes=np.array([s.takes is not None for s in services], dtype=bool),
        work=to_laws([_law(s.work, calendar) for s in services]),
        has_work=np.array([s.work is not None for s in services], dtype=bool),
        wait=no_times(len(services)),
        shock=_shocks(chain, provider, node),
        fcr=_shares(services, "fcr"),
        need=_customer_shares(need, volume, client, len(department_ids)),
        buffer=_buffers(services, sla, calendar),
        waits=np.array([s.waits for s in services], dtype=bool),
        group=_groups(services, client, len(department_ids)),
        join=join,
        join_ptr=join_ptr,
        join_inputs=join_inputs,
        join_in_sequence=in_sequence[join_provider],
        sla=sla,
        expects=np.where(np.isnan(expects), sla, expects),
        volume=volume,
        peak=_shares(services, "peak"),
        quality=_shares(services, "quality"),
        clarity=_shares(services, "clarity"),
        target_quality=_shares(services, "target_quality"),
        target_clarity=_shares(services, "target_clarity"),
        on_time=_shares(services, "on_time"),
        csat=_shares(services, "csat"),
        impact=_impacts(services),
        esat=_shares(departments, "esat"),
        turnover=_shares(departments, "turnover"),
        staff=_shares(departments, "staff"),
        availability=_shares(departments, "availability"),
        customer_csat=_shares(customers, "csat"),
        customer_nps=_shares(customers, "nps"),
        customer_churn=_shares(customers, "churn"),
        customer_win_rate=_shares(customers, "win_rate"),
        customer_choice=_shares(customers, "choice"),
        customer_revenue=_shares(customers, "revenue"),
        customer_count=_shares(customers, "count"),
        wears_on=_weights(chain, "wears_on", node),
        recommends=_weights(chain, "recommends", node),
        coefficients=coefficients(chain.assumptions),
        hours_per_period=calendar.hours_per_period(chain.period),
        answers=_all_answers(chain, services, departments, customers),
    )


def _all_answers(
    chain: ValueChain,
    services: Sequence[Service],
    departments: Sequence[Department],
    customers: Sequence[Customer],
) -> dict[str, FloatArray]:
    """Return the answers behind shares, by field."""
    found = {
        name: _answers(chain, entries, name)
        for entries, names in (
            (services, ("quality", "clarity", "on_time", "csat")),
            (departments, ("esat", "turnover")),
        )
        for name in names
    }
    for name in ("csat", "nps", "churn", "win_rate"):
        found[f"customer_{name}"] = _answers(chain, customers, name)
    return found


def _answers(
    chain: ValueChain, entries: Sequence[Service | Department | Customer], name: str
) -> FloatArray:
    """Return the answers behind a field: without end where it is assumed, so taken as it is."""
    answers = np.full(len(entries), NAN)
    for row, (entry, value) in enumerate(zip(entries, _column(entries, name), strict=True)):
        if value is None:
            continue
        if source_of(chain, entry, value) == "assumed":
            answers[row] = np.inf
        elif isinstance(value, Estimate) and value.n is not None:
            answers[row] = value.n
    return answers


def to_laws(laws: Iterable[Law]) -> Laws:
    """Return laws as arrays, one row each."""
    rows = list(laws)
    extra: dict[int, Any] = {}
    for row, law in enumerate(rows):
        if law.samples:
            extra[row] = np.array(law.samples)
        elif law.scipy is not None:
            extra[row] = law.scipy
    return Laws(
        family=np.array([Family[law.family] for law in rows], dtype=np.int8),
        loc=np.array([law.loc for law in rows], dtype=float),
        scale=np.array([law.scale for law in rows], dtype=float),
        shape=np.array([law.shape for law in rows], dtype=float).reshape(len(rows), 2),
        extra=extra,
    )


def no_times(n: int) -> Laws:
    """Return laws of `n` times that are always 0."""
    return Laws(np.zeros(n, dtype=np.int8), np.zeros(n), np.zeros(n), np.zeros((n, 2)))


def coefficients(assumptions: Assumptions) -> Mapping[str, float]:
    """Return every coefficient by name; weights as ``weights.late`` and so on."""
    flat: dict[str, float] = {}
    for name in type(assumptions).model_fields:
        value = getattr(assumptions, name)
        if name == "weights":
            for part in type(value).model_fields:
                flat[f"weights.{part}"] = base_of(getattr(value, part))
        else:
            flat[name] = base_of(value)
    return flat


def _law(own: Any, calendar: Calendar, sla_hours: float | None = None) -> Law:
    return NO_TIME if own is None else to_law(own, calendar, sla_hours)


def _own_times(services: tuple[Service, ...], calendar: Calendar) -> tuple[Laws, BoolArray]:
    """Return the law of one attempt: takes, else work, else through sla and on_time, else 0."""
    laws: list[Law] = []
    known: dict[Any, Law] = {}  # scipy's laws are slow to make
    measured = np.zeros(len(services), dtype=bool)
    for row, service in enumerate(services):
        own = service.work
        if service.takes is not None:
            own = with_on_time(service.takes, service.on_time)
        sla = None if service.sla is None else base_of(service.sla).hours(calendar)
        if own is not None:
            if isinstance(own, Distribution) and own.name is not None:
                if own not in known:
                    known[own] = to_law(own, calendar)
                law = known[own]
            else:
                law = to_law(own, calendar, sla)
            measured[row] = True
        elif sla is not None and service.on_time is not None and sla > 0:
            law = law_through_promise(sla, *share_and_answers(service.on_time))
            measured[row] = True
        else:
            law = NO_TIME
        laws.append(law)
    return to_laws(laws), measured


def _column(rows: Sequence[Service | Department | Customer], field: str) -> list[Any]:
    """Return a field of each row."""
    return list(map(attrgetter(field), rows))


def _shares(rows: Sequence[Service | Department | Customer], field: str) -> FloatArray:
    values = _column(rows, field)
    if values.count(None) == len(values):
        return np.full(len(values), NAN)
    # Plain numbers, as most are, are spared the call.
    return np.array(
        [v if type(v) is float else NAN if v is None else base_of(v) for v in values], dtype=float
    )


def _hours(services: tuple[Service, ...], field: str, calendar: Calendar) -> FloatArray:
    times = _column(services, field)
    if times.count(None) == len(times):
        return np.full(len(times), NAN)
    return np.array([NAN if t is None else base_of(t).hours(calendar) for t in times], dtype=float)


def _buffers(services: tuple[Service, ...], sla: FloatArray, calendar: Calendar) -> FloatArray:
    return np.array(
        [
            sla[row] if isinstance(b, str) else base_of(b).hours(calendar)
            for row, b in enumerate(_column(services, "buffer"))
        ],
        dtype=float,
    )


def _customer_shares(
    need: FloatArray, volume: FloatArray, client: IntArray, departments: int
) -> FloatArray:
    """Return needs with those to customers as shares that add up to 1, by volume if undeclared."""
    shares = need.copy()
    for customer in np.unique(client[client >= departments]):
        rows = np.flatnonzero(client == customer)
        weight = need[rows] if not np.isnan(need[rows]).any() else volume[rows]
        if np.isnan(weight).any():
            weight = np.ones(len(rows))
        shares[rows] = weight / weight.sum()
    return shares


def _impacts(services: tuple[Service, ...]) -> FloatArray:
    known: dict[Any, float] = {}  # a few words, and some numbers
    impacts = _column(services, "impact")
    for impact in impacts:
        if impact not in known:
            known[impact] = number_of(impact, IMPACT_WORDS)
    return np.array([known[impact] for impact in impacts], dtype=float)


def _groups(services: tuple[Service, ...], client: IntArray, departments: int) -> IntArray:
    number: dict[tuple[int, str], int] = {}
    groups = np.full(len(services), -1, dtype=np.int64)
    for row, service in enumerate(services):
        if service.alternatives and client[row] < departments:
            key = (int(client[row]), service.alternatives)
            groups[row] = number.setdefault(key, len(number))
    return groups


def _joins(
    services: tuple[Service, ...], provider: IntArray, client: IntArray, departments: int
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return (join of each service, CSR pointer, CSR inputs, provider of each join).

    Services of one provider that need the same inputs share a join.
    """
    inputs: dict[int, list[int]] = defaultdict(list)
    for row in range(len(services)):
        inputs[int(client[row])].append(row)
    with_for = {int(client[row]) for row, s in enumerate(services) if s.for_}
    join = np.full(len(services), -1, dtype=np.int64)
    number: dict[tuple[int, tuple[int, ...]], int] = {}
    for row, service in enumerate(services):
        who = int(provider[row])
        if who >= departments or who not in inputs:
            continue
        rows = inputs[who]
        if who in with_for:
            names = {service.id, service.client, service.key}
            rows = [f for f in rows if not services[f].for_ or names & set(services[f].for_)]
        if rows:
            join[row] = number.setdefault((who, tuple(rows)), len(number))
    sizes = [len(rows) for _, rows in number]
    pointer = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).astype(np.int64)
    flat = np.array([row for _, rows in number for row in rows], dtype=np.int64)
    providers = np.array([who for who, _ in number], dtype=np.int64)
    return join, pointer, flat, providers


def _shocks(chain: ValueChain, provider: IntArray, node: Mapping[str, int]) -> FloatArray:
    """Return hours added once per delivery: a department's to each of its services."""
    shock = np.zeros(len(chain.services))
    for any_id, delay in chain.delay.items():
        hours = delay.hours(chain.calendar)
        if any_id in node:
            shock[provider == node[any_id]] += hours
        else:
            shock[[row for row, s in enumerate(chain.services) if s.id == any_id]] += hours
    return shock


def _weights(chain: ValueChain, field: str, node: Mapping[str, int]) -> Weights:
    links = [
        (node[any_id], node[other], number_of(weight, LINK_WORDS))
        for any_id in sorted(chain.customers)
        for other, weight in sorted(getattr(chain.customers[any_id], field).items())
    ]
    return Weights(
        source=np.array([link[0] for link in links], dtype=np.int64),
        target=np.array([link[1] for link in links], dtype=np.int64),
        weight=np.array([link[2] for link in links], dtype=float),
    )
