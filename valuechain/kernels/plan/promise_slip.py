"""How far each arrival may slip before a promise to a customer breaks.

Every promise inside holds as long as it can be kept: clients plan with
``S_f = max(sla_f, P_f)``, and ``P_e = own_e + max over inputs f of (S_f - buffer_f)^+``, all needs
active. The slip of `f` is the largest `x` with which, ``S_f + x`` in the place of ``S_f``, no
service to a customer is planned later than its promise, or than it is planned already.
"""

from __future__ import annotations

import numpy as np

from valuechain.kernels.plan.network import PlanNetwork
from valuechain.network.arrays import ChainArrays, FloatArray


def promise_slips(
    arrays: ChainArrays, own: FloatArray, promised: FloatArray, mean_arrival: FloatArray
) -> FloatArray:
    """Return how far each arrival may slip, hours, `(m,)`.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need`; an input that is never needed (0) is left out, all others are needed.
    own : ndarray of float, shape (m,)
        Median own times, hours.
    promised : ndarray of float, shape (m,)
        Promises, hours; NaN where there is none.
    mean_arrival : ndarray of float, shape (m,)
        Mean arrivals, hours; read inside loops only.

    Returns
    -------
    ndarray of float
        0 where a promise to a customer breaks (further) at once, infinite where none ever does.

    Raises
    ------
    ValueError
        If a service inside a loop has neither a promise nor a mean arrival.

    Notes
    -----
    Inside a loop promises stand whatever slips; a slip that comes from outside may use the room
    of the loop's own promises and no more: there the result is on the safe side.
    Cost as in `critical_paths`.

    Examples
    --------
    Design promises 6 h; sales needs 2 h more and promises the shop 10 h.

    >>> from valuechain.chain import ValueChain
    >>> from valuechain.network import to_arrays
    >>> arrays = to_arrays(ValueChain(
    ...     departments={"design": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[{"provider": "design", "client": "sales", "sla": "6 h", "need": 1},
    ...               {"provider": "sales", "client": "shop", "sla": "10 h"}]))
    >>> promise_slips(arrays, np.array([4.0, 2.0]), arrays.sla, np.full(2, np.nan)).tolist()
    [2.0, 2.0]
    """
    network = PlanNetwork.of(arrays, own, promised, mean_arrival, promises_give_way=True)
    planned, seen = network.plan()
    outside = arrays.client >= len(arrays.department_ids)
    limit = np.where(outside, np.where(np.isnan(promised), np.inf, promised), np.inf)
    looped = np.array(network.looped, dtype=np.bool_)
    limit = np.where(looped, network.fixed, limit)
    return network.slack(planned, seen, np.maximum(limit, planned))
