"""Words for `staff_for` and `demand_limit`: how many people it takes, how much room there is."""

from __future__ import annotations

from valuechain.analyzers import DemandLimitResult, StaffResult
from valuechain.errors import Text
from valuechain.report.voice import Voice
from valuechain.report.words.records import record_of

NEEDS = Text(
    "{department} needs {staff} people{whole} to keep {targets}; now: {now}.",
    "En {department} hacen falta {staff} personas{whole} para {targets}; ahora: {now}.",
)
NEEDS_ONE = Text(
    "{department} needs one person to keep {targets}; now: {now}.",
    "En {department} basta una persona para {targets}; ahora: {now}.",
)
IN_WHOLE = Text(" (in whole people, {people})", " (en personas enteras, {people})")
THEN = Text(
    "With {people} it would be busy {use} of the time, and work would wait {wait} on average.",
    "Con {people}, la ocupación sería del {use} y el trabajo esperaría {wait} de media.",
)
WAIT = Text("waits within {time}", "no esperar más de {time} de media")
BREACH = Text("late deliveries to {share}", "no entregar tarde más del {share}")
BUSY = Text("people busy at most {share}", "no pasar del {share} de ocupación")
ROOM = Text(
    "All demand could grow by {share} before the first overload, at {department}.",
    "Toda la demanda podría crecer un {share} antes de la primera sobrecarga, que sería en "
    "{department}.",
)
NO_ROOM = Text(
    "There is no room to grow: {department} is overloaded already. Demand would have to fall by "
    "{share}.",
    "No hay margen para crecer: en {department} ya hay sobrecarga. La demanda tendría que bajar un "
    "{share}.",
)
JUST_FULL = Text(
    "There is no room to grow: {department} is exactly at its capacity.",
    "No hay margen para crecer: {department} está justo en su capacidad.",
)
PEAK_ROOM = Text(
    "In busy periods there is room for {share} more; {department} comes first.",
    "En temporada alta solo caben un {share} más; lo primero que se llena es {department}.",
)
NO_PEAK_ROOM = Text(
    "In busy periods {department} is overloaded already.",
    "En temporada alta ya hay sobrecarga en {department}.",
)


def staff_words(result: StaffResult, voice: Voice) -> list[str]:
    """Say how many people it takes, and what they would bring."""
    targets = []
    if result.wait_hours is not None:
        targets.append(voice.say(WAIT, time=voice.time(result.wait_hours)))
    if result.breach is not None:
        targets.append(voice.say(BREACH, share=voice.percent(result.breach)))
    if result.utilization is not None:
        targets.append(voice.say(BUSY, share=voice.percent(result.utilization)))
    whole = ""
    if result.people != result.staff and result.people > 1:
        whole = voice.say(IN_WHOLE, people=voice.number(result.people))
    words = {
        "department": voice.name(result.department),
        "staff": shortest(result.staff, voice),
        "whole": whole,
        "targets": voice.listed(targets),
        "now": shortest(result.staff_now, voice),
    }
    then = record_of(result.table("trials"), "people")
    return [
        voice.say(NEEDS_ONE if result.staff == 1 else NEEDS, **words),
        voice.say(
            THEN,
            people=voice.number(result.people),
            use=voice.percent(then["utilization"]),
            wait=voice.time(then["mean_wait_hours"]),
        ),
    ]


def limit_words(result: DemandLimitResult, voice: Voice) -> list[str]:
    """Say how much more may be asked for, and who is full first."""
    department, room = voice.name(result.department), result.factor - 1
    phrase = ROOM if room > 0 else NO_ROOM if room < 0 else JUST_FULL
    sentences = [voice.say(phrase, department=department, share=voice.percent(abs(room)))]
    if room > 0 and result.peak_factor < result.factor:
        peak, name = result.peak_factor - 1, voice.name(result.peak_department)
        phrase = PEAK_ROOM if peak > 0 else NO_PEAK_ROOM
        sentences.append(voice.say(phrase, department=name, share=voice.percent(abs(peak))))
    return sentences


def shortest(number: float, voice: Voice) -> str:
    """Return a number, such as of people, with as many decimals as it has, at most two."""
    decimals = next((d for d in (0, 1) if abs(round(number, d) - number) < 1e-9), 2)
    return voice.number(number, decimals)
