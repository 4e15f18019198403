"""Words for `trace_domino`: who is hit, how hard, what arrives later on the way, what held."""

from __future__ import annotations

from collections.abc import Sequence

from valuechain.analyzers import DominoResult
from valuechain.errors import Text
from valuechain.report.paragraph import service_name
from valuechain.report.voice import Voice
from valuechain.report.words.at_stake import at_stake_words
from valuechain.report.words.records import Record, named

HIT_ONE = Text("It reaches {customer}: {changes}.", "El golpe llega a {customer}: {changes}.")
GAIN_ONE = Text("{customer} gains: {changes}.", "Lo agradece {customer}: {changes}.")
GAIN_MOST = Text(
    "{m} of {n} customers notice, most of all {customer}: {changes}.",
    "Lo notan {m} de {n} clientes; el que más, {customer}: {changes}.",
)
HIT_MOST = Text(
    "It reaches {m} of {n} customers, most of all {customer}: {changes}.",
    "El golpe llega a {m} de {n} clientes; al que más, {customer}: {changes}.",
)
HELD = Text(
    "No customer feels it: slack on the way absorbs it.",
    "Ningún cliente lo nota: las holguras del camino lo absorben.",
)
HIT_NOBODY = Text("No customer feels it.", "Ningún cliente lo nota.")
HIT_NOTHING = Text("It changes nothing.", "No cambia nada.")
HIT_LATE = Text("late deliveries from {before} to {after}", "entregas tarde, de {before} a {after}")
HIT_TIME = Text("mean lead time from {before} to {after}", "plazo medio, de {before} a {after}")
HIT_CSAT = Text("satisfied from {before} to {after}", "satisfechos, de {before} a {after}")
HIT_SERVICES = Text(
    "{n} services arrive later on the way; most of all “{service}”, by {added}.",
    "Por el camino llegan más tarde {n} servicios; el que más, «{service}»: {added}.",
)
HIT_SERVICE = Text(
    "On the way, “{service}” arrives later by {added}.",
    "Por el camino llega más tarde «{service}»: {added}.",
)
SOONER = Text(
    "On the way, most time is saved in “{service}”: {saved}.",
    "Por el camino, donde más tiempo se gana es en «{service}»: {saved}.",
)
DISAPPOINTS = Text(
    "On the way, “{service}” disappoints in {after} more of its deliveries.",
    "Por el camino, «{service}» decepciona en un {after} más de sus entregas.",
)
SLACK = Text(
    "What holds most is the slack of “{service}”: it absorbs {absorbed} of {incoming}.",
    "Lo que más frena es la holgura de «{service}»: absorbe {absorbed} de {incoming}.",
)
SPARED = Text("{customers} do not notice.", "No lo notan: {customers}.")
SPARED_ONE = Text("{customers} does not notice.", "No lo nota {customers}.")

NOTED_SHARE, NOTED_TIME = 0.0005, 0.005  # smaller differences are real, and not worth a word
OUTCOMES = (("breach", HIT_LATE), ("mean_hours", HIT_TIME), ("csat", HIT_CSAT))


def domino_words(result: DominoResult, voice: Voice) -> list[str]:
    """Say who is hit, how hard, what arrives later on the way, and what held."""
    waves = [record for record in result.to_records("waves") if _is_told(record)]
    hit = hit_customers(result)
    if not waves and not hit:
        return [voice.say(HIT_NOTHING)]
    sentences = [_customers(result, hit, waves, voice)]
    sentences += at_stake_words(result.to_records("customers"), result.currency, voice)
    sentences += _services(waves, voice)
    absorbed = max(waves, key=lambda r: (r["absorbed_hours"], r["id"]), default=None)
    if absorbed is not None and absorbed["absorbed_hours"] > NOTED_TIME * _most(waves):
        held, incoming = voice.times(absorbed["absorbed_hours"], absorbed["incoming_hours"])
        service = service_name(absorbed["id"], voice)
        sentences.append(voice.say(SLACK, service=service, absorbed=held, incoming=incoming))
    served = {r["id"] for r in result.to_records("customers") if r["mean_hours_after"] is not None}
    spared = [customer for customer in result.unreached if customer in served]
    if hit and spared:
        phrase = SPARED_ONE if len(spared) == 1 else SPARED
        sentences.append(voice.say(phrase, customers=named(spared, voice)))
    return sentences


