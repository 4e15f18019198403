"""Queues with published answers, through the public verbs."""

from __future__ import annotations

from typing import Any

import pytest

import valuechain as vc


def desk(
    staff: float, volume: float, work: str, period: str = "hour", **more: Any
) -> vc.ValueChain:
    """One department that serves one customer, exponential work."""
    service = {"provider": "desk", "client": "public", "volume": volume, "work": {"mean": work}}
    return vc.ValueChain(
        period=period,
        departments={"desk": {"staff": staff}},
        customers={"public": {}},
        services=[service | more],
    )


def row(chain: vc.ValueChain, department: str = "desk") -> dict[str, Any]:
    (found,) = (
        r for r in vc.compute_workload(chain).to_records("departments") if r["id"] == department
    )
    return found


def time_in_system(chain: vc.ValueChain) -> float:
    hours = vc.propagate_delay(chain, mode="expected").table("customers")["mean_hours"]
    return float(hours[0])


@pytest.mark.parametrize(("servers", "queue", "time"), [(2, 7.674, 1.053), (4, 0.105, 0.212)])
def test_nine_an_hour_served_in_twelve_minutes(servers: int, queue: float, time: float) -> None:
    # M/M/2 and M/M/4 with lambda 9, mu 5: Lq and W to three decimals
    chain = desk(servers, 9, "12 min")
    assert row(chain)["queue_length"] == pytest.approx(queue, abs=5e-4)
    assert time_in_system(chain) == pytest.approx(time, abs=5e-4)


def test_the_bank_of_trueman() -> None:
    # R. E. Trueman, An Introduction to Quantitative Methods for Decision Making, Holt, Rinehart
    # and Winston (1977): 1.2 customers a minute, three tellers of .5 a minute each
    chain = desk(3, 1.2 * 60, "2 min")
    assert 60 * row(chain)["mean_wait_hours"] == pytest.approx(2.16, abs=5e-3)
    assert 60 * time_in_system(chain) == pytest.approx(4.16, abs=5e-3)
    assert row(chain)["queue_length"] == pytest.approx(2.59, abs=5e-3)
    assert row(chain)["utilization"] == pytest.approx(0.8, rel=1e-12)


def test_three_tellers_at_lunch() -> None:
    # six customers an hour, twenty minutes each, three on duty: 8.889 minutes of waiting
    assert 60 * row(desk(3, 6, "20 min"))["mean_wait_hours"] == pytest.approx(8.889, abs=5e-4)


def test_rework_comes_round_to_the_same_desk() -> None:
    # M/M/1 with feedback (Jackson 1957): a quarter of a request an hour, half of the attempts
    # fail, work Exp(1): half an attempt an hour, 2 attempts of 1 h waiting and 1 h work each
    chain = desk(1, 0.25, "1 h", fcr=0.5)
    found = row(chain)
    assert time_in_system(chain) == pytest.approx(4.0, rel=1e-12)
    # Little: requests in the system = rho / (1 - rho) = their rate times their time
    assert found["queue_length"] + found["utilization"] == pytest.approx(0.25 * 4.0, rel=1e-12)
    assert found["attempts"] == pytest.approx(0.5, rel=1e-12)
    sampled = vc.propagate_delay(chain, samples=100_000).to_records("customers")[0]
    # the sum of a geometric number of exponential sojourns is exponential: sd = mean
    assert sampled["mean_hours"] == pytest.approx(4.0, abs=4 * 4.0 / 100_000**0.5)
    assert sampled["sd_hours"] == pytest.approx(4.0, abs=4 * 4.0 * (2 / 100_000) ** 0.5)


def test_a_cafe_with_cold_food_hot_food_and_a_till() -> None:
    # the open Jackson network of Ciw's second tutorial: arrivals .3 (cold) and .2 (hot) a minute,
    # 30 % of the cold go on to hot food, the others and all the hot to the till
    chain = vc.ValueChain(
        period="hour",
        departments={"cold": {"staff": 1}, "hot": {"staff": 2}, "till": {"staff": 2}},
        customers={"guests": {}},
        services=[
            {"provider": "cold", "client": "guests", "volume": 18, "work": {"mean": "1 min"}},
            {"provider": "hot", "client": "guests", "volume": 12, "work": {"mean": "150 s"}},
            {"provider": "hot", "client": "cold", "need": 0.3, "work": {"mean": "150 s"}},
            {"provider": "till", "client": "cold", "need": 0.7, "work": {"mean": "2 min"}},
            {"provider": "till", "client": "hot", "need": 1, "work": {"mean": "2 min"}},
        ],
    )
    found = vc.compute_workload(chain).to_frame("departments")
    assert found["utilization"].tolist() == pytest.approx([0.30, 0.3625, 0.50], rel=1e-9)
    assert (60 * found["mean_wait_hours"]).tolist() == pytest.approx(
        [0.4286, 0.3782, 0.6667], abs=5e-5
    )


def test_traffic_equations_of_jackson() -> None:
    # arrivals from outside [1, 4, 3]; P[i][j] the share that goes on from i to j
    routing = [[0, 0.6, 0.3], [0.1, 0, 0.3], [0.4, 0.4, 0]]
    names = ["a", "b", "c"]
    chain = vc.ValueChain(
        departments={name: {} for name in names},
        customers={"world": {}},
        services=[
            *(
                {"provider": name, "client": "world", "volume": volume}
                for name, volume in zip(names, [1, 4, 3], strict=True)
            ),
            *(
                {"provider": names[j], "client": names[i], "need": share}
                for i, shares in enumerate(routing)
                for j, share in enumerate(shares)
                if share > 0
            ),
        ],
    )
    attempts = vc.compute_workload(chain).table("departments")["attempts"]
    assert attempts.tolist() == pytest.approx([5, 10, 7.5], rel=1e-12)
