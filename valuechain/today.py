"""Today and now: a chain's arrays, with what is computed once on today and travels frozen.

Default needs come from today's volumes and stay as they are under changes; so
do the medians and mean arrivals that budgets are made of. How long work waits
for staff comes from the volumes and the staff of each of the two; a measured
time has today's wait inside.
"""

from __future__ import annotations

import dataclasses
import weakref
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from valuechain.chain import ValueChain
from valuechain.kernels.queueing.demand import default_needs
from valuechain.kernels.queueing.load import Load, solve_load, with_work
from valuechain.kernels.queueing.waits import slowed, with_waits
from valuechain.network import ChainArrays, to_arrays
from valuechain.network.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Situation:
    """A chain in numbers.

    Attributes
    ----------
    today : ChainArrays
        Before the changes, every `need` set, every `wait` that can be computed.
    now : ChainArrays
        With the changes in force, likewise; the same object as `today` without changes.
    """

    today: ChainArrays
    now: ChainArrays

    @property
    def changed(self) -> bool:
        """Whether there are changes on top of today."""
        return self.now is not self.today

    @cached_property
    def load_today(self) -> Load:
        """The load of departments before the changes."""
        return solve_load(self.today)

    @cached_property
    def load_now(self) -> Load:
        """The load of departments with the changes; the same object as `load_today` without."""
        return solve_load(self.now) if self.changed else self.load_today


@dataclass(frozen=True, eq=False)
class _Waiting(Situation):
    """A situation whose services wait; its loads are those the waits were computed from."""

    before: Situation

    @cached_property
    def load_today(self) -> Load:
        return self.before.load_today

    @cached_property
    def load_now(self) -> Load:
        return self.before.load_now


_known: dict[int, Situation] = {}


def situation_of(chain: ValueChain) -> Situation:
    """Return the arrays of a chain, today and now; computed once for each object.

    Notes
    -----
    ``need = min(1, volume / J)`` where both are known, else 1, from today's
    volumes, frozen under changes; a need that is declared, today or by a
    change, stands.
    """
    key = id(chain)
    if key not in _known:
        today = _with_needs(to_arrays(chain.today))
        situation = Situation(today, _now(chain, today) if chain.changes else today)
        _known[key] = _waiting(situation)
        weakref.finalize(chain, _known.pop, key, None)
    return _known[key]


def at_pace(situation: Situation, pace: FloatArray) -> Situation:
    """Return a situation whose departments now take `pace` `(D,)` times as long.

    What they do slower keeps their staff longer: loads and waits are those of the slower work.
    """
    before = situation.before if isinstance(situation, _Waiting) else situation
    return _waiting(Situation(before.today, slowed(before.now, pace)))


def _waiting(before: Situation) -> Situation:
    """Return a situation with the waits for staff, where any are to be computed."""
    if not (with_work(before.today).any() or with_work(before.now).any()):
        return before
    load = before.load_today
    today = now = with_waits(before.today, load, load)
    if before.changed:
        now = with_waits(before.now, before.load_now, load)
    return _Waiting(today, now, before)


def _with_needs(arrays: ChainArrays) -> ChainArrays:
    return dataclasses.replace(arrays, need=default_needs(arrays))


def _now(chain: ValueChain, today: ChainArrays) -> ChainArrays:
    now = to_arrays(chain.in_force())
    return dataclasses.replace(now, need=np.where(np.isnan(now.need), today.need, now.need))


def situation_with(chain: ValueChain, now: ValueChain) -> Situation:
    """Return the situation of a chain with another one in force: today's needs and waits stay.

    Parameters
    ----------
    chain : ValueChain
        Whose today it is.
    now : ValueChain
        The same departments, customers and services, with no changes left on top.
    """
    today = _with_needs(to_arrays(chain.today))
    arrays = to_arrays(now)
    need = np.where(np.isnan(arrays.need), today.need, arrays.need)
    return _waiting(Situation(today, dataclasses.replace(arrays, need=need)))
