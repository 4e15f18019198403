"""Promises as a table, those that cannot be kept first."""

from __future__ import annotations

from valuechain.analyzers import PromisesResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import NOTHING, SERVICE, VERDICT, cell, route, table
from valuechain.report.voice import Voice

PROMISED = Text("promised", "prometido")
PLANNED = Text("plan", "plan")
LETS_DOWN = Text("let down", "no da tiempo")
KEEPABLE = Text("9 in 10 within", "9 de cada 10, en")
HANGS_ON = Text("hangs on", "depende de")
VERDICTS = {
    "impossible": Text("cannot be kept", "no puede cumplirse"),
    "tight": Text("tight", "va justa"),
    "kept": Text("can be kept", "puede cumplirse"),
}


def promises_text(result: PromisesResult, voice: Voice) -> str:
    """Return every promise: what the plan takes, how often it lets down, what could be kept."""
    order = list(VERDICTS)
    records = [r for r in result.to_records("services") if r["verdict"] in VERDICTS]
    records.sort(key=lambda r: (order.index(r["verdict"]), -(r["let_down_share"] or 0.0), r["id"]))
    rows = [
        [
            route(record["id"], voice),
            str(voice.time(record["sla_hours"])),
            cell(record["planned_hours"], voice.time),
            cell(record["let_down_share"], voice.percent),
            cell(record["keepable_hours"], voice.time),
            voice.say(VERDICTS[record["verdict"]]),
            _blocker(record["id"], record["blocked_by"], voice),
        ]
        for record in records
    ]
    words = (SERVICE, PROMISED, PLANNED, LETS_DOWN, KEEPABLE, VERDICT, HANGS_ON)
    return table([voice.say(word) for word in words], rows, right=range(1, 5)) if rows else ""


def _blocker(service_id: str, other: str | None, voice: Voice) -> str:
    return NOTHING if other in (None, service_id) else route(str(other), voice)
