"""Shares, amounts, durations and laws in every form that a file knows."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from valuechain.schema.layout import as_number


def shares(low: float = 0.0, high: float = 1.0) -> st.SearchStrategy[Any]:
    """A share, plain or as an estimate, as a number or in percent."""
    plain = st.floats(low, high, allow_subnormal=False)
    percent = st.integers(
        round(100 * low) + 1, max(round(100 * high) - 1, round(100 * low) + 1)
    ).map(lambda share: f"{share} %")
    return plain | percent | estimates(plain)


@st.composite
def estimates(draw: st.DrawFn, plain: st.SearchStrategy[Any], key: Any = None) -> dict[str, Any]:
    """``{base, low, high, n, source}`` around values of a strategy."""
    low, base, high = sorted((draw(plain), draw(plain), draw(plain)), key=key)
    estimate = {"base": base}
    if draw(st.booleans()):
        estimate |= {"low": low, "high": high}
    optional = {"n": st.integers(0, 500), "source": sources()}
    return estimate | draw(st.fixed_dictionaries({}, optional=optional))


def sources() -> st.SearchStrategy[str]:
    return st.sampled_from(["observed", "assumed"])


def amounts(low: float = 0.0, high: float = 1e6) -> st.SearchStrategy[Any]:
    plain = st.floats(low, high, allow_subnormal=False) | st.integers(int(low) + 1, int(high))
    return plain | estimates(plain)


def sizes() -> st.SearchStrategy[float]:
    """Sizes of durations, none of them whole days of 24 hours (they draw a warning)."""
    return (
        st.sampled_from([0.25, 0.5, 1.0, 1.125, 1.5, 2.0, 3.0, 5.0, 12.345, 20.0])
        | st.integers(1, 23).map(float)
        | st.floats(0.01, 23.5, allow_subnormal=False)
    )


UNITS = ("s", "min", "h", "d", "w", "mo", "y", "minutos", "horas", "días", "weeks", "meses", "año")


@st.composite
def durations(draw: st.DrawFn, unit: str | None = None) -> str:
    size = draw(sizes())
    return f"{as_number(size)} {unit or draw(st.sampled_from(UNITS))}"


def times() -> st.SearchStrategy[Any]:
    """A duration, or an estimate of one in a single unit."""
    return durations() | st.sampled_from(UNITS).flatmap(
        lambda unit: estimates(durations(unit), key=lambda text: float(text.split()[0]))
    )


@st.composite
def distributions(draw: st.DrawFn, sla: tuple[float, str] | None = None) -> dict[str, Any]:
    """A law in any of the forms a file knows; through the promise only where there is one."""
    unit = draw(st.sampled_from(UNITS))
    first, second, third = sorted(draw(st.lists(sizes(), min_size=3, max_size=3, unique=True)))

    def time(size: float) -> str:
        return f"{as_number(size)} {unit}"

    forms: list[dict[str, Any]] = [
        {"median": time(first), "p90": time(third)},
        {"min": time(first), "mode": time(second), "max": time(third)},
        {"mean": time(second), "sd": time(max(first, second / 500))},  # the rule: a thousandth
        {"mean": time(second)},
        {"samples": [time(first), time(third), time(third)]},
        {"dist": "weibull_min", "scale": time(second), "c": draw(st.floats(0.5, 5))},
        {"dist": "uniform", "loc": time(first), "scale": {"base": time(second), "n": 12}},
        {"dist": "expon", "scale": time(second)},
    ]
    if sla is not None:
        size, its_unit = sla
        on_time = draw(st.floats(0.6, 0.99))
        forms.append({"median": f"{as_number(size / 2)} {its_unit}", "on_time": on_time})
        forms.append({"median": f"{as_number(size * 2)} {its_unit}", "on_time": 1 - on_time})
    form = draw(st.sampled_from(forms))
    return form | {"shift": time(first)} if draw(st.integers(0, 4)) == 0 else form
