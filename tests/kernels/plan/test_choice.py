"""The best set within a budget against looking at every set, in plain words."""

from __future__ import annotations

import math
from itertools import chain, combinations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuechain.kernels.plan.choice import Options, best_plan, members, shares_of_plan


def subsets(items):
    items = list(items)
    return chain.from_iterable(combinations(items, n) for n in range(len(items) + 1))


def mask(items) -> int:
    return sum(1 << i for i in items)


@st.composite
def problems(draw):
    """Options with contradictions and requirements, and a value for every set of them."""
    n = draw(st.integers(1, 5))
    cost = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    other = st.sets(st.integers(0, n - 1), max_size=2)
    excludes = [draw(other) - {i} for i in range(n)]
    requires = [draw(other) - {i} for i in range(n)]
    values = draw(st.lists(st.integers(-9, 9), min_size=2**n, max_size=2**n))
    return n, cost, draw(st.integers(0, 20)), excludes, requires, [0, *values[1:]]


@given(problems())
def test_the_best_plan_is_the_best_of_all_that_are_allowed(problem) -> None:
    n, cost, budget, excludes, requires, values = problem
    options = Options(
        tuple(map(float, cost)),
        float(budget),
        tuple(mask(one) for one in excludes),
        tuple(mask(one) for one in requires),
    )
    asked: list[int] = []

    def value(sets):
        asked.extend(sets)
        return [float(values[s]) for s in sets]

    found = best_plan(options, value)
    allowed = [
        set(some)
        for some in subsets(range(n))
        if sum(cost[i] for i in some) <= budget
        and all(not excludes[i] & set(some) and requires[i] <= set(some) for i in some)
    ]
    assert found.exact
    assert set(members(found.chosen)) in allowed
    assert values[found.chosen] == max(values[mask(some)] for some in allowed)
    assert len(asked) == len(set(asked))
    assert set(asked) == {mask(some) for some in allowed}


def test_of_equally_good_plans_the_cheapest_is_chosen() -> None:
    options = Options((3.0, 2.0, 0.0), 9.0, (0,) * 3, (0,) * 3)
    found = best_plan(options, lambda sets: [float(s & 3 > 0) for s in sets])
    assert list(members(found.chosen)) == [1]


def test_a_budget_spent_to_the_last_cent_is_not_overspent() -> None:
    options = Options((0.1, 0.2), 0.3, (0, 0), (0, 0))
    assert options.allows(3)
    assert not options.allows(3 | 1 << 2)  # somebody who is not there


@given(st.lists(st.integers(-5, 9), min_size=16, max_size=18), st.integers(0, 3))
def test_many_independent_options_without_a_budget_are_all_that_help(worth, chained) -> None:
    n = len(worth)
    requires = tuple(1 << (i - 1) if 0 < i <= chained else 0 for i in range(n))
    worth = [abs(w) for w in worth[: chained + 1]] + worth[chained + 1 :]
    options = Options((1.0,) * n, 100.0, (0,) * n, requires)
    found = best_plan(
        options, lambda sets: [float(sum(worth[i] for i in members(s))) for s in sets]
    )
    assert not found.exact
    assert sum(worth[i] for i in members(found.chosen)) == sum(w for w in worth if w > 0)
    assert options.allows(found.chosen)


def test_exchanges_leave_what_looked_best_by_its_cost() -> None:
    """One cheap option stands in the way of a dear one that brings far more."""
    n = 16
    cost = (1.0, 10.0, *[50.0] * (n - 2))
    worth = (2.0, 11.0, *[0.0] * (n - 2))
    options = Options(cost, 10.0, (2, 1, *[0] * (n - 2)), (0,) * n)
    found = best_plan(options, lambda sets: [sum(worth[i] for i in members(s)) for s in sets])
    assert list(members(found.chosen)) == [1]


def test_two_that_hide_each_other_are_found_among_many() -> None:
    n = 16
    options = Options((1.0,) * n, 3.0, (0,) * n, (0,) * n)
    both = 1 << 4 | 1 << 9
    found = best_plan(options, lambda sets: [float(s & both == both) for s in sets])
    assert (found.chosen, found.exact) == (both, False)


def test_sets_that_cannot_be_are_never_chosen() -> None:
    options = Options((0.0, 0.0), 1.0, (0, 0), (0, 0))
    found = best_plan(options, lambda sets: [-math.inf if s == 3 else float(s) for s in sets])
    assert found.chosen == 2


@pytest.mark.parametrize("n", [0, 1, 3, 5])
def test_shares_are_shapleys_by_the_sum_over_subsets(n: int) -> None:
    rng = np.random.default_rng(n)
    worth = {mask(some): float(rng.normal()) for some in subsets(range(n))}
    worth[0] = 0.0
    expected = {
        i: sum(
            factorial(len(some))
            * factorial(n - len(some) - 1)
            / factorial(n)
            * (worth[mask(some) | 1 << i] - worth[mask(some)])
            for some in subsets(set(range(n)) - {i})
        )
        for i in range(n)
    }
    found = shares_of_plan(2**n - 1, lambda sets: [worth[s] for s in sets])
    assert found == pytest.approx(expected)


def test_shares_of_many_members_add_up_and_are_fair_to_equals() -> None:
    chosen = 0b1011011101  # seven members, two of them without effect
    some = 0b1011011000 | 1

    def worth(sets):
        return [float((s & some).bit_count()) ** 2 for s in sets]

    found = shares_of_plan(chosen, worth, seed=3)
    assert sum(found.values()) == pytest.approx(worth([chosen])[0], rel=1e-12)
    assert found[2] == 0.0
    again = shares_of_plan(chosen, worth, seed=3)
    assert again == found
