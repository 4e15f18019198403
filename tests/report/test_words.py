"""What each result says by itself."""

from __future__ import annotations

import pytest

import valuechain as vc
from tests.report.corner_chains import (
    CHAINS,
    TWO,
    delay_result,
    make,
    provenance,
    ranking_result,
    service,
    table,
)
from valuechain.errors import Lang, Text
from valuechain.report import explain_result
from valuechain.report.terminal.bottlenecks import ranking_text
from valuechain.report.terminal.simulation import simulation_text
from valuechain.report.voice import Voice
from valuechain.results import Result

LANGS: tuple[Lang, ...] = ("es", "en")


def words(result: Result, lang: Lang = "es") -> str:
    return " ".join(explain_result(result, lang).split())


def plain_ranking(result: vc.BottlenecksResult) -> str:
    return ranking_text(result, Voice("es"))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", CHAINS)
def test_every_result_has_words_for_every_corner(name: str, lang: Lang) -> None:
    chain = CHAINS[name]
    results = [
        vc.propagate_delay(chain, samples=500),
        vc.propagate_delay(chain, mode="expected"),
        vc.propagate_dissatisfaction(chain, samples=500),
        vc.predict_outcomes(chain, samples=500),
        vc.analyze_structure(chain),
        vc.compute_workload(chain),
        vc.rank_bottlenecks(chain, "mean_hours", samples=500),
        vc.reach(chain, next(iter(chain.departments)), samples=500),
    ]
    for result in results:
        said = result.explain(lang)
        assert said.endswith((".", "\N{HORIZONTAL ELLIPSIS}"))
        assert "\n" not in said
        assert "None" not in said
        assert "nan" not in said.lower().split()


def test_delay_of_means_says_that_it_knows_no_more() -> None:
    result = vc.propagate_delay(CHAINS["late"], mode="expected")
    assert words(result) == (
        "Solo con tiempos medios, quien más espera es Tiendas: 4,2 días. Cuántas entregas llegan "
        "tarde, y cuánto alarga la espera el azar, lo dice el modo muestreado."
    )


def test_delay_without_promises_inside_or_out() -> None:
    chain = CHAINS["no promises"]
    assert words(vc.propagate_delay(chain)) == (
        "A los clientes no se les promete plazo. La espera más larga es la de Tiendas: 1,2 días de "
        "media."
    )


def test_delay_names_who_is_latest_outside_and_inside() -> None:
    result = delay_result(
        {
            "a>b": (8.0, 9.0, 8.0, 0.5, 0.31),
            "c>b": (8.0, 9.0, 8.0, 0.5, 0.3),
            "b>x": (8.0, 24.0, 8.0, 1.0, 0.1),
        },
        {"x": (9.0, 24.0, 1.0, 0.1), "y": (float("nan"),) * 4},
        measured=3,
        hand_offs=3,
    )
    assert words(result) == (
        "Quien más recibe tarde es x: llega tarde 1 de cada 10 entregas (9 de cada 10, antes de 3 "
        "días). Dentro, lo que más incumple su plazo es «a → b»: el 31 % de las veces."
    )


def test_nothing_measured_is_not_on_time() -> None:
    chain = CHAINS["nothing measured"]
    assert words(vc.propagate_delay(chain)).startswith("Ningún tiempo medido lleva a un cliente")
    assert "sin tiempo medido" in words(vc.predict_outcomes(chain))


def test_bottlenecks_say_what_the_first_one_brings() -> None:
    ranking = ranking_result(
        {
            "a": (0.2, 0.1, 0.5, 0.2, "bottleneck"),
            "b": (0.05, 0.25, 0.4, 0.1, "bottleneck"),
            "c": (0.0, 0.3, 0.0, 0.6, "no measurable effect on customers"),
            "d": (0.0, 0.3, 0.0, float("nan"), "not measured"),
        },
        {"a>x": ("a", "x", 0.5, 0.3), "b>y": ("b", "y", 0.5, 0.3)},
        total=0.3,
        customer=None,
    )
    assert words(ranking) == (
        "Conviene empezar por a: cumpliendo sus plazos, la parte que llega tarde pasaría de 30 % a "
        "10 % (todos los clientes, por ingresos). Después, b. c es quien peor puntúa dentro y no "
        "mueve a ningún cliente: puede esperar. De d no hay nada medido."
    )
    assert words(ranking, "en") == (
        "Begin with a: on time, the share late would go from 30% to 10% (all customers, by "
        "revenue). Then b. c scores worst inside, yet moves no customer: it can wait. Nothing is "
        "measured of d."
    )


CLINIC = """
departments:
  desk: {serves: {clients: {takes: 2 h, sla: 1 h}, lab: {takes: 1 h, sla: 1 h}}}
  lab:
    serves:
      patients: {takes: 1 h, sla: 8 h}
      billing: {takes: 5 h, sla: 1 h, if_late: goes_on}
  billing: {serves: {insurers: {takes: 3 h, sla: 2 h}}}
customers: {clients: , patients: , insurers: }
"""


