"""`propagate_dissatisfaction`: what late, faulty and unclear work does to those who receive it."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from valuechain.analyzers.delay import Progress, check_choice, check_draws
from valuechain.analyzers.dissatisfaction.calibration_table import calibration_table
from valuechain.analyzers.dissatisfaction.linear import linear_dissatisfaction
from valuechain.analyzers.dissatisfaction.result import (
    CUSTOMERS,
    DEPARTMENTS,
    SERVICES,
    Direction,
    DissatisfactionResult,
    Loop,
)
from valuechain.chain import ValueChain
from valuechain.evaluation.evaluation import Evaluation, evaluate
from valuechain.evaluation.provenance import provenance_of
from valuechain.evaluation.shocks import Shocks, with_shocks
from valuechain.kernels.dissatisfaction.feedback import FeedbackLoop
from valuechain.kernels.dissatisfaction.linear import own_dissatisfaction, passed_on
from valuechain.kernels.dissatisfaction.outcomes import leaving
from valuechain.network.arrays import FloatArray
from valuechain.results import Table

if TYPE_CHECKING:
    pass

LEAVES = 2.0  # times as many of the dissatisfied staff leave
AT_REST = 1e-12  # a smaller change of a loop's members is none


def propagate_dissatisfaction(
    chain: ValueChain,
    shocks: Shocks = None,
    feedback: Literal["on", "off"] = "on",
    mode: Literal["noisy_or", "linear"] = "noisy_or",
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
    mode : {"noisy_or", "linear"}
        Linear: an index that adds up, with `.total_effects` and `.paths(customer, n)`; without
        morale and anger.
    samples, seed, executor, progress
        As in `propagate_delay`, from which the shares late come.

    Returns
    -------
    DissatisfactionResult
        Level services: `late`, `faulty`, `unclear`, `repeated`, `dissatisfied`; departments:
        `morale_loss`, `esat`, `turnover`; customers: `dissatisfied`, `csat`; calibration:
        `observed`, `explained`, `unexplained`, `kappa`, `informative`, `gap_hours`; `.loops`,
        `.tipping_point`, `.calibration`. Shares 0..1.

    Raises
    ------
    DeadlockError, ConvergenceError, UnknownIdError, SchemaError, UsageError
        As in `propagate_delay`.

    Notes
    -----
    A noisy-OR with leaks (Pearl 1988): each failure of a service, by itself, dissatisfies its
    assumed share of clients; a client that an input disappointed passes that on with probability
    `impact`. ``s = 1 - (1 - r) prod over late, faulty, unclear, repeated of (1 - weight
    failure)``. Leaks are set on today, once, so that every declared `quality`, `csat`, `esat` and
    `on_time` comes back exactly; where couplings would explain more than ``1 - unexplained`` of
    what was observed they are scaled by `kappa`, and the table says that the impacts declared
    there are no longer informative. What is not measured (quality, clarity, no promise) claims no
    failure. In loops the state reached from today's is reported, and whether there is another.
    The gain of a loop is the largest return gain ``1 - 1 / [(I - J)^-1]_ii`` of its members, `J`
    the Jacobian there.

    References
    ----------
    .. [1] J. Pearl, Probabilistic Reasoning in Intelligent Systems, Morgan Kaufmann (1988), 4.3.
    .. [2] A. Tarski, A lattice-theoretical fixpoint theorem, Pacific J. Math. 5 (1955).
    .. [3] S. J. Mason, Feedback theory: some properties of signal flow graphs, Proc. IRE 41
       (1953).

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {"csat": "80 %"}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "quality": 0.5, "impact": "high"},
    ...         {"provider": "sales", "client": "shop"}],
    ...     assumptions={"input_to_morale": 0})
    >>> today = propagate_dissatisfaction(chain)
    >>> today.table("customers").value("shop", "csat")
    0.8
    >>> round(today.table("calibration").value("customers.shop.csat", "explained"), 6)
    0.108
    >>> better = chain.with_changes({"services.design>sales.quality": 0.9})
    >>> round(propagate_dissatisfaction(better).table("customers").value("shop", "csat"), 4)
    0.8775
    """
    check_choice("feedback", feedback, ("on", "off"))
    check_choice("mode", mode, ("noisy_or", "linear"))
    check_draws(samples, seed)
    chain = with_shocks(chain, shocks)
    found = evaluate(chain, samples, seed, feedback, executor, progress)
    return dissatisfaction_result(chain, found) if mode == "noisy_or" else _linear(chain, found)


