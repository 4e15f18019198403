"""What can be asked on the command line."""

from __future__ import annotations

import argparse
import locale
import os
from collections.abc import Sequence
from typing import Any

from valuechain.cli import help_phrases as h
from valuechain.cli.parser import Parser, SpanishParser
from valuechain.cli.values import Once, amount, duration, growth, share, whole
from valuechain.errors import Lang, Text

LANGUAGES = ("es", "en")
RANKED = ("breach", "mean_late_hours", "mean_hours", "dissatisfied")
PASSED_ON = ("dissatisfaction", "delay")
SOURCES = ("department", "service", "kind")
SHARED_OUT = ("mean_late_hours", "mean_hours", "breach")
IMPROVED = (
    *("revenue_at_risk", "lost_sales", "money", "csat", "nps", "churn", "won_share", "breach"),
    "mean_hours",
)
MOST_SAMPLES, MOST_SEED, MOST_DRAWS, MOST_PERIODS = 10_000_000, 2**63 - 1, 100_000, 10_000


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
    parser.options.add_argument("--lang", choices=LANGUAGES, help=h.LANG.say(lang))
    commands = _Commands(parser, lang)
    for family in (_reading, _sources, _capacity, _changes, _choices, _pages, _files):
        family(commands)
    return parser


class _Commands:
    """Commands that are being added to a parser, with the options that several share."""

    def __init__(self, parser: Parser, lang: Lang) -> None:
        self.lang = lang
        self._made = parser.add_subparsers(
            title=h.COMMANDS.say(lang), metavar=h.COMMAND.say(lang), dest="command", required=True
        )

    def add(
        self,
        name: str,
        words: Text,
        chain: bool = True,
        drawn: bool = True,
        strict: Text = h.STRICT,
        samples: Text = h.SAMPLES,
    ) -> _Command:
        """Add a command; with a chain to ask about, and with draws; what is strict about it."""
        said = words.say(self.lang)
        made = _Command(self._made.add_parser(name, help=said, description=said), self.lang)
        if chain:
            made.given("chain", h.CHAIN, metavar="CHAIN")
        made.option("--lang", h.LANG, choices=LANGUAGES)
        made.option("--json", h.JSON, action="store_true")
        made.option("--strict", strict, action="store_true")
        if drawn:
            made.whole("--samples", samples, 1, MOST_SAMPLES, default=20_000)
            made.whole("--seed", h.SEED, 0, MOST_SEED, default=0)
        return made


class _Command:
    """One command: its options in the language of the words."""

    def __init__(self, parser: Parser, lang: Lang) -> None:
        self._parser, self.lang = parser, lang

    def given(self, name: str, words: Text, **settings: Any) -> None:
        self._parser.given.add_argument(name, help=words.say(self.lang), **settings)

    def option(self, name: str, words: Text, short: str = "", **settings: Any) -> None:
        names = [short, name] if short else [name]
        said = words.say(self.lang).replace("%", "%%")  # which argparse would fill in
        self._parser.options.add_argument(*names, help=said, **settings)

    def whole(self, name: str, words: Text, least: int, most: int, **settings: Any) -> None:
        """Add an option that takes a whole number."""
        self.option(name, words, type=whole(least, most, self.lang), metavar="N", **settings)

    def several(self, name: str, words: Text, metavar: str) -> None:
        """Add an option that may be repeated."""
        self.option(name, words, action="append", default=[], metavar=metavar)

    def changes(self) -> None:
        """Add what may happen to a chain."""
        self.several("--delay", h.DELAY, "ID=TIME")
        self.several("--set", h.SET, "PATH=VALUE")
        self.several("--scenario", h.SCENARIO, "ID")

    def draws(self, usual: int) -> None:
        """Add how many draws ranges take."""
        words = Text(h.DRAWS.en.format(n=usual), h.DRAWS.es.format(n=usual))
        self.whole("--draws", words, 0, MOST_DRAWS, default=usual)


def _reading(commands: _Commands) -> None:
    commands.add("check", h.CHECK, drawn=False)
    commands.add("show", h.SHOW, drawn=False)


