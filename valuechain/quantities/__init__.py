"""Quantities as people write them: numbers, durations, distributions and their ranges."""

from valuechain.quantities.distributions import (
    Distribution,
    Number,
    OwnTime,
    Time,
    parse_own_time,
    parse_time,
)
from valuechain.quantities.durations import (
    Calendar,
    Duration,
    Period,
    parse_duration,
)
from valuechain.quantities.frozen import FrozenMapping
from valuechain.quantities.numbers import (
    Estimate,
    Source,
    base_of,
    number_text,
    parse_estimate,
    parse_number,
    parse_share,
    parse_source,
    share_and_answers,
)

__all__ = [
    "Calendar",
    "Distribution",
    "Duration",
    "Estimate",
    "FrozenMapping",
    "Number",
    "OwnTime",
    "Period",
    "Source",
    "Time",
    "base_of",
    "number_text",
    "parse_duration",
    "parse_estimate",
    "parse_number",
    "parse_own_time",
    "parse_share",
    "parse_source",
    "parse_time",
    "share_and_answers",
]
