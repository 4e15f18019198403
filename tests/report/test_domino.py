"""What a blow does, in words, and the tables below."""

from __future__ import annotations

from typing import Any

import valuechain as vc
from tests.report.corner_chains import CHAINS, TWO, make, service
from valuechain.report.domino import Run, changed_customers, changed_services, domino_words
from valuechain.report.terminal import domino_text
from valuechain.report.voice import voice_of


def runs(chain: vc.ValueChain, *scenarios: str, **delay: str) -> tuple[Run, Run]:
    hit = chain.with_scenario(*scenarios).with_changes(delay=delay)
    before, after = (Run(vc.propagate_delay(one), vc.predict_outcomes(one)) for one in (chain, hit))
    return before, after


def words(chain: vc.ValueChain, lang: Any, *scenarios: str, **delay: str) -> str:
    before, after = runs(chain, *scenarios, **delay)
    return " ".join(domino_words(before, after, voice_of(chain, lang)).split())


def test_the_sale_is_lost_when_the_designer_is_away() -> None:
    said = words(vc.example("design_delay"), "es", "holiday")
    assert said.startswith("El golpe llega a Cliente potencial: entregas tarde, de 4 % a 13 %")
    assert "«piezas gráficas»: 5 días." in said


def test_slack_absorbs() -> None:
    chain = make(
        service("design", "sales", takes="1 d", sla="2 d", buffer="4 d"),
        service("sales", "shop", takes="2 h", sla="4 d"),
        departments=TWO,
        customers={"shop": "Tiendas"},
    )
    assert words(chain, "es", design="4 h") == (
        "Ningún cliente lo nota: las holguras del camino lo absorben. Por el camino llega más "
        "tarde «Diseño → Ventas»: 4 h."
    )


def test_nothing_changes() -> None:
    assert words(CHAINS["late"], "en", design="0 h") == "It changes nothing."
    before, after = runs(CHAINS["late"])
    assert domino_text(before, after, voice_of(CHAINS["late"], "en")) == ""


def test_several_customers_hit_hardest_first() -> None:
    before, after = runs(vc.example("restaurant"), kitchen="10 min")
    felt = changed_customers(before, after)
    rises = [change.by("breach") for change in felt]
    assert rises == sorted(rises, reverse=True)
    assert felt[0].id == "platform"
    assert "groups" not in [change.id for change in felt]  # the kitchen has no part in quotes


def test_services_are_those_that_wait_for_the_blow() -> None:
    before, after = runs(vc.example("design_delay"), "holiday")
    assert {change.id for change in changed_services(before, after)} == {
        "design>marketing",
        "marketing>sales",
        "sales>prospect:offer",
    }


def test_tables_show_both_runs() -> None:
    chain = CHAINS["late"]
    before, after = runs(chain, design="1 d")
    shown = domino_text(before, after, voice_of(chain, "en")).replace("\N{NO-BREAK SPACE}", " ")
    assert "4.2 days -> 5.2 days" in shown
    assert "Diseño -> Ventas" in shown
