"""Layered placement without Graphviz (Sugiyama, Tagawa and Toda 1981).

Boxes stand in columns. A link that passes a column does so on a free lane of its own, and bends
only between columns: so it never crosses a box. Four steps: columns, order within columns, heights,
curves.
"""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
BOX_GAP = 14.0
LANE_GAP = 5.0
COLUMN_GAP = 46.0
ORDER_SWEEPS = 24
HEIGHT_SWEEPS = 40


@dataclass
class _Cells:
    """Boxes and the lanes of passing links: `column`, `height` and neighbours of each cell."""

    column: list[int]
    height: list[float]
    is_lane: list[bool]
    before: list[list[int]] = field(default_factory=list)
    after: list[list[int]] = field(default_factory=list)
    paths: list[list[int]] = field(default_factory=list)


def place(
    boxes: Sequence[tuple[float, float]],
    steps: Sequence[tuple[int, int, float]],
    signs: frozenset[int],
    last: frozenset[int],
    aspect: float,
) -> tuple[Points, list[Points]]:
    """Place the boxes of an acyclic graph; parameters and result as in `dot_engine.place`."""
    cells = _with_lanes(boxes, steps, _columns(len(boxes), steps, signs, last))
    columns = _ordered(cells)
    y = _heights(cells, columns)
    widths = [
        max((boxes[i][0] for i in cells_in if i < len(boxes)), default=0.0) for cells_in in columns
    ]
    gaps = _gaps(cells, columns, y, bool(signs))

    width, height = sum(widths) + sum(gaps), _extent(cells, y)
    if height < aspect * width:
        centre = (y.max() + y.min()) / 2
        spread = y.max() - y.min()
        y = centre + (y - centre) * (1 + (aspect * width - height) / spread if spread else 1)
    elif gaps:
        stretch = 1 + (height / aspect - width) / sum(gaps)
        gaps = [gap * stretch for gap in gaps]
    left = np.concatenate([[0.0], np.cumsum(np.add(widths[:-1], gaps))])
    middle = left + np.array(widths) / 2
    centres = np.array([[middle[cells.column[i]], y[i]] for i in range(len(boxes))])
    return centres, _curves(cells, boxes, y, left, left + np.array(widths), middle)


