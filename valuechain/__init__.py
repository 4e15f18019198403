"""See, measure and mend how work inside an organisation reaches its customers.

A chain of departments, customers and the services they give each other goes in;
when work arrives, how often late, who is dissatisfied and which department to
fix first comes out.

Examples
--------
>>> import valuechain as vc
>>> chain = vc.parse_yaml('''
... valuechain: 1
... departments:
...   design: {serves: {sales: {takes: 4 d, sla: 1 d}}}
...   sales: {serves: {shop: {takes: 4 h, sla: 2 d}}}
... customers: {shop: {name: Tienda}}
... ''')
>>> vc.rank_bottlenecks(chain).table().ids[0]
'design'
"""

from valuechain.analyzers import (
    ANALYZERS,
    AttributionResult,
    BottlenecksResult,
    ChangeAttributionResult,
    ComparisonResult,
    DelayResult,
    DemandLimitResult,
    Disagreement,
    DissatisfactionResult,
    DominoResult,
    InterventionsResult,
    OutcomesResult,
    PromisesResult,
    ReachResult,
    RobustnessResult,
    SimulationResult,
    StaffResult,
    StructureResult,
    TippingDemandResult,
    WorkloadResult,
    analyze_structure,
    assess_robustness,
    attribute,
    attribute_change,
    check_promises,
    choose_interventions,
    compare,
    compute_workload,
    demand_limit,
    predict_outcomes,
    propagate_delay,
    propagate_dissatisfaction,
    rank_bottlenecks,
    reach,
    simulate,
    staff_for,
    tipping_demand,
    trace_domino,
)
from valuechain.chain import ValueChain
from valuechain.chains import example, examples
from valuechain.errors import (
    ConvergenceError,
    DeadlockError,
    Issue,
    SchemaError,
    UnknownIdError,
    UsageError,
    ValueChainError,
    ValueChainWarning,
)
from valuechain.metrics import (
    Metric,
    ResolutionTime,
    csat,
    esat,
    first_contact_resolution,
    nps,
    resolution_time,
    wilson,
)
from valuechain.model import (
    Assumptions,
    Customer,
    Department,
    Intervention,
    Scenario,
    Service,
)
from valuechain.network import from_networkx
from valuechain.quantities import Calendar, Distribution, Duration, Estimate
from valuechain.report import explain, write_report
from valuechain.results import Result, Table
from valuechain.results import library_version as _library_version
from valuechain.schema import json_schema, parse_yaml, read_yaml, to_yaml, write_yaml

__version__ = _library_version()

__all__ = [
    "ANALYZERS",
    "Assumptions",
    "AttributionResult",
    "BottlenecksResult",
    "Calendar",
    "ChangeAttributionResult",
    "ComparisonResult",
    "ConvergenceError",
    "Customer",
    "DeadlockError",
    "DelayResult",
    "DemandLimitResult",
    "Department",
    "Disagreement",
    "DissatisfactionResult",
    "Distribution",
    "DominoResult",
    "Duration",
    "Estimate",
    "Intervention",
    "InterventionsResult",
    "Issue",
    "Metric",
    "OutcomesResult",
    "PromisesResult",
    "ReachResult",
    "ResolutionTime",
    "Result",
    "RobustnessResult",
    "Scenario",
    "SchemaError",
    "Service",
    "SimulationResult",
    "StaffResult",
    "StructureResult",
    "Table",
    "TippingDemandResult",
    "UnknownIdError",
    "UsageError",
    "ValueChain",
    "ValueChainError",
    "ValueChainWarning",
    "WorkloadResult",
    "__version__",
    "analyze_structure",
    "assess_robustness",
    "attribute",
    "attribute_change",
    "check_promises",
    "choose_interventions",
    "compare",
    "compute_workload",
    "csat",
    "demand_limit",
    "esat",
    "example",
    "examples",
    "explain",
    "first_contact_resolution",
    "from_networkx",
    "json_schema",
    "nps",
    "parse_yaml",
    "predict_outcomes",
    "propagate_delay",
    "propagate_dissatisfaction",
    "rank_bottlenecks",
    "reach",
    "read_yaml",
    "resolution_time",
    "simulate",
    "staff_for",
    "tipping_demand",
    "to_yaml",
    "trace_domino",
    "wilson",
    "write_report",
    "write_yaml",
]
