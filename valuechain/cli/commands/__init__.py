"""The commands: each calls verbs, says what they found, and tells whether there are findings."""

from valuechain.cli.commands.blows import domino, outcomes, simulate
from valuechain.cli.commands.capacity import limit, promises, staff, tipping, workload
from valuechain.cli.commands.choices import compare, plan
from valuechain.cli.commands.files import examples, new, schema
from valuechain.cli.commands.pages import render, report
from valuechain.cli.commands.reading import check, show
from valuechain.cli.commands.sources import attribute, bottlenecks, reach

__all__ = [
    "attribute",
    "bottlenecks",
    "check",
    "compare",
    "domino",
    "examples",
    "limit",
    "new",
    "outcomes",
    "plan",
    "promises",
    "reach",
    "render",
    "report",
    "schema",
    "show",
    "simulate",
    "staff",
    "tipping",
    "workload",
]
