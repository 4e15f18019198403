"""What a blow does, in words, and the tables below."""

from __future__ import annotations

from typing import Any

import pytest

import valuechain as vc
from tests.report.corner_chains import CHAINS, TWO, make, service
from valuechain.report.terminal import domino_text
from valuechain.report.voice import voice_of
from valuechain.report.words.domino import hit_customers


def words(chain: vc.ValueChain, lang: Any, shocks: Any) -> str:
    return " ".join(vc.trace_domino(chain, shocks).explain(lang).split())


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
    assert words(chain, "es", {"design": "4 h"}) == (
        "Ningún cliente lo nota: las holguras del camino lo absorben. Por el camino llega más "
        "tarde «Diseño → Ventas»: 4 h. Lo que más frena es la holgura de «Ventas → Tiendas»: "
        "absorbe 4 h de 4 h."
    )


def test_nothing_changes() -> None:
    domino = vc.trace_domino(CHAINS["late"], {"design": "0 h"})
    assert domino.explain("en") == "It changes nothing."
    assert domino_text(domino, voice_of(CHAINS["late"], "en")) == ""


def test_several_customers_hit_hardest_first() -> None:
    felt = hit_customers(vc.trace_domino(vc.example("restaurant"), {"kitchen": "10 min"}))
    rises = [record["breach_change"] for record in felt]
    assert rises == sorted(rises, reverse=True)
    assert felt[0]["id"] == "platform"
    assert "groups" not in [record["id"] for record in felt]  # the kitchen has no part in quotes


def test_tables_show_both_runs_and_the_waves() -> None:
    chain = CHAINS["late"]
    domino = vc.trace_domino(chain, {"design": "1 d"})
    shown = domino_text(domino, voice_of(chain, "en")).replace("\N{NO-BREAK SPACE}", " ")
    assert "4.2 days -> 5.2 days" in shown
    lines = [line.split() for line in shown.splitlines()]
    assert ["0", "Diseño", "->", "Ventas", "+1", "day", "-", "100%"] in lines
    assert ["1", "Ventas", "->", "Tiendas", "+1", "day", "-", "100%"] in lines


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("name", CHAINS)
def test_there_are_words_for_every_corner(name: str, lang: Any) -> None:
    chain = CHAINS[name]
    results = [
        vc.check_promises(chain, samples=200),
        vc.trace_domino(chain, {next(iter(chain.departments)): "4 h"}, samples=200),
    ]
    for result in results:
        said = result.explain(lang)
        assert said.endswith(".")
        assert "\n" not in said
        assert "None" not in said
        assert "nan" not in said.lower().split()
