"""The commands: each calls verbs, says what they found, and tells whether there are findings."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuechain.cli.output import put, put_error, put_json
from valuechain.errors import Issue, SchemaError, Text, UsageError, did_you_mean, shown

if TYPE_CHECKING:
    from valuechain.chain import ValueChain
    from valuechain.report.story import Findings
    from valuechain.report.voice import Voice

WRITTEN = Text("Written: {files}", "Escrito: {files}")
NO_SHOCK = Text(
    "say what happens: --delay design=1w, --set PATH=VALUE, or a --scenario of the chain",
    "diga qué pasa: --delay design=1w, --set RUTA=VALOR, o un --scenario de la cadena",
)
SCENARIOS_ARE = Text(" ({names})", " ({names})")
PAIR = Text(
    "--delay {given}: an id, an equals sign and a time, such as design=1w",
    "--delay {given}: un id, un igual y un tiempo, como design=1w",
)
TWICE = Text(
    "--delay names {name} twice; add the times up",
    "--delay nombra {name} dos veces; sume los tiempos",
)
NO_MAP = Text(
    "no customer is served, so there is no map to draw",
    "no se sirve a ningún cliente: no hay mapa que dibujar",
)
SAME_FILE = Text(
    "page and picture cannot be the same file: {file}",
    "la página y la imagen no pueden ser el mismo archivo: {file}",
)


def check(options: argparse.Namespace) -> bool:
    """Say what is wrong or doubtful in a chain, and how much of it is measured."""
    from valuechain.analyzers import analyze_structure
    from valuechain.report.terminal import check_text

    try:
        chain, doubts = _load(options)
    except SchemaError as error:
        if options.json:
            put_json({"issues": [_issue(issue, options) for issue in error.issues]})
        raise
    structure = analyze_structure(chain)
    if options.json:
        put_json({"issues": [_issue(i, options) for i in doubts], "structure": structure.to_dict()})
    else:
        put(check_text(chain, structure, doubts, _voice(chain, options)))
    return bool(doubts or structure.orphans or structure.without_line_of_sight)


def show(options: argparse.Namespace) -> bool:
    """Print the chain as readable text."""
    from valuechain.report.terminal import chain_text

    chain = _chain(options)
    if options.json:
        from valuechain.analyzers import analyze_structure

        put_json(analyze_structure(chain).to_dict())
    else:
        put(chain_text(chain, _voice(chain, options)))
    return False


def domino(options: argparse.Namespace) -> bool:
    """Tell what a shock does, wave by wave."""
    from valuechain.analyzers.domino import domino_between
    from valuechain.report import explain_result
    from valuechain.report.terminal import domino_text

    chain = _chain(options)
    delays = _pairs("--delay", options.delay, "design=1w")
    values = _pairs("--set", options.set, "services.it>sales.quality=0.7")
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
    details = domino_text(result, _voice(chain, options))
    if details:
        put()
        put(details)
    return False


def bottlenecks(options: argparse.Namespace) -> bool:
    """Print the ranking, and in words which department to fix first."""
    from valuechain.analyzers import rank_bottlenecks
    from valuechain.report import explain_result
    from valuechain.report.terminal import ranking_text

    chain = _chain(options)
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
        put(ranking_text(ranking, _voice(chain, options)))
    return "bottleneck" in ranking.table()["verdict"]


def render(options: argparse.Namespace) -> bool:
    """Draw the whole map of bottlenecks."""
    from valuechain.plot import check_picture
    from valuechain.report.picture import bottleneck_map
    from valuechain.report.story import find

    chain = _chain(options)
    check_picture(options.output)
    findings = find(chain, samples=options.samples, seed=options.seed)
    if findings.ranking is None:
        raise UsageError(NO_MAP)
    voice = _voice(chain, options)
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

    chain = _chain(options)
    page = Path(options.output)
    check_folder(page)
    if options.picture is not None:
        check_picture(options.picture)
        if Path(options.picture).resolve() == page.resolve():
            raise UsageError(Text(SAME_FILE.en.format(file=page), SAME_FILE.es.format(file=page)))
    voice = _voice(chain, options)
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


def schema(options: argparse.Namespace) -> bool:
    """Print the JSON Schema."""
    from valuechain.schema import json_schema

    put_json(json_schema())
    return False


def new(options: argparse.Namespace) -> bool:
    """Print a chain to start from."""
    from valuechain.chains import template

    text = template(options.full, options.lang)
    if options.json:
        put_json({"yaml": text})
    else:
        put(text.rstrip("\n"))
    return False


def examples(options: argparse.Namespace) -> bool:
    """List the chains that come along, or print one."""
    from valuechain import chains

    if options.name is not None:
        text = chains.example_text(options.name)
        if options.json:
            put_json({"yaml": text})
        else:
            put(text.rstrip("\n"))
        return False
    names = {name: chains.example(name).name or name for name in chains.examples()}
    if options.json:
        put_json(names)
    else:
        from valuechain.report.terminal import table

        put(table([], list(names.items())))
    return False


# --- what commands share --------------------------------------------------------------------------


def _load(options: argparse.Namespace) -> tuple[ValueChain, tuple[Issue, ...]]:
    """Return the chain of a file or an example, and the doubts about it."""
    from valuechain import chains
    from valuechain.schema.reader import load, read_file

    given = str(options.chain)
    known = chains.examples()
    if given in known and not Path(given).is_file():
        return load(chains.example_text(given), f"{given}.yaml")
    looks_like_name = not any(sign in given for sign in "./\\") and not Path(given).exists()
    if looks_like_name:
        near = did_you_mean(given, known) or Text("", "")
        hint = Text(f" ({near.en})" if near.en else "", f" ({near.es})" if near.es else "")
        raise UsageError(
            Text(
                f"{shown(given)}: no such file, and no such example; examples: "
                f"{', '.join(known)}{hint.en}",
                f"{shown(given)}: no existe ese archivo ni ese ejemplo; ejemplos: "
                f"{', '.join(known)}{hint.es}",
            )
        )
    return load(read_file(given), given)


def _chain(options: argparse.Namespace) -> ValueChain:
    """Return the chain that is asked about; doubts about it go to standard error."""
    chain, doubts = _load(options)
    for doubt in doubts:
        put_error(doubt.text(options.lang))
    return chain


def _voice(chain: ValueChain, options: argparse.Namespace) -> Voice:
    from valuechain.report.voice import voice_of

    return voice_of(chain, options.lang)


def _issue(issue: Issue, options: argparse.Namespace) -> dict[str, Any]:
    return {
        "severity": issue.severity,
        "file": issue.file,
        "line": issue.line,
        "column": issue.column,
        "path": issue.dotted,
        "text": issue.text(options.lang),
    }


def _pairs(option: str, given: Sequence[str], example: str) -> dict[str, str]:
    """Return the names and values of a repeated option; a path may hold a ``>``, never a ``=``."""
    pairs: dict[str, str] = {}
    for text in given:
        name, _, value = (part.strip() for part in text.partition("="))
        words = {"option": option, "given": shown(text), "example": example, "name": shown(name)}
        if not (name and value):
            raise UsageError(Text(PAIR.en.format(**words), PAIR.es.format(**words)))
        if name in pairs:
            raise UsageError(Text(TWICE.en.format(**words), TWICE.es.format(**words)))
        pairs[name] = value
    return pairs


def _save(data: Any, path: str) -> None:
    from valuechain.plot import draw_bottleneck_map, save

    save(draw_bottleneck_map(data).figure, path)


def _say(findings: Findings, voice: Voice) -> None:
    from valuechain.report.paragraph import paragraph
    from valuechain.report.words.bottlenecks import bottlenecks_words

    put(paragraph(findings.story, voice))
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
        "outcomes": findings.outcomes,
        "bottlenecks": findings.ranking,
        "bottlenecks_of_customer": story.ranking,
    }
    data: dict[str, Any] = {name: r.to_dict() for name, r in results.items() if r is not None}
    return {"customer": story.customer, **data}
