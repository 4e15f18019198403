"""`Story`: who is told about, and the figures of results that are told. No words, no computing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from valuechain.analyzers import (
    BottlenecksResult,
    DelayResult,
    DissatisfactionResult,
    OutcomesResult,
    predict_outcomes,
    propagate_delay,
    propagate_dissatisfaction,
    rank_bottlenecks,
)
from valuechain.analyzers.bottlenecks import Outcome
from valuechain.chain import ValueChain
from valuechain.errors import Text, UnknownIdError
from valuechain.quantities import base_of
from valuechain.report.evidence import Evidence, evidence_of
from valuechain.results import Result

ALIKE = 0.1  # gains that differ by less, relatively, are told as equal
ADDS_LITTLE = 0.1  # of the first department's gain: whoever brings less only passes delay on
Record = Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """The findings about one customer.

    Attributes
    ----------
    chain : ValueChain
        With its changes in force.
    delay : DelayResult
    customer : str or None
        Who is told about; None where nobody is served.
    asked : bool
        Whether the reader named the customer; else it is the one served worst.
    ranking : BottlenecksResult or None
        By share late, for this customer alone; None where nothing is promised to it.
    """

    chain: ValueChain
    delay: DelayResult
    customer: str | None
    asked: bool
    ranking: BottlenecksResult | None

    @cached_property
    def evidence(self) -> Evidence:
        """What the times rest on."""
        return evidence_of(self.chain)

    @cached_property
    def services(self) -> dict[str, Record]:
        """Delay by service."""
        return _by_id(self.delay, "services")

    @cached_property
    def customers(self) -> dict[str, Record]:
        """Delay by customer."""
        return _by_id(self.delay, "customers")

    @property
    def served(self) -> tuple[str, ...]:
        """Customers who receive something."""
        return tuple(c for c, record in self.customers.items() if record["mean_hours"] is not None)

    @property
    def is_late(self) -> bool:
        """Whether the customer receives anything late."""
        return self.customer is not None and bool(self.customers[self.customer]["breach"])

    def sla_hours(self, service_id: str) -> float | None:
        """Return what a service promises, in working hours."""
        return sla_hours(self.chain, service_id)

    @cached_property
    def focus(self) -> str | None:
        """The service to this customer that its words are about, see `focus_of`."""
        return None if self.customer is None else self.focus_of(self.customer)

    def focus_of(self, customer: str) -> str | None:
        """Return the service to a customer that makes up most of what it receives late.

        Where nothing is late: the one whose nine-in-ten time comes nearest its promise; where
        nothing is promised: the slowest.
        """

        def weight(service_id: str) -> tuple[float, float, float]:
            record = self.services[service_id]
            late = record["criticality_index"] * (record["breach"] or 0.0)
            sla = self.sla_hours(service_id)
            tight = record["p90_hours"] / sla if sla else 0.0
            return late, tight, record["p90_hours"]

        to_customer = [s.id for s in self.chain.services if s.client == customer]
        ranked = sorted(to_customer, key=lambda s: (*(-part for part in weight(s)), s))
        return ranked[0] if ranked else None

    @cached_property
    def departments(self) -> tuple[Record, ...]:
        """Departments of the ranking, the one to fix first at the top."""
        return tuple(self.ranking.to_records("departments")) if self.ranking is not None else ()

    @property
    def gain(self) -> float:
        """How far the share late falls if the first department alone keeps its plan."""
        return float(self.departments[0]["fix_only_this"]) if self.departments else 0.0

    @property
    def culprit(self) -> Record | None:
        """The department to fix first; None where fixing one alone changes nothing."""
        return self.departments[0] if self.gain > 1e-9 else None

    @property
    def equals(self) -> tuple[str, ...]:
        """Other departments that bring as much."""
        if self.culprit is None:
            return ()
        least = self.gain * (1 - ALIKE)
        return tuple(r["id"] for r in self.departments[1:] if r["fix_only_this"] >= least)

    @cached_property
    def hand_off(self) -> str | None:
        """The culprit's service that most often is on the longest path to the customer."""
        if self.culprit is None or self.ranking is None:
            return None
        own = {
            s: record
            for s, record in _by_id(self.ranking, "services").items()
            if record["provider"] == self.culprit["id"]
        }
        return min(own, key=lambda s: (-own[s]["criticality_index"], s))

    @cached_property
    def messenger(self) -> str | None:
        """The department that hands the delay to the customer without adding to it."""
        if self.culprit is None or self.ranking is None or self.focus is None:
            return None
        last = self.chain.service(self.focus).provider
        gains = {record["id"]: record["fix_only_this"] for record in self.departments}
        innocent = gains.get(last, self.gain) <= ADDS_LITTLE * self.gain
        return last if innocent and self._leads(self.culprit["id"], last) else None

    def _leads(self, source: str, target: str) -> bool:
        """Tell whether critical services lead from one department to another."""
        assert self.ranking is not None
        critical = [
            (record["provider"], record["client"])
            for record in self.ranking.to_records("services")
            if record["criticality_index"] > 0
        ]
        reached = {source}
        while more := {client for provider, client in critical if provider in reached} - reached:
            reached |= more
        return target in reached


