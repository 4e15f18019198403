"""Words for `predict_outcomes`: what reaches each customer."""

from __future__ import annotations

from valuechain.analyzers import OutcomesResult
from valuechain.errors import Text
from valuechain.report.voice import Voice
from valuechain.report.words.records import MOST_NAMES, NOBODY_RECEIVES

OUTCOME_ROW = Text("{customer}: {facts}.", "{customer}: {facts}.")
OUTCOME_CSAT = Text("{share} satisfied", "{share} de satisfacción")
OUTCOME_LATE = Text("{share} late", "{share} tarde")
OUTCOME_TIME = Text("{time} on average", "{time} de media")
OUTCOME_NO_TIME = Text("no time measured", "sin tiempo medido")
OUTCOME_UNSERVED = Text("receives nothing", "sin servicio")
AND_MORE = Text("And {n} more.", "Y {n} más.")


def outcomes_words(result: OutcomesResult, voice: Voice) -> list[str]:
    """Say what reaches each customer, the least satisfied first."""
    rows = sorted(
        result.to_records("customers"),
        key=lambda r: (r["mean_hours"] is None, r["csat"] is None, r["csat"] or 0.0, r["id"]),
    )
    sentences = []
    for record in rows[:MOST_NAMES]:
        facts = []
        if record["csat"] is not None:
            facts.append(voice.say(OUTCOME_CSAT, share=voice.percent(record["csat"])))
        if record["breach"] is not None and record["mean_hours"]:
            facts.append(voice.say(OUTCOME_LATE, share=voice.percent(record["breach"])))
        if record["mean_hours"]:
            facts.append(voice.say(OUTCOME_TIME, time=voice.time(record["mean_hours"])))
        elif record["mean_hours"] == 0:
            facts.append(voice.say(OUTCOME_NO_TIME))
        said = ", ".join(facts or [voice.say(OUTCOME_UNSERVED)])
        sentences.append(voice.say(OUTCOME_ROW, customer=voice.name(record["id"]), facts=said))
    if len(rows) > MOST_NAMES:
        sentences.append(voice.say(AND_MORE, n=voice.number(len(rows) - MOST_NAMES)))
    return sentences or [voice.say(NOBODY_RECEIVES)]
