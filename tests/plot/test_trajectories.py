"""A course of shares by period, drawn: every line named at its end, nothing outside the picture."""

from __future__ import annotations

from itertools import pairwise

import pytest

import valuechain as vc
from valuechain.errors import Lang
from valuechain.plot.trajectories import Line, draw_trajectories

LINES = (
    Line("satisfied", [0.8, 0.7, 0.71]),
    Line("late", [0.2, 0.3, 0.3]),
    Line("lost morale", [0.2, 0.29, 0.31]),
)


def test_every_line_is_named_at_its_end_and_no_name_covers_another() -> None:
    ax = draw_trajectories(
        LINES, title="Course", periods="months", settles=1, settles_words="here", lang="en"
    )
    ax.figure.canvas.draw()
    names = [t for t in ax.texts if any(t.get_text().replace("\n", " ").startswith(line.name)
             for line in LINES)]  # fmt: skip
    assert len(names) == 3
    boxes = sorted((t.get_window_extent() for t in names), key=lambda box: box.y0)
    for low, high in pairwise(boxes):
        assert low.y1 <= high.y0
    for box in boxes:
        assert ax.figure.bbox.x0 <= box.x0
        assert box.x1 <= ax.figure.bbox.x1


@pytest.mark.parametrize("lang", ["es", "en"])
def test_a_simulation_draws_what_is_known_over_all_periods(lang: Lang) -> None:
    course = vc.simulate(vc.example("tech_shop"), 4, {"technicians": "2 h"}, samples=200)
    ax = course.plot(lang=lang)
    shown = [line.get_ydata().tolist() for line in ax.lines if len(line.get_ydata()) == 5]
    table = course.table("periods")
    for name in ("csat", "breach", "morale_loss"):
        assert table[name].tolist() in shown
    assert course.plot(ax=ax) is ax
