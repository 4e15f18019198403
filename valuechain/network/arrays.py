"""`ChainArrays`: a chain as arrays in a fixed order, the truth for computing.

Rows are sorted by id, so that reordering a file changes nothing. Nodes are
numbered departments first, then customers; a node's number is its row in
`department_ids + customer_ids`. Missing figures are NaN: *not measured*, never
"healthy". Times are working hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


class Family(IntEnum):
    """The family of a law: what `Z` is in `max(0, loc + scale * Z)`."""

    CONSTANT = 0  # Z = 0: the value is `loc`
    EXPONENTIAL = 1  # Z ~ Exp(1)
    LOGNORMAL = 2  # Z = exp(shape[0] * Normal(0, 1))
    GAMMA = 3  # Z ~ Gamma(shape[0], 1)
    BETA = 4  # Z ~ Beta(shape[0], shape[1]) on 0..1
    EMPIRICAL = 5  # Z uniform over the values `extra[i]` (sorted)
    SCIPY = 6  # Z ~ scipy.stats distribution `extra[i]` = (name, shapes)


@dataclass(frozen=True, eq=False)
class Laws:
    """Laws of own times, one per row, in hours: `max(0, loc + scale * Z)`.

    `family` holds `Family` codes `(n,)`; `loc` and `scale` hours `(n,)`;
    `shape` the shape parameters `(n, 2)`, unused ones 0. `extra` gives, by row,
    what does not fit in two shapes.
    """

    family: NDArray[np.int8]
    loc: FloatArray
    scale: FloatArray
    shape: FloatArray
    extra: Mapping[int, FloatArray | tuple[str, tuple[tuple[str, float], ...]]] = field(
        default_factory=dict
    )

    def __len__(self) -> int:
        return len(self.family)


@dataclass(frozen=True, eq=False)
class Weights:
    """Links from a customer to nodes, with a weight 0..1 (`wears_on`, `recommends`)."""

    source: IntArray  # node number of the customer
    target: IntArray  # node number of who feels it
    weight: FloatArray


@dataclass(frozen=True, eq=False)
class ChainArrays:
    """A chain in arrays; `m` services, `D` departments, `C` customers, `J` joins.

    A *join* is a provider with a set of inputs that some of its services wait
    for together: services that need the same inputs share one join, and so one
    readiness. `join[e]` is -1 where a service needs nothing (and always where
    its provider is an external party).
    """

    department_ids: tuple[str, ...]
    customer_ids: tuple[str, ...]
    service_ids: tuple[str, ...]
    # who serves whom, (m,)
    provider: IntArray
    client: IntArray
    # own time
    common: Laws  # (D,) the department's `takes`, one draw a job; CONSTANT 0 where absent
    own: Laws  # (m,) one attempt; CONSTANT 0 where not measured
    own_measured: BoolArray  # (m,) whether `own` was declared (or stands on sla and on_time)
    has_takes: BoolArray  # (m,) whether `own` is measured from start to end (`takes`)
    work: Laws  # (m,) hands-on time of one attempt; CONSTANT 0 where absent
    has_work: BoolArray  # (m,)
    wait: Laws  # (m,) wait of one attempt for staff; CONSTANT 0 where none is computed
    shock: FloatArray  # (m,) hours added once per delivery
    fcr: FloatArray  # (m,) in (0, 1]
    # what waits for what
    need: FloatArray  # (m,) NaN: not declared; to customers: shares that add up to 1
    buffer: FloatArray  # (m,) hours
    waits: BoolArray  # (m,) if_late: waits
    group: IntArray  # (m,) number of the alternatives group (of one client), -1 none
    join: IntArray  # (m,)
    join_ptr: IntArray  # (J + 1,) CSR: inputs of join j are
    join_inputs: IntArray  # join_inputs[join_ptr[j]:join_ptr[j + 1]], service numbers, sorted;
    # they are all inputs that are `for` it, those that go on when late included (see `waits`)
    join_in_sequence: BoolArray  # (J,)
    # promises, volumes, observations, (m,), NaN where not declared
    sla: FloatArray
    expects: FloatArray  # falls back to sla
    volume: FloatArray
    peak: FloatArray
    quality: FloatArray
    clarity: FloatArray
    target_quality: FloatArray
    target_clarity: FloatArray
    on_time: FloatArray
    csat: FloatArray
    impact: FloatArray
    # departments, (D,)
    esat: FloatArray
    turnover: FloatArray
    staff: FloatArray
    availability: FloatArray
    # customers, (C,)
    customer_csat: FloatArray
    customer_nps: FloatArray
    customer_churn: FloatArray
    customer_win_rate: FloatArray
    customer_choice: FloatArray
    customer_revenue: FloatArray
    customer_count: FloatArray
    wears_on: Weights
    recommends: Weights
    # the chain's
    coefficients: Mapping[
        str, float
    ]  # every coefficient of `assumptions`, weights as weights.late ...
    hours_per_period: float
    # answers behind observed shares, by field (those of customers as customer_csat ...), NaN where
    # it is not said, infinite where the share is assumed
    answers: Mapping[str, FloatArray] = field(default_factory=dict)

    @property
    def node_ids(self) -> tuple[str, ...]:
        """Ids of departments, then customers: the numbering of nodes."""
        return self.department_ids + self.customer_ids
