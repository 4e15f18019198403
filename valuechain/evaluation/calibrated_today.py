"""Today, calibrated: computed once for each chain, number of samples and seed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np

from valuechain.evaluation.loop_errors import loop_errors, warn_of_slow_loops
from valuechain.evaluation.provenance import fingerprint
from valuechain.kernels.delay.sampled import DelayRun, delay_model, sample_delay
from valuechain.kernels.dissatisfaction.calibration import Calibration, calibrate
from valuechain.kernels.dissatisfaction.lateness import Gaps, fit_gaps
from valuechain.kernels.dissatisfaction.noisy_or import Dissatisfaction
from valuechain.kernels.plan.basis import plan_basis
from valuechain.kernels.plan.budgets import PlanBasis
from valuechain.kernels.queueing.load import Load
from valuechain.network import ChainArrays
from valuechain.network.arrays import FloatArray
from valuechain.today import Situation

Progress = Callable[[int, int], None]
REMEMBERED = 4  # todays kept ready: comparing variants asks for the same one again and again


@dataclass(frozen=True, eq=False)
class Today:
    """Today's chain, calibrated.

    Attributes
    ----------
    arrays : ChainArrays
    run : DelayRun
        Today's arrivals.
    gaps : Gaps
        What today's clients call late.
    calibration : Calibration
    """

    arrays: ChainArrays
    run: DelayRun
    gaps: Gaps
    calibration: Calibration

    @cached_property
    def plan(self) -> PlanBasis:
        """Today's medians and mean arrivals, of which budgets are made."""
        return plan_basis(self.run)

    @property
    def state(self) -> Dissatisfaction:
        """Today's dissatisfaction; everything observed comes back."""
        return self.calibration.state


def overload(arrays: ChainArrays, load: Load) -> FloatArray:
    """Return what overload costs in morale, `(D,)`: nothing below where it starts, nor unknown.

    ``overload_to_morale clip((rho - overload_starts) / (1 - overload_starts), 0, 1)``; where it
    starts at 1, all of it from there on.
    """
    starts = arrays.coefficients["overload_starts"]
    rho = np.where(np.isnan(load.utilization), 0.0, load.utilization)
    if starts < 1.0:
        share = np.clip((rho - starts) / (1.0 - starts), 0.0, 1.0)
    else:
        share = (rho >= 1.0).astype(float)
    cost: FloatArray = arrays.coefficients["overload_to_morale"] * share
    return cost


_todays: OrderedDict[tuple[str, int, int], Today] = OrderedDict()
_runs: OrderedDict[tuple[str, int, int], DelayRun] = OrderedDict()
# What no arrival depends on: draws over it need no new sampling.
NO_MATTER_OF_TIME = frozenset(
    {
        *("quality", "clarity", "target_quality", "target_clarity", "on_time", "csat", "impact"),
        *("esat", "turnover", "customer_csat", "customer_nps", "customer_churn", "answers"),
        *("customer_win_rate", "customer_choice", "customer_revenue", "customer_count"),
        *("wears_on", "recommends", "coefficients"),
    }
)


def today_of(
    situation: Situation,
    samples: int,
    seed: int,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Today:
    """Return today's chain calibrated, computed once for each chain, number of samples and seed."""
    arrays = situation.today
    key = (fingerprint(arrays), samples, seed)
    found = _remembered(_todays, key)
    if found is not None and progress is not None:
        progress(1, 1)  # nothing left to do
    if found is None:
        run = _todays_run(situation, samples, seed, executor, progress)
        gaps = fit_gaps(arrays, run)
        found = Today(
            arrays, run, gaps, calibrate(arrays, gaps.late, overload(arrays, situation.load_today))
        )
        _remember(_todays, key, found)
    return found


def _todays_run(
    situation: Situation,
    samples: int,
    seed: int,
    executor: Executor | None,
    progress: Progress | None,
) -> DelayRun:
    """Return today's arrivals, sampled once for all that differs in no matter of time."""
    arrays = situation.today
    shared = f"{arrays.coefficients['shared_cause']!r} {fingerprint(arrays, NO_MATTER_OF_TIME)}"
    key = (shared, samples, seed)
    run = _remembered(_runs, key)
    if run is not None and progress is not None:
        progress(1, 1)
    if run is None:
        with loop_errors(arrays):
            model = delay_model(arrays, samples, seed)
            if not situation.changed:
                warn_of_slow_loops(model)
            run = sample_delay(model, executor, progress)
        _remember(_runs, key, run)
    return run


T = TypeVar("T")


def _remembered(known: OrderedDict[tuple[str, int, int], T], key: tuple[str, int, int]) -> T | None:
    found = known.get(key)
    if found is not None:
        known[key] = known.pop(key)  # the last one asked for is the last to be forgotten
    return found


def _remember(
    known: OrderedDict[tuple[str, int, int], T], key: tuple[str, int, int], found: T
) -> None:
    known[key] = found
    while len(known) > REMEMBERED:
        known.popitem(last=False)
