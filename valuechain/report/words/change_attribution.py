"""Words for `attribute_change`: what an outcome went from and to, and what moved it."""

from __future__ import annotations

from collections.abc import Sequence

from valuechain.analyzers import ChangeAttributionResult
from valuechain.analyzers.attribution.kind_names import KINDS
from valuechain.analyzers.robustness.input_names import input_name
from valuechain.errors import Text
from valuechain.report.paragraph import service_name
from valuechain.report.voice import Voice
from valuechain.report.words.attribution import (
    NOT_REACHED,
    money_voice,
    outcome_name,
    part_of,
)
from valuechain.report.words.records import Record

SHOWN = 3
SMALL = 0.01  # of all parts together, whatever their sign
NO_INPUT = Text(
    "No input differs between the two: for {customer} {outcome} stays at {total}.",
    "Ningún dato difiere entre las dos: para {customer}, {outcome} sigue en {total}.",
)
NO_CHANGE = Text(
    "For {customer} {outcome} stays at {total}: what changed does not get there.",
    "Para {customer}, {outcome} sigue en {total}: lo que ha cambiado no llega hasta ahí.",
)
WENT = {
    True: Text(
        "For {customer} {outcome} went up from {before} to {total}.",
        "Para {customer}, {outcome} sube de {before} a {total}.",
    ),
    False: Text(
        "For {customer} {outcome} went down from {before} to {total}.",
        "Para {customer}, {outcome} baja de {before} a {total}.",
    ),
}
EVEN = Text(
    "For {customer} {outcome} stays at {total}, as changes cancel out.",
    "Para {customer}, {outcome} sigue en {total}, porque los cambios se compensan.",
)
WHOSE = Text("By source: {parts}.", "Por origen: {parts}.")
WHICH = Text("By input: {parts}.", "Por dato: {parts}.")
ADDED = Text("time added at {name}", "tiempo añadido en {name}")
PART = Text("{name} {part}", "{name} {part}")
TOGETHER = Text(
    "With {one} alone as before little would change, for {other} would hold it; look at both.",
    "Con solo {one} como antes cambiaría poco, porque lo sostendría {other}: conviene mirar ambos.",
)


def change_attribution_words(result: ChangeAttributionResult, voice: Voice) -> list[str]:
    """Say what the outcome went from and to, whose part of it is what, and by which input."""
    customer = voice.name(result.customer)
    if not result.reached:
        return [voice.say(NOT_REACHED, customer=customer)]
    before, total = _figures(result, voice)
    words = {
        "customer": customer,
        "outcome": outcome_name(result, voice),
        "before": before,
        "total": total,
    }
    inputs, sources = result.to_records("inputs"), result.to_records("sources")
    if not inputs:
        return [voice.say(NO_INPUT, **words)]
    if not any(record["contribution"] for record in inputs):
        return [voice.say(NO_CHANGE, **words)]
    phrase = EVEN if before == total else WENT[result.change > 0]
    sentences = [voice.say(phrase, **words)]
    names = {record["id"]: _source(result, voice, record) for record in sources}
    by_source = _parts(result, voice, sources, names)
    by_input = _parts(
        result, voice, inputs, {r["id"]: changed_input(result, voice, r) for r in inputs}
    )
    sentences.append(voice.say(WHOSE, parts=by_source))
    if len(inputs) > 1:
        sentences.append(voice.say(WHICH, parts=by_input))
    hidden = next((record for record in sources if record["best_with"] is not None), None)
    if hidden is not None:
        pair = {"one": names[hidden["id"]], "other": names[hidden["best_with"]]}
        sentences.append(voice.say(TOGETHER, **pair))
    return sentences


def _figures(result: ChangeAttributionResult, voice: Voice) -> tuple[str, str]:
    """Return the outcome before and after, to be compared."""
    if result.outcome == "revenue_at_risk":
        money = money_voice(voice, result.currency).money
        return money(result.before), money(result.total)
    if result.unit == "share":
        before, total = voice.percents(result.before, result.total)
        return before, total
    one, other = voice.times(result.before, result.total)
    return str(one), str(other)


def _parts(
    result: ChangeAttributionResult,
    voice: Voice,
    records: Sequence[Record],
    names: dict[str, str],
) -> str:
    size = sum(abs(record["contribution"]) for record in records)
    shown = [r for r in records if abs(r["contribution"]) >= SMALL * size and r["contribution"]]
    return voice.listed(
        [
            voice.say(PART, name=names[r["id"]], part=signed_part(result, voice, r["contribution"]))
            for r in shown[:SHOWN]
        ]
    )


def signed_part(result: ChangeAttributionResult, voice: Voice, value: float) -> str:
    """Return a part with its sign: a time, percentage points, or money."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}"
    return sign + part_of(result, voice, abs(value))


def _source(result: ChangeAttributionResult, voice: Voice, record: Record) -> str:
    if result.by == "service" and ">" in record["id"]:
        return service_name(record["id"], voice)
    if result.by == "kind" and record["id"] in KINDS:
        return voice.say(KINDS[record["id"]])
    return voice.name(record["id"])


def changed_input(result: ChangeAttributionResult, voice: Voice, record: Record) -> str:
    """Return the name of an input that changed."""
    room, _, any_id = record["id"].partition(".")
    if room == "delay":
        return voice.say(ADDED, name=voice.name(any_id))
    return input_name(record["id"], result.labels).say(voice.lang)