def test_who_changes_nothing_for_one_customer_may_matter_to_another() -> None:
    chain = vc.parse_yaml(CLINIC)
    ranking = vc.rank_bottlenecks(chain, "breach", customer="insurers", samples=10)
    assert words(ranking).endswith(
        "lab es quien peor puntúa dentro, pero no cambia nada para insurers."
    )
    table = plain_ranking(ranking)
    assert "sin efecto medible en insurers" in table
    assert "clientes" not in table


def test_a_fall_of_a_share_is_in_points() -> None:
    ranking = vc.rank_bottlenecks(vc.parse_yaml(CLINIC), "breach", customer="insurers", samples=10)
    first = plain_ranking(ranking).splitlines()[3]
    assert " ".join(first.split()).startswith("1 billing 100 puntos 0 %")


def test_counts_of_promises_do_not_repeat_themselves() -> None:
    said = words(vc.check_promises(vc.parse_yaml(CLINIC), samples=10))
    assert "de 5 promesas, 2 pueden cumplirse y 3 no." in said


def test_one_customer_at_risk_is_not_most_of_them() -> None:
    text = CLINIC.replace("{clients: ,", "{clients: {revenue: 1000, churn: 10 %},")
    result = vc.predict_outcomes(vc.parse_yaml(f"currency: EUR{text}"), samples=10, draws=1)
    assert words(result).endswith("€ de ingresos en riesgo al año.")
    text = text.replace("patients: ,", "patients: {revenue: 90000, churn: 10 %},")
    text = text.replace("takes: 1 h, sla: 8 h", "takes: 1 h, sla: 8 h, quality: 80 %")
    result = vc.predict_outcomes(vc.parse_yaml(f"currency: EUR{text}"), samples=10, draws=1)
    assert words(result).endswith("€ de ingresos en riesgo al año, sobre todo los de patients.")


def test_parts_are_in_the_unit_of_the_whole_and_add_up() -> None:
    chain = vc.parse_yaml("""
departments:
  a: {serves: {b: {takes: 77 min, sla: 0}}}
  b: {serves: {shop: {takes: 215 min, sla: 0}}}
customers: {shop: }
""")
    parts = vc.attribute(chain, "shop", samples=10)  # 4.87 h in all
    assert words(parts).startswith(
        "En el retraso medio de shop (4,9 h), b aporta 3,6 h (el 74 %); le sigue a (1,3 h)."
    )


def test_a_course_says_that_newcomers_are_not_counted() -> None:
    text = CLINIC.replace("{clients: ,", "{clients: {revenue: 1000, churn: 10 %},")
    course = vc.simulate(vc.parse_yaml(f"currency: EUR{text}"), 2, {"desk": "1 h"}, samples=10)
    note = "se cuentan los clientes que se van, no los que llegan."
    assert simulation_text(course, Voice("es")).endswith(note)
    unpriced = vc.simulate(vc.parse_yaml(CLINIC), 2, {"desk": "1 h"}, samples=10)
    assert note not in simulation_text(unpriced, Voice("es"))


def test_who_holds_customers_up_with_others_is_not_told_to_wait() -> None:
    chain = CHAINS["two as late"]
    ranking = vc.rank_bottlenecks(chain, "breach", samples=500)
    assert words(ranking) == (
        "Ningún departamento, por sí solo, cambia de forma apreciable la parte que llega tarde."
    )


def test_times_are_said_in_the_days_of_the_chain() -> None:
    chain = make(
        service("sales", "shop", takes="20 h", sla="40 h"),
        departments={"sales": "Ventas"},
        customers={"shop": "Tiendas"},
        calendar={"hours_per_day": 10},
    )
    assert "2 días de media" in words(vc.predict_outcomes(chain, samples=10))


def test_structure() -> None:
    chain = make(
        service("it", "hr", takes="1 h", need=0.5),
        service("hr", "it", takes="1 h", need=0.5),
        service("design", "sales", takes="1 h"),
        service("sales", "shop", takes="1 h"),
        departments={**TWO, "it": "TI", "hr": "RR. HH.", "alone": "Archivo"},
        customers={"shop": "Tiendas"},
    )
    assert words(vc.analyze_structure(chain)) == (
        "5 departamentos, 1 bucle. El bucle mayor: RR. HH. y TI. Ni dan ni reciben nada: Archivo. "
        "No llegan a ningún cliente: RR. HH. y TI. Si Diseño para, no llega nada a Tiendas."
    )


def test_a_tipping_point_is_said() -> None:
    plain = vc.propagate_dissatisfaction(CHAINS["late"], samples=100)
    tipping = vc.DissatisfactionResult(
        tables=plain.tables, provenance=plain.provenance, labels=plain.labels, tipping_point=True
    )
    assert "un estado peor" in words(tipping)
    assert "un estado peor" not in words(plain)


def test_a_result_without_words_of_its_own_says_what_it_holds() -> None:
    class Walk(Result):
        title = Text("Walk", "Paseo")

    rows = table("steps", {"mean_hours": "hours"}, {"one": (1.0,), "two": (2.0,)})
    walk = Walk(tables={"steps": rows}, provenance=provenance(1, 1), labels={})
    assert words(walk) == "Paseo: 2 steps."
