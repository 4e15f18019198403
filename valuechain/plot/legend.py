"""The legend under a map: what is in the picture, and only that, in rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from valuechain.errors import Text
from valuechain.plot import ink, style, words
from valuechain.plot.map_data import Edge, MapData
from valuechain.plot.tags import CLOCK, Tag, draw_tag
from valuechain.plot.text import drawable, width_of, wrap

ROW = 20.0
SIGN = 32.0
BETWEEN = 18.0
RAMP = 110.0


@dataclass(frozen=True)
class Entry:
    """One entry: its width in points, and how to draw it from its left end."""

    width: float
    draw: Callable[[Axes, float, float], None]


@dataclass(frozen=True)
class Legend:
    """Entries in rows, ready to be drawn."""

    rows: tuple[tuple[Entry, ...], ...]
    scale: float

    @property
    def height(self) -> float:
        """Height in points."""
        return len(self.rows) * ROW * self.scale

    def draw(self, ax: Axes, left: float, top: float) -> None:
        """Draw the legend downwards from a corner."""
        for k, row in enumerate(self.rows):
            x = left
            for entry in row:
                entry.draw(ax, x, top - (k + 0.5) * ROW * self.scale)
                x += entry.width + BETWEEN * self.scale


def legend_of(
    data: MapData,
    arrows: tuple[Edge, ...],
    feedback: bool,
    limits: tuple[float, float],
    width: float,
    scale: float,
) -> Legend:
    """Return the legend of what a map contains, in rows of at most `width` points."""
    rows: list[list[Entry]] = [[]]
    room = 0.0
    for entry in _entries(data, arrows, feedback, limits, scale):
        if rows[-1] and room + entry.width > width:
            rows.append([])
            room = 0.0
        rows[-1].append(entry)
        room += entry.width + BETWEEN * scale
    return Legend(tuple(tuple(row) for row in rows), scale)


def _entries(
    data: MapData,
    arrows: tuple[Edge, ...],
    feedback: bool,
    limits: tuple[float, float],
    scale: float,
) -> list[Entry]:
    departments = [node for node in data.nodes if node.kind == "department"]
    entries = []
    if any(node.value is not None for node in data.nodes):
        entries.append(_ramp(data, limits, scale))
    if any(node.rank is not None for node in data.nodes):
        entries.append(_sign(data, words.RANK, _rank, scale, sign=style.BADGE))
    if departments:
        entries.append(_sign(data, words.DEPARTMENT, _department, scale))
    if any(node.value is None for node in departments) or not all(e.measured for e in arrows):
        entries.append(_sign(data, words.NOT_MEASURED, _blank, scale))
    if len(departments) < len(data.nodes):
        entries.append(_sign(data, words.CUSTOMER, _customer, scale))
    if arrows:
        entries.append(_sign(data, words.SERVICE, _line(style.ARROW, 1.6), scale))
    top = max((edge.weight for edge in arrows), default=0.0)
    if top > 0:
        entries.append(_widths(data, top, scale))
    if any(edge.highlighted for edge in arrows):
        entries.append(_sign(data, words.HIGHLIGHTED, _line(style.STRONG, 2.6), scale))
    if any(edge.late for edge in arrows):
        entries.append(_sign(data, words.LATE, _late, scale, sign=CLOCK + 8))
    if any(edge.count > 1 for edge in arrows):
        entries.append(_sign(data, words.PARALLEL, _count, scale, sign=24))
    if feedback:
        entries.append(_sign(data, words.FEEDBACK, _line(style.ARROW, 1.6, dashed=True), scale))
    return entries


def _sign(
    data: MapData,
    text: Text,
    draw_sign: Callable[[Axes, float, float, float, float], None],
    scale: float,
    sign: float = SIGN,
) -> Entry:
    """Return a sign with words behind it."""
    said = text.say(data.lang)
    size = style.LEGEND_SIZE * scale

    def draw(ax: Axes, x: float, y: float) -> None:
        draw_sign(ax, x, y, sign * scale, scale)
        ink.write(ax, x + (sign + 6) * scale, y, said, size, align="left", role="legend")

    return Entry((sign + 6) * scale + width_of(said, size), draw)


def _ramp(data: MapData, limits: tuple[float, float], scale: float) -> Entry:
    """Return the colour scale between its two ends, as colour and as border width."""
    size = style.LEGEND_SIZE * scale
    name = drawable(data.value_label) or words.VALUE.say(data.lang)
    name = wrap(name, 420 * scale, size, "bold").lines[0]
    flat = all(not node.value for node in data.nodes)
    low, high = (words.quantity(v, data.unit, data.lang) for v in limits)
    high = "" if flat else high
    starts = np.cumsum([0.0, width_of(name, size, "bold") + 10 * scale,
                        width_of(low, size) + 6 * scale, RAMP * scale + 6 * scale])  # fmt: skip

    def draw(ax: Axes, x: float, y: float) -> None:
        at = x + starts
        ink.write(ax, at[0], y, name, size, weight="bold", align="left", role="legend")
        ink.write(ax, at[1], y, low, size, align="left", role="legend")
        cells = 5
        wide = RAMP * scale / cells
        for k in range(cells):
            share = 0.0 if flat else k / (cells - 1)
            fill = ink.heat_colour(share, 0, 1)
            ink.department_box(
                ax, at[2] + (k + 0.5) * wide, y, wide * 0.82, 13 * scale, fill=fill,
                line=style.INK, border=border(share) * scale * 0.8, hatched=False, scale=scale,
            )  # fmt: skip
        if high:
            ink.write(ax, at[3], y, high, size, align="left", role="legend")

    return Entry(float(starts[3]) + width_of(high, size), draw)


def _widths(data: MapData, top: float, scale: float) -> Entry:
    """Return the widths of arrows from none to the widest."""
    size = style.LEGEND_SIZE * scale
    said = drawable(data.weight_label) or words.WIDTH.say(data.lang)
    share = top <= 1 + 1e-9
    low, high = (words.quantity(v, "%", data.lang) if share else words.number(v, data.lang)
                 for v in (0.0, top))  # fmt: skip
    starts = np.cumsum([0.0, width_of(said, size) + 10 * scale, width_of(low, size) + 5 * scale,
                        46 * scale])  # fmt: skip

    def draw(ax: Axes, x: float, y: float) -> None:
        at = x + starts
        ink.write(ax, at[0], y, said, size, align="left", role="legend")
        ink.write(ax, at[1], y, low, size, align="left", role="legend")
        thin, wide = style.ARROW_MIN * scale / 2, style.ARROW_MAX * scale / 2
        ax.fill([at[2], at[3] - 5 * scale, at[3] - 5 * scale, at[2]],
                [y - thin, y - wide, y + wide, y + thin],
                color=style.ARROW, linewidth=0, zorder=ink.Z_BOX)  # fmt: skip
        ink.write(ax, at[3], y, high, size, align="left", role="legend")

    return Entry(float(starts[3]) + width_of(high, size), draw)


def border(share: float) -> float:
    """Return the border width for a place 0..1 on the value scale, in points before scaling."""
    return style.BORDER_MIN + (style.BORDER_MAX - style.BORDER_MIN) * share


def _rank(ax: Axes, x: float, y: float, width: float, scale: float) -> None:
    ink.badge(ax, x + width / 2, y, "1", 16 * scale, style.PAPER, "legend")


def _department(ax: Axes, x: float, y: float, width: float, scale: float) -> None:
    ink.department_box(ax, x + width / 2, y, width, 15 * scale, fill=style.HEAT_STOPS[0],
                       line=style.INK, border=scale, hatched=False, scale=scale)  # fmt: skip


def _blank(ax: Axes, x: float, y: float, width: float, scale: float) -> None:
    ink.department_box(ax, x + width / 2, y, width, 15 * scale, fill=style.BLANK_FILL,
                       line=style.BLANK_LINE, border=scale, hatched=True, scale=scale)  # fmt: skip
    ink.write(ax, x + width / 2, y, "?", 11 * scale, weight="bold", role="legend")


def _customer(ax: Axes, x: float, y: float, width: float, scale: float) -> None:
    ink.customer_box(ax, x + width / 2, y, width, 15 * scale, fill=style.CUSTOMER_FILL,
                     line=style.CUSTOMER_LINE, border=1.2 * scale, scale=scale)  # fmt: skip


def _late(ax: Axes, x: float, y: float, width: float, scale: float) -> None:
    draw_tag(ax, Tag(True, None), (x + width / 2, y), scale, style.STRONG, False)


def _count(ax: Axes, x: float, y: float, width: float, scale: float) -> None:
    tag = Tag(False, wrap("×2", 40, style.TAG_SIZE, "bold"))
    draw_tag(ax, tag, (x + width / 2, y), scale, style.ARROW, False)


def _line(
    colour: str, pen: float, dashed: bool = False
) -> Callable[[Axes, float, float, float, float], None]:
    def draw(ax: Axes, x: float, y: float, width: float, scale: float) -> None:
        ends = (x + width, x) if dashed else (x, x + width)
        ink.arrow(ax, np.column_stack([np.linspace(*ends, 9), np.full(9, y)]), colour=colour,
                  width=pen * scale, head=8 * scale, dashed=dashed, hollow=False,
                  layer=ink.Z_ARROW)  # fmt: skip

    return draw
