"""Calibration: leaks and scales of couplings that bring back what was observed today.

At each node with an observed failure `F` and couplings that explain `x(kappa)` of it:
`kappa` = the largest value up to 1 with `x(kappa) <= (1 - unexplained) F`, and the leak `l` with
`1 - F = (1 - l)(1 - x(kappa))`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from valuechain.kernels.dissatisfaction.noisy_or import (
    Dissatisfaction,
    Failures,
    Held,
    Layers,
    failures,
    solve_noisy_or,
)
from valuechain.kernels.dissatisfaction.product_rows import ProductRows
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray

ANSWERS = 100.0  # behind an observed share that does not say


def off_the_edge(share: FloatArray, answers: FloatArray | None = None) -> FloatArray:
    """Return observed shares with 0 and 1 moved inside, by what that many answers can tell.

    Parameters
    ----------
    share : ndarray
        0..1, NaN where nothing was observed.
    answers : ndarray, optional
        `n` of each, NaN where it is not said: 100. What is assumed has infinitely many and stays.

    Returns
    -------
    ndarray
        ``.5 / (n + 1)`` for 0, ``(n + .5) / (n + 1)`` for 1, all others as they are.

    Examples
    --------
    >>> off_the_edge(np.array([0.0, 0.4, 1.0]), np.array([24.0, 24.0, np.nan])).tolist()
    [0.02, 0.4, 0.995049504950495]
    """
    n = np.full(share.shape, ANSWERS) if answers is None else np.where(
        np.isnan(answers), ANSWERS, answers
    )  # fmt: skip
    moved = np.where(share == 0.0, 0.5 / (n + 1.0), share)
    return np.where(share == 1.0, 1.0 - 0.5 / (n + 1.0), moved)


@dataclass(frozen=True, eq=False)
class Node:
    """How the observations of one kind of node were met; arrays over its nodes.

    Attributes
    ----------
    observed : ndarray
        The failure that was observed, 0 and 1 moved inside; NaN where nothing was.
    explained : ndarray
        What couplings explain of it, after scaling.
    couplings : ndarray
        What they would explain unscaled.
    kappa, leak : ndarray
        1 and 0 where nothing was observed.
    """

    observed: FloatArray
    explained: FloatArray
    couplings: FloatArray
    kappa: FloatArray
    leak: FloatArray


@dataclass(frozen=True, eq=False)
class Calibration:
    """What was set on today, and stays under changes.

    Attributes
    ----------
    failures : Failures
        Today's, with leaks and scales.
    state : Dissatisfaction
        Today's: every observation comes back.
    faults, services, morale, customers : Node
        From `quality`, services' `csat`, `esat`, customers' `csat`.
    """

    failures: Failures
    state: Dissatisfaction
    faults: Node
    services: Node
    morale: Node
    customers: Node


def calibrate(
    arrays: ChainArrays, late: FloatArray, overload: FloatArray | None = None
) -> Calibration:
    """Return the calibration of today's chain.

    Parameters
    ----------
    arrays : ChainArrays
        Today's, with every `need` given.
    late : ndarray, shape (m,)
        Share that arrives later than expected; NaN where nothing is expected.
    overload : ndarray, shape (D,), optional
        What overload adds to the morale loss.

    Notes
    -----
    What is observed is held while everything else settles round the loops from 0; then each
    observed node's couplings are compared with it. A held node's own couplings move nothing, so
    the order of the nodes does not matter.
    """
    seen = observed_failures(arrays)
    raw = replace(
        failures(arrays, late, overload),
        own_fault=np.zeros(len(arrays.service_ids)),
    )
    state = solve_noisy_or(arrays, raw, held=seen)
    layers = Layers(arrays, raw)
    spare = 1.0 - arrays.coefficients["unexplained"]
    faults = _fit(seen.faulty, spare, _fault_couplings(layers, state))
    services = _fit(seen.services, spare, _service_couplings(layers, state))
    morale = _fit(seen.morale_loss, spare, _morale_couplings(layers, state))
    customers = _fit(seen.customers, spare, _customer_couplings(layers, state))
    fitted = replace(
        raw,
        own_fault=faults.leak,
        fault_kappa=faults.kappa,
        service_leak=services.leak,
        service_kappa=services.kappa,
        morale_leak=morale.leak,
        morale_kappa=morale.kappa,
        customer_leak=customers.leak,
        customer_kappa=customers.kappa,
    )
    return Calibration(fitted, state, faults, services, morale, customers)


def observed_failures(arrays: ChainArrays) -> Held:
    """Return the failures that were observed, 0 and 1 moved inside; NaN where none was."""

    def of(share: FloatArray, name: str) -> FloatArray:
        return 1.0 - off_the_edge(share, arrays.answers.get(name))

    return Held(
        faulty=of(arrays.quality, "quality"),
        services=of(arrays.csat, "csat"),
        morale_loss=of(arrays.esat, "esat"),
        customers=of(arrays.customer_csat, "customer_csat"),
    )


Couplings = Callable[[FloatArray, BoolArray], FloatArray]
"""What couplings explain `(k,)` of the nodes of a mask, each with its own kappa `(k,)`."""


def _fit(observed: FloatArray, spare: float, couplings: Couplings) -> Node:
    """Fit scale and leak of every observed node."""
    n = len(observed)
    every = np.ones(n, dtype=bool)
    full = couplings(np.ones(n), every)
    seen = ~np.isnan(observed)
    kappa, explained = np.ones(n), full.copy()
    over = seen & (full > spare * np.where(seen, observed, 0.0))
    if over.any():
        kappa[over] = _largest_scale(couplings, over, spare * observed[over])
        explained[over] = couplings(kappa[over], over)
    leak = np.zeros(n)
    some = seen & (explained < 1.0)  # where all is explained there is nothing for a leak to add
    leak[some] = (observed[some] - explained[some]) / (1.0 - explained[some])
    return Node(observed, explained, full, kappa, leak)


def _largest_scale(couplings: Couplings, nodes: BoolArray, target: FloatArray) -> FloatArray:
    """Return the kappa at which couplings explain the target: they rise with it from 0."""
    low, high = np.zeros(len(target)), np.ones(len(target))
    for _ in range(60):  # bisection to the last digit, all nodes at once
        middle = 0.5 * (low + high)
        fits = couplings(middle, nodes) <= target
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return low


def _fault_couplings(layers: Layers, state: Dissatisfaction) -> Couplings:
    arrays, inputs = layers.arrays, layers.inputs
    passed = inputs.passed(state.services)
    start = np.searchsorted(inputs.row, np.arange(inputs.n + 1))
    worn = arrays.coefficients["morale_to_quality"] * layers.of(state.morale_loss)

    def explained(kappa: FloatArray, nodes: BoolArray) -> FloatArray:
        chosen = np.flatnonzero(nodes)
        rows = inputs.row_of[chosen]
        size = start[rows + 1] - start[rows]
        owner = np.repeat(np.arange(len(chosen)), size)
        entry = np.repeat(start[rows] - np.cumsum(size) + size, size) + np.arange(size.sum())
        kept = ProductRows(owner, len(chosen)).product(1.0 - kappa[owner] * passed[entry])
        faults: FloatArray = 1.0 - kept * (1.0 - kappa * worn[chosen])
        return faults

    return explained


def _service_couplings(layers: Layers, state: Dissatisfaction) -> Couplings:
    given, weight = layers.failures, layers.weight
    parts = (
        weight["late"] * given.late,
        weight["unclear"] * given.unclear,
        weight["repeated"] * given.repeated,
        weight["faulty"] * state.faulty,
    )

    def explained(kappa: FloatArray, nodes: BoolArray) -> FloatArray:
        kept = np.ones(len(kappa))
        for part in parts:
            kept = kept * (1.0 - kappa * part[nodes])
        result: FloatArray = 1.0 - kept
        return result

    return explained


def _morale_couplings(layers: Layers, state: Dissatisfaction) -> Couplings:
    arrays = layers.arrays
    row = np.concatenate(
        [arrays.client[layers.morale_input], arrays.wears_on.target, np.arange(layers.D)]
    )
    part = np.concatenate(
        [
            layers.worn_by_inputs(state.services),
            layers.worn_by_anger(state.customers),
            layers.failures.overload,
        ]
    )
    rows = ProductRows(row, layers.D)

    def explained(kappa: FloatArray, nodes: BoolArray) -> FloatArray:
        scale = np.ones(layers.D)
        scale[nodes] = kappa
        result: FloatArray = 1.0 - rows.product(1.0 - scale[row] * part)[nodes]
        return result

    return explained


def _customer_couplings(layers: Layers, state: Dissatisfaction) -> Couplings:
    mixed = layers.explained_customers(state.services)

    def explained(kappa: FloatArray, nodes: BoolArray) -> FloatArray:
        result: FloatArray = kappa * mixed[nodes]
        return result

    return explained


def failures_now(
    calibration: Calibration,
    today: ChainArrays,
    now: ChainArrays,
    late: FloatArray,
    overload: FloatArray | None = None,
) -> Failures:
    """Return the failures of a changed chain, at today's calibration.

    Parameters
    ----------
    calibration : Calibration
    today, now : ChainArrays
        With the same services.
    late : ndarray, shape (m,)
        Of now; NaN where nothing is expected.
    overload : ndarray, shape (D,), optional
        Of now.

    Notes
    -----
    A changed `quality` moves the service's own part in the ratio of the failures,
    ``l (1 - quality) / (1 - quality today)``; where today's failure is 0 or was not measured the
    new failure becomes the own part (see `becomes_own_part`), never less than what was found of
    it today: a perfect survey leaves a little, and a new failure below that is no improvement.
    """
    plain = failures(now, late, overload)
    before, after = 1.0 - today.quality, 1.0 - now.quality
    changed = ~np.isnan(after) & ~(before == after)
    own = calibration.failures.own_fault.copy()
    whole = becomes_own_part(today, now)
    scaled = changed & ~whole
    own[scaled] = own[scaled] * after[scaled] / before[scaled]
    own[whole] = np.maximum(own[whole], after[whole])
    return replace(
        calibration.failures,
        late=plain.late,
        unclear=plain.unclear,
        repeated=plain.repeated,
        overload=plain.overload,
        own_fault=own,
    )


def becomes_own_part(today: ChainArrays, now: ChainArrays) -> BoolArray:
    """Return of which services a changed `quality` starts from nothing to scale, `(m,)`."""
    before, after = 1.0 - today.quality, 1.0 - now.quality
    starts: BoolArray = (np.isnan(before) | (before == 0.0)) & ~np.isnan(after) & (before != after)
    return starts
