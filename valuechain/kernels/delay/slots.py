"""What a join waits for, alternatives put together: one *slot* is one input that has to come.

A slot is a single service, or a group of alternatives of which any one member suffices; its
members share one need.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Slots:
    """Slots of joins, and members of slots, in CSR; members in one flat list over all joins.

    Attributes
    ----------
    ptr : ndarray of int, shape (J + 1,)
        Slots of join ``j``: ``ptr[j]:ptr[j + 1]``.
    member_ptr : ndarray of int, shape (S + 1,)
        Members of slot ``s``: ``members[member_ptr[s]:member_ptr[s + 1]]``; never none.
    members : ndarray of int, shape (q,)
        Service numbers.
    """

    ptr: IntArray
    member_ptr: IntArray
    members: IntArray

    @property
    def join(self) -> IntArray:
        """The join of each slot, shape (S,)."""
        return np.repeat(np.arange(len(self.ptr) - 1, dtype=np.int64), np.diff(self.ptr))

    @property
    def slot(self) -> IntArray:
        """The slot of each member, shape (q,)."""
        sizes = np.diff(self.member_ptr)
        return np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)

    def need(self, need: FloatArray) -> FloatArray:
        """Return the need of each slot, shape (S,), from that of services, shape (m,)."""
        return need[self.members[self.member_ptr[:-1]]]

    def where(self, kept: BoolArray) -> Slots:
        """Return the same joins with some slots only; `kept` has shape (S,)."""
        count = np.bincount(self.join[kept], minlength=len(self.ptr) - 1)
        sizes = np.diff(self.member_ptr)
        return Slots(_ends(count), _ends(sizes[kept]), self.members[np.repeat(kept, sizes)])


def join_slots(arrays: ChainArrays, waiting_only: bool) -> Slots:
    """Return the slots of every join.

    Parameters
    ----------
    arrays : ChainArrays
    waiting_only : bool
        Leave out inputs without which the client goes on.

    Examples
    --------
    Alternatives stand in one slot, see `Slots`; a join without inputs has none.
    """
    sizes = np.diff(arrays.join_ptr)
    join = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    members = arrays.join_inputs
    if waiting_only:
        kept = arrays.waits[members]
        join, members = join[kept], members[kept]
    group = arrays.group[members]
    # Services without a group each get a number of their own, beyond those of the groups.
    beyond = int(arrays.group.max(initial=-1)) + 1
    group = np.where(group >= 0, group, beyond + members)
    order = np.lexsort((members, group, join))
    join, group, members = join[order], group[order], members[order]
    starts = np.ones(len(members), dtype=np.bool_)
    starts[1:] = (join[1:] != join[:-1]) | (group[1:] != group[:-1])
    first = np.flatnonzero(starts)
    count = np.bincount(join[first], minlength=len(sizes))
    return Slots(_ends(count), np.append(first, len(members)), members)


def _ends(count: IntArray) -> IntArray:
    ptr = np.zeros(len(count) + 1, dtype=np.int64)
    np.cumsum(count, out=ptr[1:])
    return ptr
