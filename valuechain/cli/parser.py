"""A parser of arguments that speaks two languages and says a mistake in one line."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from valuechain.cli import help_phrases as h
from valuechain.errors import Lang, Text, UsageError, did_you_mean

# argparse's own messages, and the same in Spanish; the groups keep their places.
_SPANISH = (
    (r"the following arguments are required: (.+)", r"falta: \1"),
    (r"unrecognized arguments: (.+)", r"argumentos desconocidos: \1"),
    (r"argument (.+?): expected one argument", r"\1: falta su valor"),
    (r"argument (.+?): expected at least one argument", r"\1: falta su valor"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1 no lleva valor: \2"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1: \2; permitido: \3"),
    (r"argument (.+?): (.+)", r"\1: \2"),
)


class Parser(argparse.ArgumentParser):
    """A parser that speaks two languages, and says a mistake in one line."""

    lang: Lang = "en"

    def __init__(self, **settings: Any) -> None:
        def formatter(prog: str) -> argparse.HelpFormatter:
            return _Formatter(prog, self.lang)

        super().__init__(add_help=False, allow_abbrev=False, formatter_class=formatter, **settings)
        self.given = self.add_argument_group(h.GIVEN.say(self.lang))
        self.options = self.add_argument_group(h.OPTIONS.say(self.lang))
        self.options.add_argument("-h", "--help", action="help", help=h.HELP.say(self.lang))

    def error(self, message: str) -> NoReturn:
        """Refuse arguments: one line, in the language asked for."""
        spanish = message
        for pattern, words in _SPANISH:
            if re.fullmatch(pattern, message, re.S):
                spanish = re.sub(pattern, words, message, flags=re.S)
                break
        hint = _near_choice(message)
        if message.startswith("the following arguments are required"):
            hint = Text(f"help: {self.prog} --help", f"ayuda: {self.prog} --help")
        more = Text(f" ({hint.en})", f" ({hint.es})") if hint else Text("", "")
        raise UsageError(Text(f"{message}{more.en}", f"{spanish}{more.es}"))


class SpanishParser(Parser):
    """The same in Spanish."""

    lang = "es"


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str, lang: Lang) -> None:
        super().__init__(prog, max_help_position=28, width=96)
        self._usage_word = h.USAGE.say(lang)

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, self._usage_word if prefix is None else prefix)


def _near_choice(message: str) -> Text | None:
    found = re.search(r"invalid choice: '(.*?)' \(choose from (.+)\)", message)
    if found is None:
        return None
    return did_you_mean(found[1], [word.strip(" '") for word in found[2].split(",")])
