"""What is attributed where customers feel more than time: how many are dissatisfied, what it costs.

`v = sum over customers of weight_c q_c`, or the revenue that leaves (the sales that are not won)
beyond those of the ideal day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from valuechain.analyzers.outcomes.outcomes import NO_RELATION, Figures
from valuechain.chain import ValueChain
from valuechain.errors import Text, UsageError
from valuechain.evaluation.evaluation import Evaluation
from valuechain.network import ChainArrays
from valuechain.network.arrays import BoolArray, FloatArray
from valuechain.network.selection import services_behind

FeltOutcome = Literal["dissatisfied", "revenue_at_risk"]
FELT: tuple[str, ...] = get_args(FeltOutcome)
STEP = 1e-4  # of dissatisfaction, for a slope


@dataclass(frozen=True, eq=False)
class Worth:
    """What the dissatisfaction of customers `(C,)` comes to.

    Attributes
    ----------
    of : callable
        From shares dissatisfied `(C,)` to the outcome.
    counts : ndarray of bool, shape (C,)
        On whose dissatisfaction it depends.
    """

    of: Callable[[FloatArray], float]
    counts: BoolArray

    def slope(self, unhappy: FloatArray) -> FloatArray:
        """Return the derivative by each customer's dissatisfaction, `(C,)`."""
        slope = np.zeros(len(unhappy))
        for c in np.flatnonzero(self.counts).tolist():
            up, down = unhappy.copy(), unhappy.copy()
            up[c], down[c] = min(1.0, unhappy[c] + STEP), max(0.0, unhappy[c] - STEP)
            slope[c] = (self.of(up) - self.of(down)) / (up[c] - down[c])
        return slope


@dataclass(frozen=True, eq=False)
class FeltQuestion:
    """Which of these outcomes of a customer is asked for.

    Attributes
    ----------
    chain : ValueChain
    place : int
        Number of the customer among customers.
    outcome : str
    lost_sales : bool
        Whether its revenue at risk is of sales not won: it is a potential customer.
    """

    chain: ValueChain
    place: int
    outcome: str
    lost_sales: bool

    @classmethod
    def of(cls, chain: ValueChain, customer: str, outcome: str) -> FeltQuestion:
        """Return the question about a customer, by its id."""
        money = outcome == "revenue_at_risk"
        potential = chain.customers[customer].status == "potential"
        return cls(chain, sorted(chain.customers).index(customer), outcome, money and potential)

    @property
    def currency(self) -> str | None:
        """The currency of an outcome in money."""
        return self.chain.currency if self.outcome == "revenue_at_risk" else None

    @property
    def unit(self) -> str:
        """The unit of the outcome."""
        if self.outcome == "dissatisfied":
            return "share"
        money = self.currency or "money"
        return f"{money} a year of sales not won" if self.lost_sales else f"{money} a year"

    @property
    def counts(self) -> BoolArray:
        """On whose dissatisfaction the outcome depends, `(C,)`."""
        customers: BoolArray = np.arange(len(self.chain.customers)) == self.place
        return customers

    def services(self, arrays: ChainArrays, morale: bool) -> BoolArray:
        """Return which services can move the outcome, `(m,)`; if `morale` moves, more of them."""
        counts = self.counts
        if self.lost_sales:
            counts = counts | speakers_to(arrays, self.place)
        return services_felt(arrays, counts, morale)

    def worth(self, found: Evaluation) -> Worth:
        """Return what dissatisfaction comes to.

        Raises
        ------
        UsageError
            If the chain does not say what money needs.
        """
        if self.outcome == "dissatisfied":
            return dissatisfied(self.counts.astype(float))
        return revenue_at_risk(self.chain, found, self.place)


def dissatisfied(weight: FloatArray) -> Worth:
    """Return the share of customers dissatisfied, with their weights `(C,)`."""
    return Worth(lambda unhappy: float(weight @ unhappy), weight > 0)


def revenue_at_risk(chain: ValueChain, found: Evaluation, place: int) -> Worth:
    """Return the revenue of a customer, by number, that an ideal day would not lose.

    Parameters
    ----------
    chain : ValueChain
    found : Evaluation
    place : int

    Raises
    ------
    UsageError
        If the chain does not say what is needed.
    """
    figures = Figures(chain, found)
    arrays, revenue = found.arrays, found.arrays.customer_revenue
    refuse_unknown_money(chain, figures, found.arrays, place)
    ideal = found.ideal.customers
    counts = np.zeros(len(revenue), np.bool_)
    counts[place] = True
    if figures.potential[place]:
        counts |= speakers_to(arrays, place)
        best = figures.won(ideal)[place]
        return Worth(lambda q: float(revenue[place] * (best - figures.won(q)[place])), counts)
    least = figures.churn.at(ideal)[place]
    return Worth(lambda q: float(revenue[place] * (figures.churn.at(q)[place] - least)), counts)


def speakers_to(arrays: ChainArrays, place: int) -> BoolArray:
    """Return to which customers one of them listens, `(C,)`."""
    D, links = len(arrays.department_ids), arrays.recommends
    heard = (links.target == D + place) & (links.weight > 0)
    speaks = np.zeros(len(arrays.customer_ids), np.bool_)
    speaks[links.source[heard] - D] = True
    return speaks


def refuse_unknown_money(
    chain: ValueChain, figures: Figures, arrays: ChainArrays, place: int
) -> None:
    """Refuse a customer whose revenue at risk cannot be told.

    Raises
    ------
    UsageError
        With what is to be declared.
    """
    customer = arrays.customer_ids[place]
    kind = chain.customers[customer].kind
    if kind in NO_RELATION:
        raise UsageError(
            Text(
                f"revenue_at_risk of {customer}: a {kind} does not buy, so no revenue leaves with "
                'it; ask for outcome="dissatisfied"',
                f"revenue_at_risk de {customer}: es de tipo {kind} y no compra, así que con él no "
                'se van ingresos; pida outcome="dissatisfied"',
            )
        )
    rate, name = (
        (figures.win_rate, "win_rate")
        if figures.potential[place]
        else (figures.churn.satisfied, "churn")
    )
    missing = [] if chain.currency else ["currency"]
    if np.isnan(arrays.customer_revenue[place]):
        missing.append(f"customers.{customer}.revenue")
    if np.isnan(rate[place]):
        missing.append(f"customers.{customer}.{name}")
    if missing:
        names = ", ".join(missing)
        raise UsageError(
            Text(
                f"revenue_at_risk of {customer} cannot be told: declare {names}",
                f"no se puede decir revenue_at_risk de {customer}: declare {names}",
            )
        )


def services_felt(arrays: ChainArrays, counts: BoolArray, morale: bool) -> BoolArray:
    """Return which services can move the dissatisfaction of customers, `(m,)`.

    Parameters
    ----------
    arrays : ChainArrays
    counts : ndarray of bool, shape (C,)
        Which customers.
    morale : bool
        Whether morale moves: then all that a provider receives counts, and the anger it faces.
    """
    D = len(arrays.department_ids)
    reached = np.concatenate([np.zeros(D, np.bool_), counts])
    found = np.zeros(len(arrays.provider), np.bool_)
    while True:
        more = services_behind(arrays, found | (reached[arrays.client] & (arrays.need > 0)))
        if morale:
            reached[arrays.provider[more & (arrays.provider < D)]] = True
            anger = arrays.wears_on
            reached[anger.source[reached[anger.target] & (anger.weight > 0)]] = True
        if (more == found).all() and not (reached[arrays.client] & (arrays.need > 0) & ~more).any():
            return more
        found = more
