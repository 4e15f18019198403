"""Aligned columns on a terminal, and the words at their heads."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Sequence
from typing import Any

from valuechain.errors import Text
from valuechain.report.voice import Voice

CUSTOMER = Text("customer", "cliente")
DEPARTMENT = Text("department", "departamento")
SERVICE = Text("service", "servicio")
LATE = Text("late", "tarde")
SATISFIED = Text("satisfied", "satisfechos")
MEAN = Text("mean time", "plazo medio")
VERDICT = Text("verdict", "veredicto")
WRITTEN = Text("before -> after", "antes -> después")
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


def cell(value: Any, say: Callable[[Any], object]) -> str:
    """Return a figure as it is said; a dash where it is not known."""
    return NOTHING if value is None else str(say(value))


def arrow(parts: Sequence[object]) -> str:
    """Return a figure before and after; once where both look alike."""
    first, second = (str(part) for part in parts)
    return first if first == second else f"{first} -> {second}"


def route(service_id: str, voice: Voice) -> str:
    """Return who serves whom, and with what where it has a name."""
    provider, _, rest = service_id.partition(">")
    route = f"{voice.name(provider)} -> {voice.name(rest.partition(':')[0])}"
    return f"{route}: {voice.name(service_id)}" if service_id in voice.labels else route
