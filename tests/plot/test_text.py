"""Words: wrapped so that nothing is lost, and drawn without a missing glyph."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuechain.errors import ValueChainWarning
from valuechain.plot import text
from valuechain.plot.words import number, quantity

CHINESE = "设计部"


@pytest.fixture
def only_base_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As on a machine with no font but matplotlib's own, in a new process."""
    caches = (text.families, text._letters, text._warn_about_fonts)
    monkeypatch.setattr(text, "OTHER_FONTS", ())
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


WORDS = st.lists(
    st.text(st.characters(codec="latin-1", categories=["L", "N"]), min_size=1, max_size=9),
    min_size=1,
    max_size=4,
)


@given(WORDS, st.floats(70, 200))
def test_wrapping_loses_nothing_and_keeps_to_the_width(words: list[str], width: float) -> None:
    block = text.wrap(" ".join(words), width, 10)
    assert " ".join(block.lines).replace("- ", "") == " ".join(words) or len(block.lines) == 4
    for line in block.lines:
        assert text.width_of(line, 10) <= width
    assert block.width <= width


def test_lines_are_balanced() -> None:
    lines = text.wrap("Soporte técnico de segundo nivel", 110, 10).lines
    assert lines == ("Soporte técnico", "de segundo nivel")


def test_ideographs_break_anywhere_but_not_before_a_stop() -> None:
    pieces = list(text._pieces("产品设计。部门"))
    assert pieces == ["产", "品", "设", "计。", "部", "门"]


def test_a_word_longer_than_a_line_is_cut_with_a_hyphen_not_off_its_accents() -> None:
    word = unicodedata.normalize("NFD", "ñ" * 40)
    lines = text.wrap(word, 60, 10).lines
    assert len(lines) > 1
    for line in lines:
        assert not unicodedata.combining(line[0])


def test_what_is_too_long_for_four_lines_ends_in_an_ellipsis() -> None:
    block = text.wrap("uno dos tres " * 30, 60, 10)
    assert len(block.lines) == text.MAX_LINES
    assert block.lines[-1].endswith("…")
    assert block.width <= 60


@pytest.mark.usefixtures("only_base_font")
def test_a_name_without_a_font_gives_way_to_its_id_and_one_warning() -> None:
    with pytest.warns(ValueChainWarning, match="fonts-noto-cjk"):
        assert text.drawable(CHINESE, "design") == "design"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert text.drawable(CHINESE, CHINESE) == "□□□"


@pytest.mark.usefixtures("only_base_font")
def test_signs_without_a_font_are_left_out_in_silence() -> None:
    assert text.drawable("🚀 Ventas 👩‍🔧", "sales") == "Ventas"
    assert text.drawable("🚀", "sales") == "sales"


def test_letters_of_many_scripts_are_drawn_as_they_are() -> None:
    for name in ("Регулятор", "Διεύθυνση", "قسم العمليات", "Đối tác", "Ägypten"):
        assert text.drawable(name) == unicodedata.normalize("NFC", name)


@given(st.text())
def test_whatever_is_drawable_is_drawn_without_a_warning(anything: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ValueChainWarning)
        kept = text.drawable(anything, "id")
    assert "\n" not in kept
    assert text.width_of(kept, 10) >= 0
    assert text.width_of(kept, 10, "bold") >= 0


def test_twice_the_size_is_twice_the_width() -> None:
    assert text.width_of("Diseño", 20) == pytest.approx(2 * text.width_of("Diseño", 10))


def test_numbers_as_each_language_writes_them() -> None:
    assert number(1234.5, "en") == "1,234"
    assert number(1234.5, "es") == "1\N{NO-BREAK SPACE}234"
    assert number(-0.25, "es") == "\N{MINUS SIGN}0,25"
    assert quantity(0.61, "%", "es") == "61\N{NO-BREAK SPACE}%"
    assert quantity(-0.0, "", "en") == "0"
