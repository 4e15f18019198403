"""The noisy-OR in the order it runs, against rounds of the whole chain and closed forms.

A row of 20,000 is what rounds of the whole would take 20,000 rounds for.
"""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernels.dissatisfaction.test_noisy_or import BARE, either_of_two, state_at
from tests.kernels.small_chains import chain_arrays
from tests.kernels.small_surveys import surveys
from tests.kernels.whole_rounds import distance, whole_round, whole_rounds
from valuechain.kernels.dissatisfaction import rounds
from valuechain.kernels.dissatisfaction.calibration import calibrate, observed_failures
from valuechain.kernels.dissatisfaction.noisy_or import (
    Dissatisfaction,
    Layers,
    failures,
    nothing_held,
    solve_noisy_or,
)
from valuechain.network.arrays import ChainArrays

LONG, RING = 20_000, 3_000


def in_a_row(n: int, **columns) -> ChainArrays:
    """Department after department, the last one before a customer; ids in no order."""
    mixed = np.random.default_rng(0).permutation(n)
    ids = [f"d{number}" for number in mixed] + ["shop"]
    return chain_arrays(list(pairwise(ids)), customers=("shop",), **columns)


def test_a_long_row_is_a_plain_loop():
    draw = np.random.default_rng(1)
    quality, need = draw.uniform(0.7, 1.0, LONG), np.append(draw.uniform(0, 1, LONG - 1), 1.0)
    arrays = in_a_row(LONG, quality=quality, need=need, impact=np.full(LONG, 0.9))
    late = draw.uniform(0, 0.3, LONG)
    found = solve_noisy_or(arrays, failures(arrays, late))
    share, shares = 0.0, []
    for e in range(LONG):
        before = share * need[e - 1] if e else 0.0
        faulty = 1 - quality[e] * (1 - 0.9 * before) * (1 - 0.1 * 0.1 * before)
        share = 1 - (1 - 0.5 * late[e]) * (1 - 0.6 * faulty)
        shares.append(share)
    np.testing.assert_allclose(found.services, shares, rtol=1e-12)
    assert found.customers[0] == pytest.approx(share, rel=1e-12)
    assert (found.rounds, found.remaining) == (0, 0.0)


