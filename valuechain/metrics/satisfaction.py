"""Satisfaction of customers and employees, and first-contact resolution: shares of answers."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

from valuechain.errors import Text, UsageError, as_found
from valuechain.metrics.answers import (
    Answers,
    Scale,
    allowed_answers,
    among,
    given,
    is_missing,
    is_whole,
    on_scale,
    plain,
    refuse_those,
    refused,
)
from valuechain.metrics.metric import Metric, Name
from valuechain.metrics.shares import share_metric

Satisfied = Any  # the least number that counts, or the answers that do


def csat(
    answers: Answers, satisfied: Satisfied, scale: Scale | None = None, *, level: float = 0.95
) -> Metric:
    """Return the share of customers who are satisfied.

    Parameters
    ----------
    answers : iterable
        One answer each: whole numbers, words, or True and False; a list, an array or a pandas
        Series. Missing ones (None, NaN, NA) are counted in `missing` and in no figure.
    satisfied : number, or collection of answers
        Who counts as satisfied: those who answer this number or more (4: "top two boxes" of
        1..5), or one of these answers. Never guessed.
    scale : pair of int, or collection of answers, optional
        The ends of the scale, ``(1, 5)``, or every answer that it has. With it, answers that it
        does not have are refused.
    level : float
        Of the interval.

    Returns
    -------
    Metric
        `value` and Wilson's interval in 0..1, `n`, `missing`; `as_written()` is what a chain
        takes as `csat`.

    Raises
    ------
    UsageError
        If answers are not on the scale, are averages (4.2), none is given, or `satisfied` counts
        all of the scale or none of it.

    See Also
    --------
    wilson : the interval.

    Examples
    --------
    >>> answers = [5, 4, 4, 3, None, 5, 2, 4]
    >>> top_two = csat(answers, satisfied=4, scale=(1, 5))
    >>> round(top_two.value, 4), top_two.n, top_two.missing
    (0.7143, 7, 1)
    >>> csat(["good", "bad", "good"], satisfied=["good"], scale=["bad", "fair", "good"]).n
    3
    """
    return _satisfaction("csat", answers, satisfied, scale, level)


def esat(
    answers: Answers, satisfied: Satisfied, scale: Scale | None = None, *, level: float = 0.95
) -> Metric:
    """Return the share of employees who are satisfied.

    Parameters
    ----------
    answers, satisfied, scale, level
        As in `csat`.

    Returns
    -------
    Metric
        As in `csat`; `as_written()` is what a chain takes as `esat`.

    Raises
    ------
    UsageError
        As in `csat`.

    Examples
    --------
    >>> round(esat([4, 5, 2], satisfied=4, scale=(1, 5)).value, 4)
    0.6667
    """
    return _satisfaction("esat", answers, satisfied, scale, level)


def first_contact_resolution(contacts: Answers, *, level: float = 0.95) -> Metric:
    """Return the share of cases resolved at the first contact.

    Parameters
    ----------
    contacts : iterable
        One entry a case: how many contacts it took (1, 2, 3, ...), or True and False for whether
        the first one did. Missing ones (None, NaN, NA) are counted in `missing`.
    level : float
        Of the interval.

    Returns
    -------
    Metric
        `value` and Wilson's interval in 0..1; `as_written()` is what a chain takes as `fcr`.

    Raises
    ------
    UsageError
        If an entry is neither, or none is given. Zeros are refused: 0 and 1 could be counts or
        flags.

    Examples
    --------
    >>> first_contact_resolution([1, 1, 3, 1]).value
    0.75
    >>> first_contact_resolution([True, False]).value
    0.5
    """
    cases, missing = given(contacts)
    refuse_those(
        [case for case in cases if not is_whole(case) or (case < 1 and case is not False)],
        len(cases),
        Text(
            "contacts a case took, from 1; or True and False for resolved at the first",
            "contactos que llevó cada caso, desde 1; o True y False, si bastó el primero",
        ),
    )
    return share_metric(
        "first_contact_resolution", sum(case == 1 for case in cases), len(cases), missing, level
    )


def _satisfaction(
    name: Name, answers: Answers, satisfied: Satisfied, scale: Scale | None, level: float
) -> Metric:
    said, missing = given(answers)
    on_scale(said, scale)
    if isinstance(satisfied, Collection) and not isinstance(satisfied, str):
        happy = _among_those(said, [plain(answer) for answer in satisfied], scale)
    else:
        happy = _from_there_on(said, plain(satisfied), scale)
    return share_metric(name, sum(happy), len(said), missing, level)


def _among_those(said: list[Any], satisfied: list[Any], scale: Scale | None) -> list[bool]:
    if not satisfied or any(is_missing(answer) for answer in satisfied):
        raise _no_rule(satisfied)
    if scale is not None:
        allowed, _ = allowed_answers(scale)
        others = [answer for answer in allowed if not among(answer, satisfied)]
        if not others or any(not among(answer, allowed) for answer in satisfied):
            raise _no_rule(satisfied)
    return [among(answer, satisfied) for answer in said]


def _from_there_on(said: list[Any], least: Satisfied, scale: Scale | None) -> list[bool]:
    if isinstance(least, bool | str):  # one answer counts: True, or a word
        return _among_those(said, [least], scale)
    if not isinstance(least, int | float) or not math.isfinite(least):
        raise _no_rule(least)
    steps = said if scale is None else allowed_answers(scale)[0]
    if any(isinstance(step, str | bool) for step in steps):
        raise _no_rule(least)
    if scale is not None and not min(steps) < least <= max(steps):
        raise _no_rule(least)
    return [answer >= least for answer in said]


def _no_rule(satisfied: Satisfied) -> UsageError:
    found = as_found(satisfied)
    return refused(
        Text(f"satisfied = {found.en}", f"satisfied = {found.es}"),
        Text(
            "the least number that counts as satisfied, or the answers that do: some of the "
            "scale, not all of it",
            "el menor número que cuenta como satisfecho, o las respuestas que cuentan: parte de "
            "la escala, no toda",
        ),
    )
