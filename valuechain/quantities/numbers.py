"""Numbers as people write them: shares, amounts, estimates with a range.

A number is plain, or an `Estimate`: a base with a range, a number of answers
and where it comes from. What cannot be told for sure (a decimal comma, a
thousands point, `1:30`) is refused with the mend, never guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar

from valuechain.errors import Refused, Text, as_found, did_you_mean

Source = Literal["observed", "assumed"]
T = TypeVar("T")

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
_COMMA = re.compile(r"[+-]?[\d.]*,\d*")
_CLOCK = re.compile(r"\d{1,4}(:\d{1,2}){1,2}")
_MAX_DIGITS = 400
_SOURCES: dict[str, Source] = {"observed": "observed", "assumed": "assumed"}
_ESTIMATE_KEYS = ("base", "low", "high", "n", "source")

NUMBER = Text("a number such as 12 or 0.5", "un número como 12 o 0.5")
SHARE = Text("a share from 0 to 1, or 78 %", "una proporción de 0 a 1, o 78 %")


@dataclass(frozen=True, slots=True)
class Estimate(Generic[T]):
    """A value that is not known exactly.

    Attributes
    ----------
    base : float, Duration, Distribution or word
        The value used where one number is needed.
    low, high : same, or None
        The range within which it may lie (both or neither).
    n : int or None
        Number of answers behind it.
    source : {"observed", "assumed"} or None
        Where it comes from; None: as its service, department or chain says.
    """

    base: T
    low: T | None = None
    high: T | None = None
    n: int | None = None
    source: Source | None = None


def base_of(value: T | Estimate[T]) -> T:
    """Return the one number of a value that may be an estimate.

    Examples
    --------
    >>> base_of(Estimate(0.7, 0.6, 0.8)), base_of(0.5)
    (0.7, 0.5)
    """
    return value.base if isinstance(value, Estimate) else value


@lru_cache(maxsize=65536)
def _number_from_text(text: str, percent: bool) -> float:
    body = text.strip()
    is_percent = body.endswith("%")
    digits = body[:-1].rstrip() if is_percent else body
    if _NUMBER.fullmatch(digits) and len(digits) <= _MAX_DIGITS:
        if _THOUSANDS.fullmatch(digits):
            plain = digits.replace(".", "")
            raise Refused(
                as_found(text),
                Text("numbers without thousands points", "números sin puntos de millar"),
                Text(
                    f"write {plain}, or {digits}0 if the point is a decimal point",
                    f"escriba {plain}, o {digits}0 si el punto es decimal",
                ),
            )
        if is_percent and not percent:
            raise Refused(
                as_found(text),
                Text("a number, not a share", "un número, no un porcentaje"),
            )
        return float(digits) / 100 if is_percent else float(digits)
    raise Refused(as_found(text), NUMBER, _number_hint(digits, is_percent))


def _number_hint(digits: str, is_percent: bool) -> Text | None:
    if _COMMA.fullmatch(digits):
        mended = digits.replace(".", "").replace(",", ".") + (" %" if is_percent else "")
        return Text(f"write {mended}, with a point", f"escriba {mended}, con punto")
    if _CLOCK.fullmatch(digits):
        first, second = (int(part) for part in digits.split(":")[:2])
        return Text(
            f"for a time write {60 * first + second} min",
            f"para un tiempo escriba {60 * first + second} min",
        )
    if "_" in digits and _NUMBER.fullmatch(digits.replace("_", "")):
        return Text(f"write {digits.replace('_', '')}", f"escriba {digits.replace('_', '')}")
    return None


def parse_number(
    value: object,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    percent: bool = False,
    expected: Text = NUMBER,
    above: bool = False,
) -> float:
    """Return a finite number within `low` and `high` (`above`: `low` itself is refused).

    Raises
    ------
    Refused
        If it is not a number, not finite or out of range.

    Examples
    --------
    >>> parse_number("78 %", 0, 1, percent=True)
    0.78
    """
    if isinstance(value, str):
        number = _number_from_text(value, percent)
    elif isinstance(value, bool) or not hasattr(value, "__float__"):
        raise Refused(as_found(value), expected)
    else:
        number = float(value)
    if not math.isfinite(number):
        raise Refused(as_found(value), expected, Text("it must be finite", "debe ser finito"))
    if not low <= number <= high or (above and number == low):
        hint = None
        if (low, high) == (0, 1) and 1 < number <= 100:
            hint = Text(f"write {number:g} % if it is one", f"escriba {number:g} % si lo es")
        raise Refused(as_found(value), expected, hint)
    return number + 0.0  # -0.0 becomes 0.0


def parse_share(value: object) -> float:
    """Return a share from 0 to 1; ``"78 %"`` is one."""
    return parse_number(value, 0.0, 1.0, percent=True, expected=SHARE)


def parse_estimate(
    value: object, parse: Callable[[object], T], size: Callable[[T], float]
) -> T | Estimate[T]:
    """Return a plain value, or an `Estimate` from a mapping with `base`.

    Parameters
    ----------
    value : object
        As written: a scalar, an `Estimate`, or a mapping of base, low, high, n, source.
    parse : callable
        Parser of the plain value; raises `Refused`.
    size : callable
        A number to compare two values by.
    """
    if isinstance(value, Estimate):
        value = {key: getattr(value, key) for key in _ESTIMATE_KEYS}
        value = {key: part for key, part in value.items() if part is not None}
    if not isinstance(value, Mapping):
        return parse(value)
    unknown = [key for key in value if key not in _ESTIMATE_KEYS]
    allowed = Text("base, low, high, n, source", "base, low, high, n, source")
    if unknown:
        found = Text(f"unknown key {unknown[0]}", f"clave desconocida {unknown[0]}")
        raise Refused(found, allowed, _estimate_hint(str(unknown[0]), value))
    if "base" not in value:
        raise Refused(Text("no base", "falta base"), allowed)
    base = parse(value["base"])
    low = parse(value["low"]) if value.get("low") is not None else None
    high = parse(value["high"]) if value.get("high") is not None else None
    if (low is None) != (high is None):
        raise Refused(
            Text("only one of low and high", "solo una de low y high"),
            Text("low and high together", "low y high juntas"),
        )
    if low is not None and high is not None and not size(low) <= size(base) <= size(high):
        raise Refused(
            Text("low, base, high out of order", "low, base, high desordenadas"),
            Text("low <= base <= high", "low <= base <= high"),
        )
    return Estimate(base, low, high, _parse_n(value.get("n")), parse_source(value.get("source")))


def _estimate_hint(key: str, value: Mapping[Any, Any]) -> Text | None:
    if key.isdigit() and value[key] is None:  # YAML reads {base: 0,78} as two keys
        return Text(f"a decimal comma? write 0.{key}", f"¿una coma decimal? escriba 0.{key}")
    return did_you_mean(key, _ESTIMATE_KEYS)


def _parse_n(value: object) -> int | None:
    if value is None:
        return None
    expected = Text("a whole number of answers from 0", "un número entero de respuestas desde 0")
    number = parse_number(value, 0, expected=expected)
    if number != int(number):
        raise Refused(as_found(value), expected)
    return int(number)


def parse_source(value: object) -> Source | None:
    """Return ``"observed"``, ``"assumed"`` or None."""
    if value is None:
        return None
    if isinstance(value, str) and value in _SOURCES:
        return _SOURCES[value]
    allowed = Text("observed or assumed", "observed (observado) o assumed (supuesto)")
    raise Refused(as_found(value), allowed, did_you_mean(str(value), ("observed", "assumed")))
