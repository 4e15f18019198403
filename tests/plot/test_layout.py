"""Layouts: every box apart, arrows to the right, the same for any order of the input."""

from __future__ import annotations

import random
import warnings
from importlib import metadata
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuechain.errors import ValueChainWarning
from valuechain.plot import layered_engine
from valuechain.plot import layout as layout_module
from valuechain.plot.curves import flatten, lengths, without_end
from valuechain.plot.layout import EngineName, Layout, Link, Size, arrange, feedback_links

ENGINES: list[EngineName] = ["dot", "layered"]
NAMES = [f"n{i}" for i in range(9)]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, Size], list[Link], set[str]]:
    """Boxes of any size, links with and without labels, cycles, the lone and the unserved."""
    pairs = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(
        lambda pair: pair[0] != pair[1]
    )
    side = st.floats(10, 120)
    signs = st.none() | st.builds(Size, st.floats(10, 90), st.floats(10, 30))
    links = [
        Link(*pair, priority=draw(st.sampled_from([1.0, 3.0])), sign=draw(signs))
        for pair in draw(st.sets(pairs, max_size=18))
    ]
    sizes = {name: Size(draw(side), draw(side)) for name in NAMES}
    sinks = [name for name in NAMES if all(link.provider != name for link in links)]
    last = draw(st.sets(st.sampled_from(sinks))) if sinks else set()
    return sizes, links, last


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_feedback_is_a_minimal_set_without_which_nothing_is_cyclic(
    graph: tuple[dict[str, Size], list[Link], set[str]],
) -> None:
    sizes, links, last = graph
    back = feedback_links(sizes, links, last)
    rest = nx.DiGraph([link.pair for link in links if link.pair not in back])
    assert nx.is_directed_acyclic_graph(rest)
    for a, b in back:
        assert nx.has_path(rest, b, a)


def test_the_link_away_from_the_customers_is_the_one_drawn_backwards() -> None:
    links = [Link("it", "sales"), Link("sales", "it"), Link("sales", "shop")]
    assert feedback_links(["it", "sales", "shop"], links) == {("sales", "it")}


def test_a_link_of_high_priority_stays_forwards() -> None:
    links = [Link("a", "b"), Link("b", "a", priority=3.0)]
    assert feedback_links(["a", "b"], links) == {("a", "b")}


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_boxes_and_signs_stay_apart_and_inside(
    engine: EngineName, graph: tuple[dict[str, Size], list[Link], set[str]]
) -> None:
    sizes, links, last = graph
    found = arrange(sizes, links, last, engine=engine)
    placed = [(found.centres[name], sizes[name]) for name in sizes]
    placed += [(found.signs[link.pair], link.sign) for link in links if link.sign]
    for (x, y), (width, height) in placed:
        assert width / 2 - 0.1 <= x <= found.width - width / 2 + 0.1
        assert height / 2 - 0.1 <= y <= found.height - height / 2 + 0.1
    for ((x1, y1), (w1, h1)), ((x2, y2), (w2, h2)) in combinations(placed, 2):
        assert abs(x1 - x2) >= (w1 + w2) / 2 - 0.1 or abs(y1 - y2) >= (h1 + h2) / 2 - 0.1
    assert set(found.curves) == {link.pair for link in links}
    for name in last:
        assert found.centres[name][0] == max(x for x, _ in found.centres.values())


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=40, deadline=None)
@given(graph=graphs())
def test_arrows_run_right_but_for_feedback_and_end_at_their_boxes(
    engine: EngineName, graph: tuple[dict[str, Size], list[Link], set[str]]
) -> None:
    sizes, links, last = graph
    found = arrange(sizes, links, last, engine=engine)
    for pair, curve in found.curves.items():
        ends = [found.centres[name][0] for name in pair]
        assert (ends[0] < ends[1]) != (pair in found.feedback)
        for name, point in zip(pair, (curve[0], curve[-1]), strict=True):
            away = np.abs(point - np.array(found.centres[name])) - np.array(sizes[name]) / 2
            assert away.max() < 1.0


@settings(max_examples=60, deadline=None)
@given(graph=graphs())
def test_no_arrow_of_the_layered_engine_crosses_a_box(
    graph: tuple[dict[str, Size], list[Link], set[str]],
) -> None:
    sizes, links, last = graph
    found = arrange(sizes, links, last, engine="layered")
    for pair, curve in found.curves.items():
        for name in set(sizes) - set(pair):
            inside = np.abs(curve - found.centres[name]) < np.array(sizes[name]) / 2 - 0.5
            assert not inside.all(axis=1).any()


