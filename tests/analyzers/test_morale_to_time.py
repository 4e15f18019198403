"""Morale slows work: today untouched, own times in proportion, jointly settled, tipping told."""

from __future__ import annotations

import numpy as np
import pytest

import valuechain as vc
from tests.contracts.chains import chain as contract_chain
from valuechain.evaluation.evaluation import evaluate

SAMPLES = 2_000


def spoilt(slows: float, **more: object) -> vc.ValueChain:
    """A mill spoils what the desk needs; the desk serves the shop in 4 h, never late."""
    return vc.ValueChain(
        departments={"desk": {"takes": "1 h"}},
        customers={"shop": {}, "mill": {"kind": "supplier"}},
        services=[
            {"provider": "mill", "client": "desk", "quality": 0.9, "if_late": "goes_on"},
            {"provider": "desk", "client": "shop", "takes": "3 h", "fcr": 0.5, "sla": "40 h"},
        ],
        assumptions={"morale_to_time": slows, "input_to_morale": 0.5},
        **more,
    )


def test_own_times_grow_in_proportion_to_lost_morale() -> None:
    """`m` rises from .5 (.6 .1) to .5 (.6 .8); own time is 1 + 3 / .5 hours, and the shock."""
    shocks = {"services.mill>desk.quality": 0.2, "desk": "2 h"}
    slow = vc.propagate_delay(spoilt(0.4), shocks, feedback="on", samples=SAMPLES)
    plain = vc.propagate_delay(spoilt(0.4), shocks, samples=SAMPLES)
    pace = 1 + 0.4 * 0.5 * 0.6 * (0.8 - 0.1)
    own = slow.table("services").value("desk>shop", "own_mean_hours")
    assert own == pytest.approx(9 * pace, rel=2e-4)
    ratio = slow.samples("desk>shop") / plain.samples("desk>shop")
    assert ratio == pytest.approx(np.full(SAMPLES, own / 9), rel=1e-5)


def test_today_is_untouched() -> None:
    chain = contract_chain("loop")
    on = vc.propagate_delay(chain, feedback="on", samples=SAMPLES).table("services")
    off = vc.propagate_delay(chain, samples=SAMPLES).table("services")
    for column in ("mean_hours", "breach", "own_mean_hours"):
        np.testing.assert_array_equal(on[column], off[column])


def test_without_morale_to_time_nothing_is_slower() -> None:
    shocks = {"services.mill>desk.quality": 0.2}
    on = vc.propagate_delay(spoilt(0.0), shocks, feedback="on", samples=SAMPLES)
    off = vc.propagate_delay(spoilt(0.0), shocks, samples=SAMPLES)
    assert (on.samples("desk>shop") == off.samples("desk>shop")).all()


@pytest.mark.parametrize("name", ["loop", "alternatives", "restaurant"])
def test_pace_and_morale_settle_on_each_other(name: str) -> None:
    """Whatever pace is reached is that of the morale which it leads to; a shock never speeds up."""
    chain = contract_chain(name)
    found = evaluate(chain.with_scenario("storm" if name != "restaurant" else "breakdown"), SAMPLES)
    paced = found.at_morale(found.outcome.state.morale_loss)
    assert paced.run is found.run
    today = found.today.state.morale_loss
    rise = found.outcome.state.morale_loss - today
    assert paced.pace == pytest.approx(1 + 0.1 * rise, abs=1.01e-4)
    if name == "alternatives":
        assert (paced.pace >= 1).all()
        assert (paced.pace > 1).any()


def test_slower_work_is_later_and_disappoints_more() -> None:
    shocks = {"services.alfa>beta.quality": 0.1, "beta": "9 h"}
    late = []
    for slows in (0.0, 0.5, 1.0):
        chain = contract_chain("alternatives").today
        chain = chain.model_copy(
            update={"assumptions": vc.Assumptions(morale_to_time=slows, input_to_morale=0.9)}
        )
        chain = vc.parse_yaml(vc.to_yaml(chain))
        found = vc.propagate_dissatisfaction(chain, shocks, samples=SAMPLES)
        late.append(found.table("customers").value("kiosk", "dissatisfied"))
    assert late == sorted(late)
    assert late[0] < late[-1]


def tipping(volume: float) -> vc.ValueChain:
    """A desk that only overload disheartens, and that all of that slows by two fifths."""
    chain = vc.ValueChain(
        departments={"desk": {"staff": 1}},
        customers={"shop": {}},
        services=[{"provider": "desk", "client": "shop", "work": "1 h", "volume": 100}],
        assumptions={"morale_to_time": 0.5, "overload_to_morale": 0.8, "overload_starts": 0.85},
    )
    return chain.with_changes({"services.desk>shop.volume": volume})


def test_a_tipping_point_is_told() -> None:
    """By hand: `m = .8 clip((rho (1 + .5 m) - .85) / .15)`.

    Up to rho = .85 a calm state stays calm, `m = 0`; with all of .8 lost, work takes 1.4 times as
    long, so from rho (1.4) = 1, a load of .714, the worst state keeps itself up beside it.
    """
    month = 2080 / 12
    for rho, tips, lost in ((0.65, False, 0.0), (0.75, True, 0.0), (0.95, False, 0.8)):
        found = vc.propagate_dissatisfaction(tipping(rho * month), samples=200)
        assert found.tipping_point is tips, rho
        reached = found.table("departments").value("desk", "morale_loss")
        assert reached == pytest.approx(lost, abs=1e-9)


def test_a_shock_that_ends_leaves_a_tipped_desk_tipped() -> None:
    month = 2080 / 12
    busy = {"services.desk>shop.volume": 1.2 * month}
    chain = tipping(0.75 * month).as_today()
    course = vc.simulate(chain, 40, busy, lasting=12, samples=200)
    assert course.tipping_point
    assert course.trajectory("desk", "morale_loss")[-1] == pytest.approx(0.8, abs=1e-6)
    short = vc.simulate(chain, 40, busy, lasting=1, samples=200)
    assert not short.tipping_point
    assert short.trajectory("desk", "morale_loss")[-1] == pytest.approx(0.0, abs=1e-6)


def test_expected_mode_has_no_feedback() -> None:
    with pytest.raises(vc.UsageError, match="sampled"):
        vc.propagate_delay(spoilt(0.1), mode="expected", feedback="on")
