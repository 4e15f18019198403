"""One question a file: each has a public verb and its result; `ANALYZERS` lists them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from valuechain.analyzers.attribution.attribution import AttributionResult, attribute
from valuechain.analyzers.attribution.change import ChangeAttributionResult, attribute_change
from valuechain.analyzers.bottlenecks import BottlenecksResult, rank_bottlenecks
from valuechain.analyzers.capacity.demand_limit import DemandLimitResult, demand_limit
from valuechain.analyzers.capacity.staffing import StaffResult, staff_for
from valuechain.analyzers.capacity.tipping_demand import TippingDemandResult, tipping_demand
from valuechain.analyzers.capacity.workload import Disagreement, WorkloadResult, compute_workload
from valuechain.analyzers.delay import DelayResult, propagate_delay
from valuechain.analyzers.differences.comparison import ComparisonResult, compare
from valuechain.analyzers.differences.domino import DominoResult, trace_domino
from valuechain.analyzers.dissatisfaction.dissatisfaction import propagate_dissatisfaction
from valuechain.analyzers.dissatisfaction.result import DissatisfactionResult
from valuechain.analyzers.interventions.interventions import (
    InterventionsResult,
    choose_interventions,
)
from valuechain.analyzers.outcomes.outcomes import OutcomesResult, predict_outcomes
from valuechain.analyzers.promises import PromisesResult, check_promises
from valuechain.analyzers.reach import ReachResult, reach
from valuechain.analyzers.robustness.robustness import RobustnessResult, assess_robustness
from valuechain.analyzers.simulation.simulation import SimulationResult, simulate
from valuechain.analyzers.structure import StructureResult, analyze_structure
from valuechain.results import Result

ANALYZERS: Mapping[str, Callable[..., Result]] = MappingProxyType(
    {
        "analyze_structure": analyze_structure,
        "attribute": attribute,
        "attribute_change": attribute_change,
        "check_promises": check_promises,
        "compute_workload": compute_workload,
        "compare": compare,
        "demand_limit": demand_limit,
        "propagate_delay": propagate_delay,
        "propagate_dissatisfaction": propagate_dissatisfaction,
        "predict_outcomes": predict_outcomes,
        "rank_bottlenecks": rank_bottlenecks,
        "assess_robustness": assess_robustness,
        "choose_interventions": choose_interventions,
        "reach": reach,
        "simulate": simulate,
        "trace_domino": trace_domino,
        "staff_for": staff_for,
        "tipping_demand": tipping_demand,
    }
)

__all__ = [
    "ANALYZERS",
    "AttributionResult",
    "BottlenecksResult",
    "ChangeAttributionResult",
    "ComparisonResult",
    "DelayResult",
    "DemandLimitResult",
    "Disagreement",
    "DissatisfactionResult",
    "DominoResult",
    "InterventionsResult",
    "OutcomesResult",
    "PromisesResult",
    "ReachResult",
    "RobustnessResult",
    "SimulationResult",
    "StaffResult",
    "StructureResult",
    "TippingDemandResult",
    "WorkloadResult",
    "analyze_structure",
    "assess_robustness",
    "attribute",
    "attribute_change",
    "check_promises",
    "choose_interventions",
    "compare",
    "compute_workload",
    "demand_limit",
    "predict_outcomes",
    "propagate_delay",
    "propagate_dissatisfaction",
    "rank_bottlenecks",
    "reach",
    "simulate",
    "staff_for",
    "tipping_demand",
    "trace_domino",
]
