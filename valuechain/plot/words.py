"""The fixed words of pictures, in both languages, and numbers as each language writes them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from valuechain.errors import Lang, Text

NO_BREAK = "\N{NO-BREAK SPACE}"
DEPARTMENT = Text("department", "departamento")
CUSTOMER = Text("external customer", "cliente externo")
SERVICE = Text("service: provider to client", "servicio: de proveedor a cliente")
WIDTH = Text("wider: weighs more", "más ancha: pesa más")
HIGHLIGHTED = Text("look here first", "mirar primero aquí")
LATE = Text("late", "tarde")
PARALLEL = Text("several services", "varios servicios")
FEEDBACK = Text("goes back (closes a loop)", "vuelve atrás (cierra un ciclo)")
NOT_MEASURED = Text("not measured", "sin medir")
RANK = Text("order: 1 causes most", "orden: 1 es quien más causa")
VALUE = Text("value", "valor")


def number(value: float, lang: Lang = "en", apart: float = 0.0) -> str:
    """Write a number with three figures at most, before the point all of them.

    Values that differ by `apart`, where given, are written with enough figures to look different.

    Examples
    --------
    >>> number(1.14, "en"), number(1.14, "en", apart=0.05), number(1200, "en", apart=500)
    ('1.1', '1.14', '1,200')
    >>> number(12.44, "es"), number(0.125), number(1234567.0), number(-0.0001)
    ('12,4', '0.12', '1,234,567', '0')
    """
    size = abs(value)
    decimals = 0 if size >= 100 else 1 if size >= 1 else 2 if size >= 0.095 else 3
    if apart > 0:
        decimals = max(decimals, math.ceil(-math.log10(apart)))
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    text = text.replace("-", "\N{MINUS SIGN}")
    return text.translate(str.maketrans(",.", NO_BREAK + ",")) if lang == "es" else text


def drawn_unit(unit: str, values: Iterable[float]) -> str:
    """Return how a picture writes values in the unit of a result: short times in minutes.

    Examples
    --------
    >>> drawn_unit("working hours", [0.018, 0.4]), drawn_unit("working hours", [0.4, 12])
    ('min', 'h')
    >>> drawn_unit("share", []), drawn_unit("EUR", [1])
    ('%', 'EUR')
    """
    if unit == "working hours":
        return "min" if 0 < max(map(abs, values), default=0) < 1 else "h"
    return "%" if unit == "share" else unit


def quantity(value: float, unit: str, lang: Lang = "en", apart: float = 0.0) -> str:
    r"""Write a number with its unit; with ``"%"`` the value is a share, with ``"min"`` hours.

    `apart` is as for `number`, in the unit of `value`.

    Examples
    --------
    >>> quantity(0.614, "%", "en"), quantity(0.004, "%", "en"), quantity(3, "h", "en")
    ('61%', '0.4%', '3\xa0h')
    >>> quantity(0.018, "min", "es")
    '1,1\xa0min'
    >>> quantity(0.614, "%", "en", apart=0.002)
    '61.4%'
    """
    if unit == "min":
        value, apart = 60 * value, 60 * apart
    if unit == "%":
        percent, apart = 100 * value, 100 * apart
        rough = abs(percent) >= 1 and not 0 < apart < 1
        figure = number(round(percent) if rough else percent, lang, apart)
        return f"{figure}%" if lang == "en" else f"{figure}{NO_BREAK}%"
    return f"{number(value, lang, apart)}{NO_BREAK}{unit}".strip()


def figure(value: float, unit: str, lang: Lang = "en") -> str:
    """Write a figure that stands by itself, with its unit: a small share no more exact than words.

    Examples
    --------
    >>> [figure(share, "%").replace(NO_BREAK, " ") for share in (0.61, 0.0069, 0.00005)]
    ['61%', '0.7%', '< 0.1%']
    """
    if unit != "%" or abs(value) >= 0.01 or value == 0:
        return quantity(value, unit, lang)
    if abs(value) < 0.0005:
        return f"<{NO_BREAK}{quantity(0.001, unit, lang)}" if value > 0 else quantity(0, unit, lang)
    return quantity(round(value, 3), unit, lang)
