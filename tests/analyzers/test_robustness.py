"""`assess_robustness` against closed forms, and in every corner."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats

import valuechain as vc
from valuechain.errors import SchemaError, UnknownIdError, UsageError

EXACT = {"base": 0.5, "low": 0.5, "high": 0.5}
CERTAIN = {
    "weights": dict.fromkeys(("late", "faulty", "unclear", "repeated"), EXACT),
    **dict.fromkeys(
        (
            *("morale_to_quality", "morale_to_time", "input_to_morale", "overload_to_morale"),
            *("overload_starts", "unexplained", "recovery", "detractor_score"),
        ),
        EXACT,
    ),
}
SHORT = {"base": "4 h", "low": "2 h", "high": "9 h"}
LONG = {"base": "5 h", "low": "5 h", "high": "7 h"}


def two_customers(one: Any, other: Any, **more: Any) -> vc.ValueChain:
    """Two customers of one department, and nothing uncertain but what is given."""
    return vc.ValueChain(
        departments={"sales": {}},
        customers={"mall": {"choice": EXACT}, "shop": {"choice": EXACT}},
        services=[
            {"provider": "sales", "client": "mall", "takes": one},
            {"provider": "sales", "client": "shop", "takes": other},
        ],
        assumptions=CERTAIN,
        **more,
    )


def delay(chain: vc.ValueChain, **given: Any) -> vc.RobustnessResult:
    return vc.assess_robustness(chain, "propagate_delay", level="customers", samples=4, **given)


def test_the_answer_has_the_distribution_of_what_it_stands_on() -> None:
    """A lead time that is one triangular number is triangular."""
    result = delay(two_customers(SHORT, "1 h"), draws=600)
    row = result.to_frame().loc["mall"]
    law = scipy.stats.triang(2 / 7, 2, 7)
    n = 600
    assert row["base"] == 4.0
    assert abs(row["mean"] - law.mean()) < 4 * law.std() / np.sqrt(n)
    for name, share in (("p5", 0.05), ("p50", 0.5), ("p95", 0.95)):
        error = np.sqrt(share * (1 - share) / n) / law.pdf(law.ppf(share))
        assert abs(row[name] - law.ppf(share)) < 4 * error
    assert scipy.stats.kstest(result.samples("mall"), law.cdf).pvalue > 1e-4
    shop = result.to_frame().loc["shop"]
    assert (shop["sd"], shop["p5"], shop["p95"]) == (0.0, 1.0, 1.0)


def test_probability_first_is_the_chance_that_one_exceeds_the_other() -> None:
    result = delay(two_customers(SHORT, LONG), draws=500)
    one, other = scipy.stats.triang(2 / 7, 2, 7), scipy.stats.triang(0, 5, 2)
    chance = one.expect(other.cdf)
    row = result.to_frame().loc["mall"]
    assert abs(row["probability_first"] - chance) < 4 * np.sqrt(chance * (1 - chance) / 500)
    lowest = delay(two_customers(SHORT, LONG), draws=500, first="smallest").to_frame()
    assert lowest.loc["shop", "probability_first"] == row["probability_first"]
    assert result.to_frame()["probability_first"].sum() == pytest.approx(1.0)


def test_ties_share_the_first_place() -> None:
    chain = two_customers("3 h", "3 h", notes="n").with_changes(
        {"departments.sales.staff": {"base": 2, "low": 1, "high": 3}}
    )
    shares = delay(chain, draws=5).to_frame()["probability_first"]
    assert shares.tolist() == [0.5, 0.5]


def test_only_what_moves_the_answer_correlates_with_it() -> None:
    result = delay(two_customers(SHORT, LONG), draws=100, row="mall")
    inputs = result.to_frame("inputs")
    assert result.row == "mall"
    assert inputs.index[0] == "services.sales>mall.takes"
    assert inputs["correlation"].iloc[0] == pytest.approx(1.0)
    assert abs(inputs["correlation"].iloc[1]) < result.noise
    first = inputs.iloc[0]
    assert first["answer_if_low"] < first["base"] < first["answer_if_high"]


def test_sobol_indices_of_a_sum_are_shares_of_its_variance() -> None:
    chain = vc.ValueChain(
        departments={"it": {}, "sales": {}},
        customers={"shop": {"choice": EXACT}},
        services=[
            {"provider": "it", "client": "sales", "takes": SHORT, "impact": 0.3},
            {"provider": "sales", "client": "shop", "takes": LONG},
        ],
        assumptions=CERTAIN,
    )
    result = delay(chain, draws=1024, sensitivity="sobol")
    one, other = (scipy.stats.triang(c, 0, width).var() for c, width in ((2 / 7, 7), (0, 2)))
    inputs = result.to_frame("inputs")
    assert (result.method, result.draws) == ("sobol", 1024)
    for name, variance in (("it>sales", one), ("sales>shop", other)):
        found = inputs.loc[f"services.{name}.takes"]
        assert abs(found["total"] - variance / (one + other)) < 4 * found["total_error"]
    assert "índices de Sobol" in result.explain("es")
    assert result.samples("shop").shape == (512,)  # the independent ones


def test_sobol_says_what_it_needs() -> None:
    with pytest.raises(UsageError, match="128 draws at least, not 127"):
        delay(two_customers(SHORT, LONG), draws=127, sensitivity="sobol")
    crossing = {"median": {"base": "4 h", "low": "2 h", "high": "9 h"}, "p90": "5 h"}
    with pytest.raises(UsageError, match="independent inputs"):
        delay(two_customers(crossing, LONG), draws=128, sensitivity="sobol")


def test_draws_without_an_answer_are_counted_and_left_out() -> None:
    chain = vc.ValueChain(
        departments={"sales": {}},
        customers={"shop": {}},
        services=[
            {
                "provider": "sales",
                "client": "shop",
                "takes": "1 h",
                "quality": {"base": 0.8, "n": 20},
            }
        ],
    ).with_changes(add={"services.sales>shop.quality": 0.1})
    result = vc.assess_robustness(chain, "predict_outcomes", draws=40, samples=4)
    assert 0 < result.unanswered < 20
    assert result.why is not None
    assert "quality" in result.why.en
    assert len(result.samples("shop")) == 40 - result.unanswered
    assert result.table().value("shop", "probability_first") == 1.0
    assert "no cuentan" in result.explain("es")


def test_more_draws_leave_the_first_as_they_were() -> None:
    chain = two_customers(SHORT, LONG)
    few, many = (delay(chain, draws=draws).samples("mall") for draws in (7, 12))
    assert few.tolist() == many[:7].tolist()
    assert delay(chain, draws=7, seed=1).samples("mall").tolist() != few.tolist()


def test_a_function_is_asked_as_well_as_a_name() -> None:
    chain = two_customers(SHORT, LONG)
    by_name = vc.assess_robustness(chain, "rank_bottlenecks", "mean_hours", draws=4, samples=4)
    by_function = vc.assess_robustness(
        chain, vc.rank_bottlenecks, outcome="mean_hours", draws=4, samples=4
    )
    assert by_name.to_dict() == by_function.to_dict()
    assert (by_name.column, by_name.unit, by_name.verb) == (
        "fix_only_this",
        "working hours",
        "rank_bottlenecks",
    )


def test_how_often_an_intervention_belongs_to_the_best_plan() -> None:
    """Worth its while only where one service takes longer than the other: the chance of that."""
    chain = vc.ValueChain(
        departments={"a": {}, "b": {}, "c": {}},
        customers={"shop": {"choice": EXACT}},
        services=[
            {"provider": "a", "client": "c", "takes": SHORT, "impact": 0.3},
            {"provider": "b", "client": "c", "takes": "5 h", "impact": 0.3},
            {"provider": "c", "client": "shop", "takes": "1 h"},
        ],
        assumptions=CERTAIN,
        currency="EUR",
        interventions={"faster": {"cost": 10, "scale": {"services.a>c.takes": 0.5}}},
    )
    result = vc.assess_robustness(
        chain, "choose_interventions", 10, "mean_hours", column="chosen", draws=150, samples=1
    )
    longer = scipy.stats.triang(2 / 7, 2, 7).sf(5)
    row = result.to_frame().loc["faster"]
    assert row["base"] == 0.0
    assert abs(row["mean"] - longer) < 4 * np.sqrt(longer * (1 - longer) / 150)


def test_every_answer_in_words_of_both_languages() -> None:
    steady = vc.assess_robustness(vc.example("design_delay"), "analyze_structure", draws=3)
    moved = delay(two_customers(SHORT, LONG), draws=20)
    for result in (steady, moved):
        for lang in ("es", "en"):
            said = result.explain(lang)
            assert said.endswith(".")
            assert "nan" not in said.lower().split()
            assert "None" not in said
    assert "nada de lo incierto lo mueve" in steady.explain("es")
    assert "tiempo propio de sales → shop" in moved.explain("es")
    assert len(repr(moved)) < 100


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ({"verb": "rank_bottleneck"}, UnknownIdError, "did you mean rank_bottlenecks"),
        ({"verb": 3}, UsageError, "a function"),
        ({"draws": 1}, UsageError, "from 2"),
        ({"draws": True}, UsageError, "from 2"),
        ({"samples": 0}, UsageError, "from 1"),
        ({"seed": -1}, UsageError, "from 0"),
        ({"first": "best"}, UsageError, "largest, smallest"),
        ({"sensitivity": "fast"}, UsageError, "rank, sobol"),
        ({"level": "waves"}, UsageError, "there are: services"),
        ({"column": "mean_days"}, UsageError, "there are: mean_hours"),
        ({"row": "sales>mal"}, UnknownIdError, "did you mean sales>mall"),
        ({"shocks": "flood"}, UnknownIdError, "scenario"),
    ],
)
def test_what_cannot_be_asked_is_said(given: dict[str, Any], error: type, says: str) -> None:
    asked = {"verb": "propagate_delay", "draws": 2, "samples": 4, **given}
    with pytest.raises(error, match=says):
        vc.assess_robustness(two_customers(SHORT, LONG), asked.pop("verb"), **asked)


def test_a_column_of_words_and_a_chain_without_doubt_are_said() -> None:
    with pytest.raises(UsageError, match="verdict is no number"):
        vc.assess_robustness(
            two_customers(SHORT, LONG),
            "rank_bottlenecks",
            "mean_hours",
            column="verdict",
            draws=2,
            samples=4,
        )
    with pytest.raises(UsageError, match="nothing is uncertain"):
        delay(two_customers("1 h", "2 h"), draws=2)


def test_errors_of_the_verb_itself_are_its_own() -> None:
    with pytest.raises(SchemaError):
        vc.assess_robustness(
            two_customers(SHORT, LONG),
            "propagate_delay",
            {"services.sales>mall.quality": 3},
            draws=2,
            samples=4,
        )


def test_progress_counts_draws() -> None:
    seen: list[tuple[int, int]] = []
    delay(
        two_customers(SHORT, LONG), draws=6, progress=lambda done, all_: seen.append((done, all_))
    )
    assert seen == [(4, 6), (6, 6)]
