"""From the shape of a result to trajectories: shares by period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuechain.errors import Lang, Text
from valuechain.plot.trajectories import Line, draw_trajectories
from valuechain.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE = Text("Period by period", "Periodo a periodo")
LINES = {
    "csat": Text("satisfied customers", "clientes satisfechos"),
    "breach": Text("late deliveries", "entregas tarde"),
    "morale_loss": Text("lost morale", "ánimo perdido"),
    "won_share": Text("customers won", "clientes ganados"),
}
PERIODS = {
    "hour": Text("hours from today", "horas desde hoy"),
    "day": Text("days from today", "días desde hoy"),
    "week": Text("weeks from today", "semanas desde hoy"),
    "month": Text("months from today", "meses desde hoy"),
    "quarter": Text("quarters from today", "trimestres desde hoy"),
    "year": Text("years from today", "años desde hoy"),
}
SETTLED = Text("hardly anything moves from here on", "desde aquí casi nada se mueve")


def goes_on(result: Result) -> bool:
    """Tell whether a result has figures by period."""
    return "periods" in result.tables and "period_name" in result.extras()


def plot_trajectories(result: Result, ax: Axes | None = None, lang: Lang = "es") -> Axes:
    """Draw the shares of a course that are known over all its periods; returns matplotlib Axes."""
    table, about = result.table("periods"), result.extras()
    shown = [name for name in LINES if not np.isnan(table[name]).any()]
    return draw_trajectories(
        [Line(LINES[name].say(lang), table[name].tolist()) for name in shown],
        title=TITLE.say(lang),
        periods=PERIODS[about["period_name"]].say(lang),
        settles=about["settling_periods"] or None,
        settles_words=SETTLED.say(lang),
        lang=lang,
        ax=ax,
    )
