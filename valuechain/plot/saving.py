"""Write a figure to a file: whole or not at all, and the same bytes for the same picture."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import matplotlib
from matplotlib import style as mpl_style
from matplotlib.figure import Figure, SubFigure

from valuechain.errors import Text, UsageError, shown
from valuechain.plot.style import PAPER

# What would put a date or a version into the file is left out.
METADATA: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def save(figure: Figure | SubFigure, path: str | os.PathLike[str], dpi: float = 240) -> Path:
    """Write a figure as PNG, SVG or PDF, by the ending of the path.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What ``ax.figure`` of a picture is.
    path : path-like
        Ends in ``.png``, ``.svg`` or ``.pdf``. An existing file is replaced, but only once the
        new one is complete.
    dpi : float
        Pixels per inch of a PNG, 120..600; a map of its own (16 x 9 inches) has 3840 x 2160
        pixels at 240, 1920 x 1080 at 120.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    UsageError
        Another ending, a resolution out of range, or a folder that is not there.

    Examples
    --------
    >>> save(Figure(), "map.jpg")
    Traceback (most recent call last):
    valuechain.errors.UsageError: a picture cannot be saved as «map.jpg»; allowed: .png, .svg, .pdf
    """
    path = check_picture(path)
    if not 120 <= dpi <= 600:
        raise UsageError(Text(f"dpi {dpi}; allowed: 120..600", f"dpi {dpi}; permitido: 120..600"))
    return write_whole(path, encoded(figure, path.suffix.lower(), dpi))


def check_picture(path: str | os.PathLike[str]) -> Path:
    """Return a path that a picture can be written to, before the work of drawing it.

    Raises
    ------
    UsageError
        If it ends otherwise than in ``.png``, ``.svg`` or ``.pdf``, or there is no such folder.
    """
    path = Path(path)
    if path.suffix.lower() not in METADATA:
        raise UsageError(
            Text(
                f"a picture cannot be saved as {shown(str(path))}; allowed: {', '.join(METADATA)}",
                f"una imagen no se puede guardar como {shown(str(path))}; "
                f"permitido: {', '.join(METADATA)}",
            )
        )
    check_folder(path)
    return path


def encoded(figure: Figure | SubFigure, ending: str = ".svg", dpi: float = 240) -> bytes:
    """Return a figure as the bytes of a ``.png``, ``.svg`` or ``.pdf``: same figure, same bytes."""
    root = figure
    while isinstance(root, SubFigure):
        root = root.figure
    buffer = BytesIO()
    with mpl_style.context("default"), matplotlib.rc_context({"svg.hashsalt": "valuechain"}):
        root.savefig(buffer, format=ending[1:], dpi=dpi, metadata=METADATA[ending], facecolor=PAPER)
    return buffer.getvalue()


def check_folder(path: Path) -> None:
    """Refuse a path that no file can have, before the work of filling it.

    Raises
    ------
    UsageError
        If its folder is not there, or it is a folder itself.
    """
    if not path.parent.is_dir():
        raise UsageError(
            Text(
                f"there is no folder {shown(str(path.parent))} to save in",
                f"no existe la carpeta {shown(str(path.parent))} donde guardar",
            )
        )
    if path.is_dir():
        raise UsageError(
            Text(
                f"{shown(str(path))} is a folder; give the name of a file",
                f"{shown(str(path))} es una carpeta; dé el nombre de un archivo",
            )
        )


def write_whole(path: Path, data: bytes) -> Path:
    """Write a file, whole or not at all; an existing one is replaced once the new one is complete.

    Raises
    ------
    UsageError
        If there is no such folder.
    OSError
        If it cannot be written to.
    """
    check_folder(path)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
