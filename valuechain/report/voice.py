"""`Voice`: how figures, times, money and names are said to people, in Spanish or English."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from valuechain.chain import ValueChain
from valuechain.errors import Lang, Text, UsageError
from valuechain.quantities import Calendar
from valuechain.quantities.durations import Unit

NO_BREAK = "\N{NO-BREAK SPACE}"
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
ISOLATE, END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
LONGEST_NAME, MOST_WORDS = 60, 9
ROUNDING = 0.051  # how much a rounded time may be off, relatively; twice that below one
FINE = 0.021  # where a reader adds times up

# Units of time from short to long: key, name of one, name of several.
_UNITS: tuple[tuple[Unit, Text, Text], ...] = (
    ("s", Text("s", "s"), Text("s", "s")),
    ("min", Text("min", "min"), Text("min", "min")),
    ("h", Text("h", "h"), Text("h", "h")),
    ("d", Text("day", "día"), Text("days", "días")),
    ("w", Text("week", "semana"), Text("weeks", "semanas")),
    ("mo", Text("month", "mes"), Text("months", "meses")),
    ("y", Text("year", "año"), Text("years", "años")),
)
_CURRENCY_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


@dataclass(frozen=True)
class Amount:
    """A number and its unit, apart, since a second number in a sentence often leaves the unit out.

    Examples
    --------
    >>> str(Amount("7", "días", False)).split()
    ['7', 'días']
    """

    number: str
    unit: str
    single: bool

    def __str__(self) -> str:
        return f"{self.number}{NO_BREAK}{self.unit}".rstrip(NO_BREAK)


@dataclass(frozen=True)
class Voice:
    """Who speaks: in which language, with which calendar and currency, and under which names.

    Parameters
    ----------
    lang : {"es", "en"}
    calendar : Calendar
        Turns working hours into days and weeks.
    currency : str or None
        Of all money, e.g. ``"EUR"``.
    labels : mapping of id to name
        Ids without a name stand for themselves.
    rounding : float
        How much a rounded time may be off, relatively; less where times add up.

    Raises
    ------
    UsageError
        If there are no words in that language.

    Examples
    --------
    >>> voice = Voice("en")
    >>> voice.percent(0.61), voice.deliveries(0.4), str(voice.time(1.5)).split()
    ('61%', '4 in 10 deliveries', ['90', 'min'])
    """

    lang: Lang = "es"
    calendar: Calendar = field(default_factory=Calendar)
    currency: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    rounding: float = ROUNDING

    def __post_init__(self) -> None:
        if self.lang not in ("es", "en"):
            raise UsageError(
                Text(f'lang {self.lang!r}: "es" or "en"', f'lang {self.lang!r}: "es" o "en"')
            )

    def say(self, text: Text, **words: object) -> str:
        """Return a phrase in this language with its gaps filled.

        Examples
        --------
        >>> Voice("en").say(Text("Look at {name}.", "Mire {name}."), name="a long name…")
        'Look at a long name…'
        """
        said = text.say(self.lang).format(**words)
        return said.replace(f"{ELLIPSIS}.", ELLIPSIS)  # which ends a sentence by itself

    # --- numbers --------------------------------------------------------------------------------

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number as written in this language.

        Examples
        --------
        >>> Voice("es").number(1234.5, 1), Voice("en").number(1234.5, 1)
        ('1234,5', '1,234.5')
        """
        text = f"{value:,.{decimals}f}"
        if float(text.replace(",", "")) == 0:
            text = text.lstrip("-")
        if self.lang == "en":
            return text.replace("-", "\N{MINUS SIGN}")
        if abs(value) < 9999.5:  # in Spanish, four digits stand together
            text = text.replace(",", "")
        text = text.translate(str.maketrans(",.", f"{NO_BREAK},"))
        return text.replace("-", "\N{MINUS SIGN}")

    def percent(self, share: float) -> str:
        """Return a share in percent; never 0 or 100 for what is neither.

        Examples
        --------
        >>> [Voice("en").percent(share) for share in (0, 0.0002, 0.004, 0.614, 0.9999)]
        ['0%', 'less than 0.1%', '0.4%', '61%', 'more than 99.9%']
        """
        return self.percents(share)[0]

    def percents(self, *shares: float) -> tuple[str, ...]:
        """Return shares to be compared, with a decimal where they are small or would look alike.

        Examples
        --------
        >>> Voice("en").percents(0.42, 0.11), Voice("en").percents(0.57, 0.575)
        (('42%', '11%'), ('57.0%', '57.5%'))
        """
        written = {self._percent(share, 0) for share in shares}
        small = len(shares) > 1 and 0 < max(shares) < 0.05
        decimals = int(small or len(written) < len(set(shares)))
        texts = [self._percent(share, decimals) for share in shares]
        zero = (".0%", f",0{NO_BREAK}%")  # left out, unless it shows how exact the others are
        if all(text.endswith(zero) or not {",", "."} & set(text) for text in texts):
            texts = [text.replace(".0%", "%").replace(zero[1], zero[1][2:]) for text in texts]
        return tuple(texts)

    def _percent(self, share: float, decimals: int) -> str:
        value = 100 * share
        if 0 < abs(value) < 1 or 99 < value < 100:
            decimals = 1
        sign = "%" if self.lang == "en" else f"{NO_BREAK}%"
        if 0 < value < 0.05:
            return self.say(Text("less than {n}", "menos de {n}"), n=self.number(0.1, 1) + sign)
        if 99.95 <= value < 100:
            return self.say(Text("more than {n}", "más de {n}"), n=self.number(99.9, 1) + sign)
        exact = 0 if value in (0, 100) else decimals
        return self.number(value, exact) + sign

    def points(self, difference: float) -> str:
        """Return a difference of shares in percentage points, as exact as `percent`.

        Examples
        --------
        >>> [" ".join(Voice("es").points(d).split()) for d in (0.11, 0.01, 0.0001)]
        ['11 puntos', '1 punto', 'menos de 0,1 puntos']
        """
        number = self.percent(difference).rstrip(f"%{NO_BREAK}")
        one = number.lstrip("\N{MINUS SIGN}") == "1"
        unit = Text("point", "punto") if one else Text("points", "puntos")
        return f"{number}{NO_BREAK}{self.say(unit)}"

    def deliveries(self, share: float) -> str:
        """Return a share of deliveries as people say it.

        Examples
        --------
        >>> [Voice("es").deliveries(share) for share in (0.4, 0.43, 0.985, 0.03)]
        ['4 de cada 10 entregas', 'más de 4 de cada 10 entregas', 'casi todas las entregas', \
'3 de cada 100 entregas']
        """
        if share >= 1:
            return self.say(Text("all deliveries", "todas las entregas"))
        if share >= 0.985:
            return self.say(Text("nearly all deliveries", "casi todas las entregas"))
        if share < 0.005:
            return self.say(
                Text("fewer than 1 in 100 deliveries", "menos de 1 de cada 100 entregas")
            )
        if not 0.095 <= share < 0.95:
            of = Text("{k} in 100 deliveries", "{k} de cada 100 entregas")
            return self.say(of, k=min(max(round(100 * share), 1), 99))
        tenths = min(round(10 * share), 9)
        beyond = share - tenths / 10
        half = Text("half of the deliveries", "la mitad de las entregas")
        of = half if tenths == 5 else Text("{k} in 10 deliveries", "{k} de cada 10 entregas")
        about = Text("", "")
        if beyond > 0.0151:
            about = Text("more than ", "más de ")
        elif beyond < -0.0151:
            about = Text("nearly ", "casi ")
        return self.say(about) + self.say(of, k=tenths)

    def arrive(self, share: float) -> str:
        """Return the verb that goes with `deliveries`: one in ten arrives, four arrive.

        Examples
        --------
        >>> Voice("es").arrive(0.1), Voice("es").arrive(0.4)
        ('llega', 'llegan')
        """
        one = share < 0.015 or 0.095 <= share < 0.15
        return self.say(Text("arrives", "llega") if one else Text("arrive", "llegan"))

    # --- times and money ------------------------------------------------------------------------

    def time(self, hours: float) -> Amount:
        """Return working hours in the unit a person would use.

        Examples
        --------
        >>> [" ".join(str(Voice("es").time(hours)).split()) for hours in (1.5, 4, 16, 400)]
        ['90 min', '4 h', '2 días', '10 semanas']
        """
        return self.times(hours)[0]

    def times(self, *hours: float) -> tuple[Amount, ...]:
        """Return times to be compared, as round as they may be.

        All are in the unit of the longest; those too short for it have one of their own.

        Examples
        --------
        >>> ["".join(str(time).split()) for time in Voice("en").times(56, 40)]
        ['7days', '5days']
        >>> ["".join(str(time).split()) for time in Voice("en").times(16.6, 1)]
        ['2days', '1h']
        """
        longest = max(map(abs, hours))
        place = self._unit_for(longest, several=len(hours) > 1)
        key, one, many = _UNITS[place]
        enough = 0.95 * self.calendar.hours_per(key)
        short = [0 < abs(value) < enough <= longest for value in hours]
        if any(short):
            rest = iter(self.times(*(h for h, own in zip(hours, short, strict=True) if not own)))
            return tuple(
                self.time(h) if own else next(rest) for h, own in zip(hours, short, strict=True)
            )
        values = [value / self.calendar.hours_per(key) for value in hours]
        decimals = next(
            (d for d in (0, 1) if self._close_enough(values, d) and _as_many_as(values, d)), 2
        )
        amounts = []
        for value in values:
            text = self.number(value, decimals)
            if decimals:
                text = text.rstrip("0").rstrip(",.")
            single = round(value, decimals) == 1
            amounts.append(Amount(text, self.say(one if single else many), single))
        return tuple(amounts)

    def compared(self, first: float, second: float) -> tuple[str, Amount]:
        """Return two times for one sentence; the second without its unit where it is the same.

        The second comes as an `Amount` whose unit is empty then.

        Examples
        --------
        >>> first, second = Voice("en").compared(56, 40)
        >>> " ".join(first.split()), str(second)
        ('7 days', '5')
        """
        unit = _UNITS[self._unit_for(max(first, second), several=True)][0]
        shorter = min(first, second)
        if shorter < 0.95 * self.calendar.hours_per(unit) or shorter < 0.3 * max(first, second):
            return str(self.time(first)), self.time(second)
        one, other = self.times(first, second)
        return str(one), Amount(other.number, "", other.single)

    def _close_enough(self, values: Sequence[float], decimals: int) -> bool:
        return all(
            abs(round(v, decimals) - v) <= self.rounding * abs(v) * (2 if abs(v) < 1 else 1)
            for v in values
        )

    def _unit_for(self, hours: float, several: bool) -> int:
        """Return the place of the unit people would use for a time of this length."""
        day, week, month = (self.calendar.hours_per(unit) for unit in ("d", "w", "mo"))
        full = 1.95 if several else 0.95  # one day against half a day is 8 h against 4
        minutes = 0.99 if abs(hours - 1) < 0.01 else 1.55  # 90 min, yet 1 h
        bounds = (1 / 60, minutes, full * day, 2.95 * week, 25 * week, 24 * month)
        return next((place for place, bound in enumerate(bounds) if hours < bound), len(bounds))

    def money(self, amount: float) -> str:
        """Return an amount of money in the chain's currency, in round figures.

        Examples
        --------
        >>> Voice("en", currency="EUR").money(7_800_000)
        '€7.8 million'
        """
        millions = abs(amount) >= 1_000_000
        value = amount / 1_000_000 if millions else amount
        decimals = 1 if millions and value < 100 and round(value, 1) != round(value) else 0
        text = self.number(value, decimals)
        sign = _CURRENCY_SIGNS.get(self.currency or "", self.currency or "")
        if self.lang == "en":
            tail = f"{NO_BREAK}million" if millions else ""
            lead = sign if sign in _CURRENCY_SIGNS.values() else f"{sign}{NO_BREAK}"
            return f"{lead if sign else ''}{text}{tail}".replace(NO_BREAK + "million", " million")
        return f"{text}{NO_BREAK}{'M' if millions else ''}{sign}".rstrip(NO_BREAK)

    # --- names and lists ------------------------------------------------------------------------

    def name(self, any_id: str) -> str:
        """Return the name of an id: one line, not too long, with its own direction of writing."""
        return shown_name(self.labels.get(any_id, any_id))

    def listed(self, words: Sequence[str]) -> str:
        """Return a list in words.

        Examples
        --------
        >>> Voice("es").listed(["Ventas", "Ingeniería"]), Voice("en").listed(["a", "b", "c"])
        ('Ventas e Ingeniería', 'a, b and c')
        """
        if len(words) < 2:
            return "".join(words)
        last = words[-1]
        link = "and" if self.lang == "en" else "e" if _starts_with_i(last) else "y"
        return f"{', '.join(words[:-1])} {link} {last}"


