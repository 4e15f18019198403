"""Walks through the coalitions of each job: one source after another goes from plan to today."""

from __future__ import annotations

import numpy as np

from valuechain.kernels.attribution.lanes import Lanes
from valuechain.kernels.attribution.orders import order_weight
from valuechain.kernels.chance.streams import F32
from valuechain.network.arrays import FloatArray, IntArray


class Switches:
    """Lanes, and what each of their sources switches.

    Parameters
    ----------
    lanes : Lanes
        With own times as today.
    place : ndarray of int, shape (q,)
        Place of the source in its lane's order, -1 for none.
    row, lane : ndarray of int, shape (q,)
        Which service, by its row in the lanes, in which lane.
    today, plan : ndarray of float32, shape (q,)
        Its own time, as it is and on plan.
    """

    def __init__(
        self, lanes: Lanes, place: IntArray, row: IntArray, lane: IntArray, today: F32, plan: F32
    ) -> None:
        self.lanes = lanes
        used = (place >= 0) & (row >= 0)
        order = np.argsort(place[used], kind="stable")
        self._place = place[used][order]
        self._row, self._lane = row[used][order], lane[used][order]
        self._today, self._plan = today[used][order], plan[used][order]
        ends = np.searchsorted(self._place, np.arange(int(self._place.max(initial=-1)) + 2))
        self._ends: list[int] = ends.tolist()

    def all_on_plan(self) -> None:
        """Put every source on plan, in all directions."""
        self.lanes.own[self._row, :, self._lane] = self._plan[:, None]

    def switch(self, place: int, direction: int, to_plan: bool) -> None:
        """Switch the sources at one place of their lanes' orders."""
        if place + 1 < len(self._ends):
            part = slice(self._ends[place], self._ends[place + 1])
            hours = self._plan if to_plan else self._today
            self.lanes.own[self._row[part], direction, self._lane[part]] = hours[part]

    def reversed(self, number: IntArray) -> Switches:
        """Return the same lanes with their orders, of `number` `(L,)` sources, reversed."""
        place = number[self._lane] - 1 - self._place
        return Switches(self.lanes, place, self._row, self._lane, self._today, self._plan)


def two_orders(
    switches: Switches, number: IntArray, parts: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Walk through each lane's order and its reverse.

    Parameters
    ----------
    switches : Switches
        Of lanes with two directions.
    number : ndarray of int, shape (L,)
        How many sources take part, not increasing.
    parts : ndarray, shape (most, L)
        Where the contribution of the source at each place is written.

    Returns
    -------
    nobody, everybody : ndarray, shape (L,)
        ``v`` with all of them on plan, and with all as today.
    """
    lanes, backward = switches.lanes, switches.reversed(number)
    switches.all_on_plan()
    before = lanes.value(len(number))
    nobody, everybody = before[0].copy(), before[0].copy()
    for step in range(len(parts)):
        width = int(np.count_nonzero(number > step))
        switches.switch(step, 0, to_plan=False)
        backward.switch(step, 1, to_plan=False)
        value = lanes.value(width)
        gain = 0.5 * (value - before[:, :width])
        parts[step, :width] += gain[0]
        parts[number[:width] - 1 - step, np.arange(width)] += gain[1]
        everybody[:width] = value[0]
        before = value
    return nobody, everybody


def every_order(
    switches: Switches, number: IntArray, parts: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Average over all orders; parameters as in `two_orders`, with lanes of one direction.

    Notes
    -----
    ``c_i = sum over coalitions T of v(T) w``, ``w = (|T| - 1)! (k - |T|)! / k!`` where `i` is in
    `T`, else ``-|T|! (k - |T| - 1)! / k!``. Coalitions are visited in the order of a Gray code,
    so that one source switches at a time.
    """
    lanes, most = switches.lanes, len(parts)
    switches.all_on_plan()
    value = lanes.value(len(number))[0]
    nobody, everybody = value.copy(), value.copy()
    members = 0
    for step in range(2**most):
        if step:
            place = (step & -step).bit_length() - 1
            members ^= 1 << place
            switches.switch(place, 0, to_plan=not members >> place & 1)
            width = int(np.count_nonzero(2**number > step))
            value = lanes.value(width)[0]
        size = members.bit_count()
        everybody[: len(value)] = np.where(
            members + 1 == 2 ** number[: len(value)], value, everybody[: len(value)]
        )
        for place in range(most):
            inside = members >> place & 1
            weight = [order_weight(size, k, bool(inside)) for k in range(most + 1)]
            part = np.array(weight)[number[: len(value)]] * value
            parts[place, : len(value)] += np.where(place < number[: len(value)], part, 0.0)
    return nobody, everybody


def drops(switches: Switches, number: IntArray) -> FloatArray:
    """Return what ``v`` drops when one source alone goes on plan, `(most, L)`, by its place.

    Two sources at a time, one in each direction of the lanes.
    """
    lanes = switches.lanes
    parts = np.zeros((int(number[0]), len(number)))
    as_is = lanes.value(len(number))
    for step in range(0, len(parts), 2):
        width = int(np.count_nonzero(number > step))
        for direction in (0, 1):
            switches.switch(step + direction, direction, to_plan=True)
        value = lanes.value(width)
        for direction in (0, 1):
            switches.switch(step + direction, direction, to_plan=False)
            if step + direction < len(parts):
                parts[step + direction, :width] = as_is[0, :width] - value[direction]
    return parts
