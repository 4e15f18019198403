"""Words for `propagate_dissatisfaction`: who is disappointed, and by what."""

from __future__ import annotations

from valuechain.analyzers import DissatisfactionResult
from valuechain.errors import Text
from valuechain.report.paragraph import service_name
from valuechain.report.voice import Voice
from valuechain.report.words.records import largest

UNHAPPY_CUSTOMER = Text(
    "Least satisfied is {customer}: {share} dissatisfied.",
    "El cliente menos satisfecho es {customer}: {share} de insatisfacción.",
)
UNHAPPY_NOBODY = Text("Nothing dissatisfies any customer.", "Nada deja insatisfecho a un cliente.")
UNHAPPY_SERVICE = Text(
    "What disappoints most is “{service}”: {share} of the time.",
    "Lo que más decepciona es «{service}»: el {share} de las veces.",
)
UNHAPPY_MORALE = Text(
    "Most morale is lost in {department}: {share}.",
    "Donde más ánimo se pierde es en {department}: {share}.",
)
TIPPING = Text(
    "The loops could also settle in a worse state: a setback may not heal by itself.",
    "Los bucles podrían asentarse también en un estado peor: un bache puede no curarse solo.",
)


def dissatisfaction_words(result: DissatisfactionResult, voice: Voice) -> list[str]:
    """Say who is least satisfied, with what, and where morale is lost."""
    sentences = []
    customer = largest(result.to_records("customers"), "dissatisfied")
    if customer is None:
        sentences.append(voice.say(UNHAPPY_NOBODY))
    else:
        name, share = voice.name(customer["id"]), voice.percent(customer["dissatisfied"])
        sentences.append(voice.say(UNHAPPY_CUSTOMER, customer=name, share=share))
    service = largest(result.to_records("services"), "dissatisfied")
    if service is not None:
        name, share = service_name(service["id"], voice), voice.percent(service["dissatisfied"])
        sentences.append(voice.say(UNHAPPY_SERVICE, service=name, share=share))
    department = largest(result.to_records("departments"), "morale_loss")
    if department is not None:
        name, share = voice.name(department["id"]), voice.percent(department["morale_loss"])
        sentences.append(voice.say(UNHAPPY_MORALE, department=name, share=share))
    if result.tipping_point:
        sentences.append(voice.say(TIPPING))
    return sentences
