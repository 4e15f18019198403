"""`rank_bottlenecks`: which department to fix first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from valuechain.analyzers.attribution.attribution import attribute
from valuechain.analyzers.delay import Progress, check_draws
from valuechain.chain import ValueChain
from valuechain.errors import Text, UsageError
from valuechain.evaluation.customer_weights import CustomerWeights, customer_weights
from valuechain.evaluation.evaluation import Evaluation, Reached, evaluate
from valuechain.evaluation.provenance import provenance_of
from valuechain.kernels.delay.criticality import criticality
from valuechain.kernels.delay.sampled import DelayRun
from valuechain.network import ChainArrays
from valuechain.network.arrays import BoolArray, FloatArray
from valuechain.results import Column, Result, Table

Outcome = Literal["mean_late_hours", "breach", "mean_hours", "dissatisfied"]
OUTCOMES: dict[str, tuple[str, Text]] = {
    "mean_late_hours": (
        "working hours",
        Text("mean time beyond the promise", "retraso medio sobre lo prometido"),
    ),
    "breach": ("share", Text("share served late", "parte servida tarde")),
    "mean_hours": ("working hours", Text("mean lead time", "plazo medio")),
    "dissatisfied": ("share", Text("share dissatisfied", "parte insatisfecha")),
}
NOTICEABLE = 0.01  # of the outcome: a smaller gain is no bottleneck
BAD = 0.10  # from this share of late or dissatisfying deliveries on, a department scores badly

_UNWEIGHTED = Text("", "")

BOTTLENECK = "bottleneck"
AFFECTED = "affected by others"
NO_EFFECT = "no measurable effect on customers"
HEALTHY = "healthy"
NOT_MEASURED = "not measured"


@dataclass(frozen=True, eq=False)
class BottlenecksResult(Result):
    """Departments in the order in which fixing them helps customers most.

    Attributes
    ----------
    outcome : str
        What is to fall: mean_late_hours, breach, mean_hours or dissatisfied.
    unit : str
        Of the outcome and of `fix_only_this`.
    total : float
        The outcome as it is.
    breach : float or None
        The share served late as it is; None without a promise.
    weighted : Text
        What several customers go by: revenue, volume, or each alike.
    customer : str or None
        The only customer that counts, if one was asked for.
    """

    title: ClassVar[Text] = Text("Bottlenecks", "Cuellos de botella")
    outcome: str = "mean_late_hours"
    unit: str = "working hours"
    total: float = 0.0
    breach: float | None = None
    weighted: Text = _UNWEIGHTED
    customer: str | None = None

    def extras(self) -> Mapping[str, Any]:
        """Return what the ranking is about."""
        return {
            "outcome": self.outcome,
            "unit": self.unit,
            "total": self.total,
            "breach": self.breach,
            "weighted": self.weighted.en,
            "customer": self.customer,
        }


def rank_bottlenecks(
    chain: ValueChain,
    outcome: Outcome = "mean_late_hours",
    *,
    customer: str | None = None,
    contributions: bool = False,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> BottlenecksResult:
    """Return which department to fix first: what customers gain if it alone goes on plan.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    outcome : {"mean_late_hours", "breach", "mean_hours", "dissatisfied"}
        What is to fall, over customers by revenue, else volume, else each alike.
    customer : str, optional
        Count this customer only.
    contributions : bool
        Whether to attribute the outcome as well: slow on large chains.
    samples, seed, executor, progress
        As in `propagate_delay`; progress counts blocks of samples.

    Returns
    -------
    BottlenecksResult
        Level departments, best first: `rank`, `fix_only_this` (drop of the outcome),
        `breach_if_fixed` (share served late then), `criticality_index`, `utilization`,
        `internal_score`, `verdict`, and where asked for `contribution` (its part of the outcome,
        as in `attribute`); level services: `provider`, `client`, `criticality_index`, `breach`,
        `measured`.

    Raises
    ------
    UsageError
        If the outcome is unknown, or no service to these customers has a promise.
    UnknownIdError
        If there is no such customer.
    DeadlockError, ConvergenceError
        As in `propagate_delay`.

    Notes
    -----
    On plan: own time capped, job by job, at the budget that the promise leaves,
    ``(sla - J)^+`` with `J` the join of what the inputs promised (without a promise, at today's
    median own time), own faults and unclearness at most their targets; what is inherited stays.
    All runs share their random numbers, so the drop is the difference of paired samples.
    Verdicts: *bottleneck*, at least 1 % of the outcome goes; *affected by others*, at least one
    in ten of its deliveries is late or dissatisfies and going on plan does not mend that; *no
    measurable effect on customers*, its own doing, and no customer gains; else *healthy*.
    Cost: three propagations, and per department one of what it changes; for contributions an
    `attribute` for each customer that counts.

    References
    ----------
    .. [1] E. M. Goldratt and J. Cox, The Goal, North River Press (1984).

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "takes": "4 d", "sla": "1 d"},
    ...         {"provider": "sales", "client": "shop", "takes": "4 h", "sla": "2 d"}])
    >>> ranking = rank_bottlenecks(chain)
    >>> ranking.table().ids[0], ranking.table().value("design", "fix_only_this")
    ('design', 20.0)
    """
    if outcome not in OUTCOMES:
        allowed = ", ".join(OUTCOMES)
        raise UsageError(
            Text(f"outcome {outcome!r}: one of {allowed}", f"outcome {outcome!r}: {allowed}")
        )
    check_draws(samples, seed)
    evaluation = evaluate(chain, samples, seed, executor=executor)
    situation, run = evaluation.situation, evaluation.run
    weights = customer_weights(situation.now, customer, _buyers(chain), chain.names)
    found = _each_on_plan(evaluation, weights, progress)
    as_is = found.as_is
    total = as_is.figure(outcome)
    if np.isnan(total):
        raise UsageError(
            Text(
                f"{outcome} cannot be told: no service to these customers has an sla; ask for "
                'outcome="mean_hours", or declare an sla',
                f"no se puede decir {outcome}: ningún servicio a estos clientes tiene sla; pida "
                'outcome="mean_hours", o declare un sla',
            )
        )
    gains = np.array([total - fixed.figure(outcome) for fixed in found.fixed])
    gains[~found.reaches] = 0.0
    breaches = np.array([fixed.figure("breach") for fixed in found.fixed])
    verdicts = np.array(
        [found.verdict(d, gains[d] > NOTICEABLE * total) for d in range(len(gains))], dtype=object
    )
    arrays = situation.now
    departments = arrays.department_ids
    critical = criticality(run, weights.weight)
    columns = {
        "fix_only_this": gains,
        "breach_if_fixed": breaches,
        "criticality_index": critical.departments,
        "utilization": evaluation.situation.load_now.utilization,
        "internal_score": found.internal_score(),
        "verdict": verdicts,
    }
    if contributions:
        columns["contribution"] = _contributions(
            chain, outcome, as_is, samples=samples, seed=seed, executor=executor
        )
    order = sorted(range(len(gains)), key=lambda d: (-gains[d], departments[d]))
    unit = OUTCOMES[outcome][0]
    described = _columns(unit, contributions)
    table = Table("departments", departments, described[1:], columns).ordered(order)
    ranked = Table(
        "departments",
        table.ids,
        described,
        {"rank": np.arange(1, len(order) + 1), **{name: table[name] for name in columns}},
    )
    services = Table(
        "services", arrays.service_ids, SERVICE_COLUMNS, _service_data(run, critical.services)
    )
    return BottlenecksResult(
        tables={"departments": ranked, "services": services},
        provenance=provenance_of(situation, "rank_bottlenecks", seed, samples),
        labels=chain.names(),
        calendar=chain.calendar,
        outcome=outcome,
        unit=unit,
        total=float(total),
        breach=None if np.isnan(as_is.figure("breach")) else float(as_is.figure("breach")),
        weighted=weights.by,
        customer=customer,
    )


def _buyers(chain: ValueChain) -> BoolArray:
    """Return which customers buy, `(C,)`: suppliers, investors and regulators bring no revenue."""
    others = ("supplier", "investor", "regulator")
    return np.array([chain.customers[c].kind not in others for c in sorted(chain.customers)])


def _contributions(
    chain: ValueChain,
    outcome: Outcome,
    as_is: _State,
    *,
    samples: int,
    seed: int,
    executor: Executor | None,
) -> FloatArray:
    """Return each department's part of the outcome, `(D,)`: the mean of its parts by customer."""
    arrays = as_is.run.model.arrays
    _, weight = as_is.of_customers(outcome)
    found = np.zeros(len(arrays.department_ids))
    for c in np.flatnonzero(weight > 0).tolist():
        parts = attribute(
            chain,
            arrays.customer_ids[c],
            outcome,
            feedback="on" if outcome == "dissatisfied" else "off",
            samples=samples,
            seed=seed,
            executor=executor,
        ).table()
        of = dict(zip(parts.ids, parts["contribution"].tolist(), strict=True))
        found += weight[c] * np.array([of.get(d, 0.0) for d in arrays.department_ids])
    mean: FloatArray = found / weight.sum()
    return mean


