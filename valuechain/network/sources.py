"""Where a figure comes from: observed, or assumed; the nearest word on it counts."""

from __future__ import annotations

from typing import Any

from valuechain.chain import ValueChain
from valuechain.model import Customer, Department, Service
from valuechain.quantities import Estimate
from valuechain.quantities.numbers import Source


def source_of(chain: ValueChain, entry: Service | Department | Customer, value: Any) -> Source:
    """Return the source of a value of an entry: its own, its entry's, its provider's, the chain's.

    Examples
    --------
    >>> chain = ValueChain(
    ...     departments={"it": {"esat": 0.8, "source": "assumed"}}, customers={"shop": {}},
    ...     services=[{"provider": "it", "client": "shop"}])
    >>> source_of(chain, chain.departments["it"], 0.8)
    'assumed'
    """
    return own_source(value) or usual_source(chain, entry)


def own_source(value: Any) -> Source | None:
    """Return the source that a value itself names."""
    return value.source if isinstance(value, Estimate) else None


def usual_source(chain: ValueChain, entry: Service | Department | Customer) -> Source:
    """Return the source of the values of an entry that say nothing of their own."""
    found: Source | None = entry.source
    if found is None and isinstance(entry, Service):
        giver = chain.departments.get(entry.provider) or chain.customers.get(entry.provider)
        found = giver.source if giver is not None else None
    return found or chain.source or "observed"
