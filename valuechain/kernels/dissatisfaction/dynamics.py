"""Period by period: dents that form and heal with a lag, changes that set in and wear off.

`x(t+1) = x(t) + K [F_t(x(t)) - x(t)]`: what one period does to `x` (here: lost morale) shows in the
next, and the share `K` (`recovery`) of the way to what the conditions `F_t` lead to is made in one
period. With `F(x) = A x + c` it is the dynamic inoperability model, with the equilibrium
`(I - A)^-1 c`. With every `F` monotone the path is monotone in all that drives it, and where it
comes to rest, `x = F(x)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from valuechain.kernels.dissatisfaction.noisy_or import (
    Dissatisfaction,
    Failures,
    Layers,
    solve_noisy_or,
)
from valuechain.kernels.dissatisfaction.product_rows import union
from valuechain.network.arrays import ChainArrays, FloatArray

Conditions = Callable[[int, FloatArray], FloatArray]
AT_REST = 1e-12
MOST_PERIODS = 5_000
NEVER_LEFT = 1e-9  # an excursion smaller than this is none


def adjusting(
    conditions: Conditions, start: FloatArray, periods: int, recovery: float
) -> FloatArray:
    """Return the path of a state under the conditions of each period.

    Parameters
    ----------
    conditions : callable
        ``F_t(x)``: of the period and the state `(n,)` in it, what they lead to, `(n,)`.
    start : ndarray, shape (n,)
    periods : int
        `T`, at least 0.
    recovery : float
        `K`, in (0, 1].

    Returns
    -------
    ndarray, shape (T + 1, n)
        The state in the periods 0 to `T`. The conditions of each of them are asked for once.

    References
    ----------
    .. [1] C. Lian and Y. Y. Haimes, Managing the risk of terrorism to interdependent
       infrastructure systems through the dynamic inoperability input-output model, Systems
       Engineering 9 (2006).

    Examples
    --------
    >>> A, c = np.array([[0.15, 0.5], [0.1, 0.05]]), np.array([0, 0.1])
    >>> adjusting(lambda _, x: A @ x + c, np.zeros(2), 60, 0.5)[-1].round(3).tolist()
    [0.066, 0.112]
    """
    path = np.empty((periods + 1, len(start)))
    path[0] = start
    for period in range(periods + 1):
        after = conditions(period, path[period])
        if period < periods:
            path[period + 1] = path[period] + recovery * (after - path[period])
    return path


def resting(conditions: Callable[[FloatArray], FloatArray], start: FloatArray) -> FloatArray:
    """Return where a state comes to rest under conditions that last, `(n,)`."""
    state = start
    for _ in range(MOST_PERIODS):
        after = conditions(state)
        step = float(np.abs(after - state).max(initial=0.0))
        state = after
        if step <= AT_REST:
            break
    return state


def strength(
    periods: int, starts: float = 0.0, ramp: float = 0.0, decay: float | None = None
) -> FloatArray:
    """Return how much of its full effect an intervention has in the periods 0 to `T`.

    Parameters
    ----------
    periods : int
        `T`.
    starts : float
        Periods before it starts; from 0, it works in period 1.
    ramp : float
        Periods until it has its full effect, linear.
    decay : float, optional
        Half-life of the effect once it was full, in periods; absent: it stays.

    Returns
    -------
    ndarray, shape (T + 1,)
        0..1; full first in period ``starts + max(ramp, 1)``.

    Examples
    --------
    >>> strength(6, ramp=2, decay=1).tolist()
    [0.0, 0.5, 1.0, 0.5, 0.25, 0.125, 0.0625]
    """
    since = np.arange(periods + 1) - starts
    rise = max(ramp, 1.0)
    risen: FloatArray = np.clip(since / rise, 0.0, 1.0)
    if decay is None:
        return risen
    worn: FloatArray = risen * 0.5 ** (np.maximum(since - rise, 0.0) / decay)
    return worn


def adoption(strengths: Sequence[float]) -> tuple[tuple[tuple[int, ...], float], ...]:
    """Return which changes go together in which share of the work.

    Parameters
    ----------
    strengths : sequence of float
        Share of the work, 0..1, that each change has reached.

    Returns
    -------
    tuple of (tuple of int, float)
        Sets of changes, by number, and the share of the work done with just these, from none to
        all; shares add up to 1, those of 0 are left out. Work that a slower change has reached was
        reached by the faster ones before, so `k` changes make at most ``k + 1`` sets.

    Examples
    --------
    >>> adoption([0.25, 1.0])
    (((1,), 0.75), ((0, 1), 0.25))
    """
    order = sorted(range(len(strengths)), key=lambda i: (-strengths[i], i))
    reached = [1.0, *(strengths[i] for i in order), 0.0]
    sets = ((tuple(sorted(order[:k])), reached[k] - reached[k + 1]) for k in range(len(order) + 1))
    return tuple((members, share) for members, share in sets if share > 0)


def settled_from(distance: FloatArray, band: float = 0.02) -> int | None:
    """Return the first period from which on a path stays where it ends.

    Parameters
    ----------
    distance : ndarray, shape (T + 1,)
        From the end, in each period.
    band : float
        Share of the largest distance that counts as there.

    Returns
    -------
    int or None
        0 where nothing ever moves; None where the path is not there in the last period.

    Examples
    --------
    >>> settled_from(np.array([0, 1, 0.5, 0.01, 0.0])), settled_from(np.array([1, 0.5]))
    (3, None)
    """
    most = float(distance.max(initial=0.0))
    away = np.flatnonzero(distance > max(band * most, NEVER_LEFT))
    if not len(away):
        return 0
    first = int(away[-1]) + 1
    return first if first < len(distance) else None


def within_period(
    arrays: ChainArrays, failures: Failures, morale_loss: FloatArray, before: Dissatisfaction
) -> tuple[Dissatisfaction, FloatArray]:
    """Return what a period does at the morale it starts with, and the morale it leads to.

    Parameters
    ----------
    arrays : ChainArrays
    failures : Failures
    morale_loss : ndarray, shape (D,)
        Stays as it is within the period.
    before : Dissatisfaction
        Of the period before, from which hand-offs settle.

    Returns
    -------
    state : Dissatisfaction
    morale_loss : ndarray, shape (D,)
        `F_t`: where inputs, angry customers and load of this period lead to.
    """
    state = solve_noisy_or(arrays, failures, morale_loss, start=before)
    worn = Layers(arrays, failures).explained_morale(state.services, state.customers)
    return state, union(failures.morale_leak, worn)
