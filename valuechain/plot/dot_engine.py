"""Layered placement by Graphviz `dot`, run in this process through pygraphviz.

Only generated names (n0, n1, ...) and numbers are handed to Graphviz, never a user's text.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
_GRAPHVIZ = Lock()  # Graphviz keeps global state
POINTS_PER_INCH = 72.0
BOX_GAP = 13.0
COLUMN_GAP = 44.0


def place(
    boxes: Sequence[tuple[float, float]],
    steps: Sequence[tuple[int, int, float]],
    signs: frozenset[int],
    last: frozenset[int],
    aspect: float,
) -> tuple[Points, list[Points]]:
    """Place the boxes of an acyclic graph.

    Parameters
    ----------
    boxes : sequence of (width, height)
        In points.
    steps : sequence of (from, to, weight)
        Links between box numbers, left to right.
    signs : frozenset of int
        Boxes that stand on a link, as its label.
    last : frozenset of int
        Boxes of the rightmost column.
    aspect : float
        Height over width to spread to.

    Returns
    -------
    centres : array (boxes, 2)
    curves : list of array (3 k + 1, 2)
        Bézier control points of each step.
    """
    pygraphviz: Any = importlib.import_module("pygraphviz")
    graph = pygraphviz.AGraph(
        directed=True, strict=False, rankdir="LR", splines="true", ratio=f"{aspect:.4f}",
        nodesep=f"{BOX_GAP / POINTS_PER_INCH:.4f}",
        ranksep=f"{COLUMN_GAP / POINTS_PER_INCH / (2 if signs else 1):.4f}",
    )  # fmt: skip
    for i, (width, height) in enumerate(boxes):
        graph.add_node(
            f"n{i}", shape="box", label="", fixedsize="true",
            width=f"{width / POINTS_PER_INCH:.4f}", height=f"{height / POINTS_PER_INCH:.4f}",
        )  # fmt: skip
    for k, (a, b, weight) in enumerate(steps):
        on_sign = a in signs or b in signs
        backward = weight < 1 and not on_sign
        graph.add_edge(
            f"n{a}", f"n{b}", key=f"e{k}", arrowhead="none", weight=f"{max(1, round(weight))}",
            # A sign takes a column of its own, so links without one span two.
            minlen="2" if signs and not on_sign else "1",
            # What runs against the flow must not stretch it.
            constraint="false" if backward else "true",
            tailport="e" if a in signs else "", headport="w" if b in signs else "",
        )  # fmt: skip
    if last:
        graph.add_subgraph([f"n{i}" for i in sorted(last)], rank="sink")
    with _GRAPHVIZ:
        graph.layout(prog="dot")
    centres = np.array([_numbers(graph.get_node(f"n{i}").attr["pos"]) for i in range(len(boxes))])
    curves = [
        _numbers(graph.get_edge(f"n{a}", f"n{b}", f"e{k}").attr["pos"]).reshape(-1, 2)
        for k, (a, b, _) in enumerate(steps)
    ]
    return centres, curves


def _numbers(text: str) -> NDArray[np.float64]:
    """Read the numbers of a `pos` attribute, whose long lines Graphviz may break."""
    return np.array(re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", text.replace("\\\n", "")), float)
