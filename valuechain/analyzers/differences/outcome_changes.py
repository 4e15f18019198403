"""What a change does to the customers: every outcome before and after, and how sure that is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from valuechain.analyzers.outcomes.outcomes import outcomes_result
from valuechain.chain import ValueChain
from valuechain.evaluation.evaluation import evaluate_run
from valuechain.kernels.delay.paired import PairedDelay
from valuechain.kernels.delay.sampled import DelayRun
from valuechain.kernels.delay.sums import DelaySums
from valuechain.network.arrays import BoolArray, FloatArray
from valuechain.results import Column, Table, Values

NOTICED = 1e-6
RANGES = ("_low", "_high")  # of an outcome: a difference of them is no range of the difference


@dataclass(frozen=True, eq=False)
class OutcomeChanges:
    """Each outcome of each customer, `(C,)`: before, after, and the error of the difference."""

    columns: tuple[Column, ...]
    before: dict[str, FloatArray]
    after: dict[str, FloatArray]
    error: dict[str, FloatArray]

    def change(self, name: str) -> FloatArray:
        """Return after minus before; NaN where either is not known."""
        return self.after[name] - self.before[name]

    def noticed(self) -> BoolArray:
        """Return which customers notice anything, `(C,)`: one part in a million and more."""
        moved = np.zeros(len(next(iter(self.before.values()))), dtype=np.bool_)
        for column in self.columns:
            size = np.maximum(1.0, np.abs(np.nan_to_num(self.before[column.name])))
            moved |= np.abs(np.nan_to_num(self.change(column.name))) >= NOTICED * size
        return moved

    def table_columns(self) -> tuple[Column, ...]:
        """Return the columns of a table: before, after, change and its error of each outcome."""
        return tuple(
            Column(f"{column.name}_{part}", column.unit, f"{column.description[:-1]}: {words}.")
            for column in self.columns
            for part, words in (
                ("before", "before"),
                ("after", "after"),
                ("change", "after minus before"),
                ("change_error", "standard error of the change, from paired samples"),
            )
        )

    def table_data(self) -> dict[str, Values]:
        """Return the data of these columns."""
        data: dict[str, Values] = {}
        for column in self.columns:
            name = column.name
            data[f"{name}_before"], data[f"{name}_after"] = self.before[name], self.after[name]
            data[f"{name}_change"] = self.change(name)
            data[f"{name}_change_error"] = self.error[name]
        return data


def outcome_changes(before: ValueChain, after: ValueChain, pair: PairedDelay) -> OutcomeChanges:
    """Return what customers get from two chains that were sampled with the same draws.

    Notes
    -----
    Errors of times and of shares late are those of the mean of paired differences. Other outcomes
    are no means of samples; theirs come from a jackknife over about 20 batches: the difference
    without one batch after the other (Quenouille 1956, Tukey 1958).
    """
    first = _figures(before, pair.before)
    second = _figures(after, pair.after)
    columns = tuple(
        column
        for column in first.columns
        if not column.name.endswith(RANGES)
        and column.name in second.data
        and first[column.name].dtype.kind in "fiu"
    )
    names = [column.name for column in columns]
    error = dict(pair.customer_errors)
    error |= _jackknife(before, after, pair, [name for name in names if name not in error])
    return OutcomeChanges(
        columns,
        {name: first[name].astype(float) for name in names},
        {name: second[name].astype(float) for name in names},
        {name: _as_known(error[name], first[name], second[name]) for name in names},
    )


def _as_known(error: FloatArray, before: Values, after: Values) -> FloatArray:
    """Return an error where both figures are known, else NaN."""
    return np.where(np.isnan(before.astype(float) + after.astype(float)), np.nan, error)


def _figures(chain: ValueChain, run: DelayRun) -> Table:
    return outcomes_result(chain, evaluate_run(chain, run)).table("customers")


def _jackknife(
    before: ValueChain, after: ValueChain, pair: PairedDelay, names: list[str]
) -> dict[str, FloatArray]:
    """Return the standard error of the change of each outcome; NaN for a single batch."""
    C = len(before.customers)
    k = len(pair.batches)
    if k < 2 or not names:
        return {name: np.full(C, np.nan) for name in names}
    without: dict[str, list[FloatArray]] = {name: [] for name in names}
    for out in range(k):
        kept = [batch for i, batch in enumerate(pair.batches) if i != out]
        first = _figures(before, _run_of(pair.before, [b for b, _ in kept]))
        second = _figures(after, _run_of(pair.after, [a for _, a in kept]))
        for name in names:
            without[name].append(second[name].astype(float) - first[name].astype(float))
    errors = {}
    for name, found in without.items():
        values = np.array(found)
        spread = ((values - values.mean(axis=0)) ** 2).sum(axis=0)
        errors[name] = np.where(
            (values == values[0]).all(axis=0), 0.0, np.sqrt(spread * (k - 1) / k)
        )
        errors[name][np.isnan(values).any(axis=0)] = np.nan
    return errors


def _run_of(run: DelayRun, sums: list[DelaySums]) -> DelayRun:
    return dataclasses.replace(run, sums=reduce(add, sums))


__all__ = ["OutcomeChanges", "outcome_changes"]
