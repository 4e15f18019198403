"""What can go wrong, said so that it can be mended.

Every fault in what a user wrote is an `Issue`: where it is, what was found,
what is allowed and how to mend it, in English and Spanish. A `SchemaError`
carries all issues of an input at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Literal, NamedTuple

Lang = Literal["en", "es"]
PathKey = str | int
MAX_SHOWN = 80
MAX_NEAR_MISSES = 100  # nobody mends hundreds of them one by one


class Text(NamedTuple):
    """The same words in English and in Spanish.

    Examples
    --------
    >>> Text("late", "tarde").say("es")
    'tarde'
    """

    en: str
    es: str

    def say(self, lang: Lang = "en") -> str:
        """Return the words in one language."""
        return self.es if lang == "es" else self.en


@dataclass(frozen=True)
class Issue:
    """One fault or doubt in an input.

    Attributes
    ----------
    path : tuple of str or int
        Where in the chain, e.g. ``("departments", "it", "staff")``; services by
        their id: ``("services", "it>sales", "quality")``.
    found, expected : Text
        What was found, and what is allowed there.
    hint : Text or None
        How to mend it.
    severity : {"error", "warning"}
        A warning does not stop the reading.
    file, line, column
        Where in the text, counted from 1, when it came from one.

    Examples
    --------
    >>> issue = Issue(("departments", "it", "staff"), Text("-3", "-3"),
    ...               Text("a number from 0", "un número desde 0"))
    >>> print(issue)
    departments.it.staff: -3; allowed: a number from 0
    """

    path: tuple[PathKey, ...]
    found: Text
    expected: Text
    hint: Text | None = None
    severity: Literal["error", "warning"] = "error"
    file: str | None = None
    line: int | None = None
    column: int | None = None

    @property
    def dotted(self) -> str:
        """The path in one word, e.g. ``services.it>sales[0].takes``."""
        text = ""
        for key in self.path:
            if isinstance(key, int):
                text += f"[{key}]"
            else:
                text += ("." if text else "") + _one_line(key)
        return text

    def at(self, file: str | None, line: int | None, column: int | None) -> Issue:
        """Return the same issue with its place in a text."""
        return replace(self, file=file, line=line, column=column)

    def text(self, lang: Lang = "en") -> str:
        """Return one line: ``file:line:column path: found; what is allowed (hint)``."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        where = " ".join(part for part in (place, self.dotted) if part)
        allowed = "permitido" if lang == "es" else "allowed"
        line = f"{where}: " if where else ""
        line += f"{self.found.say(lang)}; {allowed}: {self.expected.say(lang)}"
        return line + (f" ({self.hint.say(lang)})" if self.hint else "")

    def __str__(self) -> str:
        return self.text()


class ValueChainError(Exception):
    """Base of every error this library raises on purpose."""

    def text(self, lang: Lang = "en") -> str:
        """Return the message in one language."""
        message = self.args[0] if self.args else ""
        return message.say(lang) if isinstance(message, Text) else str(message)

    def __str__(self) -> str:
        return self.text()


class SchemaError(ValueChainError):
    """The input is not a chain; `issues` holds every fault at once, in order.

    Examples
    --------
    >>> error = SchemaError([Issue(("name",), Text("12", "12"), Text("text", "texto"))])
    >>> len(error.issues), error.text("es")
    (1, 'name: 12; permitido: texto')
    """

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues: tuple[Issue, ...] = tuple(issues)
        super().__init__(self.issues)

    def text(self, lang: Lang = "en") -> str:
        """Return a line per issue."""
        return "\n".join(issue.text(lang) for issue in self.issues)


class UnknownIdError(ValueChainError):
    """A question names a department, customer, service or scenario that is not there."""

    def __init__(
        self, what: Text, given: str, known: Sequence[str], names: Mapping[str, str] | None = None
    ) -> None:
        self.given = given
        self.known = tuple(known)
        near = did_you_mean(str(given), known, names)
        some = ", ".join(known[:10]) + (" ..." if len(known) > 10 else "")
        there = Text(f"there are: {some}", f"hay: {some}")
        if not known:
            there = Text("the list is empty", "la lista está vacía")
        super().__init__(
            Text(
                f"no {what.en} is called {shown(given)}; {there.en}"
                + (f" ({near.en})" if near else ""),
                f"no hay {what.es} con el nombre {shown(given)}; {there.es}"
                + (f" ({near.es})" if near else ""),
            )
        )

    def __reduce__(self) -> tuple[object, ...]:
        return _unpickle, (type(self), self.args, self.__dict__)