def _linear(chain: ValueChain, found: Evaluation) -> DissatisfactionResult:
    """Return the linear mode at today's calibration."""
    arrays, given = found.arrays, found.failures
    D = len(arrays.department_ids)
    felt = passed_on(arrays)
    outside = arrays.client >= D
    felt[outside] *= given.customer_kappa[arrays.client[outside] - D]
    by_itself = own_dissatisfaction(arrays, found.late, given.own_fault)
    return linear_dissatisfaction(
        chain,
        found.situation,
        found.late,
        given.service_leak + given.service_kappa * by_itself,
        inherited=arrays.coefficients["weights.faulty"] * given.service_kappa * given.fault_kappa,
        felt=felt,
        unexplained=given.customer_leak,
        calibration=calibration_table(found.today),
        seed=found.run.model.seed,
        samples=found.run.model.samples,
    )


def dissatisfaction_result(chain: ValueChain, found: Evaluation) -> DissatisfactionResult:
    """Return the result of an evaluation."""
    arrays, state = found.arrays, found.outcome.state
    model = found.run.model
    customers = arrays.customer_ids
    unhappy = np.where(served(found), state.customers, np.nan)
    services = {
        "late": found.late,
        "faulty": state.faulty,
        "unclear": 1.0 - arrays.clarity,
        "repeated": 1.0 - arrays.fcr,
        "dissatisfied": state.services,
    }
    departments = {
        "morale_loss": state.morale_loss,
        "esat": np.where(np.isnan(arrays.esat), np.nan, 1.0 - state.morale_loss),
        "turnover": turnover(found),
    }
    tables = (
        Table("services", arrays.service_ids, SERVICES, services),
        Table("departments", arrays.department_ids, DEPARTMENTS, departments),
        Table("customers", customers, CUSTOMERS, {"dissatisfied": unhappy, "csat": 1.0 - unhappy}),
        calibration_table(found.today),
    )
    return DissatisfactionResult(
        tables={table.level: table for table in tables},
        provenance=provenance_of(
            found.situation, "propagate_dissatisfaction", model.seed, model.samples
        ),
        labels=chain.names(),
        calendar=chain.calendar,
        loops=tuple(_loop(found, loop) for loop in found.loops),
        tipping_point=found.tips,
        least=dict(zip(customers, found.least.customers.tolist(), strict=True)),
        greatest=dict(zip(customers, found.greatest.customers.tolist(), strict=True)),
    )


def served(found: Evaluation) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which customers receive anything, `(C,)`: nobody else can be dissatisfied."""
    arrays = found.arrays
    received = np.bincount(arrays.client, minlength=len(arrays.node_ids))
    some: np.ndarray[Any, np.dtype[np.bool_]] = received[len(arrays.department_ids) :] > 0
    return some


def turnover(found: Evaluation) -> FloatArray:
    """Return the share of staff that leaves, `(D,)`; NaN where it was not observed today."""
    today = found.today
    line = leaving(
        today.arrays.turnover,
        today.state.morale_loss,
        np.full(len(today.arrays.department_ids), LEAVES),
    )
    return line.at(found.outcome.state.morale_loss)


def _loop(found: Evaluation, loop: FeedbackLoop) -> Loop:
    arrays, now, before = found.arrays, found.outcome.state, found.today.state
    moved = (
        (now.services - before.services)[loop.services].sum()
        + (now.morale_loss - before.morale_loss)[loop.departments].sum()
        + (now.customers - before.customers)[loop.customers].sum()
    )
    direction: Direction = "at rest"
    if abs(moved) > AT_REST:
        direction = "vicious" if moved > 0 else "virtuous"
    D = len(arrays.department_ids)
    inside = {int(p) for p in arrays.provider[loop.services] if p < D}
    inside |= set(loop.departments.tolist())
    members = [arrays.department_ids[d] for d in sorted(inside)]
    members += [arrays.customer_ids[c] for c in loop.customers.tolist()]
    return Loop(
        tuple(members),
        tuple(arrays.service_ids[e] for e in loop.services.tolist()),
        loop.gain,
        arrays.service_ids[loop.strongest],
        direction,
    )
