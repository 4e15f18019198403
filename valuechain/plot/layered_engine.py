"""Layered placement without Graphviz (Sugiyama, Tagawa and Toda 1981).

Boxes stand in columns. A link that passes a column does so on a free lane of its own, and bends
only between columns: so it never crosses a box. Four steps: columns, order within columns, heights,
curves.
"""

from __future__ import annotations

from bisect import bisect, insort
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from valuechain.plot.engine import Placement, Points, Problem, Step

BOX_GAP = 14.0
LANE_GAP = 5.0
LANE_PLAY = 5.0  # how far a line may leave the middle of its lane
LANE_PULL = 10.0  # how much straighter a line is along its lanes than at its ends
PORT_PITCH = 9.0
ARROW_LEAD = 9.0  # the level end of a line, for its arrow head
COLUMN_GAP = 44.0
ORDER_SWEEPS = 24
HEIGHT_SWEEPS = 30


class _Lanes(NamedTuple):
    """Boxes (the first `boxes` cells) and the lanes of passing lines, from column to column."""

    boxes: int
    column: list[int]
    before: list[list[int]]
    after: list[list[int]]
    paths: list[list[int]]


class _Cells(NamedTuple):
    """Lanes with the heights of the boxes among them."""

    lanes: _Lanes
    box_heights: list[float]

    def height(self, cell: int) -> float:
        return self.box_heights[cell] if cell < self.lanes.boxes else LANE_GAP


def place(problem: Problem) -> Placement:
    """Place the boxes of an acyclic graph, columns from left to right."""
    boxes = problem.boxes
    lanes, columns = _structure(problem.steps, problem.signs, problem.last, len(boxes))
    cells = _Cells(lanes, [box[1] for box in boxes])
    y = _heights(cells, columns)
    widths = [
        max((boxes[i][0] for i in column if i < len(boxes)), default=0.0) for column in columns
    ]
    gaps = _gaps(cells, columns, y, problem.signs)

    width, height = sum(widths) + sum(gaps), _extent(cells, y)
    if height < problem.aspect * width:
        spread = float(np.ptp(y))
        y = y * (1 + (problem.aspect * width - height) / spread if spread else 1.0)
    elif gaps:
        gaps = [gap * (1 + (height / problem.aspect - width) / sum(gaps)) for gap in gaps]
    left = np.concatenate([[0.0], np.cumsum(np.add(widths[:-1], gaps))])
    sides = left, left + np.array(widths)
    middle = (sides[0] + sides[1]) / 2
    centres = np.array([[middle[lanes.column[i]], y[i]] for i in range(len(boxes))])
    return Placement(centres, _curves(cells, boxes, y, sides, middle))


@lru_cache(maxsize=4)
def _structure(
    steps: tuple[Step, ...], signs: frozenset[int], last: frozenset[int], n: int
) -> tuple[_Lanes, list[list[int]]]:
    """Return columns and the order within them, which do not depend on the sizes of boxes."""
    lanes = _with_lanes(steps, _columns(n, steps, signs, last))
    return lanes, _ordered(lanes)


def _columns(
    n: int, steps: tuple[Step, ...], signs: frozenset[int], last: frozenset[int]
) -> list[int]:
    """Give each box a column: as far left as its inputs allow, then nearer to its heavier side."""
    problem = Problem((), steps, signs, last, 1.0)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(n))
    weight: dict[tuple[int, int], float] = {}
    span: dict[tuple[int, int], int] = {}
    for step in steps:
        pair = step.tail, step.head
        graph.add_edge(*pair)
        weight[pair] = weight.get(pair, 0.0) + (0.1 if step.backward else step.weight)
        span[pair] = max(span.get(pair, 0), problem.span(step))
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


def _with_lanes(steps: tuple[Step, ...], column: list[int]) -> _Lanes:
    """Split long steps into short ones from column to column."""
    n = len(column)
    column = list(column)
    paths = []
    for step in steps:
        between = range(column[step.tail] + 1, column[step.head])
        lanes = list(range(len(column), len(column) + len(between)))
        column.extend(between)
        paths.append([step.tail, *lanes, step.head])
    before: list[list[int]] = [[] for _ in column]
    after: list[list[int]] = [[] for _ in column]
    for path in paths:
        for i, j in pairwise(path):
            after[i].append(j)
            before[j].append(i)
    return _Lanes(n, column, before, after, paths)


