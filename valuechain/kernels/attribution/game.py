"""The game whose Shapley value attributes an outcome: who plays, for what, and what it came to.

`v(S)` is the outcome when the sources in `S` take their times as today and all others keep to
their budgets; ``total = v(all) = v(none) + sum of contributions``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.kernels.attribution.target import Target
from valuechain.kernels.chance.streams import TOGETHER
from valuechain.kernels.delay.sampled import DelayModel
from valuechain.kernels.plan.budgets import PlanBasis
from valuechain.network.arrays import FloatArray, IntArray

_JOB_CELLS = 2**22  # arrivals of a block of jobs, of which several kinds are held at once


@dataclass(frozen=True, eq=False)
class Game:
    """Who plays, and for what; it can be pickled and sent to workers.

    Attributes
    ----------
    model : DelayModel
        Nothing capped.
    basis : PlanBasis
    target : Target
    players : tuple of str
        Names, which their random orders go by.
    player : ndarray of int, shape (m,)
        Whose service it is.
    """

    model: DelayModel
    basis: PlanBasis
    target: Target
    players: tuple[str, ...]
    player: IntArray

    def blocks_of_jobs(self) -> tuple[tuple[int, int], ...]:
        """Return first sample and size of blocks in which all arrivals can be held at once."""
        m, n = len(self.model.arrays.need), self.model.samples
        size = max(256, min(16_384, _JOB_CELLS // max(m, 1) // TOGETHER * TOGETHER))
        return tuple((first, min(size, n - first)) for first in range(0, n, size))


@dataclass(frozen=True, eq=False)
class Shares:
    """What samples come to; sources `(P,)`, sums over samples of hours or of shares.

    Attributes
    ----------
    count : int
    total, on_plan : float
        Sum of ``v`` with everything as today, and with everybody on plan.
    contribution, contribution_square : ndarray
        Sums of each sample's contribution, and of its square.
    alone, alone_square : ndarray
        Sums of the drop when one source alone goes on plan, and of its square.
    by_order : ndarray, shape (orders, P)
        Where all samples share a few random orders: contributions by order, summed likewise.
    """

    count: int
    total: float
    on_plan: float
    contribution: FloatArray
    contribution_square: FloatArray
    alone: FloatArray
    alone_square: FloatArray
    by_order: FloatArray

    def __add__(self, other: Shares) -> Shares:
        """Put two parts together."""
        return Shares(
            self.count + other.count,
            self.total + other.total,
            self.on_plan + other.on_plan,
            self.contribution + other.contribution,
            self.contribution_square + other.contribution_square,
            self.alone + other.alone,
            self.alone_square + other.alone_square,
            self.by_order + other.by_order,
        )

    @property
    def contribution_error(self) -> FloatArray:
        """Standard error of the mean contribution, `(P,)`.

        Samples scatter, and so do the orders they share, if they do.
        """
        error = _mean_variance(self.contribution, self.contribution_square, self.count)
        if len(self.by_order) > 1:
            error = error + (self.by_order / self.count).var(axis=0, ddof=1) / len(self.by_order)
        return np.asarray(np.sqrt(error))

    @property
    def alone_error(self) -> FloatArray:
        """Standard error of the mean drop, `(P,)`."""
        return np.asarray(np.sqrt(_mean_variance(self.alone, self.alone_square, self.count)))


def _mean_variance(total: FloatArray, square: FloatArray, n: int) -> FloatArray:
    """Return the variance of a mean; 0 for one sample, which says nothing of its spread."""
    around = np.maximum(square - total * total / n, 0.0)
    # the difference of two equal numbers is what is left of their last digits
    around[around < 1e-12 * square] = 0.0
    return np.asarray(around / max(n - 1, 1) / n)
