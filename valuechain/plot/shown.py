"""Axes that a notebook shows as a picture, without `matplotlib.pyplot`."""

from __future__ import annotations

from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

SHOWN_DPI = 100


class ShownAxes(Axes):
    """Axes that fill their figure; as the last line of a cell they appear as the picture."""

    def _repr_png_(self) -> bytes:
        held = BytesIO()
        assert isinstance(self.figure, Figure)
        self.figure.savefig(held, format="png", dpi=SHOWN_DPI)
        return held.getvalue()


def axes_of_their_own(
    inches: tuple[float, float],
    place: tuple[float, float, float, float],
    paper: str,
    dpi: float = SHOWN_DPI,
) -> ShownAxes:
    """Return axes in their own figure, `place` in shares of it: left, bottom, width, height."""
    figure = Figure(figsize=inches, facecolor=paper, dpi=dpi)
    FigureCanvasAgg(figure)
    axes = ShownAxes(figure, place)
    figure.add_axes(axes)
    return axes