def _ordered(lanes: _Lanes) -> list[list[int]]:
    """Order each column upwards, with few crossings (barycentres, the best of all sweeps)."""
    columns: list[list[int]] = [[] for _ in range(max(lanes.column) + 1)]
    for i, c in enumerate(lanes.column):
        columns[c].append(i)
    best, fewest = [list(c) for c in columns], _crossings(lanes, columns)
    place_of = {i: k / len(c) for c in columns for k, i in enumerate(c)}
    for sweep in range(ORDER_SWEEPS):
        rightwards = sweep % 2 == 0
        neighbours = lanes.before if rightwards else lanes.after
        for column in columns if rightwards else columns[::-1]:
            key = {
                i: sum(place_of[j] for j in neighbours[i]) / len(neighbours[i])
                if neighbours[i] else place_of[i]
                for i in column
            }  # fmt: skip
            column[:] = [i for _, _, i in sorted((key[i], place_of[i], i) for i in column)]
            place_of.update((i, k / len(column)) for k, i in enumerate(column))
        crossings = _crossings(lanes, columns)
        if crossings < fewest:
            best, fewest = [list(c) for c in columns], crossings
    return best


def _crossings(lanes: _Lanes, columns: list[list[int]]) -> int:
    """Count the pairs of lines between neighbouring columns that cross."""
    place_of = {i: k for c in columns for k, i in enumerate(c)}
    count = 0
    for column in columns:
        seen: list[int] = []
        for i in column:
            for j in lanes.after[i]:
                count += len(seen) - bisect(seen, place_of[j])
            for j in lanes.after[i]:
                insort(seen, place_of[j])
    return count


def _heights(cells: _Cells, columns: list[list[int]]) -> NDArray[np.float64]:
    """Find heights that keep lines level, in the order and at the distances that columns ask for.

    Column by column the weighted least-squares fit to the neighbours' heights, exactly, by
    pooling adjacent violators. Lines straighten along their lanes first.
    """
    lanes = cells.lanes
    y = [0.0] * len(lanes.column)
    for column in columns:
        for i, level in zip(column, _apart(cells, column, [0.0] * len(column), [1.0] * len(column)),
                            strict=True):  # fmt: skip
            y[i] = level
    for sweep in range(HEIGHT_SWEEPS):
        for column in columns if sweep % 2 else columns[::-1]:
            target, weight = [], []
            for i in column:
                around = lanes.before[i] + lanes.after[i]
                pull = [LANE_PULL if i >= lanes.boxes and j >= lanes.boxes else 1.0 for j in around]
                total = sum(pull)
                target.append(sum(y[j] * w for j, w in zip(around, pull, strict=True)) / total
                              if around else y[i])  # fmt: skip
                weight.append(total or 1e-3)
            for i, level in zip(column, _apart(cells, column, target, weight), strict=True):
                y[i] = level
    return np.array(y)


