"""What interventions cost, and when that comes back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from valuechain.chain import ValueChain
from valuechain.kernels.plan.choice import Options, members
from valuechain.network.arrays import FloatArray
from valuechain.quantities import base_of

MONTHS = 12.0


class PlanCosts:
    """Costs of some interventions, in their order, at their base.

    Parameters
    ----------
    chain : ValueChain
    names : sequence of str
    years : float
        Over which money gained is weighed against money spent.
    """

    def __init__(self, chain: ValueChain, names: Sequence[str], years: float) -> None:
        entries = [chain.interventions[name] for name in names]
        self.years = years
        self.once: FloatArray = np.array([_amount(entry.cost) for entry in entries])
        self.yearly: FloatArray = np.array([_amount(entry.cost_per_year) for entry in entries])
        self.undeclared = tuple(
            name
            for name, entry in zip(names, entries, strict=True)
            if entry.cost is None and entry.cost_per_year is None
        )

    @property
    def first_year(self) -> FloatArray:
        """One-off cost and a year of running costs, which the budget is for."""
        cost: FloatArray = self.once + self.yearly
        return cost

    def over_years(self, chosen: int) -> float:
        """Return what a set costs over all years."""
        total = self.once + self.years * self.yearly
        return float(sum(total[i] for i in members(chosen)))

    def returns(self, worth: FloatArray) -> dict[str, FloatArray]:
        """Return `roi` and `payback_months` of interventions worth so much a year.

        ``roi = (years worth - cost) / cost`` with the cost over the years; payback is the one-off
        cost over what remains of a year's worth after its running cost: NaN for one that never
        pays back, or that costs nothing (roi).
        """
        cost = self.once + self.years * self.yearly
        left = worth - self.yearly
        nan = np.full(len(cost), np.nan)
        roi = np.divide(self.years * worth - cost, cost, out=nan.copy(), where=cost > 0)
        payback = np.divide(MONTHS * self.once, left, out=nan.copy(), where=left > 0)
        payback[(self.once == 0) & (left >= 0)] = 0.0
        return {"roi": roi, "payback_months": payback}

    def per_thousand(self, gain: FloatArray) -> dict[str, FloatArray]:
        """Return what a thousand of first-year cost brings; NaN for what costs nothing."""
        cost = self.first_year
        nan = np.full(len(cost), np.nan)
        return {"gain_per_thousand": np.divide(1000.0 * gain, cost, out=nan, where=cost > 0)}


def options_of(chain: ValueChain, names: Sequence[str], budget: float, costs: PlanCosts) -> Options:
    """Return what can be combined with what within a budget."""
    place = {name: i for i, name in enumerate(names)}
    excludes, requires = [0] * len(names), [0] * len(names)
    for i, name in enumerate(names):
        entry = chain.interventions[name]
        for other in entry.excludes:
            if other in place:  # a contradiction holds both ways
                excludes[i] |= 1 << place[other]
                excludes[place[other]] |= 1 << i
        for other in entry.requires:
            # One that is not among the candidates can never be met: a bit nobody has.
            requires[i] |= 1 << place.get(other, len(names))
    return Options(tuple(costs.first_year.tolist()), budget, tuple(excludes), tuple(requires))


def beyond_the_budget(options: Options, names: Sequence[str]) -> str | None:
    """Return the cheapest intervention, with all it requires, if even that is too dear."""
    cost = {}
    for i, name in enumerate(names):
        whole = options.with_required(i)
        if whole < 1 << len(names):
            cost[name] = options.cost_of(whole)
        if options.allows(whole):
            return None
    return min(cost, key=lambda name: (cost[name], name)) if cost else None


def _amount(value: object) -> float:
    return 0.0 if value is None else float(base_of(value))  # type: ignore[arg-type]
