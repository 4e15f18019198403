"""How figures are said: known cases, and properties of every number."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuechain import Calendar, UsageError
from valuechain.errors import Lang
from valuechain.report.voice import END_ISOLATE, ISOLATE, Voice, shown_name

LANGS: tuple[Lang, ...] = ("es", "en")
ES, EN = Voice("es"), Voice("en")
RESTAURANT = Voice("es", Calendar(hours_per_day=10, days_per_week=6, weeks_per_year=50))
shares = st.floats(0, 1)
hours = st.floats(1 / 60, 20_000)


def plain(text: object) -> str:
    """With ordinary spaces."""
    return " ".join(str(text).split())


def value_of(text: str, lang: Lang) -> float:
    """The first number in a text, read the other way."""
    found = re.search(r"\d[\d.,\s]*", text)
    assert found is not None
    digits = "".join(found[0].split())
    digits = digits.replace(".", "").replace(",", ".") if lang == "es" else digits.replace(",", "")
    return float(digits.rstrip("."))


@pytest.mark.parametrize(
    ("lang", "share", "said"),
    [
        ("es", 0.61, "61 %"),
        ("en", 0.61, "61%"),
        ("es", 0.004, "0,4 %"),
        ("es", 0.0001, "menos de 0,1 %"),
        ("en", 0.9999, "more than 99.9%"),
        ("es", 0.994, "99,4 %"),
        ("es", 1.0, "100 %"),
        ("en", 0.0, "0%"),
    ],
)
def test_percent(lang: Lang, share: float, said: str) -> None:
    assert plain(Voice(lang).percent(share)) == said


def test_the_percent_sign_stays_with_its_number() -> None:
    assert ES.percent(0.61) == "61\N{NO-BREAK SPACE}%"


@given(shares, st.sampled_from(LANGS))
def test_percent_is_near_and_never_hides_a_remainder(share: float, lang: Lang) -> None:
    said = Voice(lang).percent(share)
    assert value_of(said, lang) == pytest.approx(100 * share, abs=0.51)
    assert (plain(said).replace(" ", "") == "0%") == (share == 0)
    assert (plain(said).replace(" ", "") == "100%") == (share == 1)


@given(shares, shares)
def test_shares_to_compare_look_different_where_they_are(first: float, second: float) -> None:
    one, other = EN.percents(first, second)
    assert (one != other) or abs(first - second) < 0.0011


@pytest.mark.parametrize(
    ("share", "es", "en"),
    [
        (1.0, "todas las entregas", "all deliveries"),
        (0.99, "casi todas las entregas", "nearly all deliveries"),
        (0.4, "4 de cada 10 entregas", "4 in 10 deliveries"),
        (0.38, "casi 4 de cada 10 entregas", "nearly 4 in 10 deliveries"),
        (0.42, "más de 4 de cada 10 entregas", "more than 4 in 10 deliveries"),
        (0.5, "la mitad de las entregas", "half of the deliveries"),
        (0.47, "casi la mitad de las entregas", "nearly half of the deliveries"),
        (0.03, "3 de cada 100 entregas", "3 in 100 deliveries"),
        (0.001, "menos de 1 de cada 100 entregas", "fewer than 1 in 100 deliveries"),
    ],
)
def test_deliveries(share: float, es: str, en: str) -> None:
    assert (ES.deliveries(share), EN.deliveries(share)) == (es, en)


@given(st.floats(0.005, 0.984))
def test_deliveries_say_the_share(share: float) -> None:
    said = ES.deliveries(share)
    k, n = (5, 10) if "mitad" in said else [int(word) for word in re.findall(r"\d+", said)]
    assert k / n == pytest.approx(share, abs=0.051 if n == 10 else 0.0051)
    if said.startswith("casi"):
        assert share < k / n
    if said.startswith("más"):
        assert share > k / n


@given(shares)
def test_the_verb_agrees_with_one_in_ten(share: float) -> None:
    words = ES.deliveries(share).replace("casi ", "").replace("más de ", "").split()
    one = words[0] == "1" or words[:3] == ["menos", "de", "1"]
    assert ES.arrive(share) == ("llega" if one else "llegan")


@pytest.mark.parametrize(
    ("voice", "working_hours", "said"),
    [
        (ES, 0.0, "0 s"),
        (ES, 0.01, "36 s"),
        (ES, 0.5, "30 min"),
        (ES, 1.0, "1 h"),
        (ES, 1.5, "90 min"),
        (ES, 4.0, "4 h"),
        (ES, 8.0, "1 día"),
        (ES, 16.0, "2 días"),
        (EN, 12.0, "1.5 days"),
        (EN, 56.0, "7 days"),
        (ES, 400.0, "10 semanas"),
        (EN, 2080.0, "12 months"),
        (ES, 6240.0, "3 años"),
        (RESTAURANT, 10.0, "1 día"),
        (RESTAURANT, 240.0, "4 semanas"),
    ],
)
def test_time(voice: Voice, working_hours: float, said: str) -> None:
    assert plain(voice.time(working_hours)) == said


UNIT_HOURS = {
    **dict.fromkeys(["s"], 1 / 3600),
    **dict.fromkeys(["min"], 1 / 60),
    **dict.fromkeys(["h"], 1.0),
    **dict.fromkeys(["day", "days", "día", "días"], 8.0),
    **dict.fromkeys(["week", "weeks", "semana", "semanas"], 40.0),
    **dict.fromkeys(["month", "months", "mes", "meses"], 2080 / 12),
    **dict.fromkeys(["year", "years", "año", "años"], 2080.0),
}


@given(hours, st.sampled_from(LANGS))
def test_a_time_said_is_the_time(working_hours: float, lang: Lang) -> None:
    said = Voice(lang).time(working_hours)
    again = value_of(said.number, lang) * UNIT_HOURS[said.unit]
    assert again == pytest.approx(working_hours, rel=0.11)


@given(hours, hours)
def test_times_to_compare_keep_their_order_and_are_near(first: float, second: float) -> None:
    one, other = EN.times(first, second)
    said = [value_of(time.number, "en") * UNIT_HOURS[time.unit] for time in (one, other)]
    assert said == pytest.approx([first, second], rel=0.11)
    if one.unit.rstrip("s") == other.unit.rstrip("s"):
        assert (said[0] <= said[1]) == (first <= second or one.number == other.number)
    else:
        assert (said[0] < said[1]) == (first < second)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ((56, 40), ["7 días", "5 días"]),
        ((16.6, 1), ["2 días", "1 h"]),  # not 0.06 of a day
        ((40, 6, 39.8), ["5 días", "6 h", "4,97 días"]),
        ((8.61, 0.01), ["1,1 días", "36 s"]),
        ((16, 0), ["2 días", "0 días"]),
        ((-30, -0.1), ["−3,8 días", "−6 min"]),
    ],
)
def test_what_is_far_shorter_has_a_unit_of_its_own(hours: tuple[float], said: list[str]) -> None:
    assert [plain(str(time)) for time in ES.times(*hours)] == said


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((0.57, 0.575), ["57,0 %", "57,5 %"]),  # 57 % beside 57,5 % would look rounded
        ((0.5, 0.3), ["50 %", "30 %"]),
        ((1, 0.996), ["100 %", "99,6 %"]),
        ((0.04, 0.01), ["4 %", "1 %"]),
    ],
)
def test_shares_to_compare_are_equally_exact(shares: tuple[float], said: list[str]) -> None:
    assert [plain(share) for share in ES.percents(*shares)] == said


@given(hours, hours)
def test_compared_times_say_both(first: float, second: float) -> None:
    one, other = EN.compared(first, second)
    unit = plain(one).split()[1]
    assert value_of(one, "en") * UNIT_HOURS[unit] == pytest.approx(first, rel=0.11)
    again = value_of(other.number, "en") * UNIT_HOURS[other.unit or unit]
    assert again == pytest.approx(second, rel=0.11)


def test_money() -> None:
    euros, marks = Voice("es", currency="EUR"), Voice("en", currency="MXN")
    assert plain(euros.money(7_800_000)) == "7,8 M€"
    assert plain(euros.money(12_500)) == "12 500 €"
    assert plain(marks.money(12_500)) == "MXN 12,500"
    assert Voice("en", currency="GBP").money(2_000_000) == "£2 million"
    assert Voice("en").money(900) == "900"


def test_lists() -> None:
    assert ES.listed([]) == ""
    assert ES.listed(["Ventas"]) == "Ventas"
    assert ES.listed(["Ventas", "Compras", "Diseño"]) == "Ventas, Compras y Diseño"
    assert ES.listed(["Ventas", "Ingeniería"]) == "Ventas e Ingeniería"
    assert ES.listed(["Ventas", "Hielo"]) == "Ventas y Hielo"
    assert ES.listed(["Ventas", "Higiene"]) == "Ventas e Higiene"
    assert EN.listed(["IT", "HR"]) == "IT and HR"


def test_names_keep_to_themselves() -> None:
    assert shown_name("متاجر") == f"{ISOLATE}متاجر{END_ISOLATE}"
    assert shown_name("a\N{RIGHT-TO-LEFT OVERRIDE}b\x1b[31m\nc") == "a b [31m c"
    assert shown_name("設計 🎉") == "設計 🎉"


@given(st.text(max_size=400))
def test_names_are_short_and_on_one_line(name: str) -> None:
    said = shown_name(name)
    assert len(said) <= 62
    assert len(said.split()) <= 9
    kept = said.strip(ISOLATE + END_ISOLATE).replace("\N{ZERO WIDTH JOINER}", "")
    assert kept.replace("\N{ZERO WIDTH NON-JOINER}", "").isprintable()


def test_other_languages_are_refused() -> None:
    with pytest.raises(UsageError, match='"es" or "en"'):
        Voice("fr")
