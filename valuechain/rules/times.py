"""Times: laws that can be drawn from, observations that refer to something."""

from __future__ import annotations

from collections.abc import Iterator

from valuechain.chain import ValueChain
from valuechain.errors import Issue, PathKey, Refused, Text
from valuechain.model import Service
from valuechain.quantities import Distribution, Duration, Estimate, OwnTime, base_of
from valuechain.quantities.laws import mean_hours, to_law, with_on_time


def laws_hold(chain: ValueChain) -> Iterator[Issue]:
    """Every own time is a law that can be drawn from."""
    seen: set[tuple[object, object]] = set()
    for service in chain.services:
        for field in ("takes", "work"):
            own = _own_time(service, field)
            if isinstance(own, Distribution):
                sla = service.sla if "on_time" in own.numbers else None
                if (own, sla) not in seen:
                    seen.add((own, sla))
                    yield from _law_issue(chain, ("services", service.id, field), own, sla)
    for any_id, department in chain.departments.items():
        if isinstance(department.takes, Distribution):
            yield from _law_issue(chain, ("departments", any_id, "takes"), department.takes, None)


def _own_time(service: Service, field: str) -> OwnTime | None:
    own: OwnTime | None = getattr(service, field)
    if own is None or field == "work":
        return own
    return with_on_time(own, service.on_time)


def _law_issue(
    chain: ValueChain,
    path: tuple[PathKey, ...],
    own: Distribution,
    sla: Duration | Estimate[Duration] | None,
) -> Iterator[Issue]:
    hours = None if sla is None else base_of(sla).hours(chain.calendar)
    try:
        to_law(own, chain.calendar, hours)
    except Refused as error:
        yield error.issue(path)


def two_names_for_one_share(chain: ValueChain) -> Iterator[Issue]:
    """`on_time` inside `takes` and on the service must not contradict each other."""
    for service in chain.services:
        own = service.takes
        if not isinstance(own, Distribution) or service.on_time is None:
            continue
        inner = own.numbers.get("on_time")
        if inner is not None and base_of(inner) != base_of(service.on_time):
            yield Issue(
                ("services", service.id, "on_time"),
                Text(
                    f"{base_of(service.on_time):g} here, {base_of(inner):g} in takes",
                    f"{base_of(service.on_time):g} aquí, {base_of(inner):g} en takes",
                ),
                Text("one of them", "uno de los dos"),
            )


def on_time_refers_to_something(chain: ValueChain) -> Iterator[Issue]:
    """`on_time` is measured against the sla, without one against what is expected."""
    for service in chain.services:
        if service.on_time is not None and service.sla is None and service.expects is None:
            yield Issue(
                ("services", service.id, "on_time"),
                Text("on_time without sla or expects", "on_time sin sla ni expects"),
                Text("an sla or expects beside it", "un sla o un expects al lado"),
            )


def work_within_takes(chain: ValueChain) -> Iterator[Issue]:
    """Hands-on time is part of the time it takes, and needs somebody to do it."""
    for service in chain.services:
        if service.work is None:
            continue
        department = chain.departments.get(service.provider)
        if department is not None and department.staff is None:
            yield Issue(
                ("services", service.id, "work"),
                Text(
                    f"work, and {service.provider} has no staff",
                    f"work, y {service.provider} no tiene staff",
                ),
                Text("staff on the department", "staff en el departamento"),
            )
        if service.takes is None:
            continue
        work, takes = (_mean_hours(chain, service, name) for name in ("work", "takes"))
        if work is not None and takes is not None and takes < work * (1 - 1e-9):
            yield Issue(
                ("services", service.id, "takes"),
                Text(
                    f"takes {takes:.4g} h, work {work:.4g} h on average",
                    f"takes {takes:.4g} h, work {work:.4g} h de media",
                ),
                Text("takes at least as long as work", "takes al menos tanto como work"),
            )


def _mean_hours(chain: ValueChain, service: Service, field: str) -> float | None:
    own = _own_time(service, field)
    if own is None:
        return None
    if not isinstance(own, Distribution):
        return float(base_of(own).hours(chain.calendar))
    sla = None if service.sla is None else base_of(service.sla).hours(chain.calendar)
    try:
        return mean_hours(to_law(own, chain.calendar, sla))
    except Refused:
        return None  # said by laws_hold


def round_the_clock(chain: ValueChain) -> Iterator[Issue]:
    """24 h of working time are three days of eight hours: perhaps a day was meant."""
    day = chain.calendar.hours_per_day
    if day == 24:
        return
    for service in chain.services:
        for field in ("takes", "work", "sla", "expects", "buffer"):
            value = getattr(service, field)
            if isinstance(value, Distribution):
                times = [base_of(time) for time in value.times.values()]
            else:
                times = [base_of(value)] if value is not None else []
            for time in times:
                if isinstance(time, Duration) and time.unit == "h" and _whole_days(time.value):
                    days = f"{time.value / day:g}"
                    yield Issue(
                        ("services", service.id, field),
                        Text(
                            f"{time} of working time are {days} days",
                            f"{time} de trabajo son {days} días",
                        ),
                        Text("working time", "tiempo de trabajo"),
                        Text(
                            f"write {time.value / 24:g} d if you mean {time.value / 24:g} d",
                            f"escriba {time.value / 24:g} d si quiere decir {time.value / 24:g} d",
                        ),
                        severity="warning",
                    )


def _whole_days(hours: float) -> bool:
    return hours > 0 and hours % 24 == 0
