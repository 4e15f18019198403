"""Words for `rank_bottlenecks`: whom to mend first, and who can wait."""

from __future__ import annotations

from valuechain.analyzers import BottlenecksResult
from valuechain.errors import Text
from valuechain.report.voice import Voice
from valuechain.report.words.records import largest, named

FIX_FIRST = Text(
    "Begin with {department}: on time, {outcome} would go from {before} to {after}{whom}.",
    "Conviene empezar por {department}: cumpliendo sus plazos, {outcome} pasaría de {before} a "
    "{after}{whom}.",
)
FIX_ALL = Text(
    "Begin with {department}: on time, {outcome} would vanish; now it is {before}{whom}.",
    "Conviene empezar por {department}: cumpliendo sus plazos, {outcome} desaparecería; hoy es de "
    "{before}{whom}.",
)
FIX_NOBODY = Text(
    "No department, by itself, changes {outcome} noticeably.",
    "Ningún departamento, por sí solo, cambia de forma apreciable {outcome}.",
)
OF_CUSTOMER = Text(" ({customer})", " ({customer})")
OF_ALL = Text(" (all customers, {weighted})", " (todos los clientes, {weighted})")
FIX_NEXT = Text("Then {departments}.", "Después, {departments}.")
FIX_UNHURRIED = Text(
    "{department} scores worst inside, yet moves no customer: it can wait.",
    "{department} es quien peor puntúa dentro y no mueve a ningún cliente: puede esperar.",
)
FIX_UNHURRIED_FOR = Text(
    "{department} scores worst inside, yet changes nothing for {customer}.",
    "{department} es quien peor puntúa dentro, pero no cambia nada para {customer}.",
)
FIX_UNKNOWN = Text("Nothing is measured of {departments}.", "De {departments} no hay nada medido.")
OUTCOMES: dict[str, Text] = {
    "mean_late_hours": Text("the mean lateness", "el retraso medio"),
    "breach": Text("the share late", "la parte que llega tarde"),
    "mean_hours": Text("the mean lead time", "el plazo medio"),
    "dissatisfied": Text("the share dissatisfied", "la insatisfacción"),
    "revenue_at_risk": Text("the yearly revenue at risk", "el ingreso anual en riesgo"),
}


def bottlenecks_words(result: BottlenecksResult, voice: Voice) -> list[str]:
    """Say which department to fix first, what that brings, and what can wait."""
    outcome = voice.say(OUTCOMES[result.outcome])
    records = result.to_records("departments")
    first = [record for record in records if record["verdict"] == "bottleneck"]
    if not first:
        sentences = [voice.say(FIX_NOBODY, outcome=outcome)]
    else:
        after = result.total - first[0]["fix_only_this"]
        if result.unit == "share":
            figures = voice.percents(result.total, after)
        else:
            long, short = voice.times(result.total, max(after, 0.0))
            figures = (str(long), str(short))
        department = voice.name(first[0]["id"])
        words = {"before": figures[0], "after": figures[1], "whom": whose(result, voice)}
        phrase = FIX_FIRST if after > 1e-9 else FIX_ALL
        sentences = [voice.say(phrase, department=department, outcome=outcome, **words)]
        if first[1:]:
            names = [voice.name(record["id"]) for record in first[1:3]]
            sentences.append(voice.say(FIX_NEXT, departments=voice.listed(names)))
    sentences.append(unhurried_sentence(result, voice))
    unknown = [record["id"] for record in records if record["verdict"] == "not measured"]
    if unknown:
        sentences.append(voice.say(FIX_UNKNOWN, departments=named(unknown, voice)))
    return sentences


def whose(result: BottlenecksResult, voice: Voice) -> str:
    """Return in brackets whom a ranking is about, where there are several customers."""
    if result.customer is not None:
        return voice.say(OF_CUSTOMER, customer=voice.name(result.customer))
    clients = {record["client"] for record in result.to_records("services")}
    if len(clients - set(result.table("departments").ids)) == 1:
        return ""
    return voice.say(OF_ALL, weighted=result.weighted.say(voice.lang))


def unhurried_sentence(result: BottlenecksResult, voice: Voice) -> str:
    """Say who scores worst inside, if that moves no customer; else nothing."""
    worst = largest(result.to_records("departments"), "internal_score")
    alone = worst is not None and worst["verdict"] == "no measurable effect on customers"
    # Where requests do wait for it, it may well matter together with others.
    if worst is None or not alone or worst["criticality_index"] > 0.01:
        return ""
    department = voice.name(worst["id"])
    if result.customer is not None:  # it may well matter to another one
        customer = voice.name(result.customer)
        return voice.say(FIX_UNHURRIED_FOR, department=department, customer=customer)
    return voice.say(FIX_UNHURRIED, department=department)
