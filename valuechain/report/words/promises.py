"""Words for `check_promises`: which promises can be kept, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence

from valuechain.analyzers import PromisesResult
from valuechain.errors import Text
from valuechain.report.paragraph import service_name
from valuechain.report.voice import Voice
from valuechain.report.words.records import Record

NO_PROMISES = Text(
    "Nobody promises a time, so there is none to keep.",
    "Nadie promete plazo: no hay ninguno que cumplir.",
)
IF_ALL_KEEP = Text(
    "Where all keep to their word, of {n} promises {counts}.",
    "Si todos cumplen lo suyo, de {n} promesas, {counts}.",
)
ALL_CAN_BE_KEPT = Text(
    "Where all keep to their word, all {n} promises can be kept.",
    "Si todos cumplen lo suyo, las {n} promesas pueden cumplirse.",
)
IF_ALL_KEEP_ONE = Text(
    "Where all keep to their word, the only promise {counts}.",
    "Si todos cumplen lo suyo, la única promesa {counts}.",
)
NONE_MEASURED = Text(
    "Times are promised, but none is measured: whether they can be kept cannot be told.",
    "Hay plazos prometidos, pero ningún tiempo medido: no puede decirse si pueden cumplirse.",
)
SOME_MEASURED = (
    Text(
        "Of one of these the own time is not measured: only what it waits for counts.",
        "De una de ellas no está medido el tiempo propio: solo cuenta lo que espera.",
    ),
    Text(
        "Of {n} of these the own time is not measured: only what they wait for counts.",
        "De {n} de ellas no está medido el tiempo propio: solo cuenta lo que esperan.",
    ),
)
COUNTS = {
    "kept": (Text("{n} can be kept", "{n} puede cumplirse"),
             Text("{n} can be kept", "{n} pueden cumplirse")),
    "tight": (Text("{n} is tight", "{n} va justa"), Text("{n} are tight", "{n} van justas")),
    "impossible": (Text("{n} cannot be kept", "{n} no puede cumplirse"),
                   Text("{n} cannot be kept", "{n} no pueden cumplirse")),
}  # fmt: skip
REST_CANNOT = Text("{n} cannot", "{n} no")  # right after those that can
ALONE = {
    "kept": Text("can be kept", "puede cumplirse"),
    "tight": Text("is tight", "va justa"),
    "impossible": Text("cannot be kept", "no puede cumplirse"),
}
CANNOT = Text(
    "“{service}” is promised in {sla}; with all inside just on time, it takes {planned}{hangs}. As "
    "things are today, 9 in 10 arrive within {keepable}.",
    "«{service}» se promete en {sla}; si todos entregan justo en su plazo, tarda "
    "{planned}{hangs}. Tal como va hoy, 9 de cada 10 llegan antes de {keepable}.",
)
LETS_DOWN = Text(
    "“{service}” is promised in {sla}; with all inside just on time, it takes longer in {share} of "
    "its jobs{hangs}. As things are today, 9 in 10 arrive within {keepable}.",
    "«{service}» se promete en {sla}; si todos entregan justo en su plazo, tarda más en el {share} "
    "de los casos{hangs}. Tal como va hoy, 9 de cada 10 llegan antes de {keepable}.",
)
HANGS_ON = Text(", because of what “{other}” promises", ", por lo que promete «{other}»")
WAITS_FOR = Text(", because it waits for “{other}”", ", porque espera a «{other}»")
BY_ITSELF = Text(" by itself", " por sí solo")
LEAST_ROOM = Text(
    "The least room is that of “{service}”: {slack} of {sla}.",
    "La más apurada es «{service}»: un margen de {slack} sobre {sla}.",
)
NO_ROOM = Text(
    "“{service}” has no room at all: the plan takes all that is promised, {sla}.",
    "«{service}» no tiene ningún margen: el plan pide todo lo prometido, {sla}.",
)
MAY_SLIP = Text(
    "Inside, the promise that may slip least is “{service}”: beyond {slip} more, a customer's "
    "promise breaks.",
    "Dentro, la promesa que menos puede alargarse es «{service}»: a partir de {slip} más se rompe "
    "la de un cliente.",
)
MAY_NOT_SLIP = Text(
    "Inside, “{service}” may not slip at all: any more time reaches what a customer was promised.",
    "Dentro, «{service}» no admite más plazo: cualquier aumento alcanza lo prometido a un cliente.",
)
UNPROMISED = (
    Text("One service promises no time.", "Un servicio no promete plazo."),
    Text("{n} services promise no time.", "{n} servicios no prometen plazo."),
)


def promises_words(result: PromisesResult, voice: Voice) -> list[str]:
    """Say how many promises can be kept, which one least of all, and what may slip."""
    records = result.to_records("services")
    promised = [record for record in records if record["verdict"] != "no promise"]
    if not promised:
        return [voice.say(NO_PROMISES)]
    measured = [record for record in promised if record["measured"] or record["let_down_share"]]
    if not measured:
        return [voice.say(NONE_MEASURED)]
    customers = set(result.customer_ids)
    sentences = [_counts(promised, voice)]
    unmeasured = sum(not record["measured"] for record in promised)
    if unmeasured:
        phrase = SOME_MEASURED[min(unmeasured, 2) - 1]
        sentences.append(voice.say(phrase, n=voice.number(unmeasured)))
    sentences += [_worst(measured, customers, voice), _slip(promised, customers, voice)]
    silent = len(records) - len(promised)
    if silent:
        sentences.append(voice.say(UNPROMISED[min(silent, 2) - 1], n=voice.number(silent)))
    return sentences


def _counts(promised: Sequence[Record], voice: Voice) -> str:
    if len(promised) == 1:
        return voice.say(IF_ALL_KEEP_ONE, counts=voice.say(ALONE[promised[0]["verdict"]]))
    if all(record["verdict"] == "kept" for record in promised):
        return voice.say(ALL_CAN_BE_KEPT, n=voice.number(len(promised)))
    counts = []
    for verdict, phrases in COUNTS.items():
        n = sum(record["verdict"] == verdict for record in promised)
        if n:
            counts.append(voice.say(phrases[min(n, 2) - 1], n=voice.number(n)))
    if {record["verdict"] for record in promised} == {"kept", "impossible"}:
        n = sum(record["verdict"] == "impossible" for record in promised)
        counts[-1] = voice.say(REST_CANNOT, n=voice.number(n))
    n = voice.number(len(promised))
    return voice.say(IF_ALL_KEEP, n=n, counts=voice.listed(counts))


def _worst(promised: Sequence[Record], customers: set[str], voice: Voice) -> str:
    """Say what stands in the way of the promise that is broken most, customers' ones first."""
    record = min(
        promised,
        key=lambda r: (
            not r["let_down_share"],
            _client(r["id"]) not in customers,
            -r["let_down_share"],
            r["slack_hours"],
            r["id"],
        ),
    )
    service = service_name(record["id"], voice)
    sla, other = voice.time(record["sla_hours"]), record["blocked_by"]
    if other is None:
        if record["slack_hours"] <= 0:
            return voice.say(NO_ROOM, service=service, sla=sla)
        slack = voice.time(record["slack_hours"])
        return voice.say(LEAST_ROOM, service=service, sla=sla, slack=slack)
    hangs = voice.say(BY_ITSELF)
    if other != record["id"]:
        phrase = HANGS_ON if any(r["id"] == other for r in promised) else WAITS_FOR
        hangs = voice.say(phrase, other=service_name(other, voice))
    words = {"service": service, "sla": sla, "hangs": hangs}
    words["keepable"] = voice.time(record["keepable_hours"])
    if record["verdict"] == "tight":
        return voice.say(LETS_DOWN, share=voice.percent(record["let_down_share"]), **words)
    return voice.say(CANNOT, planned=voice.time(record["planned_hours"]), **words)


def _slip(promised: Sequence[Record], customers: set[str], voice: Voice) -> str:
    """Say which promise inside may slip least, if any matters to a customer."""
    inside = [
        r for r in promised if _client(r["id"]) not in customers and r["may_slip_hours"] is not None
    ]
    if not inside:
        return ""
    record = min(inside, key=lambda r: (r["may_slip_hours"], r["id"]))
    service = service_name(record["id"], voice)
    if record["may_slip_hours"] <= 0:
        return voice.say(MAY_NOT_SLIP, service=service)
    return voice.say(MAY_SLIP, service=service, slip=voice.time(record["may_slip_hours"]))


def _client(service_id: str) -> str:
    return service_id.partition(">")[2].partition(":")[0]
