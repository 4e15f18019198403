"""`render` and `report`: the map, and the page for the board."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuechain.cli.commands.asked import chain_asked, voice_for
from valuechain.cli.output import put, put_json
from valuechain.errors import Text, UsageError

if TYPE_CHECKING:
    from valuechain.report.story import Findings
    from valuechain.report.voice import Voice

WRITTEN = Text("Written: {files}", "Escrito: {files}")
NO_SHOCK = Text(
    "say what happens: --delay design=1w, --set PATH=VALUE, or a --scenario of the chain",
    "diga qué pasa: --delay design=1w, --set RUTA=VALOR, o un --scenario de la cadena",
)
NO_MAP = Text(
    "no customer is served, so there is no map to draw",
    "no se sirve a ningún cliente: no hay mapa que dibujar",
)
SAME_FILE = Text(
    "page and picture cannot be the same file: {file}",
    "la página y la imagen no pueden ser el mismo archivo: {file}",
)


def render(options: argparse.Namespace) -> bool:
    """Draw the whole map of bottlenecks."""
    from valuechain.plot import check_picture
    from valuechain.report.picture import bottleneck_map
    from valuechain.report.story import find

    chain = chain_asked(options)
    check_picture(options.output)
    findings = find(chain, samples=options.samples, seed=options.seed)
    if findings.ranking is None:
        raise UsageError(NO_MAP)
    voice = voice_for(chain, options)
    _save(bottleneck_map(findings.ranking, findings.story.delay, voice), options.output)
    if options.json:
        put_json(findings.ranking.to_dict())
    else:
        _say_written([options.output], options)
    return False


def report(options: argparse.Namespace) -> bool:
    """Tell who is served worst, why, and what to fix first; write page and picture."""
    from valuechain.plot import check_folder, check_picture, write_whole
    from valuechain.report.page import html_page
    from valuechain.report.picture import bottleneck_map, for_paper
    from valuechain.report.story import find

    chain = chain_asked(options)
    page = Path(options.output)
    check_folder(page)
    if options.picture is not None:
        check_picture(options.picture)
        if Path(options.picture).resolve() == page.resolve():
            raise UsageError(Text(SAME_FILE.en.format(file=page), SAME_FILE.es.format(file=page)))
    voice = voice_for(chain, options)
    findings = find(chain, samples=options.samples, seed=options.seed)
    if options.picture is not None and findings.ranking is None:
        raise UsageError(NO_MAP)
    write_whole(page, html_page(findings, voice).encode())
    written = [options.output]
    if options.picture is not None and findings.ranking is not None:
        delay = findings.story.delay
        _save(
            for_paper(bottleneck_map(findings.ranking, delay, voice), delay, voice), options.picture
        )
        written.append(options.picture)
    if options.json:
        put_json(_all_results(findings))
    else:
        _say(findings, voice)
        _say_written(written, options)
    return findings.story.is_late


def _save(data: Any, path: str) -> None:
    from valuechain.plot import draw_bottleneck_map, save

    save(draw_bottleneck_map(data).figure, path)


def _say(findings: Findings, voice: Voice) -> None:
    from valuechain.report.paragraph import paragraph
    from valuechain.report.words.bottlenecks import bottlenecks_words
    from valuechain.report.words.outcomes import money_words

    put(paragraph(findings.story, voice))
    money = " ".join(money_words(findings.outcomes, voice))
    if money:
        put()
        put(money)
    if findings.ranking is not None:
        put()
        put(" ".join(words for words in bottlenecks_words(findings.ranking, voice) if words))
    put()


def _say_written(files: Sequence[str], options: argparse.Namespace) -> None:
    put(WRITTEN.say(options.lang).format(files=", ".join(files)))


def _all_results(findings: Findings) -> dict[str, Any]:
    story = findings.story
    results = {
        "delay": story.delay,
        "outcomes": findings.outcomes.without_ranges(),
        "dissatisfaction": findings.dissatisfaction,
        "bottlenecks": findings.ranking,
        "bottlenecks_of_customer": story.ranking,
    }
    data: dict[str, Any] = {name: r.to_dict() for name, r in results.items() if r is not None}
    return {"customer": story.customer, **data}
