"""`simulate`: period by period, how long until it shows, and whether it heals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, ClassVar

from valuechain.analyzers.delay import Progress, check_draws
from valuechain.analyzers.simulation.course import Ways, follow, mixtures
from valuechain.analyzers.simulation.course_tables import (
    CourseMoney,
    customers_table,
    departments_table,
    end_of,
    periods_table,
)
from valuechain.chain import ValueChain
from valuechain.errors import Text, UnknownIdError, UsageError
from valuechain.evaluation.calibrated_today import today_of
from valuechain.evaluation.customer_weights import buyers, customer_weights
from valuechain.evaluation.pace import APART
from valuechain.evaluation.provenance import provenance_of
from valuechain.evaluation.shocks import Shocks, with_shocks
from valuechain.kernels.dissatisfaction.dynamics import settled_from, strength
from valuechain.kernels.dissatisfaction.feedback import feedback_loops
from valuechain.model import Intervention
from valuechain.network.arrays import FloatArray
from valuechain.quantities import base_of
from valuechain.results import Result
from valuechain.today import situation_of

ALIKE = Text("each alike", "por igual")


@dataclass(frozen=True, eq=False)
class SimulationResult(Result):
    """What happens period by period.

    Attributes
    ----------
    stable : bool
        Whether a small push dies out where the course ends.
    settling_periods : int or None
        The first period from which on morale and satisfaction stay within 2 % of their largest
        way from the end; None if that is not within the periods simulated.
    tipping_point : bool
        Whether the course ends elsewhere than where its last conditions lead to from today: what
        happened on the way does not heal by itself.
    end : mapping of str to float or None
        The columns of level periods (no money) where the conditions of the last period lead to.
    currency : str or None
    weighted : Text
        What customers are weighted by.
    interventions : tuple of str
    lasting : int or None
        How many periods the shocks last; None: for ever.
    """

    title: ClassVar[Text] = Text("Course over time", "Evolución en el tiempo")
    stable: bool = True
    settling_periods: int | None = None
    tipping_point: bool = False
    end: Mapping[str, float | None] = field(default_factory=dict)
    currency: str | None = None
    weighted: Text = ALIKE
    interventions: tuple[str, ...] = ()
    lasting: int | None = None
    period_name: str = "month"

    def trajectory(self, any_id: str, column: str) -> FloatArray:
        """Return one column of a department or a customer over the periods, ``(T + 1,)``.

        Raises
        ------
        UnknownIdError
            If there is no such department or customer.
        UsageError
            If it has no such column.
        """
        known: list[str] = []
        for level in ("departments", "customers"):
            table = self.table(level)
            rows = table["who"] == any_id
            if rows.any():
                values: FloatArray = table[column][rows]
                return values
            known += list(dict.fromkeys(table["who"].tolist()))
        raise UnknownIdError(
            Text("department or customer", "departamento o cliente"), any_id, known
        )

    def extras(self) -> Mapping[str, Any]:
        """Return the verdict and where it ends."""
        names = ("stable", "settling_periods", "tipping_point", "end", "currency", "lasting")
        given = {name: getattr(self, name) for name in names}
        given["simulated_interventions"] = list(self.interventions)
        return {**given, "weighted": self.weighted.en, "period_name": self.period_name}


def simulate(
    chain: ValueChain,
    periods: int,
    shocks: Shocks = None,
    *,
    lasting: int | None = None,
    interventions: Sequence[str] = (),
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> SimulationResult:
    """Return what happens period by period: morale, lateness, satisfaction, churn, revenue.

    Parameters
    ----------
    chain : ValueChain
        Its changes are in force from period 1 on; period 0 is today.
    periods : int
        How many, at least 1, each as long as the chain's `period`.
    shocks : str, mapping or None
        As in `propagate_delay`; from period 1 on.
    lasting : int, optional
        Periods that the shocks last, at least 1. Absent: for ever.
    interventions : sequence of str
        Ids of interventions of the chain: each starts after `starts` periods, grows to its full
        effect over `ramp` of them and halves every `decay`.
    samples, seed, executor
        As in `propagate_delay`.
    progress : callable, optional
        Called with periods done and periods in all.

    Returns
    -------
    SimulationResult
        Level periods, a row for each, over customers by their weights: `morale_loss`, `breach`,
        `csat` (shares), `mean_hours`, `mean_late_hours` (working hours), `churn`, `turnover`
        (share a year), `revenue_at_risk` (money a year), `revenue` (money a period),
        `change_cumulated`, with interventions `gain_cumulated` (money). Levels departments and
        customers, rows ``id@period``, likewise. `.trajectory(id, column)`, `.stable`,
        `.settling_periods`, `.tipping_point`, `.end`.

    Raises
    ------
    UnknownIdError
        If there is no such scenario, id or intervention.
    UsageError
        If interventions cannot go together or an argument cannot be.
    DeadlockError, ConvergenceError, SchemaError
        As in `propagate_delay`.

    Notes
    -----
    ``m(t + 1) = m(t) + recovery [F(m(t)) - m(t)]``: disappointing inputs, angry customers and
    overload of one period wear on morale in the next, and of any dent the share `recovery` heals
    in a period (dynamic inoperability). Within a period, hand-offs settle as in
    `propagate_dissatisfaction`, at the morale the period starts with. While an intervention grows,
    that share of the work is done the new way. Where the course comes to rest is the fixed point
    of `propagate_dissatisfaction`. Of active customers ``(1 - churn)^(1 / periods a year)`` stay
    from one period to the next; new ones are not counted, nor what interventions cost. In loops
    each lap takes a period. Cost: a propagation for each set of shocks and interventions that are
    in force together, and for each period a fixed point.

    References
    ----------
    .. [1] C. Lian and Y. Y. Haimes, Managing the risk of terrorism to interdependent
       infrastructure systems through the dynamic inoperability input-output model, Systems
       Engineering 9 (2006).

    Examples
    --------
    A shock of one period: work is late at once, morale follows one period later and heals by half.

    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "takes": "4 h", "sla": "6 h"},
    ...         {"provider": "sales", "client": "shop", "takes": "4 h"}])
    >>> course = simulate(chain, 4, {"design": "8 h"}, lasting=1, samples=100)
    >>> course.trajectory("sales", "morale_loss").round(5).tolist()
    [0.0, 0.0, 0.025, 0.0125, 0.00625]
    >>> course.trajectory("shop", "mean_hours").round(3).tolist()
    [8.0, 16.0, 8.01, 8.005, 8.002]
    """
    check_draws(samples, seed)
    check_draws(periods, seed, "periods")
    if lasting is not None:
        check_draws(lasting, seed, "lasting")
        if shocks is None:
            raise UsageError(
                Text(
                    "lasting: of which shocks? give shocks",
                    "lasting: ¿de qué shocks? indique shocks",
                )
            )
    names = _chosen(chain, interventions)
    struck = with_shocks(chain, shocks)
    situation = situation_of(struck)
    today = today_of(situation, samples, seed, executor)
    ways = Ways(chain, struck, today, executor)
    strengths = [_strength(chain.interventions[name], periods) for name in names]
    shocked = [lasting is None or t < lasting for t in range(periods)]
    recovery = situation.now.coefficients["recovery"]

    def tell(period: int) -> None:
        if progress is not None:
            progress(period + 1, periods + 1)

    course = follow(ways, mixtures(names, strengths, shocked), recovery, tell)
    idle = follow(ways, mixtures((), (), shocked), recovery) if names else None
    way, state = course.end
    loops = feedback_loops(way.found.arrays, way.paced.failures, state)
    money = CourseMoney(chain, today)
    weights = customer_weights(situation.now, buys=buyers(chain))
    tables = (
        periods_table(course, idle, today, weights, money),
        departments_table(course, today),
        customers_table(course, today, money),
    )
    return SimulationResult(
        tables={table.level: table for table in tables},
        provenance=provenance_of(situation, "simulate", seed, samples),
        labels={**{k: e.name for k, e in chain.interventions.items() if e.name}, **chain.names()},
        calendar=chain.calendar,
        stable=all(loop.gain < 1.0 for loop in loops),
        settling_periods=settled_from(course.distance()),
        tipping_point=course.other_end > APART,
        end=end_of(course, today, weights),
        currency=chain.currency,
        weighted=weights.by,
        interventions=names,
        lasting=lasting,
        period_name=chain.period,
    )


def _chosen(chain: ValueChain, interventions: Sequence[str]) -> tuple[str, ...]:
    """Return the interventions by id, refused where they cannot go together."""
    names = [interventions] if isinstance(interventions, str) else list(interventions)
    for name in names:
        if name not in chain.interventions:
            what = Text("intervention", "intervención")
            raise UnknownIdError(what, name, list(chain.interventions))
    for name in names:
        entry = chain.interventions[name]
        for other in entry.excludes:
            if other in names:
                raise UsageError(
                    Text(f"{name} excludes {other}: simulate one of them",
                         f"{name} excluye {other}: simule una de las dos")
                )  # fmt: skip
        for other in entry.requires:
            if other not in names:
                raise UsageError(
                    Text(f"{name} requires {other}: simulate both",
                         f"{name} exige {other}: simule las dos")
                )  # fmt: skip
    return tuple(sorted(set(names)))


def _strength(entry: Intervention, periods: int) -> FloatArray:
    """Return how much of its full effect an intervention has in the periods 1 to `T`."""
    decay = None if entry.decay is None else base_of(entry.decay)
    return strength(periods, base_of(entry.starts), base_of(entry.ramp), decay)[1:]
