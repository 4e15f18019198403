"""The paragraph: the sentence everybody wants to read, every corner, every number traced."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import valuechain as vc
from tests.report.corner_chains import (
    CHAINS,
    TWO,
    delay_result,
    make,
    ranking_result,
    service,
)
from valuechain.errors import Lang
from valuechain.report.paragraph import MOST_WORDS, explain, paragraph
from valuechain.report.story import Story, tell
from valuechain.report.voice import voice_of

LANGS: tuple[Lang, ...] = ("es", "en")


def words(chain: vc.ValueChain, customer: str | None = None, lang: Lang = "es") -> str:
    return " ".join(explain(chain, customer, lang, samples=20_000).split())


# --- the sentence the library is for --------------------------------------------------------------


def retailers() -> Story:
    """A story with figures chosen by hand, none of them computed."""
    chain = make(
        service("design", "marketing", takes="4 d", sla="3 d"),
        service("marketing", "sales", takes="1 d", sla="5 d"),
        service("hr", "sales", takes="1 d", source="assumed"),
        service("sales", "shops", takes="1 d", sla="5 d"),
        departments={
            "design": "Diseño",
            "marketing": "Marketing",
            "sales": "Ventas",
            "hr": "RR. HH.",
        },
        customers={"shops": "Minoristas"},
    )
    delay = delay_result(
        {
            "design>marketing": (32.0, 48.0, 32.0, 0.61, 0.8),
            "hr>sales": (8.0, 9.0, 8.0, 0.1, float("nan")),
            "marketing>sales": (40.0, 50.0, 8.0, 0.7, 0.5),
            "sales>shops": (38.0, 56.0, 8.0, 1.0, 0.4),
        },
        {"shops": (40.0, 56.0, 5.0, 0.4)},
        measured=52,
        hand_offs=60,
    )
    ranking = ranking_result(
        {
            "design": (0.23, 0.17, 0.61, 0.3, "bottleneck"),
            "marketing": (0.01, 0.39, 0.7, 0.2, "affected by others"),
            "sales": (0.0, 0.4, 1.0, 0.1, "affected by others"),
            "hr": (0.0, 0.4, 0.1, 0.1, "healthy"),
        },
        {
            "design>marketing": ("design", "marketing", 0.61, 0.8),
            "hr>sales": ("hr", "sales", 0.1, float("nan")),
            "marketing>sales": ("marketing", "sales", 0.7, 0.5),
            "sales>shops": ("sales", "shops", 1.0, 0.4),
        },
        total=0.4,
        customer="shops",
    )
    return Story(chain, delay, "shops", False, ranking)


def told(story: Story, lang: Lang) -> str:
    return " ".join(paragraph(story, voice_of(story.chain, lang)).split())


def test_the_sentence_in_spanish() -> None:
    assert told(retailers(), "es") == (
        "El cliente peor servido es Minoristas: recibe tarde 4 de cada 10 entregas (9 de cada 10 "
        "llegan antes de 7 días; lo prometido son 5). En el 61 % de las entregas el plazo lo marca "
        "Diseño, que entrega a Marketing en 4 días lo que promete en 3; Ventas solo lo traslada. "
        "Si Diseño cumpliera su plazo, las entregas tarde bajarían de 40 % a 17 %. 52 de 60 "
        "servicios tienen su tiempo declarado; los plazos de RR. HH. son supuestos."
    )


def test_the_sentence_in_english() -> None:
    assert told(retailers(), "en") == (
        "The customer served worst is Minoristas: 4 in 10 deliveries arrive late (9 in 10 arrive "
        "within 7 days; the promise is 5). In 61% of deliveries the time is set by Diseño, which "
        "delivers to Marketing in 4 days what it promises in 3; Ventas only passes it on. If "
        "Diseño kept its promise, late deliveries would fall from 40% to 17%. 52 of 60 services "
        "have a time; those of RR. HH. are assumptions."
    )


# --- the examples ---------------------------------------------------------------------------------


def test_design_is_why_the_sale_is_lost() -> None:
    said = words(vc.example("design_delay"))
    assert "el plazo lo marca Diseño" in said
    assert "sobre todo «oferta»" in said
    assert "Si Diseño cumpliera su plazo, las entregas tarde bajarían" in said
    assert said.endswith(
        "5 de 5 servicios tienen su tiempo declarado, y todos los tiempos son supuestos."
    )


def test_the_sink_is_why_the_waiters_look_slow() -> None:
    chain = vc.example("restaurant")
    said = words(chain, "platform")
    assert "el plazo lo marca Fregadero, cuyas entregas a Cocina llegan tarde" in said
    assert "Mostrador de reparto solo lo traslada" in said


# --- corners --------------------------------------------------------------------------------------

CORNERS: list[tuple[str, str | None, str, str]] = [
    (
        "nobody late",
        None,
        "De lo prometido a los clientes, nada llega tarde. Quien menos margen tiene es Tiendas (9 "
        "de cada 10 llegan antes de 1,2 días; lo prometido son 4).",
        "Of what is promised to customers, nothing arrives late. The least room to spare is that "
        "of Tiendas (9 in 10 arrive within 1.2 days; the promise is 4).",
    ),
    ("nobody late", "shop", "Nada llega tarde a Tiendas (", "Nothing arrives late for Tiendas ("),
    (
        "no promises",
        None,
        "A los clientes no se les promete plazo, así que no puede decirse qué llega tarde. La "
        "espera más larga es la de Tiendas: 9 de cada 10 entregas llegan antes de 1,2 días.",
        "Customers are promised no time, so what arrives late cannot be told.",
    ),
    (
        "no promises",
        "shop",
        "Con Tiendas no hay plazo acordado, así que no puede decirse qué llega tarde; 9 de cada 10",
        "No time is agreed with Tiendas, so what arrives late cannot be told; 9 in 10",
    ),
    (
        "one department",
        None,
        "recibe tarde todas las entregas (9 de cada 10 llegan antes de 3 días; lo prometido es 1). "
        "El plazo lo marca Ventas, que entrega en 3 días lo que promete en 1. Si Ventas cumpliera "
        "su plazo, ninguna llegaría tarde. El único servicio tiene su tiempo medido.",
        "all deliveries arrive late (9 in 10 arrive within 3 days; the promise is 1). The time is "
        "set by Ventas, which delivers in 3 days what it promises in 1.",
    ),
    (
        "nothing measured",
        None,
        "De Tiendas no puede decirse nada: ningún tiempo medido lleva hasta ahí. Para empezar, "
        "mida cuánto tarda «Ventas → Tiendas». 0 de 2 servicios tienen su tiempo medido.",
        "Nothing can be told for Tiendas: no measured time leads there.",
    ),
    (
        "not served",
        "other",
        "Nadie sirve a Otros: nada de lo que ocurre en esta cadena llega hasta ahí.",
        "Nobody serves Otros: nothing that happens in this chain gets there.",
    ),
    ("tie", None, "Casi lo mismo se ganaría con", "Almost as much would be gained with"),
    (
        "two as late",
        None,
        "Ningún departamento lo arregla por sí solo: o se retrasan varios a la vez, o la promesa "
        "no puede cumplirse.",
        "No department can mend it alone: either several are late at once, or the promise cannot "
        "be kept.",
    ),
    (
        "late from outside",
        None,
        "o se retrasan varios a la vez, o el retraso viene de fuera, o la promesa no puede",
        "either several are late at once, or the delay comes from outside, or the promise cannot",
    ),
    (
        "no promise inside",
        None,
        "que suele entregar a Ventas en 1 día pero 1 de cada 10 veces pasa de 4 días, sin plazo "
        "acordado; Ventas solo lo traslada. Si Diseño no tardara nunca más de lo habitual,",
        "which usually delivers to Ventas in 1 day yet takes over 4 days 1 time in 10, with no "
        "time agreed; Ventas only passes it on. If Diseño never took longer than usual,",
    ),
    ("loop", None, "el plazo lo marca Diseño", "the time is set by Diseño"),
]


@pytest.mark.parametrize(("name", "customer", "es", "en"), CORNERS)
def test_corners(name: str, customer: str | None, es: str, en: str) -> None:
    assert es in words(CHAINS[name], customer, "es")
    assert en in words(CHAINS[name], customer, "en")


def test_a_customer_of_several_who_is_asked_for() -> None:
    said = words(vc.example("restaurant"), "groups")
    assert said.startswith("A Grupos y celebraciones llega")


def test_a_department_that_matters_little() -> None:
    story = retailers()
    ranking = ranking_result(
        {
            "design": (0.02, 0.38, 0.61, 0.3, "bottleneck"),
            "sales": (0.0, 0.4, 1.0, 0.1, "affected by others"),
        },
        {
            "design>marketing": ("design", "marketing", 0.61, 0.8),
            "sales>shops": ("sales", "shops", 1.0, 0.4),
        },
        total=0.4,
        customer="shops",
    )
    said = told(Story(story.chain, story.delay, "shops", False, ranking), "es")
    assert (
        "Arreglar un solo departamento cambia poco: aun con Diseño en plazo, las entregas tarde "
        "pasarían de 40 % a 38 %." in said
    )


def test_unknown_customer_gives_near_misses() -> None:
    with pytest.raises(vc.UnknownIdError, match="did you mean shop"):
        explain(CHAINS["late"], "shpo")


def test_a_chain_without_customers_served() -> None:
    chain = make(service("design", "sales", takes="1 d"), departments=TWO, customers={"shop": "T"})
    assert words(chain).startswith("En esta cadena nadie sirve a un cliente")


def test_assumed_times_are_called_assumptions() -> None:
    chain = make(
        service("design", "sales", takes="1 d", source="assumed"),
        service("sales", "shop", takes="1 d", sla="1 d"),
        departments=TWO,
        customers={"shop": "T"},
    )
    assert "los plazos de Diseño son supuestos" in words(chain)
    assert "those of Diseño are assumptions" in words(chain, lang="en")


# --- every number is a field of a result ----------------------------------------------------------

HOURS_IN_UNIT = {"min": 1 / 60, "h": 1.0, "d": 8.0, "w": 40.0}


def figures(story: Story) -> Iterator[float]:
    """Every figure the story's results and promises hold, in every unit they may be said in."""
    assert story.ranking is not None
    for result in (story.delay, story.ranking):
        for level in result.tables:
            for record in result.to_records(level):
                for column, value in record.items():
                    if not isinstance(value, float):
                        continue
                    if column.endswith("_hours"):
                        yield from (value / size for size in HOURS_IN_UNIT.values())
                    else:
                        yield 100 * value
                        yield 10 * value
    for one in story.chain.services:
        sla = story.sla_hours(one.id)
        if sla is not None:
            yield from (sla / size for size in HOURS_IN_UNIT.values())
    yield 100 * (story.ranking.breach or 0.0)
    yield story.delay.provenance.measured
    yield story.delay.provenance.hand_offs


