"""`compare`: inputs that differ, paired differences, ranks that move, all together."""

import pickle

import numpy as np
import pytest

import valuechain as vc
from valuechain.errors import UsageError

CHAIN = vc.example("design_delay")
HOLIDAY = CHAIN.with_scenario("holiday")


def test_a_chain_beside_itself_is_exactly_the_same():
    found = vc.compare(CHAIN, CHAIN, samples=500)
    assert found.unchanged == ("1",)
    assert found.changes.ids == ()
    for record in found.to_records():
        assert {v for k, v in record.items() if "_change" in k} <= {0.0, None}
    assert found.explain("en") == "No input differs, and nothing changes."


def test_only_inputs_that_differ_are_listed_as_written():
    other = CHAIN.with_changes(
        {"services.marketing>sales.need": "60 %", "departments.sales.staff": 3},
        scale={"services.design>marketing.takes": 0.5},
        delay={"finance": "2 h"},
    )
    listed = {r["path"]: (r["before"], r["after"]) for r in vc.compare(
        CHAIN, other, samples=50).changes.records()}  # fmt: skip
    assert listed == {
        "delay.finance": (None, "2 h"),
        "departments.sales.staff": (None, "3"),
        "services.design>marketing.takes": (
            "{samples: [2 d, 2 d, 2 d, 4 d]}",
            "{samples: [1 d, 1 d, 1 d, 2 d]}",
        ),
        "services.marketing>sales.need": ("0.5", "0.6"),
    }


def test_the_difference_is_that_of_two_predictions():
    found = vc.compare(CHAIN, holiday=HOLIDAY, samples=2_000).to_records()[0]
    first, second = (vc.predict_outcomes(c, samples=2_000) for c in (CHAIN, HOLIDAY))
    for name in ("csat", "breach", "mean_hours"):
        gap = second.table().value("prospect", name) - first.table().value("prospect", name)
        assert found[f"{name}_change"] == pytest.approx(gap, rel=1e-4)


def test_a_paired_error_is_smaller_than_that_of_two_runs_and_covers():
    # over seeds, differences spread as their errors say; of independent runs they spread more
    runs = [vc.compare(CHAIN, HOLIDAY, samples=400, seed=s).to_records()[0] for s in range(30)]
    changes = np.array([run["mean_hours_change"] for run in runs])
    usual = np.sqrt(np.mean([run["mean_hours_change_error"] ** 2 for run in runs]))
    assert 0.65 < usual / changes.std(ddof=1) < 1.6
    # 20 h on half of one request in four: known by hand from the chain's own page of numbers
    assert abs(changes.mean() - 5.0) < 4 * changes.std(ddof=1) / np.sqrt(30)


def test_ranks_move():
    found = vc.compare(CHAIN, brief=CHAIN.with_intervention("brief"), samples=2_000)
    ranks = {r["department"]: (r["rank_before"], r["rank_after"], r["rank_change"])
             for r in found.to_records("departments")}  # fmt: skip
    for name, chain in (("before", CHAIN), ("after", CHAIN.with_intervention("brief"))):
        order = vc.rank_bottlenecks(chain, samples=2_000).table().ids
        place = 0 if name == "before" else 1
        assert {d: r[place] for d, r in ranks.items()} == {d: order.index(d) + 1 for d in order}


TWO_WAYS = vc.ValueChain(
    departments={"a": {}, "b": {}, "sales": {}},
    customers={"shop": {}},
    services=[
        {"provider": "a", "client": "sales", "takes": "9 h"},
        {"provider": "b", "client": "sales", "takes": "9 h"},
        {"provider": "sales", "client": "shop", "takes": "1 h", "sla": "8 h"},
    ],
)


def test_two_ways_to_a_customer_gain_together_what_neither_gains_alone():
    quick = {k: TWO_WAYS.with_changes({f"services.{k}>sales.takes": "2 h"}) for k in "ab"}
    found = vc.compare(TWO_WAYS, **quick, samples=20)
    assert [r["mean_hours_change"] for r in found.to_records()] == [0, 0]
    together = found.to_records("combined")[0]
    assert (together["mean_hours_combined_change"], together["mean_hours_sum_change"]) == (-7, 0)
    assert (together["breach_combined_change"], together["breach_sum_change"]) == (-1, 0)


def test_what_excludes_each_other_has_no_combined_effect():
    times = [TWO_WAYS.with_changes({"services.a>sales.takes": t}) for t in ("2 h", "3 h")]
    assert "combined" not in vc.compare(TWO_WAYS, *times, samples=20).tables


def test_a_comparison_can_be_pickled_before_its_ranks_are_read():
    found = pickle.loads(pickle.dumps(vc.compare(TWO_WAYS, TWO_WAYS, samples=20)))
    assert found.table("departments")["rank_change"].tolist() == [0, 0, 0]


def test_nothing_to_compare_with_and_other_departments_are_refused():
    with pytest.raises(UsageError, match="nothing to compare with"):
        vc.compare(CHAIN)
    with pytest.raises(UsageError, match="other departments"):
        vc.compare(CHAIN, other=TWO_WAYS)


@pytest.mark.parametrize("lang", ["es", "en"])
def test_words(lang):
    said = vc.compare(CHAIN, plan=HOLIDAY, samples=500).explain(lang)
    assert "Cliente potencial" in said
    assert "None" not in said
