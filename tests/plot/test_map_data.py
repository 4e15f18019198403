"""What a map refuses, and how parallel services become one arrow."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.plot.map_samples import company, three
from valuechain.errors import UsageError
from valuechain.plot import Edge, MapData, Node, draw_bottleneck_map
from valuechain.plot.map_data import MOST_ARROWS, MOST_NODES

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


def test_a_small_map_is_drawn_in_full() -> None:
    assert three().focused() == three()


def test_a_huge_map_keeps_what_matters_and_says_what_it_omits() -> None:
    data = company(200, 3000)
    small = data.focused()
    assert len(small.nodes) == MOST_NODES
    assert len(small.arrows()) == MOST_ARROWS
    assert small.caption.startswith(data.caption)
    assert f"{MOST_NODES} de {len(data.nodes)}" in small.caption
    assert f"{MOST_ARROWS} de" in small.caption
    kept = {node.id for node in small.nodes}
    assert {node.id for node in data.nodes if node.rank} <= kept
    pointed = {edge.pair for edge in data.edges if edge.highlighted}
    assert pointed <= {edge.pair for edge in small.edges}
    lightest_kept = min(edge.weight for edge in small.edges if not edge.highlighted)
    omitted = [e for e in data.edges if kept.issuperset(e.pair) and e not in small.edges]
    assert max(edge.weight for edge in omitted) <= lightest_kept


def test_the_picture_of_a_huge_map_says_so() -> None:
    nodes = tuple(Node(f"d{i:03}", f"D{i}", value=float(i)) for i in range(150))
    texts = draw_bottleneck_map(MapData(nodes=nodes, lang="en"), engine="layered").texts
    assert "100 of 150 departments and customers shown." in [text.get_text() for text in texts]
