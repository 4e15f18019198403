"""`Metric`: a figure from answers, its interval, and how many answers are behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from valuechain.errors import Lang

Name = Literal["csat", "esat", "nps", "first_contact_resolution", "resolution_time", "share"]


@dataclass(frozen=True)
class Metric:
    """A figure from answers.

    Attributes
    ----------
    name : str
        What it is: csat, esat, nps, first_contact_resolution, resolution_time or share.
    value : float
    low, high : float or None
        Ends of the interval at `level`; None where so few answers allow none.
    n : int
        Answers that count.
    missing : int
        Answers that were not given (None, NaN, NA): reported, in no figure.
    unit : str
        share (0..1), points (-100..100) or working hours.
    standard_error : float or None
        In the unit; None where it cannot be told.
    level : float
        Of the interval.

    Examples
    --------
    >>> from valuechain.metrics import csat
    >>> satisfied = csat([5, 4, 2, None, 5], satisfied=4, scale=(1, 5))
    >>> satisfied.value, satisfied.n, satisfied.missing
    (0.75, 4, 1)
    >>> satisfied.as_written()
    {'base': 0.75, 'n': 4, 'source': 'observed'}
    """

    name: Name
    value: float
    low: float | None
    high: float | None
    n: int
    missing: int = 0
    unit: str = "share"
    standard_error: float | None = None
    level: float = 0.95

    def as_written(self) -> dict[str, Any]:
        """Return what a chain takes: ``{base, n, source: observed}``, for YAML or Python."""
        return {"base": self.value, "n": self.n, "source": "observed"}

    def explain(self, lang: Lang = "es") -> str:
        """Return the figure in words: what it is, how sure, from how many answers."""
        from valuechain.report import explain_metric

        return explain_metric(self, lang)
