"""Changes on top of today: set, then scale, then add, then delay; sums; what cannot be."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from valuechain.chain import ValueChain
from valuechain.errors import SchemaError, UnknownIdError
from valuechain.network import to_arrays
from valuechain.quantities import Duration, Estimate, parse_own_time, parse_time
from valuechain.quantities.laws import mean_hours, to_law

SERVICES: tuple[dict[str, Any], ...] = (
    {"provider": "it", "client": "sales", "sla": "1 d", "quality": 0.8},
    {"provider": "hr", "client": "sales", "sla": "1 d", "on_time": 0.8},
    {"provider": "sales", "client": "shop", "takes": "4 h", "sla": "2 d", "buffer": "sla"},
)


def a_chain(takes: object = "4 h", **parts: Any) -> ValueChain:
    """IT and HR serve Sales, Sales serves a shop; `takes` is IT's own time."""
    first, *others = SERVICES
    return ValueChain(
        **{
            "currency": "EUR",
            "departments": {"it": {"staff": 2, "takes": "1 h"}, "hr": {}, "sales": {}},
            "customers": {"shop": {"wears_on": {"sales": "medium"}, "revenue": 1000}},
            "services": [{**first, "takes": takes}, *others],
        }
        | parts
    )


def refusals(chain: ValueChain, **changes: Any) -> list[str]:
    with pytest.raises(SchemaError) as caught:
        chain.with_changes(**changes)
    for lang in ("en", "es"):
        assert all(len(issue.text(lang).splitlines()) == 1 for issue in caught.value.issues)
    return [issue.text() for issue in caught.value.issues]


def law(chain: ValueChain, service_id: str = "it>sales") -> Any:
    """The law of a service's own time in force, as scipy.stats has it where it is lognormal."""
    arrays = to_arrays(chain)
    row = arrays.service_ids.index(service_id)
    sigma = arrays.own.shape[row, 0]
    return stats.lognorm(sigma, loc=arrays.own.loc[row], scale=arrays.own.scale[row])


# --- arithmetic ---------------------------------------------------------------------------------


def test_set_then_scale_then_add_whatever_the_order_of_the_changes() -> None:
    steps: list[dict[str, Any]] = [
        {"add": {"departments.it.staff": 1}},
        {"scale": {"departments.it.staff": 0.5}},
        {"set": {"departments.it.staff": 8}},
        {"add": {"departments.it.staff": "2"}},
        {"scale": {"departments.it.staff": 3}},
    ]
    for order in itertools.permutations(steps):
        chain = a_chain()
        for step in order:
            chain = chain.with_changes(**step)
        assert chain.in_force().departments["it"].staff == 8 * 0.5 * 3 + 1 + 2


def test_today_stays_as_it_was() -> None:
    chain = a_chain()
    changed = chain.with_changes({"departments.it.staff": 8}, delay={"it": "1 d"})
    assert chain == a_chain()
    assert changed.today == chain
    assert changed.departments["it"].staff == 2
    assert changed.in_force().departments["it"].staff == 8
    assert changed.in_force().changes == ()


def test_no_change_is_the_chain_itself() -> None:
    chain = a_chain()
    assert chain.with_changes().in_force() == chain
    assert chain.with_scenario() == chain
    assert chain.in_force() is chain


def test_delays_add_up_over_changes_and_today() -> None:
    chain = a_chain().with_changes(delay={"it": "1 h", "it>sales": "2 h"})
    chain = chain.with_changes(delay={"it": "30 min"}).as_today()
    assert chain.delay == {"it": Duration(1.5, "h"), "it>sales": Duration(2, "h")}
    shock = to_arrays(chain.with_changes(delay={"it": "1 d"})).shock
    assert shock.tolist() == [0.0, 8 + 1.5 + 2, 0.0]


