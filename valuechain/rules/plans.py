"""Scenarios, interventions and the changes on top."""

from __future__ import annotations

from collections.abc import Iterator

from valuechain.chain import ValueChain
from valuechain.errors import Issue, NearMisses, PathKey, SchemaError, Text, as_found


def delays_name_somebody(chain: ValueChain) -> Iterator[Issue]:
    """Delays name departments or services."""
    known = {*chain.departments, *chain.customers, *(s.id for s in chain.services)}
    rooms = [("scenarios", chain.scenarios), ("interventions", chain.interventions)]
    places: list[tuple[tuple[PathKey, ...], str]] = [(("delay",), name) for name in chain.delay]
    for room, entries in rooms:
        for any_id, entry in entries.items():
            places += [((room, any_id, "delay"), name) for name in entry.delay]
    hint = NearMisses(known, chain.names)
    for path, name in places:
        if name not in known:
            yield Issue(
                (*path, name),
                as_found(name),
                Text("a department or service id", "un departamento o un servicio"),
                hint(name),
            )


def interventions_name_each_other(chain: ValueChain) -> Iterator[Issue]:
    """`excludes` and `requires` name other interventions."""
    hint = NearMisses(chain.interventions)
    for any_id, entry in chain.interventions.items():
        for field in ("excludes", "requires"):
            for other in getattr(entry, field):
                if other not in chain.interventions or other == any_id:
                    yield Issue(
                        ("interventions", any_id, field),
                        as_found(other),
                        Text("another intervention", "otra intervención"),
                        hint(other),
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
    """The changes on top hold, and each scenario and intervention alone on top of today does.

    What is wrong today is not said again of every scenario; whom delays name, is said above.
    """
    from valuechain.changes import apply, issues_of
    from valuechain.rules.services import check_services

    if chain.changes:
        try:
            apply(chain)
        except SchemaError as error:
            yield from error.issues
    if not (chain.scenarios or chain.interventions):
        return
    today = {(issue.path, issue.found) for issue in check_services(chain)}
    for room, entries in (("scenarios", chain.scenarios), ("interventions", chain.interventions)):
        for any_id, entry in entries.items():
            for issue in issues_of(chain, entry):
                if issue.path[0] != "delay" and (issue.path, issue.found) not in today:
                    yield Issue(
                        (room, any_id, *issue.path), issue.found, issue.expected, issue.hint
                    )
