"""The noisy-OR by rounds of all layers at once, over the whole chain: slow, plain, another way."""

from __future__ import annotations

import numpy as np

from valuechain.kernels.dissatisfaction.noisy_or import (
    Dissatisfaction,
    Failures,
    Held,
    Layers,
    nothing_held,
)
from valuechain.kernels.dissatisfaction.product_rows import union
from valuechain.network.arrays import ChainArrays, FloatArray


def whole_round(layers: Layers, state: Dissatisfaction, held: Held) -> Dissatisfaction:
    """Return the state one round later."""
    given = layers.failures
    faulty = _hold(
        held.faulty,
        union(given.own_fault, layers.explained_faults(state.services, state.morale_loss)),
    )
    services = _hold(held.services, union(given.service_leak, layers.explained_services(faulty)))
    customers = _hold(
        held.customers, union(given.customer_leak, layers.explained_customers(services))
    )
    morale = _hold(
        held.morale_loss, union(given.morale_leak, layers.explained_morale(services, customers))
    )
    return Dissatisfaction(faulty, services, morale, customers)


def whole_rounds(
    arrays: ChainArrays,
    failures: Failures,
    start: Dissatisfaction,
    held: Held | None = None,
    rounds: int = 20_000,
) -> Dissatisfaction:
    """Return where rounds from a state lead, once nothing moves."""
    held = nothing_held(arrays) if held is None else held
    layers, state = Layers(arrays, failures), start
    for _ in range(rounds):
        after = whole_round(layers, state, held)
        moved = distance(after, state)
        state = after
        if moved <= 1e-16:
            break
    return state


def distance(a: Dissatisfaction, b: Dissatisfaction) -> float:
    """Return the largest difference between two states."""
    return max(
        float(np.abs(getattr(a, name) - getattr(b, name)).max(initial=0.0))
        for name in ("services", "morale_loss", "customers")
    )


def _hold(held: FloatArray, values: FloatArray) -> FloatArray:
    return np.where(np.isnan(held), values, held)