@pytest.mark.parametrize(
    ("path", "value", "field", "expected"),
    [
        ("departments.it.staff", "3", "staff", 3.0),
        ("departments.it.inputs", "in_sequence", "inputs", "in_sequence"),
        ("departments.it.takes", "2 h", "takes", Duration(2, "h")),
        ("services.it>sales.quality", "95 %", "quality", 0.95),
        ("services.it>sales.for", ["shop"], "for_", ("shop",)),
        ("services.it>sales.if_late", "goes_on", "if_late", "goes_on"),
        ("services.it>sales.buffer", "sla", "buffer", "sla"),
        ("services.it>sales.impact", "high", "impact", "high"),
        (
            "services.it>sales.quality",
            {"base": 0.9, "low": 0.8, "high": 1, "n": 12},
            "quality",
            Estimate(0.9, 0.8, 1.0, 12),
        ),
        ("customers.shop.choice", 0.9, "choice", 0.9),
        ("customers.shop.wears_on.sales", 0.5, "wears_on", {"sales": 0.5}),
        ("customers.shop.wears_on.it", "high", "wears_on", {"sales": "medium", "it": "high"}),
        ("customers.shop.wears_on", {"it": "low"}, "wears_on", {"it": "low"}),
    ],
)
def test_set(path: str, value: object, field: str, expected: object) -> None:
    room, any_id, _ = path.split(".")[:3]
    chain = a_chain().with_changes({path: value}).in_force()
    entry = chain.service(any_id) if room == "services" else getattr(chain, room)[any_id]
    assert getattr(entry, field) == expected


LAWS: list[Any] = [
    "4 h",
    {"base": "4 h", "low": "2 h", "high": "1 d"},
    {"median": "4 h", "p90": "1 d"},
    {"median": "4 h", "on_time": 0.8},
    {"min": "1 h", "mode": "4 h", "max": "2 d"},
    {"mean": "4 h", "sd": "90 min"},
    {"mean": "4 h"},
    {"samples": ["1 h", "30 min", "1 d"]},
    {"dist": "norm", "loc": "2 d", "scale": "1 h"},
    {"dist": "weibull_min", "c": 1.5, "scale": {"base": "4 h", "low": "2 h", "high": "1 d"}},
    {"mean": "4 h", "shift": "30 min"},
    {"median": "4 h", "on_time": 0.8, "shift": "1 h"},
]
IDS = [", ".join(law) if isinstance(law, Mapping) else str(law) for law in LAWS]


@pytest.mark.parametrize("takes", LAWS, ids=IDS)
@pytest.mark.parametrize("factor", [0.25, 1.0, 3.0])
def test_scaling_a_law_scales_its_times(takes: Any, factor: float) -> None:
    chain = a_chain(takes)
    changed = chain.with_changes(scale={"services.it>sales.takes": factor})
    assert _points(changed) == pytest.approx([factor * x for x in _points(chain)], rel=1e-12)


@pytest.mark.parametrize("takes", LAWS, ids=IDS)
@pytest.mark.parametrize("amount", ["2 h", "1 d", "-5 min"])
def test_adding_to_a_law_shifts_it(takes: Any, amount: str) -> None:
    chain = a_chain(takes)
    hours = {"2 h": 2.0, "1 d": 8.0, "-5 min": -1 / 12}[amount]
    place = "services.it>sales.takes"
    starts_at_zero = takes == {"mean": "4 h"} or "weibull_min" in str(takes)
    if hours < 0 and starts_at_zero:  # more than one in a thousand would be below zero
        assert "below zero" in refusals(chain, add={place: amount})[0]
        return
    changed = chain.with_changes(add={place: amount})
    assert _points(changed) == pytest.approx([x + hours for x in _points(chain)], rel=1e-12)


def _points(chain: ValueChain) -> list[float]:
    """Mean and, for the lognormal and constants, quantiles of IT's own time in force."""
    service = chain.in_force().service("it>sales")
    assert service.takes is not None
    own = to_law(service.takes, chain.calendar, 8.0)
    points = [mean_hours(own)]
    if own.family == "LOGNORMAL":
        points += list(stats.lognorm(own.shape[0], own.loc, own.scale).ppf([0.01, 0.5, 0.99]))
    return points


