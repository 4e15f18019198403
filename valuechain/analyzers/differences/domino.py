"""`trace_domino`: where a shock goes, wave by wave, and what stops it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from valuechain.analyzers.delay import Progress, check_draws
from valuechain.analyzers.differences.outcome_changes import OutcomeChanges, outcome_changes
from valuechain.analyzers.dissatisfaction.dissatisfaction import dissatisfaction_result
from valuechain.chain import ValueChain
from valuechain.errors import Text
from valuechain.evaluation.evaluation import evaluate_run, paired
from valuechain.evaluation.provenance import provenance_of
from valuechain.evaluation.shocks import Shocks, with_shocks
from valuechain.kernels.delay.paired import PairedDelay
from valuechain.kernels.delay.sampled import DelayRun
from valuechain.kernels.delay.waves import NEVER, struck_services, waves
from valuechain.network import ChainArrays
from valuechain.network.arrays import BoolArray, FloatArray, IntArray
from valuechain.results import Column, Result, Table, Values
from valuechain.today import situation_of

NOTICED = 1e-6  # share: dissatisfaction that rises by less, the echo of an echo, is no wave

WAVES = (
    Column("wave", "number", "0 where the shock strikes, then hand-off by hand-off."),
    Column("service", "id", "The service that is hit."),
    Column("provider", "id", "Who provides it."),
    Column("client", "id", "Who receives it."),
    Column("added_hours", "working hours", "Mean time by which it arrives later."),
    Column(
        "incoming_hours",
        "working hours",
        "Mean time by which what it needs arrives later, per job.",
    ),
    Column(
        "absorbed_hours",
        "working hours",
        "What of that its slack absorbs: buffers, other inputs that come later, alternatives.",
    ),
    Column("hit_probability", "share", "Share of its jobs that arrive later than without it."),
    Column("added_late", "share", "Rise of the share that arrives later than its client expects."),
    Column("added_faulty", "share", "Rise of the share with a fault, own or inherited."),
    Column("added_dissatisfaction", "share", "Rise of the share that dissatisfies its client."),
)
CUSTOMERS = (
    Column("wave", "number", "The first wave that reaches it; not given where none does."),
    Column("hit_probability", "share", "Share of its requests that are served later."),
)


@dataclass(frozen=True, eq=False)
class DominoResult(Result):
    """How a shock runs through a chain.

    Attributes
    ----------
    struck : tuple of str
        The services that the shock changes by itself: wave 0.
    unreached : tuple of str
        Customers of whom no outcome changes.
    currency : str or None
    """

    title: ClassVar[Text] = Text("Domino effect", "Efecto dominó")
    struck: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    currency: str | None = None

    def extras(self) -> Mapping[str, Any]:
        """Return where the shock strikes, and which customers it never reaches."""
        return {"struck": self.struck, "unreached": self.unreached, "currency": self.currency}


def trace_domino(
    chain: ValueChain,
    shocks: Shocks,
    *,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> DominoResult:
    """Return where a shock goes, wave by wave: what it adds, what slack absorbs, who is hit.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force; the shock comes on top.
    shocks : str or mapping
        As in `propagate_delay`: a scenario's name, or several shocks at once,
        ``{"it": "3 d", "services.it>sales.quality": 0.7}``.
    samples, seed, executor, progress
        As in `propagate_delay`.

    Returns
    -------
    DominoResult
        Level waves, a row per service that is hit (or that slack spares): `wave`, `service`,
        `provider`, `client`, `added_hours`, `incoming_hours`, `absorbed_hours` (working hours),
        `hit_probability`, `added_late`, `added_faulty`, `added_dissatisfaction` (shares). Level
        customers: `wave`, `hit_probability`, and of every outcome of `predict_outcomes` its
        value `_before` and `_after`, its `_change` and the `_change_error`. `.struck`,
        `.unreached`.

    Raises
    ------
    DeadlockError, ConvergenceError, UnknownIdError, SchemaError, UsageError
        As in `propagate_delay`.

    Notes
    -----
    The chain is sampled twice with the same draws, so job is job. Wave 0 are the services that
    the shock changes; a service is in wave `k` if the shortest way of hand-offs from there has
    `k` steps, so rings end (what only morale or a customer's anger reaches comes after). Per job,
    with ``I = max over inputs f of (B' A'_f - B A_f)^+``: ``absorbed = (I - (R' - R)^+)^+`` and,
    where the shock does not strike the service itself, ``added = incoming - absorbed``. Hits are
    counted: ``A' > A``. A shock that takes time away adds a negative time. Hours and hits are what
    is handed on; shares and outcomes hold what lost morale slows as well, as in
    `predict_outcomes`. Rises below one in a million are left out. Cost: four propagations, and
    the outcomes once for each of 20 batches.

    References
    ----------
    .. [1] R. M. P. Goverde, A delay propagation algorithm for large-scale railway traffic
       networks, Transportation Research Part C 18 (2010).
    .. [2] P. Glasserman and D. D. Yao, Some guidelines and guarantees for common random numbers,
       Management Science 38 (1992).

    Examples
    --------
    Sales asks for designs 6 h ahead: of 8 more hours, 2 are absorbed.

    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "takes": "4 h", "buffer": "6 h"},
    ...         {"provider": "sales", "client": "shop", "takes": "4 h", "sla": "8 h"}])
    >>> domino = trace_domino(chain, {"design": "8 h"})
    >>> [(r["wave"], r["added_hours"], r["absorbed_hours"]) for r in domino.to_records()]
    [(0, 8.0, 0.0), (1, 6.0, 2.0)]
    >>> domino.table("customers").value("shop", "breach_change")
    1.0
    """
    check_draws(samples, seed)
    after = with_shocks(chain, shocks)
    return domino_between(
        chain, after, samples=samples, seed=seed, executor=executor, progress=progress
    )


def domino_between(
    chain: ValueChain,
    after: ValueChain,
    *,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> DominoResult:
    """Return the domino effect from a chain to the same chain with more changes on top."""
    old, new = situation_of(chain), situation_of(after)
    pair = paired(chain, after, samples, seed, executor, progress)
    felt = paired(chain, after, samples, seed, executor, None, "on")
    feelings = _Feelings.of(chain, after, felt)
    struck = struck_services(old.now, new.now)
    wave = waves(new.now, struck)
    changes = outcome_changes(chain, after, felt)
    moved = (pair.added != 0) | (pair.later > 0) | feelings.noticed()
    told = (struck | moved | (pair.absorbed > 0)) & (wave != NEVER)
    ids, ids_of_customers = new.now.service_ids, new.now.customer_ids
    tables = (
        _waves_table(new.now, wave, told, pair, feelings),
        _customers_table(new.now, wave, told & moved, pair, changes),
    )
    return DominoResult(
        tables={table.level: table for table in tables},
        provenance=provenance_of(new, "trace_domino", seed, samples),
        labels=chain.names(),
        calendar=chain.calendar,
        currency=chain.currency,
        struck=tuple(ids[e] for e in np.flatnonzero(struck).tolist()),
        unreached=tuple(
            customer
            for customer, noticed in zip(ids_of_customers, changes.noticed().tolist(), strict=True)
            if not noticed
        ),
    )


@dataclass(frozen=True, eq=False)
class _Feelings:
    """Rises of shares by service, `(m,)`."""

    late: FloatArray
    faulty: FloatArray
    dissatisfied: FloatArray

    @classmethod
    def of(cls, before: ValueChain, after: ValueChain, pair: PairedDelay) -> _Feelings:
        def table(chain: ValueChain, run: DelayRun) -> Table:
            return dissatisfaction_result(chain, evaluate_run(chain, run)).table("services")

        first, second = table(before, pair.before), table(after, pair.after)
        return cls(*(second[n] - first[n] for n in ("late", "faulty", "dissatisfied")))

    def noticed(self) -> BoolArray:
        """Return which services are faulty or dissatisfy more, or less, than before, `(m,)`."""
        rises = np.abs(np.nan_to_num(np.stack([self.faulty, self.dissatisfied])))
        return np.asarray((rises >= NOTICED).any(axis=0), dtype=np.bool_)


def _waves_table(
    arrays: ChainArrays, wave: IntArray, told: BoolArray, pair: PairedDelay, feelings: _Feelings
) -> Table:
    ids = arrays.service_ids
    nodes = np.array(arrays.node_ids, dtype=object)
    rows = sorted(
        np.flatnonzero(told).tolist(), key=lambda e: (wave[e], -abs(pair.added[e]), ids[e])
    )
    data: dict[str, Values] = {
        "wave": wave,
        "service": np.array(ids, dtype=object),
        "provider": nodes[arrays.provider],
        "client": nodes[arrays.client],
        "added_hours": pair.added,
        "incoming_hours": pair.incoming,
        "absorbed_hours": pair.absorbed,
        "hit_probability": pair.later,
        "added_late": feelings.late,
        "added_faulty": feelings.faulty,
        "added_dissatisfaction": feelings.dissatisfied,
    }
    return Table("waves", ids, WAVES, data).ordered(rows)


def _customers_table(
    arrays: ChainArrays,
    wave: IntArray,
    moved: BoolArray,
    pair: PairedDelay,
    changes: OutcomeChanges,
) -> Table:
    D = len(arrays.department_ids)
    first = np.full(len(arrays.customer_ids), None, dtype=object)
    for e in np.flatnonzero(moved & (arrays.client >= D)).tolist():
        customer = int(arrays.client[e]) - D
        reached = int(wave[e])
        first[customer] = reached if first[customer] is None else min(first[customer], reached)
    data = {"wave": first, "hit_probability": pair.customer_later, **changes.table_data()}
    columns = (*CUSTOMERS, *changes.table_columns())
    return Table("customers", arrays.customer_ids, columns, data)
