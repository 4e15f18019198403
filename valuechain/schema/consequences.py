"""Rules hold for a whole chain; what only follows from a fault said already is not said again.

A misspelt `sla` makes `buffer: sla` wrong, a department with a refused id
makes everyone who serves it wrong: one fault gives one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from valuechain.chain import ValueChain
from valuechain.errors import Issue, PathKey
from valuechain.rules import RULES
from valuechain.schema.entries import Entries

# Fields that a rule about a field looks at, besides the field itself.
_LOOKS_AT = {
    "buffer": {"sla"},
    "on_time": {"sla", "expects", "takes"},
    "takes": {"work", "sla", "on_time"},
    "work": {"takes", "sla", "on_time"},
    "need": {"alternatives", "volume"},
    "volume": {"need"},
    "for": {"alternatives"},
    "if_late": {"alternatives", "deliverable"},
    "impact": set[str](),
}
# Rules about these compare the services of one client.
_COMPARES = {"need", "volume", "for", "if_late"}
_MONEY = {"revenue", "cost", "cost_per_year", "cost_per_hour"}
_PARTS = re.compile("[.>:]")


def root_causes(chain: ValueChain, entries: Entries) -> Iterator[Issue]:
    """Yield what the rules find in the entries that were read, but no consequences.

    Parameters
    ----------
    chain : ValueChain
        What is left of a chain without the entries and fields that are wrong.
    entries : Entries
        What was wrong with them.
    """
    if entries.headless:
        return
    known: set[tuple[tuple[PathKey, ...], str]] = set()
    for rule in RULES:
        for issue in rule(chain):
            # A change that is tried on a wrong chain finds what is wrong with the chain.
            inner = issue.path[2:] if issue.path[:1] in (("scenarios",), ("interventions",)) else ()
            about = {(path, issue.found.en) for path in (issue.path, inner)}
            if not about & known and not _follows(issue, chain, entries):
                yield issue
            known.add((issue.path, issue.found.en))


def _follows(issue: Issue, chain: ValueChain, entries: Entries) -> bool:
    """Whether an issue may come from what was left out."""
    room, *rest = issue.path
    if not entries.issues:
        return False
    if not rest:  # nobody serves anybody, no departments
        return True
    broken = entries.broken.get(issue.path[:2], set())
    field = str(rest[1]) if len(rest) > 1 else None
    if field in _MONEY and "currency" in entries.broken.get((), set()):
        return True
    if field in broken or broken & _LOOKS_AT.get(field or "", set()):
        return True
    if room == "services":
        pair = str(rest[0]).split(":")[0]
        parties = set(pair.split(">"))
        provider = entries.broken.get(("departments", pair.split(">")[0]), set())
        if field == "work" and "staff" in provider:
            return True
        if field is None:  # two services with one key: perhaps it was misspelt
            return bool(parties & entries.lost) or any(
                "key" in entries.broken.get(("services", one), ())
                for one in entries.origin
                if one.split(":")[0] == pair
            )
        if field == "volume" and (entries.lost or entries.gives_more):
            return True  # perhaps it was pulled through what was left out
        client = pair.split(">")[1]
        return (field in _COMPARES and client in entries.compared) or (
            field == "for" and client in entries.gives_more
        )
    names = {part for step in rest[1:] for part in _PARTS.split(str(step))}
    return bool(names & entries.lost) or (
        room in ("scenarios", "interventions") and _names_what_is_broken(issue, chain, entries)
    )


def _names_what_is_broken(issue: Issue, chain: ValueChain, entries: Entries) -> bool:
    """Whether a change leads to a service that was left out, or to a field that was."""
    target = str(issue.path[-1])
    place = target.split(".")
    if len(place) >= 3 and place[2] in entries.broken.get((place[0], place[1]), set()):
        return True
    service = place[1] if len(place) >= 3 else target
    known = {one.id for one in chain.services}
    return service in entries.origin and service not in known
