"""Where a problem gets to as a table, the likeliest first: customers, then departments."""

from __future__ import annotations

from valuechain.analyzers import ReachResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import CUSTOMER, DEPARTMENT, NOTHING, table
from valuechain.report.voice import Voice

CHANCE = Text("chance", "probabilidad")
ERROR = Text("error", "error")


def reach_text(result: ReachResult, voice: Voice) -> str:
    """Return who notices how likely, with the standard error where it was sampled."""
    parts = []
    for level, word in (("customers", CUSTOMER), ("departments", DEPARTMENT)):
        records = [
            r for r in result.to_records(level) if r["probability"] and r["id"] != result.source
        ]
        records.sort(key=lambda r: (-r["probability"], r["id"]))
        rows = [
            [
                voice.name(record["id"]),
                voice.percent(record["probability"]),
                voice.percent(record["standard_error"]) if record["standard_error"] else NOTHING,
            ]
            for record in records
        ]
        if rows:
            head = [voice.say(title) for title in (word, CHANCE, ERROR)]
            parts.append(table(head, rows, right=(1, 2)))
    return "\n\n".join(parts)
