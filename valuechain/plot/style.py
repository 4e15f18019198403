"""How pictures look: colours, widths and type sizes, in one place.

Colours are chosen so that lightness alone tells the order: the picture survives a grey printer
and the common colour-vision deficiencies. No meaning rests on colour only.
"""

from __future__ import annotations

from functools import cache

from matplotlib.colors import LinearSegmentedColormap, to_rgb

PAPER = "#ffffff"
BLACK = "#000000"
INK = "#1d2129"
MUTED = "#5c6470"
ARROW = "#66707d"
STRONG = "#16191f"
BLANK_FILL = "#ececec"
BLANK_LINE = "#8d9299"
BLANK_HATCH = "#cfcfcf"
CUSTOMER_FILL = "#e3eef9"
CUSTOMER_LINE = "#2a5f98"

# Cream to aubergine; CIELAB lightness falls in equal steps from 95 to 22.
HEAT_STOPS = ("#fff0cf", "#ffcb7d", "#f59a4c", "#d9643f", "#a33650", "#5c1747")

# Type sizes and lines in points, before the map is scaled to its room.
NAME_SIZE = 10.0
VALUE_SIZE = 10.0
NOTE_SIZE = 8.5
TAG_SIZE = 8.5
LEADING = 1.2
PAD_X = 7.0
PAD_Y = 5.0
BADGE = 18.0
CORNER = 5.0
BORDER_MIN, BORDER_MAX = 0.9, 3.6
ARROW_MIN, ARROW_MAX = 0.9, 5.0
MAX_SCALE = 1.9

# The frame around the map, in points on a canvas of 1152 x 648.
CANVAS = (1152.0, 648.0)
CANVAS_DPI = 120.0  # of which the canvas fills a projector of 1920 by 1080
MARGIN = 20.0
TITLE_SIZE = 24.0
LEGEND_SIZE = 11.0


@cache
def heat() -> LinearSegmentedColormap:
    """Return the sequential colour map of values, pale for nothing, dark for the most."""
    return LinearSegmentedColormap.from_list("valuechain_heat", HEAT_STOPS)


def luminance(colour: str | tuple[float, float, float]) -> float:
    """Return the relative luminance of a colour, 0 black to 1 white (WCAG 2.2).

    Examples
    --------
    >>> luminance("#ffffff"), luminance("#000000")
    (1.0, 0.0)
    """
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str | tuple[float, float, float], other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str | tuple[float, float, float]) -> str:
    """Return the text colour, black or white, that reads better on a ground: 4.5 to 1 or more.

    Examples
    --------
    >>> ink_on(HEAT_STOPS[-1]), ink_on(HEAT_STOPS[0])
    ('#ffffff', '#000000')
    """
    return max((BLACK, PAPER), key=lambda ink: contrast(colour, ink))
