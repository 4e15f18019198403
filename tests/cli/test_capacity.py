"""`staff`, `limit` and `tipping`: what they say, as words and as data, and when they are strict."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import valuechain as vc
from tests.cli.running import DESK, FEW, LATE, Ran, written
from valuechain.cli import FINDINGS, FINE

BUSIER = DESK.replace("volume: 100", "volume: 200")  # asked for 1.154 of its time
PEAKS = DESK.replace("volume: 100", "volume: 100, peak: 2")


@pytest.fixture
def desk(tmp_path: Path) -> str:
    return written(tmp_path, DESK)


# --- staff ----------------------------------------------------------------------------------------


def test_staff_in_both_languages(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """100 hours of work in a month of 173.33: 1.154 people for a load of .5, in whole people 2."""
    asked = ["staff", written(tmp_path, DESK), "--department", "desk", "--utilization", "50 %"]
    english, spanish = (Ran(capsys, *asked, "--lang", lang) for lang in ("en", "es"))
    assert english.out.startswith(
        "Ventanilla needs 1.16 people (in whole people, 2) to keep people busy at most 50%; now: 1."
    )
    assert spanish.out.startswith(
        "En Ventanilla hacen falta 1,16 personas (en personas enteras, 2) para no pasar del 50 % "
        "de ocupación; ahora: 1."
    )
    now, less, enough, whole = (line.split() for line in spanish.out.splitlines()[3:])
    assert (now[:2], now[-1]) == (["ahora", "1"], "no")
    assert (less[:3], less[-1]) == (["algo", "menos", "1,15"], "no")
    assert (enough[:3], enough[-1]) == (["lo", "justo", "1,16"], "sí")
    assert (whole[:4], whole[-1]) == (["en", "personas", "enteras", "2"], "sí")


@pytest.mark.parametrize(
    ("option", "written_so", "argument"),
    [
        ("--wait", "3 h", {"wait": "3 h"}),
        ("--wait", "1 día", {"wait": "8 h"}),
        ("--breach", "10 %", {"breach": 0.1}),
        ("--utilization", "0.8", {"utilization": 0.8}),
    ],
)
def test_staff_asks_what_the_verb_is_asked(
    capsys: pytest.CaptureFixture[str],
    desk: str,
    option: str,
    written_so: str,
    argument: dict[str, float | str],
) -> None:
    ran = Ran(capsys, "staff", desk, "--department=desk", option, written_so, "--json", *FEW)
    answer = vc.staff_for(vc.read_yaml(desk), "desk", **argument, samples=200)
    assert json.loads(ran.out) == answer.to_dict()


def test_staff_keeps_several_limits_together(capsys: pytest.CaptureFixture[str], desk: str) -> None:
    def staff(*limits: str) -> float:
        asked = ["staff", desk, "--department", "desk", *limits, "--json"]
        return float(json.loads(Ran(capsys, *asked).out)["staff"])

    wait, load = ["--wait", "1 h"], ["--utilization", "0.5"]
    assert staff(*wait, *load) == max(staff(*wait), staff(*load))
    assert staff(*wait) != staff(*load)


def test_staff_shows_what_is_late_only_where_it_was_asked(
    capsys: pytest.CaptureFixture[str], desk: str
) -> None:
    asked = ["staff", desk, "--department", "desk", "--lang", "en", *FEW]
    assert " late " in Ran(capsys, *asked, "--breach", "0.2").out.splitlines()[2]
    assert " late " not in Ran(capsys, *asked, "--wait", "1 h").out.splitlines()[2]


def test_strict_staff_asks_whether_those_now_are_enough(
    capsys: pytest.CaptureFixture[str], desk: str
) -> None:
    asked = ["staff", desk, "--department", "desk", "--strict", "--utilization"]
    assert Ran(capsys, *asked, "0.58").status == FINE
    assert Ran(capsys, *asked, "0.57").status == FINDINGS


# --- limit ----------------------------------------------------------------------------------------


def test_limit_in_both_languages(capsys: pytest.CaptureFixture[str], desk: str) -> None:
    english, spanish = (Ran(capsys, "limit", desk, "--lang", lang).out for lang in ("en", "es"))
    assert english.startswith("All demand could grow by 73% before the first overload")
    assert spanish.startswith("Toda la demanda podría crecer un 73 % antes de la primera")
    assert spanish.splitlines()[3].split() == ["Ventanilla", *["+73", "%"] * 2, "58", "%", "1"]


def test_limit_says_how_far_demand_has_to_fall(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said = Ran(capsys, "limit", written(tmp_path, BUSIER), "--lang", "es").out
    assert "La demanda tendría que bajar un 13 %." in said
    assert said.splitlines()[3].split()[1] == "\N{MINUS SIGN}13"


def test_limit_as_data(capsys: pytest.CaptureFixture[str], desk: str) -> None:
    data = json.loads(Ran(capsys, "limit", desk, "--json").out)
    assert data == vc.demand_limit(vc.read_yaml(desk)).to_dict()


@pytest.mark.parametrize(("text", "status"), [(DESK, FINE), (BUSIER, FINDINGS), (PEAKS, FINDINGS)])
def test_strict_limit_wants_room_in_busy_periods_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, status: int
) -> None:
    chain = written(tmp_path, text)
    assert Ran(capsys, "limit", chain).status == FINE
    assert Ran(capsys, "limit", chain, "--strict").status == status


# --- tipping --------------------------------------------------------------------------------------


def test_tipping_in_both_languages(capsys: pytest.CaptureFixture[str], desk: str) -> None:
    english, spanish = (
        Ran(capsys, "tipping", desk, "--lang", lang, *FEW).out for lang in ("en", "es")
    )
    assert english.startswith("Above 1.47 times today's demand the circle turns vicious")
    assert spanish.startswith("Por encima de 1,47 veces la demanda de hoy, el círculo se vuelve")
    head, *rows = spanish.splitlines()[2:]
    assert "en el mejor caso" in head
    demands = [row.split()[0] for row in rows]
    assert demands == sorted(set(demands))
    assert len(demands) < 16  # of some thirty that were looked at
    leap = next(n for n, row in enumerate(rows) if row.split()[1] == "80")
    assert (rows[leap - 1].split()[1], demands[leap][:4]) == ("0", "1,47")


def test_tipping_shows_no_second_state_where_there_is_none(
    capsys: pytest.CaptureFixture[str], desk: str
) -> None:
    said = Ran(capsys, "tipping", desk, "--most", "1.1", "--lang", "en", *FEW).out
    assert said.startswith("Up to 1.1 times today's demand no circle")
    head, *rows = said.splitlines()[2:]
    assert "at worst" not in head
    assert [row.split()[0] for row in (rows[0], rows[-1])] == ["1.00", "1.10"]


def test_tipping_shows_no_table_where_no_load_is_known(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    unstaffed = written(tmp_path, DESK.replace("work: 1 h", "takes: 1 h"))
    ran = Ran(capsys, "tipping", unstaffed, "--lang", "es", *FEW)
    assert ran.out.startswith("No puede decirse cómo carga a la gente una demanda mayor")
    assert len(ran.out.splitlines()) == 1


def test_tipping_as_data(capsys: pytest.CaptureFixture[str], desk: str) -> None:
    asked = ["tipping", desk, "--most", "1.5", "--seed", "7", "--json", *FEW]
    answer = vc.tipping_demand(vc.read_yaml(desk), 1.5, samples=200, seed=7)
    assert json.loads(Ran(capsys, *asked).out) == answer.to_dict()


@pytest.mark.parametrize(("most", "status"), [("1.2", FINE), ("1.3", FINDINGS), ("2", FINDINGS)])
def test_strict_tipping_wants_no_second_state(
    capsys: pytest.CaptureFixture[str], desk: str, most: str, status: int
) -> None:
    """The worse state begins at 1.24 times the demand."""
    assert Ran(capsys, "tipping", desk, "--most", most, *FEW).status == FINE
    assert Ran(capsys, "tipping", desk, "--most", most, *FEW, "--strict").status == status


# --- mistakes -------------------------------------------------------------------------------------

STAFF = ["staff", "{desk}", "--department", "desk"]
MISTAKES: list[tuple[list[str], str, str]] = [
    (STAFF, 'diga qué hay que mantener: --wait "4 h"', 'say what is to be kept: --wait "4 h"'),
    (["staff", "{desk}", "--wait", "1 h"], "falta: --department", "required: --department"),
    (
        ["staff", "{desk}", "--department", "desc", "--wait", "1h"],
        "¿quizá desk?",
        "did you mean desk?",
    ),
    ([*STAFF, "--wait", "1h", "--wait", "2h"], "--wait: aparece dos veces", "--wait: given twice"),
    ([*STAFF, "--wait", "-4 h"], "«-4 h»; un tiempo desde 0", "«-4 h»; a time from 0 up"),
    (
        ["plan", "{desk}", "--budget", "20.000"],
        "escriba 20000, o 20.0000 si el punto es decimal",
        "write 20000, or 20.0000 if the point is a decimal point",
    ),
    (
        ["plan", "{desk}"],
        "falta: --budget (ayuda: valuechain plan --help)",
        "required: --budget (help: valuechain plan --help)",
    ),
    ([*STAFF, "--wait", "-4h"], "--wait: falta su valor", "--wait: expected one argument"),
    ([*STAFF, "--wait", "0"], "mayor que 0", "above 0"),
    ([*STAFF, "--wait", "4"], "escriba 4 h", "write 4 h"),
    ([*STAFF, "--wait", "1 parsec"], "como 90 min", "such as 90 min"),
    ([*STAFF, "--breach", "1.2"], "una proporción de 0 a 1", "a share from 0 to 1"),
    ([*STAFF, "--breach", "80"], "escriba 80 %", "write 80 %"),
    ([*STAFF, "--utilization", "0,8"], "escriba 0.8, con punto", "write 0.8, with a point"),
    ([*STAFF, "--utilization", "0"], "mayor que 0", "above 0"),
    (
        ["staff", "{late}", "--department", "design", "--wait", "1h"],
        "no se conoce la carga de design",
        "the load of design is not known",
    ),
    (["limit", "{late}"], "no se conoce la carga", "load is known"),
    (["tipping", "{late}"], "ningún volume declarado", "no volume is declared"),
    (["tipping", "{desk}", "--most", "1"], "mayor que 1 y hasta 1000", "above 1 up to 1000"),
    (["tipping", "{desk}", "--most", "inf"], "«inf»", "«inf»"),
    (["tiping", "{desk}"], "¿quizá tipping?", "did you mean tipping?"),
]


@pytest.mark.parametrize(("arguments", "es", "en"), MISTAKES)
def test_mistakes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: list[str], es: str, en: str
) -> None:
    places = {"{desk}": written(tmp_path, DESK), "{late}": written(tmp_path, LATE, "late.yaml")}
    given = [places.get(argument, argument) for argument in arguments]
    assert es in Ran(capsys, *given, "--lang=es").mistake
    assert en in Ran(capsys, *given, "--lang=en").mistake


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize(
    ("command", "es", "en"),
    [
        ("staff", "si no basta la gente que hay ahora", "are now are too few"),
        ("limit", "si no queda margen para crecer", "no room to grow"),
        ("tipping", "si eso puede pasar", "where that can happen"),
    ],
)
def test_help_says_what_strict_means(
    capsys: pytest.CaptureFixture[str], command: str, es: str, en: str, lang: str
) -> None:
    with pytest.raises(SystemExit):
        Ran(capsys, command, "--help", "--lang", lang)
    assert (es if lang == "es" else en) in " ".join(capsys.readouterr().out.split())
