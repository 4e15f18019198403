"""Activity networks, as project planners draw them, written down as chains.

*On arcs*: an event is a department and an activity the service between two events. *On nodes*: an
activity is a department with a time of its own, which hands over to those who come after it. The
project is over when the only service to the owner arrives. Whatever unit a book counts in, weeks or
days, is an hour here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import valuechain as vc

OWNER = "owner"


def on_arcs(times: Mapping[str, Any], end: int) -> vc.ValueChain:
    """A network of numbered events; `times` by "1-2", the project is over at the event `end`."""
    arcs = [(*(f"e{event}" for event in arc.split("-")), time) for arc, time in times.items()]
    services = [{"provider": start, "client": stop, "takes": time} for start, stop, time in arcs]
    services.append({"provider": f"e{end}", "client": OWNER, "takes": 0})
    events = {event for start, stop, _ in arcs for event in (start, stop)}
    return vc.ValueChain(
        departments={event: {} for event in sorted(events)},
        customers={OWNER: {}},
        services=services,
    )


def arc(name: str) -> str:
    """The service id of an activity on an arc."""
    start, stop = name.split("-")
    return f"e{start}>e{stop}"


def on_nodes(times: Mapping[str, Any], before: Mapping[str, str]) -> vc.ValueChain:
    """A network of activities of one letter; `before` gives those that an activity waits for.

    A department `end` waits for those that nobody else waits for.
    """
    waited_for = set("".join(before.values()))
    links = [(first, then) for then, all_first in before.items() for first in all_first]
    links += [(activity, "end") for activity in times if activity not in waited_for]
    services = [{"provider": first, "client": then, "takes": 0} for first, then in links]
    services.append({"provider": "end", "client": OWNER, "takes": 0})
    departments: dict[str, dict[str, Any]] = {key: {"takes": time} for key, time in times.items()}
    departments["end"] = {}
    return vc.ValueChain(departments=departments, customers={OWNER: {}}, services=services)


def duration(chain: vc.ValueChain, shocks: Mapping[str, str] | None = None) -> float:
    """The duration of a project in hours, every activity at its mean."""
    result = vc.propagate_delay(chain, shocks, mode="expected")
    hours: float = result.table("customers").value(OWNER, "mean_hours")
    return hours


def slack(chain: vc.ValueChain, activity: str) -> int:
    """Whole hours that an activity may slip before the project does, found by trying.

    A slip of half an hour more then moves the end by that half hour, which is asserted.
    """
    end, slip = duration(chain), 0
    while duration(chain, {activity: f"{slip + 1} h"}) == end:
        slip += 1
    assert duration(chain, {activity: f"{slip + 0.5} h"}) == end + 0.5, activity
    return slip


def floats(chain: vc.ValueChain) -> dict[str, float]:
    """The same as the plan says it: the least `float_hours` of what each department gives."""
    services = vc.check_promises(chain, samples=1).table("services")
    found: dict[str, float] = {}
    for row in services.records():
        provider = row["id"].split(">")[0]
        found[provider] = min(found.get(provider, row["float_hours"]), row["float_hours"])
    return found


def always_critical(chain: vc.ValueChain) -> list[str]:
    """Services on the longest path of every job, by id, without the last."""
    services = vc.propagate_delay(chain, samples=50).table("services")
    return [
        service.id
        for service in chain.services
        if service.client != OWNER and services.value(service.id, "criticality_index") == 1
    ]


def departments_of(services: Iterable[str]) -> list[str]:
    """Who provides them, each once."""
    return list(dict.fromkeys(service.split(">")[0] for service in services))
