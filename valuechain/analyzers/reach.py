"""`reach`: the chance that a problem here gets there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from valuechain.analyzers.delay import Progress, check_draws
from valuechain.chain import ValueChain
from valuechain.errors import Text, UnknownIdError, UsageError
from valuechain.evaluation.provenance import provenance_of
from valuechain.kernels.dissatisfaction.percolation import Reached, Web, sample_reached, web_of
from valuechain.kernels.dissatisfaction.percolation_exact import exact_reached
from valuechain.network import ChainArrays
from valuechain.network.arrays import BoolArray
from valuechain.results import Column, Result, Table
from valuechain.today import situation_of

Of = Literal["dissatisfaction", "delay"]

COLUMNS = (
    Column("probability", "share", "Chance that a problem at the source gets there."),
    Column("standard_error", "share", "Of the probability; 0 where it is exact."),
)


@dataclass(frozen=True, eq=False)
class ReachResult(Result):
    """Where a problem gets to.

    Attributes
    ----------
    source : str
        The department, party or service that has the problem.
    of : {"dissatisfaction", "delay"}
        What is passed on.
    """

    title: ClassVar[Text] = Text("Reach", "Alcance")
    source: str = ""
    of: Of = "dissatisfaction"

    def extras(self) -> Mapping[str, Any]:
        """Return where the problem starts, and what is passed on."""
        return {"source": self.source, "of": self.of}


def reach(
    chain: ValueChain,
    source: str,
    of: Of = "dissatisfaction",
    *,
    samples: int = 20_000,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> ReachResult:
    """Return the chance that a problem at one place gets to each of the others.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    source : str
        Id of a department or external party, all of whose services fail, or of a service.
    of : {"dissatisfaction", "delay"}
        What is passed on: work that disappoints, or work that comes late.
    samples, seed, executor, progress
        As in `propagate_delay`; used only where enumeration would take too long.

    Returns
    -------
    ReachResult
        Levels departments and customers: `probability` in 0..1 and `standard_error` (0 where it
        is exact). The source itself has probability 1.

    Raises
    ------
    UnknownIdError
        If no department, party or service is called so.
    UsageError
        If `of`, `samples` or `seed` cannot be.

    Notes
    -----
    Percolation (Broadbent and Hammersley): each service passes a failure on with probability
    ``need impact`` (to a customer ``need``), by itself, a delay with ``need``, and only where the
    client waits; a place is reached where a path of services that pass it on leads there. Going
    round a loop again adds nothing: this is not the fixed point of `propagate_dissatisfaction`,
    which counts echoes. A group of alternatives passes a failure on only where all its members
    fail: together with ``need`` times the product of their impacts. What an input is `for` is
    kept to. What external parties receive stops there.

    Exact where, of up to 300 inputs that may be met, at most 16 are left that matter to a place
    after those in a row and those side by side have been merged: then all ``2^16`` states are
    tried. Else sampled, with the same draws for equal seeds.

    References
    ----------
    .. [1] S. R. Broadbent and J. M. Hammersley, Percolation processes I, Math. Proc. Cambridge
       Phil. Soc. 53 (1957).
    .. [2] C. J. Colbourn, The Combinatorics of Network Reliability, Oxford University Press (1987).

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "need": 0.5, "impact": "high"},
    ...         {"provider": "sales", "client": "shop"}])
    >>> reach(chain, "design").table("customers").value("shop", "probability")  # .5 * .6
    0.3
    >>> reach(chain, "design", of="delay").table("customers").value("shop", "probability")
    0.5
    """
    if of not in ("dissatisfaction", "delay"):
        raise UsageError(
            Text(f"of {of!r}: dissatisfaction, delay", f"of {of!r}: dissatisfaction, delay")
        )
    check_draws(samples, seed)
    situation = situation_of(chain)
    arrays = situation.now
    web = web_of(arrays, _failing(arrays, source, chain.names), delays=of == "delay")
    found = _chances(web, arrays, samples, seed, executor, progress)
    if source in arrays.node_ids:
        found.probability[arrays.node_ids.index(source)] = 1.0
        found.standard_error[arrays.node_ids.index(source)] = 0.0
    sampled = bool(found.standard_error.any())
    D = len(arrays.department_ids)
    tables = [
        Table(
            level,
            ids,
            COLUMNS,
            {"probability": found.probability[rows], "standard_error": found.standard_error[rows]},
        )
        for level, ids, rows in (
            ("departments", arrays.department_ids, slice(None, D)),
            ("customers", arrays.customer_ids, slice(D, None)),
        )
    ]
    return ReachResult(
        tables={table.level: table for table in tables},
        provenance=provenance_of(
            situation, "reach", seed if sampled else None, samples if sampled else None
        ),
        labels=chain.names(),
        calendar=chain.calendar,
        source=source,
        of=of,
    )


def _failing(arrays: ChainArrays, source: str, names: Callable[[], Mapping[str, str]]) -> BoolArray:
    """Return the services that fail to begin with."""
    if source in arrays.node_ids:
        return np.asarray(arrays.provider == arrays.node_ids.index(source))
    if source in arrays.service_ids:
        failing = np.zeros(len(arrays.service_ids), dtype=np.bool_)
        failing[arrays.service_ids.index(source)] = True
        return failing
    what = Text("department, customer or service", "departamento, cliente o servicio")
    raise UnknownIdError(what, source, [*arrays.node_ids, *arrays.service_ids], names())


def _chances(
    web: Web,
    arrays: ChainArrays,
    samples: int,
    seed: int,
    executor: Executor | None,
    progress: Progress | None,
) -> Reached:
    """Return exact chances where they can be had, sampled ones elsewhere."""
    exact = exact_reached(web)
    if exact is not None and not np.isnan(exact.probability).any():
        return exact
    sampled = sample_reached(web, arrays.service_ids, samples, seed, executor, progress)
    if exact is None:
        return sampled
    known = ~np.isnan(exact.probability)
    return Reached(
        np.where(known, exact.probability, sampled.probability),
        np.where(known, 0.0, sampled.standard_error),
    )
