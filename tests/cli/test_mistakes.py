"""Exit status, and every mistake in one line of the reader's language."""

from __future__ import annotations

from pathlib import Path

import pytest

import valuechain as vc
from tests.cli.running import FEW, LATE, ON_TIME, SPARE, Ran, written
from valuechain.cli import FINDINGS, FINE, INTERRUPTED, main


@pytest.fixture
def chain(tmp_path: Path) -> str:
    return written(tmp_path, LATE)


# --- exit status ----------------------------------------------------------------------------------


def test_strict_makes_findings_fatal(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    late, fine = written(tmp_path, LATE, "late.yaml"), written(tmp_path, ON_TIME, "fine.yaml")
    page = ["-o", str(tmp_path / "r.html")]
    for command, extra in (("bottlenecks", FEW), ("report", [*FEW, *page])):
        assert Ran(capsys, command, late, *extra).status == FINE
        assert Ran(capsys, command, late, *extra, "--strict").status == FINDINGS
        assert Ran(capsys, command, fine, *extra, "--strict").status == FINE
    spare = written(tmp_path, SPARE, "spare.yaml")
    assert Ran(capsys, "check", spare).status == FINE
    assert Ran(capsys, "check", spare, "--strict").status == FINDINGS
    assert Ran(capsys, "check", fine, "--strict").status == FINE


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, words in (
        (["--help", "--lang", "es"], "uso: valuechain"),
        (["report", "--help", "--lang=en"], "usage: valuechain report"),
        (["--version"], f"valuechain {vc.__version__}"),
    ):
        with pytest.raises(SystemExit) as stopped:
            main(arguments)
        assert stopped.value.code == FINE
        assert words in capsys.readouterr().out


def test_help_says_how_the_language_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help", "--lang", "en"])
    said = " ".join(capsys.readouterr().out.split())
    assert "without it Spanish if the locale is Spanish, else English" in said


def test_interrupted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("valuechain.cli.commands.schema", stop)
    ran = Ran(capsys, "schema")
    assert (ran.status, ran.out, ran.err) == (INTERRUPTED, "", "")


def test_no_memory(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(*_: object) -> bool:
        raise MemoryError

    monkeypatch.setattr("valuechain.cli.commands.schema", burst)
    assert "--samples" in Ran(capsys, "schema").mistake


# --- mistakes -------------------------------------------------------------------------------------

MISTAKES: list[tuple[list[str], str, str]] = [
    ([], "falta: ", "required"),
    (["reprot"], "¿quizá report?", "did you mean report?"),
    (["report"], "falta: CHAIN", "required: CHAIN"),
    (["report", "{chain}", "--oputput", "x"], "argumentos desconocidos", "unrecognized"),
    (["report", "{chain}", "--samples"], "--samples: falta su valor", "expected one argument"),
    (["report", "{chain}", "--samples", "0"], "un número entero de 1", "a whole number from 1"),
    (["report", "{chain}", "--samples", "1e3"], "un número entero de 1", "a whole number from 1"),
    (["report", "{chain}", "--samples", "9" * 30], "un número entero", "a whole number"),
    (["report", "{chain}", "--seed", "-1"], "--seed", "--seed"),
    (["report", "{chain}", "--seed", "x"], "«x»; un número entero", "«x»; a whole number"),
    (["check", "{chain}", "--strict=yes"], "--strict no lleva valor", "ignored explicit argument"),
    (["bottlenecks", "{chain}", "--outcome", "brech"], "¿quizá breach?", "did you mean breach?"),
    (["bottlenecks", "{chain}", "--customer", "shpo"], "¿quizá shop?", "did you mean shop?"),
    (["domino", "{chain}"], "diga qué pasa", "say what happens"),
    (["domino", "{chain}", "--delay", "design"], "como design=1w", "such as design=1w"),
    (["domino", "{chain}", "--delay", "=1w"], "como design=1w", "such as design=1w"),
    (["domino", "{chain}", "--delay", "desing=1w"], "design", "design"),
    (["domino", "{chain}", "--delay", "design=1 parsec"], "permitido", "allowed"),
    (
        ["domino", "{chain}", "--delay", "design=1w", "--delay", "design=2w"],
        "dos veces",
        "twice",
    ),
    (["domino", "{chain}", "--scenario", "awya"], "¿quizá away?", "did you mean away?"),
    (["domino", "{chain}", "--set", "services.sales>shop.taks=1"], "takes", "takes"),
    (["examples", "restuarant"], "¿quizá restaurant?", "did you mean restaurant?"),
    (["show", "restuarant"], "¿quizá restaurant?", "did you mean restaurant?"),
    (["show", "{folder}/none.yaml"], "no existe el archivo", "no such file"),
    (["show", "{folder}"], "una carpeta", "a folder"),
    (["show", "a\0b.yaml"], "null", "null"),
    (["show", "{binary}"], "binary.yaml", "binary.yaml"),
    (["show", "{empty}"], "empty.yaml", "empty.yaml"),
    (["render", "{chain}", "-o", "{folder}/map.jpg"], ".png, .svg, .pdf", ".png, .svg, .pdf"),
    (["render", "{chain}", "-o", "{folder}/none/map.png"], "no existe la carpeta", "no folder"),
    (["report", "{chain}", "-o", "{folder}/none/r.html"], "no existe la carpeta", "no folder"),
    (["report", "{chain}", "-o", "{folder}"], "es una carpeta", "is a folder"),
    (
        ["report", "{chain}", "-o", "{folder}/x.svg", "--picture", "{folder}/x.svg"],
        "el mismo archivo",
        "the same file",
    ),
    (["bottlenecks", "{no_sla}"], "sla", "sla"),
    (["render", "{no_customer}"], "cliente", "customer"),
]


@pytest.mark.parametrize(("arguments", "es", "en"), MISTAKES)
def test_mistakes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], es: str, en: str
) -> None:
    places = {
        "{folder}": str(tmp_path),
        "{chain}": written(tmp_path, LATE),
        "{binary}": written(tmp_path, bytes(range(256)), "binary.yaml"),
        "{empty}": written(tmp_path, "", "empty.yaml"),
        "{no_sla}": written(tmp_path, LATE.replace(", sla: 4 d", ""), "no_sla.yaml"),
        "{no_customer}": written(
            tmp_path, LATE.replace("shop: {takes: 2 h, sla: 4 d}", ""), "no_customer.yaml"
        ),
    }
    for place, path in places.items():
        arguments = [argument.replace(place, path) for argument in arguments]
    assert es in Ran(capsys, *arguments, "--lang=es").mistake
    assert en in Ran(capsys, *arguments, "--lang=en").mistake


def test_what_may_not_be_read_or_written(
    capsys: pytest.CaptureFixture[str], chain: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, data: bytes) -> int:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    target = tmp_path / "r.html"
    assert "Permission denied" in Ran(capsys, "report", chain, "-o", str(target), *FEW).mistake
    assert not target.exists()


def test_a_chain_that_waits_for_itself(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    ring = LATE.replace("shop: {takes: 2 h", "design: {takes: 1 h}, shop: {takes: 2 h")
    mistake = Ran(capsys, "bottlenecks", written(tmp_path, ring), "--lang", "es", *FEW).mistake
    assert "design>sales" in mistake
    assert "sin fin" in mistake
