"""The commands: each calls verbs, says what they found, and tells whether there are findings."""

from valuechain.cli.commands.blows import domino
from valuechain.cli.commands.files import examples, new, schema
from valuechain.cli.commands.pages import render, report
from valuechain.cli.commands.reading import check, show
from valuechain.cli.commands.sources import bottlenecks

__all__ = [
    "bottlenecks",
    "check",
    "domino",
    "examples",
    "new",
    "render",
    "report",
    "schema",
    "show",
]
