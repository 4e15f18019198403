"""What can be asked on the command line."""

from __future__ import annotations

import argparse
import locale
import os
from collections.abc import Sequence
from typing import Any

from valuechain.cli import help_phrases as h
from valuechain.cli.parser import Parser, SpanishParser, whole
from valuechain.errors import Lang, Text

OUTCOMES = ("breach", "mean_late_hours", "mean_hours", "dissatisfied")
MOST_SAMPLES, MOST_SEED = 10_000_000, 2**63 - 1


def language_of(given: Sequence[str]) -> Lang:
    """Return the language that arguments ask for, else that of the locale."""
    lang = ""
    for place, word in enumerate(given):
        if word == "--lang" and place + 1 < len(given):
            lang = given[place + 1]
        elif word.startswith("--lang="):
            lang = word.partition("=")[2]
    if lang in ("es", "en"):
        return "es" if lang == "es" else "en"
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    name = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    return "es" if name.lower().startswith(("es_", "es-", "spanish")) or name == "es" else "en"


def read_arguments(given: Sequence[str], lang: Lang) -> tuple[str, argparse.Namespace]:
    """Return the command that is asked for and its options.

    Raises
    ------
    UsageError
        In one line, if they cannot be.
    SystemExit
        After ``--help`` and ``--version``.
    """
    options = _parser(lang).parse_args(given)
    options.lang = lang
    return str(options.command), options


def _parser(lang: Lang) -> Parser:
    from valuechain.results import library_version

    speaker = SpanishParser if lang == "es" else Parser
    parser = speaker(prog="valuechain", description=h.ABOUT.say(lang), epilog=h.AFTER.say(lang))
    version = f"valuechain {library_version()}"
    parser.options.add_argument(
        "--version", action="version", version=version, help=h.VERSION.say(lang)
    )
    parser.options.add_argument("--lang", choices=("es", "en"), help=h.LANG.say(lang))
    commands = parser.add_subparsers(
        title=h.COMMANDS.say(lang),
        metavar=h.COMMAND.say(lang),
        dest="command",
        required=True,
    )

    def command(name: str, words: Text, chain: bool = False, drawn: bool = False) -> Parser:
        made: Parser = commands.add_parser(name, help=words.say(lang), description=words.say(lang))
        if chain:
            made.given.add_argument("chain", metavar="CHAIN", help=h.CHAIN.say(lang))
        made.options.add_argument("--lang", choices=("es", "en"), help=h.LANG.say(lang))
        made.options.add_argument("--json", action="store_true", help=h.JSON.say(lang))
        made.options.add_argument("--strict", action="store_true", help=h.STRICT.say(lang))
        if drawn:
            made.options.add_argument(
                "--samples",
                type=whole(1, MOST_SAMPLES, lang),
                default=20_000,
                metavar="N",
                help=h.SAMPLES.say(lang),
            )
            made.options.add_argument(
                "--seed",
                type=whole(0, MOST_SEED, lang),
                default=0,
                metavar="N",
                help=h.SEED.say(lang),
            )
        return made

    def add(made: Parser, *names: str, words: Text, **settings: Any) -> None:
        made.options.add_argument(*names, help=words.say(lang), **settings)

    command("check", h.CHECK, chain=True)
    command("show", h.SHOW, chain=True)
    domino = command("domino", h.DOMINO, chain=True, drawn=True)
    add(domino, "--delay", words=h.DELAY, action="append", default=[], metavar="ID=TIME")
    add(domino, "--set", words=h.SET, action="append", default=[], metavar="PATH=VALUE")
    add(domino, "--scenario", words=h.SCENARIO, action="append", default=[], metavar="ID")
    ranking = command("bottlenecks", h.BOTTLENECKS, chain=True, drawn=True)
    add(ranking, "--customer", words=h.CUSTOMER, metavar="ID")
    add(ranking, "--outcome", words=h.OUTCOME, choices=OUTCOMES, default="breach")
    render = command("render", h.RENDER, chain=True, drawn=True)
    add(render, "-o", "--output", words=h.PICTURE_FILE, metavar="FILE", default="bottlenecks.png")
    report = command("report", h.REPORT, chain=True, drawn=True)
    add(report, "-o", "--output", words=h.PAGE_FILE, metavar="FILE", default="report.html")
    add(report, "--picture", words=h.PICTURE, metavar="FILE")
    command("schema", h.SCHEMA)
    new = command("new", h.NEW)
    add(new, "--full", words=h.FULL, action="store_true")
    examples = command("examples", h.EXAMPLES)
    examples.given.add_argument("name", nargs="?", metavar="NAME", help=h.NAME.say(lang))
    return parser
