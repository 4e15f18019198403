"""`assess_robustness`: how far an answer holds over all that is not known exactly."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

import numpy as np

from valuechain.analyzers.delay import Progress, check_draws
from valuechain.analyzers.robustness.moving_inputs import inputs_that_move
from valuechain.analyzers.robustness.repeated import (
    Question,
    Unanswered,
    Verb,
    accepted,
    ask_all,
    in_rows,
    verb_of,
)
from valuechain.chain import ValueChain
from valuechain.draws import ranges_of
from valuechain.draws.designs import random_design, sobol_design
from valuechain.errors import Text, UnknownIdError, UsageError
from valuechain.evaluation.provenance import provenance_of
from valuechain.network.arrays import BoolArray, FloatArray
from valuechain.results import Column, Result, Table, Values
from valuechain.today import situation_of

Sensitivity = Literal["rank", "sobol"]
FirstIs = Literal["largest", "smallest"]
METHODS: dict[str, Text] = {
    "rank": Text("rank correlation", "correlación de rangos"),
    "sobol": Text("Sobol's indices", "índices de Sobol"),
}


@dataclass(frozen=True, eq=False)
class RobustnessResult(Result):
    """An answer over the declared ranges, and the inputs that move it most.

    Attributes
    ----------
    verb : str
        Which question was repeated.
    column : str
        Which of its answers, in `unit`.
    unit : str
    level : str
        What a row is.
    draws : int
        How often it was asked.
    unanswered : int
        Draws without an answer, which count nowhere.
    why : Text or None
        Why the first of them has none.
    method : str
        How the inputs were judged: ``"rank"`` or ``"sobol"``.
    row : str or None
        Whose answer the inputs are judged by: who is first with everything at its base.
    first : str
        Whether the largest or the smallest answer is first.
    noise : float
        Of the inputs' first column: what lies below this may be luck (three standard errors).
    currency : str or None
        Of answers in money.
    """

    title: ClassVar[Text] = Text("Robustness", "Solidez")
    verb: str = ""
    column: str = ""
    unit: str = ""
    level: str = ""
    draws: int = 0
    unanswered: int = 0
    why: Text | None = None
    method: str = "rank"
    row: str | None = None
    first: str = "largest"
    noise: float = 0.0
    currency: str | None = None
    answers: Values = field(default_factory=lambda: np.empty((0, 0)))

    def samples(self, row_id: str) -> FloatArray:
        """Return the answers of a row, one for each draw that has one.

        Raises
        ------
        UnknownIdError
            If there is no such row.
        """
        ids = self.table(self.level).ids
        if row_id not in ids:
            raise UnknownIdError(Text("row", "fila"), row_id, ids)
        found: FloatArray = self.answers[:, ids.index(row_id)]
        return found

    def extras(self) -> Mapping[str, Any]:
        """Return what was repeated and how often, and how inputs were judged."""
        names = ("verb", "column", "unit", "level", "draws", "unanswered", "method", "row", "first")
        return {
            **{name: getattr(self, name) for name in names},
            "noise": self.noise,
            "currency": self.currency,
        }


def assess_robustness(
    chain: ValueChain,
    verb: str | Verb,
    *args: Any,
    draws: int = 200,
    level: str | None = None,
    column: str | None = None,
    row: str | None = None,
    first: FirstIs = "largest",
    sensitivity: Sensitivity = "rank",
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
    **kwargs: Any,
) -> RobustnessResult:
    """Return how far an answer holds: any verb, repeated over all that is not known exactly.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    verb : str or callable
        A name in `ANALYZERS`, or the function (for processes, one they can import).
    *args, **kwargs
        What the verb is asked, as in ``assess_robustness(chain, "rank_bottlenecks", "breach")``.
    draws : int
        How many chains are drawn, at least 2.
    level, column : str, optional
        Which figures of the verb's result. Absent: its first level, and there the first column of
        numbers that is no rank.
    row : str, optional
        Whose answer the inputs are judged by. Absent: who is first with everything at its base.
    first : {"largest", "smallest"}
        Which answer is first: the most to gain, or the least satisfied.
    sensitivity : {"rank", "sobol"}
        How inputs are judged: by rank correlation, from the same draws; or by Sobol's indices,
        from a design of their own with ``n (inputs + 2)`` of the `draws`, `n` a power of 2 from 32.
    samples, seed
        Of each repetition, the same: all share their random numbers. `seed` is that of the draws,
        too.
    executor : Executor, optional
        Where draws are computed: threads, processes, or a cluster. The answer is the same.
    progress : callable, optional
        Called with draws done and draws in all.

    Returns
    -------
    RobustnessResult
        The verb's level: `base` (with everything at its base), `mean`, `sd`, `p5`, `p50`, `p95`
        over the draws, in the unit of the answer, `probability_first` (share of draws in which a
        row is first, ties shared) and its standard error; level inputs, those that move the
        answer most first: `correlation` (or `total`, `first_order` and `total_error` with Sobol),
        `answer_if_low`, `answer_if_high` (mean answer in the quarter of draws in which the input
        is lowest, highest), `base`, `low`, `high`, `unit`, `declared`.

    Raises
    ------
    UnknownIdError
        If there is no such verb or row.
    UsageError
        If an argument cannot be, nothing in the chain is uncertain, or no draw has an answer.
    ValueChainError
        What the verb itself raises with everything at its base.

    Notes
    -----
    ``y_k = verb(chain drawn over its ranges)``, `uncertain inputs` as `draws` finds them, each
    draw calibrated anew. Percentiles are those of the `y_k` (linear between neighbours). Spearman
    correlations of an input that moves nothing lie within three ``1 / sqrt(draws - 1)`` nearly
    always: `.noise`. A draw in which the chain has no answer (a loop that deadlocks, a change
    that leaves its bounds) is counted in `.unanswered` and left out. Cost: `draws` times the verb.

    References
    ----------
    .. [1] C. Spearman, The proof and measurement of association between two things, American
       Journal of Psychology 15 (1904).
    .. [2] A. Saltelli et al., Variance based sensitivity analysis of model output, Computer
       Physics Communications 181 (2010).

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"it": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "it", "client": "sales", "sla": "1 h",
    ...          "takes": {"base": "4 h", "low": "2 h", "high": "9 h"}},
    ...         {"provider": "sales", "client": "shop", "takes": "2 h", "sla": "3 h"}])
    >>> robust = assess_robustness(chain, "rank_bottlenecks", draws=20, samples=10)
    >>> robust.table().value("it", "probability_first"), robust.table("inputs").ids[0]
    (1.0, 'services.it>sales.takes')
    """
    check_draws(samples, seed)
    _check(draws, first, sensitivity)
    called = verb_of(verb)
    given = {**accepted(called, samples=samples, seed=seed), **kwargs}
    question = Question(verb, args, given, level)
    base = question.result(chain)
    question = Question(verb, args, given, *_asked(question.table(base), column))
    ranges = ranges_of(chain)
    if not ranges.inputs:
        raise UsageError(
            Text(
                "nothing is uncertain: declare ranges such as {base: 4 h, low: 2 h, high: 1 d}",
                "no hay nada incierto: declare rangos como {base: 4 h, low: 2 h, high: 1 d}",
            )
        )
    table = question.table(base)
    assert question.column is not None
    at_base = table.column(question.column).astype(float)
    judged = _judged(table, at_base, row, first)
    make = random_design if sensitivity == "rank" else sobol_design
    design = make(ranges, seed, draws)
    found, missing = in_rows(
        list(ask_all(question, chain, design.values, executor, progress)), table.ids
    )
    answered: BoolArray = np.asarray(~np.isnan(found).all(axis=1))
    if not answered.any():
        raise _no_answer(question, missing)
    usual = answered & (np.arange(len(found)) < design.independent)
    unit = _unit(table, question.column)
    summary = _summary(found[usual], at_base, first)
    rows = Table(table.level, table.ids, _columns(unit), summary)
    moving = inputs_that_move(ranges, design, found[:, judged], answered, unit)
    return RobustnessResult(
        tables={rows.level: rows, "inputs": moving.table},
        provenance=provenance_of(situation_of(chain), "assess_robustness", seed, samples),
        labels=_labels(chain, base),
        calendar=chain.calendar,
        verb=getattr(called, "__name__", "verb"),
        column=question.column,
        unit=unit,
        level=table.level,
        draws=len(found),
        unanswered=len(missing),
        why=missing[0].why if missing else None,
        method=sensitivity,
        row=table.ids[judged],
        first=first,
        noise=moving.noise,
        currency=chain.currency,
        answers=found[usual],
    )


def _check(draws: int, first: str, sensitivity: str) -> None:
    whole = isinstance(draws, int | np.integer) and not isinstance(draws, bool)
    if not whole or draws < 2:
        raise UsageError(
            Text(
                f"draws {draws!r}: a whole number from 2",
                f"draws {draws!r}: un número entero desde 2",
            )
        )
    for name, value, allowed in (
        ("first", first, ("largest", "smallest")),
        ("sensitivity", sensitivity, tuple(METHODS)),
    ):
        if value not in allowed:
            words = ", ".join(allowed)
            raise UsageError(Text(f"{name} {value!r}: {words}", f"{name} {value!r}: {words}"))


def _asked(table: Table, column: str | None) -> tuple[str, str]:
    """Return the level and the column of numbers that is asked for."""
    if column is not None:
        table.column(column)  # says what there is
        if table.column(column).dtype.kind not in "fiub":
            raise UsageError(Text(f"{column} is no number", f"{column} no es un número"))
        return table.level, column
    # Only up to the first: some columns take a while to compute.
    first = next(
        (
            one.name
            for one in table.columns
            if one.name != "rank" and table.column(one.name).dtype.kind in "fiu"
        ),
        None,
    )
    if first is None or not table.ids:
        raise UsageError(
            Text(
                f"no numbers in {table.level}; ask for another level",
                f"no hay números en {table.level}; pida otro nivel (level)",
            )
        )
    return table.level, first


def _judged(table: Table, at_base: FloatArray, row: str | None, first: str) -> int:
    """Return the place of the row whose answer the inputs are judged by."""
    if row is not None:
        if row not in table.ids:
            raise UnknownIdError(Text("row", "fila"), row, table.ids)
        return table.ids.index(row)
    size = -at_base if first == "smallest" else at_base
    size = np.where(np.isnan(size), -np.inf, size)
    return min(range(len(size)), key=lambda place: (-size[place], table.ids[place]))


def _no_answer(question: Question, missing: list[Unanswered]) -> UsageError:
    why = missing[0].why if missing else Text("nothing was measured", "no hay nada medido")
    return UsageError(
        Text(
            f"no draw has an answer in {question.column}: {why.en}",
            f"ningún sorteo tiene respuesta en {question.column}: {why.es}",
        )
    )


def _unit(table: Table, column: str) -> str:
    return next(one.unit for one in table.columns if one.name == column)


def _summary(answers: FloatArray, at_base: FloatArray, first: str) -> dict[str, FloatArray]:
    """Return the distribution of each row's answer, `(draws, rows)`, and how often it is first."""
    draws, rows = answers.shape
    known = ~np.isnan(answers)
    summary = {name: np.full(rows, np.nan) for name in ("mean", "sd", "p5", "p50", "p95")}
    for place in np.flatnonzero(known.any(axis=0)).tolist():
        of = answers[known[:, place], place]
        summary["mean"][place] = of.mean()
        summary["sd"][place] = of.std(ddof=1) if np.ptp(of) > 0 else 0.0
        for name, value in zip(("p5", "p50", "p95"), np.percentile(of, (5, 50, 95)), strict=True):
            summary[name][place] = value
    size = np.where(known, -answers if first == "smallest" else answers, -np.inf)
    leads = size == size.max(axis=1, keepdims=True)
    probability = (leads / leads.sum(axis=1, keepdims=True)).mean(axis=0)
    return {
        "base": at_base,
        **summary,
        "probability_first": probability,
        "probability_first_error": np.sqrt(probability * (1.0 - probability) / draws),
    }


def _columns(unit: str) -> tuple[Column, ...]:
    return (
        Column("base", unit, "With everything at its base."),
        Column("mean", unit, "Mean over the draws."),
        Column("sd", unit, "Standard deviation over the draws."),
        Column("p5", unit, "Five draws of a hundred lie below."),
        Column("p50", unit, "Half the draws lie below."),
        Column("p95", unit, "Five draws of a hundred lie above."),
        Column("probability_first", "share", "Share of draws in which it is first."),
        Column("probability_first_error", "share", "Standard error of probability_first."),
    )


def _labels(chain: ValueChain, base: Result) -> dict[str, str]:
    named = {**chain.interventions, **chain.scenarios}
    return {**{key: one.name for key, one in named.items() if one.name}, **base.labels}