def hit_customers(result: DominoResult) -> list[Record]:
    """Return the customers who feel it, hit hardest first: by share late, then by time."""
    felt = [r for r in result.to_records("customers") if any(is_noted(r, n) for n, _ in OUTCOMES)]
    return sorted(
        felt,
        key=lambda r: (
            -(r["breach_change"] or 0.0),
            -(r["mean_hours_change"] or 0.0),
            r["csat_change"] or 0.0,
            r["id"],
        ),
    )


def is_noted(record: Record, outcome: str) -> bool:
    """Whether an outcome changes by half a thousandth, a time by half a percent."""
    least = NOTED_SHARE
    if outcome == "mean_hours":
        least = NOTED_TIME * (record["mean_hours_before"] or 0.0) + 1e-9
    return bool(abs(record[f"{outcome}_change"] or 0.0) >= least)


def _is_told(record: Record) -> bool:
    moved = record["added_hours"] or record["hit_probability"] or record["absorbed_hours"]
    return bool(moved or abs(record["added_dissatisfaction"]) >= NOTED_SHARE)


def _most(waves: Sequence[Record]) -> float:
    return max((abs(record["added_hours"]) for record in waves), default=0.0)


def _customers(
    result: DominoResult, hit: Sequence[Record], waves: Sequence[Record], voice: Voice
) -> str:
    if not hit:
        held = any(record["absorbed_hours"] > 0 for record in waves)
        return voice.say(HELD if held else HIT_NOBODY)
    served = [r for r in result.to_records("customers") if r["mean_hours_after"] is not None]
    m, n = voice.number(len(hit)), voice.number(len(served))
    changes = "; ".join(_felt(hit[0], voice))
    worse = hit[0]["breach_change"] or hit[0]["mean_hours_change"] or -hit[0]["csat_change"]
    one, most = (HIT_ONE, HIT_MOST) if worse > 0 else (GAIN_ONE, GAIN_MOST)
    phrase = one if len(hit) == 1 else most
    return voice.say(phrase, customer=voice.name(hit[0]["id"]), changes=changes, m=m, n=n)


def _felt(record: Record, voice: Voice) -> list[str]:
    """Return what changes for a customer, as clauses."""
    clauses = []
    for outcome, phrase in OUTCOMES:
        if is_noted(record, outcome):
            pair = record[f"{outcome}_before"], record[f"{outcome}_after"]
            said = voice.times(*pair) if outcome == "mean_hours" else voice.percents(*pair)
            clauses.append(voice.say(phrase, before=said[0], after=said[1]))
    return clauses


def _services(waves: Sequence[Record], voice: Voice) -> list[str]:
    """Say what arrives later, or sooner; where nothing does, what disappoints more."""
    least = NOTED_TIME * _most(waves)
    later = [record for record in waves if record["added_hours"] > least]
    if later:
        most = max(later, key=lambda r: (r["added_hours"], -r["wave"]))
        phrase = HIT_SERVICE if len(later) == 1 else HIT_SERVICES
        words = {"service": service_name(most["id"], voice), "n": voice.number(len(later))}
        return [voice.say(phrase, added=voice.time(most["added_hours"]), **words)]
    sooner = [record for record in waves if record["added_hours"] < -least]
    if sooner:
        most = min(sooner, key=lambda r: (r["added_hours"], r["wave"]))
        saved = voice.time(-most["added_hours"])
        return [voice.say(SOONER, service=service_name(most["id"], voice), saved=saved)]
    felt = [record for record in waves if record["added_dissatisfaction"] >= NOTED_SHARE]
    if not felt:
        return []
    most = max(felt, key=lambda r: (r["added_dissatisfaction"], -r["wave"]))
    after = voice.percent(most["added_dissatisfaction"])
    return [voice.say(DISAPPOINTS, service=service_name(most["id"], voice), after=after)]
