"""Waits inside own times: their law, their moments, and measured times that move with the wait."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate

import valuechain as vc
from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.chance.laws import moments
from valuechain.kernels.delay.own_time import own_moments
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.kernels.plan.basis import plan_basis
from valuechain.network.arrays import ChainArrays, Family, Laws
from valuechain.today import situation_of

N = 60_000


def waits(chance: float, mean: float) -> Laws:
    """The law of a wait as `with_waits` writes it."""
    scale = mean / chance
    family = np.array([Family.EXPONENTIAL], np.int8)
    loc = np.array([scale * math.log(chance)])
    return Laws(family, loc, np.array([scale]), np.zeros((1, 2)))


def one_service(chance: float, mean: float, **columns: Any) -> ChainArrays:
    return chain_arrays(
        [("a", "shop")], customers=["shop"], need=[1.0], wait=waits(chance, mean), **columns
    )


def sampled(arrays: ChainArrays) -> np.ndarray:
    return sample_delay(delay_model(arrays, N, 5)).samples(0)


def test_an_atom_and_an_exponential_tail() -> None:
    hours = sampled(one_service(0.3, 2.0))
    waiting = hours[hours > 0]
    assert len(waiting) / N == pytest.approx(0.3, abs=4 * math.sqrt(0.3 * 0.7 / N))
    scale = 2.0 / 0.3
    assert waiting.mean() == pytest.approx(scale, abs=4 * scale / math.sqrt(len(waiting)))
    for t in (1.0, 5.0, 20.0):
        share = 0.3 * math.exp(-t / scale)
        assert (hours > t).mean() == pytest.approx(share, abs=4 * math.sqrt(share / N))


@pytest.mark.parametrize(("chance", "mean"), [(1.0, 2.0), (0.3, 2.0), (1e-3, 0.5), (1e-9, 1e-6)])
def test_moments_of_a_wait_are_exact(chance: float, mean: float) -> None:
    scale = mean / chance
    first, variance = moments(waits(chance, mean))
    square, _ = integrate.quad(lambda t: 2 * t * chance * math.exp(-t / scale), 0, 60 * scale)
    assert first == pytest.approx([mean], rel=1e-9)
    assert variance == pytest.approx([square - mean**2], rel=1e-6)


def test_every_attempt_waits_again() -> None:
    arrays = one_service(0.4, 1.5, own=[2.0], fcr=[0.5], shock=[1.0])
    mean, variance = own_moments(arrays)
    assert mean == pytest.approx([2 * (1.5 + 2.0) + 1.0])
    hours = sampled(arrays)
    assert hours.mean() == pytest.approx(mean[0], abs=4 * math.sqrt(variance[0] / N))
    kurtosis = ((hours - hours.mean()) ** 4).mean() / hours.var() ** 2
    assert hours.var() == pytest.approx(variance[0], rel=4 * math.sqrt((kurtosis - 1) / N))


def test_a_shared_cause_leaves_each_wait_its_law() -> None:
    arrays = one_service(0.3, 2.0, coefficients={"shared_cause": 0.6})
    hours = sampled(arrays)
    assert (hours > 0).mean() == pytest.approx(0.3, abs=4 * math.sqrt(0.3 * 0.7 / N))
    sd = math.sqrt(moments(arrays.wait)[1][0])
    assert hours.mean() == pytest.approx(2.0, abs=4 * sd / math.sqrt(N))


def test_medians_of_plans_hold_the_wait() -> None:
    arrays = one_service(0.8, 4.0, own=[1.0])
    basis = plan_basis(sample_delay(delay_model(arrays, 16_384, 1)))
    # half wait more than scale ln(.8 / .5); a median has the standard error .5 / (f sqrt(n))
    scale = 4.0 / 0.8
    error = 0.5 / (0.5 / scale * math.sqrt(16_384))
    assert basis.median[0] == pytest.approx(1.0 + scale * math.log(0.8 / 0.5), abs=4 * error)


def staffed(staff: float = 1.0, **service: Any) -> vc.ValueChain:
    return vc.ValueChain(
        period="week",  # of 40 hours: no wait below is near that limit
        departments={"desk": {"staff": staff}},
        customers={"shop": {}},
        services=[{"provider": "desk", "client": "shop", **service}],
    )


def mean_hours(chain: vc.ValueChain) -> float:
    return float(vc.propagate_delay(chain, mode="expected").table("customers")["mean_hours"][0])


def test_work_waits_and_takes_does_not() -> None:
    # M/M/1 at half load: half an hour of work, half an hour of waiting
    work = {"work": {"mean": "30 min"}, "volume": 40}
    assert mean_hours(staffed(**work)) == pytest.approx(1.0)
    assert mean_hours(staffed(**work, takes="3 h")) == 3.0


def test_without_volumes_nothing_waits() -> None:
    chain = staffed(work={"mean": "30 min"})
    assert mean_hours(chain) == 0.5
    assert np.isnan(situation_of(chain).load_today.wait).all()


def test_half_a_person_is_half_as_fast() -> None:
    # one server with work / c: the M/M/1 queue with services of 1 h at rate .5
    chain = staffed(0.5, work={"mean": "30 min"}, volume=20)
    assert mean_hours(chain) == pytest.approx(1.0 / (1 - 0.5))


def test_measured_times_move_with_the_wait() -> None:
    # rho from .5 to .75: W from .5 h to 1.5 h, on top of 3 h that were measured today
    chain = staffed(work={"mean": "30 min"}, volume=40, takes="3 h")
    more = chain.with_changes(scale={"services.desk>shop.volume": 1.5})
    assert mean_hours(more) == pytest.approx(4.0)
    relief = chain.with_changes({"departments.desk.staff": 1e6})
    assert mean_hours(relief) == pytest.approx(2.5)
    assert mean_hours(more.with_changes(scale={"services.desk>shop.volume": 1 / 1.5})) == 3.0


def test_measured_times_never_fall_below_the_work() -> None:
    chain = staffed(work={"mean": "30 min"}, volume=40, takes="36 min")
    assert mean_hours(chain.with_changes({"departments.desk.staff": 1e6})) == pytest.approx(0.5)


def test_other_changes_leave_measured_times_alone() -> None:
    chain = staffed(work={"mean": "30 min"}, volume=40, takes={"mean": "3 h"})
    assert mean_hours(chain.with_changes({"services.desk>shop.quality": 0.9})) == 3.0
    assert mean_hours(chain.with_changes(delay={"desk": "2 h"})) == 5.0


def test_sampled_measured_times_keep_their_shape() -> None:
    chain = staffed(work={"mean": "30 min"}, volume=40, takes={"mean": "3 h"})
    more = chain.with_changes(scale={"services.desk>shop.volume": 1.5})
    today, then = (
        vc.propagate_delay(c, samples=2_000, seed=1).samples("desk>shop") for c in (chain, more)
    )
    assert then == pytest.approx(today * 4 / 3, rel=1e-5)


def test_loads_travel_with_the_situation() -> None:
    chain = staffed(work={"mean": "30 min"}, volume=40)
    situation = situation_of(chain.with_changes({"departments.desk.staff": 2}))
    assert situation.load_today.utilization.tolist() == [0.5]
    assert situation.load_now.utilization.tolist() == [0.25]
    assert situation_of(chain).load_now is situation_of(chain).load_today


def test_delays_say_which_waits_are_missing_or_at_their_limit() -> None:
    unknown = vc.propagate_delay(staffed(work={"mean": "30 min"}, sla="1 h"), samples=100)
    assert (unknown.without_wait, unknown.wait_capped) == (("desk",), ())
    assert "no volume leads there" in unknown.explain("en")
    assert unknown.to_records("departments")[0]["mean_wait_hours"] is None
    full = vc.propagate_delay(staffed(work={"mean": "30 min"}, volume=100, sla="1 h"), samples=100)
    assert (full.without_wait, full.wait_capped) == ((), ("desk",))
    assert full.to_records("departments")[0]["mean_wait_hours"] == pytest.approx(40 * 1.25)
    assert "entra más de lo que se puede hacer" in full.explain("es")
    fine = vc.propagate_delay(staffed(work={"mean": "30 min"}, volume=40, takes="3 h"), samples=100)
    assert (fine.without_wait, fine.wait_capped) == ((), ())
