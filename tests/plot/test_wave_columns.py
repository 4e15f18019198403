"""The domino in columns: what stands where, how wide, and that nothing leaves its card."""

import pytest

import valuechain as vc
from valuechain.plot.wave_columns import BAR

ENTERPRISE = vc.trace_domino(vc.example("enterprise"), {"design": "1 w"}, samples=400)


def texts(ax, role):
    return [t.get_text() for t in ax.texts if t.get_label() == f"_{role}"]


@pytest.mark.parametrize(("lang", "first", "last"), [
    ("es", "donde golpea", "clientes"), ("en", "where it strikes", "customers")])  # fmt: skip
def test_waves_stand_from_left_to_right(lang, first, last):
    ax = ENTERPRISE.plot(lang=lang)
    heads = {t.get_text(): t.get_position()[0] for t in ax.texts if t.get_label() == "_wave"}
    assert list(heads) == sorted(heads, key=heads.get)
    assert (next(iter(heads)), list(heads)[-1]) == (first, last)


def test_bars_are_as_long_as_hours_are_many_and_slack_is_hatched():
    domino = vc.trace_domino(
        vc.example("design_delay"), {"finance": "6 h", "design": "4 h"}, samples=2_000
    )
    ax = domino.plot()
    drawn = [(p.get_width(), bool(p.get_hatch())) for p in ax.get_children()
             if type(p).__name__ == "Rectangle" and p.get_height() == BAR]  # fmt: skip
    waves = domino.table("waves")
    added = {key: waves.value(key, "added_hours") for key in waves.ids}
    plain = [wide for wide, hatched in drawn if not hatched]
    ratio = added["design>marketing"] / added["finance>sales"]
    assert plain[1] / plain[0] == pytest.approx(ratio, rel=1e-6)
    assert sum(hatched for _, hatched in drawn) == 2  # the offer's, and the legend's


def test_words_stay_inside_the_picture():
    ax = ENTERPRISE.plot()
    ax.figure.canvas.draw()
    window = ax.get_window_extent()
    for text in ax.texts:
        box = text.get_window_extent()
        assert window.x0 <= box.x0 <= box.x1 <= window.x1, text.get_text()


def test_a_blow_to_quality_is_drawn_in_shares():
    domino = vc.trace_domino(
        vc.example("design_delay"), {"services.design>marketing.quality": 0.5}, samples=200
    )
    assert all("%" in said for said in texts(domino.plot(), "value"))


def test_nothing_that_changes_is_a_picture_too():
    domino = vc.trace_domino(vc.example("design_delay"), {}, samples=50)
    assert texts(domino.plot(), "title")


def test_a_picture_of_few_cards_is_no_higher_than_they_need():
    few = vc.trace_domino(vc.example("design_delay"), {"design": "4 h"}, samples=200).plot()
    low, high = few.figure.get_size_inches()[1], ENTERPRISE.plot().figure.get_size_inches()[1]
    assert low < high <= 9
    bottom = min(text.get_position()[1] for text in few.texts if text.get_label() == "_value")
    assert bottom < 130  # points above the legend, not half a page