def numbers(said: str, lang: Lang) -> list[float]:
    """The numbers in a text, without those that belong to the words: 9 of 10, of 10, of 100."""
    said = re.sub(r"9 de cada 10 llegan|9 in 10 arrive|1 de cada 10 veces|1 time in 10", "", said)
    said = re.sub(r"de cada 100?|in 100?", "", said)
    found = re.findall(r"\d+(?:[.,]\d+)?", said)
    return [float(number.replace(",", ".")) for number in found]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["late", "tie", "loop", "no promise inside", "design_delay"])
def test_numbers_are_fields_of_results(name: str, lang: Lang) -> None:
    chain = CHAINS[name] if name in CHAINS else vc.example(name)
    story = tell(chain, samples=2000)
    known = list(figures(story))
    said = paragraph(story, voice_of(chain, lang))
    for number in numbers(said, lang):
        near = min(known, key=lambda figure: abs(figure - number))
        assert near == pytest.approx(number, rel=0.055, abs=0.51), f"{number} in: {said}"


# --- lengths and names ----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", CHAINS)
def test_at_most_120_words(name: str, lang: Lang) -> None:
    chain = CHAINS[name]
    for customer in (None, *chain.customers):
        assert 0 < len(words(chain, customer, lang).split()) <= MOST_WORDS


