"""Where an outcome comes from as a table, the largest part first."""

from __future__ import annotations

from valuechain.analyzers import AttributionResult, ChangeAttributionResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import NOTHING, WRITTEN, arrow, table
from valuechain.report.voice import Voice
from valuechain.report.words.attribution import part_of, source_name
from valuechain.report.words.change_attribution import changed_input, signed_part
from valuechain.report.words.records import Record

SOURCE = Text("source", "origen")
PART = Text("part", "parte")
ERROR = Text("error", "error")
SHARE = Text("share", "peso")
ALONE = Text("on plan alone", "en plan él solo")
TOGETHER = Text("best together with", "mejor junto con")
WITH = Text("{name}: {drop}", "{name}: {drop}")
INPUT = Text("input", "dato")


def attribution_text(result: AttributionResult, voice: Voice) -> str:
    """Return the parts of an outcome, and what each source on plan takes off it."""
    names = {r["id"]: source_name(result, voice, r) for r in result.to_records("sources")}
    rows = [
        [
            names[record["id"]],
            part_of(result, voice, record["contribution"]),
            part_of(result, voice, record["standard_error"]),
            voice.percent(record["share"]),
            part_of(result, voice, record["fix_only_this"]),
            _partner(result, record, names, voice),
        ]
        for record in result.to_records("sources")
        if record["contribution"] or record["fix_only_this"]
    ]
    words = (SOURCE, PART, ERROR, SHARE, ALONE, TOGETHER)
    return table([voice.say(word) for word in words], rows, right=range(1, 5)) if rows else ""


def _partner(result: AttributionResult, record: Record, names: dict[str, str], voice: Voice) -> str:
    if record["best_with"] is None:
        return NOTHING
    drop = part_of(result, voice, record["fix_with_best"])
    return voice.say(WITH, name=names[record["best_with"]], drop=drop)


def change_text(result: ChangeAttributionResult, voice: Voice) -> str:
    """Return the inputs that changed, with what each did to the outcome."""
    rows = [
        [
            changed_input(result, voice, record),
            signed_part(result, voice, record["contribution"]) if record["contribution"] else "0",
            arrow([record[end] or NOTHING for end in ("before", "after")]),
        ]
        for record in result.to_records("inputs")
    ]
    head = [voice.say(word) for word in (INPUT, PART, WRITTEN)]
    return table(head, rows, right=(1,)) if rows else ""
