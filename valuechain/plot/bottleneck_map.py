"""The bottleneck map: who delivers to whom, from left to right, and who holds it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib import style as mpl_style
from matplotlib.axes import Axes

from valuechain.plot import ink, style, words
from valuechain.plot.layout import EngineName, Layout, Link, Size, arrange, feedback_links
from valuechain.plot.legend import border, legend_of
from valuechain.plot.map_data import Edge, MapData, Node
from valuechain.plot.shown import axes_of_their_own
from valuechain.plot.tags import NARROW, Rectangle, Tag, draw_tag, place_tags, tag_of
from valuechain.plot.text import Block, drawable, longest_piece, wrap

Pair = tuple[str, str]
NAME_WIDTHS = (62.0, 78.0, 98.0, 126.0)  # tried in turn; the one that leaves type largest wins
UNKNOWN = "?"


@dataclass(frozen=True)
class _Face:
    """What is written in a box, and the room it takes before scaling."""

    node: Node
    blocks: tuple[Block, ...]
    tip: float

    @property
    def badge(self) -> float:
        return style.BADGE + 5.0 if self.node.rank is not None else 0.0

    @property
    def size(self) -> Size:
        high = sum(block.height for block in self.blocks)
        high = max(high, style.BADGE if self.badge else 0.0) + 2 * style.PAD_Y
        wide = max(block.width for block in self.blocks) + self.badge + 2 * style.PAD_X + self.tip
        return Size(wide, high)


def draw_bottleneck_map(
    data: MapData, ax: Axes | None = None, *, engine: EngineName | None = None
) -> Axes:
    """Draw who delivers to whom and who holds it up.

    Providers stand on the left, customers on the right. The value of a department is its colour,
    its border width and a figure in its box; what is not measured is grey and hatched with a
    question mark. Arrows that close a cycle run back, dashed. Of parallel services there is one
    arrow, with their number. The largest type that leaves no label upon another is chosen.

    Parameters
    ----------
    data : MapData
        What to show.
    ax : matplotlib.axes.Axes, optional
        Where to draw; the whole of it is used and its limits become points at its present size,
        so set the size first. By default a new figure of 16 x 9 inches, 1920 x 1080 pixels,
        that no window manages: write it with `valuechain.plot.save(ax.figure, path)`.
    engine : {"dot", "layered"}, optional
        The layout; by default ``"dot"`` where pygraphviz is installed.

    Returns
    -------
    matplotlib.axes.Axes

    Warns
    -----
    ValueChainWarning
        Once per process: pygraphviz is missing, or no installed font can draw a name.

    Notes
    -----
    Of a map with more than 100 nodes or 300 arrows the part that `MapData.focused` keeps is drawn,
    and the small print says how much that is. The same data in any order give the same picture.
    The colour scale starts at 0 (or at the lowest value, if that is negative) and ends at the
    highest value.

    Examples
    --------
    >>> data = MapData(
    ...     nodes=(Node("it", "IT", value=2.0, rank=1), Node("shop", "Shops", "customer")),
    ...     edges=(Edge("it", "shop", weight=1.0, late=True),),
    ...     value_label="hours late caused", unit="h", title="IT delivers late.")
    >>> ax = draw_bottleneck_map(data)
    >>> [text.get_text() for text in ax.texts if text.get_label() == "_name"]
    ['IT', 'Shops']
    """
    data = data.focused()
    with mpl_style.context("default"):
        if ax is None:
            width, height = style.CANVAS
            inches = (width / 72, height / 72)
            ax = axes_of_their_own(inches, (0, 0, 1, 1), style.PAPER, style.CANVAS_DPI)
        _draw(data, ax, engine)
    return ax


def _draw(data: MapData, ax: Axes, engine: EngineName | None) -> None:
    window = ax.get_window_extent()
    dpi = ax.figure.dpi
    width, height = window.width * 72 / dpi, window.height * 72 / dpi
    frame = min(width / style.CANVAS[0], height / style.CANVAS[1])
    ax.set_axis_off()
    ax.set_aspect("auto")
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)

    margin = style.MARGIN * frame
    arrows = data.arrows()
    top = _title(data, ax, margin, height - margin, width - 2 * margin, frame)
    bottom = _caption(data, ax, width - margin, margin, frame)
    limits = _limits(data)
    tags = {edge.pair: tag for edge in arrows if (tag := tag_of(edge))}
    links = _links(data, arrows, {})
    last = _at_end(data, links)
    back = feedback_links((node.id for node in data.nodes), links, last)
    legend = legend_of(data, arrows, bool(back), limits, width - 2 * margin, frame)
    legend.draw(ax, margin, bottom + legend.height)
    bottom += legend.height + 0.5 * margin
    room = Size(width - 2 * margin, max(top - 0.5 * margin - bottom, 0.2 * height))

    # Wide tags are given room by the layout, narrow ones find a place along their arrows; those
    # that find none are given room, too.
    with_room = {pair: tag for pair, tag in tags.items() if tag.width > NARROW}
    while True:
        links = _links(data, arrows, with_room)
        faces, layout, scale = _fit(data, links, last, room, engine)
        places, crowded = _place(tags, layout, faces)
        if not crowded:
            break
        with_room |= {pair: tags[pair] for pair in crowded}
    offset = (
        margin + (room.width - layout.width * scale) / 2,
        bottom + (room.height - layout.height * scale) / 2,
    )
    _draw_arrows(ax, arrows, layout, offset, scale)
    for edge in arrows:
        if edge.pair in tags:
            x, y = places[edge.pair]
            at = (offset[0] + x * scale, offset[1] + y * scale)
            draw_tag(ax, tags[edge.pair], at, scale, _colour(edge), edge.highlighted)
    for face in faces.values():
        x, y = layout.centres[face.node.id]
        _draw_box(ax, data, face, (offset[0] + x * scale, offset[1] + y * scale), limits, scale)


def _title(data: MapData, ax: Axes, left: float, top: float, width: float, frame: float) -> float:
    """Write the title and return the height that is free below it."""
    if not data.title:
        return top
    title, size = drawable(data.title), style.TITLE_SIZE * frame
    # Rather one line a little smaller than two; a long title in two, or three smaller ones.
    block = min(
        (wrap(title, width, size * share, "bold") for share in (1.0, 0.9, 0.8, 0.68)),
        key=lambda block: (len(block.lines) > 1, len(block.lines) > 2, -block.size),
    )
    ink.write(ax, left, top - block.height / 2, block.text, block.size, weight="bold",
              align="left", role="title")  # fmt: skip
    return top - block.height


def _caption(data: MapData, ax: Axes, right: float, low: float, frame: float) -> float:
    """Write the small print and return the height that is free above it."""
    if not data.caption:
        return low
    size = 0.85 * style.LEGEND_SIZE * frame
    block = wrap(drawable(data.caption), right - low, size)
    ink.write(ax, low, low + block.height / 2, block.text, size, colour=style.MUTED, align="left",
              role="caption")  # fmt: skip
    return low + block.height + 0.3 * size


def _limits(data: MapData) -> tuple[float, float]:
    """Return the ends of the value scale, zero among them."""
    values = [node.value for node in data.nodes if node.value is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    return (low, high) if high > low else (0.0, 1.0)


def _links(data: MapData, arrows: tuple[Edge, ...], with_room: Mapping[Pair, Tag]) -> list[Link]:
    external = {node.id for node in data.nodes if node.kind == "customer"}
    links = []
    for edge in arrows:
        tag = with_room.get(edge.pair)
        sign = Size(tag.width + 8.0, tag.height + 4.0) if tag else None
        # What an external party delivers never waits for what it receives: if a cycle has to be
        # drawn backwards somewhere, then there.
        priority = 3.0 if edge.highlighted else 1.0
        links.append(Link(*edge.pair, 1.0 if edge.provider in external else priority, sign))
    return links


def _at_end(data: MapData, links: list[Link]) -> set[str]:
    """Return the customers who only receive: the end of the flow."""
    providing = {link.provider for link in links}
    return {node.id for node in data.nodes if node.kind == "customer"} - providing


def _fit(
    data: MapData, links: list[Link], last: set[str], room: Size, engine: EngineName | None
) -> tuple[Mapping[str, _Face], Layout, float]:
    """Return the faces and the layout that leave type largest, and the scale to draw them at."""
    best: tuple[dict[str, _Face], Layout, float] | None = None
    for name_width in NAME_WIDTHS:
        faces = {node.id: _face(node, data, name_width) for node in sorted_nodes(data)}
        sizes = {name: face.size for name, face in faces.items()}
        layout = arrange(sizes, links, last, room.height / room.width, engine)
        scale = min(room.width / layout.width, room.height / layout.height, style.MAX_SCALE)
        if best is None or scale > best[2] * 1.02:
            best = faces, layout, scale
    assert best is not None
    return best


def sorted_nodes(data: MapData) -> list[Node]:
    """Return the nodes in the order of their ids."""
    return sorted(data.nodes, key=lambda node: node.id)


def _face(node: Node, data: MapData, width: float) -> _Face:
    weight = "bold" if node.rank is not None else "normal"
    name = drawable(node.label, node.id)
    # A box is widened for a long word, up to a point, rather than breaking it.
    word = longest_piece(name, style.NAME_SIZE, "bold")
    width = max(width, min(word, NAME_WIDTHS[-1])) + 0.1
    blocks = [wrap(name, width, style.NAME_SIZE, "bold" if weight == "bold" else "normal")]
    if node.value is not None:
        said = words.figure(node.value, drawable(data.unit), data.lang)
        blocks.append(wrap(said, 2 * width, style.VALUE_SIZE))
    elif node.kind == "department":
        blocks.append(wrap(UNKNOWN, width, style.VALUE_SIZE, "bold"))
    if node.note:
        blocks.append(wrap(drawable(node.note), width * 1.1, style.NOTE_SIZE))
    high = sum(block.height for block in blocks) + 2 * style.PAD_Y
    tip = ink.customer_tip(high, 1.0) * 0.7 if node.kind == "customer" else 0.0
    return _Face(node, tuple(blocks), tip)


def _draw_box(
    ax: Axes,
    data: MapData,
    face: _Face,
    at: tuple[float, float],
    limits: tuple[float, float],
    scale: float,
) -> None:
    node, (x, y) = face.node, at
    width, height = face.size.width * scale, face.size.height * scale
    fill, line, pen = style.CUSTOMER_FILL, style.CUSTOMER_LINE, 1.4
    if node.value is not None:
        fill = ink.heat_colour(node.value, *limits)
        share = (node.value - limits[0]) / (limits[1] - limits[0])
        line, pen = style.INK, border(share)
    elif node.kind == "department":
        fill, line, pen = style.BLANK_FILL, style.BLANK_LINE, style.BORDER_MIN
    look = {"fill": fill, "line": line, "role": f"box {node.id}"}
    if node.kind == "customer":
        ink.customer_box(ax, x, y, width, height, border=pen * scale, scale=scale, **look)
    else:
        blank = node.value is None
        ink.department_box(
            ax, x, y, width, height, border=pen * scale, scale=scale, hatched=blank, **look
        )
    left = x - width / 2 + style.PAD_X * scale
    if node.rank is not None:
        ink.badge(ax, left + style.BADGE * scale / 2, y, str(node.rank), style.BADGE * scale, fill)
    middle = x + (face.badge - face.tip) * scale / 2
    level = y + sum(block.height for block in face.blocks) * scale / 2
    for block, role in zip(face.blocks, ("name", "value", "note"), strict=False):
        level -= block.height * scale / 2
        ink.write(ax, middle, level, block.text, block.size * scale, weight=block.weight,
                  colour=style.ink_on(fill), role=role)  # fmt: skip
        level -= block.height * scale / 2


def _place(
    tags: Mapping[Pair, Tag], layout: Layout, faces: Mapping[str, _Face]
) -> tuple[dict[Pair, tuple[float, float]], set[Pair]]:
    """Return where each tag stands, before scaling, and those that found no free place."""
    walls = [_around(layout.centres[name], face.size) for name, face in faces.items()]
    walls += [
        _around(at, Size(tags[pair].width, tags[pair].height)) for pair, at in layout.signs.items()
    ]
    free = {pair: tag for pair, tag in tags.items() if pair not in layout.signs}
    places, crowded = place_tags(free, layout.curves, walls)
    return {**layout.signs, **places}, crowded


def _around(centre: tuple[float, float], size: Size) -> Rectangle:
    (x, y), (width, height) = centre, size
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _draw_arrows(
    ax: Axes, arrows: tuple[Edge, ...], layout: Layout, offset: tuple[float, float], scale: float
) -> None:
    widest = max((edge.weight for edge in arrows), default=0.0) or 1.0
    for k, edge in enumerate(sorted(arrows, key=lambda e: (e.highlighted, e.weight))):
        pen = style.ARROW_MIN + (style.ARROW_MAX - style.ARROW_MIN) * edge.weight / widest
        ink.arrow(
            ax, layout.curves[edge.pair] * scale + offset, colour=_colour(edge),
            width=pen * scale, head=(5.5 + 1.7 * pen) * scale,
            dashed=edge.pair in layout.feedback, hollow=not edge.measured,
            layer=ink.Z_ARROW + k / (len(arrows) + 1),
            role=f"arrow {edge.provider}>{edge.client}",
        )  # fmt: skip


def _colour(edge: Edge) -> str:
    if not edge.measured:
        return style.BLANK_LINE
    return style.STRONG if edge.highlighted else style.ARROW