def test_a_long_ring_settles_from_wherever_it_starts():
    """Nothing is lost on the way, the customer's anger comes back: ``q = l + (1 - l) .2 q``."""
    arrays = in_a_row(
        RING, need=np.ones(RING), impact=np.ones(RING), coefficients=BARE | {"morale_to_quality": 1}
    )
    first = arrays.department_ids[arrays.provider[0]]
    shop = arrays.customer_ids[0]
    node = {name: i for i, name in enumerate([*arrays.department_ids, shop])}
    anger = dataclasses.replace(
        arrays.wears_on,
        source=np.array([node[shop]]),
        target=np.array([node[first]]),
        weight=np.array([0.2]),
    )
    arrays = dataclasses.replace(arrays, wears_on=anger)
    own = np.zeros(RING)
    own[0] = 0.3
    given = dataclasses.replace(failures(arrays, np.full(RING, np.nan)), own_fault=own)
    draw = np.random.default_rng(2)
    anywhere = Dissatisfaction(*(draw.random(n) for n in (RING, RING, RING, 1)))
    for start in (0.0, 1.0, anywhere):
        found = solve_noisy_or(arrays, given, start=start)
        assert found.customers[0] == pytest.approx(0.3 / (1 - 0.7 * 0.2), abs=1e-12)
        assert found.services[RING // 2] == pytest.approx(found.customers[0], abs=1e-12)
        assert found.remaining < 1e-11


def tangled(seed: int) -> ChainArrays:
    """Three hundred departments, some loops among them, and customers whose anger comes back."""
    draw = np.random.default_rng(seed)
    m, D = 1_500, 300
    client = draw.integers(1, D, m)
    provider = np.maximum(client - draw.integers(1, 40, m), 0)
    back = draw.random(m) < 0.02
    provider[back], client[back] = client[back], provider[back]
    pairs = [(f"d{p}", f"d{c}") for p, c in zip(provider, client, strict=True) if p != c]
    pairs += [(f"d{p}", "shop") for p in range(280, D)]
    need = np.append(draw.random(len(pairs) - 20), np.full(20, 0.05))
    return chain_arrays(
        pairs,
        customers=("shop",),
        need=need,
        impact=draw.choice([0.1, 0.3, 0.6], len(pairs)),
        quality=draw.uniform(0.8, 1.0, len(pairs)),
        wears_on=[("shop", f"d{d}", 0.3) for d in range(5, 290, 40)],
    )


@pytest.mark.parametrize("small", [0, 400, 10**9])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_tangle_agrees_with_rounds_of_the_whole(seed, small, monkeypatch):
    monkeypatch.setattr(rounds, "SMALL", small)
    arrays = tangled(seed)
    given = failures(arrays, np.random.default_rng(seed).uniform(0, 0.4, len(arrays.need)))
    for start in (0.0, 1.0):
        found = solve_noisy_or(arrays, given, start=start)
        whole = whole_rounds(arrays, given, state_at(arrays, start))
        assert distance(found, whole) < 1e-11
        np.testing.assert_allclose(found.faulty, whole.faulty, atol=1e-11)


@settings(max_examples=60, deadline=None)
@given(surveys(), st.sampled_from([0, 400]), st.integers(0, 10_000))
def test_any_start_ends_where_rounds_of_the_whole_end(case, small, seed):
    """Unless there are several lasting states: then in one of them, between the outermost."""
    arrays = case.arrays
    given = calibrate(arrays, case.late, case.overload).failures
    draw = np.random.default_rng(seed)
    m, D, C = len(arrays.need), len(arrays.department_ids), len(arrays.customer_ids)
    anywhere = Dissatisfaction(*(draw.random(n) for n in (m, m, D, C)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds, "SMALL", small)
        least, greatest, found = (
            solve_noisy_or(arrays, given, start=start) for start in (0.0, 1.0, anywhere)
        )
        held = solve_noisy_or(arrays, given, held=observed_failures(arrays))
    whole = [whole_rounds(arrays, given, state_at(arrays, at)) for at in (0.0, 1.0)]
    room = 1e-11 + 4 * (least.remaining + greatest.remaining)
    assert distance(least, whole[0]) <= room
    assert distance(greatest, whole[1]) <= room
    kept = whole_rounds(arrays, given, state_at(arrays, 0.0), observed_failures(arrays))
    assert distance(held, kept) <= 1e-11
    again = whole_round(Layers(arrays, given), found, nothing_held(arrays))
    assert distance(again, found) <= 1e-11
    if distance(*whole) <= 1e-11:
        assert distance(found, whole_rounds(arrays, given, anywhere)) <= room
    for name in ("services", "morale_loss", "customers"):
        assert (getattr(found, name) >= getattr(least, name) - room).all()
        assert (getattr(found, name) <= getattr(greatest, name) + room).all()


@pytest.mark.parametrize("small", [0, 400])
@pytest.mark.parametrize("leak", [0.1, 0.3, 0.45])
def test_mixed_starts_of_a_loop_that_tips_end_where_its_rounds_end(leak, small, monkeypatch):
    monkeypatch.setattr(rounds, "SMALL", small)
    monkeypatch.setattr("valuechain.kernels.dissatisfaction.noisy_or.MOST_ROUNDS", 3_000)
    arrays, given = either_of_two(leak)
    draw = np.random.default_rng(3)
    for _ in range(5):
        start = Dissatisfaction(*(draw.random(n) for n in (5, 5, 3, 1)))
        found = solve_noisy_or(arrays, given, start=start)
        whole = whole_rounds(arrays, given, start, rounds=3_000)
        assert distance(found, whole) <= 1e-11 + 4 * found.remaining


def ring_of_two_ways(n, leak):
    """`n` departments in a ring, each pair with two ways between, of which one would do."""
    pairs, quality, group = [], [], []
    for i in range(n):
        here, there, j = f"b{i:04}", f"b{(i + 1) % n:04}", (i + 1) % n
        pairs += [(here, f"x{i:04}"), (here, f"y{i:04}"), (f"x{i:04}", there), (f"y{i:04}", there)]
        quality += [1 - leak] * 2 + [np.nan] * 2
        group += [-1, -1, j, j]
    arrays = chain_arrays(
        [*pairs, ("b0000", "c")],
        customers=("c",),
        need=np.ones(4 * n + 1),
        impact=np.ones(4 * n + 1),
        group=[*group, -1],
        quality=[*quality, np.nan],
        coefficients=BARE,
    )
    return arrays, failures(arrays, np.full(4 * n + 1, np.nan))


@pytest.mark.parametrize("n", [40, 120])
@pytest.mark.parametrize("leak", [0.45, 0.49, 0.499, 0.5, 0.51])
def test_what_remains_bounds_the_distance_around_a_long_ring(n, leak, monkeypatch):
    """Every ``x = l + (1 - l) x'^2``, so all are ``l / (1 - l)``, and 1 from a leak of .5 on."""
    monkeypatch.setattr("valuechain.kernels.dissatisfaction.noisy_or.MOST_ROUNDS", 3_000)
    low = solve_noisy_or(*ring_of_two_ways(n, leak), start=0.0)
    away = abs(low.services[0] - min(leak / (1 - leak), 1.0))
    assert away <= 4.0 * low.remaining + 1e-12
    assert 4.0 * low.remaining <= 20.0 * away + 1e-12
