"""What the documentation shows is true: examples run, chains parse, links lead somewhere."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

import valuechain as vc

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "valuechain").rglob("*.py"))
PAGES = [
    path
    for path in [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
    if "notebooks" not in path.parts
]

FENCE = re.compile(r"^(?P<fence>```+)(?P<language>[^\n`]*)\n(?P<code>.*?)^(?P=fence)$", re.M | re.S)
LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)|(?:src|href)=\"([^\"#]+)[^\"]*\"")
TARGET = re.compile(r"^([a-z-]+):", re.M)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, language: str) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [f["code"] for f in FENCE.finditer(text) if f["language"].strip() == language]


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if ">>> " in p.read_text(encoding="utf-8")], ids=name_of
)
def test_examples_in_docstrings(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "doctest: +SKIP" not in path.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    outcome = doctest.testmod(importlib.import_module(dotted))
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_chains_in_pages() -> None:
    pages = [path for path in PAGES if blocks(path, "yaml")]
    assert pages
    for path in pages:
        for block in blocks(path, "yaml"):
            assert vc.parse_yaml(block).services, name_of(path)


@pytest.mark.parametrize("path", [p for p in PAGES if blocks(p, "python")], ids=name_of)
def test_python_in_pages(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a page run in order, beside its first chain as ``chain.yaml``."""
    monkeypatch.chdir(tmp_path)
    for chain in blocks(path, "yaml")[:1]:
        Path("chain.yaml").write_text(chain, encoding="utf-8")
    namespace = {"__name__": "__main__"}
    for block in blocks(path, "python"):
        exec(compile(block, name_of(path), "exec"), namespace)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    targets = ["".join(found) for found in LINK.findall(path.read_text(encoding="utf-8"))]
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in local if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_make_targets_exist(path: Path) -> None:
    known = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    named = set(re.findall(r"`make ([a-z-]+)", path.read_text(encoding="utf-8")))
    for language in ("sh", "console"):
        for block in blocks(path, language):
            named |= set(re.findall(r"^(?:\$ )?make ([a-z-]+)", block, re.M))
    assert named <= known


def test_commands_in_pages() -> None:
    """Every command line shown is one that the program knows."""
    from valuechain.cli import main

    for path in PAGES:
        for block in blocks(path, "sh"):
            for verb in re.findall(r"^valuechain ([a-z]+)", block, re.M):
                with pytest.raises(SystemExit) as stopped:
                    main([verb, "--help"])
                assert stopped.value.code == 0, f"{name_of(path)}: valuechain {verb}"
