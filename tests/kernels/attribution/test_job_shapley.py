"""Shapley values job by job, beside all subsets of each job by the words of the equations."""

import functools
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.job_by_job import chains, exponentials, jobs_of
from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.attribution.game import Game
from valuechain.kernels.attribution.job_shapley import ALL_ORDERS, job_shapley
from valuechain.kernels.attribution.target import Target
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.kernels.delay.sums import ON_TIME
from valuechain.kernels.plan.basis import plan_basis

OUTCOMES = ("mean_hours", "mean_late_hours", "breach")


def game_of(arrays, outcome, customer="x", by="department", samples=24, seed=0):
    model = delay_model(arrays, samples, seed)
    basis = plan_basis(sample_delay(model))
    node = arrays.node_ids.index(customer)
    player = arrays.provider if by == "department" else np.arange(len(arrays.need))
    players = arrays.node_ids if by == "department" else arrays.service_ids
    return Game(model, basis, Target.of(arrays, node, outcome), players, player)


def felt(target, arrivals):
    total = 0.0
    for hours, need, sla in zip(arrivals, target.need, target.sla, strict=True):
        if target.outcome == "mean_hours":
            total += need * hours
        elif hours > sla * ON_TIME:
            total += need * (hours - sla if target.outcome == "mean_late_hours" else 1.0)
    return total


def by_all_subsets(game, samples, seed=0):
    """Mean contribution and mean drop of each player, from every coalition of every job."""
    arrays, plan = game.model.arrays, game.basis.median.tolist()
    P = len(game.players)
    services = [frozenset(np.flatnonzero(game.player == i).tolist()) for i in range(P)]
    contribution, alone = np.zeros(P), np.zeros(P)
    for job in jobs_of(arrays, samples, seed, plan):
        active = [
            i for i in range(P) if any(job.own[e] > job.budget(e) + 1e-4 for e in services[i])
        ]

        @functools.cache
        def v(members, job=job):
            job.capped = frozenset().union(*(services[i] for i in range(P) if i not in members))
            return felt(game.target, [job.arrival(e) for e in game.target.services])

        k = len(active)
        for i in active:
            others = [j for j in active if j != i]
            alone[i] += v(frozenset(active)) - v(frozenset(others))
            for size in range(k):
                weight = math.factorial(size) * math.factorial(k - size - 1) / math.factorial(k)
                for chosen in itertools.combinations(others, size):
                    members = frozenset(chosen)
                    contribution[i] += weight * (v(members | {i}) - v(members))
    return contribution / samples, alone / samples


def whole(game):
    first, *rest = (job_shapley(game, part) for part in game.blocks_of_jobs())
    return sum(rest, first)


@settings(max_examples=60)
@given(chains(largest=4), st.sampled_from(OUTCOMES))
def test_all_subsets_of_each_job(arrays, outcome):
    """At most four departments: every order is averaged, so nothing is left to chance."""
    game = game_of(arrays, outcome)
    sums = whole(game)
    contribution, alone = by_all_subsets(game, 24)
    assert sums.contribution / 24 == pytest.approx(contribution, abs=2e-5)
    assert sums.alone / 24 == pytest.approx(alone, abs=2e-5)


@settings(max_examples=60)
@given(chains(largest=5, values=3), st.sampled_from(OUTCOMES), st.sampled_from("xy"))
def test_the_parts_add_up_in_every_run(arrays, outcome, customer):
    game = game_of(arrays, outcome, customer, by="service")
    if not game.target.services:
        return
    sums = whole(game)
    total = max(sums.total, 1e-12)
    assert abs(sums.total - sums.on_plan - sums.contribution.sum()) <= 1e-9 * total
    run = sample_delay(game.model)
    column = {"mean_hours": run.mean, "mean_late_hours": run.mean_late, "breach": run.breach}
    place = arrays.customer_ids.index(customer)
    as_is = run.for_customers(column[outcome])[place]
    assert sums.total / 24 == pytest.approx(0.0 if np.isnan(as_is) else as_is, abs=2e-5)
    assert (sums.contribution >= 0).all()
    assert (sums.alone >= 0).all()


def six_in_a_row_and_two_aside():
    """Services of eight departments: enough that one order and its reverse stand for all."""
    names = [f"d{i}" for i in range(6)]
    services = [*itertools.pairwise(names), ("a", "d3"), ("b", "d5"), ("d5", "x")]
    m = len(services)
    return chain_arrays(
        services,
        customers=["x"],
        own=exponentials(*[3.0, 2.0, 4.0, 1.0, 2.0, 12.0, 14.0, 3.0]),
        sla=[2.0, 4.0, 7.0, 8.0, 9.0, 8.0, 9.0, 12.0],
        need=[1.0, 1.0, 0.8, 1.0, 1.0, 1.0, 0.7, 1.0],
        buffer=[0.0, 1.0] + [0.0] * (m - 2),
    )


def test_one_order_and_its_reverse_agree_with_all_subsets():
    """z-scores of each contribution beside the exact figure of the same jobs."""
    arrays = six_in_a_row_and_two_aside()
    samples = 400
    game = game_of(arrays, "mean_late_hours", samples=samples)
    exact, alone = by_all_subsets(game, samples)
    sums = whole(game)
    assert sums.alone / samples == pytest.approx(alone, abs=1e-4)
    mean = sums.contribution / samples
    error = np.sqrt((sums.contribution_square / samples - mean**2) / (samples - 1))
    live = error > 0
    assert live.sum() == 8
    assert np.abs((mean - exact)[live] / error[live]).max() < 4
    assert np.abs(mean - exact).max() > 0  # chance is at work: more than four take part
    assert ALL_ORDERS < 8


def test_standard_errors_cover():
    """Over 60 seeds, contributions scatter as much as their standard errors say."""
    arrays = six_in_a_row_and_two_aside()
    scores = []
    truth = whole(game_of(arrays, "mean_late_hours", samples=200_000, seed=10_000))
    centre = truth.contribution / truth.count
    for seed in range(60):
        n = 500
        sums = whole(game_of(arrays, "mean_late_hours", samples=n, seed=seed))
        mean = sums.contribution / n
        error = np.sqrt((sums.contribution_square / n - mean**2) / (n - 1))
        scores.append((mean - centre)[error > 0] / error[error > 0])
    scores = np.concatenate(scores)
    within = np.mean(np.abs(scores) < 1.96)
    assert 0.90 < within < 0.985
    assert 0.85 < scores.std() < 1.25
