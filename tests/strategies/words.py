"""Ids, names and texts, as people write them and as YAML could misread them."""

from __future__ import annotations

import string
import unicodedata

from hypothesis import strategies as st

_SOME_LETTERS = (
    string.ascii_letters + "ñáüßøŁ" + "жЩ" + "αΩ" + "中文字" + "あア" + "عربي" + "עב" + "ไท"
)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def ids() -> st.SearchStrategy[str]:
    """A letter of any script first, then letters, digits, ``_`` and ``-``."""
    rest = st.text(_SOME_LETTERS + string.digits + "_-", max_size=6)
    awkward = st.sampled_from(["no", "on", "null", "y", "yes", "true", "e1", "sla", "serves", "a-"])
    return st.builds(str.__add__, st.sampled_from(_SOME_LETTERS), rest).map(_composed) | awkward


def names() -> st.SearchStrategy[str]:
    """Text for people: any printable character, and what YAML could take for something else."""
    awkward = st.sampled_from(
        [
            *("", "no", "null", "~", "12", "1:30", "0,78", "2024-01-01", "=1+1", "<b>", "\\n"),
            *("- a", "a: b", "a #b", "#", "|", "a\nb\n", " a ", "a\u2028b", "\ufeff", "\u00a0"),
            *("{a}", "[a]", "*a", "&a", "!a", "%a", "@a", "`a`", "'a'", '"a"'),
            *("🙂 café", "日本語 😀", "عربي"),
        ]
    )
    return st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20).map(
        _composed
    ) | awkward.map(_composed)


def texts() -> st.SearchStrategy[list[str]]:
    return st.lists(names(), max_size=3)
