"""A course over time as a table, a period a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from valuechain.analyzers import SimulationResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import LATE, MEAN, SATISFIED, cell, table
from valuechain.report.voice import Voice

PERIOD = Text("period", "periodo")
LOST_MORALE = Text("lost morale", "ánimo perdido")
LEAVE = Text("leave a year", "se van al año")
REVENUE = Text("revenue", "ingresos")
NO_NEWCOMERS = Text(
    "Revenue fades as customers leave: those who come are not counted.",
    "Los ingresos menguan porque se cuentan los clientes que se van, no los que llegan.",
)
AGAINST_TODAY = Text("against today, so far", "frente a hoy, acumulado")


def simulation_text(result: SimulationResult, voice: Voice) -> str:
    """Return every period: how customers are served, morale, money; no column that is empty."""
    columns: dict[str, tuple[Text, Callable[[Any], object]]] = {
        "breach": (LATE, voice.percent),
        "mean_hours": (MEAN, voice.time),
        "csat": (SATISFIED, voice.percent),
        "morale_loss": (LOST_MORALE, voice.percent),
        "churn": (LEAVE, voice.percent),
        "revenue": (REVENUE, voice.money),
        "change_cumulated": (AGAINST_TODAY, voice.money),
    }
    records = result.table("periods").records(columns)
    told = [name for name in columns if any(row[name] is not None for row in records)]
    rows = [
        [record["id"], *(cell(record[name], columns[name][1]) for name in told)]
        for record in records
    ]
    head = [voice.say(PERIOD), *(voice.say(columns[name][0]) for name in told)]
    course = table(head, rows, right=range(len(head)))
    return f"{course}\n\n{voice.say(NO_NEWCOMERS)}" if "revenue" in told else course
