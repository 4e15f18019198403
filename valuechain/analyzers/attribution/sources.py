"""Sources: who plays in an attribution. Departments, single services, or kinds of department.

Only who leads to the customer plays; external providers play too, and are marked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.chain import ValueChain
from valuechain.errors import Text, UsageError
from valuechain.network import ChainArrays
from valuechain.network.arrays import BoolArray, IntArray

BY = ("department", "service", "kind")


@dataclass(frozen=True, eq=False)
class Sources:
    """Players in the order of their ids.

    Attributes
    ----------
    ids : tuple of str
    player : ndarray of int, shape (m,)
        Which source a service belongs to; -1 where it leads nowhere near the customer.
    external : ndarray of bool, shape (P,)
        Whether all of it comes from outside.
    """

    ids: tuple[str, ...]
    player: IntArray
    external: BoolArray


def sources_of(chain: ValueChain, arrays: ChainArrays, behind: BoolArray, by: str) -> Sources:
    """Return the sources of a chain.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    arrays : ChainArrays
    behind : ndarray of bool, shape (m,)
        Services that lead to the customer.
    by : {"department", "service", "kind"}

    Raises
    ------
    UsageError
        If `by` is something else.
    """
    if by not in BY:
        words = ", ".join(BY)
        raise UsageError(Text(f"by {by!r}: one of {words}", f"by {by!r}: {words}"))
    D = len(arrays.department_ids)
    ids, provider = arrays.node_ids, arrays.provider
    if by == "service":
        names = list(arrays.service_ids)
    elif by == "department":
        names = [ids[p] for p in provider]
    else:
        names = [(chain.departments if p < D else chain.customers)[ids[p]].kind for p in provider]
    players = tuple(sorted({name for name, counts in zip(names, behind, strict=True) if counts}))
    place = {name: i for i, name in enumerate(players)}
    player = np.array([place.get(name, -1) for name in names], np.int64).reshape(len(names))
    player[~behind] = -1
    inside = np.bincount(player[behind & (provider < D)], minlength=len(players)) > 0
    return Sources(players, player, ~inside)
