"""`propagate_dissatisfaction`: what late, faulty and unclear work does to those who receive it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import numpy as np

from valuechain.analyzers.delay import Progress, check_draws
from valuechain.analyzers.loops import loop_errors
from valuechain.analyzers.provenance import provenance_of
from valuechain.analyzers.shocks import Shocks, with_shocks
from valuechain.chain import ValueChain
from valuechain.errors import Text, UsageError
from valuechain.kernels.delay import DelayRun, delay_model, sample_delay
from valuechain.kernels.noisy_or import Dissatisfaction, failures, solve_noisy_or
from valuechain.network import ChainArrays
from valuechain.network.arrays import FloatArray
from valuechain.results import Column, Result, Table
from valuechain.today import Situation, situation_of

SERVICES = (
    Column("late", "share", "Share that arrives later than the client expects."),
    Column("faulty", "share", "Share with a fault, own or inherited."),
    Column("unclear", "share", "Share that is unclear."),
    Column("repeated", "share", "Share that took more than one attempt."),
    Column("dissatisfied", "share", "Share that leaves the client dissatisfied."),
)
DEPARTMENTS = (
    Column("morale_loss", "share", "Share of morale lost to inputs and angry customers."),
)
CUSTOMERS = (
    Column("dissatisfied", "share", "Share of customers dissatisfied."),
    Column("csat", "share", "Share of customers satisfied."),
)
DIFFERENT = 1e-9  # fixed points closer than this are one


@dataclass(frozen=True, eq=False)
class DissatisfactionResult(Result):
    """Who is dissatisfied with what.

    Attributes
    ----------
    tipping_point : bool
        Whether the loops have more than one state: the one reached from today is reported.
    greatest : mapping of str to float
        Dissatisfaction of each customer in the worst state the loops can keep up.
    """

    title: ClassVar[Text] = Text("Dissatisfaction", "Insatisfacción")
    tipping_point: bool = False
    greatest: Mapping[str, float] = field(default_factory=dict)

    def extras(self) -> Mapping[str, Any]:
        """Return whether there is a tipping point, and the worst lasting state."""
        return {"tipping_point": self.tipping_point, "greatest": dict(self.greatest)}


@dataclass(frozen=True, eq=False)
class SolvedDissatisfaction:
    """The state that is reached, and the worst one the loops can keep up."""

    late: FloatArray
    reached: Dissatisfaction
    worst: Dissatisfaction

    @property
    def dissatisfied(self) -> FloatArray:
        """With each service, `(m,)`."""
        return self.reached.services

    @property
    def customers(self) -> FloatArray:
        """Each customer, `(C,)`; NaN is nobody: one who is not served is not dissatisfied."""
        return self.reached.customers

    @property
    def apart(self) -> float:
        """How far the two lie apart; above 0 there is a tipping point."""
        pairs = (
            (self.worst.customers, self.reached.customers),
            (self.worst.morale_loss, self.reached.morale_loss),
            (self.worst.services, self.reached.services),
        )
        return max(float(np.abs(high - low).max(initial=0.0)) for high, low in pairs)


def solve_dissatisfaction(
    arrays: ChainArrays, late: FloatArray, frozen: FloatArray | None = None
) -> SolvedDissatisfaction:
    """Return the fixed points for given shares late, `(m,)` (NaN: nothing is expected).

    `frozen` is the morale loss `(D,)` that stays as it is, if it does.
    """
    given = failures(arrays, late)
    reached = solve_noisy_or(arrays, given, frozen)
    worst = solve_noisy_or(arrays, given, frozen, start=1.0)
    return SolvedDissatisfaction(late, reached, worst)


def _reached(situation: Situation, run: DelayRun, feedback: str) -> SolvedDissatisfaction:
    """Return the state of now, as it is reached from today's."""
    arrays = situation.now
    solved = solve_dissatisfaction(arrays, run.late)
    if feedback == "on" and (solved.apart <= DIFFERENT or not situation.changed):
        return solved
    before = solved
    if situation.changed:
        model = delay_model(situation.today, run.model.samples, run.model.seed)
        before = solve_dissatisfaction(situation.today, sample_delay(model).late)
    if feedback == "off":
        return solve_dissatisfaction(arrays, run.late, before.reached.morale_loss)
    reached = solve_noisy_or(arrays, failures(arrays, run.late), start=before.reached)
    return replace(solved, reached=reached)


