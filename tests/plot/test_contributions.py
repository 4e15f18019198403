"""The waterfall of contributions: bars that join, from one level to the other."""

import numpy as np
import pytest

import valuechain as vc
from tests.contracts.chains import chain
from valuechain.plot.contribution_bars import Step, draw_contributions


def test_each_bar_begins_where_the_last_one_ends():
    steps = [
        Step("before", 2.0, level=True),
        Step("design", 3.0, 0.5),
        Step("legal", -1.0, 0.2),
        Step("after", 4.0, level=True),
    ]
    ax = draw_contributions(steps, title="Why", unit="h", lang="en")
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert bars == [(0, 2), (2, 5), (5, 4), (0, 4)]
    assert [bar.get_hatch() for bar in ax.patches] == ["", "", "///", ""]
    assert [text.get_text() for text in ax.texts] == [
        "2\xa0h", "+3\xa0h", "\N{MINUS SIGN}1\xa0h", "4\xa0h",
    ]  # fmt: skip
    assert [label.get_text() for label in ax.get_yticklabels()] == [s.name for s in steps]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_sources_lead_from_the_plan_to_the_whole(lang):
    parts = vc.attribute(chain("restaurant"), "lunch", samples=400)
    bars = parts.plot(lang=lang).patches
    assert bars[0].get_width() == pytest.approx(parts.promise_itself)
    assert bars[-1].get_width() == pytest.approx(parts.total)
    ends = np.array([bar.get_x() + bar.get_width() for bar in bars])
    starts = np.array([bar.get_x() for bar in bars])
    assert starts[1:-1] == pytest.approx(ends[:-2])
    assert ends[-2] == pytest.approx(parts.total, rel=2e-3)


def test_the_longest_bar_and_its_figure_stay_inside_when_it_comes_first():
    steps = [
        Step("before", 5.0, level=True),
        Step("less", -2.0, 0.1),
        Step("after", 3.0, level=True),
    ]
    ax = draw_contributions(steps, title="Why", unit="h", lang="en")
    ax.figure.canvas.draw()
    right = ax.get_window_extent().x1
    assert all(bar.get_window_extent().x1 < right for bar in ax.patches)
    assert all(text.get_window_extent().x1 < right for text in ax.texts)


def test_kinds_are_named_in_words_and_short_times_in_minutes() -> None:
    chain = vc.ValueChain(
        departments={"cook": {"kind": "operations"}, "it": {"kind": "it"}},
        customers={"guests": {}},
        services=[
            {"provider": "it", "client": "cook", "takes": "10 min", "sla": "6 min"},
            {"provider": "cook", "client": "guests", "takes": "20 min", "sla": "15 min"},
        ],
    )
    ax = vc.attribute(chain, "guests", by="kind", samples=64).plot(lang="es")
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert {"operaciones", "informática"} <= set(names)
    assert all(text.get_text().endswith("min") for text in ax.texts)
