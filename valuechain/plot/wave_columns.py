"""A domino in columns: wave after wave from left to right, what each adds, what slack absorbs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib import style as mpl_style
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from valuechain.errors import Lang, Text
from valuechain.plot import ink, style, words
from valuechain.plot.shown import axes_of_their_own
from valuechain.plot.text import Block, drawable, wrap

HEAD, CARD, GAP = 34.0, 66.0, 12.0
WIDE = 300.0  # the widest card
BELOW_TITLE, LEGEND = 10.0, 46.0
BETWEEN = 46.0  # columns, room for what passes on
BAR = 9.0
WIDEST = 7.0
ADDED, ABSORBED = style.HEAT_STOPS[3], style.PAPER
WAVE, STRIKES = Text("wave {k}", "oleada {k}"), Text("where it strikes", "donde golpea")
CUSTOMERS, MORE = Text("customers", "clientes"), Text("and {n} more", "y {n} más")
HELD = Text("slack holds {held}", "absorbe {held}")
LEGEND_ADDED = Text("arrives later (mean time)", "llega más tarde (tiempo medio)")
LEGEND_WORSE = Text("disappoints in more of its deliveries", "decepciona en más entregas")
LEGEND_ABSORBED = Text("absorbed by slack", "lo absorbe la holgura")
LEGEND_WIDTH = Text("wider: passes on more", "más ancha: traslada más")


@dataclass(frozen=True)
class Card:
    """A service that is hit, or a customer.

    Attributes
    ----------
    id, name : str
    column : int
        From the left, 0 where the shock strikes.
    added, absorbed : float
        Hours; or shares, which slack never absorbs.
    note : str
        A short line below, such as the share late before and after.
    fed_by : tuple of str
        Ids of the cards that it waits for.
    customer : bool
    """

    id: str
    name: str
    column: int
    added: float = 0.0
    absorbed: float = 0.0
    note: str = ""
    fed_by: tuple[str, ...] = ()
    customer: bool = False


def draw_waves(
    cards: Sequence[Card],
    *,
    title: str,
    left_out: dict[int, int] | None = None,
    unit: str = "h",
    lang: Lang = "es",
    ax: Axes | None = None,
) -> Axes:
    """Draw cards in columns, each with a bar of what is added and, hatched, what is absorbed.

    Parameters
    ----------
    cards : sequence of Card
        In the order in which they stand below each other.
    title : str
    left_out : dict of int to int, optional
        By column, how many cards are not shown.
    unit : str
        ``"%"`` for shares.
    lang : {"es", "en"}
    ax : matplotlib.axes.Axes, optional
        Where to draw; a figure of 16 x 9 inches without it.

    Returns
    -------
    matplotlib.axes.Axes
    """
    with mpl_style.context("default"):
        if ax is None:
            width = style.CANVAS[0]
            height = min(style.CANVAS[1], _enough_height(cards, left_out or {}, title, width))
            ax = axes_of_their_own(
                (width / 72, height / 72), (0, 0, 1, 1), style.PAPER, style.CANVAS_DPI
            )
        _Picture(cards, left_out or {}, unit, lang, ax).draw(title)
    return ax


def _title_block(title: str, width: float) -> Block:
    return wrap(drawable(title), width - 2 * style.MARGIN, 0.8 * style.TITLE_SIZE, "bold")


def _enough_height(
    cards: Sequence[Card], left_out: dict[int, int], title: str, width: float
) -> float:
    """Return the height in points at which every column has its cards in full size."""
    columns = Counter(card.column for card in cards)
    rows = max((n + 0.4 * (left_out.get(c, 0) > 0) for c, n in columns.items()), default=0.0)
    above = style.MARGIN + _title_block(title, width).height + BELOW_TITLE + HEAD
    return above + rows * (CARD + GAP) + LEGEND + style.MARGIN


class _Picture:
    def __init__(
        self, cards: Sequence[Card], left_out: dict[int, int], unit: str, lang: Lang, ax: Axes
    ) -> None:
        self.unit = unit
        self.cards, self.left_out, self.lang, self.ax = cards, left_out, lang, ax
        window, dpi = ax.get_window_extent(), ax.figure.dpi
        self.width, self.height = window.width * 72 / dpi, window.height * 72 / dpi
        self.columns = sorted({card.column for card in cards})
        n = max(1, len(self.columns))
        self.card_width = (self.width - 2 * style.MARGIN - (n - 1) * BETWEEN) / n
        self.card_width = min(self.card_width, WIDE)
        self.most = max((card.added + card.absorbed for card in cards), default=0.0) or 1.0
        self.places: dict[str, tuple[float, float]] = {}

    def draw(self, title: str) -> None:
        ax = self.ax
        ax.set_axis_off()
        ax.set_xlim(0, self.width)
        ax.set_ylim(0, self.height)
        top = self.height - style.MARGIN
        head = _title_block(title, self.width)
        ink.write(ax, style.MARGIN, top - head.height / 2, head.text, head.size, weight="bold",
                  align="left", role="title")  # fmt: skip
        top -= head.height + BELOW_TITLE
        used = len(self.columns) * self.card_width + (len(self.columns) - 1) * BETWEEN
        left = (self.width - used) / 2
        for k, column in enumerate(self.columns):
            self._column(column, left + k * (self.card_width + BETWEEN), top)
        self._flows()
        self._legend()

    def _column(self, column: int, x: float, top: float) -> None:
        ax, cards = self.ax, [card for card in self.cards if card.column == column]
        said = CUSTOMERS if cards[0].customer else STRIKES if column == 0 else WAVE
        head = said.say(self.lang).format(k=column)
        ink.write(ax, x + self.card_width / 2, top - HEAD / 2, head, style.LEGEND_SIZE + 1,
                  weight="bold", colour=style.MUTED, role="wave")  # fmt: skip
        room = top - HEAD - LEGEND - style.MARGIN
        more = self.left_out.get(column, 0)
        step = min(CARD + GAP, room / (len(cards) + (0.4 if more else 0)))
        high = step - GAP
        y = top - HEAD - high / 2
        for card in cards:
            self.places[card.id] = (x, y)
            self._card(card, x, y, high)
            y -= step
        if more:
            ink.write(ax, x + self.card_width / 2, y + high / 2 - 4,
                      MORE.say(self.lang).format(n=more), style.LEGEND_SIZE, colour=style.MUTED,
                      role="more")  # fmt: skip

    def _card(self, card: Card, x: float, y: float, high: float) -> None:
        ax, wide = self.ax, self.card_width
        role = f"card {card.id}"
        if card.customer:
            ink.customer_box(ax, x + wide / 2, y, wide, high, fill=style.CUSTOMER_FILL,
                             line=style.CUSTOMER_LINE, border=1.1, scale=1.0,
                             role=role)  # fmt: skip
        else:
            ink.department_box(ax, x + wide / 2, y, wide, high, fill=style.PAPER, line=style.INK,
                               hatched=False, border=1.1, scale=1.0, role=role)  # fmt: skip
        inner = wide - 24
        size = min(style.NAME_SIZE, high / 5.2)
        name = wrap(drawable(card.name, card.id), inner, size, "bold")
        if len(name.lines) > 2:
            first, second = name.lines[0], name.lines[1].rstrip(" :") + "\N{HORIZONTAL ELLIPSIS}"
            name = replace(name, lines=(first, second), height=2 * size * style.LEADING)
        ink.write(ax, x + 9, y + high / 2 - 5 - name.height / 2, name.text, size, weight="bold",
                  align="left", role="name")  # fmt: skip
        ink.write(ax, x + 9, y - high / 2 + 6 + BAR + 8, self._figures(card), 0.9 * size,
                  align="left", role="value")  # fmt: skip
        self._bar(card, x + 9, y - high / 2 + 5, inner)

    def _figures(self, card: Card) -> str:
        if card.note:
            return card.note
        sign = "+" if card.added >= 0 else ""
        said = f"{sign}{words.quantity(card.added, self.unit, self.lang)}"
        if card.absorbed > 0.005 * self.most:
            held = words.quantity(card.absorbed, self.unit, self.lang)
            said += f"  ·  {HELD.say(self.lang).format(held=held)}"
        return said

    def _bar(self, card: Card, x: float, y: float, inner: float) -> None:
        wide = inner * max(card.added, 0.0) / self.most
        held = inner * card.absorbed / self.most
        self._block(x, y, wide, ADDED, "")
        self._block(x + wide, y, held, ABSORBED, "/////")

    def _block(self, x: float, y: float, wide: float, fill: str, hatch: str) -> None:
        if wide > 0.3:
            self.ax.add_artist(
                Rectangle((x, y), wide, BAR, facecolor=fill, edgecolor=style.INK, linewidth=0.7,
                          hatch=hatch, zorder=ink.Z_TAG)
            )  # fmt: skip

    def _flows(self) -> None:
        by_id = {card.id: card for card in self.cards}
        for card in self.cards:
            for source in card.fed_by:
                if source in self.places and card.id in self.places:
                    self._flow(by_id[source], card)

    def _flow(self, source: Card, card: Card) -> None:
        (x0, y0), (x1, y1) = self.places[source.id], self.places[card.id]
        start, end = x0 + self.card_width, x1
        if end <= start:  # back to an earlier wave: told by the wave itself, not drawn
            return
        passed = min(max(source.added, 0.0), max(card.added, 0.0) + card.absorbed)
        pen = 0.8 + WIDEST * passed / self.most
        t = [i / 24 for i in range(25)]
        xs = [start + (end - start) * s for s in t]
        ys = [y0 + (y1 - y0) * (3 * s * s - 2 * s * s * s) for s in t]
        self.ax.plot(xs, ys, color=style.ARROW, linewidth=pen, solid_capstyle="butt",
                     zorder=ink.Z_ARROW, label=f"_flow {source.id}>{card.id}")  # fmt: skip

    def _legend(self) -> None:
        ax, x, y = self.ax, style.MARGIN, style.MARGIN
        entries = [(ADDED, "", LEGEND_ADDED), (ABSORBED, "/////", LEGEND_ABSORBED)]
        if self.unit == "%":
            entries = [(ADDED, "", LEGEND_WORSE)]
        for fill, hatch, said in entries:
            self._block(x, y - BAR / 2, 26, fill, hatch)
            ink.write(ax, x + 34, y, said.say(self.lang), style.LEGEND_SIZE, align="left",
                      role="legend")  # fmt: skip
            x += 250
        ax.plot([x, x + 26], [y, y], color=style.ARROW, linewidth=4, zorder=ink.Z_ARROW)
        ink.write(ax, x + 34, y, LEGEND_WIDTH.say(self.lang), style.LEGEND_SIZE, align="left",
                  role="legend")  # fmt: skip