def test_scaling_then_adding() -> None:
    changed = a_chain({"mean": "4 h", "sd": "1 h"}).with_changes(
        add={"services.it>sales.takes": "1 h"}, scale={"services.it>sales.takes": 0.5}
    )
    assert _points(changed) == [pytest.approx(3.0, rel=1e-12)]


def test_scaling_by_zero_leaves_no_time() -> None:
    changed = a_chain({"mean": "4 h"}).with_changes(scale={"services.it>sales.takes": 0})
    assert changed.in_force().service("it>sales").takes == Duration(0, "h")


def test_estimates_move_as_a_whole() -> None:
    quality = {"base": 0.6, "low": 0.4, "high": 0.7, "n": 9, "source": "assumed"}
    first = {**SERVICES[0], "quality": quality}
    chain = a_chain(services=[first, *SERVICES[1:]])
    scaled = chain.with_changes(scale={"services.it>sales.quality": 1.25}).in_force()
    assert scaled.service("it>sales").quality == Estimate(0.75, 0.5, 0.875, 9, "assumed")
    added = chain.with_changes(add={"services.it>sales.quality": "10 %"}).in_force()
    estimate = added.service("it>sales").quality
    assert isinstance(estimate, Estimate)
    assert (estimate.base, estimate.low, estimate.high) == pytest.approx((0.7, 0.5, 0.8))


@given(st.floats(0.001, 1000).filter(lambda x: x > 0), st.integers(1, 23))
def test_what_comes_out_is_a_chain_like_any_other(factor: float, hours: int) -> None:
    """Sizes such as 1.234 h are no thousands for the change that makes them."""
    chain = a_chain(f"{hours} h").with_changes(scale={"services.it>sales.takes": factor})
    taken = chain.in_force().service("it>sales").takes
    assert isinstance(taken, Duration)
    assert taken.unit == "h"
    assert Decimal(taken.value) == pytest.approx(
        Decimal(hours) * Decimal(factor), rel=Decimal("5e-15")
    )
    assert parse_time(str(taken)) == taken


def test_what_comes_out_has_no_digits_that_nobody_wrote() -> None:
    chain = a_chain("13 min").with_changes(scale={"services.it>sales.takes": 0.9})
    assert str(chain.in_force().service("it>sales").takes) == "11.7 min"  # 11.700000000000001
    chain = a_chain("0.1 h").with_changes(add={"services.it>sales.takes": "0.2 h"})
    assert str(chain.in_force().service("it>sales").takes) == "0.3 h"  # 0.30000000000000004


# --- promises that change, measured times that do not ---------------------------------------------


@pytest.mark.parametrize("takes", [{"median": "4 h", "on_time": 0.8}, {"median": "4 h"}])
@pytest.mark.parametrize(
    "change",
    [
        {"set": {"services.it>sales.sla": "2 h"}},
        {"scale": {"services.it>sales.sla": 0.25}},
        {"add": {"services.it>sales.sla": "-6 h"}},
    ],
)
def test_a_new_promise_leaves_the_measured_time(takes: Any, change: dict[str, Any]) -> None:
    first = {**SERVICES[0], "takes": takes}
    if "on_time" not in takes:
        first["on_time"] = 0.8
    chain = a_chain(services=[first, *SERVICES[1:]])
    changed = chain.with_changes(**change)
    assert changed.in_force().service("it>sales").sla == Duration(
        0.25 if "scale" in change else 2, "d" if "scale" in change else "h"
    )
    assert law(chain).cdf(8) == pytest.approx(0.8)
    assert law(changed).ppf([0.1, 0.5, 0.9]) == pytest.approx(law(chain).ppf([0.1, 0.5, 0.9]))


def test_a_new_promise_leaves_the_time_that_stood_on_the_old_one() -> None:
    changed = a_chain().with_changes({"services.hr>sales.sla": "4 h"})
    assert law(changed, "hr>sales").cdf(8) == pytest.approx(0.8)
    assert changed.in_force().service("hr>sales").on_time == 0.8
    halved = a_chain().with_changes(scale={"services.hr>sales.takes": 0.5})
    assert law(halved, "hr>sales").cdf(4) == pytest.approx(0.8)


