"""Delays that are shared out by hand, and the airport game.

S. C. Littlechild and G. Owen, A simple expression for the Shapley value in a special case,
Management Science 20 (1973), 370-372: users of a runway pay for each further stretch together with
all who need it. Parallel delays into one join are that game.
"""

import itertools

import pytest

import valuechain as vc


def shared(services, **options):
    ids = {end for service in services for end in (service["provider"], service["client"])}
    chain = vc.ValueChain(
        departments={name: {} for name in ids - {"shop"}}, customers={"shop": {}}, services=services
    )
    return vc.attribute(chain, "shop", samples=40, **options)


def by_id(result, column):
    table = result.table("sources")
    return {name: table.value(name, column) for name in table.ids}


def parallel(hours):
    services = [
        {"provider": f"p{i}", "client": "out", "takes": {"samples": [f"{h} h"]}, "sla": 0}
        for i, h in enumerate(hours)
    ]
    return [*services, {"provider": "out", "client": "shop", "sla": 0}]


def test_two_parallel_delays_of_10_and_9_hours():
    found = shared(parallel([10, 9]))
    assert found.total == 10
    assert found.promise_itself == 0
    assert by_id(found, "contribution") == {"p0": 5.5, "p1": 4.5, "out": 0}
    assert by_id(found, "fix_only_this") == {"p0": 1, "p1": 0, "out": 0}
    assert by_id(found, "best_with") == {"p0": "p1", "p1": "p0", "out": None}
    assert by_id(found, "fix_with_best") == {"p0": 10, "p1": 10, "out": None}
    assert by_id(found, "standard_error") == {"p0": 0, "p1": 0, "out": 0}


def test_two_delays_of_4_hours_in_a_row_behind_a_slack_of_5():
    found = shared(
        [
            {"provider": "a", "client": "b", "takes": "4 h", "sla": 0},
            {"provider": "b", "client": "out", "takes": "4 h", "sla": 0, "buffer": "5 h"},
            {"provider": "out", "client": "shop", "sla": 0},
        ]
    )
    assert found.total == 3
    assert by_id(found, "contribution") == {"a": 1.5, "b": 1.5, "out": 0}
    assert by_id(found, "fix_only_this") == {"a": 3, "b": 3, "out": 0}
    assert set(by_id(found, "best_with").values()) == {None}


@pytest.mark.parametrize(
    ("needs", "pays"),
    [([8, 11, 13, 18], [2, 3, 4, 9]), ([1500, 2200, 3000], [500, 850, 1650])],
)
@pytest.mark.filterwarnings("ignore:.*working time")
def test_the_airport_game(needs, pays):
    found = by_id(shared(parallel(needs)), "contribution")
    assert [found[f"p{i}"] for i in range(len(needs))] == pytest.approx(pays, rel=1e-12)


def test_the_airport_game_with_more_users_than_orders_are_tried_for():
    """Six users: one order and its reverse per job; by the formula, within the standard errors."""
    needs = [2, 4, 5, 9, 14, 20]
    chain = parallel(needs)
    ids = {end for service in chain for end in (service["provider"], service["client"])}
    chain = vc.ValueChain(
        departments={name: {} for name in ids - {"shop"}}, customers={"shop": {}}, services=chain
    )
    found = vc.attribute(chain, "shop", samples=4_000)
    steps = [needs[0], *(b - a for a, b in itertools.pairwise(needs))]
    pays = [sum(steps[j] / (len(needs) - j) for j in range(i + 1)) for i in range(len(needs))]
    for i, pay in enumerate(pays):
        error = found.table().value(f"p{i}", "standard_error")
        assert 0 < error < 0.2
        assert abs(found.table().value(f"p{i}", "contribution") - pay) < 4 * error
    assert sum(by_id(found, "contribution").values()) == pytest.approx(20, rel=1e-12)
