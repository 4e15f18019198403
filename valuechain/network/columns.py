"""The fields of many departments, customers or services as columns, read in one walk.

An entry lies scattered in memory, so each is visited once for all its fields; and no tuple of
fields outlives its visit, which would make work for the garbage collector.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

import numpy as np

from valuechain.model import Customer, Department, Service
from valuechain.network.arrays import FloatArray
from valuechain.quantities import Calendar, Duration, base_of

NAN = float("nan")


class Columns:
    """Columns of some fields, in the order of the entries.

    Parameters
    ----------
    entries : sequence of Service, Department or Customer
    fields : tuple of str
        At least two.

    Attributes
    ----------
    entries : sequence
        The entries themselves, in order.

    Examples
    --------
    >>> columns = Columns([Department(staff=3), Department()], ("staff", "esat"))
    >>> columns["staff"], columns.numbers("staff").tolist()
    ([3.0, None], [3.0, nan])
    """

    def __init__(
        self, entries: Sequence[Service | Department | Customer], fields: tuple[str, ...]
    ) -> None:
        flat = list(chain.from_iterable(map(attrgetter(*fields), entries)))
        self._columns = {name: flat[place :: len(fields)] for place, name in enumerate(fields)}
        self.entries = entries

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, field: str) -> list[Any]:
        return self._columns[field]

    def absent(self, field: str) -> bool:
        """Return whether no entry has the field."""
        return self[field].count(None) == len(self)

    def given(self, field: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Return which entries have the field."""
        return np.array([value is not None for value in self[field]], dtype=bool)

    def numbers(self, field: str) -> FloatArray:
        """Return a field's numbers, NaN where it is absent."""
        if self.absent(field):
            return np.full(len(self), NAN)
        # Plain numbers, as most are, are spared the call.
        return np.array(
            [v if type(v) is float else NAN if v is None else base_of(v) for v in self[field]],
            dtype=float,
        )

    def hours(self, field: str, calendar: Calendar) -> FloatArray:
        """Return a field's times in hours, NaN where it is absent or a word."""
        if self.absent(field):
            return np.full(len(self), NAN)
        return np.array(
            [
                t.hours(calendar) if type(t) is Duration
                else NAN if t is None or isinstance(t, str)
                else base_of(t).hours(calendar)
                for t in self[field]
            ],
            dtype=float,
        )  # fmt: skip
