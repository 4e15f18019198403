"""Chains as readable text, and what is doubtful in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from valuechain.analyzers import StructureResult
from valuechain.chain import ValueChain
from valuechain.errors import Issue, Text
from valuechain.report.evidence import evidence_of
from valuechain.report.paragraph import evidence
from valuechain.report.story import sla_hours
from valuechain.report.terminal.columns import table
from valuechain.report.voice import Voice, shown_name
from valuechain.report.words.structure import structure_words

PROMISE = Text("promises {time}", "promete {time}")
NO_PROMISE = Text("promises no time", "no promete plazo")
NO_TIME = Text("not measured", "sin medir")
FINE = Text("No fault, no doubt.", "Sin errores ni dudas.")
DOUBTS = Text("Doubtful:", "Dudoso:")


def check_text(
    chain: ValueChain, structure: StructureResult, doubts: Sequence[Issue], voice: Voice
) -> str:
    """Return what is doubtful in a chain, its shape, and how much of it is measured."""
    lines = [shown_name(chain.name)] if chain.name else []
    lines.append(" ".join(structure_words(structure, voice)))
    lines.append(evidence(evidence_of(chain), structure.provenance, voice))
    if doubts:
        lines += ["", voice.say(DOUBTS), *(f"- {doubt.text(voice.lang)}" for doubt in doubts)]
    else:
        lines.append(voice.say(FINE))
    return "\n".join(lines)


def chain_text(chain: ValueChain, voice: Voice) -> str:
    """Return who serves whom, and what is promised."""
    return "\n".join(_chain_lines(chain.in_force(), voice))


def _chain_lines(chain: ValueChain, voice: Voice) -> Iterator[str]:
    if chain.name:
        yield shown_name(chain.name)
        yield ""
    timed = set(evidence_of(chain).timed)
    for provider in (*chain.departments, *chain.customers):
        rows = []
        for service in (s for s in chain.services if s.provider == provider):
            hours = sla_hours(chain, service.id)
            promise = voice.say(NO_PROMISE)
            if hours is not None:
                promise = voice.say(PROMISE, time=voice.time(hours))
            measured = "" if service.id in timed else f"({voice.say(NO_TIME)})"
            what = voice.name(service.id) if service.name else ""
            rows.append(["  ->", voice.name(service.client), what, promise, measured])
        if rows:
            yield voice.name(provider)
            yield table([], rows)
            yield ""
