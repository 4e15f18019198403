"""`domino`, `outcomes` and `simulate`: what changes do to the customers, at once and over time."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from valuechain.cli.commands.asked import (
    chain_asked,
    changed,
    delays_of,
    sampling,
    say_result,
    values_of,
    voice_for,
)
from valuechain.cli.output import put, put_json
from valuechain.errors import Text, UsageError

NO_SHOCK = Text(
    "say what happens: --delay design=1w, --set PATH=VALUE, or a --scenario of the chain",
    "diga qué pasa: --delay design=1w, --set RUTA=VALOR, o un --scenario de la cadena",
)
SCENARIOS_ARE = Text(" ({names})", " ({names})")
ONE_BLOW = Text(
    "--lasting goes with one --scenario, or with --delay and --set",
    "--lasting va con un solo --scenario, o con --delay y --set",
)


def domino(options: argparse.Namespace) -> bool:
    """Tell what a shock does, wave by wave."""
    from valuechain.analyzers.differences.domino import domino_between
    from valuechain.report.terminal import domino_text

    chain = chain_asked(options)
    if not (options.delay or options.set or options.scenario):
        names = ", ".join(chain.scenarios)
        more = SCENARIOS_ARE.en.format(names=names) if names else ""
        raise UsageError(Text(NO_SHOCK.en + more, NO_SHOCK.es + more))
    hit = changed(chain, options)
    result = domino_between(chain, hit, **sampling(options))
    say_result(result, domino_text, chain, options)
    return False


def outcomes(options: argparse.Namespace) -> bool:
    """Tell what reaches the customers in the figures of a board; ranges last, they take long."""
    from valuechain.analyzers import predict_outcomes
    from valuechain.report.terminal import outcomes_text, ranges_text

    chain = changed(chain_asked(options), options)
    draws = options.draws
    result = predict_outcomes(chain, draws=max(draws, 1), **sampling(options))
    if options.json:
        put_json((result if draws else result.without_ranges()).to_dict())
        return bool(result.contradictions)
    say_result(result, outcomes_text, chain, options)
    ranges = ranges_text(result, voice_for(chain, options)) if draws else ""
    if ranges:
        put()
        put(ranges)
    return bool(result.contradictions)


def simulate(options: argparse.Namespace) -> bool:
    """Tell period by period what a change does, and whether it heals."""
    from valuechain.analyzers import simulate as follow
    from valuechain.report.terminal import simulation_text

    chain = chain_asked(options)
    shocks: str | Mapping[str, str] | None = None
    if options.lasting is None:
        chain = changed(chain, options)
    else:
        shocks = _one_blow(options)
    result = follow(
        chain,
        options.periods,
        shocks,
        lasting=options.lasting,
        interventions=options.intervention,
        **sampling(options),
    )
    say_result(result, simulation_text, chain, options)
    return not result.stable or result.tipping_point


def _one_blow(options: argparse.Namespace) -> str | dict[str, str]:
    """Return a blow that passes: a scenario, or times and values."""
    own = delays_of(options) | values_of(options)
    if len(options.scenario) + bool(own) != 1:
        raise UsageError(ONE_BLOW)
    return own or str(options.scenario[0])
