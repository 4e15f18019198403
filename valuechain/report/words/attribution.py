"""Words for `attribute`: where an outcome arises, what no plan helps, and what it pays to mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from valuechain.analyzers import AttributionResult, ChangeAttributionResult
from valuechain.analyzers.attribution.kind_names import KINDS
from valuechain.errors import Text
from valuechain.report.paragraph import service_name
from valuechain.report.voice import FINE, Voice
from valuechain.report.words.bottlenecks import OUTCOMES
from valuechain.report.words.records import Record

SHOWN = 3
SMALL = 0.01  # of the total: what is smaller is not worth a word
SURE = 2.0  # standard errors apart
NOT_REACHED = Text(
    "Nobody serves {customer}: nothing that happens in this chain has an effect there.",
    "Nadie sirve a {customer}: nada de lo que ocurre en esta cadena influye ahí.",
)
NOTHING = {
    "mean_late_hours": Text(
        "Nothing arrives late for {customer}: there is nothing to share out.",
        "A {customer} no le llega nada tarde: no hay nada que repartir.",
    ),
    "breach": Text(
        "Nothing arrives late for {customer}: there is nothing to share out.",
        "A {customer} no le llega nada tarde: no hay nada que repartir.",
    ),
    "mean_hours": Text(
        "No measured time leads to {customer}: there is nothing to share out.",
        "Ningún tiempo medido lleva a {customer}: no hay nada que repartir.",
    ),
    "dissatisfied": Text(
        "Nothing dissatisfies {customer}: there is nothing to share out.",
        "Nada deja insatisfecho a {customer}: no hay nada que repartir.",
    ),
    "revenue_at_risk": Text(
        "No revenue of {customer} is at risk beyond that of an ideal day: there is nothing to "
        "share out.",
        "No hay ingresos de {customer} en riesgo respecto a un día ideal: no hay nada que "
        "repartir.",
    ),
}
LOST_SALES = Text("the yearly amount of sales not won", "el importe anual de las ventas sin ganar")
FELT = ("dissatisfied", "revenue_at_risk")
PARTS = Text(
    "Of {outcome} of {customer} ({total}), {source} accounts for {part} ({share}){others}.",
    "En {outcome} de {customer} ({total}), {source} aporta {part} (el {share}){others}.",
)
NEXT = (
    Text("; then comes {sources}", "; le sigue {sources}"),
    Text("; then come {sources}", "; le siguen {sources}"),
)
SOURCE = Text("{source} ({part})", "{source} ({part})")
POINTS = (Text("{n} point", "{n} punto"), Text("{n} points", "{n} puntos"))
ON_TIME = Text(
    "For {customer} {outcome} is {total}, and all sources keep to their plans.",
    "Para {customer}, {outcome} es de {total}, y todos cumplen su plan.",
)
PROMISE_ITSELF = Text(
    "With all of them on plan {rest} would remain: that is what the promises themselves bring.",
    "Aun con todos en plan quedarían {rest}: es lo que traen las propias promesas.",
)
PROMISE_ITSELF_SHARE = Text(
    "With all of them on plan {rest} would remain: that is what the promises themselves bring.",
    "Aun con todos en plan quedaría un {rest}: es lo que traen las propias promesas.",
)
ON_PLAN = Text("With all of them on plan it would be {rest}.", "Con todos en plan sería de {rest}.")
FIX = Text(
    "What brings most by itself is {source} on plan: {drop} less.",
    "Lo que más rinde por sí solo es {source} en plan: {drop} menos.",
)
TOGETHER = Text(
    "Mending {one} alone brings little ({alone}), since {other} would be as late; both together, "
    "{joint} less.",
    "Mejorar solo {one} rinde poco ({alone}), porque {other} llegaría igual de tarde; a la vez, "
    "{joint} menos.",
)
TOGETHER_NOTHING = Text(
    "Mending {one} alone brings nothing, since {other} would be as late; both together, {joint} "
    "less.",
    "Mejorar solo {one} no rinde nada, porque {other} llegaría igual de tarde; a la vez, {joint} "
    "menos.",
)
TOGETHER_FELT = Text(
    "Mending {one} alone brings little ({alone}), since what comes from {other} weighs there too; "
    "both together, {joint} less.",
    "Mejorar solo {one} rinde poco ({alone}), porque ahí pesa también lo que llega de {other}; a "
    "la vez, {joint} menos.",
)
UNSURE = Text(
    "Which of {one} and {other} comes first may be chance: ask with more samples.",
    "Cuál va antes, {one} o {other}, puede ser azar: conviene pedir más muestras.",
)
EXTERNAL = Text("{name} (external)", "{name} (externo)")
QUOTED = Text("“{service}”", "«{service}»")


def attribution_words(result: AttributionResult, voice: Voice) -> list[str]:
    """Say who accounts for what, what the promises bring by themselves, and what to mend."""
    customer = voice.name(result.customer)
    if not result.reached:
        return [voice.say(NOT_REACHED, customer=customer)]
    if result.total <= 0:
        return [voice.say(NOTHING[result.outcome], customer=customer)]
    outcome, total = outcome_name(result, voice), figure(result, voice, result.total)
    words = {"customer": customer, "outcome": outcome, "total": total}
    records = [r for r in result.to_records("sources") if r["share"] >= SMALL]
    sentences = [voice.say(ON_TIME, **words)]
    if records:
        first = {
            "source": source_name(result, voice, records[0]),
            "part": part_of(result, voice, records[0]["contribution"]),
            "share": voice.percent(records[0]["share"]),
        }
        others = _others(result, voice, records[1:SHOWN])
        sentences = [voice.say(PARTS, others=others, **first, **words)]
    sentences += [_rest(result, voice), *_to_mend(result, voice, records)]
    return sentences


def outcome_name(result: AttributionResult | ChangeAttributionResult, voice: Voice) -> str:
    """Return what is attributed."""
    return voice.say(LOST_SALES if result.lost_sales else OUTCOMES[result.outcome])


def money_voice(voice: Voice, currency: str | None) -> Voice:
    """Return a voice that speaks of money in a result's currency."""
    return Voice(voice.lang, voice.calendar, currency, voice.labels)


