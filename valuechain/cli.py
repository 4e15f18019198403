"""The command line: arguments in, verbs called, words, pictures and pages out.

Exit status: 0 fine, 1 findings (only with ``--strict``), 2 bad input.
"""

from __future__ import annotations

import argparse
import json
import locale
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from valuechain.errors import Issue, Lang, Text, UsageError, ValueChainError

FINE, FINDINGS, BAD_INPUT = 0, 1, 2
FINE_WORDS = Text(
    "{name}: {departments} departments, {customers} customers, {services} services, {measured} of "
    "them with a time.",
    "{name}: {departments} departamentos, {customers} clientes, {services} servicios, {measured} "
    "de ellos con tiempo.",
)
ORPHAN = Text("{name} neither gives nor receives anything", "{name} ni da ni recibe nada")
NO_SIGHT = Text(
    "the work of {name} reaches no customer", "el trabajo de {name} no llega a ningún cliente"
)
WRITTEN = Text("written: {path}", "escrito: {path}")
NO_SHOCK = Text(
    "say what happens: --delay design=1w, --scenario NAME or --set PATH=VALUE",
    "diga qué pasa: --delay design=1w, --scenario NOMBRE o --set RUTA=VALOR",
)
PAIR = Text(
    "{given}: a name, =, a value, such as design=1w",
    "{given}: un nombre, =, un valor, como design=1w",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; absent: those of the process.
    """
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a code page without a letter shows it escaped
            reconfigure(errors="backslashreplace")
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        with warnings.catch_warnings(record=True) as doubts:
            warnings.simplefilter("always")
            status = int(options.run(options))
        for doubt in doubts:
            if issubclass(doubt.category, UserWarning):
                print(doubt.message, file=sys.stderr)
        return status
    except ValueChainError as error:
        print(error.text(options.lang), file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:  # the reader had enough; leave no trace behind
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except OSError as error:
        print(f"{error.filename or ''}: {error.strerror or error}".lstrip(": "), file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--lang",
        choices=("es", "en"),
        default=_language(),
        help="language of words (default: that of the locale, if it is Spanish, else en)",
    )
    shared.add_argument("--json", action="store_true", help="print data instead of words")
    shared.add_argument(
        "--strict", action="store_true", help="exit with 1 where there are findings"
    )
    chain = argparse.ArgumentParser(add_help=False)
    chain.add_argument("chain", help="a YAML file, or the name of an example")
    drawn = argparse.ArgumentParser(add_help=False)
    drawn.add_argument("--samples", type=_whole(1), default=20_000, help="sampled jobs")
    drawn.add_argument("--seed", type=_whole(0), default=0, help="of the draws")

    parser = argparse.ArgumentParser(
        prog="valuechain",
        description="See, measure and mend how work inside an organisation reaches its customers.",
    )
    parser.set_defaults(lang=_language())
    verbs = parser.add_subparsers(metavar="VERB", required=True)

    def verb(
        name: str, run: Callable[[Any], int], help_: str, *parents: argparse.ArgumentParser
    ) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=help_, description=help_, parents=[*parents, shared])
        made.set_defaults(run=run)
        return made

    verb("check", _check, "say what is wrong or doubtful in a chain", chain)
    verb("show", _show, "print who serves whom, and what is promised", chain)
    domino = verb("domino", _domino, "follow a delay to the customers", chain, drawn)
    domino.add_argument("--delay", action="append", default=[], metavar="ID=TIME")
    domino.add_argument("--set", action="append", default=[], metavar="PATH=VALUE")
    domino.add_argument("--scenario", action="append", default=[], metavar="NAME")
    ranking = verb("bottlenecks", _bottlenecks, "which department to fix first", chain, drawn)
    ranking.add_argument("--customer", help="count this customer only")
    ranking.add_argument("--outcome", default="mean_late_hours", help="what is to fall")
    render = verb("render", _render, "draw the map of bottlenecks", chain, drawn)
    render.add_argument("-o", "--output", default="bottlenecks.png", help="png, svg or pdf")
    report = verb("report", _report, "write the page for a board", chain, drawn)
    report.add_argument("-o", "--output", default="report.html", help="the page")
    report.add_argument("--picture", help="the map of bottlenecks as a file of its own, too")
    verb("schema", _schema, "print the JSON Schema, for editors")
    new = verb("new", _new, "print a chain to start from")
    new.add_argument("--full", action="store_true", help="with everything usually needed")
    examples = verb("examples", _examples, "list the examples, or print one")
    examples.add_argument("name", nargs="?")
    return parser


def _language() -> Lang:
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    name = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    return "es" if name.lower().startswith(("es", "spanish")) else "en"


def _whole(least: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text)
        if number < least:
            raise ValueError
        return number

    parse.__name__ = f"whole number from {least}"
    return parse


def _load(options: argparse.Namespace) -> tuple[Any, tuple[Issue, ...]]:
    """Return the chain of a file or an example, and the doubts about it."""
    from valuechain.chains import example_text, examples
    from valuechain.schema.reader import load, read_file

    given = options.chain
    if not Path(given).exists() and given in examples():
        return load(example_text(given), f"{given}.yaml")
    return load(read_file(given), given)


def _quiet(options: argparse.Namespace) -> Any:
    chain, doubts = _load(options)
    for doubt in doubts:
        print(doubt.text(options.lang), file=sys.stderr)
    return chain


def _print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))


def _strict(options: argparse.Namespace, findings: bool) -> int:
    return FINDINGS if options.strict and findings else FINE


def _check(options: argparse.Namespace) -> int:
    from valuechain.analyzers import analyze_structure

    chain, doubts = _load(options)
    structure = analyze_structure(chain)
    measured = structure.provenance.measured
    findings = [doubt.text(options.lang) for doubt in doubts]
    for words, ids in ((ORPHAN, structure.orphans), (NO_SIGHT, structure.without_line_of_sight)):
        findings += [words.say(options.lang).format(name=chain.label(any_id)) for any_id in ids]
    counts = {
        "departments": len(chain.departments),
        "customers": len(chain.customers),
        "services": len(chain.services),
        "measured": measured,
    }
    if options.json:
        _print_json({"name": chain.name, **counts, "findings": findings})
    else:
        print(FINE_WORDS.say(options.lang).format(name=chain.name or options.chain, **counts))
        for finding in findings:
            print(f"- {finding}")
    return _strict(options, bool(findings))


def _show(options: argparse.Namespace) -> int:
    from valuechain.report.terminal import chain_text
    from valuechain.report.voice import voice_of

    chain = _quiet(options)
    if options.json:
        from valuechain.analyzers import analyze_structure

        _print_json(analyze_structure(chain).to_dict())
    else:
        print(chain_text(chain, voice_of(chain, options.lang)))
    return FINE


def _pairs(given: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not (name and sign and value):
            raise UsageError(Text(PAIR.en.format(given=text), PAIR.es.format(given=text)))
        pairs[name] = value
    return pairs


def _domino(options: argparse.Namespace) -> int:
    from valuechain.analyzers import predict_outcomes, propagate_delay
    from valuechain.report.terminal import domino_text
    from valuechain.report.voice import voice_of

    chain = _quiet(options)
    if not (options.delay or options.set or options.scenario):
        raise UsageError(NO_SHOCK)
    hit = chain.with_scenario(*options.scenario)
    hit = hit.with_changes(_pairs(options.set), delay=_pairs(options.delay))
    draws = {"samples": options.samples, "seed": options.seed}
    before, after = (
        (propagate_delay(one, **draws), predict_outcomes(one, **draws)) for one in (chain, hit)
    )
    if options.json:
        _print_json(
            {
                name: {"delay": delay.to_dict(), "outcomes": outcomes.to_dict()}
                for name, (delay, outcomes) in (("before", before), ("after", after))
            }
        )
    else:
        print(domino_text(before, after, voice_of(chain, options.lang)))
    return FINE


def _bottlenecks(options: argparse.Namespace) -> int:
    from valuechain.analyzers import rank_bottlenecks
    from valuechain.report.terminal import ranking_text
    from valuechain.report.voice import voice_of

    chain = _quiet(options)
    ranking = rank_bottlenecks(
        chain,
        options.outcome,
        customer=options.customer,
        samples=options.samples,
        seed=options.seed,
    )
    if options.json:
        _print_json(ranking.to_dict())
    else:
        print(ranking_text(ranking, voice_of(chain, options.lang)))
        print()
        print(ranking.explain(options.lang))
    return _strict(options, "bottleneck" in ranking.table()["verdict"])


def _render(options: argparse.Namespace) -> int:
    from valuechain.report.story import find
    from valuechain.report.voice import voice_of

    chain = _quiet(options)
    findings = find(chain, samples=options.samples, seed=options.seed)
    _draw(findings, voice_of(chain, options.lang), options.output)
    _say_written(options, [options.output])
    return FINE


def _draw(findings: Any, voice: Any, path: str) -> None:
    from valuechain.plot import draw_bottleneck_map, save
    from valuechain.report.picture import bottleneck_map

    if findings.ranking is None:
        raise UsageError(
            Text(
                "no customer is promised a time, so there is no map of what is late",
                "a ningún cliente se le promete un plazo: no hay mapa de lo que llega tarde",
            )
        )
    data = bottleneck_map(findings.ranking, findings.story.delay, voice)
    save(draw_bottleneck_map(data).figure, path)


def _report(options: argparse.Namespace) -> int:
    from valuechain.plot import check_folder, write_whole
    from valuechain.report.headline import headline
    from valuechain.report.page import html_page
    from valuechain.report.paragraph import paragraph
    from valuechain.report.story import find
    from valuechain.report.voice import voice_of

    chain = _quiet(options)
    path = Path(options.output)
    check_folder(path)
    voice = voice_of(chain, options.lang)
    findings = find(chain, samples=options.samples, seed=options.seed)
    write_whole(path, html_page(findings, voice).encode())
    if options.picture:
        _draw(findings, voice, options.picture)
    if options.json:
        data = {"outcomes": findings.outcomes.to_dict()}
        if findings.ranking is not None:
            data["bottlenecks"] = findings.ranking.to_dict()
        _print_json(data)
        return FINE
    print(headline(findings, voice))
    print()
    print(paragraph(findings.story, voice))
    _say_written(options, [options.output, *([options.picture] if options.picture else [])])
    return FINE


def _say_written(options: argparse.Namespace, paths: Sequence[str]) -> None:
    if not options.json:
        print()
    for path in paths:
        print(WRITTEN.say(options.lang).format(path=path))


def _schema(options: argparse.Namespace) -> int:
    from valuechain.schema import json_schema

    _print_json(json_schema())
    return FINE


def _new(options: argparse.Namespace) -> int:
    from valuechain.chains import template

    text = template(options.full, options.lang)
    if options.json:
        _print_json({"yaml": text})
    else:
        print(text, end="")
    return FINE


def _examples(options: argparse.Namespace) -> int:
    from valuechain.chains import example, example_text, examples

    if options.name:
        print(example_text(options.name), end="")
        return FINE
    names = {name: example(name).name for name in examples()}
    if options.json:
        _print_json(names)
    else:
        for name, words in names.items():
            print(f"{name:16}{words}")
    return FINE
