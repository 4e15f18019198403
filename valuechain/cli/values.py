"""The values that options take: read as written in a chain, refused in the reader's language."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import Any, TypeVar

from valuechain.errors import Lang, Refused, Text
from valuechain.quantities import Duration, parse_duration, parse_number, parse_share

T = TypeVar("T")
MOST_GROWTH = 1000
FACTOR = Text(
    f"a factor above 1 up to {MOST_GROWTH}, such as 2",
    f"un factor mayor que 1 y hasta {MOST_GROWTH}, como 2",
)
AMOUNT = Text("an amount from 0, such as 20000", "una cantidad desde 0, como 20000")
TWICE = Text("given twice; once is enough", "aparece dos veces; basta con una")


class Once(argparse.Action):
    """Take the value of an option; a second one would push the first out unseen."""

    def __call__(self, parser: Any, namespace: Any, values: Any, option_string: Any = None) -> None:
        """Keep a value; refuse another."""
        if getattr(namespace, self.dest) is not None:
            raise argparse.ArgumentError(self, TWICE.say(parser.lang))
        setattr(namespace, self.dest, values)


def whole(least: int, most: int, lang: Lang) -> Callable[[str], int]:
    """Return a reader of whole numbers within limits."""
    allowed = Text(
        f"a whole number from {least} to {most}", f"un número entero de {least} a {most}"
    )

    def parse(text: str) -> int:
        digits = text.strip()
        if len(digits) > 20 or not digits.isascii() or not digits.isdigit():
            raise argparse.ArgumentTypeError(f"«{text[:40]}»; {allowed.say(lang)}")
        if not least <= int(digits) <= most:
            raise argparse.ArgumentTypeError(f"{digits}; {allowed.say(lang)}")
        return int(digits)

    return parse


def amount(lang: Lang) -> Callable[[str], float]:
    """Return a reader of amounts of money, from 0; 20.000 may mean two things and is refused."""

    def read(text: str) -> float:
        return parse_number(text, 0, math.inf, expected=AMOUNT)

    return _as_in_a_chain(read, lang)


def share(lang: Lang) -> Callable[[str], float]:
    """Return a reader of shares, written as in a chain: 0.8 or 80 %."""
    return _as_in_a_chain(parse_share, lang)


def duration(lang: Lang) -> Callable[[str], Duration]:
    """Return a reader of working times, written as in a chain: 4 h or "3 días"."""
    return _as_in_a_chain(parse_duration, lang)


def growth(lang: Lang) -> Callable[[str], float]:
    """Return a reader of factors that demand may grow by."""

    def read(text: str) -> float:
        return parse_number(text, 1, MOST_GROWTH, above=True, expected=FACTOR)

    return _as_in_a_chain(read, lang)


def _as_in_a_chain(read: Callable[[str], T], lang: Lang) -> Callable[[str], T]:
    """Return a reader that refuses what a field of a chain would, in the same words."""

    def parse(text: str) -> T:
        try:
            return read(text)
        except Refused as error:
            said = f"{error.found.say(lang)}; {error.expected.say(lang)}"
            hint = f" ({error.hint.say(lang)})" if error.hint else ""
            raise argparse.ArgumentTypeError(said + hint) from None

    return parse
