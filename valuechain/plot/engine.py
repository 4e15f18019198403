"""What a layout engine is given and gives: numbered boxes, steps between them, no names."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


class Step(NamedTuple):
    """A line from one box to another on its right; `backward` if its arrow points left."""

    tail: int
    head: int
    weight: float = 1.0
    backward: bool = False


class Problem(NamedTuple):
    """An acyclic graph of boxes to place.

    Attributes
    ----------
    boxes : tuple of (width, height)
        In points.
    steps : tuple of Step
        Lines between box numbers; several of one pair stay apart.
    signs : frozenset of int
        Boxes that stand on a line, as its label, in columns of their own.
    last : frozenset of int
        Boxes of the rightmost column.
    aspect : float
        Height over width to spread to.
    """

    boxes: tuple[tuple[float, float], ...]
    steps: tuple[Step, ...]
    signs: frozenset[int]
    last: frozenset[int]
    aspect: float

    def span(self, step: Step) -> int:
        """Return how many columns a step covers at least: two where signs stand in between."""
        return 1 if not self.signs or {step.tail, step.head} & self.signs else 2


class Placement(NamedTuple):
    """Centres `(boxes, 2)`, and Bézier control points `(3 k + 1, 2)` of each step."""

    centres: Points
    curves: list[Points]


class Engine(Protocol):
    """Places the boxes of a problem."""

    def __call__(self, problem: Problem) -> Placement:
        """Return centres and curves, columns from left to right."""
