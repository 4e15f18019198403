"""Waits for staff, attempt by attempt, as part of the time a service takes.

The wait of an attempt is an atom of ``1 - C`` at 0 and else exponential, with the mean `W` of its
department (exact for ``M/M/c``, an approximation for other laws)::

    P(wait > t) = C exp(-C t / W),   t >= 0

which is the law ``max(0, loc + scale Z)``, ``Z ~ Exp(1)``, with ``scale = W / C`` and
``loc = scale ln C``. A measured time, `takes`, has its wait of today inside; under changes

    X' = X max(E work, E X + W - W_today) / E X
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from valuechain.kernels.chance.laws import moments
from valuechain.kernels.queueing.load import Load, with_work, work_moments
from valuechain.network.arrays import BoolArray, ChainArrays, Family, FloatArray, Laws
from valuechain.network.selection import rows_of

_NEVER = 1e-12  # a chance of waiting that no number of samples can show


def with_waits(arrays: ChainArrays, load: Load, today: Load) -> ChainArrays:
    """Return the same chain, its services waiting for staff.

    Parameters
    ----------
    arrays : ChainArrays
        With no waits yet.
    load : Load
        Of these arrays.
    today : Load
        Of the chain without its changes; the same object today.

    Returns
    -------
    ChainArrays
        `wait` set for services with work and without a measured time; of these, departments with
        less than one person in all take ``1 / c`` times as long. Measured times are moved by what
        the wait has changed since today. Without known volumes there is no wait.
    """
    by_staff = with_work(arrays)
    computed, measured = by_staff & ~arrays.has_takes, by_staff & arrays.has_takes
    who = np.where(by_staff, arrays.provider, 0)
    factor = np.ones(len(arrays.need))
    factor[computed] = 1.0 / np.minimum(load.capacity[who[computed]], 1.0)
    if load is not today:
        factor[measured] = _moved(arrays, load, today, measured)
    return replace(
        arrays,
        own=scaled(arrays.own, factor),
        wait=_waits(load.chance[who], load.wait[who], computed),
    )


def scaled(laws: Laws, factor: FloatArray) -> Laws:
    """Return laws whose durations are `factor` `(n,)` times as long."""
    return replace(laws, loc=laws.loc * factor, scale=laws.scale * factor)


def slowed(arrays: ChainArrays, pace: FloatArray) -> ChainArrays:
    """Return arrays without waits whose departments take `pace` times as long for all they do.

    Parameters
    ----------
    arrays : ChainArrays
        With no waits yet.
    pace : ndarray, shape (D,)
        Factor of own times, hands-on work and shocks; external providers stay as they are.
    """
    D = len(arrays.department_ids)
    factor = np.append(pace, 1.0)[np.minimum(arrays.provider, D)]
    return replace(
        arrays,
        common=scaled(arrays.common, pace),
        own=scaled(arrays.own, factor),
        work=scaled(arrays.work, factor),
        shock=arrays.shock * factor,
    )


def _waits(chance: FloatArray, wait: FloatArray, waiting: BoolArray) -> Laws:
    """Return laws of waits, 0 where nothing is computed or nobody ever waits."""
    waiting = waiting & (chance > _NEVER) & (wait > 0)  # NaN, not known, is neither
    c = np.where(waiting, chance, 1.0)
    scale = np.where(waiting, wait, 0.0) / c
    family = np.where(waiting, Family.EXPONENTIAL, Family.CONSTANT).astype(np.int8)
    return Laws(family, scale * np.log(c), scale, np.zeros((len(c), 2)))


def _moved(arrays: ChainArrays, load: Load, today: Load, measured: BoolArray) -> FloatArray:
    """Return ``X' / X`` of measured times, 1 where the wait is as today or not known."""
    rows = np.flatnonzero(measured)
    takes, _ = moments(rows_of(arrays.own, rows))
    work, _ = work_moments(arrays)
    who = arrays.provider[rows]
    longer = load.wait[who] - today.wait[who]
    moves = (np.nan_to_num(longer) != 0) & (takes > 0)
    mean = np.maximum(work[rows], takes + np.where(moves, longer, 0.0))
    factor: FloatArray = np.where(moves, mean / np.where(moves, takes, 1.0), 1.0)
    return factor
