"""The tornado: bars from the base to the answer at each end of an input."""

from __future__ import annotations

import pytest

import valuechain as vc
from valuechain.plot.tornado import Bar, draw_tornado

BARS = (Bar("peso del retraso", 0.79, 0.68), Bar("impacto", 0.75, 0.72))


def test_bars_reach_from_the_base_to_either_end() -> None:
    ax = draw_tornado(BARS, 0.74, title="Minoristas", unit="%", lang="es")
    ends = [(p.get_x(), p.get_x() + p.get_width()) for p in ax.patches]
    assert ends == [pytest.approx((0.74, end)) for end in (0.79, 0.68, 0.75, 0.72)]
    written = [text.get_text() for text in ax.texts]
    assert written == [f"{share}\N{NO-BREAK SPACE}%" for share in (68, 79, 72, 75)]
    assert ax.yaxis_inverted()


def test_names_stay_inside_the_picture() -> None:
    long = Bar("frecuencia de uso de " + "actualizaciones " * 12, 1.0, 3.0)
    ax = draw_tornado((long,), 2.0, title="T" * 20, unit="h")
    ax.figure.canvas.draw()
    window = ax.figure.bbox
    for label in (*ax.get_yticklabels(), ax.title, *ax.texts):
        box = label.get_window_extent()
        assert window.x0 <= box.x0
        assert box.x1 <= window.x1


def test_a_robustness_result_draws_what_is_clear_and_at_least_three() -> None:
    result = vc.assess_robustness(
        vc.example("design_delay"), "predict_outcomes", draws=40, samples=100
    )
    ax = result.plot(lang="en")
    names = [label.get_text().replace("\n", " ") for label in ax.get_yticklabels()]
    assert 3 <= len(names) <= 10
    assert {"weight of lateness", "weight of having to ask again"} <= set(names)
    assert result.plot(ax=ax) is ax


def test_ends_close_to_each_other_are_told_apart() -> None:
    bars = (Bar("a", 1.107, 1.214), Bar("b", 1.148, 1.202))
    ax = draw_tornado(bars, 1.18, title="Design", unit="h", lang="en")
    ax.figure.canvas.draw()
    ticks = [label.get_text() for label in ax.get_xticklabels()]
    assert len(set(ticks)) == len(ticks) >= 3
    assert [text.get_text() for text in ax.texts] == [
        f"{hours}\N{NO-BREAK SPACE}h" for hours in ("1.107", "1.214", "1.148", "1.202")
    ]


def test_the_title_names_the_answer_in_words() -> None:
    result = vc.assess_robustness(
        vc.example("design_delay"), "rank_bottlenecks", draws=8, samples=100
    )
    title = result.plot(lang="en").get_title("right")
    assert title.endswith(": what customers gain if it keeps to plan")
