"""Raw answers as people have them: lists, arrays, a pandas Series; what is missing is counted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from valuechain.errors import Text, UsageError, as_found, shown

Answers = Iterable[Any]
Scale = Collection[Any]
SHOWN = 5


class Given(NamedTuple):
    """Answers that were given, and how many were not."""

    answers: list[Any]
    missing: int


def given(answers: Answers) -> Given:
    """Return the answers that were given, with numpy's numbers as Python's.

    Raises
    ------
    UsageError
        If it is no series of answers, or not one was given.

    Examples
    --------
    >>> given([5, None, float("nan"), 3])
    Given(answers=[5, 3], missing=2)
    """
    mean = isinstance(answers, int | float)
    wanted = Text(
        "answers: a list, an array or a Series, one answer each"
        + ("; from a mean such as this no share can be told" if mean else ""),
        "answers: una lista, un array o una Series, una respuesta por elemento"
        + ("; de una media como esta no se deduce ninguna proporción" if mean else ""),
    )
    if isinstance(answers, str | bytes | Mapping) or not isinstance(answers, Iterable):
        raise refused(as_found(answers), wanted)
    if getattr(answers, "ndim", 1) != 1:
        raise refused(Text("a table", "una tabla"), wanted)
    every = [plain(answer) for answer in answers]
    there = [answer for answer in every if not is_missing(answer)]
    if not there:
        raise refused(
            Text(f"0 answers ({len(every)} missing)", f"0 respuestas ({len(every)} sin contestar)"),
            Text("at least one answer", "al menos una respuesta"),
        )
    return Given(there, len(every) - len(there))


def is_missing(answer: Any) -> bool:
    """Tell None, NaN, and pandas' NA and NaT, without asking pandas."""
    if answer is None:
        return True
    try:
        return bool(answer != answer)  # only what is missing differs from itself
    except TypeError:  # pandas' NA is neither equal nor different
        return True


def on_scale(answers: list[Any], scale: Scale | None) -> None:
    """Refuse answers that the scale does not have.

    Without a scale: numbers that are not whole, since an average is no answer.

    Raises
    ------
    UsageError
        With the offending values.
    """
    if scale is None:
        refuse_those(
            [a for a in answers if not isinstance(a, str) and not is_whole(a)],
            len(answers),
            Text(
                "single answers, in whole numbers or words; an average is no answer",
                "respuestas individuales, en números enteros o palabras; una media no lo es",
            ),
        )
        return
    allowed, ends = allowed_answers(scale)
    refuse_those(
        [a for a in answers if not among(a, allowed)],
        len(answers),
        Text(
            f"single answers on the declared scale, {ends}",
            f"respuestas individuales en la escala declarada, {ends}",
        ),
    )


def allowed_answers(scale: Scale) -> tuple[list[Any], str]:
    """Return the answers of a scale, and the scale in a word.

    Examples
    --------
    >>> allowed_answers((1, 5))
    ([1, 2, 3, 4, 5], '1..5')
    >>> allowed_answers(("bad", "fair", "good"))[1]
    'bad, fair, good'
    """
    wanted = Text(
        "scale: its two ends in whole numbers, such as (1, 5), or all its answers",
        "scale: sus dos extremos en números enteros, como (1, 5), o todas sus respuestas",
    )
    if isinstance(scale, str | Mapping) or not isinstance(scale, Collection):
        raise refused(as_found(scale), wanted)
    steps = [plain(step) for step in scale]
    if len(steps) == 2 and all(is_whole(step) for step in steps):
        low, high = (int(step) for step in steps)
        if low >= high or high - low > 1000:
            raise refused(as_found(scale), wanted)
        return list(range(low, high + 1)), f"{low}..{high}"
    if len(steps) < 2 or any(is_missing(step) for step in steps):
        raise refused(as_found(scale), wanted)
    return steps, ", ".join(str(step) for step in steps)


def among(answer: Any, allowed: Iterable[Any]) -> bool:
    """Tell whether an answer is one of these; True is no 1."""
    return any(
        answer == other and isinstance(answer, bool) == isinstance(other, bool) for other in allowed
    )


def is_whole(answer: Any) -> bool:
    """Tell whether an answer is a whole number (True and False are answers, too)."""
    return isinstance(answer, int) or (isinstance(answer, float) and answer.is_integer())


def refuse_those(wrong: list[Any], n: int, allowed: Text) -> None:
    """Refuse answers, if there are any, with their values."""
    if not wrong:
        return
    values = list(dict.fromkeys(shown(answer) for answer in wrong))
    listed = ", ".join(values[:SHOWN]) + (" ..." if len(values) > SHOWN else "")
    raise refused(
        Text(
            f"{len(wrong)} of {n} answers cannot be: {listed}",
            f"{len(wrong)} de {n} respuestas no pueden ser: {listed}",
        ),
        allowed,
    )


def refused(found: Text, allowed: Text) -> UsageError:
    """Return the error: what was found, what is allowed."""
    return UsageError(
        Text(f"{found.en}; allowed: {allowed.en}", f"{found.es}; permitido: {allowed.es}")
    )


def plain(answer: Any) -> Any:
    """Return a numpy number as Python's."""
    item = getattr(answer, "item", None)
    return item() if callable(item) and getattr(answer, "ndim", None) == 0 else answer
