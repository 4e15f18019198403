"""Words for `compare`: what differs, and what customers get of it."""

from __future__ import annotations

from collections.abc import Sequence

from valuechain.analyzers import ComparisonResult
from valuechain.errors import Text
from valuechain.report.voice import Voice
from valuechain.report.words.at_stake import at_stake_words
from valuechain.report.words.domino import OUTCOMES, is_noted
from valuechain.report.words.records import Record

SAME = Text("No input differs, and nothing changes.", "No difiere ningún dato, y no cambia nada.")
INPUTS = (
    Text("{variant}: one input differs.", "{variant}: difiere un dato."),
    Text("{variant}: {n} inputs differ.", "{variant}: difieren {n} datos."),
)
NOBODY = Text("No customer notices.", "Ningún cliente lo nota.")
MOST = Text("{customer} notices it most: {changes}.", "Quien más lo nota es {customer}: {changes}.")
LESS = Text(
    "Together they take {customer} from {before} to {after} late; each by itself would have added "
    "up to {parts}.",
    "Juntas llevan a {customer} de {before} a {after} tarde; sumadas una a una, habrían sido "
    "{parts}.",
)
SURE = 2.0  # standard errors from which a change is more than chance


def comparison_words(result: ComparisonResult, voice: Voice) -> list[str]:
    """Say for each chain how many inputs differ and who notices most; then all together."""
    if len(result.unchanged) == len(result.variants):
        return [voice.say(SAME)]
    sentences = []
    for variant in result.variants:
        n = sum(record["variant"] == variant for record in result.to_records("changes"))
        if n:
            name = variant if len(result.variants) > 1 else voice.say(result.title)
            sentences.append(voice.say(INPUTS[min(n, 2) - 1], variant=name, n=voice.number(n)))
            rows = [r for r in result.to_records("customers") if r["variant"] == variant]
            sentences.append(_customers(rows, voice))
            sentences += at_stake_words(rows, result.currency, voice)
    return [*sentences, _together(result, voice)]


def _customers(rows: Sequence[Record], voice: Voice) -> str:
    noted = [record for record in rows if any(is_sure(record, name) for name, _ in OUTCOMES)]
    if not noted:
        return voice.say(NOBODY)
    most = max(
        noted,
        key=lambda r: (
            abs(r["breach_change"] or 0.0), abs(r["csat_change"] or 0.0),
            abs(r["mean_hours_change"] or 0.0),
        ),
    )  # fmt: skip
    clauses = []
    for name, phrase in OUTCOMES:
        if is_sure(most, name):
            pair = most[f"{name}_before"], most[f"{name}_after"]
            said = voice.times(*pair) if name == "mean_hours" else voice.percents(*pair)
            clauses.append(voice.say(phrase, before=said[0], after=said[1]))
    return voice.say(MOST, customer=voice.name(most["customer"]), changes="; ".join(clauses))


def is_sure(record: Record, name: str) -> bool:
    """Whether a change is worth a word and more than chance."""
    error = record[f"{name}_change_error"] or 0.0
    return is_noted(record, name) and abs(record[f"{name}_change"]) > SURE * error


def _together(result: ComparisonResult, voice: Voice) -> str:
    """Say what all bring together beside the sum of their parts, for the one it matters most to."""
    if "combined" not in result.tables:
        return ""
    rows = [r for r in result.to_records("combined") if r["breach_combined_change"]]
    if not rows:
        return ""
    row = max(rows, key=lambda r: (abs(r["breach_combined_change"]), r["id"]))
    before = next(
        r["breach_before"] for r in result.to_records("customers") if r["customer"] == row["id"]
    )
    after, parts = (before + row[f"breach_{kind}_change"] for kind in ("combined", "sum"))
    if not 0.0 <= parts <= 1.0:  # a sum that is no share cannot be said as one
        return ""
    first, second, third = voice.percents(before, after, parts)
    customer = voice.name(row["id"])
    return voice.say(LESS, customer=customer, before=first, after=second, parts=third)
