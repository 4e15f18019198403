"""What dissatisfaction does to churn, NPS, turnover and won customers: lines through today.

Churn `c_s (1 - q) + c_d q`, `c_d = min(1, c_s (1 + 2 choice))`; `NPS / 100 = (1 - q) n_s + q n_d`;
won share `win_rate (1 - q) / (1 - q_today) prod (1 + recommends (q_today - q))`, at most 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.network.arrays import BoolArray, FloatArray, Weights


@dataclass(frozen=True, eq=False)
class Line:
    """A figure between what the satisfied and what the dissatisfied do; NaN: not observed.

    Attributes
    ----------
    satisfied, dissatisfied : ndarray
    moved : ndarray of bool
        Where the assumed ratio or score could not go through today's point, and had to move.
    """

    satisfied: FloatArray
    dissatisfied: FloatArray
    moved: BoolArray

    def at(self, unhappy: FloatArray) -> FloatArray:
        """Return the figure at shares dissatisfied, which must be of the same shape."""
        mixed: FloatArray = (1.0 - unhappy) * self.satisfied + unhappy * self.dissatisfied
        return mixed


def leaving(today: FloatArray, unhappy: FloatArray, ratio: FloatArray) -> Line:
    """Return how many of the satisfied and of the dissatisfied leave.

    Parameters
    ----------
    today : ndarray, shape (k,)
        Observed share that leaves, NaN where it was not observed.
    unhappy : ndarray, shape (k,)
        Today's share dissatisfied.
    ratio : ndarray, shape (k,)
        How many times as many of the dissatisfied leave, at least 1 (churn: ``1 + 2 choice``;
        turnover: 2).

    Notes
    -----
    ``c_s = c / (1 - q + ratio q)``, ``c_d = ratio c_s``; where that exceeds 1, ``c_d = 1`` and
    ``c_s = (c - q) / (1 - q)``. Either way the line goes through today's point.

    Examples
    --------
    >>> line = leaving(np.array([0.12]), np.array([0.2]), np.array([2.0]))
    >>> line.satisfied.round(6).tolist(), line.dissatisfied.round(6).tolist()
    ([0.1], [0.2])
    """
    satisfied = today / (1.0 - unhappy + ratio * unhappy)
    moved = ratio * satisfied > 1.0
    stay = np.where(unhappy < 1.0, 1.0 - unhappy, 1.0)
    satisfied = np.where(moved, (today - unhappy) / stay, satisfied)
    dissatisfied = np.where(moved, 1.0, ratio * satisfied)
    dissatisfied = np.where(np.isnan(today), np.nan, dissatisfied)
    return Line(satisfied, dissatisfied, moved)


def recommending(today: FloatArray, unhappy: FloatArray, detractor: float) -> Line:
    """Return how the satisfied and the dissatisfied score, -1..1.

    Parameters
    ----------
    today : ndarray, shape (k,)
        Observed NPS / 100, NaN where it was not observed.
    unhappy : ndarray, shape (k,)
        Today's share dissatisfied.
    detractor : float
        Assumed score of the dissatisfied, `n_d`.

    Notes
    -----
    ``n_s = (N - q n_d) / (1 - q)``. Where that is above 1, ``n_s = 1`` and `n_d` rises to fit;
    where it is below `n_d`, both are `N`: an NPS that low leaves no room between them.
    """
    happy = 1.0 - unhappy
    stay = np.where(happy > 0.0, happy, 1.0)
    satisfied = np.where(happy > 0.0, (today - unhappy * detractor) / stay, today)
    dissatisfied = np.where(np.isnan(today), np.nan, detractor)
    high, low = satisfied > 1.0, satisfied < detractor
    spread = np.where(high, unhappy, 1.0)  # above 0 wherever it is divided by
    dissatisfied = np.where(high, (today - happy) / spread, dissatisfied)
    satisfied = np.where(high, 1.0, satisfied)
    flat = low | ((happy == 0.0) & ~np.isnan(today))
    return Line(np.where(flat, today, satisfied), np.where(flat, today, dissatisfied), high | flat)


def winning(
    today: FloatArray,
    unhappy_today: FloatArray,
    unhappy: FloatArray,
    recommends: Weights,
    first_customer: int,
) -> FloatArray:
    """Return the share of potential customers that is won, `(C,)`.

    Parameters
    ----------
    today : ndarray, shape (C,)
        `win_rate`, NaN where it was not observed.
    unhappy_today, unhappy : ndarray, shape (C,)
    recommends : Weights
        Who listens to whom; node numbers.
    first_customer : int
        Node number of the first customer.
    """
    kept = np.where(unhappy_today < 1.0, 1.0 - unhappy_today, 1.0)
    won = today * np.where(unhappy_today < 1.0, (1.0 - unhappy) / kept, 1.0)
    speaker, hearer = recommends.source - first_customer, recommends.target - first_customer
    factor = 1.0 + recommends.weight * (unhappy_today - unhappy)[speaker]
    np.multiply.at(won, hearer, factor)
    return np.minimum(won, 1.0)
