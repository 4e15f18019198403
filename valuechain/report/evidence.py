"""What the figures of a chain rest on: which times were observed, which are assumed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from valuechain.chain import ValueChain
from valuechain.model import Service
from valuechain.quantities import Distribution, Estimate, OwnTime, Source


@dataclass(frozen=True)
class Evidence:
    """Which services have a time, and which of those times are assumed.

    Attributes
    ----------
    timed : tuple of str
        Ids of the services that declare a time of their own (`takes`, `work`, or `sla` with
        `on_time`).
    assumed : tuple of str
        Those of them whose time, or a part of it, is assumed.
    assumed_departments : tuple of str
        Providers all of whose times are assumed, sorted.

    Examples
    --------
    >>> chain = ValueChain(
    ...     departments={"hr": {}, "it": {}}, customers={"shop": {}},
    ...     services=[{"provider": "hr", "client": "it", "takes": "2 d", "source": "assumed"},
    ...               {"provider": "it", "client": "shop", "takes": "4 h"}])
    >>> evidence_of(chain).assumed_departments
    ('hr',)
    """

    timed: tuple[str, ...]
    assumed: tuple[str, ...]
    assumed_departments: tuple[str, ...]


def evidence_of(chain: ValueChain) -> Evidence:
    """Return what the times of a chain, with its changes in force, rest on."""
    chain = chain.in_force()
    timed = [service for service in chain.services if _has_time(service)]
    assumed = [service for service in timed if _is_assumed(service, chain)]
    doubtful = {service.provider for service in assumed}
    solid = {service.provider for service in timed if service not in assumed}
    return Evidence(
        tuple(service.id for service in timed),
        tuple(service.id for service in assumed),
        tuple(sorted(doubtful - solid)),
    )


def _has_time(service: Service) -> bool:
    stands_on_promise = service.sla is not None and service.on_time is not None
    return service.takes is not None or service.work is not None or stands_on_promise


def _is_assumed(service: Service, chain: ValueChain) -> bool:
    """Tell whether any part of a service's time is assumed; the nearest word on it counts."""
    provider = chain.departments.get(service.provider) or chain.customers[service.provider]
    inherited = service.source or provider.source or chain.source or "observed"
    if service.takes is None and service.work is None:
        times: list[object] = [service.sla, service.on_time]
    else:
        times = [part for time in (service.takes, service.work) for part in _parts(time)]
    return any((_said(part) or inherited) == "assumed" for part in times)


def _parts(time: OwnTime | None) -> Iterator[object]:
    """Yield the figures a time is made of."""
    if isinstance(time, Distribution):
        yield from (*time.times.values(), *time.numbers.values(), *time.samples)
    elif time is not None:
        yield time


def _said(part: object) -> Source | None:
    return part.source if isinstance(part, Estimate) else None
