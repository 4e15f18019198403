"""Numbers as people write them: shares, amounts, estimates with a range.

A number is plain, or an `Estimate`: a base with a range, a number of answers
and where it comes from. What cannot be told for sure (a decimal comma, a
thousands point, `1:30`) is refused with the mend, never guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar

import numpy as np

from valuechain.errors import Refused, Text, as_found, did_you_mean

Source = Literal["observed", "assumed"]
T = TypeVar("T")

# ASCII digits only: what an editor's JSON Schema checks, and what everybody at the table can read.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d*),\d+", re.ASCII)
_ENGLISH = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", re.ASCII)
_CLOCK = re.compile(r"\d{1,4}(:\d{1,2}){1,2}", re.ASCII)
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


def number_text(value: float) -> str:
    """Return a number as text that is read back as the same number.

    The shortest decimal that is exactly this number; a zero more where it would look like one
    with thousands points.

    Examples
    --------
    >>> number_text(0.1), number_text(3.0), number_text(1.234)
    ('0.1', '3', '1.2340')
    """
    text = f"{value:.0f}" if value % 1 == 0 and abs(value) < 1e16 else repr(float(value))
    return text + "0" if _THOUSANDS.fullmatch(text) else text


def decimal(value: float) -> float:
    """Return a result of arithmetic as people would write it: to 15 digits.

    What was declared in decimals has no more, and the sixteenth is the arithmetic's.

    Examples
    --------
    >>> 13 * 0.9, decimal(13 * 0.9)
    (11.700000000000001, 11.7)
    """
    return float(f"{value:.15g}")


def share_and_answers(value: float | Estimate[float]) -> tuple[float, int | None]:
    """Return an observed share and the number of answers behind it, None if it does not say.

    Examples
    --------
    >>> share_and_answers(Estimate(0.7, n=24)), share_and_answers(0.7)
    ((0.7, 24), (0.7, None))
    """
    return (value.base, value.n) if isinstance(value, Estimate) else (value, None)


@lru_cache(maxsize=65536)
def _number_from_text(text: str, percent: bool) -> float:
    body = text.strip()
    is_percent = body.endswith("%")
    digits = body[:-1].rstrip() if is_percent else body
    if _THOUSANDS.fullmatch(digits):
        raise Refused(
            as_found(text),
            Text("numbers without thousands points", "números sin puntos de millar"),
            _number_hint(digits, is_percent),
        )
    if not _NUMBER.fullmatch(digits) or len(digits) > _MAX_DIGITS:
        raise Refused(as_found(text), NUMBER, _number_hint(digits, is_percent))
    if is_percent and not percent:
        a_number = Text("a number, not a share", "un número, no un porcentaje")
        raise Refused(as_found(text), a_number, _write(digits))
    number = float(digits)
    if number == 0 and re.search("[1-9]", re.split("[eE]", digits)[0]):
        raise Refused(
            as_found(text), NUMBER, Text("it is too small", "es demasiado pequeño")
        )  # floating point would make it zero in silence
    return number / 100 if is_percent else number


def _number_hint(digits: str, is_percent: bool) -> Text | None:
    """Return how to write a number that was refused; every mend can be read back."""
    sign = " %" if is_percent else ""
    if _CLOCK.fullmatch(digits):
        first, second = (int(part) for part in digits.split(":")[:2])
        return Text(
            f"for a time write {60 * first + second} min",
            f"para un tiempo escriba {60 * first + second} min",
        )
    if _THOUSANDS.fullmatch(digits):
        plain = digits.replace(".", "")
        if digits.count(".") > 1:
            return _write(plain + sign)
        return Text(
            f"write {plain}{sign}, or {digits}0{sign} if the point is a decimal point",
            f"escriba {plain}{sign}, o {digits}0{sign} si el punto es decimal",
        )
    if _ENGLISH.fullmatch(digits):
        plain = digits.replace(",", "")
        if digits.count(",") > 1 or "." in digits:
            return _write(plain + sign)
        decimal = digits.replace(",", ".") + "0" + sign
        return Text(
            f"write {plain}{sign}, or {decimal} if the comma is a decimal comma",
            f"escriba {plain}{sign}, o {decimal} si la coma es decimal",
        )
    if _COMMA.fullmatch(digits):
        mended = digits.replace(".", "").replace(",", ".") + sign
        return Text(f"write {mended}, with a point", f"escriba {mended}, con punto")
    if "_" in digits and _NUMBER.fullmatch(digits.replace("_", "")):
        return _write(digits.replace("_", "") + sign)
    plain = "".join(str(unicodedata.decimal(char, char)) for char in digits)
    if plain != digits and _NUMBER.fullmatch(plain) and not _THOUSANDS.fullmatch(plain):
        return _write(plain + sign)
    return None


def _write(mended: str) -> Text:
    return Text(f"write {mended}", f"escriba {mended}")


def _as_float(value: object) -> float | None:
    """Return a number that is no text as a float, or None where it is none."""
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__float__"):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):  # an array or a frame with several numbers
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
    else:
        plain = _as_float(value)
        if plain is None:
            raise Refused(as_found(value), expected)
        number = plain
    if not math.isfinite(number):
        raise Refused(as_found(value), expected, Text("it must be finite", "debe ser finito"))
    if not low <= number <= high or (above and number == low):
        written = isinstance(value, str) and "%" in value
        hint = _share_hint(number) if percent and high == 1 and not written else None
        raise Refused(as_found(value), expected, hint)
    return number + 0.0  # -0.0 becomes 0.0


def _share_hint(number: float) -> Text | None:
    """Return the mend of a number above 1 that stands where a share is asked for."""
    if not 1.5 <= number <= 100:  # a little above 1 is rather a factor gone too far
        return None
    mend = Text(
        f"write {number_text(number)} % if it is one", f"escriba {number_text(number)} % si lo es"
    )
    if number > 10:
        return mend
    return Text(
        f"{mend.en}; a mean score such as 4.2 of 5 is not a share: count who gave a 4 or a 5",
        f"{mend.es}; una nota media, como 4.2 sobre 5, no es una proporción: cuente quién puso un "
        "4 o un 5",
    )


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
    value = {str(key): part for key, part in value.items()}
    unknown = [key for key in value if key not in _ESTIMATE_KEYS]
    allowed = Text("base, low, high, n, source", "base, low, high, n, source")
    if unknown:
        found = Text(f"unknown key {unknown[0]}", f"clave desconocida {unknown[0]}")
        raise Refused(found, allowed, _estimate_hint(unknown[0], value))
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