def figure(result: AttributionResult, voice: Voice, value: float) -> str:
    """Return a figure of the outcome: a time, a share, or money."""
    if result.outcome == "revenue_at_risk":
        return money_voice(voice, result.currency).money(value)
    if result.unit == "share":
        return voice.percent(value)
    return str(replace(voice, rounding=FINE).time(value))


def source_name(result: AttributionResult, voice: Voice, record: Record) -> str:
    """Return the name of a source, marked if it is external."""
    name = voice.name(record["id"])
    if result.by == "service":
        name = voice.say(QUOTED, service=service_name(record["id"], voice))
    elif result.by == "kind":
        name = voice.say(KINDS[record["id"]])
    return voice.say(EXTERNAL, name=name) if record["external"] else name


def part_of(result: AttributionResult | ChangeAttributionResult, voice: Voice, value: float) -> str:
    """Return a part of the outcome: a time (in the unit of the whole), points, or money."""
    if result.outcome == "revenue_at_risk":
        return money_voice(voice, result.currency).money(value)
    if result.unit != "share":
        fine = replace(voice, rounding=FINE)
        return str(fine.times(max(result.total, value), value)[1])
    points = 100 * value
    decimals = 0 if points >= 9.5 else 1
    number = voice.number(points, decimals).removesuffix(",0").removesuffix(".0")
    return voice.say(POINTS[round(points, decimals) != 1], n=number)


def _others(result: AttributionResult, voice: Voice, records: Sequence[Record]) -> str:
    if not records:
        return ""
    parts = [
        voice.say(
            SOURCE,
            source=source_name(result, voice, record),
            part=part_of(result, voice, record["contribution"]),
        )
        for record in records
    ]
    return voice.say(NEXT[len(parts) > 1], sources=voice.listed(parts))


def _rest(result: AttributionResult, voice: Voice) -> str:
    if result.promise_itself < SMALL * result.total:
        return ""
    rest = figure(result, voice, result.promise_itself)
    if result.outcome == "mean_hours" or result.outcome in FELT:
        return voice.say(ON_PLAN, rest=rest)
    phrase = PROMISE_ITSELF_SHARE if result.unit == "share" else PROMISE_ITSELF
    return voice.say(phrase, rest=rest)


def _to_mend(result: AttributionResult, voice: Voice, records: Sequence[Record]) -> list[str]:
    """Say what brings most alone, whom it pays to mend together, and what may be chance."""
    sentences = []
    best = max(records, key=lambda r: r["fix_only_this"], default=None)
    if best is not None and best["fix_only_this"] >= SMALL * result.total:
        drop = part_of(result, voice, best["fix_only_this"])
        name = source_name(result, voice, best)
        sentences.append(voice.say(FIX, source=name, drop=drop))
    by_id = {record["id"]: record for record in result.to_records("sources")}
    hidden = next((r for r in records if r["best_with"] is not None), None)
    if hidden is not None:
        alone = hidden["fix_only_this"]
        phrase = TOGETHER if alone >= SMALL * result.total else TOGETHER_NOTHING
        if result.outcome in FELT:
            phrase = TOGETHER_FELT
        words = {
            "one": source_name(result, voice, hidden),
            "other": source_name(result, voice, by_id[hidden["best_with"]]),
            "alone": part_of(result, voice, alone),
            "joint": part_of(result, voice, hidden["fix_with_best"]),
        }
        sentences.append(voice.say(phrase, **words))
    if len(records) > 1:
        one, other = records[:2]
        error = float(one["standard_error"] ** 2 + other["standard_error"] ** 2) ** 0.5
        if error > 0 and one["contribution"] - other["contribution"] < SURE * error:
            first, second = (source_name(result, voice, record) for record in (one, other))
            sentences.append(voice.say(UNSURE, one=first, other=second))
    return sentences
