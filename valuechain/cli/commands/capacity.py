"""`promises` and `workload`: can it be done at all, and with the people there are."""

from __future__ import annotations

import argparse

from valuechain.cli.commands.asked import chain_asked, say_result


def promises(options: argparse.Namespace) -> bool:
    """Tell which promises can be kept where all keep to their word."""
    from valuechain.analyzers import check_promises
    from valuechain.report.terminal import promises_text

    chain = chain_asked(options)
    result = check_promises(chain, samples=options.samples, seed=options.seed)
    say_result(result, promises_text, chain, options)
    return "impossible" in result.table()["verdict"]


def workload(options: argparse.Namespace) -> bool:
    """Tell how busy each department is, and how long work waits for it."""
    from valuechain.analyzers import compute_workload
    from valuechain.report.terminal import workload_text

    chain = chain_asked(options)
    result = compute_workload(chain)
    say_result(result, workload_text, chain, options)
    return bool(result.overloaded or result.disagreements)
