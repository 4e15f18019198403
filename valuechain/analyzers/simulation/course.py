"""The course of a chain over time: who works how in each period, and what that leads to.

In each period a share of the work is done in each of a few *ways*: with the shocks or without, with
some of the interventions. Each way is a chain of its own, evaluated once at today's calibration;
all share their people, whose morale is what one period leaves to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from valuechain.analyzers.outcomes.outcomes import Figures
from valuechain.chain import ValueChain
from valuechain.evaluation.calibrated_today import Today
from valuechain.evaluation.evaluation import Evaluation
from valuechain.kernels.dissatisfaction.dynamics import adjusting, adoption, resting, within_period
from valuechain.kernels.dissatisfaction.noisy_or import Dissatisfaction
from valuechain.network.arrays import FloatArray
from valuechain.today import situation_of

Names = tuple[str, ...]
Share = tuple[Names, bool, float]  # interventions, whether the shocks are on, share of the work
Mixture = tuple[Share, ...]


class Way:
    """One way of working: a chain, evaluated.

    Parameters
    ----------
    chain : ValueChain
    today : Today
    executor : Executor or None
    """

    def __init__(self, chain: ValueChain, today: Today, executor: Executor | None) -> None:
        self.chain = chain  # kept: its situation is remembered as long as it lives
        self.found = Evaluation(situation_of(chain), today, "on", executor)
        self.figures = Figures(chain, self.found)
        self.paced = self.found.at_morale(today.state.morale_loss)

    def period(
        self, morale_loss: FloatArray, before: Dissatisfaction
    ) -> tuple[Dissatisfaction, FloatArray]:
        """Return what a period leads to, and the morale it tends to.

        Work goes at the pace of the morale that the period starts with.
        """
        self.paced = self.found.at_morale(morale_loss)
        return within_period(self.found.arrays, self.paced.failures, morale_loss, before)

    def customers(self, unhappy: FloatArray) -> dict[str, FloatArray]:
        """Return the figures of each customer, `(C,)`, at shares dissatisfied, in that period."""
        run, figures = self.paced.run, self.figures
        ideal = self.found.ideal.customers
        revenue = self.found.arrays.customer_revenue
        churn, won = figures.churn.at(unhappy), figures.won(unhappy)
        return {
            "csat": np.where(figures.reached, 1.0 - unhappy, np.nan),
            "churn": np.where(figures.reached, churn, np.nan),
            "won_share": won,
            "mean_hours": run.for_customers(run.mean),
            "mean_late_hours": run.for_customers(run.mean_late),
            "breach": run.for_customers(run.breach),
            "revenue_at_risk": revenue * (churn - figures.churn.at(ideal)),
            "lost_sales": revenue * (figures.won(ideal) - won),
            "revenue": revenue,
        }


class Ways:
    """The ways of working that a course meets, each made once.

    Parameters
    ----------
    calm : ValueChain
        With its changes in force, without shocks.
    struck : ValueChain
        With the shocks on top.
    today : Today
    executor : Executor or None
    """

    def __init__(
        self,
        calm: ValueChain,
        struck: ValueChain,
        today: Today,
        executor: Executor | None = None,
    ) -> None:
        self.calm, self.struck, self.today, self._executor = calm, struck, today, executor
        self._known: dict[tuple[Names, bool], Way] = {}

    @cached_property
    def as_today(self) -> Way:
        """Today's chain, in which nothing changes."""
        return Way(self.calm.today, self.today, self._executor)

    def way(self, names: Names, shocked: bool) -> Way:
        """Return the way of working with some interventions, with the shocks or without."""
        if (names, shocked) not in self._known:
            base = self.struck if shocked else self.calm
            chain = base.with_intervention(*names) if names else base
            known = self.as_today if not chain.changes else Way(chain, self.today, self._executor)
            self._known[names, shocked] = known
        return self._known[names, shocked]


def mixtures(
    names: Names, strengths: Sequence[FloatArray], shocked: Sequence[bool]
) -> list[Mixture]:
    """Return how the work of each period is shared between ways of working."""
    return [
        tuple(
            (tuple(names[i] for i in members), on, share)
            for members, share in adoption([float(values[t]) for values in strengths])
        )
        for t, on in enumerate(shocked)
    ]