@given(st.lists(st.floats(-300, 300), min_size=3, max_size=3), st.floats(1, 80))
def test_a_passing_arrow_keeps_to_its_lane(levels: list[float], half: float) -> None:
    slope = layered_engine._slope([0.0, 120.0, 260.0], levels, half)
    assert abs(slope) * half <= layered_engine.LANE_PLAY + 1e-9
    assert slope == 0 or slope * (levels[2] - levels[0]) > 0


def _example(seed: int) -> tuple[dict[str, Size], list[Link]]:
    dice = random.Random(seed)
    sizes = {name: Size(dice.uniform(40, 90), dice.uniform(20, 50)) for name in NAMES}
    pairs = sorted({tuple(dice.sample(NAMES, 2)) for _ in range(16)})
    return sizes, [Link(a, b, sign=Size(30, 12) if a < b else None) for a, b in pairs]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_order_of_the_input_changes_nothing(engine: EngineName) -> None:
    sizes, links = _example(3)
    one = arrange(sizes, links, engine=engine)
    other = arrange(dict(reversed(sizes.items())), links[::-1], engine=engine)
    assert one.centres == other.centres
    assert one.feedback == other.feedback
    assert all(np.array_equal(one.curves[pair], other.curves[pair]) for pair in one.curves)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_layout_is_spread_to_the_shape_of_its_room(engine: EngineName) -> None:
    sizes, links = _example(4)
    for aspect in (0.3, 0.6, 1.0):
        found = arrange(sizes, links, aspect=aspect, engine=engine)
        assert found.height / found.width == pytest.approx(aspect, rel=0.2)


@pytest.mark.parametrize("engine", ENGINES)
def test_one_box_alone_and_boxes_without_links_are_layouts(engine: EngineName) -> None:
    lone = arrange({"a": Size(50, 20)}, [], engine=engine)
    assert lone.centres == {"a": (25.0, 10.0)}
    two = arrange({"a": Size(50, 20), "b": Size(50, 20)}, [], last=["b"], engine=engine)
    assert two.centres["a"] != two.centres["b"]


def test_no_word_of_a_user_reaches_graphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    pygraphviz: Any = pytest.importorskip("pygraphviz")
    seen = []
    plain = pygraphviz.AGraph.layout

    def layout(graph: Any, prog: str) -> None:
        seen.append(graph.to_string())
        plain(graph, prog=prog)

    monkeypatch.setattr(pygraphviz.AGraph, "layout", layout)
    evil = 'x"; n0 -> n1; //'
    arrange({evil: Size(9, 9), "secret": Size(9, 9)}, [Link(evil, "secret")], engine="dot")
    assert len(seen) == 1
    assert "secret" not in seen[0]
    assert "//" not in seen[0]
    assert "constraint=false" not in seen[0]
    arrange({"a": Size(9, 9), "b": Size(9, 9)}, [Link("a", "b"), Link("b", "a")], engine="dot")
    assert seen[1].count("constraint=false") == 1


@pytest.mark.parametrize("version", [None, "1.14", "2.0.3"])
def test_without_a_fit_pygraphviz_the_hint_comes_once(
    version: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def installed(name: str) -> str:
        if version is None:
            raise metadata.PackageNotFoundError(name)
        return version

    monkeypatch.setattr(metadata, "version", installed)
    layout_module._hint.cache_clear()
    with pytest.warns(ValueChainWarning, match=r"valuechain\[diagrams\]"):
        assert layout_module.available_engine() == "layered"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert layout_module.available_engine() == "layered"
        assert isinstance(arrange({"a": Size(9, 9)}, []), Layout)


def test_the_first_fit_pygraphviz_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("2.0.4", "2.1", "3.0rc1", "10.0.0"):
        monkeypatch.setattr(metadata, "version", lambda name, version=version: version)
        assert layout_module.available_engine() == "dot"


def test_a_flat_bezier_is_a_line_and_is_cut_where_asked() -> None:
    line = flatten(np.array([[0, 0], [10, 0], [20, 0], [30, 0.0]]))
    assert lengths(line)[-1] == pytest.approx(30)
    rest, end = without_end(line, 6.0)
    assert rest[-1] == pytest.approx([24.0, 0.0])
    assert end[1] == pytest.approx([30.0, 0.0])


def test_a_bezier_agrees_with_its_subdivision() -> None:
    """De Casteljau's point at a half lies on the polyline."""
    control = np.array([[0, 0], [3, 8], [11, -4], [14, 2.0]])
    level = control
    while len(level) > 1:
        level = (level[:-1] + level[1:]) / 2
    line = flatten(control, segments=10)
    assert line[5] == pytest.approx(level[0])
