"""Trajectories: a few shares over the periods, one panel each, the lines named where they end."""

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
TITLE_SIZE, NAME_SIZE = 15.0, 11.0
LABEL_POINTS, TITLE_POINTS = 150.0, 720.0
LABEL_ROOM = 0.27  # of the width, for the names of lines
LEADING = 0.062  # of the height, between two names
# Blue, vermilion, green, black: told apart with any colour vision; dashes and marks tell, too.
LOOKS = (
    ("#0072b2", "-", "o"),
    ("#d55e00", "--", "s"),
    ("#007a5a", "-.", "^"),
    ("#000000", ":", "D"),
)


@dataclass(frozen=True)
class Line:
    """A figure over the periods 0, 1, ...; of shares, 0..1."""

    name: str
    values: Sequence[float]


def draw_trajectories(
    lines: Sequence[Line],
    *,
    title: str,
    periods: str,
    settles: int | None = None,
    settles_words: str = "",
    lang: Lang = "es",
    ax: Axes | None = None,
) -> Axes:
    """Draw shares over the periods, each with its name and last value where it ends.

    Parameters
    ----------
    lines : sequence of Line
        At most four, of equal length.
    title : str
    periods : str
        What the periods are, under the axis.
    settles : int, optional
        The period from which on hardly anything moves: marked, with `settles_words`.
    settles_words : str
    lang : {"es", "en"}
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of its own without it.

    Returns
    -------
    matplotlib.axes.Axes
    """
    with mpl_style.context("default"):
        if ax is None:
            ax = axes_of_their_own(INCHES, (0.07, 0.12, 0.9 - LABEL_ROOM, 0.74), style.PAPER)
        for line, (colour, dash, mark) in zip(lines, LOOKS, strict=False):
            ax.plot(
                range(len(line.values)),
                line.values,
                color=colour,
                linestyle=dash,
                linewidth=2.0,
                marker=mark,
                markersize=4.5,
                markevery=max(1, len(line.values) // 12),
            )
        _frame(ax, title, periods, lang)
        if settles is not None:
            ax.axvline(settles, color=style.MUTED, linewidth=0.9, linestyle=(0, (2, 3)))
            ax.annotate(
                settles_words,
                (settles, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(5, -3),
                textcoords="offset points",
                va="top",
                color=style.MUTED,
                fontproperties=font(style.NOTE_SIZE),
            )
        _names(ax, lines, lang)
    return ax


def _frame(ax: Axes, title: str, periods: str, lang: Lang) -> None:
    ax.set_xlabel(periods, fontproperties=font(NAME_SIZE), color=style.MUTED)
    ax.xaxis.set_major_locator(MaxNLocator(12, integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(lambda value, _: quantity(value, "%", lang))
    ax.tick_params(labelsize=style.NAME_SIZE, labelcolor=style.MUTED, length=3)
    ax.grid(axis="y", color=style.BLANK_FILL, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.margins(x=0.02, y=0.08)
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]) if ax.get_ylim()[0] < 0.3 else None)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.set_title(
        wrap(drawable(title), TITLE_POINTS, TITLE_SIZE, "bold").text,
        loc="left",
        fontproperties=font(TITLE_SIZE, "bold"),
        color=style.INK,
        pad=14,
    )


def _names(ax: Axes, lines: Sequence[Line], lang: Lang) -> None:
    """Write the name of each line beside its end, moved apart where ends are close."""
    bottom, top = ax.get_ylim()
    shown = list(zip(lines, LOOKS, strict=False))
    shown.sort(key=lambda pair: pair[0].values[-1])
    heights: list[float] = []
    for line, _ in shown:
        height = (line.values[-1] - bottom) / (top - bottom)
        heights.append(max(height, heights[-1] + LEADING) if heights else max(height, 0.02))
    over = max(0.0, heights[-1] - 0.98) if heights else 0.0
    for (line, (colour, _, _)), height in zip(shown, heights, strict=True):
        words = f"{line.name}: {quantity(line.values[-1], '%', lang)}"
        ax.annotate(
            wrap(drawable(words), LABEL_POINTS, NAME_SIZE, "bold").text,
            (1.0, height - over),
            xycoords="axes fraction",
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=colour,
            fontproperties=font(NAME_SIZE, "bold"),
            annotation_clip=False,
        )
