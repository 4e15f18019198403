"""Criticality: on how many of the customers' longest paths a service lies.

A request is traced back from its arrival: at each join to the input that came last (all that were
late where inputs are fetched in sequence; in a group of alternatives the one that came first).
"""

from __future__ import annotations

import numpy as np

from valuechain.kernels.delay import DelayRun
from valuechain.kernels.delay_block import Joins
from valuechain.kernels.delay_route import Batch
from valuechain.kernels.streams import F32
from valuechain.kernels.workspace import Workspace
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray
from valuechain.network.components import service_edges, strong_components


def criticality(run: DelayRun, weight: FloatArray | None = None) -> FloatArray:
    """Return the share of requests on whose longest path each service lies, `(m,)`.

    The samples of the first block are traced: a share of one half is known to about .005.

    Parameters
    ----------
    run : DelayRun
    weight : ndarray, shape (C,), optional
        Of the customers, adding up to 1; absent: all who are served alike.

    Notes
    -----
    Inside a loop requests are different jobs; a path is traced up to the loop and through the
    service of the loop that it meets, and then on along inputs from outside the loop.
    """
    arrays = run.model.arrays
    first, counted = run.model.blocks()[0]
    block = run.model.block(first, counted)
    arrival = np.empty((len(arrays.need), block.draws.size), np.float32)

    def visit(batch: Batch, arrivals: F32) -> None:
        arrival[batch.services] = arrivals

    block.run(visit)
    space = Workspace()
    space.start(block.draws.size)
    joins = Joins(run.model.basis.rules, block.draws, space)
    active = _requests(arrays, weight, block.draws.size)
    tail, head = service_edges(arrays)
    components = strong_components(len(arrays.need), tail, head)
    needed: dict[int, BoolArray] = {}
    for label in range(len(components.ptr) - 2, -1, -1):
        for e in components.nodes(label).tolist():
            j = int(arrays.join[e])
            if j < 0 or not active[e].any():
                continue
            inputs = arrays.join_inputs[arrays.join_ptr[j] : arrays.join_ptr[j + 1]]
            inputs = [
                f for f in inputs[arrays.waits[inputs]].tolist() if components.label[f] != label
            ]
            for f in inputs:
                if f not in needed:
                    needed[f] = joins.needed(_lead(arrays, f), 0)
            _pass_back(arrays, e, j, inputs, needed, arrival, active)
    share: FloatArray = active[:, :counted].mean(axis=1)
    return share


def _requests(arrays: ChainArrays, weight: FloatArray | None, n: int) -> FloatArray:
    """Return the requests of customers, spread over their services, `(m, n)`."""
    D, C = len(arrays.department_ids), len(arrays.customer_ids)
    outside = np.flatnonzero(arrays.client >= D)
    to = arrays.client[outside] - D
    if weight is None:
        served = np.bincount(to, minlength=C) > 0
        weight = served / max(int(served.sum()), 1)
    active = np.zeros((len(arrays.need), n))
    active[outside] = (arrays.need[outside] * weight[to])[:, None]
    return active


def _lead(arrays: ChainArrays, f: int) -> int:
    """Return the service whose stream decides whether a job needs `f`'s group, or `f`."""
    if arrays.group[f] < 0:
        return f
    return int(np.flatnonzero(arrays.group == arrays.group[f])[0])


def _pass_back(
    arrays: ChainArrays,
    e: int,
    join: int,
    inputs: list[int],
    needed: dict[int, BoolArray],
    arrival: F32,
    active: FloatArray,
) -> None:
    """Hand the requests on at a join to the inputs that set its readiness."""
    if not inputs:
        return
    late = np.stack([np.maximum(arrival[f] - arrays.buffer[f], 0.0) * needed[f] for f in inputs])
    group = arrays.group[inputs]
    for g in np.unique(group[group >= 0]):
        rows = np.flatnonzero(group == g)
        first = np.argmin(late[rows], axis=0)
        keep = np.zeros_like(late[rows], dtype=bool)
        keep[first, np.arange(late.shape[1])] = True
        late[rows] = np.where(keep, late[rows], 0.0)
    if arrays.join_in_sequence[join]:
        on = late > 0
    else:
        on = np.zeros(late.shape, dtype=bool)
        on[np.argmax(late, axis=0), np.arange(late.shape[1])] = True
        on &= late > 0
    for row, f in enumerate(inputs):
        active[f] += np.where(on[row], active[e], 0.0)
