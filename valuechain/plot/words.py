"""The fixed words of pictures, in both languages, and numbers as each language writes them."""

from __future__ import annotations

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


def number(value: float, lang: Lang = "en") -> str:
    """Write a number with three figures at most, before the point all of them.

    Examples
    --------
    >>> number(12.44, "es"), number(0.125), number(1234567.0), number(-0.0001)
    ('12,4', '0.12', '1,234,567', '0')
    """
    size = abs(value)
    decimals = 0 if size >= 100 else 1 if size >= 1 else 2 if size >= 0.095 else 3
    text = f"{value:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        text = "0"
    text = text.replace("-", "\N{MINUS SIGN}")
    return text.translate(str.maketrans(",.", NO_BREAK + ",")) if lang == "es" else text


def quantity(value: float, unit: str, lang: Lang = "en") -> str:
    r"""Write a number with its unit; with ``"%"`` the value is a share.

    Examples
    --------
    >>> quantity(0.614, "%", "en"), quantity(0.004, "%", "en"), quantity(3, "h", "en")
    ('61%', '0.4%', '3\xa0h')
    """
    if unit == "%":
        percent = 100 * value
        figure = number(round(percent) if abs(percent) >= 1 else percent, lang)
        return f"{figure}%" if lang == "en" else f"{figure}{NO_BREAK}%"
    return f"{number(value, lang)}{NO_BREAK}{unit}".strip()
