"""Where a change strikes, and in which wave it reaches everybody else.

Wave 0 are the services that differ by themselves. Wave after wave follow those that need what the
wave before delivers: the shortest distance along hand-offs, so that rings come to an end.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np

from valuechain.network.arrays import BoolArray, ChainArrays, IntArray, Laws

NEVER = -1
_OF_DEPARTMENTS = ("common", "esat", "turnover", "staff", "availability")
_NO_ROWS = (
    *("department_ids", "customer_ids", "service_ids", "provider", "client"),
    *("join", "join_ptr", "join_inputs", "join_in_sequence"),
)


def struck_services(before: ChainArrays, after: ChainArrays) -> BoolArray:
    """Return the services that differ by themselves, or whose department does, `(m,)`.

    Parameters
    ----------
    before, after : ChainArrays
        With the same ids, and every `need` given.
    """
    m, D = len(before.need), len(before.department_ids)
    services, departments = np.zeros(m, dtype=np.bool_), np.zeros(D + 1, dtype=np.bool_)
    for name in (field.name for field in dataclasses.fields(before)):
        old, new = getattr(before, name), getattr(after, name)
        rows = isinstance(old, np.ndarray | Laws) and not name.startswith("customer_")
        if not rows or name in _NO_ROWS:
            continue
        if len(old) == m and name not in _OF_DEPARTMENTS:
            services |= _differ(old, new)
        elif len(old) == D:
            departments[:D] |= _differ(old, new)
    old_inputs, new_inputs = _inputs(before), _inputs(after)
    for e, (was, now) in enumerate(zip(before.join.tolist(), after.join.tolist(), strict=True)):
        services[e] |= old_inputs.get(was) != new_inputs.get(now)
    return services | departments[np.minimum(before.provider, D)]


def _differ(old: np.ndarray | Laws, new: np.ndarray | Laws) -> BoolArray:
    if isinstance(old, Laws) and isinstance(new, Laws):
        differ: BoolArray = np.asarray(old.family != new.family, dtype=np.bool_)
        differ |= (old.loc != new.loc) | (old.scale != new.scale)
        differ |= (old.shape != new.shape).any(axis=1)
        for row in {*old.extra, *new.extra}:
            differ[row] |= not _alike(old.extra.get(row), new.extra.get(row))
        return differ
    assert isinstance(old, np.ndarray)
    assert isinstance(new, np.ndarray)
    nothing = (old != old) & (new != new)  # NaN: not declared in either
    return np.asarray((old != new) & ~nothing, dtype=np.bool_)


def _alike(old: object, new: object) -> bool:
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        return np.array_equal(old, new)
    return type(old) is type(new) and old == new


def _inputs(arrays: ChainArrays) -> dict[int, tuple[bool, bytes]]:
    """Return what a join gathers, and how."""
    ptr = arrays.join_ptr.tolist()
    return {
        j: (bool(arrays.join_in_sequence[j]), arrays.join_inputs[ptr[j] : ptr[j + 1]].tobytes())
        for j in range(len(ptr) - 1)
    }


def waves(arrays: ChainArrays, struck: BoolArray, waiting_only: bool = False) -> IntArray:
    """Return the wave in which each service is reached, `(m,)`; -1 where it never is.

    Parameters
    ----------
    arrays : ChainArrays
    struck : ndarray of bool, shape (m,)
        Wave 0.
    waiting_only : bool
        Follow delay only: along inputs that are waited for.

    Notes
    -----
    First along hand-offs, from an input to the services it is for. What these never reach is
    reached by what people feel: from a service to all others of the department that receives it
    (morale), and of those that its customer's anger wears on.

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> from valuechain.network import to_arrays
    >>> arrays = to_arrays(ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[{"provider": "design", "client": "sales"},
    ...               {"provider": "sales", "client": "shop"},
    ...               {"provider": "sales", "client": "design"}]))
    >>> waves(arrays, np.array([True, False, False])).tolist()
    [0, 1, 1]
    """
    m = len(arrays.need)
    starts: list[list[int]] = [[] for _ in range(len(arrays.join_in_sequence))]
    for e, join in enumerate(arrays.join.tolist()):
        if join >= 0:
            starts[join].append(e)
    leads: list[list[int]] = [[] for _ in range(m)]
    sizes = np.diff(arrays.join_ptr)
    gathering = np.repeat(np.arange(len(sizes)), sizes)
    for f, join in zip(arrays.join_inputs.tolist(), gathering.tolist(), strict=True):
        if not waiting_only or (arrays.waits[f] and arrays.need[f] > 0):
            leads[f].extend(starts[join])
    wave = np.full(m, NEVER)
    wave[struck] = 0
    _spread(wave, leads)
    if not waiting_only:
        _spread(wave, _felt(arrays))
    return wave


def _spread(wave: IntArray, leads: list[list[int]]) -> None:
    """Let waves run on, nearest first, to what they have not reached."""
    now = sorted(set(wave[wave >= 0].tolist()))
    level = now[0] if now else 0
    while level <= int(wave.max(initial=NEVER)):
        for f in np.flatnonzero(wave == level).tolist():
            for e in leads[f]:
                if wave[e] == NEVER:
                    wave[e] = level + 1
        level += 1


def _felt(arrays: ChainArrays) -> list[list[int]]:
    """Return by service those that suffer when its client is disappointed."""
    of_provider: dict[int, list[int]] = {}
    for e, provider in enumerate(arrays.provider.tolist()):
        of_provider.setdefault(provider, []).append(e)
    worn: dict[int, list[int]] = {}
    pairs = zip(arrays.wears_on.source.tolist(), arrays.wears_on.target.tolist(), strict=True)
    for customer, department in pairs:
        worn.setdefault(customer, []).extend(of_provider.get(department, ()))
    D = len(arrays.department_ids)

    def felt_by(client: int) -> Iterable[int]:
        return of_provider.get(client, ()) if client < D else worn.get(client, ())

    return [list(felt_by(client)) for client in arrays.client.tolist()]
