"""The best set of options within a budget: ``max over S of v(S)``, cost(S) <= budget.

Sets are bit masks: option `i` is in set `s` if ``s >> i & 1``. What options bring need not add up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from math import inf

import numpy as np

from valuechain.network.arrays import FloatArray

MOST_EXACT = 15  # options up to which every affordable set is looked at
MOST_ORDERS = 5  # members of a plan up to which every order of them is looked at
ORDERS = 24  # random orders beyond, and as many reversed
SLACK = 1e-9  # relative: a budget that is spent to the last cent is not overspent

Values = Callable[[Sequence[int]], Sequence[float]]
"""Values of some sets, larger is better; minus infinity for a set that cannot be."""


@dataclass(frozen=True)
class Options:
    """What can be combined with what.

    Attributes
    ----------
    cost : tuple of float
        Of each option.
    budget : float
    excludes, requires : tuple of int
        Of each option, the set of those that cannot, and that must, go with it.
    """

    cost: tuple[float, ...]
    budget: float
    excludes: tuple[int, ...]
    requires: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.cost)

    def cost_of(self, chosen: int) -> float:
        """Return what a set costs."""
        return sum((cost for i, cost in enumerate(self.cost) if chosen >> i & 1), start=0.0)

    def allows(self, chosen: int) -> bool:
        """Tell whether a set is affordable and its members go together."""
        if chosen >> len(self):
            return False
        for i in members(chosen):
            if self.excludes[i] & chosen or self.requires[i] & ~chosen:
                return False
        return self.cost_of(chosen) <= self.budget * (1.0 + SLACK)

    def with_required(self, option: int) -> int:
        """Return an option with all that it requires, and that requires in turn."""
        chosen, before = 1 << option, 0
        while chosen != before:
            before = chosen
            for i in members(chosen):
                if i < len(self):
                    chosen |= self.requires[i]
        return chosen


@dataclass(frozen=True)
class Choice:
    """The best set that was found, and whether every set was looked at."""

    chosen: int
    exact: bool


def members(chosen: int) -> Iterator[int]:
    """Yield the options in a set, in order."""
    place = 0
    while chosen:
        if chosen & 1:
            yield place
        chosen >>= 1
        place += 1


def best_plan(options: Options, values: Values) -> Choice:
    """Return the best set of options.

    Parameters
    ----------
    options : Options
    values : callable
        Asked for each set once at most, for many at a time.

    Returns
    -------
    Choice
        Of equally good sets the cheapest, then the one with the fewest members, then the first.

    Notes
    -----
    Up to 15 options every affordable set is valued. Beyond, a set grows by what raises its value
    most per cost (each option with all it requires), two at a time where no single one does, as
    long as something does; then options are dropped and exchanged one by one as long as that
    raises the value: the best for its neighbours, not for sure the best.

    References
    ----------
    Nemhauser, Wolsey and Fisher (1978), An analysis of approximations for maximizing submodular set
    functions, Mathematical Programming 14.

    Examples
    --------
    >>> options = Options((3.0, 4.0), 5.0, (0, 0), (0, 0))
    >>> best_plan(options, lambda sets: [{0: 0, 1: 5, 2: 6}[s] for s in sets])
    Choice(chosen=2, exact=True)
    """
    known = _Known(options, values)
    if len(options) <= MOST_EXACT:
        every = [s for s in range(1 << len(options)) if options.allows(s)]
        return Choice(known.best(every), exact=True)
    chosen = _grown(options, known)
    return Choice(_exchanged(options, known, chosen), exact=False)


class _Known:
    """The values of sets, each asked for once."""

    def __init__(self, options: Options, values: Values) -> None:
        self._options, self._values = options, values
        self._of: dict[int, float] = {}

    def learn(self, sets: Iterable[int]) -> None:
        fresh = [s for s in dict.fromkeys(sets) if s not in self._of]
        self._of.update(zip(fresh, self._values(fresh), strict=True))

    def value(self, chosen: int) -> float:
        return self._of[chosen]

    def order(self, chosen: int) -> tuple[float, float, int, int]:
        """Return what is smallest for the best set."""
        cost = self._options.cost_of(chosen)
        return -self._of[chosen], cost, chosen.bit_count(), chosen

    def best(self, sets: Sequence[int]) -> int:
        self.learn(sets)
        return min(sets, key=self.order)


def _grown(options: Options, known: _Known) -> int:
    whole = [options.with_required(i) for i in range(len(options))]
    pairs = [one | other for one, other in combinations(whole, 2)]
    chosen = 0
    known.learn([0])
    while True:
        larger = _step(options, known, chosen, whole)
        if larger is None:  # two that hide each other bring nothing one by one
            larger = _step(options, known, chosen, pairs)
        if larger is None:
            return chosen
        chosen = larger


def _step(options: Options, known: _Known, chosen: int, more: Sequence[int]) -> int | None:
    """Return the larger set that gains most per cost; None if none gains."""
    larger = {chosen | added for added in more} - {chosen}
    allowed = sorted(s for s in larger if options.allows(s))
    known.learn(allowed)
    gain = {s: known.value(s) - known.value(chosen) for s in allowed}
    better = [s for s in allowed if gain[s] > 0]
    before = options.cost_of(chosen)

    def rate(s: int) -> float:
        cost = options.cost_of(s) - before
        return gain[s] / cost if cost > 0 else inf

    return min(better, key=lambda s: (-rate(s), known.order(s)), default=None)


def _exchanged(options: Options, known: _Known, chosen: int) -> int:
    while True:
        without = [chosen & ~(1 << i) for i in members(chosen)]
        every = range(len(options))
        near = {s | options.with_required(i) for s in (chosen, *without) for i in every}
        allowed = [s for s in {*near, *without} - {chosen} if options.allows(s)]
        best = known.best([chosen, *sorted(allowed)])
        if known.value(best) <= known.value(chosen):
            return chosen
        chosen = best


def shares_of_plan(chosen: int, values: Values, seed: int = 0) -> dict[int, float]:
    """Return what each member of a set contributes to its value; they add up to it.

    Parameters
    ----------
    chosen : int
    values : callable
        Of any of its subsets, whether they may be chosen or not.
    seed : int
        Of the random orders of more than five members.

    Returns
    -------
    dict of int to float
        The Shapley value (Shapley 1953): the mean gain of a member when it joins those before it,
        over all orders; over 24 random orders and their reverses beyond five members.

    Examples
    --------
    >>> worth = {0: 0.0, 1: 4.0, 2: 4.0, 3: 6.0}
    >>> shares_of_plan(3, lambda sets: [worth[s] for s in sets])
    {0: 3.0, 1: 3.0}
    """
    who = list(members(chosen))
    if len(who) <= MOST_ORDERS:
        orders = [list(order) for order in permutations(who)]
    else:
        rng = np.random.default_rng(seed)
        drawn = [rng.permutation(who).tolist() for _ in range(ORDERS)]
        orders = [order for one in drawn for order in (one, one[::-1])]
    steps = [_growing(order) for order in orders]
    sets = sorted({s for step in steps for s in step})
    worth = dict(zip(sets, values(sets), strict=True))
    shares: FloatArray = np.zeros(max(who, default=-1) + 1)
    for order, step in zip(orders, steps, strict=True):
        for i, before, after in zip(order, step[:-1], step[1:], strict=True):
            shares[i] += (worth[after] - worth[before]) / len(orders)
    return {i: float(shares[i]) for i in who}


def _growing(order: Sequence[int]) -> list[int]:
    """Return the sets that members form as they join in some order, from nobody."""
    sets = [0]
    for i in order:
        sets.append(sets[-1] | 1 << i)
    return sets