def voice_of(chain: ValueChain, lang: Lang) -> Voice:
    """Return the voice for a chain: its calendar, its currency, its names."""
    return Voice(lang, chain.calendar, chain.currency, chain.names())


def shown_name(text: str) -> str:
    """Return a name as it can stand in a sentence.

    Examples
    --------
    >>> shown_name("Atención    al  cliente")
    'Atención al cliente'
    """
    plain = "".join(char if _is_ink(char) else " " for char in text)
    words = plain.split()
    name = " ".join(words[:MOST_WORDS]) + (ELLIPSIS if len(words) > MOST_WORDS else "")
    if len(name) > LONGEST_NAME:
        cut = name[: LONGEST_NAME - 1]
        name = cut.rsplit(" ", 1)[0] if " " in cut[LONGEST_NAME // 2 :] else cut
        name = name.rstrip(" ,;:([") + ELLIPSIS
    if any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in name):
        return f"{ISOLATE}{name}{END_ISOLATE}"
    return name


def _is_ink(char: str) -> bool:
    """Tell whether a character may stand in a sentence: no control, no change of direction."""
    # The zero-width joiners are part of emoji and of Persian and Indian words.
    return char.isprintable() or char in "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"


def _starts_with_i(word: str) -> bool:
    """Tell whether a word starts with the sound of i, before which Spanish says e, not y."""
    plain = unicodedata.normalize("NFKD", word.strip(f"{ISOLATE}«")).lower()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return plain.startswith(("i", "hi")) and not plain.startswith(("hie", "hia", "io", "ia"))


def _as_many_as(values: Sequence[float], decimals: int) -> bool:
    """Tell whether values that differ, seen closely, still do when rounded."""
    return len({round(v, decimals) for v in values}) >= len({round(v, 2) for v in values})
