"""Which draws are made: independent ones, or a design for Sobol's indices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.draws.drawing import Ranges
from valuechain.errors import Text, UsageError
from valuechain.kernels.chance.streams import stream_keys, uniforms
from valuechain.network.arrays import FloatArray

LEAST_POINTS = 32  # of a Sobol design, a power of 2


@dataclass(frozen=True, eq=False)
class Design:
    """Draws of all inputs.

    Attributes
    ----------
    values : ndarray, shape (draws, k)
    independent : int
        How many of the first rows are independent draws: all, but in a Sobol design.
    """

    values: FloatArray
    independent: int


def random_design(ranges: Ranges, seed: int, draws: int) -> Design:
    """Return independent draws."""
    values = np.array([ranges.values(seed, number) for number in range(draws)])
    return Design(values, draws)


def sobol_design(ranges: Ranges, seed: int, draws: int) -> Design:
    """Return Saltelli's design: points A, points B, and for each input A with that input from B.

    Raises
    ------
    UsageError
        If there are too few draws for the inputs, or ranges that depend on each other.

    References
    ----------
    Saltelli (2002), Making best use of model evaluations to compute sensitivity indices, Computer
    Physics Communications 145.
    """
    k = len(ranges.inputs)
    least = LEAST_POINTS * (k + 2)
    if draws < least:
        raise UsageError(
            Text(
                f"Sobol's indices of {k} inputs need {least} draws at least, not {draws}; use "
                'sensitivity="rank"',
                f"los índices de Sobol de {k} datos piden {least} sorteos (draws) al menos, no "
                f'{draws}; use sensitivity="rank"',
            )
        )
    n = 2 ** int(np.log2(draws // (k + 2)))
    keys = stream_keys(seed, "sobol", ranges.keys)
    first, second = (
        np.array([ranges.quantiles(uniforms(keys, place, half)) for place in range(n)])
        for half in (0, 1)
    )
    mixed = np.repeat(first[None], k, axis=0)
    mixed[np.arange(k), :, np.arange(k)] = second.T
    values = np.concatenate([first, second, mixed.reshape(k * n, k)])
    if not all(ranges.suit(row) for row in values):
        raise UsageError(
            Text(
                "Sobol's indices are for independent inputs, and some of these ranges exclude each "
                'other, such as a median that may exceed its p90; use sensitivity="rank"',
                "los índices de Sobol son para datos independientes, y algunos de estos rangos se "
                "excluyen entre sí, como una mediana que puede superar su p90; use "
                'sensitivity="rank"',
            )
        )
    return Design(values, 2 * n)
