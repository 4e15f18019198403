"""Tags on arrows: a clock for late, how many services, a question mark, the words that matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from numpy.typing import NDArray

from valuechain.plot import ink, style
from valuechain.plot.curves import Points, lengths, points_at
from valuechain.plot.map_data import Edge
from valuechain.plot.text import Block, drawable, wrap

Pair = tuple[str, str]
Rectangle = tuple[float, float, float, float]  # left, low, right, high
LABEL_WIDTH = 105.0
CLOCK = 11.0
PAD = 3.0
HEAD = 12.0
NARROW = 22.0  # what has room on the shortest arrow, beside its head


@dataclass(frozen=True)
class Tag:
    """What one arrow carries, with its extent in points before scaling."""

    late: bool
    block: Block | None

    @property
    def width(self) -> float:
        """Width before scaling."""
        parts = [CLOCK] * self.late + ([self.block.width] if self.block else [])
        return sum(parts) + PAD * (len(parts) - 1) + 2 * PAD

    @property
    def height(self) -> float:
        """Height before scaling."""
        return max(self.block.height if self.block else 0.0, CLOCK) + PAD


def tag_of(edge: Edge) -> Tag | None:
    """Return the tag of an arrow, or None where there is nothing to say."""
    words = [drawable(edge.label)] if edge.highlighted and edge.label else []
    words += [f"×{edge.count}"] if edge.count > 1 else []
    words += [] if edge.measured else ["?"]
    if not words:
        return Tag(edge.late, None) if edge.late else None
    return Tag(edge.late, wrap(" ".join(words), LABEL_WIDTH, style.TAG_SIZE, "bold"))


def draw_tag(
    ax: Axes, tag: Tag, at: tuple[float, float], scale: float, colour: str, strong: bool
) -> None:
    """Draw a tag around a point."""
    x, y = at
    width, height = tag.width * scale, tag.height * scale
    ax.add_artist(
        FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height,
            boxstyle=f"round,pad=0,rounding_size={min(5 * scale, height / 2):.4f}",
            facecolor=style.PAPER, edgecolor=colour, linewidth=(1.3 if strong else 0.7) * scale,
            zorder=ink.Z_TAG, label="_tag",
        )
    )  # fmt: skip
    left = x - width / 2 + PAD * scale
    if tag.late:
        ink.clock(ax, left + CLOCK * scale / 2, y, CLOCK * scale, colour)
        left += (CLOCK + PAD) * scale
    if tag.block:
        middle = left + tag.block.width * scale / 2
        ink.write(ax, middle, y, tag.block.text, tag.block.size * scale, weight="bold",
                  colour=style.STRONG if strong else colour, role="tag")  # fmt: skip


def place_tags(
    tags: Mapping[Pair, Tag], curves: Mapping[Pair, Points], taken: Iterable[Rectangle]
) -> tuple[dict[Pair, tuple[float, float]], set[Pair]]:
    """Find a free place for each tag, on its own curve, all before scaling.

    As near to the middle of the curve as it gets without touching a box or another tag, and off
    other arrows where possible; the widest first, which have fewest places.

    Returns
    -------
    places : dict pair -> (x, y)
    crowded : set of pair
        Those for which there is no free place: the layout has to make room.
    """
    walls = list(taken)
    sampled = {pair: curve[::4] for pair, curve in curves.items()}
    found: dict[Pair, tuple[float, float]] = {}
    crowded: set[Pair] = set()
    for pair in sorted(tags, key=lambda pair: (-tags[pair].width, pair)):
        half = np.array([tags[pair].width, tags[pair].height]) / 2 + 1.5
        along = lengths(curves[pair])
        # From behind the start to before the arrow head; on a short arrow just its middle.
        clear = np.minimum([half[0] + 2, half[0] + HEAD], 0.45 * along[-1])
        steps = np.linspace(clear[0], along[-1] - clear[1], 121)
        spots = points_at(curves[pair], steps)
        others = np.concatenate(
            [np.empty((0, 2)), *(curve for other, curve in sampled.items() if other != pair)]
        )
        low, high = spots.min(axis=0) - half, spots.max(axis=0) + half
        others = others[((others > low) & (others < high)).all(axis=1)]
        shared = _overlap(spots, half, walls)
        cost = np.abs(steps - along[-1] / 2) + 30 * _inside(spots, half, others) + 1e6 * shared
        best = int(np.argmin(cost))
        if shared[best] > 0:
            crowded.add(pair)
        x, y = spots[best]
        found[pair] = (float(x), float(y))
        walls.append((*(spots[best] - half), *(spots[best] + half)))
    return found, crowded


def _inside(spots: Points, half: NDArray[np.float64], points: Points) -> NDArray[np.float64]:
    """Count the points of other arrows under a tag at each spot."""
    away = np.abs(points[None, :, :] - spots[:, None, :])
    return np.asarray((away < half).all(axis=2).sum(axis=1), dtype=np.float64)


def _overlap(
    spots: Points, half: NDArray[np.float64], walls: Sequence[Rectangle]
) -> NDArray[np.float64]:
    """Return the area a tag at each spot shares with what is already there."""
    if not walls:
        return np.zeros(len(spots))
    boxes = np.array(walls)
    low = np.maximum((spots - half)[:, None, :], boxes[None, :, :2])
    high = np.minimum((spots + half)[:, None, :], boxes[None, :, 2:])
    return np.asarray(np.prod(np.clip(high - low, 0, None), axis=2).sum(axis=1), dtype=np.float64)