def propagate_dissatisfaction(
    chain: ValueChain,
    shocks: Shocks = None,
    feedback: Literal["on", "off"] = "on",
    mode: Literal["noisy_or"] = "noisy_or",
    *,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> DissatisfactionResult:
    """Return who is dissatisfied with what, round every loop.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    shocks : str, mapping or None
        As in `propagate_delay`.
    feedback : {"on", "off"}
        Off: morale stays as it is today, and nothing comes round from angry customers.
    mode : {"noisy_or"}
    samples, seed, executor, progress
        As in `propagate_delay`, from which the shares late come.

    Returns
    -------
    DissatisfactionResult
        Level services: `late`, `faulty`, `unclear`, `repeated`, `dissatisfied`; departments:
        `morale_loss`; customers: `dissatisfied`, `csat`; `.tipping_point`. Shares 0..1.

    Raises
    ------
    DeadlockError, ConvergenceError, UnknownIdError, SchemaError, UsageError
        As in `propagate_delay`.

    Notes
    -----
    A noisy-OR (Pearl 1988): each failure of a service, by itself, dissatisfies its assumed share
    of clients; a client that an input disappointed passes that on with probability `impact`.
    ``s = 1 - prod over late, faulty, unclear, repeated of (1 - weight failure)``. What is not
    measured (quality, clarity, no promise) claims no failure. In loops the state reached from
    today's is reported (today itself from a day on which nobody is dissatisfied), and whether
    there is another.

    References
    ----------
    .. [1] J. Pearl, Probabilistic Reasoning in Intelligent Systems, Morgan Kaufmann (1988), 4.3.

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "quality": 0.5, "impact": "high"},
    ...         {"provider": "sales", "client": "shop"}],
    ...     assumptions={"input_to_morale": 0})
    >>> result = propagate_dissatisfaction(chain)
    >>> round(result.table("customers").value("shop", "dissatisfied"), 6)  # .6 * .6 * (.6 * .5)
    0.108
    """
    for name, value, allowed in (
        ("feedback", feedback, ("on", "off")),
        ("mode", mode, ("noisy_or",)),
    ):
        if value not in allowed:
            words = ", ".join(allowed)
            raise UsageError(Text(f"{name} {value!r}: {words}", f"{name} {value!r}: {words}"))
    check_draws(samples, seed)
    chain = with_shocks(chain, shocks)
    situation = situation_of(chain)
    with loop_errors(situation.now):
        run = sample_delay(delay_model(situation.now, samples, seed), executor, progress)
    return dissatisfaction_result(chain, situation, run, feedback)


def dissatisfaction_result(
    chain: ValueChain, situation: Situation, run: DelayRun, feedback: str = "on"
) -> DissatisfactionResult:
    """Return the result for arrivals that were sampled already."""
    arrays = situation.now
    solved = _reached(situation, run, feedback)
    state = solved.reached
    served = (
        np.bincount(arrays.client, minlength=len(arrays.node_ids))[len(arrays.department_ids) :] > 0
    )
    unhappy = np.where(served, state.customers, np.nan)
    services = {
        "late": run.late,
        "faulty": state.faulty,
        "unclear": 1.0 - arrays.clarity,
        "repeated": 1.0 - arrays.fcr,
        "dissatisfied": state.services,
    }
    tables = (
        Table("services", arrays.service_ids, SERVICES, services),
        Table(
            "departments",
            arrays.department_ids,
            DEPARTMENTS,
            {"morale_loss": state.morale_loss},
        ),
        Table(
            "customers",
            arrays.customer_ids,
            CUSTOMERS,
            {"dissatisfied": unhappy, "csat": 1.0 - unhappy},
        ),
    )
    return DissatisfactionResult(
        tables={table.level: table for table in tables},
        provenance=provenance_of(
            situation, "propagate_dissatisfaction", run.model.seed, run.model.samples
        ),
        labels=chain.names(),
        calendar=chain.calendar,
        tipping_point=solved.apart > DIFFERENT,
        greatest=dict(zip(arrays.customer_ids, solved.worst.customers.tolist(), strict=True)),
    )
