"""YAML of a chain that went wrong."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.strategies.chains import chains
from valuechain.schema.writer import to_yaml

_SPLINTERS = [
    *("{", "}", "[", "]", ":", ": ", "- ", ",", "#", "&a ", "*a", "!!x ", "|", ">", "'", '"', "\t"),
    *(
        "<<: ",
        "? ",
        "---",
        "...",
        "%",
        "@",
        "\n",
        "\r",
        " ",
        "~",
        "null",
        "0,78",
        "900.000",
        "1:30",
    ),
    *("-1", ".nan", "1e999", "serves", "sla", "takes", "departments"),
    *("\u2028", "\ufeff", "\x07", "é"),
]


@st.composite
def broken_yaml(draw: st.DrawFn) -> str:
    """The YAML of a chain with a few splinters in it, lines moved, or its end cut off."""
    text = to_yaml(draw(chains(max_departments=3)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            text = text[:at]
        elif kind == 1:
            text = text[:at] + text[at + draw(st.integers(1, 9)) :]
        elif kind == 2:
            lines = text.split("\n")
            line = draw(st.integers(0, len(lines) - 1))
            text = "\n".join([*lines[line:], *lines[:line]])
        elif kind == 3:
            lines = text.split("\n")
            line = draw(st.integers(0, len(lines) - 1))
            lines[line] = draw(st.sampled_from(["  ", " ", ""])) + lines[line].strip()
            text = "\n".join(lines)
        else:
            text = text[:at] + draw(st.sampled_from(_SPLINTERS)) + text[at:]
    return text
