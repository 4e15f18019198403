"""Small chains as arrays, written down by who serves whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from valuechain.network.arrays import ChainArrays, Laws, Weights

COEFFICIENTS = {
    "weights.late": 0.5,
    "weights.faulty": 0.6,
    "weights.unclear": 0.3,
    "weights.repeated": 0.2,
    "morale_to_quality": 0.1,
    "morale_to_time": 0.1,
    "input_to_morale": 0.1,
    "overload_to_morale": 0.2,
    "overload_starts": 0.85,
    "unexplained": 0.2,
    "recovery": 0.5,
    "shared_cause": 0.0,
    "detractor_score": -0.8,
}


def constants(hours: np.ndarray) -> Laws:
    """Laws that always give the same hours."""
    n = len(hours)
    return Laws(np.zeros(n, dtype=np.int8), hours, np.zeros(n), np.zeros((n, 2)))


def chain_arrays(
    services: Sequence[tuple[str, str]],
    *,
    customers: Sequence[str] = (),
    inputs_for: Mapping[int, Sequence[int]] | None = None,
    in_sequence: Sequence[str] = (),
    group: Sequence[int] | None = None,
    wears_on: Sequence[tuple[str, str, float]] = (),
    coefficients: Mapping[str, float] | None = None,
    common: Mapping[str, float] | None = None,
    **columns: Any,
) -> ChainArrays:
    """Arrays of a chain with services `(provider, client)` or `(provider, "client:key")`.

    `inputs_for` gives, for an input, the services it is for (default: all of the client's).
    Any column of services or departments can be given by its name, in the order of `services`
    and of the departments' ids. Services keep their order: their numbers are those of the list.
    """
    pairs = [(p, c.partition(":")[0]) for p, c in services]
    names = sorted({name for pair in pairs for name in pair} - set(customers))
    node = {name: i for i, name in enumerate([*names, *sorted(customers)])}
    m, d, c = len(pairs), len(names), len(customers)
    received: dict[str, list[int]] = {}
    for f, (_, client) in enumerate(pairs):
        received.setdefault(client, []).append(f)
    inputs: list[tuple[int, ...]] = [
        tuple(
            f
            for f in received.get(provider, ())
            if provider not in customers
            and (inputs_for is None or f not in inputs_for or e in inputs_for[f])
        )
        for e, (provider, _) in enumerate(pairs)
    ]
    keys = sorted({(pairs[e][0], held) for e, held in enumerate(inputs) if held})
    number = {key: j for j, key in enumerate(keys)}
    join = [number.get((pairs[e][0], held), -1) for e, held in enumerate(inputs)]

    def column(name: str, n: int, default: float = np.nan) -> Any:
        given = columns.pop(name, None)
        return np.full(n, default) if given is None else np.array(given, dtype=float)

    own = columns.pop("own", np.zeros(m))
    work = columns.pop("work", None)
    hours = np.array([(common or {}).get(name, 0.0) for name in names])
    arrays = ChainArrays(
        department_ids=tuple(names),
        customer_ids=tuple(sorted(customers)),
        service_ids=tuple(f"{p}>{c}" for p, c in services),
        provider=np.array([node[p] for p, _ in pairs], dtype=np.int64),
        client=np.array([node[c] for _, c in pairs], dtype=np.int64),
        common=constants(hours),
        own=own if isinstance(own, Laws) else constants(np.array(own, dtype=float)),
        own_measured=np.ones(m, dtype=np.bool_),
        has_takes=np.array(columns.pop("has_takes", np.zeros(m)), dtype=np.bool_),
        work=work if isinstance(work, Laws) else constants(np.zeros(m) if work is None else work),
        has_work=np.full(m, work is not None),
        wait=columns.pop("wait", constants(np.zeros(m))),
        shock=column("shock", m, 0.0),
        fcr=column("fcr", m, 1.0),
        need=column("need", m),
        buffer=column("buffer", m, 0.0),
        waits=np.array(columns.pop("waits", np.ones(m)), dtype=np.bool_),
        group=np.full(m, -1) if group is None else np.array(group, dtype=np.int64),
        join=np.array(join, dtype=np.int64),
        join_ptr=np.cumsum([0, *(len(held) for _, held in keys)], dtype=np.int64),
        join_inputs=np.array([f for _, held in keys for f in held], dtype=np.int64),
        join_in_sequence=np.array([p in in_sequence for p, _ in keys], dtype=np.bool_),
        sla=(sla := column("sla", m)),
        expects=np.where(np.isnan(expects := column("expects", m)), sla, expects),
        volume=column("volume", m),
        peak=column("peak", m, 1.0),
        quality=column("quality", m),
        clarity=column("clarity", m),
        target_quality=column("target_quality", m, 1.0),
        target_clarity=column("target_clarity", m, 1.0),
        on_time=column("on_time", m),
        csat=column("csat", m),
        impact=column("impact", m, 0.3),
        esat=column("esat", d),
        turnover=column("turnover", d),
        staff=column("staff", d),
        availability=column("availability", d, 1.0),
        customer_csat=column("customer_csat", c),
        customer_nps=column("customer_nps", c),
        customer_churn=column("customer_churn", c),
        customer_win_rate=column("customer_win_rate", c),
        customer_choice=column("customer_choice", c, 0.5),
        customer_revenue=column("customer_revenue", c),
        customer_count=column("customer_count", c),
        wears_on=Weights(
            np.array([node[a] for a, _, _ in wears_on], dtype=np.int64),
            np.array([node[b] for _, b, _ in wears_on], dtype=np.int64),
            np.array([w for _, _, w in wears_on], dtype=float),
        ),
        recommends=Weights(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0)),
        coefficients={**COEFFICIENTS, **(coefficients or {})},
        hours_per_period=2080 / 12,
    )
    assert not columns, f"no such columns: {sorted(columns)}"
    return arrays
