"""Words for `assess_robustness`: how far an answer holds, and what would change it."""

from __future__ import annotations

from dataclasses import replace

from valuechain.analyzers import RobustnessResult
from valuechain.analyzers.robustness.answer_names import ANSWERS
from valuechain.analyzers.robustness.input_names import input_name
from valuechain.errors import Text
from valuechain.report.voice import Voice, shown_name
from valuechain.report.words.records import Record

MOST_INPUTS = 3
FIRST = Text(
    "In {n} draws of all that is not known exactly, {row} heads the list most often: {share} "
    "(by {what}, {order}).",
    "En {n} sorteos de todo lo que no se sabe con exactitud, quien más veces encabeza la lista es "
    "{row}: {share} (por {what}, {order}).",
)
ORDERS = {
    "largest": Text("largest first", "de mayor a menor"),
    "smallest": Text("smallest first", "de menor a mayor"),
}
DRAWN = Text(
    "All that is not known exactly was drawn {n} times.",
    "Se ha sorteado {n} veces todo lo que no se sabe con exactitud.",
)
SECOND = Text("Next comes {row} ({share}).", "Le sigue {row} ({share}).")
SPREAD = Text(
    "For {row}, {what} lies between {low} and {high} in nine of ten draws; the base figures give "
    "{base}.",
    "Para {row}, {what} queda entre {low} y {high} en nueve de cada diez sorteos; las cifras base "
    "dan {base}.",
)
MOVED = Text("What moves it most, {method}: {inputs}.", "Lo que más lo mueve, {method}: {inputs}.")
UNMOVED = Text(
    "No single input moves it beyond what luck would do.",
    "Ningún dato por sí solo lo mueve más de lo que haría el azar.",
)
STEADY = Text(
    "For {row}, {what} is {base} in every draw: nothing that is uncertain moves it.",
    "Para {row}, {what} es {base} en todos los sorteos: nada de lo incierto lo mueve.",
)
UNANSWERED = Text(
    "{n} draws have no answer and do not count.",
    "{n} sorteos no tienen respuesta y no cuentan.",
)
UNANSWERED_ONE = Text(
    "One draw has no answer and does not count.",
    "Un sorteo no tiene respuesta y no cuenta.",
)
METHODS = {
    "rank": Text("by rank correlation", "por correlación de rangos"),
    "sobol": Text("by Sobol's indices", "por índices de Sobol"),
}
COLUMN = Text("«{name}»", "«{name}»")


def robustness_words(result: RobustnessResult, voice: Voice) -> list[str]:
    """Say who is first how often, how far the answer reaches, and what moves it."""
    voice = replace(voice, currency=result.currency)
    records = {record["id"]: record for record in result.to_records(result.level)}
    answered = voice.number(result.draws - result.unanswered)
    what = voice.say(ANSWERS.get(result.column, COLUMN), name=result.column)
    leading = sorted(records.values(), key=lambda r: (-r["probability_first"], r["id"]))[:2]
    if len(records) > 1:
        share = voice.percent(leading[0]["probability_first"])
        order = voice.say(ORDERS[result.first])
        words = {"what": what, "row": voice.name(leading[0]["id"]), "share": share, "order": order}
        sentences = [voice.say(FIRST, n=answered, **words)]
        if leading[1]["probability_first"] > 0:
            share = voice.percent(leading[1]["probability_first"])
            row = voice.name(leading[1]["id"])
            sentences.append(voice.say(SECOND, row=row, share=share))
    else:
        sentences = [voice.say(DRAWN, n=answered)]
    judged = records[result.row or leading[0]["id"]]
    if judged["p5"] is not None:
        sentences += _spread(result, judged, what, voice)
    if result.unanswered:
        phrase = UNANSWERED_ONE if result.unanswered == 1 else UNANSWERED
        sentences.append(voice.say(phrase, n=voice.number(result.unanswered)))
    return sentences


def _spread(result: RobustnessResult, judged: Record, what: str, voice: Voice) -> list[str]:
    """Say how far the answer of one row reaches, and which inputs move it."""
    base = judged["p50"] if judged["base"] is None else judged["base"]
    low, high, given = _figures(result.unit, voice, judged["p5"], judged["p95"], base)
    words = {"row": voice.name(judged["id"]), "what": what, "base": given}
    if not judged["sd"]:
        return [voice.say(STEADY, **words)]
    return [voice.say(SPREAD, low=low, high=high, **words), _moved(result, voice)]


def _moved(result: RobustnessResult, voice: Voice) -> str:
    """Say which inputs move the answer."""
    size = "correlation" if result.method == "rank" else "total"
    strong = [r for r in result.to_records("inputs") if abs(r[size]) > result.noise]
    if not strong:
        return voice.say(UNMOVED)
    names = [
        shown_name(input_name(record["id"], voice.labels).say(voice.lang))
        for record in strong[:MOST_INPUTS]
    ]
    method = voice.say(METHODS[result.method])
    return voice.say(MOVED, inputs="; ".join(names), method=method)


def _figures(unit: str, voice: Voice, *values: float) -> tuple[str, ...]:
    """Return figures in words, alike in unit and decimals."""
    if unit.startswith("share"):
        return voice.percents(*values)
    if unit == "working hours" and min(values) >= 0:
        return tuple(str(amount) for amount in voice.times(*values))
    if unit.startswith("money"):
        return tuple(voice.money(value) for value in values)
    decimals = 0 if max(abs(value) for value in values) >= 100 else 2
    return tuple(voice.number(value, decimals) for value in values)
