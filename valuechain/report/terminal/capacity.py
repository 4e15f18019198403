"""Capacity as tables: the staffs that were tried, and the room each department has."""

from __future__ import annotations

from valuechain.analyzers import DemandLimitResult, StaffResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import DEPARTMENT, LATE, cell, table
from valuechain.report.terminal.workload import BUSY, WAIT
from valuechain.report.voice import Voice
from valuechain.report.words.capacity import shortest

PEOPLE = Text("people", "personas")
KEPT = Text("enough", "basta")
YES, NO = Text("yes", "sí"), Text("no", "no")
TRIALS = {
    "now": Text("now", "ahora"),
    "too_few": Text("a little less", "algo menos"),
    "enough": Text("just enough", "lo justo"),
    "people": Text("in whole people", "en personas enteras"),
}
ROOM = Text("room to grow", "margen")
ROOM_AT_PEAK = Text("in busy periods", "en temporada alta")
STAFF = Text("people available", "personas disponibles")


def staff_text(result: StaffResult, voice: Voice) -> str:
    """Return the staffs that were tried, what each brings, and whether it is enough."""
    known = {record["id"]: record for record in result.to_records("trials")}
    if result.people == result.staff:
        del known["people"]
    trials = [trial for trial in TRIALS if trial in known]
    records = [known[trial] for trial in trials]
    columns = {
        "": [voice.say(TRIALS[trial]) for trial in trials],
        voice.say(PEOPLE): [shortest(record["staff"], voice) for record in records],
        voice.say(BUSY): voice.percents(*(record["utilization"] for record in records)),
        voice.say(WAIT): [cell(record["mean_wait_hours"], voice.time) for record in records],
    }
    if result.breach is not None:
        columns[voice.say(LATE)] = voice.percents(*(record["breach"] for record in records))
    columns[voice.say(KEPT)] = [voice.say(YES if record["kept"] else NO) for record in records]
    rows = list(zip(*columns.values(), strict=True))
    return table(list(columns), rows, right=range(1, len(columns) - 1))


def limit_text(result: DemandLimitResult, voice: Voice) -> str:
    """Return every department with a load, the one with the least room on top."""
    rows = [
        [
            voice.name(record["id"]),
            _room(record["growth_limit"], voice),
            _room(record["peak_growth_limit"], voice),
            voice.percent(record["utilization"]),
            shortest(record["capacity"], voice),
        ]
        for record in result.to_records("departments")
    ]
    words = (DEPARTMENT, ROOM, ROOM_AT_PEAK, BUSY, STAFF)
    return table([voice.say(word) for word in words], rows, right=range(1, len(words)))


def _room(factor: float, voice: Voice) -> str:
    """Return what a factor of demand leaves to grow, or has to fall, in percent."""
    said = voice.percent(factor - 1)
    return f"+{said}" if factor > 1 and said[0].isdigit() else said
