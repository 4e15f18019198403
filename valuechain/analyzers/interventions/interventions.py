"""`choose_interventions`: what to do about it with the money there is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from valuechain.analyzers.delay import Progress, check_draws
from valuechain.analyzers.interventions.costs import PlanCosts, beyond_the_budget, options_of
from valuechain.analyzers.interventions.figures import (
    OUTCOMES,
    Plan,
    PlanGains,
    PlanQuestion,
    gains_over_ranges,
    outcome_told,
)
from valuechain.chain import ValueChain
from valuechain.draws import ranges_of
from valuechain.draws.designs import random_design
from valuechain.errors import Text, UnknownIdError, UsageError
from valuechain.evaluation.customer_weights import buyers, customer_weights
from valuechain.evaluation.provenance import provenance_of
from valuechain.kernels.plan.choice import best_plan, shares_of_plan
from valuechain.network.arrays import FloatArray
from valuechain.results import Column, Result, Table
from valuechain.today import situation_of

Outcome = Literal[
    "revenue_at_risk",
    "lost_sales",
    "money",
    "csat",
    "nps",
    "churn",
    "won_share",
    "breach",
    "mean_hours",
]
_UNWEIGHTED = Text("", "")


@dataclass(frozen=True, eq=False)
class InterventionsResult(Result):
    """The best plan within a budget, and what each intervention brings.

    Attributes
    ----------
    outcome, unit : str
        What gains are counted in.
    asked : str
        The outcome that was asked for; another one stands in where the chain has no data for it.
    budget : float
        Of the first year.
    currency : str
    years : float
        Over which money is weighed.
    before, after : float
        The outcome without and with the plan.
    combined : float
        What the plan brings.
    combined_low, combined_high : float or None
        Its 5th and 95th percentile over the ranges; None where nothing was drawn.
    sum_of_parts : float
        What its members bring alone, added up.
    spent : float
        What the plan costs in the first year.
    method : str
        ``"exact"``: every affordable plan was looked at; or ``"greedy"``.
    evaluated : int
        How many different plans were computed.
    cheapest : str or None
        The cheapest intervention with all it requires, if even that is beyond the budget.
    free : tuple of str
        Interventions that declare no cost and count as free.
    weighted : Text
        What several customers go by.
    """

    title: ClassVar[Text] = Text("Interventions", "Intervenciones")
    outcome: str = "revenue_at_risk"
    unit: str = "money a year"
    asked: str = "revenue_at_risk"
    budget: float = 0.0
    currency: str = ""
    years: float = 3.0
    before: float = 0.0
    after: float = 0.0
    combined: float = 0.0
    combined_low: float | None = None
    combined_high: float | None = None
    sum_of_parts: float = 0.0
    spent: float = 0.0
    method: str = "exact"
    evaluated: int = 0
    cheapest: str | None = None
    free: tuple[str, ...] = ()
    weighted: Text = _UNWEIGHTED

    @property
    def chosen(self) -> tuple[str, ...]:
        """The plan: ids of the interventions in it."""
        table = self.table("interventions")
        return tuple(i for i, is_in in zip(table.ids, table["chosen"], strict=True) if is_in)

    def extras(self) -> Mapping[str, Any]:
        """Return the plan's own figures."""
        names = (
            *("outcome", "unit", "asked", "budget", "currency", "years", "before", "after"),
            *("combined", "combined_low", "combined_high", "sum_of_parts", "spent", "method"),
            *("evaluated", "cheapest", "free"),
        )
        given = {name: getattr(self, name) for name in names}
        return {**given, "plan": self.chosen, "weighted": self.weighted.en}


