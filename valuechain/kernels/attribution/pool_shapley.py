"""Shapley values on the whole pool: every job sees the same coalition, as jobs in loops must.

Requests inside a loop are other jobs, paired anew in every round; so a coalition `S` of sources
that take their times as today holds for all of them, with common draws and pairings. Up to ten
sources every coalition is computed, beyond that 32 random orders and their reverses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from valuechain.kernels.attribution.game import Game, Shares
from valuechain.kernels.attribution.orders import order_weight
from valuechain.kernels.attribution.replay import Replay, State
from valuechain.kernels.chance.streams import Draws, stream_keys
from valuechain.network.arrays import BoolArray, FloatArray, IntArray

MOST_BY_SUBSETS = 10
ORDERS = 32


def pool_shapley(game: Game, part: tuple[int, int]) -> Shares:
    """Return what one pool comes to.

    Parameters
    ----------
    game : Game
    part : (first, counted)
        A block of the model's.
    """
    pool = _Pool(game, *part)
    orders = np.zeros((0, len(game.players)))
    if len(game.players) <= MOST_BY_SUBSETS:
        contribution = pool.by_subsets()
    else:
        contribution, orders = pool.by_orders()
    alone = pool.alone()
    return Shares(
        pool.counted,
        float(pool.everybody.sum()),
        float(pool.nobody.sum()),
        contribution.sum(axis=1),
        (contribution**2).sum(axis=1),
        alone.sum(axis=1),
        (alone**2).sum(axis=1),
        orders,
    )


def joint_drops(
    game: Game, pairs: Sequence[tuple[int, int]], part: tuple[int, int]
) -> tuple[int, FloatArray]:
    """Return how many samples, and the sum of what ``v`` drops when two go on plan, by pair."""
    pool = _Pool(game, *part)
    found = [pool.everybody - pool.without(pair) for pair in pairs]
    return pool.counted, np.array([drop.sum() for drop in found])


def random_orders(game: Game) -> IntArray:
    """Return the random orders of the players, `(ORDERS, P)`."""
    draws = Draws(game.model.seed, 0, ORDERS, rows=len(game.players))
    ranks = draws.ranks(stream_keys(game.model.seed, "order of all", game.players))
    order: IntArray = np.argsort(ranks, axis=0, kind="stable").T
    return order


class _Pool:
    """The coalitions of one pool."""

    def __init__(self, game: Game, first: int, counted: int) -> None:
        self._game, self.counted = game, counted
        self._replay = Replay(game.model, game.basis, first, counted)
        today = self._replay.today
        self._mine = [game.player == i for i in range(len(game.players))]
        self._active = [i for i, mine in enumerate(self._mine) if (mine & self._replay.binds).any()]
        self._nobody = self._replay.switch(today, np.ones(len(game.player), np.bool_))
        self.everybody, self.nobody = self._value(today), self._value(self._nobody)

    def _value(self, state: State) -> FloatArray:
        target = self._game.target
        rows = [state.arrival[root][: self.counted] for root in target.services]
        return target.value(np.stack(rows) if rows else np.zeros((0, self.counted), np.float32))

    def without(self, players: Sequence[int]) -> FloatArray:
        """Return ``v`` with some on plan and all others as today."""
        plan: BoolArray = np.zeros(len(self._game.player), np.bool_)
        for i in players:
            plan |= self._mine[i]
        return self._value(self._replay.switch(self._replay.today, plan))

    def alone(self) -> FloatArray:
        """Return what ``v`` drops when one player alone goes on plan, `(P, n)`."""
        drops = np.zeros((len(self._mine), self.counted))
        for i in self._active:
            drops[i] = self.everybody - self.without([i])
        return drops

    def by_subsets(self) -> FloatArray:
        """Return contributions `(P, n)` from every coalition.

        Coalitions follow each other in the order of a Gray code, so that one player switches.
        """
        k = len(self._active)
        parts = np.zeros((len(self._mine), self.counted))
        state, members = self._nobody, 0
        for step in range(2**k):
            if step:
                place = (step & -step).bit_length() - 1
                members ^= 1 << place
                mine = self._mine[self._active[place]]
                as_today = bool(members >> place & 1)
                plan = state.on_plan & ~mine if as_today else state.on_plan | mine
                state = self._replay.switch(state, plan)
            value = self._value(state)
            for place, i in enumerate(self._active):
                weight = order_weight(members.bit_count(), k, bool(members >> place & 1))
                parts[i] += weight * value
        return parts

    def by_orders(self) -> tuple[FloatArray, FloatArray]:
        """Return contributions `(P, n)` over random orders, and their sums `(ORDERS, P)`."""
        parts = np.zeros((len(self._mine), self.counted))
        by_order = np.zeros((ORDERS, len(self._mine)))
        active = set(self._active)
        for number, order in enumerate(random_orders(self._game).tolist()):
            walked = [i for i in order if i in active]
            for walk in (walked, walked[::-1]):
                for i, gain in zip(walk, self._gains(walk), strict=True):
                    parts[i] += gain / (2 * ORDERS)
                    by_order[number, i] += gain.sum() / 2
        return parts, by_order

    def _gains(self, walk: Sequence[int]) -> list[FloatArray]:
        gains = []
        state, before = self._nobody, self.nobody
        for i in walk:
            state = self._replay.switch(state, state.on_plan & ~self._mine[i])
            value = self._value(state)
            gains.append(value - before)
            before = value
        return gains
