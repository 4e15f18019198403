"""`check_promises`: whether each promise can be kept at all, and what it hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from valuechain.analyzers.delay import Progress, check_draws
from valuechain.chain import ValueChain
from valuechain.errors import Text, UnknownIdError
from valuechain.evaluation.loop_errors import loop_errors, warn_of_slow_loops
from valuechain.evaluation.provenance import provenance_of
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.kernels.plan.basis import plan_basis
from valuechain.kernels.plan.critical_path import CriticalPaths, critical_paths
from valuechain.kernels.plan.let_down import LetDown, let_down
from valuechain.kernels.plan.promise_slip import promise_slips
from valuechain.network import ChainArrays
from valuechain.network.arrays import FloatArray
from valuechain.results import Column, Result, Table, Values
from valuechain.today import situation_of

KEPT, TIGHT, IMPOSSIBLE, NO_PROMISE = "kept", "tight", "impossible", "no promise"
EVEN = 0.5 - 1e-12  # of the jobs: from here on a promise cannot be kept

SERVICES = (
    Column("sla_hours", "working hours", "What is promised; not given where nothing is."),
    Column(
        "planned_hours",
        "working hours",
        "When it arrives if every provider keeps to its word and all that may be needed is.",
    ),
    Column("slack_hours", "working hours", "What the promise leaves beyond the planned arrival."),
    Column(
        "float_hours",
        "working hours",
        "How far its arrival may slip before a customer's planned arrival moves; not given where "
        "none ever does.",
    ),
    Column(
        "may_slip_hours",
        "working hours",
        "How far its promise may slip before a promise to a customer breaks, or breaks by more; "
        "not given where none ever does.",
    ),
    Column(
        "let_down_share",
        "share",
        "Share of its jobs in which it breaks although every provider keeps to its word.",
    ),
    Column("let_down_error", "share", "Standard error of let_down_share; 0 where it is exact."),
    Column("verdict", "word", "kept, tight, impossible, or no promise."),
    Column("blocked_by", "id", "The service whose promise makes it tight or impossible."),
    Column(
        "keepable_hours", "working hours", "A promise that would be kept nine times out of ten."
    ),
    Column("measured", "yes or no", "Whether its own time was measured."),
)


@dataclass(frozen=True, eq=False)
class PromisesResult(Result):
    """Which promises can be kept, and what each hangs on."""

    title: ClassVar[Text] = Text("Promises", "Promesas")
    plan: CriticalPaths | None = None
    bare_plan: CriticalPaths | None = None  # as if nothing inside were promised
    customer_ids: tuple[str, ...] = ()
    first_customer: int = 0  # its number among the nodes

    def critical_path(self, customer: str, *, through_promises: bool = False) -> list[str]:
        """Return the services that set a customer's planned arrival, upstream ones first.

        Parameters
        ----------
        customer : str
        through_promises : bool
            False: clients plan with what they were promised, so the path begins at the last
            promise. True: as if nothing inside were promised, back to the first service.

        Returns
        -------
        list of str
            Service ids; of several services to the customer, to the one planned to arrive last.
            Empty for a customer whom nobody serves.

        Raises
        ------
        UnknownIdError
            If there is no such customer.
        """
        if customer not in self.customer_ids:
            raise UnknownIdError(Text("customer", "cliente"), customer, self.customer_ids)
        paths = self.bare_plan if through_promises else self.plan
        assert paths is not None
        ids = self.table("services").ids
        node = self.first_customer + self.customer_ids.index(customer)
        return [ids[e] for e in paths.path_to(node)]

    def extras(self) -> Mapping[str, Any]:
        """Return the critical path of each customer."""
        return {"critical_path": {c: self.critical_path(c) for c in self.customer_ids}}


def check_promises(
    chain: ValueChain,
    *,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> PromisesResult:
    """Return which promises can be kept where every provider keeps to its word.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force: plans stand on the times, promises and needs as they are now.
    samples, seed, executor, progress
        As in `propagate_delay`.

    Returns
    -------
    PromisesResult
        Level services: `sla_hours`, `planned_hours`, `slack_hours`, `float_hours`,
        `may_slip_hours`, `keepable_hours` (working hours), `let_down_share`, `let_down_error`
        (0..1), `verdict` (kept, tight, impossible, no promise), `blocked_by` (a service id),
        `measured` (where its own time is not, only what it waits for counts); and
        `.critical_path(customer)`.

    Raises
    ------
    DeadlockError, ConvergenceError, UsageError
        As in `propagate_delay`.

    Notes
    -----
    The plan: ``P_e = own median + J_e``, with `J_e` the join of ``(promised_f - buffer_f)^+`` over
    the inputs `f` for `e` that wait; ``promised_f = sla_f``, without one ``P_f``, and in a loop
    the mean arrival. `planned_hours` is with all needs active (the critical path method);
    ``slack = sla - P``; `let_down_share` is ``P(J_e + own median > sla_e)`` over the needs, from
    .5 on *impossible*, above 0 *tight*: exact where at most 12 uncertain needs stand behind it.
    `keepable_hours` is the 90th percentile of ``A_e``. `float_hours`: clients plan with promises,
    so a slip ends at the next one. `may_slip_hours`: promises inside give way once they cannot be
    kept, promises to customers may not. Cost: one propagation, and a pass over the plan.

    References
    ----------
    .. [1] J. E. Kelley and M. R. Walker, Critical-path planning and scheduling, Proceedings of
       the Eastern Joint Computer Conference (1959).

    Examples
    --------
    Sales promises in 2 days what needs a design that is promised in 3.

    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "takes": "1 d", "sla": "3 d"},
    ...         {"provider": "sales", "client": "shop", "takes": "4 h", "sla": "2 d"}])
    >>> promises = check_promises(chain)
    >>> offer = promises.to_records()[1]
    >>> offer["verdict"], offer["blocked_by"], offer["slack_hours"], offer["keepable_hours"]
    ('impossible', 'design>sales', -12.0, 12.0)
    >>> promises.critical_path("shop")
    ['design>sales', 'sales>shop']
    """
    check_draws(samples, seed)
    situation = situation_of(chain)
    arrays = situation.now
    with loop_errors(arrays):
        model = delay_model(arrays, samples, seed)
        warn_of_slow_loops(model)
        run = sample_delay(model, executor, progress)
    basis = plan_basis(run)
    own, mean = basis.median, basis.mean_arrival
    plan = critical_paths(arrays, own, arrays.sla, mean)
    shares = let_down(arrays, basis, samples, seed)
    verdicts = _verdicts(shares)
    data: dict[str, Values] = {
        "sla_hours": arrays.sla,
        "planned_hours": plan.planned,
        "slack_hours": arrays.sla - plan.planned,
        "float_hours": _finite(plan.slack),
        "may_slip_hours": _finite(promise_slips(arrays, own, arrays.sla, mean)),
        "let_down_share": shares.share,
        "let_down_error": shares.error,
        "verdict": verdicts,
        "blocked_by": _blockers(arrays, own, plan, verdicts),
        "keepable_hours": run.quantiles((0.9,))[0],
        "measured": arrays.own_measured,
    }
    return PromisesResult(
        tables={"services": Table("services", arrays.service_ids, SERVICES, data)},
        provenance=provenance_of(situation, "check_promises", seed, samples),
        labels=chain.names(),
        calendar=chain.calendar,
        plan=plan,
        bare_plan=critical_paths(arrays, own, np.full(len(own), np.nan), mean),
        customer_ids=arrays.customer_ids,
        first_customer=len(arrays.department_ids),
    )


def _finite(hours: FloatArray) -> FloatArray:
    """Return hours with NaN, not given, where there is no limit."""
    return np.where(np.isfinite(hours), hours, np.nan)


def _verdicts(shares: LetDown) -> Values:
    share = shares.share
    known = np.where(share >= EVEN, IMPOSSIBLE, np.where(share > 0, TIGHT, KEPT))
    return np.where(np.isnan(share), NO_PROMISE, known).astype(object)


def _blockers(
    arrays: ChainArrays, own: FloatArray, plan: CriticalPaths, verdicts: Values
) -> Values:
    """Return, for each promise that is tight or impossible, the service that makes it so."""
    found = np.full(len(own), None, dtype=object)
    for e in np.flatnonzero((verdicts == TIGHT) | (verdicts == IMPOSSIBLE)).tolist():
        found[e] = arrays.service_ids[plan.blocker(e, float(own[e]), float(arrays.sla[e]))]
    return found
