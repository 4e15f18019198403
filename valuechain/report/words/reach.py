"""Words for `reach`: which customers a problem gets to, and how surely."""

from __future__ import annotations

from valuechain.analyzers import ReachResult
from valuechain.errors import Text
from valuechain.report.paragraph import service_name
from valuechain.report.voice import Voice
from valuechain.report.words.records import MOST_NAMES, largest

REACHES = {
    "dissatisfaction": Text(
        "A failure in {source} gets through to {customers}.",
        "Un fallo en {source} se deja notar en {customers}.",
    ),
    "delay": Text(
        "A delay in {source} gets through to {customers}.",
        "Un retraso en {source} se deja notar en {customers}.",
    ),
}
CUSTOMER = Text("{name} with a chance of {chance}", "{name} con una probabilidad del {chance}")
SURELY = Text("{name} for certain", "{name} con toda seguridad")
AND_OTHERS = Text("{n} more customers less often", "{n} clientes más, con menos frecuencia")
AND_ONE = Text("1 more customer less often", "1 cliente más, con menos frecuencia")
NOBODY = {
    "dissatisfaction": Text(
        "A failure in {source} gets through to no customer.",
        "Un fallo en {source} no llega a ningún cliente.",
    ),
    "delay": Text(
        "A delay in {source} gets through to no customer.",
        "Un retraso en {source} no llega a ningún cliente.",
    ),
}
QUOTED = Text("“{service}”", "«{service}»")
INSIDE = Text(
    "Inside, {department} notices it most often: {chance} of the time.",
    "Dentro, quien más lo nota es {department}: el {chance} de las veces.",
)
INSIDE_ALWAYS = Text(
    "Inside, {department} notices it every time.",
    "Dentro, quien más lo nota es {department}: siempre.",
)


def reach_words(result: ReachResult, voice: Voice) -> list[str]:
    """Say which customers a problem gets to, most likely first, and who notices it inside."""
    name = _source(result, voice)
    customers = [r for r in result.to_records("customers") if r["id"] != result.source]
    hit = sorted(
        (record for record in customers if record["probability"]),
        key=lambda record: (-record["probability"], record["id"]),
    )
    if not hit:
        sentences = [voice.say(NOBODY[result.of], source=name)]
    else:
        said = [_customer(record["id"], record["probability"], voice) for record in hit]
        more = len(hit) - MOST_NAMES
        if more > 0:
            rest = voice.say(AND_ONE if more == 1 else AND_OTHERS, n=voice.number(more))
            said = [*said[:MOST_NAMES], rest]
        sentences = [voice.say(REACHES[result.of], source=name, customers=voice.listed(said))]
    others = [r for r in result.to_records("departments") if r["id"] != result.source]
    department = largest(others, "probability")
    if department is not None:
        chance = department["probability"]
        phrase = INSIDE if chance < 1 else INSIDE_ALWAYS
        words = {"department": voice.name(department["id"]), "chance": voice.percent(chance)}
        sentences.append(voice.say(phrase, **words))
    return sentences


def _source(result: ReachResult, voice: Voice) -> str:
    """Return the name of where the problem starts; services in quotation marks."""
    if ">" not in result.source:
        return voice.name(result.source)
    return voice.say(QUOTED, service=service_name(result.source, voice))


def _customer(any_id: str, probability: float, voice: Voice) -> str:
    if probability >= 1:
        return voice.say(SURELY, name=voice.name(any_id))
    return voice.say(CUSTOMER, name=voice.name(any_id), chance=voice.percent(probability))
