"""Delay by means only: every input arrives at its mean, and a job needs each with probability need.

Equations (``y`` inputs' lateness beyond their buffers, ``w`` their needs)::

    A_e  = E O_e + R_j                  j the join of service e; R = 0 without one
    y_s  = min over members f of slot s of (A_f - buffer_f)^+
    R_j  = NEED(y, w)                   inputs together
    R_j  = sum_s w_s y_s                inputs in sequence
    NEED = sum_k y_(k) w_(k) prod_{l<k} (1 - w_(l)),   y_(1) >= y_(2) >= ...

`NEED` is the expected maximum of fixed values of which each is there with its own probability,
independently: the maximum is ``y_(k)`` exactly when `k` is needed and none of those above it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from valuechain.kernels.expected_loops import settle
from valuechain.kernels.loops import Loop, find_loops, join_components
from valuechain.kernels.slots import Slots, join_slots
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray

_SMALL = 64  # members up to which a loop is first tried one join after another
_SMALL_ROUNDS = 60
_STILL = 4 * np.finfo(float).eps


@dataclass(frozen=True, eq=False)
class ExpectedDelay:
    """Mean arrivals.

    Attributes
    ----------
    arrival : ndarray of float, shape (m,)
        `A_e`, hours from the client's request.
    ready : ndarray of float, shape (J,)
        `R_j`, hours until all inputs of a join are there.
    own : ndarray of float, shape (m,)
        `E O_e`, hours.
    loops : tuple of Loop
        Loops on the way, each with its radius.
    lower_bound : bool
        Whether these means bound the sampled ones from below: true without alternatives.
    """

    arrival: FloatArray
    ready: FloatArray
    own: FloatArray
    loops: tuple[Loop, ...]
    lower_bound: bool


def expected_delay(arrays: ChainArrays, need: FloatArray, own: FloatArray) -> ExpectedDelay:
    """Return mean arrivals, without sampling.

    Parameters
    ----------
    arrays : ChainArrays
    need : ndarray of float, shape (m,)
        Share of the client's jobs that need each service, 0..1, none missing.
    own : ndarray of float, shape (m,)
        Mean own time `E O_e` in hours, rework, common time and shock included (`own_moments`).

    Returns
    -------
    ExpectedDelay

    Raises
    ------
    ValueError
        If a need or an own time is missing or out of range.
    Deadlock
        If the services of a loop need each other in all jobs (radius of `need` from 1) and no
        input inside it has a buffer.
    Unsettled
        If the radius is 1 or more and the buffers fall short.

    Notes
    -----
    Loops get the least fixed point, the one found from 0; below radius 1 it is the only one.
    By Jensen's inequality the means are a lower bound of the true means as long as a join's
    readiness is convex in its inputs: the smallest of alternatives is not. Cost: one pass over
    plain lists where nothing runs in circles (as fast on a row of departments as on a wide chain),
    a few sparse solves per loop. Memory O(m + inputs).

    Examples
    --------
    >>> readiness = need_maximum(np.array([2.0, 6.0]), np.array([1.0, 0.5]))
    >>> readiness  # 6 in half of the jobs, else 2
    4.0
    """
    _refuse(need, own)
    slots = join_slots(arrays, waiting_only=True)
    needed = slots.need(need) > 0
    if not needed.all():  # what is never needed makes nobody wait, nor a loop
        slots = slots.where(needed)
    components = join_components(arrays, slots)
    loops = find_loops(arrays, slots, need, components)
    done = [0.0] * (len(slots.ptr))  # the last stands for "no join": ready at once
    ready_of = _readiness(arrays, slots, need, own, done)
    if loops:
        at_loop = {int(loop.joins[0]): loop for loop in loops}
        for j in components.members[components.ptr[:-1]].tolist():
            if j not in at_loop:
                done[j] = ready_of(j)
            elif not _settled_one_by_one(at_loop[j], slots, ready_of, done):
                loop = at_loop[j]
                solved = settle(arrays, slots, need, own, loop, done)
                for join, ready in zip(loop.joins.tolist(), solved.tolist(), strict=True):
                    done[join] = ready
    else:
        for j in components.members.tolist():
            done[j] = ready_of(j)
    ready = np.array(done)
    alternatives = bool((np.diff(slots.member_ptr) > 1).any())
    return ExpectedDelay(own + ready[arrays.join], ready[:-1], own, loops, not alternatives)


def need_maximum(value: FloatArray, need: FloatArray) -> float:
    """Return the expected maximum of fixed values, each there with its own probability.

    Parameters
    ----------
    value, need : ndarray of float, shape (k,)
        Values from 0, probabilities 0..1; the maximum of none is 0.

    Examples
    --------
    >>> need_maximum(np.array([3.0, 5.0]), np.array([0.5, 0.5]))  # (5 + 5 + 3 + 0) / 4
    3.25
    """
    return _need_maximum(list(zip(value.tolist(), need.tolist(), strict=True)))


def _need_maximum(inputs: list[tuple[float, float]]) -> float:
    total, none_above = 0.0, 1.0
    for value, need in sorted(inputs, reverse=True):
        if value <= 0.0 or none_above == 0.0:
            break
        total += value * need * none_above
        none_above *= 1.0 - need
    return total


def _refuse(need: FloatArray, own: FloatArray) -> None:
    if not ((need >= 0) & (need <= 1)).all():
        raise ValueError("every service needs a need in 0..1")
    if not ((own >= 0) & np.isfinite(own)).all():
        raise ValueError("every service needs a mean own time, finite and from 0")


def _readiness(
    arrays: ChainArrays, slots: Slots, need: FloatArray, own: FloatArray, done: list[float]
) -> Callable[[int], float]:
    """Return the readiness of one join as a function of those in `done`, on plain lists.

    A join has a handful of inputs: lists beat arrays there by an order of magnitude.
    """
    members = slots.members
    offset: list[float] = (own - arrays.buffer)[members].tolist()
    origin: list[int] = arrays.join[members].tolist()  # -1 reads the last of `done`
    weight: list[float] = need[members].tolist()
    start: list[int] = slots.member_ptr[slots.ptr].tolist()
    sizes = np.diff(slots.member_ptr)
    has_alternatives = _any_by_join(slots, sizes > 1)
    odd = has_alternatives | arrays.join_in_sequence
    certain = ~_any_by_join(slots, slots.need(need) < 1)
    # 0: no input or one; 1: all needed, the maximum; 2: the expected maximum; 3: anything else
    width = np.diff(slots.ptr)
    kind: list[int] = np.select([odd, width <= 1, certain], [3, 0, 1], 2).tolist()
    in_sequence: list[bool] = arrays.join_in_sequence.tolist()
    slot_ptr: list[int] = slots.ptr.tolist()
    member_ptr: list[int] = slots.member_ptr.tolist()

    def ready_of(j: int) -> float:
        first, last = start[j], start[j + 1]
        if first == last:
            return 0.0
        what = kind[j]
        if what == 0:
            late = offset[first] + done[origin[first]]
            return weight[first] * late if late > 0.0 else 0.0
        if what == 1:
            late = max([offset[q] + done[origin[q]] for q in range(first, last)])
            return late if late > 0.0 else 0.0
        if what == 2:
            return _need_maximum(
                [(offset[q] + done[origin[q]], weight[q]) for q in range(first, last)]
            )
        inputs = []
        for s in range(slot_ptr[j], slot_ptr[j + 1]):
            q, after = member_ptr[s], member_ptr[s + 1]
            late = min([offset[i] + done[origin[i]] for i in range(q, after)])
            inputs.append((late if late > 0.0 else 0.0, weight[q]))
        if in_sequence[j]:
            return sum([late * share for late, share in inputs])
        return _need_maximum(inputs)

    return ready_of


def _any_by_join(slots: Slots, flag: BoolArray) -> BoolArray:
    return np.bincount(slots.join[flag], minlength=len(slots.ptr) - 1) > 0


def _settled_one_by_one(
    loop: Loop, slots: Slots, ready_of: Callable[[int], float], done: list[float]
) -> bool:
    """Go round a small loop until nothing moves; the rounds rise from 0 to the least fixed point.

    Most loops of real chains settle so within some tens of rounds, sooner than a matrix is built.
    """
    joins = loop.joins.tolist()
    before, after = slots.ptr[loop.joins], slots.ptr[loop.joins + 1]
    if not loop.radius.settles or (after - before).sum() > _SMALL:
        return False
    for _ in range(_SMALL_ROUNDS):
        still = True
        for j in joins:
            new = ready_of(j)
            if new - done[j] > _STILL * new:
                still = False
            done[j] = new
        if still:
            return True
    return False
