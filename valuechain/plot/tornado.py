"""The tornado: what each uncertain input does to an answer, the widest on top."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib import style as mpl_style
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from valuechain.errors import Lang, Text
from valuechain.plot import style
from valuechain.plot.shown import axes_of_their_own
from valuechain.plot.text import drawable, font, wrap
from valuechain.plot.words import quantity

INCHES = (11.0, 6.2)
LEFT = 0.36  # of the width, for the names of inputs
NAME_POINTS, TITLE_POINTS = 270.0, 700.0
TITLE_SIZE = 15.0
LOW, HIGH = (style.HEAT_STOPS[1], "///"), (style.HEAT_STOPS[4], "")  # told apart without colour
IF_LOW = Text("the input is low", "el dato es bajo")
IF_HIGH = Text("the input is high", "el dato es alto")
APART = 20  # parts of the width that are told apart in figures
AT_BASE = Text("everything at its base", "todo en su valor base")


@dataclass(frozen=True)
class Bar:
    """An input: its name, and the mean answer where it is low and where it is high."""

    name: str
    if_low: float
    if_high: float


def draw_tornado(
    bars: Sequence[Bar],
    base: float,
    *,
    title: str,
    unit: str = "",
    lang: Lang = "es",
    ax: Axes | None = None,
) -> Axes:
    """Draw how far each input moves an answer from where it is with everything at its base.

    Parameters
    ----------
    bars : sequence of Bar
        In the order they are drawn, from the top.
    base : float
        The answer with everything at its base.
    title : str
    unit : str
        Of the answer; ``"%"`` for shares.
    lang : {"es", "en"}
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own without it.

    Returns
    -------
    matplotlib.axes.Axes
    """
    with mpl_style.context("default"):
        if ax is None:
            ax = axes_of_their_own(INCHES, (LEFT, 0.13, 0.95 - LEFT, 0.74), style.PAPER)
        _draw(ax, bars, base, title, unit, lang)
    return ax


def _draw(ax: Axes, bars: Sequence[Bar], base: float, title: str, unit: str, lang: Lang) -> None:
    ends = [base, *(end for bar in bars for end in (bar.if_low, bar.if_high))]
    apart = (max(ends) - min(ends)) / APART

    def figure(value: float, _: object = None) -> str:
        return quantity(value, unit, lang, apart)

    for place, bar in enumerate(bars):
        for end, (fill, hatch) in ((bar.if_low, LOW), (bar.if_high, HIGH)):
            ax.barh(
                place,
                end - base,
                left=base,
                height=0.62,
                color=fill,
                edgecolor=style.INK,
                linewidth=0.6,
                hatch=hatch,
            )
        ends = sorted((bar.if_low, bar.if_high))
        if ends[0] < base:
            _write(ax, place, ends[0], "right", figure)
        if ends[1] > base:
            _write(ax, place, ends[1], "left", figure)
    ax.axvline(base, color=style.STRONG, linewidth=1.4)
    names = [wrap(drawable(bar.name), NAME_POINTS, style.NAME_SIZE).text for bar in bars]
    ax.set_yticks(range(len(bars)), names, fontproperties=font(style.NAME_SIZE))
    ax.set_ylim(len(bars) - 0.4, -0.6)
    ax.margins(x=0.16)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(figure)
    ax.tick_params(axis="y", length=0, labelcolor=style.INK)
    ax.tick_params(axis="x", labelsize=style.NOTE_SIZE, labelcolor=style.MUTED)
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    ax.set_title(
        wrap(drawable(title), TITLE_POINTS, TITLE_SIZE, "bold").text,
        loc="right",
        fontproperties=font(TITLE_SIZE, "bold"),
        color=style.INK,
        pad=14,
    )
    marks = [
        Patch(facecolor=fill, edgecolor=style.INK, hatch=hatch, label=label.say(lang))
        for (fill, hatch), label in ((LOW, IF_LOW), (HIGH, IF_HIGH))
    ]
    line = Line2D([], [], color=style.STRONG, linewidth=1.4, label=AT_BASE.say(lang))
    ax.legend(
        handles=[*marks, line],
        loc="upper center",
        bbox_to_anchor=(0.5, -0.07),
        ncols=3,
        frameon=False,
        prop=font(style.NOTE_SIZE),
    )


def _write(ax: Axes, place: int, end: float, side: str, figure: Callable[[float], str]) -> None:
    """Write the answer at the end of a bar."""
    ax.annotate(
        figure(end),
        (end, place),
        xytext=(4 if side == "left" else -4, 0),
        textcoords="offset points",
        ha=side,
        va="center",
        color=style.INK,
        fontproperties=font(style.NOTE_SIZE),
    )
