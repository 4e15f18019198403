"""Money, scenarios and interventions."""

from __future__ import annotations

from collections.abc import Iterator

from valuechain.chain import ValueChain
from valuechain.errors import Issue, PathKey, SchemaError, Text, as_found, did_you_mean


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
                    return


def delays_name_somebody(chain: ValueChain) -> Iterator[Issue]:
    """Delays name departments or services."""
    known = {*chain.departments, *chain.customers, *(s.id for s in chain.services)}
    rooms = [("scenarios", chain.scenarios), ("interventions", chain.interventions)]
    places: list[tuple[tuple[PathKey, ...], str]] = [(("delay",), name) for name in chain.delay]
    for room, entries in rooms:
        for any_id, entry in entries.items():
            places += [((room, any_id, "delay"), name) for name in entry.delay]
    for path, name in places:
        if name not in known:
            yield Issue(
                (*path, name),
                as_found(name),
                Text("a department or service id", "un departamento o un servicio"),
                did_you_mean(name, known),
            )


def interventions_name_each_other(chain: ValueChain) -> Iterator[Issue]:
    """`excludes` and `requires` name other interventions."""
    for any_id, entry in chain.interventions.items():
        for field in ("excludes", "requires"):
            for other in getattr(entry, field):
                if other not in chain.interventions or other == any_id:
                    yield Issue(
                        ("interventions", any_id, field),
                        as_found(other),
                        Text("another intervention", "otra intervención"),
                        did_you_mean(other, chain.interventions),
                    )
        both = set(entry.excludes) & set(entry.requires)
        if both:
            yield Issue(
                ("interventions", any_id, "requires"),
                Text(f"it excludes and requires {', '.join(sorted(both))}",
                     f"excluye y exige {', '.join(sorted(both))}"),
                Text("one of them", "uno de los dos"),
            )  # fmt: skip


def changes_hold(chain: ValueChain) -> Iterator[Issue]:
    """The changes on top hold, and each scenario and intervention alone on top of today does."""
    from valuechain.changes import apply, issues_of

    if chain.changes:
        try:
            apply(chain)
        except SchemaError as error:
            yield from error.issues
    for room, entries in (("scenarios", chain.scenarios), ("interventions", chain.interventions)):
        for any_id, entry in entries.items():
            for issue in issues_of(chain, entry):
                yield Issue((room, any_id, *issue.path), issue.found, issue.expected, issue.hint)
