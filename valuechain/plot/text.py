"""Words in pictures: which fonts can draw them, how long they are, where they wrap."""

from __future__ import annotations

import math
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
from matplotlib.textpath import TextToPath

from valuechain.errors import Text, ValueChainWarning
from valuechain.plot.style import LEADING

Weight = Literal["normal", "bold"]
BASE_FONT = "DejaVu Sans"  # comes with matplotlib
# Asked in this order for letters that the base font lacks; only those installed are used.
OTHER_FONTS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC",
    "Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans GB", "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei", "Droid Sans Fallback", "Yu Gothic", "Malgun Gothic", "Noto Sans Arabic",
    "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Tamil",
    "Noto Sans Thai", "Noto Sans Ethiopic", "Nirmala UI", "Leelawadee UI", "Noto Sans Symbols2",
    "Segoe UI Symbol", "Segoe UI", "Arial Unicode MS",
)  # fmt: skip
UNDRAWABLE = "□"
EMOJI_GLUE = "\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-16}"
ELLIPSIS = "…"
MAX_LINES = 4
_MEASURE_SIZE = 100.0
_ON_PIXELS = 1.03  # letters rounded to a grid of pixels are up to this much wider


@dataclass(frozen=True)
class Block:
    """Lines of text of one size, with their extent in points."""

    lines: tuple[str, ...]
    size: float
    weight: Weight
    width: float
    height: float

    @property
    def text(self) -> str:
        """The lines, as drawn."""
        return "\n".join(self.lines)


@cache
def families() -> tuple[str, ...]:
    """Return the font families for every text: the base font, then installed ones for the rest."""
    installed = set(fontManager.get_font_names())
    return (BASE_FONT, *(name for name in OTHER_FONTS if name in installed))


@cache
def _letters() -> frozenset[int]:
    """Return the code points that some font of `families` draws, in regular and in bold."""

    def drawn(weight: Weight) -> set[int]:
        files = (findfont(FontProperties(family=name, weight=weight)) for name in families())
        return {code for file in files for code in get_font(file).get_charmap()}

    return frozenset(drawn("normal") & drawn("bold"))


def font(size: float, weight: Weight = "normal") -> FontProperties:
    """Return the font of a text."""
    return FontProperties(family=list(families()), size=size, weight=weight)


def drawable(text: str, otherwise: str = "") -> str:
    r"""Return a text that can be drawn without a missing glyph, on one line.

    Signs that no installed font has (emoji, joiners) are left out. Where letters are missing,
    the text `otherwise` (an id) stands in if it can be drawn, else each missing letter is a
    box; a `ValueChainWarning`, once per process, then says what to install.

    Examples
    --------
    >>> drawable("  Diseño\n y   marca ")
    'Diseño y marca'
    """
    one_line = " ".join(unicodedata.normalize("NFC", text).split())
    missing = {char for char in one_line if ord(char) not in _letters()}
    signs = {char for char in missing if unicodedata.category(char)[0] in "SCM"}
    lost = missing - signs
    if signs:
        signs |= set(EMOJI_GLUE)
    if lost:
        _warn_about_fonts()
        if otherwise and all(ord(char) in _letters() for char in otherwise):
            return otherwise
    kept = (UNDRAWABLE if char in lost else char for char in one_line if char not in signs)
    return " ".join("".join(kept).split()) or otherwise


@cache
def _warn_about_fonts() -> None:
    doubt = Text(
        "some names use letters that no font installed here can draw; the picture shows the id "
        "or empty boxes instead. Installing the Noto fonts (on Debian and Ubuntu: "
        "fonts-noto-core, fonts-noto-cjk) mends it",
        "algunos nombres usan letras que ninguna fuente instalada puede dibujar; la imagen muestra "
        "el id o cuadros vacíos. Se arregla instalando las fuentes Noto (en Debian y Ubuntu: "
        "fonts-noto-core, fonts-noto-cjk)",
    )
    warnings.warn(ValueChainWarning(doubt), stacklevel=2)


