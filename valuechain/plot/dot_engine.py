"""Layered placement by Graphviz `dot`, run in this process through pygraphviz.

Only generated names (n0, n1, ...) and numbers are handed to Graphviz, never a user's text.
"""

from __future__ import annotations

import importlib
import re
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuechain.plot.engine import Placement, Points, Problem

_GRAPHVIZ = Lock()  # Graphviz keeps global state
POINTS_PER_INCH = 72.0
# Graphviz keeps boxes and lines equally far apart; boxes need more, so they are padded.
LINE_GAP = 5.0
BOX_PAD = 4.5
PARALLEL_GAP = 6.0  # on top of what Graphviz gives, and less than the padding leaves free
COLUMN_GAP = 36.0


def place(problem: Problem) -> Placement:
    """Place the boxes of an acyclic graph with `dot`, columns from left to right."""
    pygraphviz: Any = importlib.import_module("pygraphviz")
    boxes, signs = problem.boxes, problem.signs
    graph = pygraphviz.AGraph(
        directed=True, strict=False, rankdir="LR", splines="true", ratio=f"{problem.aspect:.4f}",
        nodesep=_inches(LINE_GAP), ranksep=_inches(COLUMN_GAP / (2 if signs else 1)),
    )  # fmt: skip
    for i, (width, height) in enumerate(boxes):
        graph.add_node(
            f"n{i}", shape="box", label="", fixedsize="true",
            width=_inches(width), height=_inches(height + 2 * BOX_PAD),
        )  # fmt: skip
    for k, step in enumerate(problem.steps):
        graph.add_edge(
            f"n{step.tail}", f"n{step.head}", key=f"e{k}", arrowhead="none",
            weight=f"{max(1, round(step.weight))}", minlen=f"{problem.span(step)}",
            # What runs against the flow must not stretch it; a sign needs a column all the same.
            constraint="true" if not step.backward or {step.tail, step.head} & signs else "false",
            tailport="e" if step.tail in signs else "", headport="w" if step.head in signs else "",
        )  # fmt: skip
    linked = {i for step in problem.steps for i in (step.tail, step.head)}
    alone = sorted(set(range(len(boxes))) - linked - problem.last)
    if alone and linked:
        graph.add_subgraph([f"n{i}" for i in alone], rank="min")
    if problem.last:
        graph.add_subgraph([f"n{i}" for i in sorted(problem.last)], rank="sink")
    with _GRAPHVIZ:
        graph.layout(prog="dot")
    centres = np.array([_numbers(graph.get_node(f"n{i}").attr["pos"]) for i in range(len(boxes))])
    lines = [
        _numbers(graph.get_edge(f"n{step.tail}", f"n{step.head}", f"e{k}").attr["pos"])
        for k, step in enumerate(problem.steps)
    ]
    curves = []
    for curve, step in zip(_spread(lines, problem), problem.steps, strict=True):
        start = _onto(curve[0], centres[step.tail], boxes[step.tail])
        end = _onto(curve[-1], centres[step.head], boxes[step.head])
        parts = _straight(start, curve[0]), curve[1:-1], _straight(curve[-1], end)
        curves.append(np.concatenate(parts))
    return Placement(centres, curves)


def _spread(lines: list[NDArray[np.float64]], problem: Problem) -> list[Points]:
    """Draw lines between the same two boxes further apart, as there and back are."""
    curves = [line.reshape(-1, 2) for line in lines]
    pairs: dict[tuple[int, int], list[int]] = {}
    for k, step in enumerate(problem.steps):
        pairs.setdefault((step.tail, step.head), []).append(k)
    for same in pairs.values():
        same.sort(key=lambda k: (float(curves[k][:, 1].mean()), k))
        for nth, k in enumerate(same):
            curves[k] = curves[k] + np.array([0.0, (2 * nth - len(same) + 1) * PARALLEL_GAP / 2])
    return curves


def _inches(points: float) -> str:
    return f"{points / POINTS_PER_INCH:.4f}"


def _numbers(text: str) -> NDArray[np.float64]:
    """Read the numbers of a `pos` attribute, whose long lines Graphviz may break."""
    return np.array(re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text.replace("\\\n", "")), float)


def _onto(point: Points, centre: Points, box: tuple[float, float]) -> Points:
    """Return the point of a box, without its padding, that is nearest to a point."""
    half = np.array(box) / 2
    return np.asarray(np.clip(point, centre - half, centre + half), dtype=np.float64)


def _straight(start: Points, end: Points) -> Points:
    """Return a straight cubic."""
    return np.array([start + (end - start) * t for t in (0.0, 1 / 3, 2 / 3, 1.0)])
