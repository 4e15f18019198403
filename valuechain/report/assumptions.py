"""What the figures assume: every coefficient in words, and which times are no measurements."""

from __future__ import annotations

from dataclasses import dataclass

from valuechain.chain import ValueChain
from valuechain.report import page_phrases as p
from valuechain.report.evidence import Evidence
from valuechain.report.paragraph import service_name
from valuechain.report.voice import Voice
from valuechain.results import Provenance

MOST_NAMED = 12


@dataclass(frozen=True)
class Coefficient:
    """A coefficient: its key in `assumptions`, its value, and where that comes from."""

    key: str
    value: str
    meaning: str
    declared: bool


def coefficients(chain: ValueChain, provenance: Provenance, voice: Voice) -> list[Coefficient]:
    """Return every coefficient a result was computed with, in words.

    Examples
    --------
    A coefficient that a later version adds is shown by its key until it has words of its own.
    """
    assumptions = chain.assumptions
    declared = set(assumptions.model_fields_set)
    declared |= {f"weights.{name}" for name in assumptions.weights.model_fields_set}
    return [
        Coefficient(
            key,
            voice.number(value, 2),
            voice.say(p.COEFFICIENTS[key]) if key in p.COEFFICIENTS else "",
            key in declared,
        )
        for key, value in provenance.assumptions.items()
    ]


def assumed_times(chain: ValueChain, evidence: Evidence, voice: Voice) -> list[str]:
    """Return the sentences on which times are assumed, and which are not there at all."""
    sentences = [voice.say(p.ASSUMED_TIMES_NONE)] if evidence.timed else []
    if evidence.assumed:
        sentences = [voice.say(p.ASSUMED_TIMES_SOME, services=_named(evidence.assumed, voice))]
        if len(evidence.assumed) == len(evidence.timed):
            sentences = [voice.say(p.ASSUMED_TIMES_ALL)]
    missing = tuple(s.id for s in chain.services if s.id not in set(evidence.timed))
    if missing:
        sentences.append(voice.say(p.NO_TIMES, services=_named(missing, voice)))
    return sentences


def _named(services: tuple[str, ...], voice: Voice) -> str:
    """Return services as a list, each with its provider: names alone repeat."""
    names = []
    for service_id in services[:MOST_NAMED]:
        name = service_name(service_id, voice)
        if service_id in voice.labels:
            provider = voice.name(service_id.partition(">")[0])
            name = f"{name} ({provider})"
        names.append(name)
    if len(services) > MOST_NAMED:
        names.append(voice.say(p.SO_MANY_MORE, n=voice.number(len(services) - MOST_NAMED)))
    return "; ".join(names)
