"""How strongly dissatisfaction comes round: gains of loops at a state.

Return gain of node `i`: `1 - 1 / [(I - J)^-1]_ii`, `J` the Jacobian of the noisy-OR: the part of a
push at `i` that comes back to it. A loop is a strongly connected component of `J`; its gain is the
largest over its members.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from valuechain.kernels.delay.loops import ranges
from valuechain.kernels.dissatisfaction.noisy_or import Dissatisfaction, Failures, Layers
from valuechain.kernels.dissatisfaction.product_rows import ProductRows
from valuechain.kernels.systems.contraction import irreducible_radius
from valuechain.kernels.systems.linear_systems import solve_open
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
    strongest links are found, so the gain is a lower bound there; whether
    a push dies out is decided for the whole loop (Collatz and Wielandt). Cost: the inverse of each
    loop of up to 1,500 nodes, 64 sparse solves for a larger one.

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
    loops = []
    for inside in strong_components(n, tail, head).insides(tail, head):
        nodes = inside.nodes
        links = inside.tail, inside.head, weight[inside.edges]
        if len(nodes) <= DENSE:
            asked = np.flatnonzero(nodes < m + D + C)
            gains = _gains_of_all(len(nodes), *links)[asked]
        else:
            asked, gains = _gains_of_strongest(nodes < m, *links)
        services = nodes[nodes < m]
        departments = nodes[(nodes >= m) & (nodes < m + D)] - m
        customers = nodes[(nodes >= m + D) & (nodes < m + D + C)] - m - D
        of_services = np.where(nodes[asked] < m, gains, -1.0)
        strongest = int(nodes[asked[int(np.argmax(of_services))]])
        loops.append(FeedbackLoop(departments, customers, services, float(gains.max()), strongest))
    return tuple(sorted(loops, key=lambda loop: (-loop.gain, loop.strongest)))


def _gains_of_all(k: int, tail: IntArray, head: IntArray, weight: FloatArray) -> FloatArray:
    """Return the return gain of each member of a loop, `(k,)`."""
    block = np.bincount(tail * k + head, weight, minlength=k * k).reshape(k, k)
    pushes = np.column_stack([np.eye(k), np.ones(k)])  # each member, and everywhere at once
    try:
        settled = np.linalg.solve(np.eye(k) - block, pushes)
    except np.linalg.LinAlgError:  # singular: radius 1
        return np.ones(k)
    if not (settled[:, -1] > 0.0).all():  # radius above 1, and the inverse means nothing
        return np.ones(k)
    return _returned(np.diagonal(settled))


def _gains_of_strongest(
    is_service: BoolArray, tail: IntArray, head: IntArray, weight: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Return the services of a loop with the strongest links, and the return gain of each.

    Services are reached from, and reach, only what is not a service, so a loop is known by what
    goes round among those, through services or not: a smaller system, half as many rounds.
    """
    k = len(is_service)
    block = coo_array((weight, (tail, head)), shape=(k, k)).tocsr()
    services, others = np.flatnonzero(is_service), np.flatnonzero(~is_service)
    from_services, from_others = block[services], block[others]
    out, back = from_services[:, others], from_others[:, services]
    strength = np.asarray(back.sum(axis=0) * out.sum(axis=1))
    strongest = np.sort(np.argsort(-strength, kind="stable")[:ASKED])
    asked = services[strongest]
    round_ = csr_array(from_others[:, others] + back @ out)
    entries = round_.tocoo()
    if not irreducible_radius(len(others), entries.row, entries.col, entries.data, 1.0).settles:
        return asked, np.ones(len(asked))
    settled = solve_open(round_, back[:, strongest].toarray())
    return asked, _returned(1.0 + out[strongest].multiply(settled.T).sum(axis=1))


def _returned(diagonal: FloatArray) -> FloatArray:
    """Return the part of a push that comes back, of how much of it there is in the end."""
    gains: FloatArray = 1.0 - 1.0 / np.maximum(diagonal, 1.0)
    return gains


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
    """Return the slopes into the rows of inputs: entry of the rows, service behind it, slope.

    Behind an entry stands its service, or all members of its group of alternatives: the group's
    product moves with each of them as far as the others failed.
    """
    arrays, inputs = layers.arrays, layers.inputs
    group = arrays.group
    first_group = len(
        group
    )  # alternatives are numbered after services: who stands alone, by itself
    row = np.where(group < 0, np.arange(first_group), first_group + group)
    others = ProductRows(row, int(row.max(initial=0)) + 1).others(arrays.impact * services)
    by_row = np.argsort(row, kind="stable")
    behind = row[inputs.input]
    first, last = (np.searchsorted(row[by_row], behind, side) for side in ("left", "right"))
    tail = by_row[ranges(first, last)]
    entry = np.repeat(np.arange(len(behind)), last - first)
    lead = inputs.input[entry]
    return (
        entry,
        tail,
        inputs.strength[entry] * arrays.need[lead] * arrays.impact[tail] * others[tail],
    )
