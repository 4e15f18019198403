"""`attribute`: whose delay it is, and what it brings to be on time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeGuard, get_args

import numpy as np

from valuechain.analyzers.attribution.felt_game import FeltGame, play_felt
from valuechain.analyzers.attribution.felt_outcomes import FeltQuestion
from valuechain.analyzers.attribution.game import Played, delay_game, play
from valuechain.analyzers.attribution.sources import Sources, sources_of
from valuechain.analyzers.delay import Progress, check_draws
from valuechain.chain import ValueChain
from valuechain.errors import Text, UnknownIdError, UsageError
from valuechain.evaluation.evaluation import Feedback, evaluate
from valuechain.evaluation.loop_errors import loop_errors
from valuechain.evaluation.provenance import provenance_of
from valuechain.kernels.attribution.target import DelayOutcome
from valuechain.network import ChainArrays
from valuechain.network.arrays import FloatArray
from valuechain.network.selection import services_behind
from valuechain.results import Column, Result, Table, Values
from valuechain.today import situation_of

Outcome = Literal["mean_hours", "mean_late_hours", "breach", "dissatisfied", "revenue_at_risk"]
By = Literal["department", "service", "kind"]
UNITS = {
    "mean_hours": "working hours",
    "mean_late_hours": "working hours",
    "breach": "share",
    "dissatisfied": "share",
    "revenue_at_risk": "money a year",
}


def source_columns(unit: str) -> tuple[Column, ...]:
    """Return the columns of sources, for an outcome in `unit`."""
    return (
        Column("contribution", unit, "Its part of the outcome; the parts add up."),
        Column("standard_error", unit, "Standard error of contribution."),
        Column("share", "share", "Its part of the whole outcome."),
        Column("fix_only_this", unit, "Drop of the outcome if it alone goes on plan."),
        Column("fix_only_this_error", unit, "Standard error of fix_only_this."),
        Column("best_with", "id", "Where that is little: with whom it pays to mend it together."),
        Column("fix_with_best", unit, "Drop of the outcome if both go on plan together."),
        Column("external", "yes or no", "Whether it is an external provider."),
    )


@dataclass(frozen=True, eq=False)
class SharedOut(Result):
    """An outcome of a customer, between `promise_itself` and `total`, shared out among sources.

    What the attributes mean, `AttributionResult` tells.
    """

    customer: str = ""
    outcome: str = "mean_late_hours"
    by: str = "department"
    unit: str = "working hours"
    total: float = 0.0
    promise_itself: float = 0.0
    method: str = ""
    reached: bool = True
    feedback: str = "off"
    currency: str | None = None
    lost_sales: bool = False

    def extras(self) -> Mapping[str, Any]:
        """Return what is shared out, and how."""
        names = ("customer", "outcome", "by", "unit", "total", "promise_itself", "method")
        more = ("reached", "feedback", "currency", "lost_sales")
        return {name: getattr(self, name) for name in (*names, *more)}


@dataclass(frozen=True, eq=False)
class AttributionResult(SharedOut):
    """Sources of an outcome, the largest first; with what nobody can help they add up to it.

    Attributes
    ----------
    customer : str
    outcome : str
        mean_hours, mean_late_hours, breach, dissatisfied or revenue_at_risk.
    by : str
        What a source is: department, service or kind.
    unit : str
        Of the outcome and of the parts.
    total : float
        The outcome as it is.
    promise_itself : float
        What is left with everybody on plan: the promises themselves cause it.
    method : str
        How it was computed: *orders per job*, *every coalition* or *random orders*.
    reached : bool
        Whether anything is delivered to the customer at all; else all is 0.
    feedback : str
        off: morale stays as it is today; on: it moves.
    currency : str or None
        Of an outcome in money.
    lost_sales : bool
        Whether the revenue is that of sales not won: the customer is a potential one.
    """

    title: ClassVar[Text] = Text("Whose it is", "De quién es")

    @property
    def on_plan(self) -> float:
        """The outcome with everybody on plan."""
        return self.promise_itself


def attribute(
    chain: ValueChain,
    customer: str,
    outcome: Outcome = "mean_late_hours",
    by: By = "department",
    feedback: Feedback = "off",
    *,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> AttributionResult:
    """Return whose doing an outcome of a customer is: parts that add up to the whole.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    customer : str
        Whose outcome.
    outcome : {"mean_late_hours", "mean_hours", "breach", "dissatisfied", "revenue_at_risk"}
        Mean time beyond the promise, mean lead time, share served late; share dissatisfied; the
        revenue that leaves in a year beyond that of an ideal day, of a potential customer the
        sales that are not won.
    by : {"department", "service", "kind"}
        What a source is; external providers are sources, too.
    feedback : {"off", "on"}
        Off: morale stays as it is today. On: it moves with what happens, and comes round; for
        `dissatisfied` and `revenue_at_risk` only.
    samples, seed, executor, progress
        As in `propagate_delay`.

    Returns
    -------
    AttributionResult
        Level sources, the largest first: `contribution` (in `.unit`), `standard_error`, `share`
        (0..1 of the total), `fix_only_this`, `fix_only_this_error`, `best_with` (an id, where
        mending one alone brings little because another hides it), `fix_with_best`, `external`;
        `.total`, `.promise_itself`, `.unit`, `.method`.

    Raises
    ------
    UnknownIdError
        If there is no such customer.
    UsageError
        If an argument is none of those, nothing is promised to the customer, or the chain does
        not declare what the outcome needs (revenue and churn or win_rate, a currency).
    DeadlockError, ConvergenceError
        As in `propagate_delay`.

    Notes
    -----
    Let ``v(S)`` be the outcome when the sources in `S` behave as today and all others are *on
    plan*: own time capped, job by job, at the budget their promise leaves. The contribution of a
    source is its Shapley value, what it adds to those before it, averaged over all orders:
    ``total = v(all) = v(none) + sum of contributions``, exactly, in every run; nothing for a source
    without effect, equal parts for equals. ``promise_itself = v(none)``.
    ``fix_only_this = v(all) - v(all but this)`` is another question, and does not add up.

    For `dissatisfied` and `revenue_at_risk` who is on plan also has own faults and unclearness of
    at most ``1 - target``; `v` follows from the shares late, at today's calibration, from today's
    state. The ideal day is that of `predict_outcomes`.

    Without loops on the way to the customer every sampled job has a random order of its own and
    its reverse (all orders where at most four sources take part). In loops jobs of others are
    met, so all jobs see the same coalition: all subsets of up to ten sources, else 32 random
    orders and their reverses; so it is for `dissatisfied` and `revenue_at_risk` everywhere, whose
    standard errors come from batches of the samples (delta method).
    Cost: without loops about two propagations per source at most, usually far less (who is never
    over budget, or too early to matter, takes no part); in loops, and for `dissatisfied` and
    `revenue_at_risk`, a propagation of what changes per coalition.

    References
    ----------
    .. [1] L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II
       (1953).
    .. [2] J. Castro, D. Gomez and J. Tejada, Polynomial calculation of the Shapley value based on
       sampling, Computers and Operations Research 36 (2009).
    .. [3] R. Mitchell, J. Cooper, E. Frank and G. Holmes, Sampling permutations for Shapley value
       estimation, Journal of Machine Learning Research 23 (2022).

    Examples
    --------
    Two inputs come 10 and 9 hours late. Mending one alone brings little, or nothing.

    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {}, "legal": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "takes": "10 h", "sla": 0},
    ...         {"provider": "legal", "client": "sales", "takes": "9 h", "sla": 0},
    ...         {"provider": "sales", "client": "shop", "sla": 0}])
    >>> parts = attribute(chain, "shop", samples=100)
    >>> [(r["id"], r["contribution"], r["fix_only_this"]) for r in parts.to_records()]
    [('design', 5.5, 1.0), ('legal', 4.5, 0.0), ('sales', 0.0, 0.0)]
    >>> parts.table().value("legal", "best_with"), parts.total
    ('design', 10.0)
    """
    check_question(outcome, feedback, samples, seed)
    situation = situation_of(chain)
    arrays = situation.now
    node = customer_node(arrays, customer, chain.names)
    question = None
    if is_of_delay(outcome):
        behind = services_behind(arrays, arrays.client == node)
    else:
        question = FeltQuestion.of(chain, customer, outcome)
        behind = question.services(arrays, morale=feedback == "on")
    unit = UNITS[outcome] if question is None else question.unit
    sources = sources_of(chain.in_force(), arrays, behind, by)
    if not behind.any():
        played = Played.nothing(len(sources.ids))
    elif is_of_delay(outcome):
        game = delay_game(situation, node, outcome, sources, samples, seed)
        if not game.target.known:
            raise nothing_promised(outcome, customer)
        with loop_errors(game.model.arrays):
            played = play(game, executor, progress)
    else:
        assert question is not None
        found = evaluate(chain, samples, seed, feedback, executor)
        game_felt = FeltGame(found, question.worth(found), sources, executor, progress)
        played = play_felt(game_felt, seed)
    return AttributionResult(
        tables={"sources": source_table(sources, played, unit)},
        provenance=provenance_of(situation, "attribute", seed, samples),
        labels=chain.names(),
        calendar=chain.calendar,
        customer=customer,
        outcome=outcome,
        by=by,
        unit=unit,
        total=played.total,
        promise_itself=played.on_plan,
        method=played.method,
        reached=bool(behind.any()),
        feedback=feedback,
        currency=None if question is None else question.currency,
        lost_sales=question is not None and question.lost_sales,
    )


def is_of_delay(outcome: str) -> TypeGuard[DelayOutcome]:
    """Whether an outcome is of time alone."""
    return outcome in get_args(DelayOutcome)


def check_question(outcome: str, feedback: str, samples: int, seed: int) -> None:
    """Refuse an outcome or a feedback that cannot be asked about.

    Raises
    ------
    UsageError
        With what is allowed.
    """
    for name, value, allowed in (
        ("outcome", outcome, tuple(UNITS)),
        ("feedback", feedback, ("off",) if is_of_delay(outcome) else ("off", "on")),
    ):
        if value not in allowed:
            words = ", ".join(allowed)
            raise UsageError(Text(f"{name} {value!r}: {words}", f"{name} {value!r}: {words}"))
    check_draws(samples, seed)


def customer_node(
    arrays: ChainArrays, customer: str, names: Callable[[], Mapping[str, str]] | None = None
) -> int:
    """Return the number of a customer among the nodes; `names` tells what people call them.

    Raises
    ------
    UnknownIdError
        If there is no such customer, with the near misses.
    """
    if customer not in arrays.customer_ids:
        raise UnknownIdError(
            Text("customer", "cliente"), customer, arrays.customer_ids, names and names()
        )
    return len(arrays.department_ids) + arrays.customer_ids.index(customer)


def nothing_promised(outcome: str, customer: str) -> UsageError:
    """Return the error for an outcome that needs a promise where there is none."""
    return UsageError(
        Text(
            f"{outcome} of {customer} cannot be told: none of its services has an sla; ask for "
            'outcome="mean_hours", or declare an sla',
            f"no se puede decir {outcome} de {customer}: ninguno de sus servicios tiene sla; pida "
            'outcome="mean_hours", o declare un sla',
        )
    )


def source_table(sources: Sources, played: Played, unit: str) -> Table:
    """Return the sources, the largest contribution first, ties by id."""
    total = played.total
    share: FloatArray = played.contribution / total if total else np.zeros(len(played.contribution))
    ids = np.array([*sources.ids, None], dtype=object)
    data: dict[str, Values] = {
        "contribution": played.contribution,
        "standard_error": played.contribution_error,
        "share": share,
        "fix_only_this": played.alone,
        "fix_only_this_error": played.alone_error,
        "best_with": ids[played.best_with],
        "fix_with_best": played.together,
        "external": sources.external,
    }
    table = Table("sources", sources.ids, source_columns(unit), data)
    order = sorted(range(len(sources.ids)), key=lambda i: (-played.contribution[i], sources.ids[i]))
    return table.ordered(order)
