"""Critical path and float on the plan: the method of Kelley and Walker, all needs active.

The planned arrival of a service is its own median time after the last of its inputs is promised to
be there: ``P_e = own_e + max over inputs f of (S_f - buffer_f)^+`` (the sum where they are fetched
in sequence, the least of a group of alternatives), where clients see ``S_f``: the promise, without
one the planned arrival, without one inside a loop today's mean arrival.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.kernels.plan.network import PlanNetwork
from valuechain.network.arrays import ChainArrays, FloatArray


@dataclass(frozen=True, eq=False)
class CriticalPaths:
    """A plan, and what it hangs on.

    Attributes
    ----------
    planned : ndarray of float, shape (m,)
        Planned arrival of each service, hours.
    seen : ndarray of float, shape (m,)
        The arrival that its client plans with, hours.
    slack : ndarray of float, shape (m,)
        Float: the most that an arrival may slip, as its client sees it, before a customer's planned
        arrival moves, hours; infinite where no slip ever moves one.
    """

    planned: FloatArray
    seen: FloatArray
    slack: FloatArray
    _network: PlanNetwork

    def path(self, service: int) -> tuple[int, ...]:
        """Return the services that set the planned arrival of one, upstream ones first.

        The path begins where nothing upstream matters any more: at a service without inputs, at a
        promise, or at a loop. Of inputs that are due together the first by number counts; where
        they are fetched in sequence, all that are waited for.
        """
        return self._network.path(service, self.seen)

    def path_to(self, customer: int) -> tuple[int, ...]:
        """Return the path of the service that is planned to reach a customer (node) last."""
        served = np.flatnonzero(self._network.arrays.client == customer)
        if len(served) == 0:
            return ()
        return self.path(int(served[self.planned[served].argmax()]))

    def blocker(self, service: int, own: float, sla: float) -> int:
        """Return the service whose word stands in the way of a promise.

        It is the service itself where its own time alone takes longer; else the input that most
        jobs need of those that alone make it late, of these the latest, followed upstream to the
        first promise.

        Parameters
        ----------
        service : int
        own, sla : float
            Its own median time and its promise, hours.
        """
        return self._network.blocker(service, self.seen, own, sla)


def critical_paths(
    arrays: ChainArrays,
    own: FloatArray,
    promised: FloatArray,
    mean_arrival: FloatArray,
) -> CriticalPaths:
    """Return planned arrivals, floats and critical paths.

    Parameters
    ----------
    arrays : ChainArrays
        With every `need`; an input that is never needed (0) is left out, all others are needed.
    own : ndarray of float, shape (m,)
        Median own times, hours.
    promised : ndarray of float, shape (m,)
        Promises, hours; NaN where there is none. All NaN: a slip runs on through every promise.
    mean_arrival : ndarray of float, shape (m,)
        Today's mean arrivals, hours; read inside loops only.

    Returns
    -------
    CriticalPaths

    Raises
    ------
    ValueError
        If a service inside a loop has neither a promise nor a mean arrival.

    Notes
    -----
    One pass forwards for arrivals, one backwards for floats, O(m + inputs). Where inputs are
    fetched in sequence, or are alternatives, a slip may come by several ways at once and add up;
    there the result of the backward pass is an upper bound, is tried forwards, and where it fails
    found by bisection: O(m) for each service upstream.

    References
    ----------
    .. [1] J. E. Kelley and M. R. Walker, Critical-path planning and scheduling, Proceedings of
       the Eastern Joint Computer Conference (1959).

    Examples
    --------
    Sales waits for a design of 16 h and a price of 4 h; the price may come 12 h later.

    >>> from valuechain.chain import ValueChain
    >>> from valuechain.network import to_arrays
    >>> arrays = to_arrays(ValueChain(
    ...     departments={"design": {}, "finance": {}, "sales": {}}, customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "need": 1},
    ...         {"provider": "finance", "client": "sales", "need": 1},
    ...         {"provider": "sales", "client": "shop"}]))
    >>> nothing = np.full(3, np.nan)
    >>> found = critical_paths(arrays, np.array([16.0, 4.0, 2.0]), nothing, nothing)
    >>> found.planned.tolist(), found.slack.tolist()
    ([16.0, 4.0, 18.0], [0.0, 12.0, 0.0])
    >>> found.path_to(arrays.node_ids.index("shop"))
    (0, 2)
    """
    network = PlanNetwork.of(arrays, own, promised, mean_arrival)
    planned, seen = network.plan()
    outside = arrays.client >= len(arrays.department_ids)
    slack = network.slack(planned, seen, np.where(outside, planned, np.inf))
    return CriticalPaths(planned, seen, slack, network)
