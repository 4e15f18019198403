"""CPM: what textbooks give for the duration, the critical path and the slack of every activity."""

import pytest

import valuechain as vc
from tests.known_answers.activity_networks import (
    OWNER,
    always_critical,
    arc,
    departments_of,
    duration,
    floats,
    on_arcs,
    on_nodes,
    slack,
)


def hours(times):
    return {activity: f"{time} h" for activity, time in times.items()}


def test_seven_activities_on_arcs():
    """B. W. Taylor, Introduction to Management Science, ch. 8, problems: 20, along 1-3-4-5-6."""
    times = {"1-2": 7, "1-3": 10, "2-4": 6, "3-4": 5, "3-5": 4, "4-5": 3, "5-6": 2}
    chain = on_arcs(hours(times), end=6)
    assert duration(chain) == 20
    assert [slack(chain, arc(each)) for each in times] == [2, 0, 2, 0, 4, 0, 0]
    critical = [arc(each) for each in ("1-3", "3-4", "4-5", "5-6")]
    assert always_critical(chain) == critical
    plan = vc.check_promises(chain, samples=1)
    on_plan = [plan.table("services").value(arc(each), "float_hours") for each in times]
    assert on_plan == pytest.approx([2, 0, 2, 0, 4, 0, 0], abs=1e-9)
    assert plan.critical_path(OWNER) == [*critical, f"e6>{OWNER}"]


def test_thirteen_activities_with_a_dummy():
    """The same chapter: 38, along 1-3-5-7-8-9; the dummy 4-5 takes no time and has a slack of 6."""
    times = {"1-2": 8, "1-3": 10, "1-4": 9, "2-5": 6, "2-6": 4, "3-5": 5, "4-5": 0}
    times |= {"4-7": 7, "5-7": 12, "5-8": 15, "6-9": 18, "7-8": 4, "8-9": 7}
    chain = on_arcs(hours(times), end=9)
    assert duration(chain) == 38
    found = [slack(chain, arc(each)) for each in times]
    assert found == [1, 0, 6, 1, 8, 0, 6, 11, 0, 1, 8, 0, 0]
    plan = vc.check_promises(chain, samples=1).table("services")
    assert [plan.value(arc(each), "float_hours") for each in times] == pytest.approx(
        found, abs=1e-9
    )
    critical = ("1-3", "3-5", "5-7", "7-8", "8-9")
    assert always_critical(chain) == [arc(each) for each in critical]


def test_reliable_construction():
    """Hillier and Lieberman, Introduction to Operations Research, ch. 22, on PERT/CPM.

    Fourteen activities on nodes: 44 weeks, along A B C E F J L N.
    """
    weeks = dict(zip("ABCDEFGHIJKLMN", [2, 4, 10, 6, 4, 5, 7, 9, 7, 8, 4, 5, 2, 6], strict=True))
    before = {"B": "A", "C": "B", "D": "C", "E": "C", "F": "E", "G": "D", "H": "EG", "I": "C"}
    before |= {"J": "FI", "K": "J", "L": "J", "M": "H", "N": "KL"}
    chain = on_nodes(hours(weeks), before)
    assert duration(chain) == 44
    found = {activity: slack(chain, activity) for activity in weeks}
    assert found == dict.fromkeys(weeks, 0) | {"D": 4, "G": 4, "H": 4, "I": 2, "K": 1, "M": 4}
    assert floats(chain) == pytest.approx(found | {"end": 0}, abs=1e-9)
    assert departments_of(always_critical(chain)) == [*"ABCEFJLN"]


def test_general_foundry():
    """Render, Stair and Hanna, Quantitative Analysis for Management, ch. 12: 15 weeks, A C E G H.

    Expected times; slack B 1, D 1, F 6.
    """
    weeks = dict(zip("ABCDEFGH", [2, 3, 2, 4, 4, 3, 5, 2], strict=True))
    before = {"C": "A", "D": "B", "E": "C", "F": "C", "G": "DE", "H": "FG"}
    chain = on_nodes(hours(weeks), before)
    assert duration(chain) == 15
    found = {activity: slack(chain, activity) for activity in weeks}
    assert found == dict.fromkeys(weeks, 0) | {"B": 1, "D": 1, "F": 6}
    assert floats(chain) == pytest.approx(found | {"end": 0}, abs=1e-9)
    assert departments_of(always_critical(chain)) == [*"ACEGH"]
