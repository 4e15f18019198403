"""Whoever gives the name for people instead of the id is told the id, in every question."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import valuechain as vc

FAMILIES, KITCHEN = r"families \(Familias de fin de semana\)", r"kitchen \(Cocina\)"
ASKED: list[tuple[str, Callable[[vc.ValueChain], object]]] = [
    (FAMILIES, lambda chain: vc.rank_bottlenecks(chain, customer="familias de fin de semana")),
    (FAMILIES, lambda chain: vc.attribute(chain, "Familias de fin de semana")),
    (FAMILIES, lambda chain: vc.attribute_change(chain, chain, "Familias de fin de semana")),
    (KITCHEN, lambda chain: vc.staff_for(chain, "cocina", wait="5 min")),
    (KITCHEN, lambda chain: vc.reach(chain, "Cocina")),
    (KITCHEN, lambda chain: vc.trace_domino(chain, {"Cocina": "1 h"})),
    (KITCHEN, lambda chain: chain.with_changes(delay={"Cocina": "1 h"})),
]


@pytest.mark.parametrize(("near", "ask"), ASKED)
def test_a_name_leads_to_the_id(near: str, ask: Callable[[vc.ValueChain], object]) -> None:
    with pytest.raises(vc.ValueChainError, match=f"did you mean {near}"):
        ask(vc.example("restaurant"))