def _columns(
    n: int, steps: Sequence[tuple[int, int, float]], signs: frozenset[int], last: frozenset[int]
) -> list[int]:
    """Give each box a column: as far left as its inputs allow, then nearer to its heavier side."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(n))
    weight: dict[tuple[int, int], float] = {}
    for a, b, w in steps:
        graph.add_edge(a, b)
        weight[a, b] = weight.get((a, b), 0.0) + w
    # A sign takes a column of its own, so links without one span two.
    span = {(a, b): 1 if not signs or a in signs or b in signs else 2 for a, b in graph.edges}
    order = list(nx.lexicographical_topological_sort(graph))
    column = [0] * n
    for b in order:
        column[b] = max((column[a] + span[a, b] for a in graph.predecessors(b)), default=0)
    end = max(column)
    if last and any(column[i] == end for i in range(n) if i not in last):
        end += 2 if signs else 1
    for i in last:
        column[i] = end
    for _ in range(4):
        for i in reversed(order):
            after = list(graph.successors(i))
            if not after:
                continue
            pull = sum(weight[i, b] for b in after)
            push = sum(weight[a, i] for a in graph.predecessors(i))
            if pull > push:
                column[i] = min(column[b] - span[i, b] for b in after)
            else:
                column[i] = max(
                    (column[a] + span[a, i] for a in graph.predecessors(i)), default=column[i]
                )
    used = {c: i for i, c in enumerate(sorted(set(column)))}
    return [used[c] for c in column]


def _with_lanes(
    boxes: Sequence[tuple[float, float]], steps: Sequence[tuple[int, int, float]], column: list[int]
) -> _Cells:
    """Split long links into steps from column to column."""
    cells = _Cells(list(column), [height for _, height in boxes], [False] * len(boxes))
    for a, b, _ in steps:
        path = [a]
        for c in range(column[a] + 1, column[b]):
            path.append(len(cells.column))
            cells.column.append(c)
            cells.height.append(LANE_GAP)
            cells.is_lane.append(True)
        cells.paths.append([*path, b])
    cells.before = [[] for _ in cells.column]
    cells.after = [[] for _ in cells.column]
    for path in cells.paths:
        for i, j in zip(path, path[1:], strict=False):
            cells.after[i].append(j)
            cells.before[j].append(i)
    return cells


def _ordered(cells: _Cells) -> list[list[int]]:
    """Order each column from below to above, with few crossings (barycentres, best of all sweeps)."""
    columns: list[list[int]] = [[] for _ in range(max(cells.column) + 1)]
    for i, c in enumerate(cells.column):
        columns[c].append(i)
    best, fewest = [list(c) for c in columns], _crossings(cells, columns)
    for sweep in range(ORDER_SWEEPS):
        rightwards = sweep % 2 == 0
        neighbours = cells.before if rightwards else cells.after
        for column in columns if rightwards else columns[::-1]:
            place_of = {i: k / len(c) for c in columns for k, i in enumerate(c)}
            key = {
                i: float(np.mean([place_of[j] for j in neighbours[i]]))
                if neighbours[i] else place_of[i]
                for i in column
            }  # fmt: skip
            column.sort(key=lambda i: (key[i], place_of[i]))
        crossings = _crossings(cells, columns)
        if crossings < fewest:
            best, fewest = [list(c) for c in columns], crossings
    return best


def _crossings(cells: _Cells, columns: list[list[int]]) -> int:
    """Count the pairs of steps between neighbouring columns that cross."""
    place_of = {i: k for c in columns for k, i in enumerate(c)}
    count = 0
    for column in columns:
        seen: list[int] = []
        for i in column:
            for j in sorted(place_of[j] for j in cells.after[i]):
                count += len(seen) - bisect(seen, j)
            for j in cells.after[i]:
                insort(seen, place_of[j])
    return count


def _heights(cells: _Cells, columns: list[list[int]]) -> NDArray[np.float64]:
    """Find heights that keep links level, in the order and at the distances that columns ask for.

    Column by column the weighted least-squares fit to the neighbours' heights, exactly, by
    pooling adjacent violators.
    """
    y = np.zeros(len(cells.column))
    for column in columns:
        y[column] = _apart(cells, column, np.zeros(len(column)), np.ones(len(column)))
    for sweep in range(HEIGHT_SWEEPS):
        for column in columns if sweep % 2 else columns[::-1]:
            target = y[column].copy()
            weight = np.full(len(column), 1e-3)
            for k, i in enumerate(column):
                around = cells.before[i] + cells.after[i]
                if around:
                    pull = np.array([8.0 if cells.is_lane[i] and cells.is_lane[j] else 1.0
                                     for j in around])  # fmt: skip
                    target[k] = np.average(y[around], weights=pull)
                    weight[k] = pull.sum()
            y[column] = _apart(cells, column, target, weight)
    return y


def _apart(
    cells: _Cells, column: list[int], target: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the heights nearest to `target` that keep neighbours of a column apart."""
    offsets = np.zeros(len(column))
    for k in range(1, len(column)):
        low, high = column[k - 1], column[k]
        gap = LANE_GAP if cells.is_lane[low] and cells.is_lane[high] else BOX_GAP
        offsets[k] = offsets[k - 1] + (cells.height[low] + cells.height[high]) / 2 + gap
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for want, w in zip(target - offsets, weight, strict=True):
        pools.append((float(want), float(w), 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (m1, w1, n1), (m2, w2, n2) = pools[-2:]
            pools[-2:] = [((m1 * w1 + m2 * w2) / (w1 + w2), w1 + w2, n1 + n2)]
    means = np.repeat([pool[0] for pool in pools], [pool[2] for pool in pools])
    return np.asarray(means + offsets, dtype=np.float64)


def _extent(cells: _Cells, y: NDArray[np.float64]) -> float:
    half = np.array(cells.height) / 2
    return float((y + half).max() - (y - half).min())


def _gaps(
    cells: _Cells, columns: list[list[int]], y: NDArray[np.float64], with_signs: bool
) -> list[float]:
    """Give steep links between two columns more room."""
    gaps = []
    for column in columns[:-1]:
        rise = max((abs(y[i] - y[j]) for i in column for j in cells.after[i]), default=0.0)
        gaps.append((COLUMN_GAP / 2 if with_signs else COLUMN_GAP) + min(0.1 * float(rise), 30.0))
    return gaps


def _curves(
    cells: _Cells,
    boxes: Sequence[tuple[float, float]],
    y: NDArray[np.float64],
    left: NDArray[np.float64],
    right: NDArray[np.float64],
    middle: NDArray[np.float64],
) -> list[Points]:
    """Draw links level through columns and as an S between them, fanned out at boxes."""
    leave = _ports(cells, y, [path[:2] for path in cells.paths])
    arrive = _ports(cells, y, [path[:-3:-1] for path in cells.paths])
    curves = []
    for k, path in enumerate(cells.paths):
        first, final = path[0], path[-1]
        c = cells.column[first]
        here = np.array([middle[c] + boxes[first][0] / 2, leave[k]])
        points = [here]
        level = leave[k]
        for i in path[1:]:
            start = np.array([right[c], level])
            _line_to(points, start)
            c, level = cells.column[i], arrive[k] if i == final else y[i]
            stop = np.array([left[c], level])
            pull = np.array([(stop[0] - start[0]) * 0.5, 0.0])
            points += [start + pull, stop - pull, stop]
            edge = middle[c] - boxes[i][0] / 2 if i == final else right[c]
            _line_to(points, np.array([edge, level]))
        curves.append(np.array(points))
    return curves


def _line_to(points: list[NDArray[np.float64]], end: NDArray[np.float64]) -> None:
    """Append a straight cubic."""
    start = points[-1]
    points += [start + (end - start) / 3, start + (end - start) * 2 / 3, end]


def _ports(cells: _Cells, y: NDArray[np.float64], ends: list[list[int]]) -> list[float]:
    """Spread the links of a box along its side, in the order of where they go."""
    at_box: dict[int, list[int]] = {}
    for k, (box, _) in enumerate(ends):
        at_box.setdefault(box, []).append(k)
    ports = [0.0] * len(ends)
    for box, links in at_box.items():
        links.sort(key=lambda k: (y[ends[k][1]], k))
        pitch = min(9.0, 0.75 * cells.height[box] / len(links))
        for place, k in enumerate(links):
            ports[k] = float(y[box]) + (place - (len(links) - 1) / 2) * pitch
    return ports
