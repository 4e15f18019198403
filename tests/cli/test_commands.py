"""What each command says and writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import valuechain as vc
from tests.cli.running import FEW, LATE, SPARE, Ran, written
from valuechain.cli import BAD_INPUT, FINE


@pytest.fixture
def chain(tmp_path: Path) -> str:
    return written(tmp_path, LATE)


# --- what each command says -----------------------------------------------------------------------


def test_check(capsys: pytest.CaptureFixture[str], chain: str) -> None:
    ran = Ran(capsys, "check", chain, "--lang", "es")
    assert (ran.status, ran.err) == (FINE, "")
    assert "2 departamentos, ningún bucle." in ran.out
    assert "Los 2 servicios tienen su tiempo medido." in ran.out
    assert ran.out.endswith("Sin errores ni dudas.\n")


def test_check_lists_every_fault_with_its_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    faulty = LATE.replace("4 d, sla: 3 d", "4 dd, slaa: 3 d").replace("sla: 4 d", "sla: -4 d")
    ran = Ran(capsys, "check", written(tmp_path, faulty), "--lang", "en")
    assert (ran.status, ran.out) == (BAD_INPUT, "")
    lines = ran.err.splitlines()
    assert len(lines) == 3
    assert all(":3:" in line or ":4:" in line for line in lines)
    spanish = Ran(capsys, "check", written(tmp_path, faulty), "--lang", "es")
    assert "permitido" in spanish.err
    data = Ran(capsys, "check", written(tmp_path, faulty), "--json", "--lang", "en")
    assert data.status == BAD_INPUT
    issues = json.loads(data.out)["issues"]
    assert [issue["text"] for issue in issues] == lines
    assert {issue["severity"] for issue in issues} == {"error"}
    assert issues[0]["line"] == 3


def test_check_tells_doubts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    doubtful = written(tmp_path, LATE.replace("takes: 2 h", "takes: 24 h"))
    ran = Ran(capsys, "check", doubtful, "--lang", "es")
    assert ran.status == FINE
    assert "Dudoso:" in ran.out
    assert "24 h" in ran.out
    data = json.loads(Ran(capsys, "check", doubtful, "--json").out)
    assert [issue["severity"] for issue in data["issues"]] == ["warning"]
    assert data["structure"]["result"] == "StructureResult"


def test_show(capsys: pytest.CaptureFixture[str], chain: str) -> None:
    ran = Ran(capsys, "show", chain, "--lang", "en")
    assert ran.status == FINE
    assert "Diseño\n  ->  Ventas" in ran.out
    assert "promises 4 days" in ran.out
    assert json.loads(Ran(capsys, "show", chain, "--json").out)["result"] == "StructureResult"


def test_show_marks_what_nobody_measured(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    silent = written(tmp_path, LATE.replace("{takes: 2 h, sla: 4 d}", "{}"))
    assert "no promete plazo  (sin medir)" in Ran(capsys, "show", silent, "--lang", "es").out


def test_domino(capsys: pytest.CaptureFixture[str], chain: str) -> None:
    ran = Ran(capsys, "domino", chain, "--delay", "design=1w", "--lang", "es", *FEW)
    assert ran.status == FINE
    assert ran.out.startswith("El golpe llega a Tiendas:")
    assert "4,2 días -> 9,2 días" in ran.out
    assert Ran(capsys, "domino", chain, "--scenario", "away", "--lang", "es", *FEW).out == ran.out


def test_domino_sets_fields_and_adds_up(capsys: pytest.CaptureFixture[str], chain: str) -> None:
    more = ["--set", "services.sales>shop.takes=1 d", "--delay", "sales=1 d"]
    ran = Ran(capsys, "domino", chain, *more, "--lang", "en", *FEW)
    assert "4.25 days -> 6 days" in ran.out or "4.2 days -> 6 days" in ran.out


def test_domino_gives_waves_and_customers_as_data(
    capsys: pytest.CaptureFixture[str], chain: str
) -> None:
    ran = Ran(capsys, "domino", chain, "--delay", "design=1w", "--json", *FEW)
    data = json.loads(ran.out)
    shop = data["customers"][0]
    assert (shop["mean_hours_before"], shop["mean_hours_after"]) == (34.0, 74.0)
    assert [(row["wave"], row["added_hours"]) for row in data["waves"]] == [(0, 40.0), (1, 40.0)]


def test_bottlenecks(capsys: pytest.CaptureFixture[str], chain: str) -> None:
    ran = Ran(capsys, "bottlenecks", chain, "--lang", "en", *FEW)
    assert ran.status == FINE
    assert ran.out.startswith("Begin with Diseño: on time, the share late would vanish")
    first = ran.out.splitlines()[5]
    assert first.split()[:2] == ["1", "Diseño"]
    assert first.endswith("bottleneck")


def test_bottlenecks_of_one_customer_by_another_outcome(
    capsys: pytest.CaptureFixture[str], chain: str
) -> None:
    asked = ["--customer", "shop", "--outcome", "mean_hours", "--json"]
    data = json.loads(Ran(capsys, "bottlenecks", chain, *asked, *FEW).out)
    assert (data["customer"], data["outcome"]) == ("shop", "mean_hours")


def test_report(capsys: pytest.CaptureFixture[str], chain: str, tmp_path: Path) -> None:
    page, picture = tmp_path / "r.html", tmp_path / "m.png"
    files = ["--output", str(page), "--picture", str(picture)]
    ran = Ran(capsys, "report", chain, *files, "--lang", "es", *FEW)
    assert ran.status == FINE
    assert ran.out.startswith("El cliente peor servido es Tiendas: recibe tarde todas las entregas")
    assert "Si Diseño cumpliera su plazo, ninguna llegaría tarde." in ran.out
    assert "Conviene empezar por Diseño:" in ran.out
    assert ran.out.endswith(f"Escrito: {page}, {picture}\n")
    assert page.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="es">')
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_report_as_data(capsys: pytest.CaptureFixture[str], chain: str, tmp_path: Path) -> None:
    page = str(tmp_path / "r.html")
    data = json.loads(Ran(capsys, "report", chain, "-o", page, "--json", *FEW).out)
    assert data["customer"] == "shop"
    assert data["bottlenecks"]["departments"][0]["id"] == "design"
    assert data["outcomes"]["customers"][0]["breach"] == 1.0
    assert Path(page).exists()


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_render(
    capsys: pytest.CaptureFixture[str], chain: str, tmp_path: Path, ending: str
) -> None:
    target = tmp_path / f"map.{ending}"
    ran = Ran(capsys, "render", chain, "-o", str(target), "--lang", "en", *FEW)
    assert (ran.status, ran.out) == (FINE, f"Written: {target}\n")
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending]
    assert target.read_bytes().startswith(start)


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(Ran(capsys, "schema").out) == vc.json_schema()


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("full", [[], ["--full"]])
def test_new_is_a_chain_with_a_first_answer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, lang: str, full: list[str]
) -> None:
    text = Ran(capsys, "new", *full, "--lang", lang).out
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert full or len(lines) == 7
    assert "#" in text
    path = written(tmp_path, text)
    assert Ran(capsys, "check", path, "--strict").status == FINE
    answer = Ran(capsys, "report", path, "-o", str(tmp_path / "r.html"), "--lang", lang, *FEW)
    assert answer.out.startswith("El cliente peor" if lang == "es" else "The customer served worst")
    assert json.loads(Ran(capsys, "new", *full, "--json", "--lang", lang).out)["yaml"].startswith(
        text.rstrip("\n")
    )


def test_examples(capsys: pytest.CaptureFixture[str]) -> None:
    listed = Ran(capsys, "examples").out.splitlines()
    assert [line.split()[0] for line in listed] == list(vc.examples())
    text = Ran(capsys, "examples", "restaurant").out
    assert vc.parse_yaml(text) == vc.example("restaurant")
    assert json.loads(Ran(capsys, "examples", "--json").out)["enterprise"]
    assert (
        "valuechain: 1" in json.loads(Ran(capsys, "examples", "restaurant", "--json").out)["yaml"]
    )


def test_an_example_is_known_by_name_and_a_file_goes_first(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Casa Tinaja" in Ran(capsys, "show", "restaurant").out
    (tmp_path / "design_delay").mkdir()
    assert "Diseño" in Ran(capsys, "show", "design_delay").out
    written(tmp_path, LATE, "restaurant")
    assert "Tarde" in Ran(capsys, "show", "restaurant").out


def test_json_never_holds_nan(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    spare = written(tmp_path, SPARE)
    for command in (
        ["bottlenecks"],
        ["domino", "--delay", "design=1w"],
        ["report", "-o", str(tmp_path / "r.html")],
    ):
        text = Ran(capsys, command[0], spare, *command[1:], "--json", *FEW).out
        data = json.loads(text, parse_constant=lambda name: pytest.fail(name))
        assert "null" in text or data


def test_seed_and_samples_reach_the_draws(capsys: pytest.CaptureFixture[str]) -> None:
    drawn = ["bottlenecks", "design_delay", "--json", "--samples", "300", "--seed", "7"]
    provenance = json.loads(Ran(capsys, *drawn).out)["provenance"]
    assert (provenance["samples"], provenance["seed"]) == (300, 7)
