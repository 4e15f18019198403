"""Draws over ranges: their laws, whose luck they share, and that what is drawn can be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import chains
from valuechain.chain import ValueChain
from valuechain.chains import example
from valuechain.draws import UncertainInput, draw_chain, ranges_of, uncertain_inputs
from valuechain.errors import UsageError
from valuechain.quantities import Distribution, Duration, base_of
from valuechain.rules import check
from valuechain.today import situation_of

SURPRISE = 1e-4  # of a test of fit, with a fixed seed


def one_service(**fields: Any) -> ValueChain:
    service = {"provider": "it", "client": "sales", "takes": "1 h", **fields}
    last = {"provider": "sales", "client": "shop", "takes": "1 h"}
    return ValueChain(
        departments={"it": {}, "sales": {}}, customers={"shop": {}}, services=[service, last]
    )


def drawn(chain: ValueChain, path: str, size: int, seed: int = 0) -> np.ndarray:
    ranges = ranges_of(chain)
    place = [one.path for one in ranges.inputs].index(path)
    return np.array([ranges.values(seed, number)[place] for number in range(size)])


def declared(chain: ValueChain) -> list[UncertainInput]:
    return [one for one in uncertain_inputs(chain) if one.declared]


# --- laws -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [0.2, 0.35, 0.8])
def test_a_range_is_triangular_with_its_mode_at_the_base(base: float) -> None:
    chain = one_service(quality={"base": base, "low": 0.2, "high": 0.8})
    values = drawn(chain, "services.it>sales.quality", 3000)
    law = scipy.stats.triang(min(1.0, (base - 0.2) / 0.6), 0.2, 0.6)
    assert scipy.stats.kstest(values, law.cdf).pvalue > SURPRISE


def test_a_share_of_answers_is_jeffreys_beta() -> None:
    chain = one_service(quality={"base": 0.75, "n": 8})
    values = drawn(chain, "services.it>sales.quality", 3000)
    assert scipy.stats.kstest(values, scipy.stats.beta(6.5, 2.5).cdf).pvalue > SURPRISE


def test_a_range_beside_answers_wins() -> None:
    chain = one_service(quality={"base": 0.75, "low": 0.7, "high": 0.8, "n": 8})
    assert declared(chain)[0].kind == "triangular"


def test_inputs_are_drawn_independently() -> None:
    ranges = ranges_of(example("enterprise"))
    values = np.array([ranges.values(0, number) for number in range(400)])
    rho = np.corrcoef(scipy.stats.rankdata(values, axis=0).T)
    off = rho[np.triu_indices(len(rho), 1)]
    # ~11,000 pairs; a share outside two standard errors as of independent ranks.
    outside = np.mean(np.abs(off) > 1.96 / np.sqrt(399))
    assert abs(outside - 0.05) < 5 * np.sqrt(0.05 * 0.95 / len(off))


def test_figures_of_one_law_are_drawn_given_that_they_suit() -> None:
    """Against numpy's triangular numbers, thrown away where the median is not below the p90."""
    chain = one_service(
        takes={
            "median": {"base": "8 h", "low": "4 h", "high": "24 h"},
            "p90": {"base": "12 h", "low": "9 h", "high": "20 h"},
        }
    )
    rng = np.random.default_rng(1)
    median = rng.triangular(4, 8, 24, 400_000)
    p90 = rng.triangular(9, 12, 20, 400_000)
    kept = median < p90
    assert 0.2 < 1 - kept.mean() < 0.5  # enough to be seen
    for name, expected in (("median", median[kept]), ("p90", p90[kept])):
        values = drawn(chain, f"services.it>sales.takes.{name}", 3000)
        assert scipy.stats.ks_2samp(values, expected).pvalue > SURPRISE
    for number in range(200):
        times = draw_chain(chain, 0, number).service("it>sales").takes.times
        assert times["median"].value < times["p90"].value


def test_ranges_that_hardly_ever_suit_are_said() -> None:
    chain = one_service(
        takes={
            "median": {"base": "8 h", "low": "8 h", "high": "900 h"},
            "p90": {"base": "8.1 h", "low": "8.05 h", "high": "8.1 h"},
        }
    )
    with pytest.raises(UsageError, match=r"services\.it>sales"):
        [draw_chain(chain, 0, number) for number in range(20)]


# --- what is uncertain ----------------------------------------------------------------------------


