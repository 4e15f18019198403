"""Words for `tipping_demand`: from what demand on a circle feeds itself."""

from __future__ import annotations

from valuechain.analyzers import TippingDemandResult
from valuechain.errors import Text
from valuechain.report.voice import Voice
from valuechain.report.words.capacity import shortest

TIPS = Text(
    "Above {factor} times today's demand the circle turns vicious: overload costs morale, lost "
    "morale slows work, and slower work overloads. It starts at {department}, where lost morale "
    "leaps from {before} to {after}.",
    "Por encima de {factor} veces la demanda de hoy, el círculo se vuelve vicioso: la sobrecarga "
    "quita ánimo, sin ánimo el trabajo va más lento, y el trabajo lento sobrecarga. Empieza en "
    "{department}, donde el ánimo perdido salta del {before} al {after}.",
)
VICIOUS_ALREADY = Text(
    "Today the circle is vicious already: overload costs morale, lost morale slows work, and "
    "slower work overloads. It weighs most on {department}: {after} of morale is lost; out of the "
    "circle, with the same demand, it would be {before}.",
    "Hoy el círculo ya es vicioso: la sobrecarga quita ánimo, sin ánimo el trabajo va más lento, y "
    "el trabajo lento sobrecarga. Donde más pesa es en {department}: el ánimo perdido es del "
    "{after}; fuera del círculo, con la misma demanda, sería del {before}.",
)
FRAGILE = Text(
    "From {factor} times on, a bad spell is enough to fall into it and not come out by itself.",
    "Desde {factor} veces basta una mala racha para caer en él y no salir sin ayuda.",
)
FRAGILE_ALREADY = Text(
    "Already today a bad spell is enough to fall into it and not come out by itself.",
    "Hoy mismo basta una mala racha para caer en él y no salir sin ayuda.",
)
FRAGILE_ONLY = Text(
    "Up to {most} times today's demand no circle turns vicious by itself.",
    "Hasta {most} veces la demanda de hoy ningún círculo se vuelve vicioso por sí solo.",
)
NO_LOAD = Text(
    "What more demand does to people cannot be told: no department has staff, work and volumes.",
    "No puede decirse cómo carga a la gente una demanda mayor: ningún departamento tiene a la vez "
    "personal (staff), horas de trabajo (work) y volumen (volume).",
)
CALM = Text(
    "Up to {most} times today's demand no circle of morale and load feeds itself: things get "
    "worse, but only step by step.",
    "Hasta {most} veces la demanda de hoy ningún círculo de ánimo y carga se alimenta a sí mismo: "
    "las cosas empeoran, pero poco a poco.",
)


def tipping_words(result: TippingDemandResult, voice: Voice) -> list[str]:
    """Say from where on the circle turns vicious, and from where on a bad spell is enough."""
    most = shortest(result.most, voice)
    if not any(record["utilization"] for record in result.to_records("departments")):
        return [voice.say(NO_LOAD)]
    if result.fragile_factor is None:
        return [voice.say(CALM, most=most)]
    sentences = []
    if result.tipping_factor is None or result.department is None:
        sentences.append(voice.say(FRAGILE_ONLY, most=most))
    else:
        table = result.table("departments")
        before, after = voice.percents(
            *(table.value(result.department, f"morale_loss_{n}") for n in ("before", "after"))
        )
        sentences.append(
            voice.say(
                VICIOUS_ALREADY if result.tipping_factor == 1 else TIPS,
                factor=voice.number(result.tipping_factor, 2),
                department=voice.name(result.department),
                before=before,
                after=after,
            )
        )
    if result.tipping_factor == 1:
        return sentences
    if result.fragile_factor == 1:
        sentences.append(voice.say(FRAGILE_ALREADY))
    elif result.fragile_factor != result.tipping_factor:
        sentences.append(voice.say(FRAGILE, factor=voice.number(result.fragile_factor, 2)))
    return sentences
