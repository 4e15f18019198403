"""The tables of a course: a row a period, a department and period, a customer and period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from valuechain.analyzers.dissatisfaction.dissatisfaction import LEAVES
from valuechain.analyzers.simulation.course import Course
from valuechain.chain import ValueChain
from valuechain.evaluation.calibrated_today import Today
from valuechain.evaluation.customer_weights import CustomerWeights
from valuechain.kernels.dissatisfaction.outcomes import leaving
from valuechain.network.arrays import FloatArray
from valuechain.results import Column, Table

MORALE = Column("morale_loss", "share", "Share of morale lost at the start of the period.")
TURNOVER = Column("turnover", "share a year", "Share of staff that leaves, where it was observed.")
DELIVERED = (
    Column("mean_hours", "working hours", "Mean lead time."),
    Column("mean_late_hours", "working hours", "Mean time beyond the promise."),
    Column("breach", "share", "Share served after the promise."),
    Column("csat", "share", "Share of customers satisfied."),
    Column("churn", "share a year", "Share of customers that leaves."),
    Column("won_share", "share", "Share of potential customers won."),
    Column("revenue_at_risk", "money a year", "Revenue that leaves beyond that of an ideal day."),
)
MONEY = (
    Column("revenue", "money a period", "From customers that are still there, and those won."),
    Column("change_cumulated", "money", "Revenue so far, less what today going on would bring."),
)
GAIN = Column(
    "gain_cumulated", "money", "Revenue so far, less the same course without interventions."
)
PERIOD = Column("period", "period", "Which period; 0 is today.")
WHO = Column("who", "id", "Whose row it is.")


class CourseMoney:
    """Revenue of a course, period by period.

    Parameters
    ----------
    chain : ValueChain
    today : Today
    """

    def __init__(self, chain: ValueChain, today: Today) -> None:
        year = chain.calendar.hours_per("y")
        self.a_year = year / chain.calendar.hours_per_period(chain.period)
        status = [chain.customers[c].status for c in today.arrays.customer_ids]
        self.potential = np.array([word == "potential" for word in status], dtype=bool)

    def remaining(self, churn: FloatArray) -> FloatArray:
        """Return the share of customers still there at the start of each period, `(T + 1, C)`."""
        stay = (1.0 - np.nan_to_num(churn)) ** (1.0 / self.a_year)
        kept: FloatArray = np.vstack([np.ones(stay.shape[1:]), np.cumprod(stay[:-1], axis=0)])
        return kept

    def of(self, course: Course) -> FloatArray:
        """Return the revenue of each customer in each period, `(T + 1, C)`; NaN: not known."""
        figures = course.customers
        bought = figures["revenue"] / self.a_year
        return np.where(
            self.potential,
            bought * figures["won_share"],
            bought * self.remaining(figures["churn"]),
        )

    def going_on(self, course: Course) -> FloatArray:
        """Return the revenue of today going on, `(T + 1, C)`."""
        still = {
            name: np.broadcast_to(values[0], values.shape)
            for name, values in course.customers.items()
        }
        kept = self.remaining(still["churn"])
        bought = still["revenue"] / self.a_year
        return np.where(self.potential, bought * still["won_share"], bought * kept)


def _total(values: FloatArray) -> FloatArray:
    """Return sums over customers, `(T + 1,)`, of those that are known; NaN where none is."""
    known = ~np.isnan(values)
    total: FloatArray = np.where(
        known.any(axis=-1), np.where(known, values, 0.0).sum(axis=-1), np.nan
    )
    return total


def _mean(values: FloatArray, weight: FloatArray) -> FloatArray:
    """Return means over the last axis, of what is known, by weights; NaN where nothing is."""
    w = np.where(np.isnan(values), 0.0, weight)
    whole = w.sum(axis=-1)
    total = (w * np.nan_to_num(values)).sum(axis=-1)
    mean: FloatArray = np.where(whole > 0, total / np.where(whole > 0, whole, 1.0), np.nan)
    return mean


def _turnover_at(today: Today, morale_loss: FloatArray) -> FloatArray:
    """Return the share of staff that leaves at lost morale `(..., D)`."""
    D = len(today.arrays.department_ids)
    line = leaving(today.arrays.turnover, today.state.morale_loss, np.full(D, LEAVES))
    return line.at(morale_loss)


def _aggregated(
    today: Today,
    weights: CustomerWeights,
    morale_loss: FloatArray,
    customers: Mapping[str, FloatArray],
) -> dict[str, FloatArray]:
    """Return the columns of level periods that are no sums of money."""
    everybody = np.ones(morale_loss.shape[-1])
    found = {"morale_loss": _mean(morale_loss, everybody)}
    for column in DELIVERED:
        values = customers[column.name]
        at_risk = column.name == "revenue_at_risk"
        found[column.name] = _total(values) if at_risk else _mean(values, weights.weight)
    found["turnover"] = _mean(_turnover_at(today, morale_loss), everybody)
    return found


def end_of(course: Course, today: Today, weights: CustomerWeights) -> dict[str, float | None]:
    """Return the columns of level periods, without money, where the course comes to rest."""
    found = _aggregated(today, weights, course.end_morale, course.end_customers)
    return {name: None if np.isnan(value) else float(value) for name, value in found.items()}


def periods_table(
    course: Course, idle: Course | None, today: Today, weights: CustomerWeights, money: CourseMoney
) -> Table:
    """Return a row for each period, over everybody; `idle`: the course without interventions."""
    count = len(course.morale_loss)
    data = _aggregated(today, weights, course.morale_loss, course.customers)
    revenue = money.of(course)
    data["revenue"] = _total(revenue)
    data["change_cumulated"] = np.cumsum(_total(revenue - money.going_on(course)))
    columns: tuple[Column, ...] = (MORALE, *DELIVERED, TURNOVER, *MONEY)
    if idle is not None:
        data["gain_cumulated"] = np.cumsum(_total(revenue - money.of(idle)))
        columns = (*columns, GAIN)
    return Table("periods", tuple(str(t) for t in range(count)), columns, data)


def _over_time(ids: tuple[str, ...], count: int) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the ids of rows, one for each id and period, and who and when they are."""
    rows = tuple(f"{any_id}@{t}" for any_id in ids for t in range(count))
    who = np.repeat(np.array(ids, dtype=object), count)
    return rows, {"who": who, "period": np.tile(np.arange(count), len(ids))}


def departments_table(course: Course, today: Today) -> Table:
    """Return a row for each department and period."""
    ids, data = _over_time(today.arrays.department_ids, len(course.morale_loss))
    data["morale_loss"] = course.morale_loss.T.ravel()
    data["turnover"] = _turnover_at(today, course.morale_loss).T.ravel()
    return Table("departments", ids, (PERIOD, WHO, MORALE, TURNOVER), data)


def customers_table(course: Course, today: Today, money: CourseMoney) -> Table:
    """Return a row for each customer and period."""
    ids, data = _over_time(today.arrays.customer_ids, len(course.morale_loss))
    data |= {column.name: course.customers[column.name].T.ravel() for column in DELIVERED}
    data["revenue"] = money.of(course).T.ravel()
    return Table("customers", ids, (PERIOD, WHO, *DELIVERED, MONEY[0]), data)
