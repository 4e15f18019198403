"""Every verb has a page that answers the same questions, and names every column it gives."""

from __future__ import annotations

from pathlib import Path

import pytest

import valuechain as vc
from tests.contracts.calls import CALLS, answer

PAGES = Path(__file__).parents[2] / "docs" / "analyzers"
VERBS = sorted(vc.ANALYZERS)
PARTS = ("**Question.**", "**Example.**", "**How to read it.**", "**References.**")


def page(verb):
    return (PAGES / f"{verb}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", VERBS)
def test_it_has_a_page(verb):
    assert (PAGES / f"{verb}.md").exists()
    first = page(verb).splitlines()[0]
    assert first.startswith("# ")
    assert first.endswith(f"`{verb}`")
    for part in PARTS:
        assert part in page(verb), part
    assert "loops" in page(verb)
    assert "ost" in page(verb)  # **Cost.**, or "loops and cost"


@pytest.mark.parametrize("verb", VERBS)
def test_the_page_names_every_column(verb):
    given = {
        column.name
        for name in CALLS[verb].on
        for table in answer(verb, name).tables.values()
        for column in table.columns
    }
    assert {column for column in given if f"`{column}`" not in page(verb)} == set()
