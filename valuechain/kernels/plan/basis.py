"""What plans take from today: median own times and mean arrivals."""

from __future__ import annotations

import numpy as np

from valuechain.kernels.chance.laws import median
from valuechain.kernels.chance.streams import TOGETHER, Draws
from valuechain.kernels.delay.sampled import DelayModel, DelayRun
from valuechain.kernels.plan.budgets import PlanBasis
from valuechain.network.arrays import BoolArray, ChainArrays, Family, FloatArray, IntArray

SAMPLES = 16_384  # behind a median that has no closed form
AT_ONCE = 256  # services whose own times are held at once


def plan_basis(today: DelayRun) -> PlanBasis:
    """Return the basis of plans from today's arrivals.

    Parameters
    ----------
    today : DelayRun
        Of today's chain, nothing capped.

    Notes
    -----
    ``O_e = D_p + sum of attempts + shock``: where the time of a single attempt is all that varies
    its median is the law's; else it is that of the first 16,384 sampled own times.
    """
    return PlanBasis(own_medians(today.model), today.mean)


def own_medians(model: DelayModel) -> FloatArray:
    """Return the median own time of each service of today's chain, hours `(m,)`."""
    arrays = model.arrays
    own = np.maximum(median(arrays.own), 0.0) + arrays.shock
    common, varies = _common(arrays)
    own = own + common
    waits = arrays.wait.family != Family.CONSTANT
    sampled = np.flatnonzero((arrays.fcr < 1) | varies | waits)
    for start in range(0, len(sampled), AT_ONCE):
        rows = sampled[start : start + AT_ONCE]
        own[rows] = _sampled_medians(model, rows)
    return own


def _common(arrays: ChainArrays) -> tuple[FloatArray, BoolArray]:
    """Return the department's constant own time by service, and where it varies instead."""
    D = len(arrays.department_ids)
    inside = arrays.provider < D
    provider = np.where(inside, arrays.provider, 0)
    constant = arrays.common.family == Family.CONSTANT
    hours = np.where(constant, np.maximum(arrays.common.loc, 0.0), 0.0)
    return np.where(inside, hours[provider], 0.0), inside & ~constant[provider]


def _sampled_medians(model: DelayModel, services: IntArray) -> FloatArray:
    own = model.basis.own
    size = min(SAMPLES, -(-model.samples // TOGETHER) * TOGETHER)
    draws = Draws(model.seed, 0, size, rows=len(services))
    out = np.empty((len(services), draws.size), np.float32)
    own.fill(own.of(services), draws, own.factor(draws), out)
    medians: FloatArray = np.median(out[:, : model.samples], axis=1).astype(np.float64)
    return medians
