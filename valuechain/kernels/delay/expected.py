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

from valuechain.kernels.delay.expected_loops import settle
from valuechain.kernels.delay.loops import Loop, find_loops, join_components
from valuechain.kernels.delay.slots import Slots, join_slots
from valuechain.network.arrays import BoolArray, ChainArrays, FloatArray, IntArray

# How a join is worked out. Plain numbers: an enumeration is too slow in the innermost loop.
_NONE = 0  # no input that waits
_ONE = 1  # one input
_ALL = 2  # all inputs are needed in every job: the maximum
_SOME = 3  # the expected maximum
_ODD = 4  # alternatives, or inputs in sequence

_SMALL = 16  # joins up to which a loop is first tried one join after another
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
    done = [0.0] * len(slots.ptr)  # the last stands for "no join": ready at once
    walk = _walker(arrays, slots, need, own, done)
    order = components.members.tolist()
    passed = 0
    for loop in loops:
        first = int(components.ptr[components.label[loop.joins[0]]])
        walk(order[passed:first])
        joins = order[first : first + len(loop.joins)]
        passed = first + len(joins)
        if not (loop.radius.settles and _settled_by_rounds(joins, walk, done)):
            solved = settle(arrays, slots, need, own, loop, done)
            for join, hours in zip(joins, solved.tolist(), strict=True):
                done[join] = hours
    walk(order[passed:])
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


def _walker(
    arrays: ChainArrays, slots: Slots, need: FloatArray, own: FloatArray, done: list[float]
) -> Callable[[list[int]], None]:
    """Return a walk over joins that sets the readiness of each in `done`, on plain lists.

    A join has a handful of inputs: lists beat arrays there by an order of magnitude.
    """
    members = slots.members
    offset: list[float] = (own - arrays.buffer)[members].tolist()
    origin: list[int] = arrays.join[members].tolist()  # -1 reads the last of `done`
    weight: list[float] = need[members].tolist()
    start: list[int] = slots.member_ptr[slots.ptr].tolist()
    kind: list[int] = _kinds(arrays, slots, need).tolist()

    def one_by_one(j: int) -> list[tuple[float, float]]:
        inputs = []
        for s in range(int(slots.ptr[j]), int(slots.ptr[j + 1])):
            q, after = int(slots.member_ptr[s]), int(slots.member_ptr[s + 1])
            late = min([offset[i] + done[origin[i]] for i in range(q, after)])
            inputs.append((max(late, 0.0), weight[q]))
        return inputs

    def walk(joins: list[int]) -> None:
        for j in joins:
            what, q = kind[j], start[j]
            if what == _ONE:
                late = weight[q] * (offset[q] + done[origin[q]])
            elif what == _ALL:
                late = max([offset[i] + done[origin[i]] for i in range(q, start[j + 1])])
            elif what == _SOME:
                late = _need_maximum(
                    [(offset[i] + done[origin[i]], weight[i]) for i in range(q, start[j + 1])]
                )
            elif what == _ODD and arrays.join_in_sequence[j]:
                late = sum([late * share for late, share in one_by_one(j)])
            elif what == _ODD:
                late = _need_maximum(one_by_one(j))
            else:
                late = 0.0
            done[j] = late if late > 0.0 else 0.0

    return walk


def _kinds(arrays: ChainArrays, slots: Slots, need: FloatArray) -> IntArray:
    def any_by_join(flag: BoolArray) -> BoolArray:
        return np.bincount(slots.join[flag], minlength=len(slots.ptr) - 1) > 0

    width = np.diff(slots.ptr)
    odd = any_by_join(np.diff(slots.member_ptr) > 1) | arrays.join_in_sequence
    conditions = [width == 0, odd, width == 1, ~any_by_join(slots.need(need) < 1)]
    return np.select(conditions, [_NONE, _ODD, _ONE, _ALL], _SOME)


def _settled_by_rounds(
    joins: list[int], walk: Callable[[list[int]], None], done: list[float]
) -> bool:
    """Go round a small loop until nothing moves; the rounds rise from 0 to the least fixed point.

    Most loops of real chains settle so within some tens of rounds, sooner than a matrix is built.
    """
    if len(joins) > _SMALL:
        return False
    now = [done[j] for j in joins]
    for _ in range(_SMALL_ROUNDS):
        before = now
        walk(joins)
        now = [done[j] for j in joins]
        if all(new - old <= _STILL * new for new, old in zip(now, before, strict=True)):
            return True
    return False