def _apart(
    cells: _Cells, column: list[int], target: list[float], weight: list[float]
) -> list[float]:
    """Return the heights nearest to `target` that keep neighbours of a column apart."""
    offsets = [0.0]
    for low, high in pairwise(column):
        both_lanes = min(low, high) >= cells.lanes.boxes
        gap = LANE_GAP if both_lanes else BOX_GAP
        offsets.append(offsets[-1] + (cells.height(low) + cells.height(high)) / 2 + gap)
    pools: list[tuple[float, float, int]] = []  # mean, weight, members
    for want, offset, w in zip(target, offsets, weight, strict=True):
        pools.append((want - offset, w, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (m1, w1, n1), (m2, w2, n2) = pools[-2:]
            pools[-2:] = [((m1 * w1 + m2 * w2) / (w1 + w2), w1 + w2, n1 + n2)]
    means = [mean for mean, _, members in pools for _ in range(members)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]


def _extent(cells: _Cells, y: NDArray[np.float64]) -> float:
    half = np.array([cells.height(i) for i in range(len(y))]) / 2
    return float((y + half).max() - (y - half).min())


def _gaps(
    cells: _Cells, columns: list[list[int]], y: NDArray[np.float64], signs: frozenset[int]
) -> list[float]:
    """Give steep lines between two columns more room, and columns without boxes less."""
    full = [any(i < cells.lanes.boxes and i not in signs for i in column) for column in columns]
    gaps = []
    for k, column in enumerate(columns[:-1]):
        rise = max((abs(y[i] - y[j]) for i in column for j in cells.lanes.after[i]), default=0.0)
        base = COLUMN_GAP if full[k] and full[k + 1] else COLUMN_GAP / 2
        gaps.append(base + min(0.1 * float(rise), 30.0))
    return gaps


def _curves(
    cells: _Cells,
    boxes: tuple[tuple[float, float], ...],
    y: NDArray[np.float64],
    sides: tuple[NDArray[np.float64], NDArray[np.float64]],
    middle: NDArray[np.float64],
) -> list[Points]:
    """Draw lines level through columns and as an S between them, fanned out at boxes."""
    left, right = sides
    lanes = cells.lanes
    leave = _ports(cells, y, [(path[0], path[1]) for path in lanes.paths])
    arrive = _ports(cells, y, [(path[-1], path[-2]) for path in lanes.paths])
    curves = []
    for path, first_level, last_level in zip(lanes.paths, leave, arrive, strict=True):
        columns = [lanes.column[i] for i in path]
        levels = [first_level, *(float(y[i]) for i in path[1:-1]), last_level]
        x = [float(middle[c]) for c in columns]
        half = [float(right[c] - left[c]) / 2 for c in columns]
        slopes = [0.0, *(_slope(x[k - 1 : k + 2], levels[k - 1 : k + 2], half[k])
                         for k in range(1, len(path) - 1)), 0.0]  # fmt: skip
        points = [np.array([x[0] + boxes[path[0]][0] / 2, levels[0]])]
        for k in range(1, len(path)):
            start = np.array([x[k - 1] + half[k - 1], levels[k - 1] + slopes[k - 1] * half[k - 1]])
            lead = ARROW_LEAD if k == len(path) - 1 else 0.0
            stop = np.array([x[k] - half[k] - lead, levels[k] - slopes[k] * half[k]])
            _line_to(points, start)
            reach = (stop[0] - start[0]) / 2
            points.append(start + np.array([reach, reach * slopes[k - 1]]))
            points.append(stop - np.array([reach, reach * slopes[k]]))
            points.append(stop)
        _line_to(points, np.array([x[-1] - boxes[path[-1]][0] / 2, levels[-1]]))
        curves.append(np.array(points))
    return curves


def _slope(x: list[float], y: list[float], half: float) -> float:
    """Return the slope of a line through a column, between those before and after it.

    Monotone (Fritsch and Carlson 1980), and so small that the line stays on its lane.
    """
    before, after = (y[1] - y[0]) / (x[1] - x[0]), (y[2] - y[1]) / (x[2] - x[1])
    if before * after <= 0:
        return 0.0
    slope = 2 * before * after / (before + after)
    most = LANE_PLAY / max(half, 1.0)
    return max(-most, min(most, slope))


def _line_to(points: list[Points], end: Points) -> None:
    """Append a straight cubic."""
    start = points[-1]
    points += [start + (end - start) / 3, start + (end - start) * 2 / 3, end]


def _ports(cells: _Cells, y: NDArray[np.float64], ends: list[tuple[int, int]]) -> list[float]:
    """Spread the lines of a box along its side, in the order of where they go."""
    at_box: dict[int, list[int]] = {}
    for k, (box, _) in enumerate(ends):
        at_box.setdefault(box, []).append(k)
    ports = [0.0] * len(ends)
    for box, found in at_box.items():
        pitch = min(PORT_PITCH, 0.75 * cells.height(box) / len(found))
        ranked = sorted((float(y[ends[k][1]]), k) for k in found)
        for nth, (_, k) in enumerate(ranked):
            ports[k] = float(y[box]) + (nth - (len(found) - 1) / 2) * pitch
    return ports
