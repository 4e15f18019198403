"""Outcomes as two tables: what reaches each customer, and how far that may be off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from valuechain.analyzers import OutcomesResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import CUSTOMER, LATE, MEAN, SATISFIED, cell, table
from valuechain.report.voice import Voice

NPS = Text("NPS", "NPS")
LEAVE = Text("leave a year", "se van al año")
WON = Text("won", "se ganan")
AT_RISK = Text("at risk a year", "en riesgo al año")
NOT_WON = Text("not won a year", "sin ganar al año")
RANGES = Text(
    "9 in 10 draws of all that is uncertain give:",
    "En 9 de cada 10 sorteos de todo lo incierto sale:",
)
RANGE = Text("{low} to {high}", "{low} a {high}")

Say = Callable[[Any], object]


def _columns(voice: Voice) -> dict[str, tuple[Text, Say]]:
    """Return what is shown of each customer: the head, and how its figures are said."""
    return {
        "breach": (LATE, voice.percent),
        "mean_hours": (MEAN, voice.time),
        "csat": (SATISFIED, voice.percent),
        "nps": (NPS, voice.number),
        "churn": (LEAVE, voice.percent),
        "won_share": (WON, voice.percent),
        "revenue_at_risk": (AT_RISK, voice.money),
        "lost_sales": (NOT_WON, voice.money),
    }


def outcomes_text(result: OutcomesResult, voice: Voice) -> str:
    """Return what reaches each customer, the least satisfied first; no column that is empty."""
    columns = _columns(voice)
    rows = result.table("customers").records(columns)
    rows.sort(key=lambda r: (r["csat"] is None, r["csat"] or 0.0, r["id"]))
    told = [name for name in columns if any(row[name] is not None for row in rows)]
    head = [voice.say(CUSTOMER), *(voice.say(columns[name][0]) for name in told)]
    cells = [
        [voice.name(row["id"]), *(cell(row[name], columns[name][1]) for name in told)]
        for row in rows
    ]
    return table(head, cells, right=range(1, len(head))) if told else ""


def ranges_text(result: OutcomesResult, voice: Voice) -> str:
    """Return the ends of each outcome over the ranges; nothing where none is uncertain."""
    columns = _columns(voice)
    ends = [f"{name}_{end}" for name in columns for end in ("low", "high")]
    rows = result.table("customers").records(ends)
    wide = [
        name
        for name in columns
        if any(_ends(row, name, columns[name][1], voice) != "" for row in rows)
    ]
    cells = [
        [voice.name(row["id"]), *(_ends(row, name, columns[name][1], voice) for name in wide)]
        for row in rows
    ]
    cells = [line for line in cells if any(line[1:])]
    if not cells:
        return ""
    head = [voice.say(CUSTOMER), *(voice.say(columns[name][0]) for name in wide)]
    return f"{voice.say(RANGES)}\n\n{table(head, cells, right=range(1, len(head)))}"


def _ends(row: dict[str, Any], name: str, say: Say, voice: Voice) -> str:
    """Return both ends; nothing where they look alike."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if low is None or high is None:
        return ""
    first, second = str(say(low)), str(say(high))
    return "" if first == second else voice.say(RANGE, low=first, high=second)
