"""Files: whole or not at all, and the same bytes for the same picture."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread

from tests.plot.map_samples import three
from valuechain.errors import UsageError
from valuechain.plot import draw_bottleneck_map, save

SCRIPT = (
    "import sys; from tests.plot.map_samples import three; "
    "from valuechain.plot import draw_bottleneck_map, save; "
    "save(draw_bottleneck_map(three()).figure, sys.argv[1], dpi=120)"
)


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
def test_the_same_bytes_in_another_process(ending: str, tmp_path: Path) -> None:
    here, there = tmp_path / f"here{ending}", tmp_path / f"there{ending}"
    save(draw_bottleneck_map(three()).figure, here, dpi=120)
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(root)}
    subprocess.run([sys.executable, "-c", SCRIPT, there], check=True, cwd=root, env=environment)
    assert here.read_bytes() == there.read_bytes()


def test_a_picture_fills_a_projector(tmp_path: Path) -> None:
    figure = draw_bottleneck_map(three()).figure
    assert imread(save(figure, tmp_path / "wall.png")).shape[:2] == (2160, 3840)
    assert imread(save(figure, tmp_path / "small.png", dpi=120)).shape[:2] == (1080, 1920)


def test_names_in_an_svg_are_shapes_not_markup(tmp_path: Path) -> None:
    figure = draw_bottleneck_map(three()).figure
    assert "<script" not in save(figure, tmp_path / "map.svg").read_text(encoding="utf-8")


def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "map.png"
    target.write_bytes(b"old")

    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:100])
        raise OSError("no space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        save(Figure(), target)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    saved = save(Figure(), tmp_path / "map.svg")
    assert stat.S_IMODE(saved.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.parametrize("name", ["map.jpg", "map", "nowhere/map.png"])
def test_what_cannot_be_saved_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        save(Figure(), tmp_path / name)
    assert refusal.value.text("es") != refusal.value.text("en")


@pytest.mark.parametrize("dpi", [0, 119, 601, float("nan")])
def test_resolutions_are_bounded(dpi: float, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="120"):
        save(Figure(), tmp_path / "map.png", dpi=dpi)