def test_a_time_set_together_with_a_promise_refers_to_that_promise() -> None:
    both = {
        "services.it>sales.takes": {"median": "1 h", "on_time": 0.9},
        "services.it>sales.sla": "2 h",
    }
    assert law(a_chain().with_changes(both)).cdf(2) == pytest.approx(0.9)
    halved = a_chain().with_changes(both, scale={"services.it>sales.takes": 0.5})
    assert law(halved).cdf(1) == pytest.approx(0.9)


def test_as_today_is_a_chain_without_changes() -> None:
    changed = a_chain({"median": "4 h", "on_time": 0.8}).with_changes(
        {"services.it>sales.sla": "2 h"}
    )
    today = changed.as_today()
    assert today.changes == ()
    assert today.service("it>sales").sla == Duration(2, "h")
    assert law(today).cdf(8) == pytest.approx(0.8)
    assert today.as_today() is today


def test_a_new_today_must_bear_the_scenarios() -> None:
    chain = a_chain(scenarios={"up": {"scale": {"services.it>sales.quality": 1.2}}})
    changed = chain.with_changes({"services.it>sales.quality": 0.9})
    with pytest.raises(SchemaError) as caught:
        changed.as_today()
    assert caught.value.issues[0].path[:2] == ("scenarios", "up")


# --- by name ------------------------------------------------------------------------------------

PLANS: dict[str, Any] = {
    "scenarios": {
        "rush": {"scale": {"departments.it.staff": 0.5}},
        "five": {"set": {"departments.it.staff": 5}, "delay": {"it": "1 h"}},
        "six": {"set": {"departments.it.staff": 6}},
    },
    "interventions": {"train": {"set": {"services.it>sales.quality": "95 %"}, "cost": 10}},
}


def test_scenarios_and_interventions_by_name() -> None:
    chain = a_chain(**PLANS)
    changed = chain.with_scenario("rush", "five").with_intervention("train").in_force()
    assert changed.departments["it"].staff == 2.5
    assert changed.delay == {"it": Duration(1, "h")}
    assert changed.service("it>sales").quality == 0.95
    twice = chain.with_scenario("rush", "rush").in_force()
    assert twice.departments["it"].staff == 0.5


def test_two_sets_of_one_field_conflict() -> None:
    with pytest.raises(SchemaError, match="is set twice"):
        a_chain(**PLANS).with_scenario("five", "six")
    whole = {"customers.shop.wears_on": {"it": 0.1}, "customers.shop.wears_on.it": 0.2}
    assert "set twice" in refusals(a_chain(), set=whole)[0]
    assert "set twice" in refusals(a_chain(), set=dict(reversed(whole.items())))[0]


@pytest.mark.parametrize("verb", ["with_scenario", "with_intervention"])
@pytest.mark.parametrize("name", ["trian", 3, None])
def test_unknown_names(verb: str, name: Any) -> None:
    with pytest.raises(UnknownIdError):
        getattr(a_chain(**PLANS), verb)(name)


