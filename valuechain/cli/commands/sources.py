"""`bottlenecks`, `attribute` and `reach`: where what customers get comes from."""

from __future__ import annotations

import argparse

from valuechain.cli.commands.asked import chain_asked, sampling, say_result


def bottlenecks(options: argparse.Namespace) -> bool:
    """Print the ranking, and in words which department to fix first."""
    from valuechain.analyzers import rank_bottlenecks
    from valuechain.report.terminal import ranking_text

    chain = chain_asked(options)
    ranking = rank_bottlenecks(
        chain,
        options.outcome,
        customer=options.customer,
        **sampling(options),
    )
    say_result(ranking, ranking_text, chain, options)
    return "bottleneck" in ranking.table()["verdict"]


def attribute(options: argparse.Namespace) -> bool:
    """Tell whose doing an outcome of a customer is; with another chain, why it changed since."""
    from valuechain.analyzers import attribute as share_out
    from valuechain.analyzers import attribute_change
    from valuechain.report.terminal import attribution_text, change_text

    chain = chain_asked(options)
    question = options.customer, options.outcome, options.by
    drawn = sampling(options)
    if options.since is None:
        say_result(share_out(chain, *question, **drawn), attribution_text, chain, options)
    else:
        before = chain_asked(options, options.since)
        change = attribute_change(before, chain, *question, **drawn)
        say_result(change, change_text, chain, options)
    return False


def reach(options: argparse.Namespace) -> bool:
    """Tell how likely a problem at one place gets to each of the others."""
    from valuechain.analyzers import reach as follow
    from valuechain.report.terminal import reach_text

    chain = chain_asked(options)
    result = follow(chain, options.source, options.of, **sampling(options))
    say_result(result, reach_text, chain, options)
    return False