def tell(
    chain: ValueChain,
    customer: str | None = None,
    *,
    samples: int = 20_000,
    seed: int = 0,
    delay: DelayResult | None = None,
) -> Story:
    """Ask the verbs what there is to tell.

    Parameters
    ----------
    chain : ValueChain
    customer : str, optional
        Whom to tell about; absent: who is served worst.
    samples, seed
        As in `propagate_delay`.
    delay : DelayResult, optional
        Of this chain, where it is known already.

    Raises
    ------
    UnknownIdError
        If there is no such customer.
    """
    if customer is not None and customer not in chain.customers:
        raise UnknownIdError(
            Text("customer", "cliente"), customer, sorted(chain.customers), chain.names()
        )
    if delay is None:
        delay = propagate_delay(chain, samples=samples, seed=seed)
    told = customer if customer is not None else served_worst(delay)
    ranking = None
    if told is not None and delay.table("customers").value(told, "breach") is not None:
        ranking = rank_bottlenecks(chain, "breach", customer=told, samples=samples, seed=seed)
    return Story(chain.in_force(), delay, told, customer is not None, ranking)


def served_worst(delay: DelayResult) -> str | None:
    """Return the customer with the largest share late, else who waits longest; ties by id.

    In expected mode, where nothing is known to be late, it is who waits longest.
    """
    order = sorted(
        (record for record in delay.to_records("customers") if record["mean_hours"] is not None),
        key=lambda r: (
            -1.0 if r.get("breach") is None else -r["breach"],
            -(r.get("mean_late_hours") or 0.0),
            -r["mean_hours"],
            r["id"],
        ),
    )
    return order[0]["id"] if order else None


def sla_hours(chain: ValueChain, service_id: str) -> float | None:
    """Return what a service promises, in working hours."""
    promise = chain.service(service_id).sla
    return None if promise is None else base_of(promise).hours(chain.calendar)


def _by_id(result: Result, level: str) -> dict[str, Record]:
    return {record["id"]: record for record in result.to_records(level)}


@dataclass(frozen=True)
class Findings:
    """Everything a report tells, computed once.

    Attributes
    ----------
    story : Story
        About the customer served worst.
    outcomes : OutcomesResult
    dissatisfaction : DissatisfactionResult
        How today was met by the model.
    ranking : BottlenecksResult or None
        Over all customers, by share late; by lead time where nothing is promised; None where no
        customer is served.
    """

    story: Story
    outcomes: OutcomesResult
    dissatisfaction: DissatisfactionResult
    ranking: BottlenecksResult | None


def find(chain: ValueChain, *, samples: int = 20_000, seed: int = 0) -> Findings:
    """Ask the verbs what a report tells.

    Raises
    ------
    UsageError, DeadlockError, ConvergenceError
        As in `propagate_delay`.
    """
    story = tell(chain, samples=samples, seed=seed)
    outcomes = predict_outcomes(chain, samples=samples, seed=seed)
    felt = propagate_dissatisfaction(chain, samples=samples, seed=seed)
    ranking = None
    if story.served:
        promised = any(story.customers[c]["breach"] is not None for c in story.served)
        outcome: Outcome = "breach" if promised else "mean_hours"
        ranking = rank_bottlenecks(chain, outcome, samples=samples, seed=seed)
    return Findings(story, outcomes, felt, ranking)
