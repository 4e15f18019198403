"""Who passes dissatisfaction on to whom: the noisy-OR as one graph of nodes.

Nodes, numbered one kind after another: services `s_e`, departments' lost morale `m_i`, customers
`q_c`, rows of inputs that services share, groups of alternatives. With `x` their values::

    row, morale   x = b + (1 - b) (1 - prod_i (1 - w_i x_i))
    group         x = prod_i w_i x_i
    customer      x = b + (1 - b) kappa min(1, sum_i w_i x_i)
    service       f = l + (1 - l) u,   u = 1 - (1 - x_row)(1 - w x_morale),
                  x = b + (1 - b) beta f

The faults `f_e` of a service stand inside its node. What is held has a value and no inputs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.kernels.dissatisfaction.layers import Dissatisfaction, Failures, Held, Layers
from valuechain.kernels.dissatisfaction.product_rows import union
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Couplings:
    """The graph; `n` nodes of which the first `m` are services, `q` inputs of the others.

    Attributes
    ----------
    first : tuple of int
        Numbers of the first service, department, customer, row and group, and `n`.
    held : ndarray of bool, shape (n,)
        Which nodes keep their value.
    base : ndarray, shape (n,)
        `b`: what does not come from other nodes; the value of what is held.
    row, morale : ndarray of int, shape (m,)
        The nodes that bring faults to a service; a row without inputs where nothing does.
    worn, own, beta : ndarray, shape (m,)
        `w` of the morale, `l` and `beta` of a service.
    kappa : ndarray, shape (C,)
    ptr, source, weight : ndarray, shapes (n + 1,), (q,), (q,)
        Inputs of node ``v``: ``source[ptr[v]:ptr[v + 1]]``, each with its `w`.
    """

    first: tuple[int, int, int, int, int, int]
    held: BoolArray
    base: FloatArray
    row: IntArray
    morale: IntArray
    worn: FloatArray
    own: FloatArray
    beta: FloatArray
    kappa: FloatArray
    ptr: IntArray
    source: IntArray
    weight: FloatArray

    def edges(self) -> tuple[IntArray, IntArray]:
        """Return along which links anything passes: tails and heads."""
        m = self.first[1]
        size = np.diff(self.ptr)
        head = np.repeat(np.arange(len(size)), size)
        passes = self.weight > 0.0
        services = np.flatnonzero(~self.held[:m] & (self.beta > 0.0))
        worn = services[self.worn[services] > 0.0]
        fed = services[size[self.row[services]] > 0]
        tail = np.concatenate([self.source[passes], self.row[fed], self.morale[worn]])
        return tail, np.concatenate([head[passes], fed, worn])

    def values(self, state: Dissatisfaction) -> FloatArray:
        """Return the values of a state `(n,)`; rows and groups, which it does not know, at 0."""
        n = self.first[-1]
        known = np.concatenate([state.services, state.morale_loss, state.customers])
        value = np.concatenate([known, np.zeros(n - len(known))])
        return np.where(self.held, self.base, value)

    def state(self, value: FloatArray) -> Dissatisfaction:
        """Return the state of values, with the faults that belong to it."""
        _, m, D, C, *_ = self.first
        explained = union(value[self.row], self.worn * value[self.morale])
        return Dissatisfaction(union(self.own, explained), value[:m], value[m:D], value[D:C])


def couplings(arrays: ChainArrays, failures: Failures, held: Held) -> Couplings:
    """Return the graph of a chain.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need` given.
    failures : Failures
    held : Held

    Notes
    -----
    Cost and size O(m + inputs): services that need the same inputs share a row of them.
    """
    layers = Layers(arrays, failures)
    inputs, links = layers.inputs, arrays.wears_on
    m, D, C = len(arrays.need), layers.D, layers.C
    rows, groups = inputs.n, int(inputs.group.max(initial=-1)) + 1
    first = tuple(np.cumsum([0, m, D, C, rows, groups]).tolist())
    to_rows, to_groups, n = first[3:]
    given = np.concatenate([held.services, held.morale_loss, held.customers])
    is_held = np.zeros(n, dtype=np.bool_)
    is_held[: len(given)] = ~np.isnan(given)

    # inputs of each node: where they come from, and what passes
    grouped = inputs.group[inputs.input]
    passed = np.where(grouped < 0, arrays.impact[inputs.input], 1.0)
    into, to = layers.morale_input, layers.to_customer
    member = np.flatnonzero(inputs.group >= 0)
    sources = [into, m + links.source, to, inputs.input, member]
    sources[3] = np.where(grouped < 0, inputs.input, to_groups + grouped)
    heads = [
        m + arrays.client[into],
        m + links.target,
        m + arrays.client[to],
        to_rows + inputs.row,
        to_groups + inputs.group[member],
    ]
    weights = [
        layers.worn_by_inputs(np.ones(m)),
        layers.worn_by_anger(np.ones(C)),
        arrays.need[to],
        inputs.strength * arrays.need[inputs.input] * passed,
        arrays.impact[member],
    ]
    head, source, weight = (np.concatenate(part) for part in (heads, sources, weights))
    moves = ~is_held[head]
    head, source, weight = head[moves], source[moves], weight[moves]
    order = np.argsort(head, kind="stable")
    ptr = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(head, minlength=n), out=ptr[1:])

    kappa = failures.service_kappa
    base = np.zeros(n)
    base[:m] = union(failures.service_leak, layers.outside_faults)
    base[m : m + D] = union(failures.morale_leak, failures.morale_kappa * failures.overload)
    base[m + D : to_rows] = failures.customer_leak
    base = np.where(is_held, np.concatenate([given, np.zeros(rows + groups)]), base)
    nothing = to_rows + rows - 1
    told = ~np.isnan(held.faulty)
    worn = failures.fault_kappa * arrays.coefficients["morale_to_quality"]
    return Couplings(
        first=first,
        held=is_held,
        base=base,
        row=np.where(told, nothing, to_rows + inputs.row_of),
        morale=np.where(layers.inside & ~told, m + arrays.provider, nothing),
        worn=np.where(layers.inside & ~told, worn, 0.0),
        own=np.where(told, held.faulty, failures.own_fault),
        beta=kappa * layers.weight["faulty"],
        kappa=failures.customer_kappa,
        ptr=ptr,
        source=source[order],
        weight=weight[order],
    )
