"""Re-pairing: whose arrival meets whose job, from one round of a loop to the next."""

from __future__ import annotations

import numpy as np

from valuechain.kernels.chance.streams import F32, Draws, Words, stream_keys
from valuechain.network.arrays import IntArray

NEIGHBOURS = 64


class Pairing:
    """Random permutations of a block's samples.

    One base permutation is drawn per block; each use rotates it by a number of its own, so that
    two uses of one block pair almost surely nothing alike. With a shared cause, samples are
    re-paired only among 64 neighbours in its order, in windows that move by half their width.
    """

    def __init__(self, seed: int, draws: Draws, factor: F32 | None) -> None:
        self._draws = draws
        rank = draws.ranks(stream_keys(seed, "pairs", [""]))[0]
        self._order: IntArray | None = None
        if factor is None:
            base = np.argsort(rank, kind="stable")
            self._twice = np.concatenate([base, base])
            self._choices = draws.size
            return
        self._order = np.argsort(factor, kind="stable")
        local = np.argsort(rank.reshape(-1, NEIGHBOURS), axis=1, kind="stable")
        self._windows = np.concatenate([local, local], axis=1)
        self._choices = 2 * NEIGHBOURS
        self._made: dict[int, IntArray] = {}

    def rotations(self, keys: Words, round_: int) -> list[int]:
        """Return the rotation for each of `keys` `(k, 1)` in a round."""
        numbers: list[int] = self._draws.whole_numbers(keys, self._choices, round_).tolist()
        return numbers

    def samples(self, rotation: int) -> IntArray:
        """Return, for each sample's job, the sample whose arrival it meets."""
        if self._order is None:
            return self._twice[rotation : rotation + self._draws.size]
        if rotation not in self._made:
            self._made[rotation] = self._among_neighbours(rotation)
        return self._made[rotation]

    def _among_neighbours(self, rotation: int) -> IntArray:
        assert self._order is not None
        turn, shifted = rotation % NEIGHBOURS, rotation // NEIGHBOURS
        places = np.arange(self._draws.size)
        within = self._windows[:, turn : turn + NEIGHBOURS]
        if shifted:
            half = NEIGHBOURS // 2
            start = np.arange(half, self._draws.size - NEIGHBOURS, NEIGHBOURS)[:, None]
            places[half:-half] = (start + within[:-1]).ravel()
        else:
            start = np.arange(0, self._draws.size, NEIGHBOURS)[:, None]
            places = (start + within).ravel()
        partner = np.empty_like(places)
        partner[self._order] = self._order[places]
        return partner
