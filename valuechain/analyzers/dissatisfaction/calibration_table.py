"""The table of a calibration: what was observed, what the model explains of it, what it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from valuechain.evaluation.calibrated_today import Today
from valuechain.kernels.dissatisfaction.calibration import Node
from valuechain.kernels.dissatisfaction.lateness import observed_on_time
from valuechain.results import Column, Table

COLUMNS = (
    Column("observed", "share", "What was observed, as declared."),
    Column("explained", "share", "Of all cases, what late, faulty and inherited work explains."),
    Column("unexplained", "share", "Of the cases it does not touch, what fails all the same."),
    Column("kappa", "share", "How far couplings were scaled down to fit what was observed."),
    Column("informative", "yes or no", "Whether the impacts declared there still say something."),
    Column("gap_hours", "working hours", "How much later than promised its clients call late."),
)


class Row(NamedTuple):
    """One observation and how it was met."""

    path: str
    observed: float
    explained: float
    unexplained: float
    kappa: float
    gap_hours: float


def calibration_table(today: Today) -> Table:
    """Return one row for each observation of today, by its field path."""
    rows = sorted(_rows(today), key=lambda row: row.path)
    names = ("observed", "explained", "unexplained", "kappa", "gap_hours")
    data = {name: np.array([getattr(row, name) for row in rows], dtype=float) for name in names}
    data["informative"] = np.array([not row.kappa < 1.0 for row in rows], dtype=bool)
    return Table("calibration", tuple(row.path for row in rows), COLUMNS, data)


def _rows(today: Today) -> Iterator[Row]:
    arrays, found = today.arrays, today.calibration
    nan = float("nan")
    kinds = (
        ("services", arrays.service_ids, "quality", arrays.quality, found.faults),
        ("services", arrays.service_ids, "csat", arrays.csat, found.services),
        ("departments", arrays.department_ids, "esat", arrays.esat, found.morale),
        ("customers", arrays.customer_ids, "csat", arrays.customer_csat, found.customers),
    )
    for room, ids, field, observed, node in kinds:
        for i in np.flatnonzero(~np.isnan(observed)).tolist():
            yield _row(f"{room}.{ids[i]}.{field}", observed[i], node, i)
    refers = ~np.isnan(today.gaps.late) & ~np.isnan(observed_on_time(arrays))
    for e in np.flatnonzero(refers).tolist():
        path = f"services.{arrays.service_ids[e]}.on_time"
        yield Row(path, arrays.on_time[e], nan, nan, nan, today.gaps.gap[e])


def _row(path: str, observed: float, node: Node, i: int) -> Row:
    return Row(path, observed, node.explained[i], node.leak[i], node.kappa[i], float("nan"))
