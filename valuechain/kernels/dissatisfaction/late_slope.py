"""How fast a figure of the customers moves with each share late, round all loops.

With `J` the Jacobian of the noisy-OR at its fixed point and `v` a figure of the customers,
`dv / d late_e = lambda_e ds_e / d late_e`, where ``(I - J^T) lambda = dv / dq`` (the adjoint).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from valuechain.kernels.dissatisfaction.feedback import jacobian
from valuechain.kernels.dissatisfaction.noisy_or import Dissatisfaction, Failures, Layers
from valuechain.network.arrays import ChainArrays, FloatArray

PRECISION = 1e-6  # of a slope: it goes into standard errors only
MOST_ROUNDS = 1_000


def late_slope(
    arrays: ChainArrays,
    failures: Failures,
    state: Dissatisfaction,
    by_customer: FloatArray,
    frozen: bool,
) -> FloatArray:
    """Return the derivative of a figure by each share late, `(m,)`.

    Parameters
    ----------
    arrays : ChainArrays
    failures : Failures
    state : Dissatisfaction
        Their fixed point.
    by_customer : ndarray, shape (C,)
        Derivative of the figure by each customer's dissatisfaction.
    frozen : bool
        Whether morale stays as it is.
    """
    m, D = len(arrays.service_ids), len(arrays.department_ids)
    tail, head, weight, n = jacobian(arrays, failures, state)
    if frozen:
        moves = (head < m) | (head >= m + D)
        tail, head, weight = tail[moves], head[moves], weight[moves]
    links = csr_array((weight, (tail, head)), shape=(n, n))
    source = np.zeros(n)
    source[m + D : m + D + len(by_customer)] = by_customer
    enough = PRECISION * float(np.abs(by_customer).max(initial=0.0))
    slope = source
    for _ in range(MOST_ROUNDS):
        before, slope = slope, source + links @ slope
        if float(np.abs(slope - before).max(initial=0.0)) <= enough:
            break
    layers, kappa = Layers(arrays, failures), failures.service_kappa
    others = (
        (1.0 - failures.service_leak)
        * (1.0 - kappa * layers.weight["faulty"] * state.faulty)
        * (1.0 - kappa * layers.weight["unclear"] * failures.unclear)
        * (1.0 - kappa * layers.weight["repeated"] * failures.repeated)
    )
    by_late: FloatArray = slope[:m] * kappa * layers.weight["late"] * others
    return by_late
