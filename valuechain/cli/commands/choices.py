"""`compare` and `plan`: chains side by side, and what to do with the money there is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from valuechain.cli.commands.asked import chain_asked, sampling, say_result
from valuechain.errors import Text, UsageError

if TYPE_CHECKING:
    from valuechain.chain import ValueChain

WITH_WHAT = Text(
    "say what to compare with: another chain, a --scenario or an --intervention of this one",
    "diga con qué comparar: otra cadena, un --scenario o un --intervention de esta",
)
NOT_NAMES = ("base", "others", "samples", "seed", "executor", "progress")  # of `compare` itself


def compare(options: argparse.Namespace) -> bool:
    """Tell what differs in other chains, and what customers get of it."""
    from valuechain.analyzers import compare as side_by_side
    from valuechain.report.terminal import comparison_text, worse_off

    chain = chain_asked(options)
    variants: dict[str, ValueChain] = {}
    for given in options.other:
        variants[_free(Path(given).stem, variants)] = chain_asked(options, given)
    for name in options.scenario:
        variants[_free(name, variants)] = chain.with_scenario(name)
    for name in options.intervention:
        variants[_free(name, variants)] = chain.with_intervention(name)
    if not variants:
        names = ", ".join((*chain.scenarios, *chain.interventions))
        more = f" ({names})" if names else ""
        raise UsageError(Text(WITH_WHAT.en + more, WITH_WHAT.es + more))
    result = side_by_side(chain, **{**sampling(options), **variants})
    say_result(result, comparison_text, chain, options)
    return worse_off(result)


def _free(name: str, taken: dict[str, ValueChain]) -> str:
    """Return a name, numbered if another chain bears it."""
    n, free = 1, name
    while free in taken or free in NOT_NAMES:
        n += 1
        free = f"{name} {n}"
    return free


def plan(options: argparse.Namespace) -> bool:
    """Tell which interventions bring customers most within a budget."""
    from valuechain.analyzers import choose_interventions
    from valuechain.report.terminal import interventions_text

    chain = chain_asked(options)
    result = choose_interventions(
        chain,
        options.budget,
        options.outcome,
        draws=options.draws,
        **sampling(options),
    )
    say_result(result, interventions_text, chain, options)
    return False
