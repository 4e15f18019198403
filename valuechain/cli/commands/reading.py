"""`check` and `show`: is a chain sound, and who serves whom."""

from __future__ import annotations

import argparse

from valuechain.cli.commands.asked import chain_asked, issue_data, load_asked, voice_for
from valuechain.cli.output import put, put_json
from valuechain.errors import SchemaError


def check(options: argparse.Namespace) -> bool:
    """Say what is wrong or doubtful in a chain, and how much of it is measured."""
    from valuechain.analyzers import analyze_structure
    from valuechain.report.terminal import check_text

    try:
        chain, doubts = load_asked(options.chain)
    except SchemaError as error:
        if options.json:
            put_json({"issues": [issue_data(issue, options) for issue in error.issues]})
        raise
    structure = analyze_structure(chain)
    if options.json:
        issues = [issue_data(doubt, options) for doubt in doubts]
        put_json({"issues": issues, "structure": structure.to_dict()})
    else:
        put(check_text(chain, structure, doubts, voice_for(chain, options)))
    return bool(doubts or structure.orphans or structure.without_line_of_sight)


def show(options: argparse.Namespace) -> bool:
    """Print the chain as readable text."""
    from valuechain.report.terminal import chain_text

    chain = chain_asked(options)
    if options.json:
        from valuechain.analyzers import analyze_structure

        put_json(analyze_structure(chain).to_dict())
    else:
        put(chain_text(chain, voice_for(chain, options)))
    return False
