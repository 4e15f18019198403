"""The strokes pictures are made of: text, boxes, arrows, badges, on axes whose unit is a point."""

from __future__ import annotations

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path

from valuechain.plot import style
from valuechain.plot.curves import Points, without_end
from valuechain.plot.style import INK, PAPER
from valuechain.plot.text import Weight, font

Align = Literal["left", "center", "right"]
# What an artist is for stands in its label, behind an underscore that keeps it out of legends.
Z_ARROW, Z_BOX, Z_TAG, Z_TEXT = 2.0, 5.0, 7.0, 8.0


def write(
    ax: Axes, x: float, y: float, text: str, size: float, *,
    colour: str = INK, weight: Weight = "normal", align: Align = "center", role: str = "",
) -> None:  # fmt: skip
    """Write lines around the height `y`, evenly spaced; a dollar sign is a dollar sign.

    Lines stand on base lines of their own: so accents and tails do not push them about.
    """
    lines = text.split("\n")
    for k, line in enumerate(lines):
        level = y + ((len(lines) - 1) / 2 - k) * size * style.LEADING - 0.36 * size
        label = ax.text(
            x, level, line, color=colour, ha=align, va="baseline", zorder=Z_TEXT,
            fontproperties=font(size, weight), parse_math=False, clip_on=False,
        )  # fmt: skip
        label.set_label(f"_{role}")


def department_box(
    ax: Axes, x: float, y: float, width: float, height: float, *,
    fill: str, line: str, border: float, hatched: bool, scale: float, role: str = "",
) -> None:  # fmt: skip
    """Draw a rounded box around (x, y); hatched means not measured."""
    shape = f"round,pad=0,rounding_size={min(style.CORNER * scale, height / 3):.4f}"
    corner = (x - width / 2, y - height / 2)
    if hatched:
        ax.add_artist(
            FancyBboxPatch(
                corner, width, height, boxstyle=shape, facecolor=fill, linewidth=0,
                edgecolor=style.BLANK_HATCH, hatch="////", zorder=Z_BOX,
            )
        )  # fmt: skip
    ax.add_artist(
        FancyBboxPatch(
            corner, width, height, boxstyle=shape, facecolor="none" if hatched else fill,
            edgecolor=line, linewidth=border, zorder=Z_BOX + 0.1, label=f"_{role}",
        )
    )  # fmt: skip


def customer_box(
    ax: Axes, x: float, y: float, width: float, height: float, *,
    fill: str, line: str, border: float, scale: float, role: str = "",
) -> None:  # fmt: skip
    """Draw a plate that points to the right: the end of the flow."""
    tip = customer_tip(height, scale)
    left, right, low, high = x - width / 2, x + width / 2, y - height / 2, y + height / 2
    corners = [(left, low), (right - tip, low), (right, y), (right - tip, high), (left, high)]
    ax.add_artist(
        Polygon(
            corners, closed=True, facecolor=fill, edgecolor=line, linewidth=border,
            joinstyle="round", zorder=Z_BOX, label=f"_{role}",
        )
    )  # fmt: skip


def customer_tip(height: float, scale: float) -> float:
    """Return how far a customer's plate is pointed."""
    return min(height / 2, 13.0 * scale)


def badge(
    ax: Axes, x: float, y: float, text: str, diameter: float, ground: str, role: str = "rank"
) -> None:
    """Draw a rank in a disc that stands out from its ground."""
    disc = INK if style.ink_on(ground) == style.BLACK else PAPER
    ax.add_artist(Circle((x, y), diameter / 2, facecolor=disc, edgecolor="none", zorder=Z_TAG))
    size = diameter * (0.64 if len(text) < 2 else 0.54 if len(text) < 3 else 0.4)
    write(ax, x, y, text, size, colour=PAPER if disc == INK else INK, weight="bold", role=role)


def clock(ax: Axes, x: float, y: float, diameter: float, colour: str) -> None:
    """Draw a small clock: late."""
    radius = diameter / 2
    pen = diameter * 0.13
    ax.add_artist(
        Circle((x, y), radius - pen / 2, facecolor=PAPER, edgecolor=colour, linewidth=pen,
               zorder=Z_TAG + 0.1)
    )  # fmt: skip
    hands = np.array([[x, y + radius * 0.6], [x, y], [x + radius * 0.45, y]])
    ax.add_artist(
        PathPatch(Path(hands), facecolor="none", edgecolor=colour, linewidth=pen,
                  capstyle="round", joinstyle="round", zorder=Z_TAG + 0.2)
    )  # fmt: skip


def arrow(
    ax: Axes, curve: Points, *, colour: str, width: float, head: float, dashed: bool,
    hollow: bool, layer: float, role: str = "",
) -> None:  # fmt: skip
    """Draw an arrow along a polyline, in a white casing that parts it from those it crosses."""
    shaft, axis = without_end(curve, head)
    for pen, ink, z in ((width + 2.6, PAPER, layer), (width, colour, layer + 0.001)):
        dashes = (0, (4.5, 2.2)) if dashed and ink != PAPER else "solid"
        ax.add_artist(
            PathPatch(
                Path(shaft), facecolor="none", edgecolor=ink, linewidth=pen, zorder=z,
                capstyle="butt", joinstyle="round", linestyle=dashes,
                label=f"_{role}" if ink == colour else "_casing",
            )
        )  # fmt: skip
    cut, tip = axis
    along = (tip - cut) / (np.hypot(*(tip - cut)) or 1.0)
    across = np.array([-along[1], along[0]]) * head * 0.42
    ax.add_artist(
        Polygon(
            [cut + across, tip, cut - across], closed=True, edgecolor=colour, joinstyle="miter",
            facecolor=PAPER if hollow else colour, linewidth=0.9 if hollow else 0,
            zorder=layer + 0.002, label=f"_head of {role}",
        )
    )  # fmt: skip


def heat_colour(value: float, low: float, high: float) -> str:
    """Return the fill of a value on the scale from `low` to `high`."""
    return str(to_hex(style.heat()((value - low) / (high - low))))
