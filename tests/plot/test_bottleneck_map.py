"""The map itself, measured as the reader sees it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import matplotlib
import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from tests.plot.map_samples import company, eight, three
from valuechain.plot import Edge, MapData, Node, draw_bottleneck_map
from valuechain.plot.layout import EngineName

ENGINES: list[EngineName] = ["dot", "layered"]
SAMPLES: dict[str, Callable[[], MapData]] = {
    "three": three,
    "eight": eight,
    **{f"thirty-{seed}": lambda seed=seed: company(30, 65, seed) for seed in range(4)},
    **{f"twelve-{seed}": lambda seed=seed: company(12, 18, seed) for seed in range(8)},
    "thirty in english": lambda: company(30, 75, 9, lang="en"),
    "sixty": lambda: company(60, 130),
}
pytestmark = pytest.mark.filterwarnings("ignore:some names use letters")


def _role(artist: Artist) -> str:
    return str(artist.get_label()).removeprefix("_")


def _boxes(ax: Axes) -> dict[str, Bbox]:
    """Return the bodies of departments, customers, tags and discs in pixels, by artist."""
    found = {}
    for k, artist in enumerate(ax.get_children()):
        if _role(artist).startswith(("box", "tag")) and not isinstance(artist, Text):
            found[f"{_role(artist)} {k}"] = artist.get_window_extent()
    return found


def _texts(ax: Axes) -> list[tuple[str, Bbox]]:
    canvas = ax.figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    renderer = canvas.get_renderer()
    return [
        (f"{_role(text)}: {text.get_text()}", text.get_window_extent(renderer))
        for text in ax.texts
        if text.get_text()
    ]


def _apart(one: Bbox, other: Bbox) -> bool:
    return bool(
        one.x0 >= other.x1 or other.x0 >= one.x1 or one.y0 >= other.y1 or other.y0 >= one.y1
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SAMPLES)
def test_no_label_lies_on_another_or_on_a_box_of_another_or_leaves_the_picture(
    name: str, engine: EngineName
) -> None:
    ax = draw_bottleneck_map(SAMPLES[name](), engine=engine)
    texts, boxes = _texts(ax), _boxes(ax)
    assert len(boxes) > len(SAMPLES[name]().nodes) - 1
    for word, extent in texts:
        assert ax.figure.bbox.x0 <= extent.x0, word
        assert extent.x1 <= ax.figure.bbox.x1, word
        assert ax.figure.bbox.y0 <= extent.y0, word
        assert extent.y1 <= ax.figure.bbox.y1, word
    for (word, one), (other_word, other) in combinations(texts, 2):
        # Glyph boxes of the lines of one label touch; the pixel is for rounding.
        shrunk = Bbox.from_extents(one.x0, one.y0 + 1, one.x1, one.y1 - 1)
        assert _apart(shrunk, other), (word, other_word)
    for word, extent in texts:
        middle = np.array([(extent.x0 + extent.x1) / 2, (extent.y0 + extent.y1) / 2])
        touched = [gid for gid, box in boxes.items() if not _apart(extent, box)]
        homes = [gid for gid in touched if boxes[gid].contains(*middle)]
        if word.startswith(("title", "caption", "legend:")):
            assert not touched, (word, touched)
        else:
            assert len(touched) == len(homes) == 1, (word, touched)
            home = boxes[homes[0]]
            assert home.x0 <= extent.x0, word
            assert extent.x1 <= home.x1, word
    for (gid, one), (other_gid, other) in combinations(boxes.items(), 2):
        assert _apart(one, other), (gid, other_gid)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", SAMPLES)
def test_arrows_pass_no_box_of_others(name: str, engine: EngineName) -> None:
    data = SAMPLES[name]()
    ax = draw_bottleneck_map(data, engine=engine)
    artists = {_role(artist): artist for artist in ax.get_children()}
    bodies = {
        node.id: artists[f"box {node.id}"].get_window_extent().padded(-1) for node in data.nodes
    }
    for edge in data.arrows():
        shaft = artists[f"arrow {edge.provider}>{edge.client}"]
        assert isinstance(shaft, PathPatch)
        points = shaft.get_transform().transform(shaft.get_path().vertices)
        for other in set(bodies) - set(edge.pair):
            assert not bodies[other].count_contains(points), (edge.pair, other)


def test_the_overlap_check_sees_an_overlap() -> None:
    one = Bbox.from_extents(0, 0, 10, 10)
    assert not _apart(one, Bbox.from_extents(9, 9, 20, 20))
    assert _apart(one, Bbox.from_extents(10, 0, 20, 10))


@pytest.mark.parametrize("engine", ENGINES)
def test_every_name_value_and_pair_of_services_is_in_the_picture(engine: EngineName) -> None:
    data = company(30, 65)
    ax = draw_bottleneck_map(data, engine=engine)
    names = " ".join(text.get_text() for text in ax.texts if _role(text) == "name")
    for node in data.nodes:
        assert all(word in names for word in node.label.split())
    values = [text.get_text() for text in ax.texts if _role(text) == "value"]
    departments = [node for node in data.nodes if node.kind == "department"]
    assert len(values) == len(departments)
    assert values.count("?") == sum(node.value is None for node in departments)
    ranks = sorted(text.get_text() for text in ax.texts if _role(text) == "rank")
    assert ranks == ["1", "2", "3", "4", "5"]
    shafts = [p for p in ax.get_children() if _role(p).startswith("arrow")]
    assert len(shafts) == len({edge.pair for edge in data.edges})


def _body(ax: Axes, name: str) -> FancyBboxPatch:
    (body,) = [p for p in ax.get_children() if _role(p) == f"box {name}"]
    assert isinstance(body, FancyBboxPatch)
    return body


def test_values_show_in_colour_in_border_and_in_words() -> None:
    values = [0.0, 1.0, 4.0, 9.0]
    nodes = tuple(Node(f"d{k}", f"D{k}", value=value) for k, value in enumerate(values))
    ax = draw_bottleneck_map(MapData(nodes=nodes, unit="h", lang="en"))
    bodies = [_body(ax, node.id) for node in nodes]
    borders = [body.get_linewidth() for body in bodies]
    assert borders == sorted(borders)
    assert len(set(borders)) == 4
    greys = [float(np.dot(body.get_facecolor()[:3], [0.2126, 0.7152, 0.0722])) for body in bodies]
    assert greys == sorted(greys, reverse=True)
    assert len(set(greys)) == 4
    said = [text.get_text() for text in ax.texts if _role(text) == "value"]
    assert said == ["0\N{NO-BREAK SPACE}h", "1\N{NO-BREAK SPACE}h", "4\N{NO-BREAK SPACE}h",
                    "9\N{NO-BREAK SPACE}h"]  # fmt: skip


def test_zero_and_not_measured_do_not_look_alike() -> None:
    nodes = (Node("zero", "Zero", value=0.0), Node("blank", "Blank"), Node("top", "T", value=1.0))
    ax = draw_bottleneck_map(MapData(nodes=nodes, lang="es"))
    hatched = [p for p in ax.patches if isinstance(p, FancyBboxPatch) and p.get_hatch()]
    hatched += [p for p in ax.artists if isinstance(p, FancyBboxPatch) and p.get_hatch()]
    assert len(hatched) == 2  # the department, and its key in the legend
    words = [text.get_text() for text in ax.texts]
    assert "sin medir" in words
    assert words.count("?") == 2


def test_the_legend_names_what_is_there_and_only_that() -> None:
    def legend(data: MapData) -> str:
        texts = draw_bottleneck_map(data).texts
        return " | ".join(text.get_text() for text in texts if _role(text) == "legend")

    small = MapData(nodes=(Node("a", "A", value=1.0), Node("b", "B", value=2.0)),
                    edges=(Edge("a", "b"),), value_label="hours")  # fmt: skip
    plain = legend(small)
    assert "hours" in plain
    assert "department" in plain
    for absent in ("customer", "not measured", "late", "several", "loop", "order"):
        assert absent not in plain
    full = legend(eight())
    for word in ("customer", "not measured", "late", "several", "loop", "order"):
        assert word in full
    spanish = legend(replace(eight(), lang="es"))
    for word in ("cliente externo", "sin medir", "tarde", "varios", "ciclo", "orden"):
        assert word in spanish


def _dashed(ax: Axes) -> set[str]:
    return {
        _role(p)
        for p in ax.get_children()
        if _role(p).startswith("arrow") and p.get_linestyle() not in ("solid", "-")
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_only_what_closes_a_cycle_is_dashed(engine: EngineName) -> None:
    ax = draw_bottleneck_map(eight(), engine=engine)
    assert _dashed(ax) == {"arrow hr>it", "arrow sales>ops", "arrow care>it"}


def test_arrows_are_wider_the_more_they_weigh_and_grey_and_hollow_unmeasured() -> None:
    nodes = tuple(Node(c, c.upper(), value=1.0) for c in "abcd")
    edges = (Edge("a", "b", 0.1), Edge("a", "c", 0.5), Edge("a", "d", 1.0, measured=False))
    ax = draw_bottleneck_map(MapData(nodes=nodes, edges=edges))
    shafts = {_role(p): p for p in ax.get_children() if isinstance(p, PathPatch)}
    widths = [shafts[f"arrow a>{c}"].get_linewidth() for c in "bcd"]
    assert widths == sorted(widths)
    assert widths[2] > 1.5 * widths[1] > 2 * widths[0]
    assert shafts["arrow a>d"].get_edgecolor() != shafts["arrow a>c"].get_edgecolor()
    heads = [p for p in ax.get_children() if _role(p) == "head of arrow a>d"]
    assert isinstance(heads[0], Polygon)
    assert heads[0].get_facecolor()[:3] == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_order_of_nodes_and_edges_changes_no_pixel(engine: EngineName) -> None:
    data = company(12, 25)
    turned = replace(data, nodes=data.nodes[::-1], edges=data.edges[::-1])
    one, other = (np.asarray(_drawn(d, engine).buffer_rgba()) for d in (data, turned))
    assert np.array_equal(one, other)


def _drawn(data: MapData, engine: EngineName) -> FigureCanvasAgg:
    canvas = draw_bottleneck_map(data, engine=engine).figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    return canvas


@pytest.mark.parametrize("size", [(16, 9), (9, 9), (6, 4), (30, 6)])
def test_it_fits_into_axes_of_any_size_beside_others(size: tuple[float, float]) -> None:
    figure = Figure(figsize=size)
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, 2)
    other = axes[1].get_window_extent().extents.tolist()
    drawn = draw_bottleneck_map(three(), axes[0])
    assert drawn is axes[0]
    room = axes[0].get_window_extent()
    for word, extent in _texts(drawn):
        assert room.x0 - 1 <= extent.x0, word
        assert extent.x1 <= room.x1 + 1, word
        assert room.y0 - 1 <= extent.y0, word
        assert extent.y1 <= room.y1 + 1, word
    assert axes[1].get_window_extent().extents.tolist() == other


def test_settings_of_the_user_are_neither_changed_nor_felt() -> None:
    plain = np.asarray(_drawn(three(), "layered").buffer_rgba()).copy()
    odd = {"font.size": 40.0, "axes.facecolor": "red", "lines.linewidth": 9.0,
           "lines.scale_dashes": False, "path.sketch": (3, 50, 2)}  # fmt: skip
    with matplotlib.rc_context(odd):
        before = dict(matplotlib.rcParams)
        ax = draw_bottleneck_map(three(), engine="layered")
        assert dict(matplotlib.rcParams) == before
    canvas = ax.figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    assert np.array_equal(np.asarray(canvas.buffer_rgba()), plain)


def test_pyplot_is_never_imported() -> None:
    code = (
        "import sys; from valuechain.plot import *; "
        "d = MapData(nodes=(Node('a', 'A'), Node('b', 'B')), edges=(Edge('a', 'b'),)); "
        "draw_bottleneck_map(d, engine='layered'); print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "data",
    [
        MapData(nodes=(Node("a", "A"),)),
        MapData(nodes=(Node("c", "C", "customer"),), title="Nobody serves C."),
        MapData(nodes=(Node("a", "A", value=0.0), Node("b", "B", value=0.0))),
        MapData(nodes=(Node("a", "A", value=-0.2), Node("b", "B", value=-0.1)), unit="%"),
        MapData(nodes=(Node("a", " "), Node("b", "🚀")), edges=(Edge("a", "b"),)),
        MapData(nodes=(Node("a", "A " * 300, note="n " * 300),), title="t " * 900,
                value_label="v " * 200, weight_label="w " * 200, caption="c " * 900),
    ],
    ids=["lone", "customer", "zeros", "negative", "unsaid", "endless"],
)  # fmt: skip
def test_bare_and_excessive_maps_are_drawn_too(data: MapData) -> None:
    ax = draw_bottleneck_map(data)
    for word, extent in _texts(ax):
        assert extent.x1 <= ax.figure.bbox.x1, word
        assert extent.y0 >= ax.figure.bbox.y0, word
