"""Words for metrics from raw answers: the figure, how sure it is, from how many answers."""

from __future__ import annotations

from collections.abc import Callable

from valuechain.errors import Lang, Text
from valuechain.metrics import Metric
from valuechain.report.voice import Voice

METRIC = Text("{name}: {value} ({range}{answers}).", "{name}: {value} ({range}{answers}).")
NAMES: dict[str, Text] = {
    "csat": Text("Satisfied customers", "Clientes satisfechos"),
    "esat": Text("Satisfied employees", "Personal satisfecho"),
    "nps": Text("Net promoter score", "NPS (índice neto de promotores)"),
    "first_contact_resolution": Text(
        "Resolved at the first contact", "Resuelto al primer contacto"
    ),
    "resolution_time": Text("Median time to resolution", "Tiempo mediano de resolución"),
    "share": Text("Share", "Proporción"),
}
RANGE = Text("between {low} and {high} at {level}, ", "entre {low} y {high} al {level}, ")
NO_RANGE = Text("too few for a range, ", "muy pocas para dar un margen, ")
ANSWERS = (Text("1 answer", "1 respuesta"), Text("{n} answers", "{n} respuestas"))
CASES = (Text("1 case", "1 caso"), Text("{n} cases", "{n} casos"))
TOO_FEW_CASES = Text("too few for a range, ", "muy pocos para dar un margen, ")
MISSING = Text("; {n} more without an answer", "; {n} más sin contestar")
MISSING_CASES = Text("; {n} more without a figure", "; {n} más sin dato")
OF_CASES = {"first_contact_resolution", "resolution_time"}


def explain_metric(metric: Metric, lang: Lang = "es") -> str:
    """Return what a metric says, in one sentence; every number is a field of it.

    Parameters
    ----------
    metric : Metric
    lang : {"es", "en"}

    Raises
    ------
    UsageError
        If there are no words in that language.

    Examples
    --------
    >>> from valuechain.metrics import nps
    >>> print(" ".join(explain_metric(nps([10, 9, 9, 8, 7, 3, None]), "en").split()))
    Net promoter score: 33 (between −31 and 75 at 95%, 6 answers; 1 more without an answer).
    """
    voice = Voice(lang)
    say = _figure(metric, voice)
    cases = metric.name in OF_CASES
    spread = voice.say(TOO_FEW_CASES if cases else NO_RANGE)
    if metric.low is not None and metric.high is not None:
        level = voice.percent(metric.level)
        spread = voice.say(RANGE, low=say(metric.low), high=say(metric.high), level=level)
    counted = (CASES if cases else ANSWERS)[min(metric.n, 2) - 1]
    answers = voice.say(counted, n=voice.number(metric.n))
    if metric.missing:
        silent = MISSING_CASES if cases else MISSING
        answers += voice.say(silent, n=voice.number(metric.missing))
    return voice.say(
        METRIC,
        name=voice.say(NAMES[metric.name]),
        value=say(metric.value),
        range=spread,
        answers=answers,
    )


def _figure(metric: Metric, voice: Voice) -> Callable[[float], str]:
    """Return how figures of this unit are said."""
    if metric.unit == "share":
        return voice.percent
    if metric.unit == "points":
        return lambda points: voice.number(points)
    return lambda hours: str(voice.time(hours))
