"""From the shape of a result to a tornado: the inputs that move an answer, at their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuechain.analyzers.robustness.answer_names import ANSWERS
from valuechain.analyzers.robustness.input_names import input_name
from valuechain.errors import Lang, Text
from valuechain.plot.tornado import Bar, draw_tornado
from valuechain.plot.words import drawn_unit
from valuechain.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS, LEAST_BARS = 10, 3
TITLE = Text(
    "What moves the answer for {row}: {column}", "Qué mueve el resultado de {row}: {column}"
)


def moves_an_answer(result: Result) -> bool:
    """Tell whether a result has inputs with the answers at their ends."""
    if "inputs" not in result.tables:
        return False
    return "answer_if_low" in {column.name for column in result.table("inputs").columns}


def plot_tornado(result: Result, ax: Axes | None = None, lang: Lang = "es") -> Axes:
    """Draw the inputs that move an answer beyond what luck would do; returns matplotlib Axes.

    Where hardly any does, the first three are drawn.
    """
    about = result.extras()
    inputs = result.table("inputs")
    size = inputs.column(inputs.columns[0].name)
    clear = sum(abs(value) > about["noise"] for value in size.tolist())
    bars = [
        Bar(
            input_name(record["id"], result.labels).say(lang),
            record["answer_if_low"],
            record["answer_if_high"],
        )
        for record in inputs.records()[: min(max(clear, LEAST_BARS), MOST_BARS)]
    ]
    row = result.table(about["level"])
    base = row.value(about["row"], "base")
    base = row.value(about["row"], "mean") if base is None else base
    ends = [end for bar in bars for end in (bar.if_low, bar.if_high)]
    column = about["column"]
    column = ANSWERS[column].say(lang) if column in ANSWERS else column
    return draw_tornado(
        bars,
        base,
        title=TITLE.say(lang).format(row=result.label(about["row"]), column=column),
        unit=drawn_unit(about["unit"], [base, *ends]),
        lang=lang,
        ax=ax,
    )
