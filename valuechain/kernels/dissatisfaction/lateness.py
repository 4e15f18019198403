"""The on-time gap: how late today's clients call late, so that the share observed comes back.

`p_e = P(A_e > expects_e + g_e)`, with `g_e` such that `p_e = 1 - on_time` today; an atom of `A_e`
at that point counts with the fraction that fits.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from valuechain.kernels.chance.streams import F32
from valuechain.kernels.delay.sampled import DelayRun
from valuechain.kernels.delay.sums import ON_TIME
from valuechain.kernels.dissatisfaction.calibration import off_the_edge
from valuechain.network.arrays import ChainArrays, FloatArray

AT_ONCE = 2**26  # samples held at once


@dataclass(frozen=True, eq=False)
class Gaps:
    """What today's clients call late.

    Attributes
    ----------
    gap : ndarray, shape (m,)
        `g_e` in hours; 0 where `on_time` was not observed.
    tie : ndarray, shape (m,)
        Share of an atom at ``expects + gap`` that counts as late.
    late : ndarray, shape (m,)
        Today's share late; NaN where nothing is expected.
    """

    gap: FloatArray
    tie: FloatArray
    late: FloatArray


def observed_on_time(arrays: ChainArrays) -> FloatArray:
    """Return ``1 - on_time``, 0 and 1 moved inside; NaN where it was not observed, `(m,)`."""
    return 1.0 - off_the_edge(arrays.on_time, arrays.answers.get("on_time"))


def fit_gaps(arrays: ChainArrays, run: DelayRun) -> Gaps:
    """Return the gaps of today's chain.

    Parameters
    ----------
    arrays : ChainArrays
    run : DelayRun
        Their arrivals.

    Notes
    -----
    `on_time` refers to the `sla`, without one to `expects`. With `L` late of `n` samples to come
    back, the point is the sample of rank ``n - ceil(L)``; of the samples that are equal to it up
    to the rounding of float32, the fraction counts that makes up the rest.
    """
    m = len(arrays.service_ids)
    gap, tie, late = np.zeros(m), np.zeros(m), run.late.copy()
    refers = np.where(np.isnan(arrays.sla), arrays.expects, arrays.sla)
    observed = observed_on_time(arrays)
    fitted = np.flatnonzero(~np.isnan(observed) & ~np.isnan(refers))
    size = max(1, AT_ONCE // run.model.samples)
    for start in range(0, len(fitted), size):
        services = fitted[start : start + size]
        arrivals = run.arrivals(services)
        for row, e in zip(arrivals, services.tolist(), strict=True):
            point, share = _point(row, observed[e])
            gap[e], tie[e] = point - refers[e], share
            late[e] = late_share(row, arrays.expects[e] + gap[e], share)
    return Gaps(gap, tie, late)


def _point(samples: F32, late: float) -> tuple[float, float]:
    """Return the point that a share of the samples lies above, and the share of ties that does."""
    n = len(samples)
    count = late * n
    place = n - min(max(int(np.ceil(count)), 1), n)
    point = float(np.partition(samples, place)[place])
    above, reached = _counts(samples, point)
    return point, (count - above) / (reached - above)


def late_share(samples: F32, point: float, tie: float) -> float:
    """Return the share of samples above a point, with a share `tie` of those at it."""
    above, reached = _counts(samples, point)
    return ((1.0 - tie) * above + tie * reached) / len(samples)


def _counts(samples: F32, point: float) -> tuple[int, int]:
    """Return how many samples lie above a point, and at or above it, as a block counts them."""
    above = np.count_nonzero(samples > np.float32(point * ON_TIME))
    return int(above), int(np.count_nonzero(samples >= np.float32(point * (2.0 - ON_TIME))))


def seen_by_clients(arrays: ChainArrays, gaps: Gaps) -> ChainArrays:
    """Return arrays in which `expects` is when today's clients call a delivery late."""
    return dataclasses.replace(arrays, expects=arrays.expects + gaps.gap)
