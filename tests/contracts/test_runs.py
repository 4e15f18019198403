"""The same question has the same answer: whoever computes it, however it is written and named."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from distributed import Client, LocalCluster

import valuechain as vc
from tests.contracts.calls import CALLS, LISTED, answer, ask, draws, takes
from tests.contracts.chains import (
    OTHER_NAMES,
    TEXTS,
    chain,
    fresh,
    in_days,
    renamed,
    reordered,
    with_hostile_names,
)

EVERY = pytest.mark.parametrize(("verb", "name"), LISTED)
OUR_OWN = pytest.mark.parametrize(("verb", "name"), [pair for pair in LISTED if pair[1] in TEXTS])
SHARED = [verb for verb in sorted(vc.ANALYZERS) if takes(verb, "executor")]
SEVERAL_BLOCKS = 100_000  # blocks of a loop are shorter
SEEDS = range(8)
FEW_SEEDS = range(4)  # where a loop makes every run a whole pool


@EVERY
def test_equal_seed_equal_answer(verb, name):
    assert ask(verb, fresh(name)).to_dict() == answer(verb, name).to_dict()


@pytest.mark.parametrize("verb", [verb for verb in sorted(vc.ANALYZERS) if draws(verb)])
def test_another_seed_is_another_sample(verb):
    name = CALLS[verb].on[-1]
    one, other = answer(verb, name).to_dict(), ask(verb, chain(name), seed=99).to_dict()
    assert one.pop("provenance") != other.pop("provenance")
    assert one != other


@EVERY
def test_the_chain_stays_as_it_was(verb, name):
    given, before = fresh(name), vc.to_yaml(chain(name))
    ask(verb, given)
    assert given == chain(name)
    assert vc.to_yaml(given) == before


@EVERY
def test_the_order_of_entries_changes_nothing(verb, name):
    other = reordered(name)
    assert list(other.departments) != list(chain(name).departments)
    assert ask(verb, other).to_dict() == answer(verb, name).to_dict()


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture(scope="module")
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(3) as pool:
        yield pool


@pytest.fixture(scope="module")
def cluster() -> Iterator[Executor]:
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=logging.CRITICAL
        ) as machines,
        Client(machines) as client,
    ):
        yield client.get_executor()


@pytest.mark.parametrize("verb", SHARED)
@pytest.mark.parametrize("workers", ["threads", "processes", "cluster"])
def test_workers_change_nothing(verb, workers, request):
    name = CALLS[verb].on[-1]
    alone = ask(verb, chain(name), samples=SEVERAL_BLOCKS)
    pool = request.getfixturevalue(workers)
    together = ask(verb, chain(name), samples=SEVERAL_BLOCKS, executor=pool)
    assert together.to_dict() == alone.to_dict()


@pytest.mark.parametrize("workers", ["threads", "processes", "cluster"])
def test_workers_change_nothing_in_a_loop(workers, request):
    pool = request.getfixturevalue(workers)
    together = ask("propagate_delay", chain("loop"), samples=20_000, executor=pool)
    assert together.to_dict() == ask("propagate_delay", chain("loop"), samples=20_000).to_dict()


@pytest.mark.parametrize("verb", [verb for verb in SHARED if draws(verb)])
def test_progress_goes_to_the_end(verb):
    told: list[tuple[int, int]] = []
    ask(verb, chain(CALLS[verb].on[0]), progress=lambda done, all_: told.append((done, all_)))
    assert told
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[-1][0] == told[-1][1]
    assert len({all_ for _, all_ in told}) == 1


def numbers(result):
    """Every figure by level, id and column, and its unit."""
    for level, table in result.tables.items():
        for column in table.columns:
            values = table[column.name]
            if values.dtype.kind == "f" and not column.name.endswith("_error"):
                for key, value in zip(table.ids, values.tolist(), strict=True):
                    yield (level, key, column.name), column.unit, value


def figures(result):
    return {place: value for place, _, value in numbers(result)}


def new_id(old):
    """An id after `renamed`, or a path: services and fields included."""
    return re.sub(r"[^\W\d_][\w-]*", lambda found: OTHER_NAMES.get(found[0], found[0]), old)


@OUR_OWN
def test_names_change_nothing_but_chance(verb, name):
    """Over seeds, by their standard errors; without draws, and for who has none, exactly."""
    drawn = draws(verb)
    seeds = FEW_SEEDS if name == "loop" else SEEDS
    runs = [{"seed": seed} for seed in seeds] if drawn else [{}]
    before = [figures(ask(verb, chain(name), **run)) for run in runs]
    after = [figures(ask(verb, renamed(name), **run)) for run in runs]
    assert {(level, new_id(key), column) for level, key, column in before[0]} == set(after[0])
    far = {}
    for place in before[0]:
        level, key, column = place
        one = np.array([run[place] for run in before])
        other = np.array([run[level, new_id(key), column] for run in after])
        assert (np.isnan(one) == np.isnan(other)).all(), place
        if np.isnan(one).any():
            continue
        error = math.sqrt((one.var(ddof=1) + other.var(ddof=1)) / len(seeds)) if drawn else 0.0
        gap = abs(one.mean() - other.mean())
        if gap > 6 * error + 1e-5 * abs(one.mean()):
            far[place] = (one.mean(), other.mean(), error)
    assert far == {}


@OUR_OWN
def test_days_for_hours_scale_times_and_leave_shares(verb, name):
    hours, days = answer(verb, name), ask(verb, in_days(name))
    other = figures(days)
    for place, unit, value in numbers(hours):
        if math.isnan(value):
            assert math.isnan(other[place]), place
        elif unit == "working hours":
            assert other[place] == pytest.approx(8 * value, rel=1e-5, abs=1e-5), place
        elif unit == "share":
            assert other[place] == pytest.approx(value, abs=1e-5), place


@pytest.mark.parametrize("verb", sorted(vc.ANALYZERS))
def test_names_for_people_change_nothing(verb):
    name = CALLS[verb].on[0]
    assert figures(ask(verb, with_hostile_names(name))) == pytest.approx(
        figures(answer(verb, name)), rel=1e-12, nan_ok=True
    )
