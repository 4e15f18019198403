"""A question asked of many drawn chains: wherever it is computed, the answers are the same."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from valuechain.chain import ValueChain
from valuechain.draws import ranges_of
from valuechain.errors import (
    ConvergenceError,
    DeadlockError,
    SchemaError,
    Text,
    UnknownIdError,
    UsageError,
)
from valuechain.network.arrays import FloatArray
from valuechain.results import Result, Table

Verb = Callable[..., Result]
Progress = Callable[[int, int], None]
CHUNK = 4  # draws a worker gets at a time: the chain travels once for all of them


@dataclass(frozen=True)
class Question:
    """A verb with all its arguments, and the column of its result that is asked for.

    It can be pickled and sent to workers.
    """

    verb: str | Verb
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    level: str | None = None
    column: str | None = None

    def result(self, chain: ValueChain) -> Result:
        """Return the verb's whole result."""
        found: Result = verb_of(self.verb)(chain, *self.args, **self.kwargs)
        return found

    def table(self, result: Result) -> Table:
        """Return the table the column stands in."""
        return result.table(self.level)

    def answer(self, chain: ValueChain) -> dict[str, float]:
        """Return the column by id."""
        assert self.column is not None
        table = self.table(self.result(chain))
        return dict(zip(table.ids, table.column(self.column).astype(float).tolist(), strict=True))


@dataclass(frozen=True)
class Unanswered:
    """Why a draw has no answer: its loop deadlocks, say, or a change leaves its bounds."""

    why: Text


Answer = dict[str, float] | Unanswered


def verb_of(verb: str | Verb) -> Verb:
    """Return a verb by its name.

    Raises
    ------
    UnknownIdError, UsageError
        If there is no such verb.
    """
    if callable(verb):
        return verb
    from valuechain.analyzers import ANALYZERS

    if not isinstance(verb, str):
        raise UsageError(
            Text(
                f"verb {verb!r}: a name such as 'rank_bottlenecks', or a function",
                f"verb {verb!r}: un nombre como 'rank_bottlenecks', o una función",
            )
        )
    if verb not in ANALYZERS:
        raise UnknownIdError(Text("verb", "verbo"), verb, list(ANALYZERS))
    return ANALYZERS[verb]


def accepted(verb: Verb, **arguments: Any) -> dict[str, Any]:
    """Return those arguments that a verb takes: one that draws nothing has no `samples`."""
    known = inspect.signature(verb).parameters
    return {name: value for name, value in arguments.items() if name in known}


def ask_all(
    question: Question,
    chain: ValueChain,
    values: FloatArray,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Iterator[Answer]:
    """Yield the answer of each draw, in their order.

    Parameters
    ----------
    question : Question
    chain : ValueChain
    values : ndarray, shape (draws, inputs)
        What each uncertain input is in each draw.
    executor : Executor, optional
        Threads, processes, or a cluster.
    progress : callable, optional
        Called with draws done and draws in all.
    """
    chunks = [values[first : first + CHUNK] for first in range(0, len(values), CHUNK)]
    if executor is None:
        parts: Iterator[list[Answer]] = (_ask(question, chain, chunk) for chunk in chunks)
    else:
        parts = executor.map(_ask, [question] * len(chunks), [chain] * len(chunks), chunks)
    done = 0
    for part in parts:
        yield from part
        done += len(part)
        if progress is not None:
            progress(done, len(values))


def _ask(question: Question, chain: ValueChain, values: FloatArray) -> list[Answer]:
    """Return the answers of a few draws."""
    ranges = ranges_of(chain)
    answers: list[Answer] = []
    for row in values:
        try:
            answers.append(question.answer(ranges.chain(row)))
        except (DeadlockError, ConvergenceError, SchemaError) as error:
            answers.append(Unanswered(Text(error.text("en"), error.text("es"))))
    return answers


def in_rows(answers: Sequence[Answer], ids: Sequence[str]) -> tuple[FloatArray, list[Unanswered]]:
    """Return answers as an array `(draws, rows)`, NaN where there is none, and the reasons."""
    missing = [answer for answer in answers if isinstance(answer, Unanswered)]
    rows = [
        [answer.get(any_id, np.nan) for any_id in ids]
        if isinstance(answer, dict)
        else [np.nan] * len(ids)
        for answer in answers
    ]
    return np.array(rows, dtype=float).reshape(len(answers), len(ids)), missing
