"""`bottlenecks`: where what customers get comes from."""

from __future__ import annotations

import argparse

from valuechain.cli.commands.asked import chain_asked, voice_for
from valuechain.cli.output import put, put_json


def bottlenecks(options: argparse.Namespace) -> bool:
    """Print the ranking, and in words which department to fix first."""
    from valuechain.analyzers import rank_bottlenecks
    from valuechain.report import explain_result
    from valuechain.report.terminal import ranking_text

    chain = chain_asked(options)
    ranking = rank_bottlenecks(
        chain,
        options.outcome,
        customer=options.customer,
        samples=options.samples,
        seed=options.seed,
    )
    if options.json:
        put_json(ranking.to_dict())
    else:
        put(explain_result(ranking, options.lang))
        put()
        put(ranking_text(ranking, voice_for(chain, options)))
    return "bottleneck" in ranking.table()["verdict"]