@settings(max_examples=10)
@given(st.lists(st.text(min_size=1, max_size=120), min_size=5, max_size=5))
def test_any_name_is_said_on_one_line(names: list[str]) -> None:
    first, second, third, fourth, fifth = (name.strip() or "x" for name in names)
    chain = make(
        service("design", "sales", takes="4 d", sla="3 d", name=fourth),
        service("sales", "shop", key="a", takes="2 h", sla="4 d", name=fifth),
        service("sales", "shop", key="b", takes="2 h", sla="4 d"),
        departments={"design": first, "sales": second},
        customers={"shop": third},
    )
    said = explain(chain, samples=64)
    assert len(said.split()) <= MOST_WORDS
    assert "\n" not in said


def test_braces_in_names_are_letters() -> None:
    said = words(CHAINS["hostile names"])
    assert "{0} %s" in said


def test_nobody_is_blamed() -> None:
    """Systems, not people: no word for guilt in anything that is said."""
    import importlib
    import pkgutil

    from valuechain.report import page_phrases, phrases, words

    guilty = re.compile(r"\b(culp\w*|fault of|blame\w*|guilt\w*|incompeten\w*|vago\w*)\b", re.I)
    verbs = [
        importlib.import_module(f"{words.__name__}.{found.name}")
        for found in pkgutil.iter_modules(words.__path__)
    ]
    assert len(verbs) > 5
    for room in (phrases, page_phrases, *verbs):
        said = [text for text in vars(room).values() if isinstance(text, vc.errors.Text)]
        assert said
        assert [text for text in said if guilty.search(f"{text.en} {text.es}")] == []


def test_a_result_is_sent_to_its_own_words() -> None:
    chain = vc.example("restaurant")
    found = vc.propagate_delay(chain, samples=100)
    for wrong in ((found,), (chain, found)):
        with pytest.raises(vc.UsageError, match=r"result\.explain\(\)"):
            vc.explain(*wrong)  # type: ignore[arg-type]
