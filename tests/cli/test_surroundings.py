"""Languages, code pages, pipes, and a quick start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest

import valuechain as vc
from tests.cli.running import LATE, Ran, written
from valuechain import cli
from valuechain.cli import FINE
from valuechain.cli.arguments import language_of

# --- languages, encodings, pipes ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "environment", "lang"),
    [
        ([], {"LANG": "es_ES.UTF-8"}, "es"),
        ([], {"LANG": "es_MX.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ([], {"LC_MESSAGES": "es", "LANG": "de_DE"}, "es"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LANG": "et_EE.UTF-8"}, "en"),
        (["--lang", "es"], {"LANG": "en_US"}, "es"),
        (["report", "--lang=en"], {"LANG": "es_ES"}, "en"),
        (["--lang", "fr"], {"LANG": "es_ES"}, "es"),
        (["--lang"], {"LANG": "C"}, "en"),
    ],
)
def test_language(
    monkeypatch: pytest.MonkeyPatch, given: list[str], environment: dict[str, str], lang: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_of(given) == lang


def run(*arguments: str, encoding: str = "utf-8", **streams: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    return subprocess.Popen(
        [sys.executable, "-m", "valuechain", *arguments],
        env=environment,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **streams,
    )


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "ascii"])
def test_any_code_page(encoding: str) -> None:
    process = run("show", "design_delay", "--lang", "es", encoding=encoding)
    out, err = process.communicate()
    assert (process.returncode, err) == (FINE, b"")
    said = out.decode(encoding)
    assert ("Diseño" if encoding != "ascii" else "Diseno") in said
    data, _ = run("examples", "--json", encoding=encoding).communicate()
    assert json.loads(data.decode(encoding))["design_delay"] == "Diseño tarde, venta perdida"


def test_letters_that_a_code_page_lacks(tmp_path: Path) -> None:
    foreign = written(tmp_path, LATE.replace("Diseño", "設計 🎉").replace("Ventas", "«Été»"))
    out, err = run("show", foreign, "--lang", "es", encoding="ascii").communicate()
    assert err == b""
    assert b"?? ?\n" in out
    assert b'"Ete"' in out


def test_a_reader_that_goes_away() -> None:
    """More than a pipe holds, for a reader who wants ten bytes."""
    with run("domino", "enterprise", "--delay", "design=1w", "--samples=1", "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert len(process.stdout.read(10)) == 10
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == FINE


def test_starts_at_once() -> None:
    """Help and check load no matplotlib and no pandas; the clock only guards against minutes."""
    script = (
        "import sys; from valuechain.cli import main; "
        "main(['check', 'design_delay']); print(*sys.modules, file=sys.stderr)"
    )
    start = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert time.perf_counter() - start < 20
    assert {"matplotlib", "pandas", "scipy.stats"}.isdisjoint(ran.stderr.split())


def test_warnings_are_lines_in_the_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubt(*_: object) -> bool:
        for _ in range(2):
            warnings.warn(vc.ValueChainWarning(vc.errors.Text("a doubt", "una duda")), stacklevel=1)
        warnings.warn("of another library", UserWarning, stacklevel=1)
        return False

    monkeypatch.setattr("valuechain.cli.commands.schema", doubt)
    ran = Ran(capsys, "schema", "--lang", "es")
    assert (ran.status, ran.err) == (FINE, "una duda\n")


def test_names_of_the_module() -> None:
    assert set(cli.__all__) == {"BAD_INPUT", "FINDINGS", "FINE", "INTERRUPTED", "main"}
