"""`predict_outcomes`: what reaches the customers, in the figures a board knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np

from valuechain.analyzers.delay import Progress, check_draws
from valuechain.analyzers.dissatisfaction.dissatisfaction import served
from valuechain.analyzers.outcomes.observations import observations_table
from valuechain.analyzers.outcomes.ranges import OutcomeRanges
from valuechain.chain import ValueChain
from valuechain.errors import Text
from valuechain.evaluation.evaluation import Evaluation, evaluate
from valuechain.evaluation.provenance import provenance_of
from valuechain.evaluation.shocks import Shocks, with_shocks
from valuechain.kernels.dissatisfaction.outcomes import leaving, recommending, winning
from valuechain.network.arrays import BoolArray, FloatArray
from valuechain.results import Column, Result, Table

OUTCOMES = (
    Column("csat", "share", "Share of customers satisfied."),
    Column("nps", "points, -100 to 100", "Net Promoter Score."),
    Column("churn", "share a year", "Share that leaves."),
    Column("revenue_at_risk", "money a year", "Revenue that leaves beyond that of an ideal day."),
    Column("won_share", "share", "Share of potential customers won."),
    Column("lost_sales", "money a year", "Sales not won that an ideal day would win."),
    Column("breach", "share", "Share served after the promise."),
    Column("mean_hours", "working hours", "Mean lead time."),
)
ENDS = tuple(
    Column(f"{column.name}_{end}", column.unit, f"{share} percentile over the declared ranges.")
    for column in OUTCOMES
    for end, share in (("low", "5th"), ("high", "95th"))
)
CUSTOMERS = (*OUTCOMES, *ENDS)
NO_RELATION = ("supplier", "investor", "regulator")  # they neither buy nor recommend

NOT_SERVED = Text("a service to a customer", "un servicio a un cliente")
NEEDS: Mapping[str, Text] = {
    "nps": Text("an nps of today", "un nps de hoy"),
    "churn": Text("a churn of today", "un churn de hoy"),
    "revenue_at_risk": Text("revenue and churn of today", "ingresos (revenue) y churn de hoy"),
    "won_share": Text(
        "status: potential and a win_rate of today", "status: potential y un win_rate de hoy"
    ),
    "lost_sales": Text(
        "status: potential, revenue and a win_rate of today",
        "status: potential, ingresos (revenue) y un win_rate de hoy",
    ),
    "breach": Text("a service with an sla", "un servicio con sla"),
    "csat": NOT_SERVED,
    "mean_hours": NOT_SERVED,
}


@dataclass(frozen=True, eq=False)
class OutcomesResult(Result):
    """What reaches each customer.

    Attributes
    ----------
    currency : str or None
        Of all money.
    revenue_at_risk, lost_sales : float or None
        Over all customers, a year; None where it cannot be told of any.
    cannot_tell : mapping of str to Text
        Outcomes that cannot be told of any customer, and what would have to be declared.
    contradictions : tuple of str
        Customers whose declared nps, or churn, and csat do not fit the assumed scores: those were
        moved to go through today's figures.
    """

    title: ClassVar[Text] = Text("Outcomes", "Resultados")
    currency: str | None = None
    revenue_at_risk: float | None = None
    lost_sales: float | None = None
    cannot_tell: Mapping[str, Text] = field(default_factory=dict)
    contradictions: tuple[str, ...] = ()

    def without_ranges(self) -> OutcomesResult:
        """Return the same without `_low` and `_high`, which take a while to compute."""
        tables = dict(self.tables, customers=_without_ranges(self.table("customers")))
        return replace(self, tables=tables)

    def _shown(self, table: Table) -> Table:
        """Leave out of a notebook's table the ranges, which are computed when asked for."""
        return super()._shown(_without_ranges(table))

    def extras(self) -> Mapping[str, Any]:
        """Return totals, currency, and what cannot be told."""
        return {
            "currency": self.currency,
            "revenue_at_risk": self.revenue_at_risk,
            "lost_sales": self.lost_sales,
            "cannot_tell": {name: what.en for name, what in self.cannot_tell.items()},
            "contradictions": list(self.contradictions),
        }


