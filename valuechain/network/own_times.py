"""Own times as arrays of laws: of departments, of hands-on work, of one attempt of a service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from valuechain.network.arrays import BoolArray, Family, FloatArray, Laws
from valuechain.network.columns import Columns
from valuechain.quantities import Calendar, Distribution, Duration, base_of, share_and_answers
from valuechain.quantities.distributions import OwnTime
from valuechain.quantities.durations import LONGEST_HOURS
from valuechain.quantities.laws import Law, law_through_promise, to_law, with_on_time


def to_laws(
    times: Sequence[OwnTime | Law | None], calendar: Calendar, sla: FloatArray | None = None
) -> Laws:
    """Return times as arrays of laws, one row each; 0 where there is none.

    Parameters
    ----------
    times : sequence of Duration, Estimate, Distribution, Law or None
        As written, or a law already.
    calendar : Calendar
    sla : ndarray of float, optional
        Hours promised, by row, NaN without a promise: what `{median, on_time}` refers to.

    Examples
    --------
    >>> laws = to_laws([Duration(2.0, "d"), None], Calendar())
    >>> laws.loc.tolist(), laws.scale.tolist()
    ([16.0, 0.0], [0.0, 0.0])
    """
    n = len(times)
    loc, scale = [0.0] * n, [0.0] * n
    exponential: list[int] = []
    others: dict[int, Law] = {}
    known: dict[Distribution, Law] = {}  # scipy's laws are slow to make
    for row, time in enumerate(times):
        if time is None:
            continue
        # Constants and exponentials, as most are, go straight into their rows.
        if type(time) is Duration:
            loc[row] = time.hours(calendar)
            continue
        if type(time) is Distribution:
            if len(time.times) == 1 and "mean" in time.times:
                mean = base_of(time.times["mean"]).hours(calendar)
                if mean <= LONGEST_HOURS:
                    exponential.append(row)
                    scale[row] = mean
                    continue
            elif time.name is not None:
                if time not in known:
                    known[time] = to_law(time, calendar)
                others[row] = known[time]
                continue
        if not isinstance(time, Law):
            promised = None if sla is None or np.isnan(sla[row]) else float(sla[row])
            time = to_law(time, calendar, promised)
        others[row] = time
    family, shape = np.full(n, Family.CONSTANT, dtype=np.int8), np.zeros((n, 2))
    family[exponential] = Family.EXPONENTIAL
    extra: dict[int, Any] = {}
    for row, law in others.items():
        family[row], shape[row] = Family[law.family], law.shape
        loc[row], scale[row] = law.loc, law.scale
        if law.samples:
            extra[row] = np.array(law.samples)
        elif law.scipy is not None:
            extra[row] = law.scipy
    return Laws(family, np.array(loc, dtype=float), np.array(scale, dtype=float), shape, extra)


def no_times(n: int) -> Laws:
    """Return laws of `n` times that are always 0."""
    return Laws(np.zeros(n, dtype=np.int8), np.zeros(n), np.zeros(n), np.zeros((n, 2)))


def attempt_times(services: Columns, sla: FloatArray, calendar: Calendar) -> tuple[Laws, BoolArray]:
    """Return the law of one attempt: takes, else work, else through sla and on_time, else 0.

    Parameters
    ----------
    services : Columns
        With `takes`, `work` and `on_time`.
    sla : ndarray of float, shape (m,)
        Hours promised, NaN without a promise.
    calendar : Calendar

    Returns
    -------
    Laws
    ndarray of bool, shape (m,)
        Whether there was anything to go by.
    """
    times: list[Any] = [
        work if takes is None else takes
        for takes, work in zip(services["takes"], services["work"], strict=True)
    ]
    if not services.absent("on_time"):
        for row, on_time in enumerate(services["on_time"]):
            if on_time is None:
                continue
            if services["takes"][row] is not None:
                times[row] = with_on_time(times[row], on_time)
            elif times[row] is None and sla[row] > 0:
                times[row] = law_through_promise(float(sla[row]), *share_and_answers(on_time))
    return to_laws(times, calendar, sla), np.array([time is not None for time in times], dtype=bool)