# --- what cannot be -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"set": {"departments.itt.staff": 3}}, "«itt»; allowed: it, hr, sales (did you mean it?)"),
        ({"set": {"departments.it.staf": 3}}, "did you mean staff?"),
        ({"set": {"department.it.staff": 3}}, "did you mean departments?"),
        ({"set": {"departments.it": 3}}, "«departments.it»; allowed: departments.ID.FIELD"),
        ({"set": {"departments.it.staff.base": 3}}, "allowed: departments.ID.FIELD"),
        ({"set": {"": 3}}, "«»; allowed: departments.ID.FIELD"),
        ({"set": {3: 4}}, "«3»; allowed: departments.ID.FIELD"),
        ({"set": {"services.hr>sales.on_time": 0.9}}, "it was observed"),
        ({"set": {"customers.shop.csat": 0.9}}, "it was observed"),
        ({"set": {"departments.it.name": "x"}}, "«name»"),
        ({"set": {"customers.shop.status": "potential"}}, "«status»"),
        ({"set": {"departments.it.staff": -3}}, "-3; allowed: a number above 0"),
        ({"set": {"departments.it.staff": "many"}}, "«many»"),
        ({"set": {"departments.it.staff": None}}, "None"),
        ({"set": {"departments.it.staff": True}}, "True"),
        ({"set": {"departments.it.staff": math.nan}}, "it must be finite"),
        ({"set": {"services.it>sales.quality": "0,9"}}, "write 0.9, with a point"),
        ({"set": {"services.it>sales.for": ["nobody"]}}, "a service that sales gives"),
        ({"set": {"customers.shop.wears_on.nobody": 0.1}}, "«nobody»; allowed: a department"),
        ({"set": {"customers.shop.win_rate": 0.5}}, "win_rate with status: active"),
        ({"set": {"services.it>sales.takes": {"median": "1 h", "on_time": 0.2}}}, "disagree"),
        ({"set": [1]}, "allowed: a mapping"),
        ({"set": "departments.it.staff"}, "allowed: a mapping"),
        ({"scale": {"departments.it.staff": -1}}, "a factor from 0 up"),
        ({"scale": {"departments.it.staff": 0}}, "0; allowed: a number above 0"),
        ({"scale": {"services.it>sales.quality": 1.3}}, "1.04; allowed: a share from 0 to 1"),
        ({"scale": {"services.it>sales.clarity": 0.5}}, "nothing declared"),
        ({"scale": {"services.it>sales.impact": 0.5}}, "«medium»; allowed: a declared number"),
        ({"scale": {"services.sales>shop.buffer": 0.5}}, "«sla»; allowed: a declared number"),
        ({"scale": {"customers.shop.wears_on.hr": 2}}, "nothing declared"),
        ({"scale": {"services.it>sales.takes": 1e300}}, "at most a billion hours"),
        ({"add": {"services.it>sales.quality": "25 %"}}, "1.05; allowed: a share"),
        ({"add": {"services.it>sales.quality": "1 h"}}, "«1 h»"),
        ({"add": {"services.it>sales.sla": 1}}, 'write "1 h"'),
        ({"add": {"services.it>sales.sla": "-2 d"}}, "a time from 0 up"),
        ({"add": {"departments.it.staff": "5 %"}}, "for a percentage of it use scale"),
        ({"delay": {"itt": "1 h"}}, "did you mean it?"),
        ({"delay": {"it": 1}}, 'write "1 h"'),
        ({"delay": {"it": "-1 h"}}, "a time from 0 up"),
    ],
    ids=str,
)
def test_changes_that_cannot_be(change: dict[str, Any], line: str) -> None:
    (only,) = refusals(a_chain(), **change)
    assert line in only


def test_all_faults_of_all_changes_at_once() -> None:
    lines = refusals(
        a_chain(),
        set={"a.b.c": 1, "departments.it.staff": -1},
        scale={"x": 2},
        delay={"nobody": "1 h"},
    )
    assert [line.split(":")[0] for line in lines] == [
        "changes[0].set.a.b.c",
        "changes[0].set.departments.it.staff",
        "changes[0].scale.x",
        "changes[0].delay.nobody",
    ]


def test_money_set_where_no_currency_is() -> None:
    chain = ValueChain(
        departments={"it": {}},
        customers={"shop": {}},
        services=[{"provider": "it", "client": "shop"}],
    )
    assert "money without a currency" in refusals(chain, set={"customers.shop.revenue": 5})[0]


def test_changes_given_to_the_constructor_are_judged() -> None:
    good = a_chain(changes=[{"set": {"departments.it.staff": 5}}])
    assert good.in_force().departments["it"].staff == 5
    with pytest.raises(SchemaError, match="did you mean it"):
        a_chain(changes=[{"set": {"departments.itt.staff": 5}}])


def test_parsed_values_travel() -> None:
    """A value read from one chain can be set in another."""
    source = a_chain({"median": {"base": "4 h", "low": "2 h", "high": "1 d"}, "p90": "2 d"})
    takes = source.service("it>sales").takes
    target = a_chain().with_changes({"services.it>sales.takes": takes}).in_force()
    assert target.service("it>sales").takes == takes == parse_own_time(takes)
