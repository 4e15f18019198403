"""How strongly dissatisfaction comes round: gains of loops at a state.

Return gain of node `i`: `1 - 1 / [(I - J)^-1]_ii`, `J` the Jacobian of the noisy-OR: the part of a
push at `i` that comes back to it. A loop is a strongly connected component of `J`; its gain is the
largest over its members.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array, csr_array, eye_array
from scipy.sparse.linalg import splu

from valuechain.kernels.dissatisfaction.noisy_or import Dissatisfaction, Failures, Layers
from valuechain.kernels.dissatisfaction.product_rows import ProductRows
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray, IntArray
from valuechain.network.components import strong_components

DENSE = 1_500  # nodes of a loop whose whole inverse is found at once
ASKED = 64  # of larger loops, the services with the strongest links


@dataclass(frozen=True, eq=False)
class FeedbackLoop:
    """A loop through which dissatisfaction comes back.

    Attributes
    ----------
    departments, customers, services : ndarray of int
        Numbers of the members: whose morale, whose anger, and what carries it.
    gain : float
        0 (nothing comes back) to 1 (a push never dies out).
    strongest : int
        The service with the largest return gain: it dominates the loop.
    """

    departments: IntArray
    customers: IntArray
    services: IntArray
    gain: float
    strongest: int


def feedback_loops(
    arrays: ChainArrays,
    failures: Failures,
    state: Dissatisfaction,
    *,
    morale_is_still: bool = False,
) -> tuple[FeedbackLoop, ...]:
    """Return the loops of a state, the strongest first.

    Parameters
    ----------
    arrays : ChainArrays
    failures : Failures
    state : Dissatisfaction
        A fixed point.
    morale_is_still : bool
        Feedback off: nothing comes round through morale.

    Notes
    -----
    Members are services, departments' morale and customers. A loop of which a push never dies out
    (spectral radius of `J` at least 1, where ``(I - J)^-1`` is not positive) returns all of it
    everywhere. In loops of more than 1,500 nodes the return gains of the 64 services with the
    strongest links are found, so the gain is a lower bound there. Cost: the inverse of each loop.

    References
    ----------
    .. [1] S. J. Mason, Feedback theory: some properties of signal flow graphs, Proc. IRE 41
       (1953).
    """
    m, D, C = len(arrays.service_ids), len(arrays.department_ids), len(arrays.customer_ids)
    tail, head, weight, n = jacobian(arrays, failures, state)
    live = weight > 0
    if morale_is_still:
        live &= (head < m) | (head >= m + D)
    tail, head, weight = tail[live], head[live], weight[live]
    parts = strong_components(n, tail, head)
    inner = parts.label[tail] == parts.label[head]
    edges = csr_array((weight[inner], (tail[inner], head[inner])), shape=(n, n))
    loops = []
    for component in np.flatnonzero(parts.cyclic).tolist():
        nodes = parts.nodes(component)
        block = edges[nodes][:, nodes]
        asked, gains = _return_gains(block, nodes < m, nodes < m + D + C)
        services = nodes[nodes < m]
        departments = nodes[(nodes >= m) & (nodes < m + D)] - m
        customers = nodes[(nodes >= m + D) & (nodes < m + D + C)] - m - D
        of_services = np.where(nodes[asked] < m, gains, -1.0)
        strongest = int(nodes[asked[int(np.argmax(of_services))]])
        loops.append(FeedbackLoop(departments, customers, services, float(gains.max()), strongest))
    return tuple(sorted(loops, key=lambda loop: (-loop.gain, loop.strongest)))


def _return_gains(
    block: csr_array, is_service: BoolArray, is_member: BoolArray
) -> tuple[IntArray, FloatArray]:
    """Return some members of a loop, and the return gain of each."""
    k = block.shape[0]
    if k <= DENSE:
        asked = np.flatnonzero(is_member)
    else:
        strength = np.where(is_service, block.sum(axis=0) * block.sum(axis=1), -1.0)
        asked = np.sort(np.argsort(-strength, kind="stable")[:ASKED])
    pushes = np.zeros((k, len(asked) + 1))
    pushes[asked, np.arange(len(asked))] = 1.0
    pushes[:, -1] = 1.0  # everywhere at once
    try:
        if k <= DENSE:
            settled = np.linalg.solve(np.eye(k) - block.toarray(), pushes)
        else:
            settled = splu(csc_array(eye_array(k) - block)).solve(pushes)
    except (np.linalg.LinAlgError, RuntimeError):  # singular: radius 1
        return asked, np.ones(len(asked))
    if not (settled[:, -1] > 0.0).all():  # radius above 1, and the inverse means nothing
        return asked, np.ones(len(asked))
    diagonal = settled[asked, np.arange(len(asked))]
    gains: FloatArray = 1.0 - 1.0 / np.maximum(diagonal, 1.0)
    return asked, gains


def jacobian(
    arrays: ChainArrays, failures: Failures, state: Dissatisfaction
) -> tuple[IntArray, IntArray, FloatArray, int]:
    """Return the derivatives as edges `(tail, head, weight)` and the number of nodes.

    Nodes: services, departments, customers, then the rows of inputs that services share, so that
    the edges grow with the inputs, not with inputs times services.
    """
    layers = Layers(arrays, failures)
    m, D, C = len(arrays.service_ids), len(arrays.department_ids), len(arrays.customer_ids)
    inputs, first_row = layers.inputs, m + D + C
    # From inputs to a row `x = 1 - prod(1 - passed)`: every other factor of it stays.
    passed = inputs.passed(state.services)
    rest = inputs.rows.others(1.0 - passed)
    entry, tail, slope = _input_slopes(layers, state.services)
    edges = [(tail, first_row + inputs.row[entry], slope * rest[entry])]
    # From a row, and from the provider's morale, to faults, and on to dissatisfaction.
    worn = failures.fault_kappa * arrays.coefficients["morale_to_quality"]
    morale = layers.of(state.morale_loss)
    kept = inputs.kept(state.services)
    spread = failures.service_kappa * layers.weight["faulty"] * (1.0 - failures.service_leak)
    disappoints = spread * (1.0 - layers.outside_faults) * (1.0 - failures.own_fault)
    services = np.arange(m)
    edges.append((first_row + inputs.row_of, services, disappoints * (1.0 - worn * morale)))
    inside = np.flatnonzero(layers.inside)
    edges.append((m + arrays.provider[inside], inside, (disappoints * worn * kept)[inside]))
    # To morale: from inputs and from angry customers, one product for each department.
    into, links = layers.morale_input, arrays.wears_on
    row = np.concatenate([arrays.client[into], links.target, np.arange(D)])
    kappa = failures.morale_kappa
    part = np.concatenate(
        [
            layers.worn_by_inputs(state.services),
            layers.worn_by_anger(state.customers),
            kappa * failures.overload,
        ]
    )
    others = ProductRows(row, D).others(1.0 - part) * (1.0 - failures.morale_leak)[row]
    each = np.concatenate(
        [
            kappa[arrays.client[into]] * arrays.coefficients["input_to_morale"] * arrays.need[into],
            kappa[links.target] * links.weight,
            np.zeros(D),
        ]
    )
    from_ = np.concatenate([into, m + links.source, m + np.arange(D)])
    edges.append((from_, m + row, others * each))
    # To customers: the mixture of their services.
    to = layers.to_customer
    share = (failures.customer_kappa * (1.0 - failures.customer_leak))[arrays.client[to] - D]
    edges.append((to, m + arrays.client[to], share * arrays.need[to]))
    tails, heads, weights = (np.concatenate(parts) for parts in zip(*edges, strict=True))
    return tails, heads, weights, first_row + inputs.n


def _input_slopes(layers: Layers, services: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the slopes into the rows of inputs: entry of the rows, service behind it, slope."""
    arrays, inputs = layers.arrays, layers.inputs
    bad = arrays.impact * services
    alone = np.flatnonzero(arrays.group[inputs.input] < 0)
    k = inputs.input[alone]
    entries, tails = [alone], [k]
    slopes = [inputs.strength[alone] * arrays.need[k] * arrays.impact[k]]
    for i in np.flatnonzero(arrays.group[inputs.input] >= 0).tolist():
        lead = inputs.input[i]
        who = np.flatnonzero(arrays.group == arrays.group[lead])
        rest = ProductRows(np.zeros(len(who), np.int64), 1).others(bad[who])
        entries.append(np.full(len(who), i))
        tails.append(who)
        slopes.append(inputs.strength[i] * arrays.need[lead] * arrays.impact[who] * rest)
    return np.concatenate(entries), np.concatenate(tails), np.concatenate(slopes)
