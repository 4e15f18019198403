"""A blow as two tables: what each customer feels, and wave by wave which services move."""

from __future__ import annotations

from valuechain.analyzers import DominoResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import (
    CUSTOMER,
    LATE,
    MEAN,
    SATISFIED,
    SERVICE,
    arrow,
    route,
    table,
)
from valuechain.report.voice import NO_BREAK, Voice
from valuechain.report.words.domino import hit_customers
from valuechain.report.words.records import Record

WAVE = Text("wave", "oleada")
ADDED = Text("added", "se añade")
ABSORBED = Text("absorbed", "se absorbe")
HIT = Text("hit", "afecta a")


def domino_text(result: DominoResult, voice: Voice) -> str:
    """Return two tables: what each customer feels, and wave by wave which services move."""
    customers = [
        [
            voice.name(r["id"]),
            *(_arrow(r, name, voice) for name in ("breach", "mean_hours", "csat")),
        ]
        for r in hit_customers(result)
    ]
    services = [
        [
            str(record["wave"]),
            route(record["id"], voice),
            _signed(record["added_hours"], voice),
            _signed(-record["absorbed_hours"], voice),
            voice.percent(record["hit_probability"]),
        ]
        for record in result.to_records("waves")
        if record["hit_probability"] > 0 or record["absorbed_hours"] > 0 or record["added_hours"]
    ]
    parts = []
    if customers:
        head = [voice.say(word) for word in (CUSTOMER, LATE, MEAN, SATISFIED)]
        parts.append(table(head, customers))
    if services:
        head = [voice.say(word) for word in (WAVE, SERVICE, ADDED, ABSORBED, HIT)]
        parts.append(table(head, services, right=(0, 2, 3, 4)))
    return "\n\n".join(parts)


def _arrow(record: Record, outcome: str, voice: Voice) -> str:
    """Return a figure before and after."""
    was, now = record[f"{outcome}_before"], record[f"{outcome}_after"]
    if was is None or now is None:
        return "-"
    both = voice.times(was, now) if outcome == "mean_hours" else voice.percents(was, now)
    return arrow(both)


def _signed(hours: float, voice: Voice) -> str:
    if hours == 0:
        return "-"
    sign = "+" if hours > 0 else "\N{MINUS SIGN}"
    return f"{sign}{voice.time(abs(hours))}".replace(NO_BREAK, " ")