def test_assumptions_lie_between_half_and_one_and_a_half_times_themselves() -> None:
    chain = ValueChain(
        departments={"it": {}, "sales": {}},
        customers={
            "shop": {"choice": 0.9, "wears_on": {"sales": "medium", "it": 0.3}},
            "mall": {"recommends": {"shop": "high"}, "choice": {"base": 0.4, "source": "observed"}},
        },
        services=[
            {"provider": "it", "client": "sales", "impact": "high"},
            {"provider": "sales", "client": "shop", "takes": "1 h"},
        ],
        assumptions={"morale_to_time": {"base": 0.1, "low": 0.1, "high": 0.1}},
    )
    found = {one.path: (one.low, one.base, one.high) for one in uncertain_inputs(chain)}
    assert found["customers.shop.choice"] == (0.45, 0.9, 1.0)
    assert found["customers.shop.wears_on.sales"] == (0.05, 0.1, pytest.approx(0.15))
    assert found["customers.mall.recommends.shop"] == (0.1, 0.2, pytest.approx(0.3))
    assert found["services.it>sales.impact"] == (0.3, 0.6, pytest.approx(0.9))
    assert found["assumptions.weights.late"] == (0.25, 0.5, 0.75)
    assert found["assumptions.detractor_score"] == (-1.0, -0.8, -0.4)
    known = {
        *("customers.shop.wears_on.it", "customers.mall.choice", "assumptions.morale_to_time"),
        *("assumptions.shared_cause", "services.sales>shop.impact"),  # 0 times anything; no effect
    }
    assert known.isdisjoint(found)


def test_what_is_drawn_is_plain_and_not_drawn_again() -> None:
    chain = example("enterprise")
    assert uncertain_inputs(draw_chain(chain, 0, 0)) == ()
    service = draw_chain(one_service(quality={"base": 0.8, "n": 5}), 0, 0).service("it>sales")
    assert type(service.quality) is float
    assert type(service.impact) is float


def test_a_chain_known_exactly_stays_as_it_is() -> None:
    exact = {"base": 0.5, "low": 0.5, "high": 0.5}
    weights = dict.fromkeys(("late", "faulty", "unclear", "repeated"), exact)
    others = (
        *("morale_to_quality", "morale_to_time", "input_to_morale", "overload_to_morale"),
        *("overload_starts", "unexplained", "recovery", "detractor_score"),
    )
    chain = ValueChain(
        departments={"it": {}},
        customers={"shop": {"choice": exact}},
        services=[{"provider": "it", "client": "shop", "takes": "1 h"}],
        assumptions={"weights": weights, **dict.fromkeys(others, exact)},
    )
    assert uncertain_inputs(chain) == ()
    assert draw_chain(chain, 3, 4) == chain


# --- whose luck -----------------------------------------------------------------------------------


def test_equal_seeds_give_equal_draws_and_others_others() -> None:
    chain = example("enterprise")
    assert draw_chain(chain, 5, 2) == draw_chain(example("enterprise"), 5, 2)
    assert draw_chain(chain, 5, 2) != draw_chain(chain, 5, 3)
    assert draw_chain(chain, 5, 2) != draw_chain(chain, 6, 2)


def test_one_input_more_leaves_the_draws_of_others() -> None:
    few = one_service(quality={"base": 0.8, "n": 5})
    many = one_service(
        quality={"base": 0.8, "n": 5},
        clarity={"base": 0.5, "low": 0.4, "high": 0.6},
        takes={"median": {"base": "2 h", "low": "1 h", "high": "3 h"}, "p90": "5 h"},
    )
    for number in range(5):
        one, other = (draw_chain(chain, 0, number) for chain in (few, many))
        assert one.service("it>sales").quality == other.service("it>sales").quality
        assert one.service("it>sales").impact == other.service("it>sales").impact
        assert one.assumptions == other.assumptions


def test_a_word_is_one_opinion_before_and_after_a_change() -> None:
    chain = one_service(impact="medium")
    changed = chain.with_changes({"services.it>sales.impact": "high"})
    for number in range(5):
        before = base_of(draw_chain(chain, 0, number).service("it>sales").impact)
        after = base_of(draw_chain(changed, 0, number).in_force().service("it>sales").impact)
        assert after == pytest.approx(2 * before)


# --- what belongs together ------------------------------------------------------------------------


def test_members_of_a_group_need_the_same() -> None:
    members = [
        {
            "provider": provider,
            "client": "sales",
            "alternatives": "any",
            "need": {"base": 0.4, "low": 0.2, "high": high},
        }
        for provider, high in (("it", 0.8), ("hr", 0.6))
    ]
    chain = ValueChain(
        departments={"it": {}, "hr": {}, "sales": {}},
        customers={"shop": {}},
        services=[*members, {"provider": "sales", "client": "shop", "takes": "1 h"}],
    )
    needs = set()
    for number in range(10):
        services = draw_chain(chain, 0, number)
        assert services.service("it>sales").need == services.service("hr>sales").need
        needs.add(services.service("it>sales").need)
    assert len(needs) == 10
    assert len([one for one in declared(chain) if one.path.endswith(".need")]) == 1


