"""What a change moves in revenue at risk, said once, in the sum of all customers."""

from __future__ import annotations

import pytest

import valuechain as vc


@pytest.mark.parametrize(("lang", "more", "less"), [("en", "more", "less"), ("es", "más", "menos")])
def test_compare_and_domino_say_the_sum_of_their_tables(lang, more, less):
    chain = vc.example("tech_shop")
    found = vc.compare(chain, trained=chain.with_intervention("training"), samples=2_000)
    change = sum(r["revenue_at_risk_change"] or 0.0 for r in found.to_records("customers"))
    assert change < 0
    said = found.explain(lang).replace("\N{NO-BREAK SPACE}", " ")
    assert f"{abs(change):,.0f}".replace(",", "." if lang == "es" else ",")[:2] in said
    assert less in said.split("riesgo" if lang == "es" else "at risk")[1]
    domino = vc.trace_domino(chain, {"technicians": "2 h"}, samples=2_000)
    assert more in domino.explain(lang).split("riesgo" if lang == "es" else "at risk")[1]


def test_nothing_is_said_of_money_where_none_is_declared_or_nothing_moves():
    chain = vc.example("tech_shop")
    assert "at risk" not in vc.compare(chain, same=chain, samples=200).explain("en")
    poor = vc.ValueChain(
        departments={"desk": {}},
        customers={"shop": {}},
        services=[{"provider": "desk", "client": "shop", "takes": "1 h", "sla": "2 h"}],
    )
    assert "at risk" not in vc.trace_domino(poor, {"desk": "3 h"}, samples=200).explain("en")
