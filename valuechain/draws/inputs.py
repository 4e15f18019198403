"""What is not known exactly: every uncertain input of a chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class UncertainInput:
    """A value that is not known exactly.

    Attributes
    ----------
    path : str
        Where it stands: ``services.it>sales.need``, ``services.it>sales.takes.p90``,
        ``assumptions.weights.late``, ``interventions.brief.cost``.
    unit : str
        Working hours for a time, else as its field says.
    base, low, high : float
        The figure used where one is needed, and the ends of the range (0 and 1 for a share that
        is known from answers).
    kind : {"triangular", "beta"}
        What it is drawn from: triangular over the range, or the Beta of a share of `n` answers.
    declared : bool
        Whether the chain says so; False for an assumption of the model without a range.
    n : int or None
        Answers behind a share.
    """

    path: str
    unit: str
    base: float
    low: float
    high: float
    kind: Literal["triangular", "beta"] = "triangular"
    declared: bool = True
    n: int | None = None