def predict_outcomes(
    chain: ValueChain,
    shocks: Shocks = None,
    *,
    draws: int = 100,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> OutcomesResult:
    """Return what reaches each customer: satisfaction, churn, money, broken promises, lead time.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    shocks : str, mapping or None
        As in `propagate_delay`.
    draws : int
        Chains drawn over the ranges, at least 1, when a `_low` or `_high` is first read.
    samples, seed, executor, progress
        As in `propagate_delay`.

    Returns
    -------
    OutcomesResult
        Level customers: `csat`, `won_share`, `breach` (shares), `nps` (points), `churn` (share a
        year), `revenue_at_risk`, `lost_sales` (money a year), `mean_hours` (working hours); not
        given (None, NA) where it cannot be told: nothing observed to start from, a customer nobody
        serves, suppliers, investors and regulators, who do not buy. Each also with `_low` and
        `_high`, the 5th and 95th percentile over the ranges declared and assumed, each draw
        calibrated anew. Level observed: the figures declared as observed, with 95 % intervals.

    Raises
    ------
    DeadlockError, ConvergenceError, UnknownIdError, SchemaError, UsageError
        As in `propagate_delay`.

    Notes
    -----
    ``CSAT = 1 - q``, `q` from `propagate_dissatisfaction`. Churn is ``c_s (1 - q) + c_d q``
    through today's point, the dissatisfied leaving ``1 + 2 choice`` times as often; ``NPS = 100
    [(1 - q) n_s + q n_d]``, likewise; of potential customers ``win_rate (1 - q) / (1 - q today)``
    are won, more or fewer where others recommend. Revenue at risk is ``revenue (churn - churn on
    the ideal day)``, lost sales ``revenue (won share on the ideal day - won share)``. On the
    *ideal day* nothing is late, own faults and unclearness are at target, nobody is overloaded.
    Breach and lead time are mixtures over the customer's services, by their `need`.

    References
    ----------
    .. [1] F. F. Reichheld, The one number you need to grow, Harvard Business Review 81 (2003).

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"sales": {}}, currency="EUR",
    ...     customers={"shop": {"csat": "75 %", "churn": "20 %", "revenue": 90000}},
    ...     services=[{"provider": "sales", "client": "shop", "takes": "4 h", "sla": "2 h"}],
    ...     assumptions={"weights": {"late": 0.2}})
    >>> outcomes = predict_outcomes(chain)
    >>> row = outcomes.to_records()[0]
    >>> row["csat"], row["churn"], row["breach"], row["mean_hours"]
    (0.75, 0.2, 1.0, 4.0)
    >>> round(row["revenue_at_risk"])  # 16 % leave of 93.75 % happy ones: 17 %
    2700
    """
    check_draws(samples, seed)
    check_draws(draws, seed, "draws")
    chain = with_shocks(chain, shocks)
    found = evaluate(chain, samples, seed, "on", executor, progress)
    return outcomes_result(chain, found, draws, executor)


def outcomes_result(
    chain: ValueChain, found: Evaluation, draws: int = 100, executor: Executor | None = None
) -> OutcomesResult:
    """Return the result of an evaluation."""
    arrays = found.arrays
    figures = Figures(chain, found)
    data = figures.all()
    drawn = found.run.model
    ranges = OutcomeRanges(chain, _figures, data, drawn.samples, drawn.seed, draws, executor)
    table = Table("customers", arrays.customer_ids, CUSTOMERS, {**data, **ranges.columns()})
    model = found.run.model
    return OutcomesResult(
        tables={"customers": table, "observed": observations_table(chain)},
        provenance=provenance_of(found.situation, "predict_outcomes", model.seed, model.samples),
        labels=chain.names(),
        calendar=chain.calendar,
        currency=chain.currency,
        revenue_at_risk=_total(data["revenue_at_risk"]),
        lost_sales=_total(data["lost_sales"]),
        cannot_tell=dict(figures.cannot_tell(data)),
        contradictions=tuple(
            c for c, moved in zip(arrays.customer_ids, figures.moved, strict=True) if moved
        ),
    )


def _figures(chain: ValueChain, samples: int, seed: int) -> dict[str, FloatArray]:
    return Figures(chain, evaluate(chain, samples, seed)).all()


def _without_ranges(table: Table) -> Table:
    ranges = {column.name for column in ENDS}
    columns = tuple(column for column in table.columns if column.name not in ranges)
    return Table(table.level, table.ids, columns, table.data)


def _total(values: FloatArray) -> float | None:
    return None if np.isnan(values).all() else float(np.nansum(values))


class Figures:
    """The outcomes of an evaluation, by customer, `(C,)`; NaN where one cannot be told."""

    def __init__(self, chain: ValueChain, found: Evaluation) -> None:
        self.found = found
        today = found.today.arrays
        customers = [chain.customers[c] for c in today.customer_ids]
        self.potential = np.array([c.status == "potential" for c in customers], dtype=bool)
        buys = np.array([c.kind not in NO_RELATION for c in customers], dtype=bool)
        self.reached = served(found)
        unhappy = found.today.state.customers
        stays = buys & ~self.potential
        self.churn = leaving(
            _where(stays, today.customer_churn), unhappy, 1.0 + 2.0 * today.customer_choice
        )
        self.nps = recommending(
            _where(stays, today.customer_nps / 100.0),
            unhappy,
            found.arrays.coefficients["detractor_score"],
        )
        self.win_rate = _where(buys & self.potential, today.customer_win_rate)

    @property
    def moved(self) -> BoolArray:
        """Which customers' nps or churn contradicts their csat, `(C,)`."""
        moved: BoolArray = self.churn.moved | self.nps.moved
        return moved

    def cannot_tell(self, data: Mapping[str, FloatArray]) -> Iterator[tuple[str, Text]]:
        """Yield the outcomes that cannot be told of any customer, and what that would need."""
        revenue = self.found.arrays.customer_revenue
        declared = {
            "nps": self.nps.satisfied,
            "churn": self.churn.satisfied,
            "revenue_at_risk": self.churn.satisfied * revenue,
        }
        for name, what in NEEDS.items():
            if np.isnan(data[name]).all():
                missing = name not in declared or np.isnan(declared[name]).all()
                yield name, what if missing else NOT_SERVED

    def all(self) -> dict[str, FloatArray]:
        """Return every outcome by its name."""
        found = self.found
        arrays, run = found.arrays, found.run
        now, ideal = found.outcome.state.customers, found.ideal.customers
        revenue = arrays.customer_revenue
        won = self.won(now)
        churn = _where(self.reached, self.churn.at(now))
        return {
            "csat": _where(self.reached, 1.0 - now),
            "nps": 100.0 * _where(self.reached, self.nps.at(now)),
            "churn": churn,
            "revenue_at_risk": revenue * (churn - self.churn.at(ideal)),
            "won_share": won,
            "lost_sales": revenue * (self.won(ideal) - won),
            "breach": run.for_customers(run.breach),
            "mean_hours": run.for_customers(run.mean),
        }

    def won(self, unhappy: FloatArray) -> FloatArray:
        """Return the share of potential customers that is won at these shares dissatisfied."""
        arrays = self.found.arrays
        before = self.found.today.state.customers
        first = len(arrays.department_ids)
        return winning(self.win_rate, before, unhappy, arrays.recommends, first)


def _where(mask: BoolArray, values: FloatArray) -> FloatArray:
    return np.where(mask, values, np.nan)
