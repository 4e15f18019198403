"""The technology shop: trained technicians answer in minutes, reviews rise, sales rise."""

from __future__ import annotations

import pytest

import valuechain as vc

SEEDS = (0, 1, 2)


@pytest.fixture(scope="module")
def shop() -> vc.ValueChain:
    return vc.example("tech_shop")


@pytest.fixture(scope="module")
def trained(shop: vc.ValueChain) -> vc.ValueChain:
    return shop.with_intervention("training")


def waiting_minutes(chain: vc.ValueChain) -> float:
    workload = vc.compute_workload(chain).table("departments")
    return 60 * float(workload.value("technicians", "mean_wait_hours"))


def sales(chain: vc.ValueChain, seed: int = 0) -> float:
    """What is won of the visitors, and what the buyers do not take elsewhere, a year."""
    outcomes = vc.predict_outcomes(chain, seed=seed).table("customers")
    visitors, buyers = (chain.customers[c].revenue for c in ("visitors", "buyers"))
    won = visitors * outcomes.value("visitors", "won_share")
    return float(won + buyers * (1 - outcomes.value("buyers", "churn")))


@pytest.mark.parametrize("seed", SEEDS)
def test_training_is_calibrated_to_fifteen_percent_of_sales(shop, trained, seed):
    """Within half a point, whatever the seed: the calibration does not hang on one sample."""
    assert sales(trained, seed) / sales(shop, seed) - 1 == pytest.approx(0.15, abs=0.005)


def test_it_says_in_both_languages_that_this_is_a_calibration(shop):
    training = shop.interventions["training"]
    assert "calibrada" in training.name
    assert "no predicha" in training.name
    assert "Calibración, no predicción" in training.notes
    assert "calibration, not a prediction" in " ".join(training.notes.split())


def test_sales_of_today_by_hand(shop):
    """300 in a thousand visitors and 700 in a thousand buyers, of what each would bring."""
    assert sales(shop) == pytest.approx(0.30 * 1_200_000 + 0.70 * 540_000)


def test_the_queue_falls_from_forty_minutes_to_ten(shop, trained):
    assert 35 < waiting_minutes(shop) < 45
    assert 8 < waiting_minutes(trained) < 12


def test_each_domino_falls_the_right_way(shop, trained):
    """Answers sooner, fewer of them twice, happier buyers, more reviews, more visitors won."""
    before, after = (vc.propagate_dissatisfaction(c, samples=4_000) for c in (shop, trained))
    for service in ("technicians>buyers:help", "technicians>visitors"):
        for column in ("late", "unclear", "repeated", "faulty", "dissatisfied"):
            falls = [result.table("services").value(service, column) for result in (before, after)]
            assert falls[1] < falls[0], column
    first, then = (
        vc.predict_outcomes(c, samples=4_000).table("customers") for c in (shop, trained)
    )
    for customer, column in (("buyers", "csat"), ("buyers", "nps"), ("visitors", "won_share")):
        assert then.value(customer, column) > first.value(customer, column)
    assert then.value("buyers", "churn") < first.value("buyers", "churn")
    assert after.table("departments").value("technicians", "esat") > 0.60


def test_without_reviews_fewer_visitors_are_won(shop):
    """What the reviews add is 1 + recommends times what the buyers gained."""
    silent = vc.parse_yaml(vc.to_yaml(shop).replace("recommends:", "tags: [silent]  # "))
    assert not silent.customers["buyers"].recommends
    with_reviews, without = (
        vc.predict_outcomes(c.with_intervention("training"), samples=4_000).table("customers")
        for c in (shop, silent)
    )
    gained = with_reviews.value("buyers", "csat") - 0.63
    ratio = with_reviews.value("visitors", "won_share") / without.value("visitors", "won_share")
    assert ratio == pytest.approx(1 + 0.4 * gained, rel=1e-6)
    assert ratio > 1.02


def test_speed_is_not_all(shop, trained):
    """One technician more waits shorter than training, and satisfies fewer buyers."""
    fourth = shop.with_intervention("fourth")
    assert waiting_minutes(fourth) < waiting_minutes(trained)
    csat = [
        vc.predict_outcomes(c, samples=10_000).table("customers").value("buyers", "csat")
        for c in (shop, fourth, trained)
    ]
    assert csat[0] < csat[1] < csat[2]


def test_the_circle_is_virtuous_when_trained_and_vicious_at_a_launch(shop, trained):
    def loop(chain):
        (found,) = vc.propagate_dissatisfaction(chain, samples=4_000).loops
        return found

    assert set(loop(shop).members) == {"technicians", "buyers"}
    assert loop(shop).direction == "at rest"
    assert loop(trained).direction == "virtuous"
    assert loop(shop.with_scenario("launch")).direction == "vicious"


def test_the_circle_adds_to_what_training_does(trained):
    csat = {
        feedback: vc.propagate_dissatisfaction(trained, feedback=feedback, samples=4_000)
        .table("customers")
        .value("buyers", "csat")
        for feedback in ("off", "on")
    }
    assert csat["on"] > csat["off"]


def test_every_impact_still_says_something(shop):
    """No survey contradicts the assumptions, so no coupling was scaled down."""
    calibration = vc.propagate_dissatisfaction(shop, samples=4_000).table("calibration")
    assert calibration["informative"].all()
