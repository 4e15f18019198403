"""`tipping_demand`: both edges by hand, calm chains, a chain beyond its edge, bad input."""

from __future__ import annotations

import pytest

import valuechain as vc

MONTH = 2080 / 12


def desk(rho: float, slows: float = 0.5, costs: float = 0.8, starts: float = 0.85) -> vc.ValueChain:
    """A desk that only overload disheartens."""
    return vc.ValueChain(
        departments={"desk": {"staff": 1}},
        customers={"shop": {}},
        services=[{"provider": "desk", "client": "shop", "work": "1 h", "volume": rho * MONTH}],
        assumptions={
            "morale_to_time": slows,
            "overload_to_morale": costs,
            "overload_starts": starts,
        },
    )


@pytest.mark.parametrize(
    ("rho", "slows", "costs", "starts"),
    [(0.577, 0.5, 0.8, 0.85), (0.5, 1.0, 0.6, 0.7), (0.6, 0.4, 0.9, 0.9)],
)
def test_both_edges_by_hand(rho, slows, costs, starts):
    """`m = costs clip((rho g (1 + slows m) - starts) / (1 - starts))`: calm up to rho g = starts;
    in full loss as soon as rho g (1 + slows costs) = 1."""
    found = vc.tipping_demand(desk(rho, slows, costs, starts), samples=200)
    assert found.fragile_factor == pytest.approx(1 / (rho * (1 + slows * costs)), rel=0.003)
    assert found.tipping_factor == pytest.approx(starts / rho, rel=0.003)
    assert found.department == "desk"
    row = found.to_records("departments")[0]
    assert row["morale_loss_before"] == pytest.approx(0, abs=0.01)
    assert row["morale_loss_after"] == pytest.approx(costs, abs=1e-9)


def test_what_is_found_is_what_dissatisfaction_says():
    chain = desk(0.577)
    found = vc.tipping_demand(chain, samples=200)
    for factor, edge in ((found.fragile_factor, True), (found.tipping_factor, False)):
        for side in (-0.003, 0.003):
            grown = chain.with_changes(scale={"services.desk>shop.volume": factor + side})
            tips = vc.propagate_dissatisfaction(grown, samples=200).tipping_point
            assert tips is ((side > 0) is edge)


def test_without_slower_work_nothing_feeds_itself():
    found = vc.tipping_demand(desk(0.577, slows=0), samples=200)
    assert (found.fragile_factor, found.tipping_factor, found.department) == (None, None, None)
    assert set(found.table("growth")["lasting_states"].tolist()) == {1}
    assert "step by step" in found.explain("en")


def test_fragile_already_and_not_tipped_within_what_is_asked():
    found = vc.tipping_demand(desk(0.75), most=1.1, samples=200)
    assert found.fragile_factor == 1
    assert found.tipping_factor is None
    assert "Hoy mismo" in found.explain("es")


def test_today_in_the_worse_of_two_states_is_past_the_tip():
    """Asked for 1.154 of its time at today's pace, it has lost all of .8; out of the circle work is
    1 - .5 x .8 = .6 times as long and the desk busy .692, below .85: nothing would be lost."""
    found = vc.tipping_demand(desk(1.154), samples=200)
    assert (found.fragile_factor, found.tipping_factor, found.department) == (1, 1, "desk")
    row = found.to_records("departments")[0]
    assert (row["morale_loss_before"], row["morale_loss_after"]) == pytest.approx((0, 0.8))
    assert found.explain("en").startswith("Today the circle is vicious already")
    assert found.explain("es").startswith("Hoy el círculo ya es vicioso")


def test_where_no_load_is_known_nothing_is_called_calm():
    chain = vc.ValueChain(
        departments={"desk": {}},
        customers={"shop": {}},
        services=[{"provider": "desk", "client": "shop", "takes": "1 h", "volume": 9}],
    )
    found = vc.tipping_demand(chain, samples=200)
    assert found.explain("en").startswith("What more demand does to people cannot be told")
    assert "ningún departamento tiene a la vez" in found.explain("es")


def test_words_say_it_in_one_sentence():
    found = vc.tipping_demand(desk(0.577), samples=200)
    assert found.explain("en").startswith(
        "Above 1.47 times today's demand the circle turns vicious"
    )
    assert "Por encima de 1,47 veces la demanda de hoy" in found.explain("es")


@pytest.mark.parametrize("most", [1, 0.5, -2, float("inf"), float("nan"), "2"])
def test_most_is_a_factor_above_one(most):
    with pytest.raises(vc.UsageError, match="most"):
        vc.tipping_demand(desk(0.5), most)


def test_nothing_can_grow_without_volumes():
    with pytest.raises(vc.UsageError, match="volume"):
        vc.tipping_demand(vc.ValueChain(
            departments={"desk": {}}, customers={"shop": {}},
            services=[{"provider": "desk", "client": "shop", "takes": "1 h"}]))  # fmt: skip
