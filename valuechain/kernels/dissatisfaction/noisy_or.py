"""Dissatisfaction as a noisy-OR with leaks, round every loop, to its fixed point.

`s_e = 1 - (1 - r_e) prod over the failures (1 - kappa b failure)`;
`f_e = 1 - (1 - l_e) prod over inputs (1 - kappa need a s) (1 - kappa morale_to_quality m_p)`;
`m_i = 1 - (1 - l_i) prod over inputs (1 - kappa input_to_morale need s) prod over customers
(1 - kappa wears_on q) (1 - kappa overload)`; `q_c = 1 - (1 - l_c)(1 - kappa sum need s)`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from valuechain.kernels.dissatisfaction.couplings import couplings
from valuechain.kernels.dissatisfaction.layers import (
    Dissatisfaction,
    Failures,
    Held,
    Layers,
    failures,
    known,
    nothing_held,
)
from valuechain.kernels.dissatisfaction.sweeps import settled
from valuechain.network.arrays import ChainArrays, FloatArray

__all__ = [
    "Dissatisfaction",
    "Failures",
    "Held",
    "Layers",
    "failures",
    "known",
    "nothing_held",
    "solve_noisy_or",
]

MOST_ROUNDS = 20_000


def solve_noisy_or(
    arrays: ChainArrays,
    failures: Failures,
    morale_loss: FloatArray | None = None,
    start: float | Dissatisfaction = 0.0,
    held: Held | None = None,
) -> Dissatisfaction:
    """Return the fixed point that is reached from a state.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need` given.
    failures : Failures
    morale_loss : ndarray, shape (D,), optional
        Freezes morale there (feedback off): nothing comes round.
    start : float or Dissatisfaction
        0 (nobody is dissatisfied) reaches the least fixed point, 1 (everybody) the greatest.
    held : Held, optional
        What stays as it was observed.

    Returns
    -------
    Dissatisfaction

    Notes
    -----
    Every layer is monotone and bounded, so rounds from 0 rise to the least fixed point and
    rounds from 1 fall to the greatest (Tarski). What runs in no loop is worked out once, in order;
    each loop settles from its members' start, after what leads into it: which of several lasting
    states it reaches hangs neither on how far away a change begins nor on the order of rows.
    Rounds of a loop end when the distance that is left, ``step rho / (1 - rho)`` with `rho` the
    ratio of steps over many rounds, is below 1e-13; at a tipping point they get slower and
    slower, and `remaining` adds up how far loops were. Cost O(m + inputs) and the rounds of loops.

    References
    ----------
    .. [1] J. Pearl, Probabilistic Reasoning in Intelligent Systems, Morgan Kaufmann (1988), 4.3.
    .. [2] A. Tarski, A lattice-theoretical fixpoint theorem, Pacific J. Math. 5 (1955).
    """
    held = nothing_held(arrays) if held is None else held
    if morale_loss is not None:
        held = replace(held, morale_loss=morale_loss)
    D, C = len(arrays.department_ids), len(arrays.customer_ids)
    if not isinstance(start, Dissatisfaction):
        everybody = np.full(len(arrays.need), start)
        start = Dissatisfaction(everybody, everybody, np.full(D, start), np.full(C, start))
    graph = couplings(arrays, failures, held)
    found = settled(graph, graph.values(start), MOST_ROUNDS)
    state = graph.state(found.value)
    return replace(state, rounds=found.rounds, remaining=found.remaining)
