"""What a map refuses, and how parallel services become one arrow."""

from __future__ import annotations

import math
from typing import Any

import pytest

from valuechain.errors import UsageError
from valuechain.plot import Edge, MapData, Node

TWO = (Node("a", "A"), Node("b", "B", "customer"))


@pytest.mark.parametrize(
    ("nodes", "edges", "unit", "words"),
    [
        ((), (), "h", "needs a node"),
        ((Node("a", "A"), Node("a", "B")), (), "h", "twice"),
        (TWO, (Edge("a", "ghost"),), "h", "no node"),
        (TWO, (Edge("a", "a"),), "h", "serves itself"),
        (TWO, (Edge("a", "b", weight=-0.1),), "h", "weight"),
        (TWO, (Edge("a", "b", weight=math.nan),), "h", "weight"),
        (TWO, (Edge("a", "b", count=0),), "h", "count"),
        ((Node("a", "A", value=math.nan),), (), "h", "None for not measured"),
        ((Node("a", "A", value=math.inf),), (), "h", "finite"),
        ((Node("a", "A", value=61.0),), (), "%", "shares"),
        ((Node("a", "A", rank=0),), (), "h", "ranks start at 1"),
    ],
)
def test_refusals_say_what_is_allowed(nodes: Any, edges: Any, unit: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as refusal:
        MapData(nodes=nodes, edges=edges, unit=unit)
    assert refusal.value.text("es") != refusal.value.text("en")


def test_parallel_services_share_an_arrow_that_hides_none_of_them() -> None:
    data = MapData(
        nodes=TWO,
        edges=(
            Edge("a", "b", 0.2, highlighted=True, label="61 %"),
            Edge("a", "b", 0.7, late=True, label="not highlighted, not shown"),
            Edge("a", "b", 0.1, count=3, measured=False),
        ),
    )
    (arrow,) = data.arrows()
    assert arrow == Edge("a", "b", 0.7, True, "61 %", count=5, measured=True, late=True)
