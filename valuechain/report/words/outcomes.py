"""Words for `predict_outcomes`: what reaches each customer, and what it costs."""

from __future__ import annotations

from valuechain.analyzers import OutcomesResult
from valuechain.errors import Text
from valuechain.report.voice import Voice
from valuechain.report.words.records import MOST_NAMES, NOBODY_RECEIVES, Record, named

OUTCOME_ROW = Text("{customer}: {facts}.", "{customer}: {facts}.")
OUTCOME_CSAT = Text("{share} satisfied", "{share} de satisfacción")
OUTCOME_NPS = Text("NPS {nps}", "NPS {nps}")
OUTCOME_CHURN = Text("{share} leave in a year", "se va el {share} al año")
OUTCOME_WON = Text("{share} won", "se gana el {share}")
OUTCOME_LATE = Text("{share} late", "{share} tarde")
OUTCOME_TIME = Text("{time} on average", "{time} de media")
OUTCOME_NO_TIME = Text("no time measured", "sin tiempo medido")
OUTCOME_UNSERVED = Text("receives nothing", "sin servicio")
AND_MORE = Text("And {n} more.", "Y {n} más.")
AT_RISK = Text(
    "Beyond what an ideal day would lose, {money} of revenue is at risk in a year, most of it from "
    "{customer}.",
    "Respecto a un día ideal, hay {money} de ingresos en riesgo al año, sobre todo los de "
    "{customer}.",
)
AT_RISK_WITH_ONE = Text(
    "Beyond what an ideal day would lose, {money} of revenue is at risk in a year.",
    "Respecto a un día ideal, hay {money} de ingresos en riesgo al año.",
)
NOT_WON = Text(
    "Another {money} of sales in a year are not won.",
    "Otros {money} de ventas al año se quedan sin ganar.",
)
ONLY_NOT_WON = Text(
    "Sales of {money} in a year are not won that an ideal day would win.",
    "Se quedan sin ganar {money} de ventas al año que un día ideal sí ganaría.",
)
NO_MONEY = Text(
    "What it costs cannot be told: that needs revenue and churn, or win_rate, of today.",
    "No puede decirse cuánto cuesta: harían falta los ingresos (revenue) y el churn, o el "
    "win_rate, de hoy.",
)
CONTRADICTION = Text(
    "The satisfaction declared of {names} hardly fits the NPS or churn declared: check them.",
    "La satisfacción declarada de {names} casa mal con su NPS o su churn: conviene revisarlos.",
)
TOLD = ("csat", "nps", "churn", "revenue_at_risk", "won_share", "breach", "mean_hours")


def outcomes_words(result: OutcomesResult, voice: Voice) -> list[str]:
    """Say what reaches each customer, the least satisfied first, and what it costs."""
    rows = sorted(
        result.table("customers").records(TOLD),
        key=lambda r: (r["mean_hours"] is None, r["csat"] is None, r["csat"] or 0.0, r["id"]),
    )
    if not rows:
        return [voice.say(NOBODY_RECEIVES)]
    sentences = []
    for record in rows[:MOST_NAMES]:
        facts = _facts(record, voice) or [voice.say(OUTCOME_UNSERVED)]
        said = ", ".join(facts)
        sentences.append(voice.say(OUTCOME_ROW, customer=voice.name(record["id"]), facts=said))
    if len(rows) > MOST_NAMES:
        sentences.append(voice.say(AND_MORE, n=voice.number(len(rows) - MOST_NAMES)))
    sentences += money_words(result, voice)
    if result.revenue_at_risk is None and result.lost_sales is None:
        sentences.append(voice.say(NO_MONEY))
    if result.contradictions:
        names = named(result.contradictions, voice)
        sentences.append(voice.say(CONTRADICTION, names=names))
    return sentences


def _facts(record: Record, voice: Voice) -> list[str]:
    facts = []
    if record["csat"] is not None:
        facts.append(voice.say(OUTCOME_CSAT, share=voice.percent(record["csat"])))
    if record["nps"] is not None:
        facts.append(voice.say(OUTCOME_NPS, nps=voice.number(record["nps"])))
    if record["churn"] is not None:
        facts.append(voice.say(OUTCOME_CHURN, share=voice.percent(record["churn"])))
    if record["won_share"] is not None:
        facts.append(voice.say(OUTCOME_WON, share=voice.percent(record["won_share"])))
    if record["breach"] is not None and record["mean_hours"]:
        facts.append(voice.say(OUTCOME_LATE, share=voice.percent(record["breach"])))
    if record["mean_hours"]:
        facts.append(voice.say(OUTCOME_TIME, time=voice.time(record["mean_hours"])))
    elif record["mean_hours"] == 0:
        facts.append(voice.say(OUTCOME_NO_TIME))
    return facts


def money_words(result: OutcomesResult, voice: Voice) -> list[str]:
    """Say what is at risk and what is not won; nothing where that cannot be told."""
    risk, lost = result.revenue_at_risk, result.lost_sales
    money = Voice(voice.lang, voice.calendar, result.currency, voice.labels).money
    sentences = []
    if risk:
        records = result.table("customers").records(["revenue_at_risk"])
        known = [record for record in records if record["revenue_at_risk"]]
        most = max(known, key=lambda r: (r["revenue_at_risk"], r["id"]))
        phrase = AT_RISK if len(known) > 1 else AT_RISK_WITH_ONE
        sentences.append(voice.say(phrase, money=money(risk), customer=voice.name(most["id"])))
    if lost:
        sentences.append(voice.say(NOT_WON if risk else ONLY_NOT_WON, money=money(lost)))
    return sentences
