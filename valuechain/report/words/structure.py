"""Words for `analyze_structure`: how many there are, and who stands apart."""

from __future__ import annotations

from valuechain.analyzers import StructureResult
from valuechain.errors import Text
from valuechain.report.voice import Voice
from valuechain.report.words.records import named

STRUCTURE = Text("{departments}, {loops}.", "{departments}, {loops}.")
DEPARTMENTS = (
    Text("1 department", "1 departamento"),
    Text("{n} departments", "{n} departamentos"),
)
LOOPS = (
    Text("no loop", "ningún bucle"),
    Text("1 loop", "1 bucle"),
    Text("{n} loops", "{n} bucles"),
)
LARGEST_LOOP = Text("The largest loop: {departments}.", "El bucle mayor: {departments}.")
ORPHANS = Text("Neither give nor receive anything: {names}.", "Ni dan ni reciben nada: {names}.")
NO_SIGHT = Text("Reach no customer: {names}.", "No llegan a ningún cliente: {names}.")
SINGLE_POINT = Text(
    "If {department} stops, nothing at all reaches {customers}.",
    "Si {department} para, no llega nada a {customers}.",
)


def structure_words(result: StructureResult, voice: Voice) -> list[str]:
    """Say how many departments and loops there are, and who stands apart."""
    n, loops = len(result.table("departments").ids), len(result.loops)
    sentences = [
        voice.say(
            STRUCTURE,
            departments=voice.say(DEPARTMENTS[min(n, 2) - 1 if n else 1], n=voice.number(n)),
            loops=voice.say(LOOPS[min(loops, 2)], n=voice.number(loops)),
        )
    ]
    if result.loops:
        members = named(result.loops[0], voice)
        sentences.append(voice.say(LARGEST_LOOP, departments=members))
    if result.orphans:
        sentences.append(voice.say(ORPHANS, names=named(result.orphans, voice)))
    blind = [d for d in result.without_line_of_sight if d not in result.orphans]
    if blind:
        sentences.append(voice.say(NO_SIGHT, names=named(blind, voice)))
    single = [
        (record["id"], record["single_point_of_failure_for"])
        for record in result.to_records("departments")
        if record["single_point_of_failure_for"]
    ]
    if single:
        department, customers = min(single, key=lambda pair: (-len(pair[1]), pair[0]))
        sentences.append(
            voice.say(
                SINGLE_POINT,
                department=voice.name(department),
                customers=named(customers, voice),
            )
        )
    return sentences
