"""Words for dissatisfaction in linear mode: which ways the trouble of a customer comes by."""

from __future__ import annotations

from valuechain.analyzers.dissatisfaction.linear import (
    InfluencePath,
    LinearDissatisfactionResult,
)
from valuechain.errors import Text
from valuechain.report.voice import Voice
from valuechain.report.words.records import largest

MOST_PATHS = 3
NOTHING = Text("Nothing dissatisfies any customer.", "Nada deja insatisfecho a un cliente.")
WORST = Text(
    "Most dissatisfaction adds up at {customer}. It comes by {paths}.",
    "Donde más insatisfacción se acumula es en {customer}. Llega por {paths}.",
)
PATH = Text("{path} ({share})", "{path} ({share})")
OWN = Text("causes outside the chain ({share})", "causas ajenas a la cadena ({share})")
REST = Text("All other ways bring {share}.", "Por los demás caminos llega el {share}.")
BEYOND = Text(
    "The index exceeds 1: so much goes wrong that simple sums count the same customers twice.",
    "El índice pasa de 1: falla tanto que la simple suma cuenta dos veces a los mismos clientes.",
)


def linear_words(result: LinearDissatisfactionResult, voice: Voice) -> list[str]:
    """Say where most adds up, along which paths, and what the others bring."""
    worst = largest(result.to_records("customers"), "dissatisfied")
    if worst is None:
        return [voice.say(NOTHING)]
    paths = result.paths(worst["id"], MOST_PATHS)
    said = voice.listed([_path(path, voice) for path in paths])
    sentences = [voice.say(WORST, customer=voice.name(worst["id"]), paths=said)]
    rest = paths.remainder / paths.total
    if paths.next_at_most > 0 and rest >= 0.001:
        sentences.append(voice.say(REST, share=voice.percent(rest)))
    if worst["dissatisfied"] > 1:
        sentences.append(voice.say(BEYOND))
    return sentences


def _path(path: InfluencePath, voice: Voice) -> str:
    share = voice.percent(path.share)
    if len(path.members) == 1:
        return voice.say(OWN, share=share)
    names = " → ".join(voice.name(any_id) for any_id in path.members)
    return voice.say(PATH, path=names, share=share)