def _columns(unit: str, contributions: bool) -> tuple[Column, ...]:
    part = Column("contribution", unit, "Its part of the outcome, as `attribute` divides it.")
    return (
        Column("rank", "number", "1 for the department to fix first."),
        Column("fix_only_this", unit, "Drop of the outcome if it alone goes on plan."),
        *((part,) if contributions else ()),
        Column("breach_if_fixed", "share", "Share served late if it alone goes on plan."),
        Column(
            "criticality_index",
            "share",
            "Share of the requests of customers on whose longest path it lies.",
        ),
        Column(
            "utilization", "share", "Load of its staff; not given without staff, work and volumes."
        ),
        Column(
            "internal_score",
            "share",
            "Mean share of its deliveries to departments that dissatisfy, by volume.",
        ),
        Column("verdict", "word", "What it is to the customers."),
    )


SERVICE_COLUMNS = (
    Column("provider", "id", "Who provides it."),
    Column("client", "id", "Who receives it."),
    Column("criticality_index", "share", "Share of requests on whose longest path it lies."),
    Column("breach", "share", "Share that arrives after the promise."),
    Column("measured", "yes or no", "Whether its time was measured."),
)


def _service_data(run: DelayRun, critical: FloatArray) -> dict[str, Any]:
    arrays = run.model.arrays
    ids = np.array(arrays.node_ids, dtype=object)
    return {
        "provider": ids[arrays.provider],
        "client": ids[arrays.client],
        "criticality_index": critical,
        "breach": run.breach,
        "measured": arrays.own_measured,
    }


