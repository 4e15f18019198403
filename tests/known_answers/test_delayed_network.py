"""mc-dagprop's example: activities that grow by a factor of their type, and an earliest start.

Activities 0-1 (3 h, type 1), 1-2 and 1-3 (5 h, type 1), 2-4 (15 h, type 2), 3-4 (10 h, type 3).
Those of type 1 take as long again, those of type 3 three times as long again: 6, 10, 10, 15, 40 h.
Event 3 may not happen before 22 h. Published: events 1 to 4 at 6, 16, 22 and 62 h.

An event is a department. *An earliest start is one more input*: a calendar, who waits for nothing,
hands event 3 its opening after 22 h. The job starts when its last input is there, so never before.
"""

import pytest

import valuechain as vc
from tests.known_answers.activity_networks import OWNER

FACTOR = {1: 1.0, 2: 0.0, 3: 3.0}
ACTIVITIES = [("e0", "e1", 3, 1), ("e1", "e2", 5, 1), ("e1", "e3", 5, 1)]
ACTIVITIES += [("e2", "e4", 15, 2), ("e3", "e4", 10, 3)]


@pytest.fixture(scope="module")
def network():
    services = [
        {"provider": start, "client": stop, "takes": f"{hours} h"}
        for start, stop, hours, _ in ACTIVITIES
    ]
    services.append({"provider": "calendar", "client": "e3", "takes": "22 h"})
    services.append({"provider": "e4", "client": OWNER, "takes": 0})
    return vc.ValueChain(
        departments={f"e{event}": {} for event in range(5)} | {"calendar": {}},
        customers={OWNER: {}},
        services=services,
    )


DELAYS = {f"{start}>{stop}": f"{hours * FACTOR[kind]} h" for start, stop, hours, kind in ACTIVITIES}


@pytest.mark.parametrize("mode", ["expected", "sampled"])
def test_events_happen_when_published(network, mode):
    result = vc.propagate_delay(network, DELAYS, mode=mode, samples=7)
    departments = result.table("departments")
    happens = [departments.value(f"e{event}", "mean_ready_hours") for event in range(5)]
    assert happens == [0, 6, 16, 22, 62]
    services = result.table("services")
    assert services.value("e1>e3", "mean_hours") == 16  # it would start at 16
    assert services.value("e3>e4", "mean_hours") == 62
    assert result.table("customers").value(OWNER, "mean_hours") == 62


def test_without_the_delays(network):
    result = vc.propagate_delay(network, mode="expected").table("departments")
    happens = [result.value(f"e{event}", "mean_ready_hours") for event in range(5)]
    assert happens == [0, 3, 8, 22, 32]


def test_the_calendar_is_why_event_3_is_late(network):
    services = vc.propagate_delay(network, DELAYS, samples=7).table("services")
    on_path = {key for key in services.ids if services.value(key, "criticality_index") == 1}
    assert on_path == {"calendar>e3", "e3>e4", f"e4>{OWNER}"}
