"""Words for `compute_workload`: who has more to do than can be done, and how long work waits."""

from __future__ import annotations

from collections.abc import Sequence

from valuechain.analyzers import WorkloadResult
from valuechain.errors import Text
from valuechain.report.paragraph import service_name
from valuechain.report.voice import Voice
from valuechain.report.words.records import Record, largest, named

OVERLOADED = Text(
    "{department} is asked for more than it can do, {share} of its capacity: each {period}, {n} "
    "more jobs pile up.",
    "A {department} se le pide más de lo que puede atender, el {share} de su capacidad: cada "
    "{period} se acumulan {n} trabajos más.",
)
FULL = Text(
    "{department} is asked for all that it can do: there is no room for a single delay.",
    "A {department} se le pide todo lo que puede atender: no queda margen para ningún imprevisto.",
)
ALSO_OVERLOADED = Text(
    "Also overloaded: {departments}.", "También hay sobrecarga en {departments}."
)
NOBODY_OVERLOADED = Text(
    "Nobody is overloaded. The busiest is {department}, at {share} of its capacity; work waits "
    "{wait} for it on average.",
    "No hay sobrecarga. Donde más se acerca es en {department}, al {share} de su capacidad; ahí "
    "el trabajo espera {wait} de media.",
)
IDLE = Text("Nobody has anything to do.", "Nadie tiene nada que hacer.")
LONGEST_WAIT = Text(
    "The longest wait is at {department}: {wait}.",
    "Donde más se espera es en {department}: {wait}.",
)
AT_PEAK = Text(
    "In busy periods {department} would need {share} of its capacity.",
    "En temporada alta, {department} necesitaría el {share} de su capacidad.",
)
DISAGREE = Text(
    "The volume of “{service}” does not fit: {declared} a {period} declared, {derived} by its "
    "client's work{more}.",
    "El volumen de «{service}» no cuadra: {declared} al {period} declarados, {derived} según el "
    "trabajo de su cliente{more}.",
)
DISAGREE_MORE = Text(", and {n} more like it", ", y otros {n} igual")
NO_VOLUME = Text(
    "No volume is declared for {customers}: what is asked for there is not counted.",
    "Falta el volumen de lo que se entrega a {customers}: no está contado.",
)
NO_WORK = Text(
    "At {departments}, some services have no hands-on time: the real load is higher.",
    "En {departments} hay servicios sin horas de trabajo: la carga real es mayor.",
)
NOT_TOLD = Text(
    "The load of {n} of {m} departments cannot be told: staff, work or volumes are missing.",
    "De {n} de {m} departamentos no puede decirse la carga: falta personal "
    "(staff), horas de trabajo (work) o volumen.",
)
NONE_TOLD = Text(
    "No department's load can be told: staff, work or volumes are missing.",
    "No puede decirse la carga de ningún departamento: falta personal (staff), horas de "
    "trabajo (work) o volumen.",
)
PERIODS: dict[str, Text] = {
    "hour": Text("hour", "hora"),
    "day": Text("day", "día"),
    "week": Text("week", "semana"),
    "month": Text("month", "mes"),
    "quarter": Text("quarter", "trimestre"),
    "year": Text("year", "año"),
}


def workload_words(result: WorkloadResult, voice: Voice) -> list[str]:
    """Say who is overloaded or busiest, where work waits longest, and what does not fit."""
    records = result.to_records("departments")
    known = [record for record in records if record["utilization"] is not None]
    if not known:
        return [voice.say(NONE_TOLD), *_doubts(result, voice)]
    sentences = _load(result, known, voice)
    sentences += _peak(known, voice)
    sentences += _doubts(result, voice)
    if len(known) < len(records):
        n, m = (voice.number(k) for k in (len(records) - len(known), len(records)))
        sentences.append(voice.say(NOT_TOLD, n=n, m=m))
    return sentences


def _load(result: WorkloadResult, known: Sequence[Record], voice: Voice) -> list[str]:
    busiest = largest(known, "utilization")
    if busiest is None:
        return [voice.say(IDLE)]
    department, share = voice.name(busiest["id"]), voice.percent(busiest["utilization"])
    if result.overloaded:
        words = {
            "period": voice.say(PERIODS[result.period]),
            "n": count(busiest["backlog_growth"], voice),
        }
        phrase = OVERLOADED if busiest["backlog_growth"] > 0 else FULL
        sentences = [voice.say(phrase, department=department, share=share, **words)]
        if result.overloaded[1:]:
            others = named(result.overloaded[1:], voice)
            sentences.append(voice.say(ALSO_OVERLOADED, departments=others))
        return sentences
    wait = voice.time(busiest["mean_wait_hours"])
    sentences = [voice.say(NOBODY_OVERLOADED, department=department, share=share, wait=wait)]
    slowest = largest(known, "mean_wait_hours")
    if slowest is not None and slowest["id"] != busiest["id"]:
        name, wait = voice.name(slowest["id"]), voice.time(slowest["mean_wait_hours"])
        sentences.append(voice.say(LONGEST_WAIT, department=name, wait=wait))
    return sentences


def _peak(known: Sequence[Record], voice: Voice) -> list[str]:
    """Say who is overloaded in busy periods only."""
    only_then = [r for r in known if r["peak_utilization"] >= 1 and not r["overloaded"]]
    worst = largest(only_then, "peak_utilization")
    if worst is None:
        return []
    share = voice.percent(worst["peak_utilization"])
    return [voice.say(AT_PEAK, department=voice.name(worst["id"]), share=share)]


def _doubts(result: WorkloadResult, voice: Voice) -> list[str]:
    sentences = []
    if result.disagreements:
        first, *others = result.disagreements
        more = voice.say(DISAGREE_MORE, n=voice.number(len(others))) if others else ""
        sentences.append(
            voice.say(
                DISAGREE,
                service=service_name(first.service, voice),
                declared=count(first.declared, voice),
                derived=count(first.derived, voice),
                period=voice.say(PERIODS[result.period]),
                more=more,
            )
        )
    if result.without_volume:
        clients = sorted({s.partition(">")[2].partition(":")[0] for s in result.without_volume})
        sentences.append(voice.say(NO_VOLUME, customers=named(clients, voice)))
    if result.without_work:
        sentences.append(voice.say(NO_WORK, departments=named(result.without_work, voice)))
    return sentences


def count(value: float, voice: Voice) -> str:
    """Return a number of jobs, with a decimal where it is small."""
    text = voice.number(value, 1 if value < 10 else 0)
    return text[:-2] if text.endswith((",0", ".0")) else text
