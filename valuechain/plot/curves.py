"""Curves in the plane: from Bézier segments to dense polylines, and places along them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
SEGMENTS = 24


def flatten(bezier: Points, segments: int = SEGMENTS) -> Points:
    """Return a polyline through a chain of cubic Bézier segments.

    Parameters
    ----------
    bezier : array (3 k + 1, 2)
        Control points, neighbouring segments sharing their ends.
    segments : int
        Straight pieces per cubic.

    Examples
    --------
    >>> line = flatten(np.array([[0, 0], [1, 0], [2, 0], [3, 0.0]]), segments=3)
    >>> line[:, 0].round(9).tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    t = np.linspace(0, 1, segments + 1)[:, None]
    pieces = [
        (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
        for a, b, c, d in (bezier[i : i + 4] for i in range(0, len(bezier) - 3, 3))
    ]
    return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def reversed_curve(curve: Points) -> Points:
    """Return the same curve, run through from its end."""
    return curve[::-1].copy()


def lengths(curve: Points) -> NDArray[np.float64]:
    """Return the length of the curve up to each of its points, from 0."""
    steps = np.hypot(*np.diff(curve, axis=0).T)
    return np.concatenate([[0.0], np.cumsum(steps)])


def points_at(curve: Points, distances: NDArray[np.float64]) -> Points:
    """Return the points at given distances along a curve."""
    along = lengths(curve)
    return np.column_stack([np.interp(distances, along, curve[:, k]) for k in (0, 1)])


def without_end(curve: Points, length: float) -> tuple[Points, Points]:
    """Cut the last `length` off a curve.

    Returns
    -------
    rest : array (k, 2)
        The curve up to the cut.
    end : array (2, 2)
        The cut and the tip, the axis of an arrow head.
    """
    along = lengths(curve)
    cut = max(along[-1] - length, along[-1] * 0.2)
    point = points_at(curve, np.array([cut]))
    rest = np.concatenate([curve[along < cut], point])
    return rest, np.concatenate([point, curve[-1:]])
