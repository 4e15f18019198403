"""Shapley values of any game on common samples: `v(S)` is given as a value for each sample.

Up to ten players every coalition is asked for, beyond that 32 random orders and their reverses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np

from valuechain.kernels.attribution.game import Shares
from valuechain.kernels.attribution.orders import order_weight
from valuechain.kernels.attribution.pool_shapley import MOST_BY_SUBSETS, ORDERS
from valuechain.kernels.chance.streams import Draws, stream_keys
from valuechain.network.arrays import FloatArray, IntArray

Coalition = frozenset[int]
Value = Callable[[Coalition], FloatArray]
"""The outcome by sample, `(n,)`, when the players of a coalition behave in the new way."""


def coalition_shapley(players: Sequence[str], value: Value, seed: int) -> Shares:
    """Return what each player contributes to ``v(all) - v(nobody)``.

    Parameters
    ----------
    players : sequence of str
    value : callable
        Should remember what it was asked.
    seed : int
        Of the random orders.

    Returns
    -------
    Shares
        `alone` is ``v(all) - v(all but this one)``.
    """
    P = len(players)
    everybody: Coalition = frozenset(range(P))
    total, nobody = value(everybody), value(frozenset())
    parts = np.zeros((P, len(total)))
    by_order = np.zeros((0, P))
    if P <= MOST_BY_SUBSETS:
        for members in every_coalition(P):
            worth = value(members)
            for i in members:  # a difference, so that who changes nothing has exactly nothing
                joined = order_weight(len(members), P, inside=True)
                parts[i] += joined * (worth - value(members - {i}))
    else:
        by_order = np.zeros((ORDERS, P))
        for number, order in enumerate(_orders(players, seed).tolist()):
            for walk in (order, order[::-1]):
                before, members = nobody, frozenset[int]()
                for i in walk:
                    members = members | {i}
                    worth = value(members)
                    parts[i] += (worth - before) / (2 * ORDERS)
                    by_order[number, i] += float((worth - before).sum()) / 2
                    before = worth
    alone = np.array([total - value(everybody - {i}) for i in range(P)]).reshape(P, len(total))
    return Shares(
        len(total),
        float(total.sum()),
        float(nobody.sum()),
        parts.sum(axis=1),
        (parts**2).sum(axis=1),
        alone.sum(axis=1),
        (alone**2).sum(axis=1),
        by_order,
    )


def every_coalition(players: int) -> Iterator[Coalition]:
    """Yield all subsets of players."""
    for size in range(players + 1):
        yield from map(frozenset, combinations(range(players), size))


def coalitions_asked(players: Sequence[str], seed: int) -> Iterator[Coalition]:
    """Yield what `coalition_shapley` will ask for, one or few players apart; some come again."""
    P = len(players)
    everybody: Coalition = frozenset(range(P))
    if P <= MOST_BY_SUBSETS:
        for step in range(2**P):  # a Gray code: one player apart
            gray = step ^ (step >> 1)
            yield frozenset(i for i in range(P) if gray >> i & 1)
    else:
        for order in _orders(players, seed).tolist():
            for walk in (order, order[::-1]):
                yield from (frozenset(walk[:size]) for size in range(P + 1))
        yield from (everybody - {i} for i in range(P))


def _orders(players: Sequence[str], seed: int) -> IntArray:
    draws = Draws(seed, 0, ORDERS, rows=len(players))
    ranks = draws.ranks(stream_keys(seed, "order of changes", players))
    order: IntArray = np.argsort(ranks, axis=0, kind="stable").T
    return order
