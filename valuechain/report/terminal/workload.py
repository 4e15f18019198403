"""Loads as a table, the busiest department first."""

from __future__ import annotations

from valuechain.analyzers import WorkloadResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import DEPARTMENT, NOTHING, cell, table
from valuechain.report.voice import Voice
from valuechain.report.words.workload import PERIODS, count

BUSY = Text("busy", "ocupación")
PEAK = Text("at peak", "en temporada alta")
WAIT = Text("mean wait", "espera media")
QUEUE = Text("in the queue", "en cola")
PILES_UP = Text("pile up each {period}", "se acumulan cada {period}")


def workload_text(result: WorkloadResult, voice: Voice) -> str:
    """Return every department whose load can be told; what piles up only where anything does."""
    records = [r for r in result.to_records("departments") if r["utilization"] is not None]
    records.sort(key=lambda r: (-r["utilization"], r["id"]))
    if not records:
        return ""
    words = [DEPARTMENT, BUSY, PEAK, WAIT, QUEUE]
    grows = any(record["backlog_growth"] for record in records)
    rows = []
    for record in records:
        row = [
            voice.name(record["id"]),
            voice.percent(record["utilization"]),
            cell(record["peak_utilization"], voice.percent),
            cell(record["mean_wait_hours"], voice.time),
            cell(record["queue_length"], lambda n: count(n, voice)),
        ]
        if grows:
            row.append(
                count(record["backlog_growth"], voice) if record["backlog_growth"] else NOTHING
            )
        rows.append(row)
    head = [voice.say(word) for word in words]
    if grows:
        head.append(voice.say(PILES_UP, period=voice.say(PERIODS[result.period])))
    return table(head, rows, right=range(1, len(head)))
