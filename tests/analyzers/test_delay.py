"""`propagate_delay` as a user meets it; the engine is tested with the kernels and the reference."""

from __future__ import annotations

import numpy as np
import pytest

import valuechain as vc

CHAIN = """
valuechain: 1
departments:
  design:
    takes: {mean: 1 h}
    serves:
      sales: {takes: {mean: 2 h}, sla: 3 h, need: 0.5}
  sales:
    serves:
      shop:
        - {key: order, takes: {mean: 1 h}, sla: 4 h, volume: 30}
        - {key: advice, takes: 1 h, volume: 10, fcr: 0.5}
      fair: {takes: 2 h}
customers: {shop: {}, fair: {}, nobody: {}}
scenarios: {holiday: {delay: {design: 1 w}}}
"""


@pytest.fixture(scope="module")
def chain():
    return vc.parse_yaml(CHAIN)


@pytest.fixture(scope="module")
def delay(chain):
    return vc.propagate_delay(chain, samples=4_000, seed=1)


def test_what_was_sampled_is_what_is_told(delay):
    table = delay.table("services")
    for row in table.records():
        sampled = np.sort(delay.samples(row["id"]))
        assert sampled.shape == (4_000,)
        assert row["mean_hours"] == pytest.approx(sampled.mean(), rel=1e-5)
        assert row["sd_hours"] == pytest.approx(sampled.std(ddof=1), rel=1e-4, abs=1e-5)
        for share, name in ((0.5, "p50_hours"), (0.9, "p90_hours"), (0.95, "p95_hours")):
            assert row[name] == sampled[int(share * 4_000) - 1]
    late = np.maximum(delay.samples("sales>shop:order") - 4, 0)
    order = {row["id"]: row for row in table.records()}["sales>shop:order"]
    assert order["breach"] == (late > 0).mean()
    assert order["mean_late_hours"] == pytest.approx(late.mean(), rel=1e-5)
    assert order["breach_error"] == pytest.approx((late > 0).std() / np.sqrt(4_000), rel=0.01)
    assert order["mean_hours_error"] == pytest.approx(order["sd_hours"] / np.sqrt(4_000), rel=1e-6)


def test_never_late_in_a_few_jobs_is_not_taken_for_never() -> None:
    services = [
        {"provider": "desk", "client": "shop", "takes": {"mean": "1 h"}, "sla": "10 h"},
        {"provider": "desk", "client": "fair", "takes": "1 h", "sla": "10 h"},
    ]
    chain = vc.ValueChain(
        departments={"desk": {}}, customers={"shop": {}, "fair": {}}, services=services
    )
    told = vc.propagate_delay(chain, samples=200, seed=1).to_frame("services")
    assert told["breach"].tolist() == [0, 0]
    truly = np.exp(-10)
    assert truly <= 2 * told.loc["desk>shop", "breach_error"] < 0.01
    assert told.loc["desk>fair", "breach_error"] == 0  # every job takes an hour


def test_one_sample_tells_no_error() -> None:
    one = vc.propagate_delay(vc.parse_yaml(CHAIN), samples=1).to_frame("services")
    assert one["mean_hours_error"].isna().all()
    assert one["breach_error"].isna().all()


def test_samples_are_the_same_kept_or_drawn_again(chain, delay):
    kept = vc.propagate_delay(chain, samples=4_000, seed=1, keep_samples=True)
    for service in chain.services:
        np.testing.assert_array_equal(kept.samples(service.id), delay.samples(service.id))
    with pytest.raises(vc.UnknownIdError, match=r"did you mean design>sales\?"):
        delay.samples("design>sale")


def test_a_customer_has_the_mixture_of_its_services(delay):
    services = {row["id"]: row for row in delay.table("services").records()}
    order, advice = services["sales>shop:order"], services["sales>shop:advice"]
    shop = delay.table("customers").value
    assert shop("shop", "mean_hours") == pytest.approx(
        0.75 * order["mean_hours"] + 0.25 * advice["mean_hours"]
    )
    mixed = np.concatenate(
        [delay.samples("sales>shop:order")] * 3 + [delay.samples("sales>shop:advice")]
    )
    assert shop("shop", "sd_hours") == pytest.approx(mixed.std(), rel=1e-3)
    assert (mixed <= shop("shop", "p90_hours")).mean() >= 0.9
    assert (mixed < shop("shop", "p90_hours")).mean() <= 0.9
    assert shop("shop", "breach") is not None


def test_what_nobody_promised_or_receives_is_not_told(delay):
    services = {row["id"]: row for row in delay.table("services").records()}
    assert services["sales>fair"]["breach"] is None
    assert services["sales>fair"]["mean_late_hours"] is None
    nobody = {row["id"]: row for row in delay.table("customers").records()}["nobody"]
    assert set(nobody.values()) == {"nobody", None}
    assert delay.to_frame("customers").loc["nobody"].isna().all()


def test_expected_mode_has_means_and_nothing_else(chain):
    delay = vc.propagate_delay(chain, mode="expected")
    assert [column.name for column in delay.table("customers").columns] == ["mean_hours"]
    services = delay.table("services")
    assert services.value("design>sales", "mean_hours") == pytest.approx(3)
    assert services.value("sales>shop:advice", "mean_hours") == pytest.approx(1.5 + 2)
    assert services.value("sales>shop:advice", "own_mean_hours") == pytest.approx(2)
    assert delay.table("departments").value("sales", "mean_ready_hours") == pytest.approx(1.5)
    assert delay.provenance.seed is None
    with pytest.raises(vc.UsageError, match="nothing is sampled"):
        delay.samples("design>sales")


def test_a_shock_is_added_once_for_each_delivery(chain, delay):
    shocked = vc.propagate_delay(chain, {"design": "3 h"}, samples=4_000, seed=1)
    added = shocked.samples("design>sales") - delay.samples("design>sales")
    np.testing.assert_allclose(added, 3, rtol=1e-5)
    # half of the jobs need Design
    later = shocked.samples("sales>fair") - delay.samples("sales>fair")
    np.testing.assert_allclose(np.unique(later.round(4)), [0, 3], atol=1e-3)
    one = vc.propagate_delay(chain, {"sales>fair": "2 h"}, samples=50, seed=1)
    moved = (
        one.table("services")["mean_hours"]
        - vc.propagate_delay(chain, samples=50, seed=1).table("services")["mean_hours"]
    )
    assert dict(zip(one.table("services").ids, moved.round(4), strict=True)) == {
        **dict.fromkeys((s.id for s in chain.services), 0),
        "sales>fair": 2,
    }


def test_a_scenario_by_name_is_its_shocks_by_hand(chain):
    by_name = vc.propagate_delay(chain, "holiday", samples=100)
    by_hand = vc.propagate_delay(chain, {"design": "40 h"}, samples=100)
    on_top = vc.propagate_delay(chain.with_scenario("holiday"), samples=100)
    assert by_name.to_dict() == by_hand.to_dict() == on_top.to_dict()


@pytest.mark.parametrize("wrong", [{"mode": "guessed"}, {"feedback": "maybe"}])
def test_words_that_are_not_there_are_refused(chain, wrong):
    with pytest.raises(vc.UsageError):
        vc.propagate_delay(chain, **wrong)


def test_columns_that_cost_are_computed_when_they_are_read(chain, monkeypatch):
    from valuechain.analyzers import delay as module

    asked = []
    real = module.criticality
    monkeypatch.setattr(module, "criticality", lambda run: asked.append(1) or real(run))
    result = vc.propagate_delay(chain, samples=10)
    assert asked == []
    for _ in range(2):
        result.table("services").column("criticality_index")
    assert asked == [1]
