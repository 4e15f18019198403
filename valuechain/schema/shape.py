"""The shape of a chain in a file: the classes of the model, with services nested under `serves`.

Reader, writer and JSON Schema follow it, so that they cannot disagree.
"""

from __future__ import annotations

from functools import lru_cache

from pydantic import BaseModel

from valuechain.chain import ValueChain
from valuechain.model import Customer, Department, Intervention, Scenario, Service
from valuechain.refusals import field_keys

SERVES = "serves"
# Who or what it is comes first.
_FIRST = ("valuechain", "key", "name", "kind", "status")
# What is declared by id, in the order of a file.
ROOMS: dict[str, type[BaseModel]] = {
    "departments": Department,
    "customers": Customer,
    "scenarios": Scenario,
    "interventions": Intervention,
}
PROVIDERS = (Department, Customer)
_NESTED: dict[type[BaseModel], tuple[str, ...]] = {
    ValueChain: ("services",),
    Service: ("provider", "client"),
}


@lru_cache
def file_keys(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys that a class takes in a file, in the order they are written.

    Examples
    --------
    >>> file_keys(Service)[:4]
    ('key', 'name', 'takes', 'work')
    >>> file_keys(Department)[-1]
    'serves'
    """
    given = [key for key in field_keys(model) if key not in _NESTED.get(model, ())]
    keys = sorted(given, key=lambda key: key not in _FIRST)
    return (*keys, SERVES) if model in PROVIDERS else tuple(keys)


@lru_cache
def key_set(model: type[BaseModel]) -> frozenset[str]:
    """Return the keys of `file_keys` for looking up."""
    return frozenset(file_keys(model))
