"""Figures that were observed, each with its interval and what the chain explains of it."""

from __future__ import annotations

from dataclasses import dataclass

from valuechain.analyzers.robustness.input_names import input_name
from valuechain.report import page_phrases as p
from valuechain.report.story import Findings, Record
from valuechain.report.voice import Voice

MOST_FIGURES = 12


@dataclass(frozen=True)
class Observed:
    """An observed figure: its value, whose it is, and small print."""

    value: str
    name: str
    small: str


def observed_figures(findings: Findings, voice: Voice) -> tuple[list[Observed], int]:
    """Return the observed figures, those of customers first, and how many are left out."""
    table = findings.outcomes.table("observed")
    explained = {r["id"]: r for r in findings.dissatisfaction.to_records("calibration")}
    records = sorted(table.records(), key=lambda r: (r["id"].partition(".")[0], r["id"]))
    figures = [
        Observed(
            _figure(record["id"], record["observed"], voice),
            input_name(record["id"], findings.outcomes.labels).say(voice.lang),
            "; ".join(_small(record, explained.get(record["id"]), voice)),
        )
        for record in records[:MOST_FIGURES]
    ]
    return figures, len(records) - len(figures)


def _figure(path: str, value: float, voice: Voice) -> str:
    """Return a share in percent, an NPS in points."""
    return voice.number(value) if path.endswith(".nps") else voice.percent(value)


def _small(record: Record, met: Record | None, voice: Voice) -> list[str]:
    """Return the interval, and what the chain explains of a dissatisfaction."""
    path = record["id"]
    parts = [voice.say(p.NO_INTERVAL)]
    if record["n"] is not None:
        low, high = (_figure(path, record[end], voice) for end in ("low", "high"))
        parts = [voice.say(p.INTERVAL, low=low, high=high, n=voice.number(record["n"]))]
    if met is not None and path.endswith(".csat"):
        unhappy = 1.0 - record["observed"]
        if not met["informative"]:
            parts.append(voice.say(p.NOT_INFORMATIVE))
        elif unhappy > 0:
            shares = voice.percents(unhappy, met["explained"])
            parts.append(voice.say(p.EXPLAINED, unhappy=shares[0], explained=shares[1]))
    return parts
