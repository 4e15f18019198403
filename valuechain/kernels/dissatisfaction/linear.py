"""Linear dissatisfaction: ``x = b + A^T x``, total effects ``L = (I - A)^-1`` (Leontief).

`A[p, c]` is what a unit of `x` at provider `p` adds at client `c`; `b` are the own parts. One
solution, non-negative, where the spectral radius of `A` is below 1; then
``L = I + A + A^2 + ...`` counts every way, round loops too, and ``x = L^T b``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from valuechain.kernels.systems.contraction import irreducible_radius
from valuechain.kernels.systems.linear_systems import solve_open
from valuechain.network.arrays import ChainArrays, FloatArray, IntArray
from valuechain.network.components import strong_components

_DENSE = 200  # nodes up to which a dense solve is faster than anything
_TERMS = 400
_NEGLIGIBLE = 1e-15


class Unbounded(ArithmeticError):
    """A loop adds to itself without end: its radius is 1 or more.

    Attributes
    ----------
    members : tuple of int
        Its nodes, ascending.
    radius : float
        At least this.
    """

    def __init__(self, members: tuple[int, ...], radius: float) -> None:
        super().__init__(f"a loop of radius {radius:g}: nodes {', '.join(map(str, members))}")
        self.members, self.radius = members, radius

    def __reduce__(self) -> tuple[type[Unbounded], tuple[tuple[int, ...], float]]:
        return Unbounded, (self.members, self.radius)


@dataclass(frozen=True, eq=False)
class LinearSystem:
    """A matrix whose loops settle, own parts, and what they lead to; `n` nodes.

    Attributes
    ----------
    matrix : csr_array, shape (n, n)
        `A`, row = provider, column = client, from 0.
    own : ndarray, shape (n,)
        `b`.
    x : ndarray, shape (n,)
        ``x = b + A^T x``.
    """

    matrix: csr_array
    own: FloatArray
    x: FloatArray

    def effects_on(self, node: int) -> FloatArray:
        """Return column `node` of `L`: what a unit at each node adds there, `(n,)`."""
        unit = np.zeros(len(self.own))
        unit[node] = 1.0
        return solve_settling(self.matrix, unit)


def linear_system(matrix: csr_array, own: FloatArray) -> LinearSystem:
    """Return the solution of ``x = b + A^T x``.

    Parameters
    ----------
    matrix : csr_array or ndarray, shape (n, n)
        `A`, row = provider, column = client, from 0. Papers in which rows are the dependents
        (inoperability, ``q = A* q + c``) need it transposed.
    own : ndarray, shape (n,)
        `b`, from 0.

    Raises
    ------
    Unbounded
        If a loop has radius 1 or more.

    References
    ----------
    .. [1] W. Leontief, The Structure of American Economy, Oxford University Press (1951).
    .. [2] Y. Y. Haimes and P. Jiang, Leontief-based model of risk in complex interconnected
       infrastructures, J. Infrastructure Systems 7 (2001).

    Examples
    --------
    >>> system = linear_system(np.array([[0.0, 0.5], [0.5, 0.0]]), np.array([0.3, 0.0]))
    >>> system.x.round(12).tolist(), system.effects_on(1).round(12).tolist()
    ([0.4, 0.2], [0.666666666667, 1.333333333333])
    """
    matrix = csr_array(matrix, dtype=np.float64)
    check_loops(matrix)
    return LinearSystem(matrix, own, solve_settling(csr_array(matrix.T), own))


def solve_settling(matrix: csr_array, right: FloatArray) -> FloatArray:
    """Return `x` with ``x = M x + b``, of which every part is at least that of `b`.

    The series ``b + M b + M^2 b + ...`` as far as it is short: few nodes, or few steps, matter to
    one node of a large system. What loops of a radius near 1 leave over is solved for at once.
    """
    if len(right) <= _DENSE:
        return np.maximum(solve_open(matrix, right), right)  # never below, but for rounding
    x, term, before = right.copy(), right, float(right.max())
    for _ in range(_TERMS):
        term = matrix @ term
        x += term
        size = float(term.max(initial=0.0))
        ratio = size / before if size > 0 else 0.0
        if size == 0.0 or (ratio < 1 and size * ratio <= _NEGLIGIBLE * (1 - ratio) * x.max()):
            return x
        before = size
    return x + np.maximum(solve_open(matrix, matrix @ term), 0.0)


def check_loops(matrix: csr_array) -> None:
    """Refuse a matrix with a loop of radius 1 or more.

    Raises
    ------
    Unbounded
        At the first such loop, in topological order.
    """
    n = matrix.shape[0]
    entries = matrix.tocoo()
    there = entries.data > 0
    row, column = entries.row[there].astype(np.int64), entries.col[there].astype(np.int64)
    value = entries.data[there]
    for inside in strong_components(n, row, column).insides(row, column):
        part = inside.tail, inside.head, value[inside.edges]
        bracket = irreducible_radius(len(inside.nodes), *part, tolerance=1e-2)
        if not bracket.settles:
            raise Unbounded(tuple(inside.nodes.tolist()), bracket.low)


def passed_on(arrays: ChainArrays) -> FloatArray:
    """Return the share of a service's dissatisfaction that its client feels, `(m,)`.

    ``need a`` between departments, ``need`` to a customer.
    """
    to_customer = arrays.client >= len(arrays.department_ids)
    share: FloatArray = arrays.need * np.where(to_customer, 1.0, arrays.impact)
    return share


def own_dissatisfaction(arrays: ChainArrays, late: FloatArray, own_fault: FloatArray) -> FloatArray:
    """Return the dissatisfaction with each service of its provider's own making, `(m,)`.

    ``weights.late late + weights.faulty l + weights.unclear (1 - clarity) + weights.repeated
    (1 - fcr)``: to first order what a noisy-OR makes of these failures, and never less. What was
    not measured (NaN) claims no failure.
    """
    weight = arrays.coefficients
    parts = (
        weight["weights.late"] * late,
        weight["weights.faulty"] * own_fault,
        weight["weights.unclear"] * (1.0 - arrays.clarity),
        weight["weights.repeated"] * (1.0 - arrays.fcr),
    )
    own: FloatArray = np.nan_to_num(np.stack(parts), nan=0.0).sum(axis=0)
    return own


def influence(
    arrays: ChainArrays, inherited: FloatArray | None = None, felt: FloatArray | None = None
) -> csr_array:
    """Return `A`, `(n, n)` over departments, then customers.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need` given.
    inherited : ndarray, shape (m,), optional
        What a unit at the provider adds to the dissatisfaction with each of its services; absent:
        the coefficient `weights.faulty`.
    felt : ndarray, shape (m,), optional
        Share of a service's dissatisfaction that its client feels; absent: `passed_on`.

    Notes
    -----
    ``A[p, c] = sum over services p -> c of inherited need a`` (``inherited need`` to a customer).
    External parties hand nothing on, so their rows are empty.
    """
    if inherited is None:
        inherited = np.full(len(arrays.need), arrays.coefficients["weights.faulty"])
    inside = np.flatnonzero(arrays.provider < len(arrays.department_ids))
    felt = passed_on(arrays) if felt is None else felt
    return between_nodes(arrays, inside, (inherited * felt)[inside])


def own_parts(arrays: ChainArrays, own: FloatArray, felt: FloatArray | None = None) -> csr_array:
    """Return `B`, `(n, n)`: what each provider adds at each client by its own doing.

    Parameters
    ----------
    arrays : ChainArrays
    own : ndarray, shape (m,)
        Dissatisfaction with each service that is of the provider's own making.
    felt : ndarray, shape (m,), optional
        As in `influence`.

    Notes
    -----
    ``B[p, c] = sum over services p -> c of need a own``; its columns add up to `b`.
    """
    every = np.arange(len(arrays.need), dtype=np.int64)
    return between_nodes(arrays, every, own * (passed_on(arrays) if felt is None else felt))


def between_nodes(arrays: ChainArrays, services: IntArray, value: FloatArray) -> csr_array:
    """Return values of services as a matrix of nodes, parallel services added up."""
    n = len(arrays.node_ids)
    there = value > 0
    place = arrays.provider[services][there], arrays.client[services][there]
    return coo_array((value[there], place), shape=(n, n)).tocsr()
