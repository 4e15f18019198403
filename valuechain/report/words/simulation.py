"""Words for `simulate`: how deep the dent is, when it shows, whether it heals, what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from valuechain.analyzers import SimulationResult
from valuechain.errors import Text
from valuechain.report.voice import Voice
from valuechain.report.words.records import Record, named

GOES_ON = Text("Nothing changes over time.", "Nada cambia con el tiempo.")
CSAT = Text("Satisfied customers: {path}.", "Clientes satisfechos: {path}.")
LATE = Text("Late deliveries: {path}.", "Entregas tarde: {path}.")
LOST_MORALE = Text("Lost morale: {path}.", "Ánimo perdido: {path}.")
TODAY = Text("{share} today", "{share} hoy")
AT_WORST = Text("{share} at worst ({when})", "{share} en el peor momento ({when})")
AT_BEST = Text("{share} at best ({when})", "{share} en el mejor momento ({when})")
AT_LAST = Text("{share} at the end ({when})", "{share} al final ({when})")
SETTLES = Text(
    "From {when} on, hardly anything moves any more.", "Desde {when} ya casi nada se mueve."
)
STILL_MOVES = Text(
    "After {n} it has not settled yet: it tends to {share} of customers satisfied.",
    "Pasado ese plazo ({n}) aún no se ha asentado: tiende a un {share} de clientes satisfechos.",
)
STILL_MOVES_SOMEHOW = Text(
    "After {n} it has not settled yet.", "Pasado ese plazo ({n}) aún no se ha asentado."
)
TIPPED = Text(
    "It does not heal by itself: the loops keep it in another state than it would be in without "
    "what happened on the way.",
    "No se cura solo: los bucles lo mantienen en un estado distinto del que tendría sin lo "
    "ocurrido por el camino.",
)
UNSTABLE = Text(
    "Where it ends, even a small setback would grow.",
    "En el punto al que llega, hasta un pequeño bache crecería.",
)
LESS_MONEY = Text(
    "Revenue in that time: {money} less than with today going on.",
    "Ingresos en ese tiempo: {money} menos que si todo siguiera como hoy.",
)
MORE_MONEY = Text(
    "Revenue in that time: {money} more than with today going on.",
    "Ingresos en ese tiempo: {money} más que si todo siguiera como hoy.",
)
BROUGHT = Text(
    "Of that revenue, {names} brings {money}, before what it costs.",
    "De esos ingresos, {names} aporta {money}, sin contar lo que cuesta.",
)
BROUGHT_BY_ALL = Text(
    "Of that revenue, {names} together bring {money}, before what they cost.",
    "De esos ingresos, {names} aportan en conjunto {money}, sin contar lo que cuestan.",
)
PERIODS: Mapping[str, tuple[Text, Text]] = {
    "hour": (Text("hour {n}", "la hora {n}"), Text("{n} hours", "{n} horas")),
    "day": (Text("day {n}", "el día {n}"), Text("{n} days", "{n} días")),
    "week": (Text("week {n}", "la semana {n}"), Text("{n} weeks", "{n} semanas")),
    "month": (Text("month {n}", "el mes {n}"), Text("{n} months", "{n} meses")),
    "quarter": (Text("quarter {n}", "el trimestre {n}"), Text("{n} quarters", "{n} trimestres")),
    "year": (Text("year {n}", "el año {n}"), Text("{n} years", "{n} años")),
}
ONE_PERIOD: Mapping[str, Text] = {
    "hour": Text("1 hour", "1 hora"),
    "day": Text("1 day", "1 día"),
    "week": Text("1 week", "1 semana"),
    "month": Text("1 month", "1 mes"),
    "quarter": Text("1 quarter", "1 trimestre"),
    "year": Text("1 year", "1 año"),
}
NOTED = 0.0005  # a share that moves less is not worth a word


def simulation_words(result: SimulationResult, voice: Voice) -> list[str]:
    """Say how far satisfaction, lateness and morale move, when it settles, and what it costs."""
    rows = result.to_records("periods")
    paths = [
        _path(result, rows, column, phrase, voice)
        for column, phrase in (("csat", CSAT), ("breach", LATE), ("morale_loss", LOST_MORALE))
    ]
    said = [path for path in paths if path]
    if not said:
        said.append(voice.say(GOES_ON))
    elif result.settling_periods is not None:
        said.append(voice.say(SETTLES, when=_when(result, result.settling_periods, voice)))
    else:
        said.append(_still_moving(result, len(rows) - 1, voice))
    if result.tipping_point:
        said.append(voice.say(TIPPED))
    if not result.stable:
        said.append(voice.say(UNSTABLE))
    return [*said, *_money(result, rows[-1], voice)]


def _path(
    result: SimulationResult, rows: list[dict[str, Any]], column: str, phrase: Text, voice: Voice
) -> str:
    """Say where a share starts, where it is furthest from that, and where it ends."""
    values = [row[column] for row in rows]
    if any(value is None for value in values):
        return ""
    furthest = max(range(len(values)), key=lambda t: (abs(values[t] - values[0]), -t))
    if abs(values[furthest] - values[0]) < NOTED:
        return ""
    last = len(values) - 1
    rises = values[furthest] > values[0]
    furthest_words = AT_BEST if rises == (column == "csat") else AT_WORST
    close = abs(values[furthest] - values[last]) < NOTED
    shown = [(0, TODAY), *([] if close else [(furthest, furthest_words)]), (last, AT_LAST)]
    shares = voice.percents(*(values[t] for t, _ in shown))
    parts = [
        voice.say(words, share=share, when=_when(result, t, voice))
        for (t, words), share in zip(shown, shares, strict=True)
    ]
    return voice.say(phrase, path=voice.listed(parts))


def _when(result: SimulationResult, period: int, voice: Voice) -> str:
    return voice.say(PERIODS[result.period_name][0], n=voice.number(period))


def _still_moving(result: SimulationResult, periods: int, voice: Voice) -> str:
    many = PERIODS[result.period_name][1]
    one = ONE_PERIOD[result.period_name]
    n = voice.say(one) if periods == 1 else voice.say(many, n=voice.number(periods))
    csat = result.end["csat"]
    if csat is None:
        return voice.say(STILL_MOVES_SOMEHOW, n=n)
    return voice.say(STILL_MOVES, n=n, share=voice.percent(csat))


def _money(result: SimulationResult, last: Record, voice: Voice) -> list[str]:
    """Say what customers bring more or less, and what interventions bring of it."""
    money = Voice(voice.lang, voice.calendar, result.currency, voice.labels).money
    change, gain = last["change_cumulated"], last.get("gain_cumulated")
    said = []
    if change is not None and abs(change) >= 0.5:
        said.append(voice.say(LESS_MONEY if change < 0 else MORE_MONEY, money=money(abs(change))))
    if gain is not None and abs(gain) >= 0.5:
        phrase = BROUGHT if len(result.interventions) == 1 else BROUGHT_BY_ALL
        names = named(result.interventions, voice)
        said.append(voice.say(phrase, names=names, money=money(gain)))
    return said
