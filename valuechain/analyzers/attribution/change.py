"""`attribute_change`: why an outcome changed from one chain to another."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

import numpy as np

from valuechain.analyzers.attribution.attribution import (
    UNITS,
    By,
    Outcome,
    SharedOut,
    check_question,
    customer_node,
    is_of_delay,
    nothing_promised,
)
from valuechain.analyzers.attribution.felt_hybrids import FeltHybrids
from valuechain.analyzers.attribution.felt_outcomes import FeltQuestion
from valuechain.analyzers.attribution.game import HIDDEN, MOST_PAIRED, NOTICEABLE, with_alternatives
from valuechain.analyzers.attribution.hybrids import Hybrids
from valuechain.analyzers.attribution.sources import BY
from valuechain.analyzers.delay import Progress
from valuechain.chain import ValueChain
from valuechain.errors import Text, UsageError
from valuechain.evaluation.evaluation import Feedback
from valuechain.evaluation.loop_errors import loop_errors
from valuechain.evaluation.provenance import provenance_of
from valuechain.kernels.attribution.coalition_shapley import Coalition, coalition_shapley
from valuechain.kernels.attribution.game import Shares
from valuechain.kernels.attribution.pool_shapley import MOST_BY_SUBSETS
from valuechain.kernels.attribution.target import DelayOutcome, Target, value_by_sample
from valuechain.kernels.delay.sampled import delay_model
from valuechain.network.arrays import FloatArray
from valuechain.network.selection import only_services
from valuechain.results import Column, Table, Values
from valuechain.today import situation_of


def change_columns(unit: str) -> tuple[Column, ...]:
    """Return the columns that sources and inputs have in common, for an outcome in `unit`."""
    return (
        Column("contribution", unit, "Its part of the change; the parts add up."),
        Column("standard_error", unit, "Standard error of contribution."),
        Column("share", "share of the change", "Its part of the whole change."),
        Column("fix_only_this", unit, "What would go if it alone were as before."),
        Column("fix_only_this_error", unit, "Standard error of fix_only_this."),
    )


PARTNERS = (
    Column("best_with", "id", "Where that is little: with whom being as before changes more."),
    Column("external", "yes or no", "Whether it is an external provider."),
)
AS_WRITTEN = (
    Column("before", "as written", "In the first chain; not given where nothing is declared."),
    Column("after", "as written", "In the second; not given where nothing is declared."),
)


@dataclass(frozen=True, eq=False)
class ChangeAttributionResult(SharedOut):
    """Why an outcome changed: sources, and the inputs that changed, the largest parts first.

    In their order the inputs lead from what was to what is, step by step (`starts_at`, `ends_at`).

    Attributes
    ----------
    customer, outcome, by, unit, method, reached, feedback, currency, lost_sales
        As in `AttributionResult`.
    total : float
        The outcome after the change.
    promise_itself : float
        The outcome before it.
    """

    title: ClassVar[Text] = Text("Why it changed", "Por qué ha cambiado")

    @property
    def before(self) -> float:
        """The outcome before the change."""
        return self.promise_itself

    @property
    def change(self) -> float:
        """What the outcome changed by."""
        return self.total - self.promise_itself

    def extras(self) -> Mapping[str, Any]:
        """Return what changed, and how its parts were found."""
        return {**super().extras(), "before": self.before, "change": self.change}


def attribute_change(
    before: ValueChain,
    after: ValueChain,
    customer: str,
    outcome: Outcome = "mean_late_hours",
    by: By = "department",
    feedback: Feedback = "off",
    *,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> ChangeAttributionResult:
    """Return why an outcome of a customer changed between two chains.

    Parameters
    ----------
    before, after : ValueChain
        With the same departments, customers and services, their changes in force.
    customer, outcome, by, feedback
        As in `attribute`.
    samples, seed, executor, progress
        As in `propagate_delay`; progress counts two rounds, sources and inputs.

    Returns
    -------
    ChangeAttributionResult
        Level sources: `contribution`, `standard_error`, `share`, `fix_only_this`,
        `fix_only_this_error`, `best_with`, `external`; level inputs, one row for each input that
        changed: the first five, `before`, `after` (as written), `starts_at`, `ends_at`, in the
        order of a waterfall; `.total`, `.before`, `.change`.

    Raises
    ------
    UnknownIdError, UsageError, DeadlockError, ConvergenceError
        As in `attribute`; and if a department, customer or service is in one chain only.

    Notes
    -----
    ``v(S)`` is the outcome when the inputs of the sources in `S` are as after the change, all
    others as before; contributions are Shapley values, ``after = before + sum of contributions``,
    exactly. The same once more with single inputs as players: a source's part need not be the sum
    of its inputs' parts, where sources act together. All chains in between are sampled with the
    same draws. Inputs that no arrival depends on have exactly 0. Cost: a propagation of what leads
    to the customer for each coalition, at most ``2^10`` (all, up to ten players) or
    ``64 P`` (32 random orders and their reverses).

    References
    ----------
    .. [1] L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II
       (1953).

    Examples
    --------
    Design took 10 hours longer, legal 9, side by side.

    >>> from valuechain.chain import ValueChain
    >>> before = ValueChain(
    ...     departments={"design": {}, "legal": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "takes": "1 h"},
    ...         {"provider": "legal", "client": "sales", "takes": "1 h"},
    ...         {"provider": "sales", "client": "shop", "sla": "1 h"}])
    >>> after = before.with_changes(delay={"design": "10 h", "legal": "9 h"})
    >>> why = attribute_change(before, after, "shop", samples=100)
    >>> why.change, [(r["id"], r["contribution"]) for r in why.to_records("inputs")]
    (10.0, [('delay.design', 5.5), ('delay.legal', 4.5)])
    """
    check_question(outcome, feedback, samples, seed)
    if by not in BY:
        raise UsageError(Text(f"by {by!r}: {', '.join(BY)}", f"by {by!r}: {', '.join(BY)}"))
    hybrids = Hybrids(before, after)
    customer_node(situation_of(before).now, customer, before.names)
    question = None
    of: _OfDelay | FeltHybrids
    if is_of_delay(outcome):
        of = _OfDelay(hybrids, customer, outcome, samples, seed, executor)
        if of.served and not of.known:
            raise nothing_promised(outcome, customer)
    else:
        question = FeltQuestion.of(before, customer, outcome)
        refuse_won_meanwhile(question, FeltQuestion.of(after, customer, outcome))
        of = FeltHybrids(hybrids, question, feedback, samples, seed, executor)
    worth = _Worth(of, samples, seed)
    inputs = of.inputs if of.served else ()
    owners: dict[str, list[str]] = {}
    for path in inputs:
        owners.setdefault(_owner(before, path, by), []).append(path)
    sources = tuple(sorted(owners))
    games = ((sources, owners), (inputs, {path: [path] for path in inputs}))
    shares = []
    for done, (players, parts) in enumerate(games, start=1):
        shares.append(worth.shares(players, parts))
        if progress is not None:
            progress(done, len(games))
    by_source, by_input = shares
    unit = UNITS[outcome] if question is None else question.unit
    n = by_source.count
    return ChangeAttributionResult(
        tables={
            "sources": _source_table(before, by, sources, by_source, worth.partners, unit),
            "inputs": _input_table(hybrids, inputs, by_input, unit),
        },
        provenance=provenance_of(situation_of(after), "attribute_change", seed, samples),
        labels=before.names(),
        calendar=before.calendar,
        customer=customer,
        outcome=outcome,
        by=by,
        unit=unit,
        total=by_source.total / n,
        promise_itself=by_source.on_plan / n,
        method="every coalition" if len(sources) <= MOST_BY_SUBSETS else "random orders",
        reached=of.served,
        feedback=feedback,
        currency=None if question is None else question.currency,
        lost_sales=question is not None and question.lost_sales,
    )


class _OfDelay:
    """A delay outcome of the customer when some inputs are new."""

    def __init__(
        self,
        hybrids: Hybrids,
        customer: str,
        outcome: DelayOutcome,
        samples: int,
        seed: int,
        executor: Executor | None,
    ) -> None:
        self._hybrids, self._customer, self._outcome = hybrids, customer, outcome
        self._samples, self._seed = samples, seed
        self._executor = executor
        self.inputs = hybrids.of_time
        targets = [self._target(chosen) for chosen in ((), tuple(hybrids.changes))]
        self.served = any(target.services for target in targets)
        self.known = any(target.known for target in targets)

    def _target(self, chosen: tuple[str, ...]) -> Target:
        arrays = self._hybrids.situation(chosen).now
        return Target.of(arrays, customer_node(arrays, self._customer), self._outcome)

    def of(self, chosen: frozenset[str]) -> FloatArray:
        """Return the outcome by sample, `(samples,)`, with these inputs new."""
        arrays = self._hybrids.situation(chosen).now
        node = customer_node(arrays, self._customer)
        kept = np.flatnonzero(with_alternatives(arrays, arrays.client == node))
        if not len(kept):
            return np.zeros(self._samples)
        part = only_services(arrays, kept)
        with loop_errors(part):
            model = delay_model(part, self._samples, self._seed)
            return value_by_sample(model, Target.of(part, node, self._outcome), self._executor)


class _Worth:
    """What the customer gets when some inputs are new; each coalition is computed once."""

    def __init__(self, outcome: _OfDelay | FeltHybrids, samples: int, seed: int) -> None:
        self._outcome, self._samples, self._seed = outcome, samples, seed
        self._found: dict[frozenset[str], FloatArray] = {}
        self.partners: dict[str, str] = {}

    def of(self, chosen: frozenset[str]) -> FloatArray:
        """Return the outcome, by sample or by batch of samples, with these inputs new."""
        if not self._outcome.served:
            return np.zeros(self._samples)
        if chosen not in self._found:
            self._found[chosen] = self._outcome.of(chosen)
        return self._found[chosen]

    def shares(self, players: tuple[str, ...], inputs: Mapping[str, list[str]]) -> Shares:
        """Return what each player contributes, who brings some of the inputs."""

        def value(members: Coalition) -> FloatArray:
            return self.of(frozenset(path for i in members for path in inputs[players[i]]))

        found = coalition_shapley(players, value, self._seed)
        if not self.partners:
            self.partners = _partners(players, found, value)
        return found


def refuse_won_meanwhile(before: FeltQuestion, after: FeltQuestion) -> None:
    """Refuse money of a customer that is potential in one chain only.

    Raises
    ------
    UsageError
    """
    if before.lost_sales != after.lost_sales:
        raise UsageError(
            Text(
                "revenue_at_risk: the customer is potential in one of the two chains only, so it "
                "is sales not won in one and revenue that leaves in the other; compare them with "
                "one status",
                "revenue_at_risk: el cliente es potencial solo en una de las dos cadenas, así que "
                "en una son ventas sin ganar y en la otra ingresos que se van; compárelas con el "
                "mismo status",
            )
        )


def _partners(players: tuple[str, ...], found: Shares, value: Any) -> dict[str, str]:
    """Return with whom a source that alone matters little would matter together."""
    n, everybody = found.count, frozenset(range(len(players)))
    contribution, alone = found.contribution / n, found.alone / n
    order = sorted(everybody, key=lambda i: (-abs(contribution[i]), players[i]))
    floor = NOTICEABLE * float(np.abs(contribution).sum())
    largest = [i for i in order[:MOST_PAIRED] if abs(contribution[i]) > floor]
    hidden = [i for i in largest if abs(alone[i]) < HIDDEN * abs(contribution[i])]
    joint = {
        pair: float((value(everybody) - value(everybody - set(pair))).mean())
        for pair in combinations(sorted(largest), 2)
        if set(pair) & set(hidden)
    }
    best: dict[str, str] = {}
    for i in hidden:
        mine = {a + b - i: abs(drop) for (a, b), drop in joint.items() if i in (a, b)}
        if mine:
            j = max(mine, key=lambda j: (mine[j], -order.index(j)))
            if mine[j] - abs(alone[i] + alone[j]) > NOTICEABLE * abs(contribution[i]):
                best[players[i]] = players[j]
    return best


def _owner(chain: ValueChain, path: str, by: str) -> str:
    """Return the source that an input belongs to."""
    room, _, rest = path.partition(".")
    any_id = rest if room == "delay" else rest.rpartition(".")[0]
    if room == "assumptions":
        return "assumptions"
    if by == "service" or any_id not in {service.id for service in chain.services}:
        owner = any_id
    else:
        owner = chain.service(any_id).provider
    if by != "kind":
        return owner
    party = chain.departments.get(owner) or chain.customers.get(owner)
    return party.kind if party is not None else owner


def _data(shares: Shares) -> tuple[dict[str, Values], list[int]]:
    """Return the columns in common, and the rows by the size of their part."""
    n = shares.count
    contribution: FloatArray = shares.contribution / n
    change = (shares.total - shares.on_plan) / n
    data: dict[str, Values] = {
        "contribution": contribution,
        "standard_error": shares.contribution_error,
        "share": contribution / change if change else np.zeros(len(contribution)),
        "fix_only_this": shares.alone / n,
        "fix_only_this_error": shares.alone_error,
    }
    return data, np.argsort(-np.abs(contribution), kind="stable").tolist()


def _source_table(
    chain: ValueChain,
    by: str,
    sources: tuple[str, ...],
    shares: Shares,
    partners: Mapping[str, str],
    unit: str,
) -> Table:
    data, order = _data(shares)
    data["best_with"] = np.array([partners.get(name) for name in sources], dtype=object)
    outside = {c.kind for c in chain.customers.values()} if by == "kind" else set(chain.customers)
    providers = {name: name.partition(">")[0] for name in sources}
    data["external"] = np.array([providers[name] in outside for name in sources], dtype=bool)
    return Table("sources", sources, (*change_columns(unit), *PARTNERS), data).ordered(order)


def _input_table(hybrids: Hybrids, inputs: tuple[str, ...], shares: Shares, unit: str) -> Table:
    data, order = _data(shares)
    idle = [path for path in hybrids.changes if path not in inputs]
    ids = (*inputs, *idle)
    for name, values in data.items():
        data[name] = np.concatenate([values, np.zeros(len(idle))])
    written = [hybrids.changes[path] for path in ids]
    data["before"] = np.array([old for old, _ in written], dtype=object)
    data["after"] = np.array([new for _, new in written], dtype=object)
    order = [*order, *range(len(inputs), len(ids))]
    steps = np.cumsum(data["contribution"][order]) + shares.on_plan / shares.count
    ends = np.empty(len(ids))
    ends[order] = steps
    data["starts_at"], data["ends_at"] = ends - data["contribution"], ends
    columns = (
        *change_columns(unit),
        *AS_WRITTEN,
        Column("starts_at", unit, "The outcome with the inputs above it new."),
        Column("ends_at", unit, "The outcome with this one new as well."),
    )
    return Table("inputs", ids, columns, data).ordered(order)
