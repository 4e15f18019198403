"""From a chain to `ChainArrays`: fixed order, working hours, NaN for what is not measured."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from valuechain.chain import ValueChain
from valuechain.fields import IMPACT_WORDS, LINK_WORDS
from valuechain.model import Assumptions, number_of
from valuechain.network.arrays import ChainArrays, FloatArray, IntArray, Weights
from valuechain.network.columns import Columns
from valuechain.network.own_times import attempt_times, no_times, to_laws
from valuechain.network.sources import own_source, usual_source
from valuechain.quantities import Calendar, Estimate, base_of
from valuechain.quantities.numbers import Source

_SERVICE_FIELDS = (
    "provider", "client", "key", "takes", "work", "sla", "expects", "buffer", "need", "for_",
    "waits", "alternatives", "volume", "peak", "fcr", "quality", "clarity", "target_quality",
    "target_clarity", "on_time", "csat", "impact",
)  # fmt: skip
_DEPARTMENT_FIELDS = ("takes", "inputs", "esat", "turnover", "staff", "availability")
_CUSTOMER_FIELDS = ("csat", "nps", "churn", "win_rate", "choice", "revenue", "count")


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
        volumes (`kernels.queueing.demand.default_needs` fills it).

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
    department_ids = tuple(sorted(chain.departments))
    customer_ids = tuple(sorted(chain.customers))
    node = {any_id: row for row, any_id in enumerate((*department_ids, *customer_ids))}
    departments = Columns([chain.departments[i] for i in department_ids], _DEPARTMENT_FIELDS)
    customers = Columns([chain.customers[i] for i in customer_ids], _CUSTOMER_FIELDS)
    services = Columns(chain.services, _SERVICE_FIELDS)
    provider = np.array([node[i] for i in services["provider"]], dtype=np.int64)
    client = np.array([node[i] for i in services["client"]], dtype=np.int64)
    sla = services.hours("sla", calendar)
    expects = services.hours("expects", calendar)
    own, own_measured = attempt_times(services, sla, calendar)
    ids = _service_ids(services)
    join, join_ptr, join_inputs, join_provider = _joins(
        services, ids, provider, client, len(department_ids)
    )
    in_sequence = np.array([word == "in_sequence" for word in departments["inputs"]], dtype=bool)
    need = services.numbers("need")
    volume = services.numbers("volume")
    return ChainArrays(
        department_ids=department_ids,
        customer_ids=customer_ids,
        service_ids=ids,
        provider=provider,
        client=client,
        common=to_laws(departments["takes"], calendar),
        own=own,
        own_measured=own_measured,
        has_takes=services.given("takes"),
        work=to_laws(services["work"], calendar),
        has_work=services.given("work"),
        wait=no_times(len(services)),
        shock=_shocks(chain, provider, node, ids),
        fcr=services.numbers("fcr"),
        need=_customer_shares(need, volume, client, len(department_ids)),
        buffer=_buffers(services, sla, calendar),
        waits=np.array(services["waits"], dtype=bool),
        group=_groups(services, client, len(department_ids)),
        join=join,
        join_ptr=join_ptr,
        join_inputs=join_inputs,
        join_in_sequence=in_sequence[join_provider],
        sla=sla,
        expects=np.where(np.isnan(expects), sla, expects),
        volume=volume,
        peak=services.numbers("peak"),
        quality=services.numbers("quality"),
        clarity=services.numbers("clarity"),
        target_quality=services.numbers("target_quality"),
        target_clarity=services.numbers("target_clarity"),
        on_time=services.numbers("on_time"),
        csat=services.numbers("csat"),
        impact=_impacts(services),
        esat=departments.numbers("esat"),
        turnover=departments.numbers("turnover"),
        staff=departments.numbers("staff"),
        availability=departments.numbers("availability"),
        customer_csat=customers.numbers("csat"),
        customer_nps=customers.numbers("nps"),
        customer_churn=customers.numbers("churn"),
        customer_win_rate=customers.numbers("win_rate"),
        customer_choice=customers.numbers("choice"),
        customer_revenue=customers.numbers("revenue"),
        customer_count=customers.numbers("count"),
        wears_on=_weights(chain, "wears_on", node),
        recommends=_weights(chain, "recommends", node),
        coefficients=coefficients(chain.assumptions),
        hours_per_period=calendar.hours_per_period(chain.period),
        answers=_all_answers(chain, services, departments, customers),
    )


def _service_ids(services: Columns) -> tuple[str, ...]:
    """Return the ids of services, as `Service.id` makes them."""
    return tuple(
        [
            f"{provider}>{client}:{key}" if key else f"{provider}>{client}"
            for provider, client, key in zip(
                services["provider"], services["client"], services["key"], strict=True
            )
        ]
    )


def _all_answers(
    chain: ValueChain, services: Columns, departments: Columns, customers: Columns
) -> dict[str, FloatArray]:
    """Return the answers behind shares, by field."""
    found: dict[str, FloatArray] = {}
    for prefix, columns, names in (
        ("", services, ("quality", "clarity", "on_time", "csat")),
        ("", departments, ("esat", "turnover")),
        ("customer_", customers, ("csat", "nps", "churn", "win_rate")),
    ):
        unasked = all(columns.absent(name) for name in names)
        usual = [] if unasked else [usual_source(chain, entry) for entry in columns.entries]
        found |= {prefix + name: _answers(columns, name, usual) for name in names}
    return found


def _answers(columns: Columns, field: str, usual: list[Source]) -> FloatArray:
    """Return the answers behind a field: without end where it is assumed, so taken as it is."""
    answers = np.full(len(columns), np.nan)
    if columns.absent(field):
        return answers
    for row, value in enumerate(columns[field]):
        if value is None:
            continue
        if (own_source(value) or usual[row]) == "assumed":
            answers[row] = np.inf
        elif isinstance(value, Estimate) and value.n is not None:
            answers[row] = value.n
    return answers


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


def _buffers(services: Columns, sla: FloatArray, calendar: Calendar) -> FloatArray:
    """Return buffers in hours; the word `sla` is as much as was promised."""
    asked_ahead = np.array([isinstance(b, str) for b in services["buffer"]], dtype=bool)
    return np.where(asked_ahead, sla, services.hours("buffer", calendar))


def _customer_shares(
    need: FloatArray, volume: FloatArray, client: IntArray, departments: int
) -> FloatArray:
    """Return needs with those to customers as shares that add up to 1, by volume if undeclared."""
    rows = np.flatnonzero(client >= departments)
    customer = client[rows] - departments
    weight = need[rows]
    for instead in (volume[rows], np.ones(len(rows))):
        unknown = np.bincount(customer, np.isnan(weight)) > 0
        weight = np.where(unknown[customer], instead, weight)
    shares = need.copy()
    shares[rows] = weight / np.bincount(customer, weight)[customer]
    return shares


def _impacts(services: Columns) -> FloatArray:
    known: dict[Any, float] = {}  # a few words, and some numbers
    impacts = services["impact"]
    for impact in impacts:
        if impact not in known:
            known[impact] = number_of(impact, IMPACT_WORDS)
    return np.array([known[impact] for impact in impacts], dtype=float)


def _groups(services: Columns, client: IntArray, departments: int) -> IntArray:
    number: dict[tuple[int, str], int] = {}
    groups = np.full(len(services), -1, dtype=np.int64)
    for row, group in enumerate(services["alternatives"]):
        if group and client[row] < departments:
            groups[row] = number.setdefault((int(client[row]), group), len(number))
    return groups


def _joins(
    services: Columns,
    ids: tuple[str, ...],
    provider: IntArray,
    client: IntArray,
    departments: int,
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return (join of each service, CSR pointer, CSR inputs, provider of each join).

    Services of one provider that need the same inputs share a join.
    """
    inputs: dict[int, list[int]] = defaultdict(list)
    for row, who in enumerate(client.tolist()):
        inputs[who].append(row)
    with_for = {int(client[row]) for row, names in enumerate(services["for_"]) if names}
    join = [-1] * len(services)
    number: dict[tuple[int, tuple[int, ...]], int] = {}
    whole: dict[int, int] = {}  # join of all inputs, by provider
    for row, who in enumerate(provider.tolist()):
        if who >= departments or who not in inputs:
            continue
        if who in whole:
            join[row] = whole[who]
            continue
        rows = inputs[who]
        if who in with_for:
            names = {ids[row], services["client"][row], services["key"][row]}
            wanted = services["for_"]
            rows = [f for f in rows if not wanted[f] or names & set(wanted[f])]
        if rows:
            join[row] = number.setdefault((who, tuple(rows)), len(number))
        if who not in with_for:
            whole[who] = join[row]
    sizes = [len(rows) for _, rows in number]
    pointer = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).astype(np.int64)
    flat = np.array([row for _, rows in number for row in rows], dtype=np.int64)
    providers = np.array([who for who, _ in number], dtype=np.int64)
    return np.array(join, dtype=np.int64), pointer, flat, providers


def _shocks(
    chain: ValueChain, provider: IntArray, node: Mapping[str, int], ids: tuple[str, ...]
) -> FloatArray:
    """Return hours added once per delivery: a department's to each of its services."""
    hours = {any_id: delay.hours(chain.calendar) for any_id, delay in chain.delay.items()}
    of_node = np.array([hours.get(any_id, 0.0) for any_id in node])
    shock: FloatArray = of_node[provider] + [hours.get(any_id, 0.0) for any_id in ids]
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
