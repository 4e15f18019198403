"""Words for `propagate_dissatisfaction`: who is disappointed, and by what."""

from __future__ import annotations

from collections.abc import Sequence

from valuechain.analyzers import DissatisfactionResult
from valuechain.errors import Text
from valuechain.report.paragraph import service_name
from valuechain.report.phrases import AND_OTHERS
from valuechain.report.voice import Voice
from valuechain.report.words.records import MOST_NAMES, largest, named

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
LOOP = Text(
    "Of a lasting setback, {share} comes back round the loop of {names}, above all through "
    "“{service}”.",
    "De un bache duradero, el {share} vuelve por el bucle de {names}, sobre todo por «{service}».",
)
VICIOUS = Text("That loop makes it worse now.", "Ese bucle ahora lo empeora.")
VIRTUOUS = Text("That loop helps it along now.", "Ese bucle ahora lo favorece.")
NOT_INFORMATIVE = Text(
    "What was observed of {names} is less than the assumptions alone would bring: the impacts "
    "assumed there say little.",
    "Lo observado de {names} es menos de lo que darían los supuestos por sí solos: los impactos "
    "supuestos ahí dicen poco.",
)
LEAST_GAIN = 0.005  # below half a percent nothing worth saying comes back


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
    sentences += _loop_words(result, voice)
    if result.tipping_point:
        sentences.append(voice.say(TIPPING))
    scaled = [r["id"] for r in result.to_records("calibration") if not r["informative"]]
    if scaled:
        # services.ID.FIELD: an id holds no point
        whose = list(dict.fromkeys(path.split(".")[1] for path in scaled))
        names = named_services(whose, voice)
        sentences.append(voice.say(NOT_INFORMATIVE, names=names))
    return sentences


def _loop_words(result: DissatisfactionResult, voice: Voice) -> list[str]:
    """Say how much comes back round the strongest loop, if that is worth a word."""
    if not result.loops or result.loops[0].gain < LEAST_GAIN:
        return []
    loop = result.loops[0]
    words = {"share": voice.percent(loop.gain), "names": named(loop.members, voice)}
    sentences = [voice.say(LOOP, service=service_name(loop.dominated_by, voice), **words)]
    if loop.direction != "at rest":
        sentences.append(voice.say(VICIOUS if loop.direction == "vicious" else VIRTUOUS))
    return sentences


def named_services(ids: Sequence[str], voice: Voice) -> str:
    """Return names of services, departments or customers as a list, at most five of them."""
    names = [service_name(i, voice) if ">" in i else voice.name(i) for i in ids]
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], voice.say(AND_OTHERS)]
    return voice.listed(names)
