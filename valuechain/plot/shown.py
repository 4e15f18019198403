"""Axes that a notebook shows as a picture, without `matplotlib.pyplot`."""

from __future__ import annotations

from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.figure import Figure

SHOWN_DPI = 100


class ShownAxes(Axes):
    """Axes that fill their figure; as the last line of a cell they appear as the picture."""

    def _repr_png_(self) -> bytes:
        held = BytesIO()
        assert isinstance(self.figure, Figure)
        self.figure.savefig(held, format="png", dpi=SHOWN_DPI)
        return held.getvalue()