@dataclass(frozen=True, eq=False)
class _State:
    """What customers get, with everything as it is or one department on plan."""

    run: DelayRun
    dissatisfied: FloatArray  # (m,) with each service
    customers: FloatArray  # (C,) dissatisfied
    weights: CustomerWeights

    def figure(self, outcome: str) -> float:
        """Return an outcome over the customers, NaN where it cannot be told."""
        values, weight = self.of_customers(outcome)
        if weight.sum() == 0:
            return float("nan")
        return float(np.nansum(weight * values) / weight.sum())

    def of_customers(self, outcome: str) -> tuple[FloatArray, FloatArray]:
        """Return an outcome of each customer, and what it counts for: nothing if unknown."""
        if outcome == "dissatisfied":
            values = self.customers
        else:
            of = {
                "mean_late_hours": self.run.mean_late,
                "breach": self.run.breach,
                "mean_hours": self.run.mean,
            }
            values = self.run.for_customers(of[outcome])
        return values, np.where(np.isnan(values), 0.0, self.weights.weight)


@dataclass(frozen=True, eq=False)
class _Found:
    """The chain as it is, and with each department alone on plan."""

    as_is: _State
    fixed: tuple[_State, ...]
    reaches: BoolArray  # (D,) whether it reaches a customer that counts

    def verdict(self, department: int, noticeable: bool) -> str:
        arrays = self.as_is.run.model.arrays
        own = arrays.provider == department
        if not (arrays.own_measured[own].any() or (~np.isnan(arrays.quality[own])).any()):
            return NOT_MEASURED
        if noticeable:
            return BOTTLENECK
        before, after = (_worst(state, own) for state in (self.as_is, self.fixed[department]))
        if before < BAD:
            return HEALTHY
        return NO_EFFECT if after < before - BAD / 2 else AFFECTED

    def internal_score(self) -> FloatArray:
        """Return the mean dissatisfaction with a department's services to departments, `(D,)`."""
        arrays = self.as_is.run.model.arrays
        D = len(arrays.department_ids)
        inside = (arrays.client < D) & (arrays.provider < D)
        provider = arrays.provider[inside]
        volume = arrays.volume[inside]
        score = self.as_is.dissatisfied[inside]
        unknown = np.bincount(provider, np.isnan(volume), minlength=D) > 0
        weight = np.where(unknown[provider], 1.0, volume)
        total = np.bincount(provider, weight, minlength=D)
        with np.errstate(invalid="ignore"):
            mean: FloatArray = np.bincount(provider, weight * score, minlength=D) / total
        return mean


def _worst(state: _State, services: BoolArray) -> float:
    """Return the larger of the mean late and the mean dissatisfying share of some services."""
    breach = state.run.breach[services]
    late = float(np.nanmean(breach)) if (~np.isnan(breach)).any() else 0.0
    return max(late, float(state.dissatisfied[services].mean()))


def _each_on_plan(
    evaluation: Evaluation,
    weights: CustomerWeights,
    progress: Callable[[int, int], None] | None,
) -> _Found:
    """Put one department after another on plan, each alone."""
    arrays = evaluation.arrays
    each = [arrays.provider == department for department in range(len(arrays.department_ids))]
    fixed = tuple(_state(outcome, weights) for outcome in evaluation.each_on_plan(each, progress))
    return _Found(_state(evaluation.outcome, weights), fixed, _ancestors(arrays, weights.weight))


def _state(outcome: Reached, weights: CustomerWeights) -> _State:
    return _State(outcome.run, outcome.state.services, outcome.state.customers, weights)


def _ancestors(arrays: ChainArrays, weight: FloatArray) -> BoolArray:
    """Return which departments reach a customer that counts, `(D,)`."""
    D = len(arrays.department_ids)
    reached = np.zeros(len(arrays.node_ids), dtype=bool)
    reached[D:] = weight > 0
    while True:
        more = reached.copy()
        more[arrays.provider[reached[arrays.client]]] = True
        if (more == reached).all():
            return reached[:D]
        reached = more
