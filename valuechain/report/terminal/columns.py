"""Aligned columns on a terminal, and the words at their heads."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

from valuechain.errors import Text

CUSTOMER = Text("customer", "cliente")
DEPARTMENT = Text("department", "departamento")
SERVICE = Text("service", "servicio")
LATE = Text("late", "tarde")
SATISFIED = Text("satisfied", "satisfechos")
MEAN = Text("mean time", "plazo medio")
NOTHING = "-"  # where a figure is not known or does not apply


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> str:
    """Return a table with aligned columns; those in `right` (counted from 0) end in line.

    Examples
    --------
    >>> print(table(["who", "late"], [["IT", "4%"]], right=[1]))
    who  late
    IT     4%
    """
    lines = [list(line) for line in ([head] if head else []) + list(rows)]
    widths = [max(map(width_of, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            _padded(cell, width, place in right)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _padded(cell: str, width: int, right: bool) -> str:
    blank = " " * (width - width_of(cell))
    return blank + cell if right else cell + blank


def width_of(text: str) -> int:
    """Return the columns a text takes on a terminal: wide letters two, marks none.

    Examples
    --------
    >>> width_of("TI"), width_of("設計")
    (2, 4)
    """
    return sum(
        0
        if unicodedata.combining(char) or unicodedata.category(char) == "Cf"
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in text
    )