def _sources(commands: _Commands) -> None:
    bottlenecks = commands.add("bottlenecks", h.BOTTLENECKS)
    bottlenecks.option("--customer", h.CUSTOMER, metavar="ID")
    bottlenecks.option("--outcome", h.OUTCOME, choices=RANKED, default="breach")
    attribute = commands.add("attribute", h.ATTRIBUTE)
    attribute.option("--customer", h.WHOSE, metavar="ID", required=True)
    attribute.option("--outcome", h.PART_OF, choices=SHARED_OUT, default="mean_late_hours")
    attribute.option("--by", h.BY, choices=SOURCES, default="department")
    attribute.option("--since", h.SINCE, metavar="CHAIN")
    reach = commands.add("reach", h.REACH)
    reach.option("--source", h.SOURCE, metavar="ID", required=True)
    reach.option("--of", h.OF, choices=PASSED_ON, default="dissatisfaction")


def _capacity(commands: _Commands) -> None:
    commands.add("promises", h.PROMISES)
    commands.add("workload", h.WORKLOAD, drawn=False)
    staff = commands.add("staff", h.STAFF, strict=h.STAFF_STRICT, samples=h.STAFF_SAMPLES)
    staff.option("--department", h.WHERE, action=Once, metavar="ID", required=True)
    for name, words, read, metavar in (
        ("--wait", h.MOST_WAIT, duration, "TIME"),
        ("--breach", h.MOST_BREACH, share, "SHARE"),
        ("--utilization", h.MOST_BUSY, share, "SHARE"),
    ):
        staff.option(name, words, action=Once, type=read(commands.lang), metavar=metavar)
    commands.add("limit", h.LIMIT, drawn=False, strict=h.LIMIT_STRICT)
    tipping = commands.add("tipping", h.TIPPING, strict=h.TIPPING_STRICT, samples=h.TIPPING_SAMPLES)
    tipping.option("--most", h.MOST, type=growth(commands.lang), metavar="FACTOR", default=2.0)


def _changes(commands: _Commands) -> None:
    commands.add("domino", h.DOMINO).changes()
    outcomes = commands.add("outcomes", h.OUTCOMES)
    outcomes.changes()
    outcomes.draws(usual=100)
    simulate = commands.add("simulate", h.SIMULATE)
    simulate.changes()
    simulate.several("--intervention", h.INTERVENTION, "ID")
    simulate.whole("--periods", h.PERIODS, 1, MOST_PERIODS, default=12)
    simulate.whole("--lasting", h.LASTING, 1, MOST_PERIODS)


def _choices(commands: _Commands) -> None:
    compare = commands.add("compare", h.COMPARE)
    compare.given("other", h.OTHER, nargs="*", metavar="CHAIN")
    compare.several("--scenario", h.SCENARIO, "ID")
    compare.several("--intervention", h.INTERVENTION, "ID")
    plan = commands.add("plan", h.PLAN)
    plan.option("--budget", h.BUDGET, type=amount(commands.lang), metavar="N", required=True)
    plan.option("--outcome", h.IMPROVE, choices=IMPROVED, default="revenue_at_risk")
    plan.draws(usual=0)


def _pages(commands: _Commands) -> None:
    render = commands.add("render", h.RENDER)
    render.option("--output", h.PICTURE_FILE, "-o", metavar="FILE", default="bottlenecks.png")
    report = commands.add("report", h.REPORT)
    report.option("--output", h.PAGE_FILE, "-o", metavar="FILE", default="report.html")
    report.option("--picture", h.PICTURE, metavar="FILE")


def _files(commands: _Commands) -> None:
    commands.add("schema", h.SCHEMA, chain=False, drawn=False)
    new = commands.add("new", h.NEW, chain=False, drawn=False)
    new.option("--full", h.FULL, action="store_true")
    examples = commands.add("examples", h.EXAMPLES, chain=False, drawn=False)
    examples.given("name", h.NAME, nargs="?", metavar="NAME")
