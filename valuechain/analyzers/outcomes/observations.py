"""What was observed today, with what that many answers can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from valuechain.chain import ValueChain
from valuechain.kernels.chance.intervals import Z95, widest_score_error, wilson_interval
from valuechain.model import Customer, Department, Service
from valuechain.network.sources import source_of
from valuechain.quantities import Estimate, Number, base_of
from valuechain.results import Column, Table

COLUMNS = (
    Column("observed", "share (nps: points)", "The figure that was declared as observed."),
    Column("n", "answers", "How many answers it stands on, where that was said."),
    Column("low", "share (nps: points)", "Low end of its 95 % interval (Wilson; nps: normal)."),
    Column("high", "share (nps: points)", "High end of it."),
    Column("standard_error", "share (nps: points)", "Standard error (nps: the largest it can be)."),
)
FIELDS: Mapping[str, tuple[str, ...]] = {
    "services": ("quality", "clarity", "on_time", "csat"),
    "departments": ("esat", "turnover"),
    "customers": ("csat", "nps", "churn", "win_rate"),
}


def observations_table(chain: ValueChain) -> Table:
    """Return one row for each figure of today that was observed, by its field path."""
    found = sorted(_observed(chain.today))
    value = np.array([base_of(number) for _, number in found], dtype=float)
    n = np.array(
        [v.n if isinstance(v, Estimate) and v.n else np.nan for _, v in found], dtype=float
    )
    score = np.array([path.endswith(".nps") for path, _ in found], dtype=bool)
    low, high = wilson_interval(np.where(score, np.nan, value), n)
    error = np.sqrt(np.where(score, 0.0, value * (1.0 - value)) / n)
    error = np.where(score, 100.0 * widest_score_error(value / 100.0, n), error)
    data = {
        "observed": value,
        "n": n,
        "low": np.where(score, np.maximum(value - Z95 * error, -100.0), low),
        "high": np.where(score, np.minimum(value + Z95 * error, 100.0), high),
        "standard_error": error,
    }
    return Table("observed", tuple(path for path, _ in found), COLUMNS, data)


def _observed(chain: ValueChain) -> Iterator[tuple[str, Number]]:
    rooms: tuple[tuple[str, Sequence[tuple[str, Service | Department | Customer]]], ...] = (
        ("services", [(service.id, service) for service in chain.services]),
        ("departments", list(chain.departments.items())),
        ("customers", list(chain.customers.items())),
    )
    for room, entries in rooms:
        for any_id, entry in entries:
            for field in FIELDS[room]:
                value = getattr(entry, field)
                if value is not None and source_of(chain, entry, value) == "observed":
                    yield f"{room}.{any_id}.{field}", value
