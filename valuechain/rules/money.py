"""Money."""

from __future__ import annotations

from collections.abc import Iterator

from valuechain.chain import ValueChain
from valuechain.errors import Issue, Text


def money_has_a_currency(chain: ValueChain) -> Iterator[Issue]:
    """Money needs a declared currency."""
    if chain.currency:
        return
    money = (
        ("departments", chain.departments, ("cost_per_hour",)),
        ("customers", chain.customers, ("revenue",)),
        ("interventions", chain.interventions, ("cost", "cost_per_year")),
    )
    for room, entries, names in money:
        for any_id, entry in entries.items():
            for name in names:
                if getattr(entry, name) is not None:
                    yield Issue(
                        (room, any_id, name),
                        Text("money without a currency", "dinero sin moneda"),
                        Text("currency: EUR at the top", "currency: EUR al principio"),
                    )
                    return  # one currency mends them all
