"""Words for what a change moves in revenue at risk, over all customers together."""

from __future__ import annotations

from collections.abc import Sequence

from valuechain.errors import Text
from valuechain.report.voice import Voice
from valuechain.report.words.records import Record

MORE = Text("Revenue at risk in a year: {money} more.", "Ingresos en riesgo al año: {money} más.")
LESS = Text("Revenue at risk in a year: {money} less.", "Ingresos en riesgo al año: {money} menos.")
NOTED = 0.005  # of what was at risk before
SURE = 2.0  # standard errors, added up as if all erred the same way


def at_stake_words(records: Sequence[Record], currency: str | None, voice: Voice) -> list[str]:
    """Say by how much revenue at risk rises or falls; nothing if none is known, or moves."""
    known = [r for r in records if r.get("revenue_at_risk_change") is not None]
    change = sum(r["revenue_at_risk_change"] for r in known)
    before = sum(r["revenue_at_risk_before"] for r in known)
    error = sum(r["revenue_at_risk_change_error"] or 0.0 for r in known)
    if not known or abs(change) <= max(NOTED * abs(before), SURE * error):
        return []
    money = Voice(voice.lang, voice.calendar, currency, voice.labels).money(abs(change))
    return [voice.say(MORE if change > 0 else LESS, money=money)]
