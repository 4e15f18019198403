"""The game behind an attribution: set up from a chain, played block by block, and summed up."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from valuechain.analyzers.attribution.sources import Sources
from valuechain.analyzers.delay import Progress
from valuechain.evaluation.loop_errors import loop_errors
from valuechain.kernels.attribution.game import Game, Shares
from valuechain.kernels.attribution.job_shapley import job_shapley
from valuechain.kernels.attribution.pool_shapley import MOST_BY_SUBSETS, joint_drops, pool_shapley
from valuechain.kernels.attribution.target import DelayOutcome, Target
from valuechain.kernels.delay.sampled import DelayModel, delay_model, sample_delay
from valuechain.kernels.plan.basis import own_medians, plan_basis
from valuechain.kernels.plan.budgets import PlanBasis
from valuechain.network import ChainArrays
from valuechain.network.arrays import BoolArray, FloatArray, IntArray
from valuechain.network.selection import only_services, services_behind
from valuechain.today import Situation

HIDDEN = 0.5  # of the contribution: a smaller drop says that another source hides it
NOTICEABLE = 0.01  # of what all sources contribute
MOST_PAIRED = 8  # sources, the largest, among which partners are looked for
Part = TypeVar("Part")


@dataclass(frozen=True, eq=False)
class Played:
    """What a game came to; sources `(P,)`, means in the unit of the outcome.

    Attributes
    ----------
    total, on_plan : float
    contribution, contribution_error, alone, alone_error : ndarray
    best_with : ndarray of int
        The partner of each source, -1 for none.
    together : ndarray
        What both bring together; NaN without a partner.
    method : str
    """

    total: float
    on_plan: float
    contribution: FloatArray
    contribution_error: FloatArray
    alone: FloatArray
    alone_error: FloatArray
    best_with: IntArray
    together: FloatArray
    method: str

    @classmethod
    def nothing(cls, sources: int) -> Played:
        """Return a game in which nothing reaches the customer."""
        zero = np.zeros(sources)
        nobody = np.full(sources, -1)
        return cls(0.0, 0.0, zero, zero, zero, zero, nobody, zero * np.nan, "every coalition")


def delay_game(
    situation: Situation,
    node: int,
    outcome: DelayOutcome,
    sources: Sources,
    samples: int,
    seed: int,
) -> Game:
    """Return the game for a delay outcome of a customer; only what leads to it plays.

    Raises
    ------
    DeadlockError, ConvergenceError
        As in `propagate_delay`.
    """
    now = situation.now
    kept = np.flatnonzero(with_alternatives(now, now.client == node))
    arrays = only_services(now, kept)
    with loop_errors(arrays):
        model = delay_model(arrays, samples, seed)
    today = model
    if situation.changed:
        before = only_services(situation.today, kept)
        with loop_errors(before):
            today = delay_model(before, samples, seed)
    with loop_errors(today.arrays):
        basis = basis_of(today)
    target = Target.of(arrays, node, outcome)
    return Game(model, basis, target, sources.ids, sources.player[kept])


def basis_of(today: DelayModel) -> PlanBasis:
    """Return what budgets are made of; mean arrivals are read in loops only."""
    if today.loops:
        return plan_basis(sample_delay(today))
    return PlanBasis(own_medians(today), np.zeros(len(today.arrays.need)))


def with_alternatives(arrays: ChainArrays, roots: BoolArray) -> BoolArray:
    """Return the services that delay some, `(m,)`, and all alternatives to them.

    A group's draws go by its first member, whether or not that one is on the way.
    """
    found = services_behind(arrays, roots, waiting_only=True)
    count = -1
    while count != (count := int(found.sum())):
        groups = np.unique(arrays.group[found & (arrays.group >= 0)])
        found = found | np.isin(arrays.group, groups)
        found = services_behind(arrays, found, waiting_only=True)
    return found


def play(game: Game, executor: Executor | None, progress: Progress | None) -> Played:
    """Return what a game comes to, its blocks computed by `executor`, if there is one."""
    if game.model.loops:
        method = "every coalition" if len(game.players) <= MOST_BY_SUBSETS else "random orders"
        blocks, share = game.model.blocks(), pool_shapley
    else:
        method, blocks, share = "orders per job", game.blocks_of_jobs(), job_shapley
    found: Shares | None = None
    for done, part in enumerate(each(partial(share, game), blocks, executor), start=1):
        found = part if found is None else found + part
        if progress is not None:
            progress(done, len(blocks))
    assert found is not None
    n = found.count
    played = Played(
        found.total / n,
        found.on_plan / n,
        found.contribution / n,
        found.contribution_error,
        found.alone / n,
        found.alone_error,
        np.full(len(game.players), -1),
        np.full(len(game.players), np.nan),
        method,
    )

    def joint(pairs: Sequence[tuple[int, int]]) -> FloatArray:
        count, total = 0, np.zeros(len(pairs))
        for n, drops in each(partial(joint_drops, game, pairs), blocks, executor):
            count, total = count + n, total + drops
        return total / count

    return with_partners(game.players, played, joint)


def each(
    work: Callable[[tuple[int, int]], Part],
    blocks: Sequence[tuple[int, int]],
    executor: Executor | None,
) -> Iterable[Part]:
    """Return the parts of blocks in their order, wherever they are computed."""
    return map(work, blocks) if executor is None else executor.map(work, blocks)


def with_partners(
    players: Sequence[str],
    played: Played,
    joint: Callable[[Sequence[tuple[int, int]]], FloatArray],
) -> Played:
    """Return the game with partners for sources that mended alone bring little.

    `joint` tells, by pair of players, what the outcome drops by when both go on plan.
    """
    contribution, alone = played.contribution, played.alone
    floor = NOTICEABLE * float(contribution.sum())
    order = sorted(range(len(contribution)), key=lambda i: (-contribution[i], players[i]))
    largest = [i for i in order[:MOST_PAIRED] if contribution[i] > max(floor, 0.0)]
    hidden = [i for i in largest if alone[i] < HIDDEN * contribution[i]]
    pairs = [pair for pair in itertools.combinations(largest, 2) if set(pair) & set(hidden)]
    if not pairs:
        return played
    drops = {pair: float(drop) for pair, drop in zip(pairs, joint(pairs), strict=True)}
    best, together = played.best_with.copy(), played.together.copy()
    for i in hidden:
        mine = {(a + b - i): drop for (a, b), drop in drops.items() if i in (a, b)}
        partner = max(mine, key=lambda j: (mine[j], -order.index(j)))
        if mine[partner] - alone[i] - alone[partner] > NOTICEABLE * contribution[i]:
            best[i], together[i] = partner, mine[partner]
    return replace(played, best_with=best, together=together)
