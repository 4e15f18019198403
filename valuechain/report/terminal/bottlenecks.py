"""The ranking of bottlenecks as a table."""

from __future__ import annotations

from valuechain.analyzers import BottlenecksResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import DEPARTMENT, VERDICT, table
from valuechain.report.voice import Voice
from valuechain.report.words.bottlenecks import OUTCOMES, whose

GAIN = Text("falls by", "baja en")
LATE_THEN = Text("late then", "tarde entonces")
CRITICAL = Text("sets the time of", "marca el plazo de")
ABOUT = Text("{outcome}{whom}: {total}", "{outcome}{whom}: {total}")
NO_EFFECT = "no measurable effect on customers"
NO_EFFECT_ON = Text("no measurable effect on {customer}", "sin efecto medible en {customer}")
VERDICTS = {
    "bottleneck": Text("bottleneck", "cuello de botella"),
    "affected by others": Text("affected by others", "le afectan otros"),
    NO_EFFECT: Text("no measurable effect on customers", "sin efecto medible en clientes"),
    "healthy": Text("healthy", "sano"),
    "not measured": Text("not measured", "sin medir"),
}


def ranking_text(ranking: BottlenecksResult, voice: Voice) -> str:
    """Return which department to fix first, as a table under what is to fall."""
    outcome = voice.say(OUTCOMES[ranking.outcome])
    total = _amount(ranking.total, ranking, voice)
    about = voice.say(ABOUT, outcome=outcome, whom=whose(ranking, voice), total=total)
    rows = []
    verdicts = {verdict: voice.say(words) for verdict, words in VERDICTS.items()}
    if ranking.customer is not None:
        customer = voice.name(ranking.customer)
        verdicts[NO_EFFECT] = voice.say(NO_EFFECT_ON, customer=customer)
    for record in ranking.to_records():
        late = record["breach_if_fixed"]
        rows.append(
            [
                str(record["rank"]),
                voice.name(record["id"]),
                _fall(record["fix_only_this"], ranking, voice),
                "-" if late is None else voice.percent(late),
                voice.percent(record["criticality_index"]),
                verdicts[record["verdict"]],
            ]
        )
    head = ["", *(voice.say(word) for word in (DEPARTMENT, GAIN, LATE_THEN, CRITICAL, VERDICT))]
    return f"{about[0].upper()}{about[1:]}\n\n{table(head, rows, right=(0, 2, 3, 4))}"


def _fall(value: float, ranking: BottlenecksResult, voice: Voice) -> str:
    return voice.points(value) if ranking.unit == "share" else _amount(value, ranking, voice)


def _amount(value: float, ranking: BottlenecksResult, voice: Voice) -> str:
    if ranking.unit == "share":
        return voice.percent(value)
    # Below a thousandth of all there is, seconds would only look exact.
    return str(voice.time(value)) if abs(value) > 1e-3 * abs(ranking.total) else "0"
