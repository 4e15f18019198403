"""What plans bring: one outcome, in one figure, with some interventions in force."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from valuechain.analyzers.delay import Progress
from valuechain.analyzers.outcomes.outcomes import predict_outcomes
from valuechain.chain import ValueChain
from valuechain.draws import ranges_of
from valuechain.errors import ConvergenceError, DeadlockError, SchemaError, Text, UsageError
from valuechain.kernels.plan.choice import members
from valuechain.network.arrays import FloatArray
from valuechain.results import Table

MONEY = ("revenue_at_risk", "lost_sales")
LESS, MORE = -1.0, 1.0  # is better
OUTCOMES: dict[str, tuple[float, str, Text]] = {
    "revenue_at_risk": (LESS, "money a year", Text("revenue at risk", "ingresos en riesgo")),
    "lost_sales": (LESS, "money a year", Text("sales not won", "ventas que no se ganan")),
    "money": (
        LESS,
        "money a year",
        Text("revenue at risk and sales not won", "ingresos en riesgo y ventas que no se ganan"),
    ),
    "csat": (MORE, "share", Text("share satisfied", "clientes satisfechos")),
    "nps": (MORE, "points", Text("NPS", "NPS")),
    "churn": (LESS, "share a year", Text("churn", "clientes que se van")),
    "won_share": (MORE, "share", Text("share won", "clientes captados")),
    "breach": (LESS, "share", Text("share served late", "servicios fuera de plazo")),
    "mean_hours": (LESS, "working hours", Text("mean lead time", "plazo medio")),
}
INSTEAD = ("revenue_at_risk", "lost_sales", "breach", "csat")  # of money: the first that is told
CHUNK = 4  # plans, or draws, a worker gets at a time
Plan = tuple[str, ...]  # ids of interventions


@dataclass(frozen=True, eq=False)
class PlanQuestion:
    """Which figure is asked of each plan; it can be pickled and sent to workers.

    Attributes
    ----------
    outcome : str
        A key of `OUTCOMES`.
    weight : ndarray, shape (C,)
        Of each customer.
    samples, seed : int
        The same for every plan: they share their random numbers.
    """

    outcome: str
    weight: FloatArray
    samples: int
    seed: int

    @property
    def sign(self) -> float:
        """1 where more is better, else -1."""
        return OUTCOMES[self.outcome][0]

    def figure(self, chain: ValueChain) -> float:
        """Return the outcome of a chain over the customers; NaN where it cannot be told."""
        result = predict_outcomes(chain, samples=self.samples, seed=self.seed)
        return figure_of(result.table("customers"), self.outcome, self.weight)

    def with_plan(self, chain: ValueChain, plan: Plan) -> float:
        """Return the outcome with a plan in force; NaN for one that cannot be.

        Two interventions that set the same field to different values cannot, nor can one that
        makes services wait for each other for ever.
        """
        try:
            return self.figure(chain.with_intervention(*plan) if plan else chain)
        except (SchemaError, DeadlockError, ConvergenceError):
            return float("nan")


def figure_of(customers: Table, outcome: str, weight: FloatArray) -> float:
    """Return an outcome over customers: money as their sum, all else by their weights."""
    present = {column.name for column in customers.columns}
    names = MONEY if outcome == "money" else (outcome,)
    columns = [customers.column(name).astype(float) for name in names if name in present]
    if not columns:
        return float("nan")
    values = np.array(columns)
    values[:, weight == 0] = np.nan
    if np.isnan(values).all():
        return float("nan")
    if outcome == "money" or outcome in MONEY:
        return float(np.nansum(values))
    known = np.where(np.isnan(values[0]), 0.0, weight)
    return float(np.nansum(known * values[0]) / known.sum())


def outcome_told(
    chain: ValueChain, asked: str, weight: FloatArray, samples: int, seed: int
) -> tuple[str, float]:
    """Return the outcome that can be told, the one asked for if it can, and its figure today.

    Raises
    ------
    UsageError
        If none can.
    """
    customers = predict_outcomes(chain, samples=samples, seed=seed).table("customers")
    for outcome in (asked, *(INSTEAD if asked in (*MONEY, "money") else ())):
        figure = figure_of(customers, outcome, weight)
        if not math.isnan(figure):
            return outcome, figure
    raise UsageError(
        Text(
            f"{asked} cannot be told of these customers: nothing is declared to start from",
            f"no se puede decir {asked} de estos clientes: no hay datos de partida",
        )
    )


class PlanGains:
    """What sets of interventions bring, each computed once."""

    def __init__(
        self,
        question: PlanQuestion,
        chain: ValueChain,
        names: Plan,
        before: float,
        executor: Executor | None,
    ) -> None:
        self._question, self._chain, self._names = question, chain, names
        self._before, self._executor = before, executor
        self._known: dict[int, float] = {0: 0.0}

    def __len__(self) -> int:
        return len(self._known)

    def plan(self, chosen: int) -> Plan:
        """Return the ids in a set."""
        return tuple(self._names[i] for i in members(chosen))

    def of(self, sets: Sequence[int]) -> list[float]:
        """Return the gain of each set; NaN for one that cannot be."""
        fresh = [s for s in dict.fromkeys(sets) if s not in self._known]
        plans = [self.plan(s) for s in fresh]
        figures = figures_of_plans(self._question, self._chain, plans, self._executor)
        for s, figure in zip(fresh, figures, strict=True):
            self._known[s] = self._question.sign * (figure - self._before) + 0.0
        return [self._known[s] for s in sets]


def figures_of_plans(
    question: PlanQuestion,
    chain: ValueChain,
    plans: Sequence[Plan],
    executor: Executor | None = None,
) -> list[float]:
    """Return the outcome with each plan in force."""
    chunks = [list(plans[first : first + CHUNK]) for first in range(0, len(plans), CHUNK)]
    if executor is None:
        return [figure for chunk in chunks for figure in _figures(question, chain, chunk)]
    n = len(chunks)
    parts = executor.map(_figures, [question] * n, [chain] * n, chunks)
    return [figure for part in parts for figure in part]


def _figures(question: PlanQuestion, chain: ValueChain, plans: list[Plan]) -> list[float]:
    return [question.with_plan(chain, plan) for plan in plans]


def gains_over_ranges(
    question: PlanQuestion,
    chain: ValueChain,
    plans: Sequence[Plan],
    values: FloatArray,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> FloatArray:
    """Return what each plan brings in each drawn chain, `(draws, plans)`; NaN where it cannot be.

    Parameters
    ----------
    values : ndarray, shape (draws, inputs)
        What each uncertain input is in each draw.
    """
    size = 1 if executor is None else CHUNK
    chunks = [values[first : first + size] for first in range(0, len(values), size)]
    n = len(chunks)
    given = [question] * n, [chain] * n, [tuple(plans)] * n, chunks
    found: list[list[float]] = []
    for part in (
        map(_drawn_gains, *given) if executor is None else executor.map(_drawn_gains, *given)
    ):
        found += part
        if progress is not None:
            progress(len(found), len(values))
    return np.array(found, dtype=float).reshape(len(values), len(plans))


def _drawn_gains(
    question: PlanQuestion, chain: ValueChain, plans: tuple[Plan, ...], values: FloatArray
) -> list[list[float]]:
    ranges = ranges_of(chain)
    gains = []
    for row in values:
        drawn = ranges.chain(row)
        before = question.with_plan(drawn, ())
        gains.append([question.sign * (question.with_plan(drawn, plan) - before) for plan in plans])
    return gains