@lru_cache(maxsize=8192)
def width_of(text: str, size: float, weight: Weight = "normal") -> float:
    """Return the width of one line in points, enough for any resolution."""
    wide, _, _ = TextToPath().get_text_width_height_descent(
        text, font(_MEASURE_SIZE, weight), ismath=False
    )
    return float(wide) * _ON_PIXELS * size / _MEASURE_SIZE


def wrap(text: str, width: float, size: float, weight: Weight = "normal") -> Block:
    """Break a text into balanced lines of at most `width` points.

    It breaks after spaces, hyphens and slashes, between ideographs, and inside a word only if the
    word alone is too long. Beyond `MAX_LINES` lines it ends in an ellipsis.

    Examples
    --------
    >>> wrap("Atención al cliente", 80, 10).lines
    ('Atención', 'al cliente')
    """
    pieces = [part for word in _pieces(text) for part in _cut(word, width, size, weight)]
    lines = _fill(pieces, width, size, weight)
    if len(lines) > MAX_LINES:
        lines = lines[:MAX_LINES]
        lines[-1] = _shorten(lines[-1], width, size, weight)
    elif len(lines) > 1:
        # The narrowest width that needs no more lines makes them equally long.
        low, high = 0.0, width
        for _ in range(12):
            middle = (low + high) / 2
            fits = max(width_of(piece.strip(), size, weight) for piece in pieces) <= middle
            if fits and len(_fill(pieces, middle, size, weight)) == len(lines):
                high = middle
            else:
                low = middle
        lines = _fill(pieces, high, size, weight)
    wide = max((width_of(line, size, weight) for line in lines), default=0.0)
    return Block(tuple(lines), size, weight, wide, len(lines) * size * LEADING)


def longest_piece(text: str, size: float, weight: Weight = "normal") -> float:
    """Return the width below which some word would have to be cut."""
    return max((width_of(piece.strip(), size, weight) for piece in _pieces(text)), default=0.0)


def _pieces(text: str) -> Iterator[str]:
    """Yield the pieces between which a line may break, spaces kept at their ends."""
    piece = ""
    for char in text:
        if piece and _may_break(piece[-1], char):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    kind = unicodedata.category(after)
    if before in " -/·":
        return after != " "
    if unicodedata.category(before) == "Ps":
        return False
    return (_wide(before) and kind[0] not in "PZM") or (_wide(after) and kind == "Lo")


def _wide(char: str) -> bool:
    """Tell whether a letter is as wide as high: those scripts need no spaces between words."""
    return unicodedata.east_asian_width(char) in "WF"


def _cut(word: str, width: float, size: float, weight: Weight) -> Iterable[str]:
    """Cut a word longer than a line, evenly, with hyphens, never before a combining mark."""
    whole = width_of(word.strip(), size, weight)
    if whole > width:
        width = min(width, 1.15 * whole / math.ceil(1.1 * whole / width))
    while len(word) > 3 and width_of(word.strip(), size, weight) > width:
        at = max(
            (n for n in range(2, len(word) - 1) if width_of(word[:n] + "-", size, weight) <= width),
            default=2,
        )
        while at > 1 and unicodedata.category(word[at])[0] == "M":
            at -= 1
        yield word[:at] + "-"
        word = word[at:]
    yield word


def _fill(pieces: list[str], width: float, size: float, weight: Weight) -> list[str]:
    lines: list[str] = []
    for piece in pieces:
        joined = (lines[-1] + piece) if lines else piece
        if lines and width_of(joined.strip(), size, weight) <= width:
            lines[-1] = joined
        else:
            lines.append(piece)
    return [line.strip() for line in lines]


def _shorten(line: str, width: float, size: float, weight: Weight) -> str:
    while line and width_of(line + ELLIPSIS, size, weight) > width:
        line = line[:-1]
    return line.rstrip(" -") + ELLIPSIS