def test_shares_to_a_customer_stay_shares() -> None:
    services = [
        {
            "provider": "sales",
            "client": "shop",
            "key": key,
            "takes": "1 h",
            "need": {"base": base, "low": base / 2, "high": 2 * base},
        }
        for key, base in (("a", 0.3), ("b", 0.2), ("c", 0.1))
    ]
    chain = ValueChain(departments={"sales": {}}, customers={"shop": {}}, services=services)
    for number in range(5):
        need = situation_of(draw_chain(chain, 0, number)).now.need
        assert need.sum() == pytest.approx(1.0)


def test_one_share_under_two_names_is_drawn_once() -> None:
    chain = one_service(
        sla="8 h",
        takes={"median": "4 h", "on_time": {"base": 0.8, "low": 0.7, "high": 0.9}},
        on_time=0.8,
    )
    service = draw_chain(chain, 0, 1).service("it>sales")
    assert isinstance(service.takes, Distribution)
    assert 0.7 < service.on_time < 0.9
    assert service.takes.numbers["on_time"] == service.on_time
    assert [one.path for one in declared(chain)] == ["services.it>sales.takes.on_time"]


def test_times_are_drawn_in_working_hours_whatever_their_units() -> None:
    chain = one_service(sla={"base": "1 d", "low": "30 min", "high": "1 w"})
    sla = draw_chain(chain, 0, 0).service("it>sales").sla
    assert isinstance(sla, Duration)
    assert sla.unit == "h"
    (one,) = declared(chain)
    assert (one.low, one.base, one.high, one.unit) == (0.5, 8.0, 40.0, "working hours")


# --- changes --------------------------------------------------------------------------------------


def test_changes_come_on_top_of_a_drawn_today() -> None:
    chain = one_service(takes={"base": "4 h", "low": "2 h", "high": "8 h"})
    changed = chain.with_changes(scale={"services.it>sales.takes": 0.5})
    for number in range(5):
        before = draw_chain(chain, 0, number).service("it>sales").takes
        after = draw_chain(changed, 0, number).in_force().service("it>sales").takes
        assert after.value == pytest.approx(before.value / 2)


def test_what_interventions_set_and_cost_is_drawn_with_them() -> None:
    chain = ValueChain(
        currency="EUR",
        departments={"it": {}, "sales": {}},
        customers={"shop": {}},
        services=[
            {"provider": "it", "client": "sales", "takes": "1 h"},
            {"provider": "sales", "client": "shop", "takes": "1 h"},
        ],
        interventions={
            "brief": {
                "cost": {"base": 1000, "low": 500, "high": 3000},
                "set": {
                    "services.it>sales.clarity": {"base": 0.9, "low": 0.8, "high": 0.95},
                    "services.it>sales.takes": {
                        "median": {"base": "1 h", "low": "30 min", "high": "2 h"},
                        "p90": {"base": "2 h", "low": "90 min", "high": "4 h"},
                    },
                },
            }
        },
    )
    assert {one.path for one in declared(chain)} == {
        "interventions.brief.cost",
        "interventions.brief.set.services.it>sales.clarity",
        "interventions.brief.set.services.it>sales.takes.median",
        "interventions.brief.set.services.it>sales.takes.p90",
    }
    for number in range(20):
        one = draw_chain(chain, 0, number)
        assert 500 < base_of(one.interventions["brief"].cost) < 3000
        service = one.with_intervention("brief").in_force().service("it>sales")
        assert 0.8 < service.clarity < 0.95
        assert service.takes.times["median"].value < service.takes.times["p90"].value


# --- every chain ----------------------------------------------------------------------------------


@given(chains(), st.integers(0, 10), st.integers(0, 1000))
def test_what_is_drawn_of_any_chain_keeps_the_rules(
    chain: ValueChain, seed: int, number: int
) -> None:
    try:
        one = draw_chain(chain, seed, number)
    except UsageError as error:  # said where ranges of one own time exclude each other
        assert "hardly ever" in str(error)
        return
    assert [issue for issue in check(one._copy(changes=())) if _of_today(issue.path)] == []
    assert uncertain_inputs(one) == ()
    values = ranges_of(chain).values(seed, number)
    for found, value in zip(uncertain_inputs(chain), values, strict=True):
        assert found.low <= value <= found.high


def _of_today(path: tuple[object, ...]) -> bool:
    """Tell whether an issue is about today; a change may leave its bounds on a drawn value."""
    return path[0] not in ("scenarios", "interventions")
