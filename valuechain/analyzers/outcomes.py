"""`predict_outcomes`: what reaches the customers, in the figures a board knows."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import ClassVar

from valuechain.analyzers.delay import Progress, check_draws
from valuechain.analyzers.dissatisfaction import dissatisfaction_result
from valuechain.analyzers.loops import loop_errors
from valuechain.analyzers.provenance import provenance_of
from valuechain.analyzers.shocks import Shocks, with_shocks
from valuechain.chain import ValueChain
from valuechain.errors import Text
from valuechain.kernels.delay import DelayRun, delay_model, sample_delay
from valuechain.results import Column, Result, Table
from valuechain.today import Situation, situation_of

CUSTOMERS = (
    Column("csat", "share", "Share of customers satisfied."),
    Column("breach", "share", "Share served after the promise."),
    Column("mean_hours", "working hours", "Mean lead time."),
)


@dataclass(frozen=True, eq=False)
class OutcomesResult(Result):
    """What reaches each customer."""

    title: ClassVar[Text] = Text("Outcomes", "Resultados")


def predict_outcomes(
    chain: ValueChain,
    shocks: Shocks = None,
    *,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> OutcomesResult:
    """Return what reaches each customer: satisfaction, broken promises, lead time.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    shocks : str, mapping or None
        As in `propagate_delay`.
    samples, seed, executor, progress
        As in `propagate_delay`.

    Returns
    -------
    OutcomesResult
        Level customers: `csat` (share), `breach` (share), `mean_hours` (working hours); not
        given (None, NA) for a customer nobody serves, `breach` also where nothing is promised.

    Raises
    ------
    DeadlockError, ConvergenceError, UnknownIdError, SchemaError, UsageError
        As in `propagate_delay`.

    Notes
    -----
    ``CSAT = 1 - q``, `q` from `propagate_dissatisfaction`; breach and lead time are the mixtures
    over the customer's services, by their `need`.

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"sales": {}}, customers={"shop": {}},
    ...     services=[{"provider": "sales", "client": "shop", "takes": "4 h", "sla": "2 h"}])
    >>> predict_outcomes(chain).to_records()
    [{'id': 'shop', 'csat': 0.5, 'breach': 1.0, 'mean_hours': 4.0}]
    """
    check_draws(samples, seed)
    chain = with_shocks(chain, shocks)
    situation = situation_of(chain)
    with loop_errors(situation.now):
        run = sample_delay(delay_model(situation.now, samples, seed), executor, progress)
    return outcomes_result(chain, situation, run)


def outcomes_result(chain: ValueChain, situation: Situation, run: DelayRun) -> OutcomesResult:
    """Return the outcomes for arrivals that were sampled already."""
    unhappy = dissatisfaction_result(chain, situation, run).table("customers")
    data = {
        "csat": unhappy["csat"],
        "breach": run.for_customers(run.breach),
        "mean_hours": run.for_customers(run.mean),
    }
    table = Table("customers", situation.now.customer_ids, CUSTOMERS, data)
    return OutcomesResult(
        tables={"customers": table},
        provenance=provenance_of(situation, "predict_outcomes", run.model.seed, run.model.samples),
        labels=chain.names(),
        calendar=chain.calendar,
    )
