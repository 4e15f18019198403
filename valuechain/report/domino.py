"""What a blow does to a chain: the words on its figures before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from valuechain.analyzers import DelayResult, OutcomesResult
from valuechain.report import phrases as p
from valuechain.report.paragraph import service_name
from valuechain.report.voice import Voice

# Runs share their random numbers, so any difference is real; smaller ones are not worth a word.
NOTED_SHARE, NOTED_TIME = 0.0005, 0.005
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """A chain's results, before or after."""

    delay: DelayResult
    outcomes: OutcomesResult


@dataclass(frozen=True)
class Change:
    """A row before and after; both have the same columns."""

    id: str
    before: Record
    after: Record

    def is_noted(self, column: str) -> bool:
        """Whether a column changes by half a thousandth, a time by half a percent."""
        least = NOTED_SHARE
        if column == "mean_hours":
            least = NOTED_TIME * (self.before[column] or 0.0) + 1e-9
        return abs(self.by(column)) >= least

    def by(self, column: str) -> float:
        """Return how much a column rises; 0 where it is not known."""
        before, after = self.before[column], self.after[column]
        return 0.0 if before is None or after is None else float(after) - float(before)


def changed_customers(before: Run, after: Run) -> list[Change]:
    """Return the customers who feel it, hit hardest first: by share late, then by time."""
    changes = _changes(before.outcomes.to_records(), after.outcomes.to_records())
    columns = ("breach", "mean_hours", "csat")
    felt = [change for change in changes if any(map(change.is_noted, columns))]
    return sorted(felt, key=lambda c: (-c.by("breach"), -c.by("mean_hours"), c.by("csat"), c.id))


def changed_services(before: Run, after: Run) -> list[Change]:
    """Return the services whose mean time changes, those that lose most first."""
    changes = _changes(before.delay.to_records("services"), after.delay.to_records("services"))
    moved = [change for change in changes if change.is_noted("mean_hours")]
    return sorted(moved, key=lambda change: (-change.by("mean_hours"), change.id))


def domino_words(before: Run, after: Run, voice: Voice) -> str:
    """Return who is hit, how hard, and what arrives later on the way."""
    customers, services = changed_customers(before, after), changed_services(before, after)
    if not customers and not services:
        return voice.say(p.HIT_NOTHING)
    sentences = [voice.say(p.HIT_NOBODY)]
    if customers:
        served = [r for r in after.outcomes.to_records() if r["mean_hours"] is not None]
        m, n = voice.number(len(customers)), voice.number(len(served))
        phrase = p.HIT_ONE if len(customers) == 1 else p.HIT_MOST
        name, moved = voice.name(customers[0].id), "; ".join(_felt(customers[0], voice))
        sentences = [voice.say(phrase, customer=name, changes=moved, m=m, n=n)]
    later = [change for change in services if change.by("mean_hours") > 0]
    if later:
        sentences.append(
            voice.say(
                p.HIT_SERVICE if len(later) == 1 else p.HIT_SERVICES,
                n=voice.number(len(later)),
                service=service_name(later[0].id, voice),
                added=voice.time(later[0].by("mean_hours")),
            )
        )
    return " ".join(sentences)


def _felt(change: Change, voice: Voice) -> list[str]:
    """Return what changes for a customer, as clauses."""
    clauses = []
    for column, phrase in (
        ("breach", p.HIT_LATE),
        ("mean_hours", p.HIT_TIME),
        ("csat", p.HIT_CSAT),
    ):
        if not change.is_noted(column):
            continue
        pair = change.before[column], change.after[column]
        said = voice.times(*pair) if column == "mean_hours" else voice.percents(*pair)
        clauses.append(voice.say(phrase, before=said[0], after=said[1]))
    return clauses


def _changes(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Change]:
    later = {record["id"]: record for record in after}
    return [Change(record["id"], record, later[record["id"]]) for record in before]
