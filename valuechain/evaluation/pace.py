"""How lost morale slows work: own times `1 + morale_to_time (m - m_today)` times as long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.kernels.delay.own_time import own_moments
from valuechain.kernels.delay.sampled import DelayRun
from valuechain.kernels.dissatisfaction.noisy_or import Failures
from valuechain.network import ChainArrays
from valuechain.network.arrays import BoolArray, FloatArray
from valuechain.today import Situation

STEP = 1e-4  # pace moves in steps of this share of an own time: less is not worth new samples
MOST_LAPS = 60  # of delay -> morale -> own time; only beside a tipping point so many are needed
APART = 1e-3  # lasting states closer than this are one, told apart only by steps of the pace


@dataclass(frozen=True, eq=False)
class Paced:
    """A chain at one pace of work.

    Attributes
    ----------
    pace : ndarray, shape (D,)
        Own times now, in those at today's morale.
    situation : Situation
    run : DelayRun
    late : ndarray, shape (m,)
        Share that arrives later than the client expects; NaN where nothing is expected.
    failures : Failures
    """

    pace: FloatArray
    situation: Situation
    run: DelayRun
    late: FloatArray
    failures: Failures


def todays_pace(arrays: ChainArrays) -> FloatArray:
    """Return the pace at today's morale, `(D,)`."""
    return np.ones(len(arrays.department_ids))


def pace_of(sensitivity: FloatArray, morale_loss: FloatArray, today: FloatArray) -> FloatArray:
    """Return the pace at lost morale, in steps of a ten-thousandth, `(D,)`.

    Parameters
    ----------
    sensitivity : ndarray, shape (D,)
        `morale_to_time`; 0 where it would move nothing.
    morale_loss, today : ndarray, shape (D,)

    Notes
    -----
    Steps keep it a monotone function of morale, and the paces of a chain few.
    """
    slower = sensitivity * (morale_loss - today)
    pace: FloatArray = 1.0 + STEP * np.round(slower / STEP)
    return pace


def sensitivity(arrays: ChainArrays) -> FloatArray:
    """Return by how much full loss of morale slows each department, `(D,)`; 0 without any time."""
    return np.where(_takes_time(arrays), arrays.coefficients["morale_to_time"], 0.0)


def _takes_time(arrays: ChainArrays) -> BoolArray:
    """Return whether anything that a department does takes time, `(D,)`."""
    D = len(arrays.department_ids)
    inside = arrays.provider < D
    hours = own_moments(arrays)[0][inside]
    busy: BoolArray = np.bincount(arrays.provider[inside], hours, minlength=D) > 0
    return busy
