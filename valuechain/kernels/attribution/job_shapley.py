"""Shapley values job by job: every sample has its own order of sources, and its reverse.

In one job let `v(S)` be the outcome when the sources in `S` take their times as today and all
others keep to their budgets. Averaged over all orders of the sources,

    c_i = E [ v(those before i, and i) - v(those before i) ],   sum_i c_i = v(all) - v(none).

A source that is over budget in no service that can matter in this job has ``c_i = 0`` there and
takes no part. Where at most four take part all orders are averaged, else one random order and its
reverse; either way the parts of each job add up (Castro, Gomez and Tejada 2009; antithetic orders:
Mitchell, Cooper, Frank and Holmes 2022).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from valuechain.kernels.attribution.game import Game, Shares
from valuechain.kernels.attribution.job_walks import Switches, drops, every_order, two_orders
from valuechain.kernels.attribution.lanes import CELLS_AT_ONCE, Lanes
from valuechain.kernels.attribution.recorded_block import RecordedBlock, Stage, stages_of
from valuechain.kernels.attribution.relevance import Relevance
from valuechain.kernels.attribution.target import ROUNDING
from valuechain.kernels.chance.streams import F32, Draws, stream_keys
from valuechain.kernels.delay.route import Loop
from valuechain.kernels.delay.sampled import DelayModel
from valuechain.network.arrays import BoolArray, FloatArray, IntArray

ALL_ORDERS = 4  # sources up to which every coalition is computed: not more than twice the work


def job_shapley(game: Game, part: tuple[int, int]) -> Shares:
    """Return the sums of one block of jobs."""
    return _JobBlock(game, *part).sums()


class _JobBlock:
    """One block of jobs: who takes part where, and the walks."""

    def __init__(self, game: Game, first: int, counted: int) -> None:
        self._game, self._first, self._n = game, first, counted
        self._record = RecordedBlock(game.model, game.basis, first, counted)
        self._stages = _acyclic_stages(game.model)
        self._today, self._plan = self._record.own
        arrival = self._arrivals(self._today)
        planned = self._arrivals(self._plan)
        roots = list(game.target.services)
        self._as_is = game.target.value(arrival[roots])
        self._on_plan = game.target.value(planned[roots])
        self._over = self._plan < self._today
        relevance = Relevance(self._record, self._stages, self._today, arrival)
        margin = np.float32(ROUNDING) * arrival.max(axis=0)
        self._matters = arrival > relevance.latest(self._levels(planned)) - margin
        first_to_fall = self._levels(np.maximum(arrival - 2 * margin, planned))
        self._sets_it = arrival > relevance.latest(first_to_fall) - margin

    def _levels(self, arrival: F32) -> dict[int, F32]:
        target = self._game.target
        return {
            root: target.level(place, arrival[root])
            for place, root in enumerate(target.services)
            if target.counts(place)
        }

    def _arrivals(self, own: F32) -> F32:
        arrival = np.empty_like(own)
        for stage in self._stages:
            rows = list(stage.services)
            arrival[rows] = own[rows]
            ready: F32 | None = None
            for slot in stage.slots:
                late = self._record.lateness(slot, arrival.__getitem__)
                if ready is None:
                    ready = late
                else:
                    ready = ready + late if stage.in_sequence else np.maximum(ready, late)
            if ready is not None:
                arrival[rows] += ready
        return arrival

    def _by_player(self, services: BoolArray) -> BoolArray:
        """Return where any service of a player is marked, `(P, n)`."""
        found = np.zeros((len(self._game.players), services.shape[1]), np.bool_)
        for e in np.flatnonzero(services.any(axis=1)).tolist():
            found[self._game.player[e]] |= services[e]
        return found

    def sums(self) -> Shares:
        """Walk through all jobs in which anybody takes part."""
        counts = self._over & self._matters
        counts[:, self._n :] = False  # samples beyond only make the last word whole
        takes_part = self._by_player(counts)
        number = takes_part.sum(axis=0)
        order = self._order(takes_part)
        contribution, alone = _Tally(len(takes_part)), _Tally(len(takes_part))
        on_plan, as_is = np.where(number > 0, self._on_plan, self._as_is), self._as_is.copy()
        single = np.flatnonzero(number == 1)
        for tally in (contribution, alone):
            tally.add(order[0, single], as_is[single] - on_plan[single])
        for jobs in self._chunks(number, 2):
            lanes = self._lanes(jobs, order, counts, 1 if number[jobs[0]] <= ALL_ORDERS else 2)
            parts = np.zeros((number[jobs[0]], len(jobs)))
            walk = every_order if number[jobs[0]] <= ALL_ORDERS else two_orders
            on_plan[jobs], as_is[jobs] = walk(lanes, number[jobs], parts)
            live = np.arange(len(parts))[:, None] < number[jobs]
            contribution.add(order[: len(parts), jobs][live], parts[live])
        sets_it = self._by_player(self._over & self._sets_it) & (number > 1)
        number, order = sets_it.sum(axis=0), self._order(sets_it)
        for jobs in self._chunks(number, 1):
            lanes = self._lanes(jobs, order, counts, 2)
            parts = drops(lanes, number[jobs])
            live = np.arange(len(parts))[:, None] < number[jobs]
            alone.add(order[: len(parts), jobs][live], parts[live])
        return Shares(
            self._n,
            float(as_is[: self._n].sum()),
            float(on_plan[: self._n].sum()),
            contribution.total,
            contribution.square,
            alone.total,
            alone.square,
            np.zeros((0, len(takes_part))),
        )

    def _order(self, takes_part: BoolArray) -> IntArray:
        """Return, by job, those who take part in their random order, `(most, n)`."""
        draws = Draws(self._game.model.seed, self._first, self._record.size)
        keys = stream_keys(self._game.model.seed, "order", self._game.players)
        rank = np.full(takes_part.shape, np.inf, np.float32)
        for i in np.flatnonzero(takes_part.any(axis=1)).tolist():
            drawn = draws.ranks(keys[i : i + 1])[0]
            rank[i, takes_part[i]] = drawn[takes_part[i]]
        most = max(1, int(takes_part.sum(axis=0).max(initial=0)))
        order: IntArray = np.argsort(rank.T, axis=1, kind="stable").T[:most]
        return order

    def _chunks(self, number: IntArray, least: int) -> Iterator[IntArray]:
        """Yield jobs by how many take part, the most first: as many as the cache holds."""
        jobs = np.argsort(-number, kind="stable")
        many = int(np.count_nonzero(number > ALL_ORDERS))
        for part in (jobs[:many], jobs[many : int(np.count_nonzero(number >= least))]):
            start = 0
            while start < len(part):
                rows = int(self._matters[:, part[start:]].any(axis=1).sum())
                size = max(64, CELLS_AT_ONCE // max(1, 2 * rows))
                yield part[start : start + size]
                start += size

    def _lanes(
        self, jobs: IntArray, order: IntArray, counts: BoolArray, directions: int
    ) -> Switches:
        """Return the lanes of some jobs, and which services each of their sources switches."""
        lanes = Lanes(
            self._record,
            self._stages,
            self._game.target,
            self._today,
            jobs,
            self._matters,
            counts,
            directions,
        )
        place = np.full((len(self._game.players), len(jobs)), -1, np.int64)
        ranks = np.arange(len(order))[:, None]
        np.put_along_axis(place, order[:, jobs], np.broadcast_to(ranks, (len(order), len(jobs))), 0)
        service, lane = np.nonzero(counts[:, jobs])
        job = jobs[lane]
        return Switches(
            lanes,
            place[self._game.player[service], lane],
            lanes.row[service],
            lane,
            self._today[service, job],
            self._plan[service, job],
        )


class _Tally:
    """Sums and sums of squares by source."""

    def __init__(self, players: int) -> None:
        self.total: FloatArray = np.zeros(players)
        self.square: FloatArray = np.zeros(players)

    def add(self, players: IntArray, values: FloatArray) -> None:
        """Add values, each at most once a job for a source."""
        P = len(self.total)
        self.total += np.bincount(players, values, minlength=P)
        self.square += np.bincount(players, values * values, minlength=P)


def _acyclic_stages(model: DelayModel) -> tuple[Stage, ...]:
    steps = stages_of(model)
    stages: list[Stage] = []
    for step in steps:
        if isinstance(step, Loop):
            raise ValueError("orders that differ from job to job are for chains without loops")
        stages += step
    return tuple(stages)