@dataclass(frozen=True, eq=False)
class Course:
    """What happens in the periods 0 to `T`.

    Attributes
    ----------
    morale_loss : ndarray, shape (T + 1, D)
    customers : mapping of str to ndarray, shape (T + 1, C)
    end_morale : ndarray, shape (D,)
        Where it comes to rest if the conditions of the last period last.
    end_customers : mapping of str to ndarray, shape (C,)
    end : Way, Dissatisfaction
        The way most of the work is done in the end, and its state there.
    other_end : float
        How far that end is from the one that the same conditions lead to from today.
    """

    morale_loss: FloatArray
    customers: Mapping[str, FloatArray]
    end_morale: FloatArray
    end_customers: Mapping[str, FloatArray]
    end: tuple[Way, Dissatisfaction]
    other_end: float

    def distance(self) -> FloatArray:
        """Return the largest distance from the end over morale and satisfaction, `(T + 1,)`."""
        morale = np.abs(self.morale_loss - self.end_morale).max(axis=1, initial=0.0)
        csat = np.abs(self.customers["csat"] - self.end_customers["csat"])
        far: FloatArray = np.maximum(morale, np.nan_to_num(csat).max(axis=1, initial=0.0))
        return far


def follow(
    ways: Ways,
    plan: Sequence[Mixture],
    recovery: float,
    tell: Callable[[int], None] = lambda _: None,
) -> Course:
    """Return the course of a plan: period 0 is today, the mixtures of `plan` come after.

    Parameters
    ----------
    ways : Ways
    plan : sequence of Mixture
        Of the periods 1 to `T`, at least one.
    recovery : float
    tell : callable, optional
        Called with each period that is done.
    """
    state = ways.today.state
    rows: list[dict[str, FloatArray]] = []

    def conditions(period: int, morale_loss: FloatArray) -> FloatArray:
        nonlocal state
        if period == 0:
            now, state, after = ways.as_today.customers(state.customers), state, morale_loss
        else:
            now, state, after = _mixed(ways, plan[period - 1], morale_loss, state)
        rows.append(now)
        if tell is not None:
            tell(period)
        return after

    start = ways.today.state.morale_loss
    path = adjusting(conditions, start, len(plan), recovery)
    end, last, figures = _end(ways, plan[-1], path[-1], state)
    from_today, _, _ = _end(ways, plan[-1], start, ways.today.state)
    names, shocked, _ = max(plan[-1], key=lambda part: part[2])
    return Course(
        path,
        {name: np.stack([row[name] for row in rows]) for name in rows[0]},
        end,
        figures,
        (ways.way(names, shocked), last),
        float(np.abs(end - from_today).max(initial=0.0)),
    )


def _end(
    ways: Ways, mixture: Mixture, morale_loss: FloatArray, state: Dissatisfaction
) -> tuple[FloatArray, Dissatisfaction, dict[str, FloatArray]]:
    """Return where a mixture that lasts comes to rest: morale, state and figures."""

    def conditions(morale: FloatArray) -> FloatArray:
        nonlocal state
        _, state, after = _mixed(ways, mixture, morale, state)
        return after

    end = resting(conditions, morale_loss)
    figures, state, _ = _mixed(ways, mixture, end, state)
    return end, state, figures


def _mixed(
    ways: Ways, mixture: Mixture, morale_loss: FloatArray, before: Dissatisfaction
) -> tuple[dict[str, FloatArray], Dissatisfaction, FloatArray]:
    """Return the figures of a period, its state and the morale it leads to, over all its work."""
    shares = [share for _, _, share in mixture]
    found = []
    for names, shocked, _ in mixture:
        way = ways.way(names, shocked)
        state, after = way.period(morale_loss, before)
        found.append((way.customers(state.customers), state, after))
    figures = {name: _weighted(shares, [part[0][name] for part in found]) for name in found[0][0]}
    states = [part[1] for part in found]
    state = Dissatisfaction(
        _weighted(shares, [s.faulty for s in states]),
        _weighted(shares, [s.services for s in states]),
        morale_loss,
        _weighted(shares, [s.customers for s in states]),
    )
    return figures, state, _weighted(shares, [part[2] for part in found])


def _weighted(shares: Sequence[float], values: Sequence[FloatArray]) -> FloatArray:
    if len(values) == 1:
        return values[0]
    mixed: FloatArray = np.asarray(shares) @ np.stack(values)
    return mixed
