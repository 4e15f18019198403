"""`domino`: what a blow does to the customers."""

from __future__ import annotations

import argparse

from valuechain.cli.commands.asked import chain_asked, pairs_of, voice_for
from valuechain.cli.output import put, put_json
from valuechain.errors import Text, UsageError

NO_SHOCK = Text(
    "say what happens: --delay design=1w, --set PATH=VALUE, or a --scenario of the chain",
    "diga qué pasa: --delay design=1w, --set RUTA=VALOR, o un --scenario de la cadena",
)
SCENARIOS_ARE = Text(" ({names})", " ({names})")
PAIR = Text(
    "--delay {given}: an id, an equals sign and a time, such as design=1w",
    "--delay {given}: un id, un igual y un tiempo, como design=1w",
)


def domino(options: argparse.Namespace) -> bool:
    """Tell what a shock does, wave by wave."""
    from valuechain.analyzers.domino import domino_between
    from valuechain.report import explain_result
    from valuechain.report.terminal import domino_text

    chain = chain_asked(options)
    delays = pairs_of("--delay", options.delay, "design=1w")
    values = pairs_of("--set", options.set, "services.it>sales.quality=0.7")
    if not delays and not values and not options.scenario:
        names = ", ".join(chain.scenarios)
        more = SCENARIOS_ARE.en.format(names=names) if names else ""
        raise UsageError(Text(NO_SHOCK.en + more, NO_SHOCK.es + more))
    hit = chain.with_scenario(*options.scenario).with_changes(values, delay=delays)
    result = domino_between(chain, hit, samples=options.samples, seed=options.seed)
    if options.json:
        put_json(result.to_dict())
        return False
    put(explain_result(result, options.lang))
    details = domino_text(result, voice_for(chain, options))
    if details:
        put()
        put(details)
    return False