class UsageError(ValueChainError):
    """An argument of a call is not usable; the message says what is allowed."""


class DeadlockError(ValueChainError):
    """Services wait for each other for ever; `services` names the ring in order."""

    def __init__(self, message: Text, services: Sequence[str]) -> None:
        super().__init__(message)
        self.services = tuple(services)

    def __reduce__(self) -> tuple[object, ...]:
        return _unpickle, (type(self), self.args, self.__dict__)


class ConvergenceError(DeadlockError):
    """A loop does not settle: the buffers in it fall short; `services` are its members."""


class Refused(ValueError):
    """A value is refused by the parser of its field: what an `Issue` without a place is made of."""

    def __init__(self, found: Text, expected: Text, hint: Text | None = None) -> None:
        super().__init__(found.en)
        self.found, self.expected, self.hint = found, expected, hint

    def issue(self, path: tuple[PathKey, ...]) -> Issue:
        """Return the issue for a value at `path`."""
        return Issue(path, self.found, self.expected, self.hint)


class ValueChainWarning(UserWarning):
    """Something is allowed yet probably not what was meant.

    Examples
    --------
    >>> ValueChainWarning(Text("a doubt", "una duda")).text("es")
    'una duda'
    """

    def text(self, lang: Lang = "en") -> str:
        """Return the message in one language."""
        message = self.args[0] if self.args else ""
        return message.say(lang) if isinstance(message, Text) else str(message)

    def __str__(self) -> str:
        return self.text()


def shown(value: object) -> str:
    """Return a value as it can stand in a message: one line, not too long.

    Examples
    --------
    >>> shown("a" * 200)[-4:]
    '...»'
    >>> shown(-3.5)
    '-3.5'
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}"
    if not isinstance(value, str):
        return _one_line(repr(value))
    return f"«{_one_line(value)}»"


def _one_line(text: str) -> str:
    """Return text on one line, not too long, without what would steer a terminal."""
    line = " ".join(text[: 4 * MAX_SHOWN].split())
    if len(line) > MAX_SHOWN:
        line = line[: MAX_SHOWN - 3] + "..."
    # The zero-width joiners are part of emoji and of Persian and Indian words.
    return "".join(
        char
        if char.isprintable() or char in "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
        else char.encode("unicode_escape").decode()
        for char in line
    )


def as_found(value: object) -> Text:
    """Return the same `shown` value for both languages."""
    return Text(shown(value), shown(value))


def did_you_mean(
    given: str, known: Iterable[str], names: Mapping[str, str] | None = None
) -> Text | None:
    """Return a hint with the nearest known word, or None where none is near.

    Parameters
    ----------
    given : str
    known : iterable of str
    names : mapping, optional
        What people call some of the known: whoever gives a name is told the id.

    Examples
    --------
    >>> did_you_mean("desing", ["design", "sales"]).en
    'did you mean design?'
    >>> did_you_mean("cocina", ["bar", "kitchen"], {"kitchen": "Cocina"}).es
    '¿quizá kitchen (Cocina)?'
    """
    given, known = given[:MAX_SHOWN], sorted(known)
    called = {names[some].casefold(): some for some in reversed(known) if names and some in names}
    near = get_close_matches(given.casefold(), list(called), n=1, cutoff=0.8)
    if near and names:
        found = called[near[0]]
        found = f"{found} ({names[found]})"
    elif near := get_close_matches(given, known, n=1, cutoff=0.6):
        found = near[0]
    else:
        return None
    return Text(f"did you mean {found}?", f"¿quizá {found}?")


class NearMisses:
    """Hints for words that may be many: after the first hundred, looking takes too long.

    Parameters
    ----------
    known : collection of str
    names : callable, optional
        Returns the names that `did_you_mean` takes; called only where there is something to mend.

    Examples
    --------
    >>> hint = NearMisses({"design", "sales"})
    >>> hint("desing").en, hint("warehouse")
    ('did you mean design?', None)
    """

    def __init__(
        self, known: Collection[str], names: Callable[[], Mapping[str, str]] | None = None
    ) -> None:
        self._known, self._names = known, names
        self._left = MAX_NEAR_MISSES

    def __call__(self, given: str) -> Text | None:
        """Return the hint, or None."""
        self._left -= 1
        if self._left < 0:
            return None
        return did_you_mean(given, self._known, self._names() if self._names else None)


def _unpickle(
    cls: type[ValueChainError], args: tuple[object, ...], state: dict[str, object]
) -> ValueChainError:
    """Rebuild an error whose `__init__` takes other arguments than it stores."""
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error
