"""Contributions that add up: a waterfall from what nobody can help to the whole, with errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib import style as mpl_style
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from valuechain.errors import Lang
from valuechain.plot import style
from valuechain.plot.shown import axes_of_their_own
from valuechain.plot.text import drawable, font, wrap
from valuechain.plot.words import quantity

INCHES = (11.0, 6.2)
LEFT = 0.30  # of the width, for names
NAME_POINTS, TITLE_POINTS = 220.0, 700.0
TITLE_SIZE = 15.0
SURE = 1.96  # standard errors to either side of a part: 95 %
ENDS, MORE, LESS = style.BLANK_LINE, style.HEAT_STOPS[3], style.CUSTOMER_LINE
ROOM = 1.14  # of the longest bar: its figure stands behind it


@dataclass(frozen=True)
class Step:
    """A part of the whole, with its standard error; or, `level`, a height that is reached."""

    name: str
    value: float
    error: float = 0.0
    level: bool = False


def draw_contributions(
    steps: Sequence[Step], *, title: str, unit: str = "", lang: Lang = "es", ax: Axes | None = None
) -> Axes:
    """Draw how parts lead from one level to another, each beginning where the last one ends.

    Parameters
    ----------
    steps : sequence of Step
        From the top; a level stands on zero, a part on the sum so far. Whiskers are 95 %
        intervals of each part.
    title : str
    unit : str
        ``"%"`` for shares.
    lang : {"es", "en"}
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own without it.

    Returns
    -------
    matplotlib.axes.Axes
    """
    with mpl_style.context("default"):
        if ax is None:
            ax = axes_of_their_own(INCHES, (LEFT, 0.1, 0.95 - LEFT, 0.76), style.PAPER)
        _draw(ax, steps, title, unit, lang)
    return ax


def _draw(ax: Axes, steps: Sequence[Step], title: str, unit: str, lang: Lang) -> None:
    height = furthest = 0.0
    for place, step in enumerate(steps):
        start = 0.0 if step.level else height
        fill = ENDS if step.level else MORE if step.value >= 0 else LESS
        hatch = "" if step.level or step.value >= 0 else "///"  # told apart without colour
        ax.barh(
            place, step.value, left=start, height=0.62, color=fill,
            edgecolor=style.INK, linewidth=0.6, hatch=hatch,
        )  # fmt: skip
        height = start + step.value
        reach = SURE * step.error
        furthest = max(furthest, start + reach, height + reach)
        if reach > 0:
            ax.errorbar(height, place, xerr=reach, color=style.STRONG, linewidth=1.2, capsize=3)
        if place + 1 < len(steps):
            ax.plot([height, height], [place, place + 1], color=style.MUTED, linewidth=0.7)
        figure = quantity(step.value, unit, lang)
        ax.annotate(
            figure if step.level or step.value < 0 else f"+{figure}",
            (max(start, height) + reach, place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            color=style.INK,
            fontproperties=font(style.NOTE_SIZE, "bold" if step.level else "normal"),
        )
    names = [wrap(drawable(step.name), NAME_POINTS, style.NAME_SIZE).text for step in steps]
    ax.set_yticks(range(len(steps)), names, fontproperties=font(style.NAME_SIZE))
    ax.set_ylim(len(steps) - 0.4, -0.6)
    ax.set_xlim(0, ROOM * furthest or 1.0)  # a bar's end holds matplotlib's own margins back
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(lambda value, _: quantity(value, unit, lang))
    ax.tick_params(axis="y", length=0, labelcolor=style.INK)
    ax.tick_params(axis="x", labelsize=style.NOTE_SIZE, labelcolor=style.MUTED)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.set_title(
        wrap(drawable(title), TITLE_POINTS, TITLE_SIZE, "bold").text,
        loc="right",
        fontproperties=font(TITLE_SIZE, "bold"),
        color=style.INK,
        pad=14,
    )
