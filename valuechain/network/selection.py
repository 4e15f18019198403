"""Part of a chain: some of its services, with the same ids, and so with the same random numbers."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from valuechain.network.arrays import BoolArray, ChainArrays, IntArray, Laws
from valuechain.network.components import service_edges

# What has a row for each department, customer or join; all else with a row each is by service.
_BY_OTHERS = frozenset(
    {"common", "join", "join_ptr", "join_inputs", "join_in_sequence"}
    | {"esat", "turnover", "staff", "availability"}
)


def only_services(arrays: ChainArrays, kept: IntArray) -> ChainArrays:
    """Return the chain with some of its services only; departments and customers all stay.

    Parameters
    ----------
    arrays : ChainArrays
    kept : ndarray of int, shape (k,)
        Service numbers, ascending. Inputs of a service that are not among them are not waited for.

    Returns
    -------
    ChainArrays
        A service's row is its place in `kept`; joins that nothing waits at are gone.
    """
    number = np.full(len(arrays.provider), -1, np.int64)
    number[kept] = np.arange(len(kept))
    old = arrays.join[kept]
    joins = np.unique(old[old >= 0])
    inputs = [
        number[arrays.join_inputs[arrays.join_ptr[j] : arrays.join_ptr[j + 1]]] for j in joins
    ]
    inputs = [part[part >= 0] for part in inputs]
    ptr = np.zeros(len(joins) + 1, np.int64)
    np.cumsum([len(part) for part in inputs], out=ptr[1:])
    place = np.full(len(arrays.join_in_sequence) + 1, -1, np.int64)
    place[joins] = np.arange(len(joins))
    return dataclasses.replace(
        arrays,
        service_ids=tuple(arrays.service_ids[e] for e in kept.tolist()),
        join=place[old],
        join_ptr=ptr,
        join_inputs=np.concatenate(inputs) if inputs else np.zeros(0, np.int64),
        join_in_sequence=arrays.join_in_sequence[joins],
        **_by_service(arrays, kept),
    )


def _by_service(arrays: ChainArrays, kept: IntArray) -> dict[str, Any]:
    """Return the rows `kept` of everything that has a row for each service."""
    chosen: dict[str, Any] = {}
    for field in dataclasses.fields(arrays):
        value = getattr(arrays, field.name)
        if field.name in _BY_OTHERS or field.name.startswith("customer_"):
            continue
        if isinstance(value, Laws):
            chosen[field.name] = rows_of(value, kept)
        elif isinstance(value, np.ndarray):
            chosen[field.name] = value[kept]
    return chosen


def rows_of(laws: Laws, kept: IntArray) -> Laws:
    """Return some rows of laws."""
    extra = {i: laws.extra[e] for i, e in enumerate(kept.tolist()) if e in laws.extra}
    return Laws(laws.family[kept], laws.loc[kept], laws.scale[kept], laws.shape[kept], extra)


def services_behind(arrays: ChainArrays, roots: BoolArray, waiting_only: bool = False) -> BoolArray:
    """Return which services lead to one of `roots`, themselves included, `(m,)`.

    Parameters
    ----------
    arrays : ChainArrays
    roots : ndarray of bool, shape (m,)
    waiting_only : bool
        Follow only inputs that are waited for.
    """
    tail, head = service_edges(arrays, waiting_only)
    found = roots.copy()
    count = -1
    while count != (count := int(found.sum())):
        found[tail[found[head]]] = True
    return found
