"""Dissatisfaction in linear mode: total effects, and the paths along which it reaches a customer.

``x = b + A^T x``: what reaches a client is what its providers make themselves, plus what they pass
on. Everything adds up, so every part of a figure has a path and an origin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, overload

import numpy as np
from scipy.sparse import block_array, csr_array

from valuechain.analyzers.dissatisfaction.result import SERVICES, DissatisfactionResult
from valuechain.chain import ValueChain
from valuechain.errors import ConvergenceError, Text, UnknownIdError, UsageError
from valuechain.evaluation.provenance import provenance_of
from valuechain.kernels.dissatisfaction.influence_paths import largest_paths
from valuechain.kernels.dissatisfaction.linear import (
    LinearSystem,
    Unbounded,
    influence,
    linear_system,
    own_dissatisfaction,
    own_parts,
)
from valuechain.network import ChainArrays
from valuechain.network.arrays import FloatArray
from valuechain.results import Column, Table
from valuechain.today import Situation

MOST_IN_A_TABLE = 2_000

DEPARTMENTS = (
    Column("dissatisfied", "index", "What its inputs let it down by; may exceed 1."),
    Column("own_part", "index", "The part that its providers make themselves."),
)
CUSTOMERS = (
    Column("dissatisfied", "index", "What its services let it down by; may exceed 1."),
    Column("own_part", "index", "The part that its providers make themselves."),
    Column("csat", "share", "Share satisfied; not told where the index exceeds 1."),
)


class TotalEffects(Mapping[str, Mapping[str, float]]):
    """Total effects ``(I - A)^-1``: what a unit at one place adds at another, over all paths.

    ``effects["shop"]`` is a column: by id, what one more unit of dissatisfaction there adds at
    `shop`; computed when asked for, so that large chains never need the whole matrix.
    """

    def __init__(self, system: LinearSystem, ids: tuple[str, ...]) -> None:
        self._system, self._ids = system, ids
        self._place = {any_id: node for node, any_id in enumerate(ids)}
        self._read: dict[str, dict[str, float]] = {}

    def __getitem__(self, client: str) -> Mapping[str, float]:
        if client not in self._place:
            what = Text("department or customer", "departamento o cliente")
            raise UnknownIdError(what, client, self._ids)
        if client not in self._read:
            column = self._system.effects_on(self._place[client])
            self._read[client] = dict(zip(self._ids, column.tolist(), strict=True))
        return dict(self._read[client])

    def __contains__(self, client: object) -> bool:
        return client in self._place

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __repr__(self) -> str:
        return f"<TotalEffects: {len(self._ids)} x {len(self._ids)}>"

    def table(self) -> Table:
        """Return all of it, row = where the unit is, column = where it is felt.

        Raises
        ------
        UsageError
            If there are more than 2,000 departments and customers: ask for columns.
        """
        if len(self) > MOST_IN_A_TABLE:
            raise UsageError(
                Text(
                    f"{len(self)} x {len(self)} effects: ask for one client, total_effects[id]",
                    f"{len(self)} x {len(self)} efectos: pida un solo cliente, total_effects[id]",
                )
            )
        columns = tuple(
            Column(client, "index", f"What one more unit there adds at {client}.")
            for client in self._ids
        )
        data = {client: np.array(list(self[client].values())) for client in self._ids}
        return Table("total_effects", self._ids, columns, data)


@dataclass(frozen=True)
class InfluencePath:
    """One path, from where it begins to the customer.

    Attributes
    ----------
    members : tuple of str
        Departments (the first may be an external party), then the customer.
    part : float
        What arrives along it: the own doing of the first, handed on.
    share : float
        Of all that arrives.
    multiplier : float
        What loops along the path add, 1 without any.
    """

    members: tuple[str, ...]
    part: float
    share: float
    multiplier: float


@dataclass(frozen=True)
class InfluencePaths(Sequence[InfluencePath]):
    """The largest paths to a customer, and what the others bring.

    Attributes
    ----------
    listed : tuple of InfluencePath
        Largest first.
    total : float
        All that arrives: listed parts and remainder.
    remainder : float
        What all other paths bring together.
    next_at_most : float
        No other path brings more; 0: there is none.
    """

    listed: tuple[InfluencePath, ...]
    total: float
    remainder: float
    next_at_most: float

    @overload
    def __getitem__(self, place: int) -> InfluencePath: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[InfluencePath]: ...
    def __getitem__(self, place: int | slice) -> InfluencePath | Sequence[InfluencePath]:
        return self.listed[place]

    def __len__(self) -> int:
        return len(self.listed)


@dataclass(frozen=True, eq=False)
class LinearDissatisfactionResult(DissatisfactionResult):
    """Who is dissatisfied with what, in linear mode: an index that adds up and may exceed 1.

    Attributes
    ----------
    total_effects : TotalEffects
        By client, then by where one more unit is.
    """

    title: ClassVar[Text] = Text("Dissatisfaction, linear", "Insatisfacción, lineal")
    total_effects: TotalEffects = None  # type: ignore[assignment]  # always given
    parts: LinearSystem = None  # type: ignore[assignment]  # nodes, then own doings

    def table(self, level: str | None = None) -> Table:
        """Return the table of a level; ``total_effects`` is one, computed when asked for."""
        return self.total_effects.table() if level == "total_effects" else super().table(level)

    def paths(self, customer: str, n: int = 10) -> InfluencePaths:
        """Return the paths along which most arrives at a customer, or at a department.

        Parameters
        ----------
        customer : str
            Id of a customer or department.
        n : int
            How many, from 0.

        Raises
        ------
        UnknownIdError, UsageError
            If nobody is called so, or `n` is no whole number from 0.
        """
        ids = tuple(self.total_effects)
        if customer not in self.total_effects:
            what = Text("department or customer", "departamento o cliente")
            raise UnknownIdError(what, customer, ids)
        if not isinstance(n, int) or isinstance(n, bool) or n < 0:
            raise UsageError(
                Text(f"n {n!r}: a whole number from 0", f"n {n!r}: un número entero desde 0")
            )
        found = largest_paths(self.parts, ids.index(customer), n)
        listed = tuple(
            InfluencePath(
                tuple(ids[node % len(ids)] for node in path.nodes),
                path.part,
                path.part / found.total,
                path.multiplier,
            )
            for path in found.paths
        )
        return InfluencePaths(listed, found.total, found.remainder, found.next_at_most)


def linear_dissatisfaction(
    chain: ValueChain,
    situation: Situation,
    late: FloatArray,
    own: FloatArray | None = None,
    *,
    inherited: FloatArray | None = None,
    felt: FloatArray | None = None,
    unexplained: FloatArray | None = None,
    calibration: Table | None = None,
    seed: int | None = None,
    samples: int | None = None,
) -> LinearDissatisfactionResult:
    """Return dissatisfaction in linear mode.

    Parameters
    ----------
    chain : ValueChain
    situation : Situation
        Of the chain.
    late : ndarray, shape (m,)
        Share late of each service; NaN where nothing is expected.
    own : ndarray, shape (m,), optional
        Dissatisfaction with each service of its provider's own making, as calibrated; absent:
        `own_dissatisfaction` of what was declared.
    inherited, felt : ndarray, shape (m,), optional
        As in `influence`, as calibrated.
    unexplained : ndarray, shape (C,), optional
        Of each customer: the own part that comes from no service (its leak).
    calibration : Table, optional
        What was observed today and explained, if it is to stand beside.
    seed, samples : int or None
        Of the arrivals that `late` comes from.

    Raises
    ------
    ConvergenceError
        If a loop adds to itself without end.

    Notes
    -----
    Inoperability input-output: ``x = b + A^T x`` with ``A[p, c]`` the sum of ``weights.faulty need
    a`` over the services from `p` to `c` (``weights.faulty need`` to a customer). To first order
    what the noisy-OR gives without morale and anger, and never less: where failures meet, it
    counts them twice, and so its index may exceed 1. What an input is `for` is not told apart,
    and alternatives count as if all were needed.

    References
    ----------
    .. [1] Y. Y. Haimes and P. Jiang, Leontief-based model of risk in complex interconnected
       infrastructures, J. Infrastructure Systems 7 (2001).
    """
    arrays = situation.now
    D, n = len(arrays.department_ids), len(arrays.node_ids)
    own_fault = np.nan_to_num(1.0 - arrays.quality, nan=0.0)
    if own is None:
        own = own_dissatisfaction(arrays, late, own_fault)
    if inherited is None:
        inherited = np.full(len(own), arrays.coefficients["weights.faulty"])
    matrix, begun = influence(arrays, inherited, felt), own_parts(arrays, own, felt)
    given = np.zeros(n)
    if unexplained is not None:
        given[D:] = unexplained
    own_part = given + np.asarray(begun.sum(axis=0)).ravel()
    try:
        system = linear_system(matrix, own_part)
    except Unbounded as error:
        raise _without_end(arrays, error) from None
    # Twice the nodes: the second time as what each does by itself, of which there is one unit.
    whole = csr_array(block_array([[matrix, None], [begun, csr_array((n, n))]]))
    doing = LinearSystem(
        whole, np.concatenate([given, np.ones(n)]), np.concatenate([system.x, np.ones(n)])
    )
    at_provider = np.where(arrays.provider < D, system.x[arrays.provider], 0.0)
    served = np.bincount(arrays.client, minlength=n) > 0
    x = np.where(served | (np.arange(n) < D), system.x, np.nan)
    customers = {"dissatisfied": x[D:], "own_part": np.where(served, own_part, np.nan)[D:]}
    customers["csat"] = np.where(x[D:] <= 1, 1.0 - x[D:], np.nan)
    services = {
        "late": late,
        "faulty": own_fault + at_provider,
        "unclear": 1.0 - arrays.clarity,
        "repeated": 1.0 - arrays.fcr,
        "dissatisfied": own + inherited * at_provider,
    }
    departments = {"dissatisfied": x[:D], "own_part": own_part[:D]}
    tables = [
        Table("services", arrays.service_ids, SERVICES, services),
        Table("departments", arrays.department_ids, DEPARTMENTS, departments),
        Table("customers", arrays.customer_ids, CUSTOMERS, customers),
    ]
    if calibration is not None:
        tables.append(calibration)
    return LinearDissatisfactionResult(
        tables={table.level: table for table in tables},
        provenance=provenance_of(situation, "propagate_dissatisfaction", seed, samples),
        labels=chain.names(),
        calendar=chain.calendar,
        total_effects=TotalEffects(system, arrays.node_ids),
        parts=doing,
    )


def _without_end(arrays: ChainArrays, error: Unbounded) -> ConvergenceError:
    """Return the error that names a loop which adds to itself without end."""
    inside = np.isin(arrays.provider, error.members) & np.isin(arrays.client, error.members)
    services = [arrays.service_ids[e] for e in np.flatnonzero(inside).tolist()]
    members = [arrays.node_ids[node] for node in error.members[:8]]
    shown = ", ".join(members) + (" ..." if len(error.members) > 8 else "")
    return ConvergenceError(
        Text(
            f"dissatisfaction in this loop adds to itself without end: {shown} (each round at "
            f"least {error.radius:.3g} times the last). Lower a need or an impact in it, or use "
            'mode="noisy_or", which is bounded',
            f"la insatisfacción de este bucle se suma a sí misma sin fin: {shown} (cada vuelta, "
            f"al menos {error.radius:.3g} veces la anterior). Baje en él un need o un impact, o "
            'use mode="noisy_or", que tiene tope',
        ),
        services,
    )
