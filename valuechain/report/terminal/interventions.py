"""A plan as a table: what is in it, what each intervention costs and brings."""

from __future__ import annotations

from valuechain.analyzers import InterventionsResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import NOTHING, cell, table
from valuechain.report.voice import Voice
from valuechain.report.words.interventions import PATIENCE, gains_of

IN_PLAN = Text("in", "sí")
INTERVENTION = Text("intervention", "intervención")
COST = Text("first year", "primer año")
ALONE = Text("brings alone", "aporta por sí sola")
WITHIN = Text("in the plan", "en el plan")
ROI = Text("return", "retorno")
PAYBACK = Text("months to pay back", "meses hasta pagarse")
LONGER = Text("over {n}", "más de {n}")
PER_THOUSAND = Text("per 1,000", "por cada 1000")


def interventions_text(result: InterventionsResult, voice: Voice) -> str:
    """Return every intervention, the plan's own on top."""

    def gain(value: float) -> str:
        return gains_of(result.unit, voice, value)[0]

    def months(value: float) -> str:
        if value > PATIENCE:
            return voice.say(LONGER, n=voice.number(PATIENCE))
        return voice.number(value, 1)

    records = result.to_records("interventions")
    worth = [
        (name, word, say)
        for name, word, say in (
            ("roi", ROI, voice.percent),
            ("payback_months", PAYBACK, months),
            ("gain_per_thousand", PER_THOUSAND, gain),
        )
        if name in records[0]
    ]
    rows = [
        [
            voice.say(IN_PLAN) if record["chosen"] else NOTHING,
            voice.name(record["id"]),
            cell(record["cost"], voice.money),
            cell(record["gain_alone"], gain),
            cell(record["gain_in_plan"], gain) if record["chosen"] else NOTHING,
            *(cell(record[name], say) for name, _, say in worth),
        ]
        for record in records
    ]
    words = (INTERVENTION, COST, ALONE, WITHIN, *(word for _, word, _ in worth))
    head = ["", *(voice.say(word) for word in words)]
    return table(head, rows, right=range(2, len(head)))
