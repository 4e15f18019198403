"""Chains beside the first one: the inputs that differ, what customers notice, ranks that move."""

from __future__ import annotations

from collections.abc import Iterator

from valuechain.analyzers import ComparisonResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import (
    CUSTOMER,
    DEPARTMENT,
    LATE,
    MEAN,
    NOTHING,
    SATISFIED,
    WRITTEN,
    arrow,
    table,
)
from valuechain.report.voice import Voice
from valuechain.report.words.comparison import is_sure
from valuechain.report.words.domino import OUTCOMES
from valuechain.report.words.records import Record

INPUT = Text("input that differs", "dato que difiere")
AT_RISK = Text("at risk a year", "en riesgo al año")
NOT_WON = Text("not won a year", "sin ganar al año")
RANK = Text("place among bottlenecks", "puesto entre los cuellos de botella")
SHARES = (("breach", LATE), ("csat", SATISFIED))
MONEY = (("revenue_at_risk", AT_RISK), ("lost_sales", NOT_WON))
MOST_MOVES = 8


def comparison_text(result: ComparisonResult, voice: Voice) -> str:
    """Return three tables for each chain that differs from the first."""
    parts = []
    for variant in result.variants:
        if variant in result.unchanged:
            continue
        if len(result.variants) > 1:
            parts.append(f"{variant}:")
        parts += [part for part in _tables(result, variant, voice) if part]
    return "\n\n".join(parts)


def worse_off(result: ComparisonResult) -> bool:
    """Tell whether any customer is surely worse served in another chain than in the first."""
    return any(
        is_sure(record, name) and sign * record[f"{name}_change"] > 0
        for record in result.to_records("customers")
        for name, sign in (("breach", 1), ("mean_hours", 1), ("csat", -1))
    )


def _tables(result: ComparisonResult, variant: str, voice: Voice) -> Iterator[str]:
    changes = [r for r in result.to_records("changes") if r["variant"] == variant]
    rows = [[r["path"], arrow([r[end] or NOTHING for end in ("before", "after")])] for r in changes]
    yield table([voice.say(INPUT), voice.say(WRITTEN)], rows)
    customers = [
        record
        for record in result.to_records("customers")
        if record["variant"] == variant and any(is_sure(record, name) for name, _ in OUTCOMES)
    ]
    if customers:
        money = [(n, w) for n, w in MONEY if any(r[f"{n}_before"] is not None for r in customers)]
        words = (CUSTOMER, LATE, MEAN, SATISFIED, *(word for _, word in money))
        names = ("breach", "mean_hours", "csat", *(name for name, _ in money))
        rows = [
            [voice.name(r["customer"]), *(_arrow(r, name, voice) for name in names)]
            for r in customers
        ]
        yield table([voice.say(word) for word in words], rows)
    moves = [
        record
        for record in result.to_records("departments")
        if record["variant"] == variant and record["rank_change"]
    ]
    moves.sort(key=lambda r: (min(r["rank_before"], r["rank_after"]), r["department"]))
    rows = [
        [
            voice.name(record["department"]),
            arrow([voice.number(record[f"rank_{end}"]) for end in ("before", "after")]),
        ]
        for record in moves[:MOST_MOVES]
    ]
    if rows:
        yield table([voice.say(DEPARTMENT), voice.say(RANK)], rows)


def _arrow(record: Record, name: str, voice: Voice) -> str:
    pair = record[f"{name}_before"], record[f"{name}_after"]
    if None in pair:
        return NOTHING
    if name == "mean_hours":
        return arrow(voice.times(*pair))
    if name in dict(SHARES):
        return arrow(voice.percents(*pair))
    return arrow([voice.money(amount) for amount in pair])
