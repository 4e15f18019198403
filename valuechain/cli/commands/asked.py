"""What commands share: the chain that is asked about, who speaks, and pairs from options."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from valuechain.cli.output import put, put_error, put_json
from valuechain.cli.progress import progress_bar
from valuechain.errors import Issue, Text, UsageError, did_you_mean, shown

if TYPE_CHECKING:
    from valuechain.chain import ValueChain
    from valuechain.report.voice import Voice
    from valuechain.results import Result

PAIR = Text(
    "{option} {given}: what, an equals sign and how much, such as {example}",
    "{option} {given}: qué, un igual y cuánto, como {example}",
)
TWICE = Text(
    "{option} names {name} twice; once is enough",
    "{option} nombra {name} dos veces; basta con una",
)


def load_asked(given: str) -> tuple[ValueChain, tuple[Issue, ...]]:
    """Return the chain of a file or an example, and the doubts about it."""
    from valuechain import chains
    from valuechain.schema.reader import load, read_file

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


def chain_asked(options: argparse.Namespace, given: str | None = None) -> ValueChain:
    """Return the chain that is asked about; doubts about it go to standard error."""
    chain, doubts = load_asked(options.chain if given is None else given)
    for doubt in doubts:
        put_error(doubt.text(options.lang))
    return chain


def voice_for(chain: ValueChain, options: argparse.Namespace) -> Voice:
    """Return who speaks about a chain."""
    from valuechain.report.voice import voice_of

    return voice_of(chain, options.lang)


def issue_data(issue: Issue, options: argparse.Namespace) -> dict[str, Any]:
    """Return a fault or doubt as data."""
    return {
        "severity": issue.severity,
        "file": issue.file,
        "line": issue.line,
        "column": issue.column,
        "path": issue.dotted,
        "text": issue.text(options.lang),
    }


def pairs_of(option: str, given: Sequence[str], example: str) -> dict[str, str]:
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


def sampling(options: argparse.Namespace) -> dict[str, Any]:
    """Return what verbs that sample are told: how much, from which seed, and where to say so."""
    return {"samples": options.samples, "seed": options.seed, "progress": progress_bar()}


def changed(chain: ValueChain, options: argparse.Namespace) -> ValueChain:
    """Return a chain with what `--scenario`, `--delay` and `--set` ask for on top."""
    hit = chain.with_scenario(*options.scenario)
    return hit.with_changes(values_of(options), delay=delays_of(options))


def delays_of(options: argparse.Namespace) -> dict[str, str]:
    """Return the times of `--delay`, by id."""
    return pairs_of("--delay", options.delay, "design=1w")


def values_of(options: argparse.Namespace) -> dict[str, str]:
    """Return the values of `--set`, by path."""
    return pairs_of("--set", options.set, "services.it>sales.quality=0.7")


def say_result(
    result: Result,
    text: Callable[[Any, Voice], str],
    chain: ValueChain,
    options: argparse.Namespace,
) -> None:
    """Print a result as JSON, else in words with its table below."""
    from valuechain.report import explain_result

    if options.json:
        put_json(result.to_dict())
        return
    put(explain_result(result, options.lang))
    voice = voice_for(chain, options)
    details = text(result, replace(voice, labels={**voice.labels, **result.labels}))
    if details:
        put()
        put(details)
