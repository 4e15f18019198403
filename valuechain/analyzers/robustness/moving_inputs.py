"""The table of the uncertain inputs that move an answer, those that move it most first."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from valuechain.draws import Ranges
from valuechain.draws.designs import Design
from valuechain.kernels.chance.sensitivity import means_at_the_ends, rank_correlations, sobol
from valuechain.network.arrays import BoolArray, FloatArray
from valuechain.results import Column, Table

CLEAR = 3.0  # standard errors from which an input is said to move the answer
RANK_COLUMNS: tuple[Column, ...] = (
    Column("correlation", "-1 to 1", "Rank correlation of the input with the answer."),
)
SOBOL_COLUMNS: tuple[Column, ...] = (
    Column("total", "share", "Share of the answer's variance in which the input has a part."),
    Column("first_order", "share", "Share of the answer's variance by the input alone."),
    Column("total_error", "share", "Standard error of total."),
)


class MovingInputs(NamedTuple):
    """The table, and what in its first column may be luck."""

    table: Table
    noise: float


def inputs_that_move(
    ranges: Ranges, design: Design, answers: FloatArray, answered: BoolArray, unit: str
) -> MovingInputs:
    """Return the inputs that move an answer, by the draws of a design.

    Parameters
    ----------
    ranges : Ranges
    design : Design
    answers : ndarray, shape (draws,)
    answered : ndarray of bool, shape (draws,)
        Which draws have an answer; in a Sobol design, all.
    unit : str
        Of the answer.
    """
    usual = np.arange(len(answers)) < design.independent
    kept = usual & answered & ~np.isnan(answers)
    x, y = design.values[kept], answers[kept]
    if len(answers) == design.independent:
        rho = rank_correlations(x, y)
        columns, data, size = RANK_COLUMNS, {"correlation": rho}, np.abs(rho)
        noise = CLEAR / np.sqrt(max(len(y) - 1, 1))
    else:
        found = sobol(answers.reshape(len(ranges.inputs) + 2, -1))
        columns, size = SOBOL_COLUMNS, found.total
        data = {"total": found.total, "first_order": found.first, "total_error": found.total_error}
        noise = CLEAR * float(found.total_error.max(initial=0.0))
    low, high = means_at_the_ends(x, y)
    inputs = ranges.inputs
    given: dict[str, Any] = {
        **data,
        "answer_if_low": low,
        "answer_if_high": high,
        "base": np.array([one.base for one in inputs]),
        "low": np.array([one.low for one in inputs]),
        "high": np.array([one.high for one in inputs]),
        "unit": np.array([one.unit for one in inputs], dtype=object),
        "declared": np.array([one.declared for one in inputs], dtype=bool),
    }
    shown = (*columns, *_columns(unit))
    order = sorted(range(len(inputs)), key=lambda place: (-size[place], inputs[place].path))
    table = Table("inputs", tuple(one.path for one in inputs), shown, given)
    return MovingInputs(table.ordered(order), float(min(noise, 1.0)))


def _columns(unit: str) -> tuple[Column, ...]:
    return (
        Column("answer_if_low", unit, "Mean answer where the input is in its lowest quarter."),
        Column("answer_if_high", unit, "Mean answer where the input is in its highest quarter."),
        Column("base", "its unit", "The figure used where one is needed."),
        Column("low", "its unit", "The least it may be."),
        Column("high", "its unit", "The most it may be."),
        Column("unit", "word", "Unit of base, low and high."),
        Column("declared", "yes or no", "Whether the chain declares it, or the model assumes it."),
    )
