"""Does a sampled figure agree with a published one? In standard errors, never in per cent."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

SIGMAS = 4


def assert_mean(values: Any, expected: float, sigmas: float = SIGMAS) -> None:
    """The mean of independent values is `expected` within its error."""
    values = np.asarray(values, dtype=float)
    error = values.std(ddof=1) / math.sqrt(len(values))
    assert abs(values.mean() - expected) <= sigmas * error, (values.mean(), expected, error)


def assert_variance(values: Any, mean: float, expected: float, sigmas: float = SIGMAS) -> None:
    """Their mean square distance from a known mean is `expected` within its error."""
    assert_mean((np.asarray(values, dtype=float) - mean) ** 2, expected, sigmas)


def assert_share(share: float, expected: float, n: int, sigmas: float = SIGMAS) -> None:
    """A share of `n` independent cases is `expected` within its error."""
    error = math.sqrt(expected * (1 - expected) / n)
    assert abs(share - expected) <= sigmas * error, (share, expected, error)
