"""The same jobs again with others on plan, beside a computation of its own for each."""

import dataclasses

import numpy as np
import pytest

import valuechain as vc
from tests.contracts.chains import chain
from valuechain.kernels.attribution.fixing import blocks_to_replay, sums_on_plan
from valuechain.kernels.attribution.replay import Replay
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.kernels.plan.basis import plan_basis
from valuechain.kernels.plan.budgets import Cap
from valuechain.today import situation_of

CHAINS = ("loop", "alternatives", "in_sequence", "restaurant")


def together(model, basis, sets):
    parts = [sums_on_plan(model, basis, sets, part) for part in blocks_to_replay(model)]
    first, *rest = parts
    for part in rest:
        first = tuple(a + b for a, b in zip(first, part, strict=True))
    return first


@pytest.mark.parametrize("name", CHAINS)
def test_each_department_on_plan_beside_a_propagation_of_its_own(name):
    arrays = situation_of(chain(name)).now
    model = delay_model(arrays, 1_500, 2)
    today = sample_delay(model)
    basis = plan_basis(today)
    sets = [arrays.provider == d for d in range(len(arrays.department_ids))]
    as_is, *fixed = together(model, basis, sets)
    assert as_is.mean == pytest.approx(today.mean, rel=1e-5)
    assert (as_is.breaches == today.sums.breaches).all()
    moved = 0
    for services, sums in zip(sets, fixed, strict=True):
        capped = sample_delay(dataclasses.replace(model, cap=Cap(services, basis)))
        assert sums.mean == pytest.approx(capped.mean, rel=1e-5)
        assert sums.late_sum / 1_500 == pytest.approx(capped.sums.late_sum / 1_500, abs=1e-4)
        assert (np.abs(sums.breaches - capped.sums.breaches) <= 1).all()
        moved += int((sums.mean < as_is.mean * (1 - 1e-6)).sum())
    assert moved > 3


@pytest.mark.parametrize("name", CHAINS)
def test_there_and_back_is_where_it_was(name):
    arrays = situation_of(chain(name)).now
    model = delay_model(arrays, 400, 1)
    replay = Replay(model, plan_basis(sample_delay(model)), *model.blocks()[0])
    every = np.ones(len(arrays.need), np.bool_)
    planned = replay.switch(replay.today, every)
    back = replay.switch(planned, ~every)
    pairs = zip(back.arrival, replay.today.arrival, strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
    assert any((a < b).any() for a, b in zip(planned.arrival, replay.today.arrival, strict=True))


def test_who_is_within_budget_changes_no_row():
    calm = vc.ValueChain(
        departments={"calm": {}, "sales": {}},
        customers={"shop": {}},
        services=[
            {"provider": "calm", "client": "sales", "takes": "1 h", "sla": "5 h"},
            {"provider": "sales", "client": "shop", "takes": {"mean": "1 h"}, "sla": "8 h"},
        ],
    )
    arrays = situation_of(calm).now
    model = delay_model(arrays, 100, 1)
    replay = Replay(model, plan_basis(sample_delay(model)), 0, 100)
    state = replay.switch(replay.today, arrays.provider == 0)
    assert all(a is b for a, b in zip(state.arrival, replay.today.arrival, strict=True))
