"""Today and now: a chain's arrays, with what is computed once on today and travels frozen.

Default needs come from today's volumes and stay as they are under changes; so
do the medians and mean arrivals that budgets are made of.
"""

from __future__ import annotations

import dataclasses
import weakref
from dataclasses import dataclass

import numpy as np

from valuechain.chain import ValueChain
from valuechain.kernels.demand import default_needs
from valuechain.network import ChainArrays, to_arrays


@dataclass(frozen=True, eq=False)
class Situation:
    """A chain in numbers.

    Attributes
    ----------
    today : ChainArrays
        Before the changes, every `need` set.
    now : ChainArrays
        With the changes in force, every `need` set; the same object as `today` without changes.
    """

    today: ChainArrays
    now: ChainArrays

    @property
    def changed(self) -> bool:
        """Whether there are changes on top of today."""
        return self.now is not self.today


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
        _known[key] = Situation(today, _now(chain, today) if chain.changes else today)
        weakref.finalize(chain, _known.pop, key, None)
    return _known[key]


def _with_needs(arrays: ChainArrays) -> ChainArrays:
    return dataclasses.replace(arrays, need=default_needs(arrays))


def _now(chain: ValueChain, today: ChainArrays) -> ChainArrays:
    now = to_arrays(chain.in_force())
    return dataclasses.replace(now, need=np.where(np.isnan(now.need), today.need, now.need))