def choose_interventions(
    chain: ValueChain,
    budget: float,
    outcome: Outcome = "revenue_at_risk",
    *,
    candidates: Sequence[str] | None = None,
    customer: str | None = None,
    years: float = 3.0,
    draws: int = 50,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> InterventionsResult:
    """Return the interventions that together bring customers most within a budget.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force; interventions come on top.
    budget : float
        Money for the first year, from 0: one-off costs and a year of running costs.
    outcome : str
        What is to improve: ``"revenue_at_risk"``, ``"lost_sales"``, ``"money"`` (both together),
        ``"csat"``, ``"nps"``, ``"churn"``, ``"won_share"``, ``"breach"``, ``"mean_hours"``. Without
        data for money, sales not won, the share late or the share satisfied stand in.
    candidates : sequence of str, optional
        Ids of the interventions to choose from. Absent: all.
    customer : str, optional
        Count this customer only.
    years : float
        Over which money gained is weighed against money spent.
    draws : int
        Chains drawn over the ranges, for `_low` and `_high`; 0 for none.
    samples, seed
        Of each plan, the same: all share their random numbers.
    executor : Executor, optional
        Where plans are computed.
    progress : callable, optional
        Called with draws done and draws in all.

    Returns
    -------
    InterventionsResult
        Level interventions: `chosen`, `cost` (first year), `gain_alone` (what it brings alone, in
        the unit of the outcome, from 0 down if it harms) with `gain_alone_low` and
        `gain_alone_high`, `gain_in_plan` (its part of what the plan brings; they add up to
        `.combined`), and of money `roi` (over `years`, of what it is worth in the plan if chosen,
        else alone) and `payback_months`; of other outcomes `gain_per_thousand` (of cost).

    Raises
    ------
    UsageError
        If there are no interventions, no currency, no data for any outcome, or an argument cannot
        be.
    UnknownIdError
        If there is no such intervention or customer.
    DeadlockError, ConvergenceError
        As in `propagate_delay`.

    Notes
    -----
    ``max over plans S of years (gain(S) - yearly cost) - one-off cost`` for money, of ``gain(S)``
    for other outcomes, subject to the budget, `excludes` and `requires`. Gains are those of all
    members together, at their full effect (`starts`, `ramp` and `decay` are for `simulate`).
    Exact up to 15 candidates: every affordable plan is computed, each once. Beyond, the plan grows
    by what brings most per cost and is then improved by exchanges. `gain_in_plan` is the Shapley
    value within the plan. Plans whose members contradict each other are left out. Cost: a
    propagation per affordable plan, and per draw one for each candidate and two more.

    References
    ----------
    .. [1] L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II
       (1953).
    .. [2] G. L. Nemhauser, L. A. Wolsey and M. L. Fisher, An analysis of approximations for
       maximizing submodular set functions, Mathematical Programming 14 (1978).

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"sales": {}}, customers={"shop": {}}, currency="EUR",
    ...     services=[{"provider": "sales", "client": "shop", "takes": "4 h", "sla": "2 h"}],
    ...     interventions={
    ...         "help": {"cost": 900, "scale": {"services.sales>shop.takes": 0.5}},
    ...         "sign": {"cost": 200, "set": {"services.sales>shop.clarity": 0.9}}})
    >>> plan = choose_interventions(chain, 1000, "breach", draws=0, samples=10)
    >>> plan.chosen, plan.combined, plan.method
    (('help',), 1.0, 'exact')
    """
    check_draws(samples, seed)
    _check(chain, budget, outcome, years, draws)
    names = _candidates(chain, candidates)
    situation = situation_of(chain)
    weights = customer_weights(situation.now, customer, buyers(chain), chain.names)
    told, before = outcome_told(chain, outcome, weights.weight, samples, seed)
    question = PlanQuestion(told, weights.weight, samples, seed)
    found = PlanGains(question, chain, names, before, executor)
    costs = PlanCosts(chain, names, float(years))
    options = options_of(chain, names, float(budget), costs)
    in_money = OUTCOMES[told][1].startswith("money")
    choice = best_plan(
        options,
        lambda sets: [
            _or_never(years * gain - costs.over_years(s) if in_money else gain)
            for s, gain in zip(sets, found.of(sets), strict=True)
        ],
    )
    singles = [1 << i for i in range(len(names))]
    alone = np.array(found.of(singles))
    combined = found.of([choice.chosen])[0]
    shares = shares_of_plan(choice.chosen, found.of, seed)
    in_plan = np.array([shares.get(i, np.nan) for i in range(len(names))])
    plans = [found.plan(s) for s in (*singles, choice.chosen)]
    low, high = _ends(question, chain, plans, draws, executor, progress)
    chosen = np.array([i in shares for i in range(len(names))], dtype=bool)
    data: dict[str, Any] = {
        "chosen": chosen,
        "cost": np.array(options.cost),
        "gain_alone": alone,
        "gain_in_plan": in_plan,
    }
    worth = np.where(chosen, in_plan, alone)
    data |= costs.returns(worth) if in_money else costs.per_thousand(alone)
    if low is not None and high is not None:
        data |= {"gain_alone_low": low[:-1], "gain_alone_high": high[:-1]}
    table = Table("interventions", names, _columns(OUTCOMES[told][1], data), data)
    size = np.where(np.isnan(alone), -np.inf, alone)
    order = sorted(range(len(names)), key=lambda i: (not chosen[i], -size[i], names[i]))
    return InterventionsResult(
        tables={"interventions": table.ordered(order)},
        provenance=provenance_of(situation, "choose_interventions", seed, samples),
        labels={**_names_of(chain), **chain.names()},
        calendar=chain.calendar,
        outcome=told,
        unit=OUTCOMES[told][1],
        asked=outcome,
        budget=float(budget),
        currency=chain.currency or "",
        years=float(years),
        before=before,
        after=before + question.sign * combined,
        combined=combined,
        combined_low=None if low is None else _or_none(low[-1]),
        combined_high=None if high is None else _or_none(high[-1]),
        sum_of_parts=float(np.nansum(alone[chosen])),
        spent=options.cost_of(choice.chosen),
        method="exact" if choice.exact else "greedy",
        evaluated=len(found),
        cheapest=beyond_the_budget(options, names),
        free=costs.undeclared,
        weighted=weights.by,
    )


def _check(chain: ValueChain, budget: float, outcome: str, years: float, draws: int) -> None:
    for name, value, least in (("budget", budget, 0.0), ("years", years, 0.0)):
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or value < least:
            raise UsageError(
                Text(
                    f"{name} {value!r}: a number from 0",
                    f"{name} {value!r}: un número desde 0",
                )
            )
    whole = isinstance(draws, int | np.integer) and not isinstance(draws, bool)
    if not whole or draws < 0:
        raise UsageError(
            Text(
                f"draws {draws!r}: a whole number from 0",
                f"draws {draws!r}: un número entero desde 0",
            )
        )
    if outcome not in OUTCOMES:
        allowed = ", ".join(OUTCOMES)
        raise UsageError(
            Text(f"outcome {outcome!r}: one of {allowed}", f"outcome {outcome!r}: {allowed}")
        )
    if not chain.interventions:
        raise UsageError(
            Text(
                "this chain declares no interventions; declare what could be done, with its cost",
                "esta cadena no declara intervenciones; declare qué se podría hacer, y su coste",
            )
        )
    if not chain.currency:
        raise UsageError(
            Text(
                "a budget is money, and money needs a currency: currency: EUR at the top",
                "un presupuesto es dinero, y el dinero pide moneda: currency: EUR al principio",
            )
        )


def _candidates(chain: ValueChain, candidates: Sequence[str] | None) -> Plan:
    if candidates is None:
        return tuple(sorted(chain.interventions))
    given = [candidates] if isinstance(candidates, str) else list(candidates)
    for name in given:
        if name not in chain.interventions:
            what = Text("intervention", "intervención")
            raise UnknownIdError(what, name, list(chain.interventions))
    if not given:
        raise UsageError(
            Text("candidates: at least one intervention", "candidates: al menos una intervención")
        )
    return tuple(sorted(set(given)))


def _or_never(value: float) -> float:
    return -math.inf if math.isnan(value) else value


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _ends(
    question: PlanQuestion,
    chain: ValueChain,
    plans: Sequence[Plan],
    draws: int,
    executor: Executor | None,
    progress: Progress | None,
) -> tuple[FloatArray | None, FloatArray | None]:
    """Return the 5th and 95th percentile of what plans bring over the ranges."""
    ranges = ranges_of(chain)
    if not draws or not ranges.inputs:
        return None, None
    values = random_design(ranges, question.seed, draws).values
    gains = gains_over_ranges(question, chain, plans, values, executor, progress)
    low, high = np.full(len(plans), np.nan), np.full(len(plans), np.nan)
    for place in range(len(plans)):
        known = gains[~np.isnan(gains[:, place]), place]
        if known.size:
            low[place], high[place] = np.percentile(known, (5, 95)) + 0.0  # no minus zero
    return low, high


def _columns(unit: str, data: Mapping[str, object]) -> tuple[Column, ...]:
    every = (
        Column("chosen", "yes or no", "Whether it is in the plan."),
        Column("cost", "money", "One-off cost and a year of running costs."),
        Column("gain_alone", unit, "What customers gain if it alone is done."),
        Column("gain_in_plan", unit, "Its part of what the plan brings; they add up to it."),
        Column("roi", "times the cost", "Net return over the years, by what they cost."),
        Column("payback_months", "months", "Until its one-off cost has come back."),
        Column("gain_per_thousand", f"{unit} per 1,000", "What a thousand of its cost brings."),
        Column("gain_alone_low", unit, "5th percentile of gain_alone over the ranges."),
        Column("gain_alone_high", unit, "95th percentile of gain_alone over the ranges."),
    )
    return tuple(column for column in every if column.name in data)


def _names_of(chain: ValueChain) -> dict[str, str]:
    return {key: entry.name for key, entry in chain.interventions.items() if entry.name}
