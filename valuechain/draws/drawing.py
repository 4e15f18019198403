"""Chains drawn over their ranges: every uncertain value replaced by a plain one."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import special

from valuechain.chain import ValueChain
from valuechain.draws.finding import JOINT, Entry, Finder
from valuechain.draws.inputs import UncertainInput
from valuechain.errors import Refused, Text, UsageError
from valuechain.kernels.chance.streams import stream_keys, uniforms
from valuechain.model import Assumptions
from valuechain.network.arrays import FloatArray
from valuechain.quantities import Distribution, FrozenMapping, parse_own_time
from valuechain.rules.times import laws_hold, two_names_for_one_share, work_within_takes

ATTEMPTS = 300  # at ranges of which one draw in twenty suits: fails once in 5 million draws


def uncertain_inputs(chain: ValueChain) -> tuple[UncertainInput, ...]:
    """Return every input of a chain that is not known exactly.

    Parameters
    ----------
    chain : ValueChain
        Its changes, scenarios and interventions included.

    Returns
    -------
    tuple of UncertainInput
        In the order they stand in the chain.

    Notes
    -----
    A range is triangular over low..high with its mode at the base. A share with `n` answers and
    no range is ``Beta(k + 1/2, n - k + 1/2)`` with ``k = base n`` (Jeffreys' prior). The
    coefficients of `assumptions`, the words of `impact`, `wears_on` and `recommends`, and
    `choice` carry ranges of a half to one and a half times themselves, inside their bounds,
    unless a range, answers or ``source: observed`` is declared. Members of a group of
    alternatives need the same, so their `need` is one input. The impact of a service to a
    customer has no effect, and is none.

    Examples
    --------
    >>> chain = ValueChain(
    ...     departments={"it": {}}, customers={"shop": {"choice": {"base": 0.5, "n": 20}}},
    ...     services=[{"provider": "it", "client": "shop", "takes": "1 h",
    ...                "sla": {"base": "1 d", "low": "4 h", "high": "2 d"}}])
    >>> [(i.path, i.kind) for i in uncertain_inputs(chain) if i.declared]
    [('customers.shop.choice', 'beta'), ('services.it>shop.sla', 'triangular')]
    """
    return ranges_of(chain).inputs


def draw_chain(chain: ValueChain, seed: int, number: int) -> ValueChain:
    """Return a chain in which every uncertain value is replaced by a drawn one.

    Parameters
    ----------
    chain : ValueChain
        Its changes stay on top of what is drawn.
    seed, number : int
        Equal seed and number, equal draw.

    Returns
    -------
    ValueChain
        Without ranges (an assumption has one of no width). What `uncertain_inputs` became is in
        ``ranges_of(chain).values(seed, number)``.

    Raises
    ------
    UsageError
        If the ranges of one law hardly ever give a law that can be.

    Notes
    -----
    Each input is drawn from a stream of its own, found by its path: one input more or less leaves
    the draws of all others as they were. Ranges are independent of each other, except where they
    must suit each other: parameters of an own time, with the promise they refer to, are drawn
    anew together until the law is one (a median below its p90, a work that takes no longer than
    the whole), which is their joint distribution given that they do.

    Examples
    --------
    >>> chain = ValueChain(
    ...     departments={"it": {}}, customers={"shop": {}},
    ...     services=[{"provider": "it", "client": "shop", "takes": "1 h",
    ...                "quality": {"base": 0.8, "low": 0.7, "high": 0.95}}])
    >>> 0.7 < draw_chain(chain, 0, 3).service("it>shop").quality < 0.95
    True
    """
    ranges = ranges_of(chain)
    return ranges.chain(ranges.values(seed, number))


class Ranges:
    """The uncertain inputs of a chain, ready to be drawn many times."""

    def __init__(self, chain: ValueChain) -> None:
        found = Finder(chain)
        self._chain = chain._copy()  # the chain itself would never be let go by `ranges_of`
        self.inputs = tuple(found.inputs)
        self._entries = tuple(found.entries)
        self.keys = tuple(found.keys)
        self._streams: tuple[int, Any] | None = None
        self._base = np.array([one.base for one in self.inputs])
        self._low = np.array([one.low for one in self.inputs])
        self._high = np.array([one.high for one in self.inputs])
        self._answers = np.array([np.nan if one.n is None else one.n for one in self.inputs])
        self._beta = np.array([one.kind == "beta" for one in self.inputs], dtype=bool)

    def values(self, seed: int, number: int) -> FloatArray:
        """Return the drawn value of each input, `(k,)`."""
        streams = self._streams
        if streams is None or streams[0] != seed:
            streams = seed, stream_keys(seed, "range", self.keys)
            self._streams = streams
        drawn = self.quantiles(uniforms(streams[1], number))
        for entry in self._entries:
            attempt = 1
            while entry.joint and not self._suits(entry, drawn):
                if attempt == ATTEMPTS:
                    raise _hardly_ever(entry)
                again = uniforms(streams[1], number, attempt)
                rows = list(entry.joint)
                drawn[rows] = self.quantiles(again)[rows]
                attempt += 1
        return drawn

    def quantiles(self, shares: FloatArray) -> FloatArray:
        """Return the quantile of each input at a share of its own, both `(k,)`.

        Notes
        -----
        Triangular with mode `b` on `l..h`: ``l + sqrt(u (h - l)(b - l))`` up to
        ``u = (b - l)/(h - l)``, ``h - sqrt((1 - u)(h - l)(h - b))`` beyond.
        """
        low, base, high = self._low, self._base, self._high
        width = high - low
        below = low + np.sqrt(shares * width * (base - low))
        above = high - np.sqrt((1.0 - shares) * width * (high - base))
        values: FloatArray = np.clip(np.where(shares * width < base - low, below, above), low, high)
        if self._beta.any():
            n, share = self._answers[self._beta], base[self._beta]
            first, second = n * share + 0.5, n * (1.0 - share) + 0.5
            values[self._beta] = special.betaincinv(first, second, shares[self._beta])
        return values

    def suit(self, values: FloatArray) -> bool:
        """Tell whether values of all inputs together give a chain that can be."""
        return all(self._suits(entry, values) for entry in self._entries if entry.joint)

    def chain(self, values: FloatArray) -> ValueChain:
        """Return the chain with the given value of each input in its place."""
        chain = self._chain
        numbers = values.tolist()
        rooms: dict[str, dict[str, Any]] = {}
        for entry in self._entries:
            drawn = {name: filling(numbers) for name, filling in entry.fillings.items()}
            rooms.setdefault(entry.room, {})[entry.id] = drawn
        update: dict[str, Any] = {}
        for room, drawn_entries in rooms.items():
            if room == "services":
                update[room] = tuple(_with(s, drawn_entries.get(s.id)) for s in chain.services)
            elif room == "changes":
                update[room] = tuple(
                    _with(change, drawn_entries.get(str(place)))
                    for place, change in enumerate(chain.changes)
                )
            elif room == "assumptions":
                update[room] = _assumptions(chain.assumptions, drawn_entries)
            else:
                before: Mapping[str, Any] = getattr(chain, room)
                update[room] = FrozenMapping(
                    {key: _with(entry, drawn_entries.get(key)) for key, entry in before.items()}
                )
        return chain._copy(**update)

    def _suits(self, entry: Entry, values: FloatArray) -> bool:
        """Tell whether the own times of an entry, with what is drawn, are laws that can be."""
        numbers = values.tolist()
        drawn = {
            name: filling(numbers) for name, filling in entry.fillings.items() if name in JOINT
        }
        try:
            for own in _own_times(drawn):
                parse_own_time(own)
        except Refused:
            return False
        if entry.room not in ("services", "departments"):
            return True
        alone = _alone(self._chain, entry, drawn)
        return not any(issue for rule in _RULES for issue in rule(alone))


_RULES = (laws_hold, two_names_for_one_share, work_within_takes)
_known: dict[int, Ranges] = {}
_lock = threading.Lock()


def ranges_of(chain: ValueChain) -> Ranges:
    """Return the uncertain inputs of a chain, ready to be drawn; found once for each object."""
    key = id(chain)
    with _lock:
        if key not in _known:
            _known[key] = Ranges(chain)
            weakref.finalize(chain, _known.pop, key, None)
        return _known[key]


def _own_times(drawn: Mapping[str, Any]) -> list[object]:
    """Return the laws of own times among drawn fields, or among what a change sets."""
    own = [value for value in drawn.values() if isinstance(value, Distribution)]
    set_ = drawn.get("set", {})
    laws = [value for path, value in set_.items() if path.rsplit(".", 1)[-1] in ("takes", "work")]
    return [*own, *(law for law in laws if isinstance(law, Mapping))]


def _alone(chain: ValueChain, entry: Entry, drawn: Mapping[str, Any]) -> ValueChain:
    """Return a chain of one entry only, as drawn, for the rules to judge."""
    if entry.room == "departments":
        department = _with(chain.departments[entry.id], drawn)
        return chain._copy(departments=FrozenMapping({entry.id: department}), services=())
    service = _with(chain.service(entry.id), drawn)
    provider = chain.departments.get(service.provider)
    departments = {} if provider is None else {service.provider: provider}
    return chain._copy(departments=FrozenMapping(departments), services=(service,))


def _with(entry: Any, drawn: Mapping[str, Any] | None) -> Any:
    """Return an entry with drawn values in its fields; they are known to be good."""
    return entry.model_copy(update=drawn) if drawn else entry


def _assumptions(before: Assumptions, drawn: Mapping[str, Mapping[str, Any]]) -> Assumptions:
    weights = _with(before.weights, drawn.get("weights"))
    after: Assumptions = before.model_copy(update={**drawn.get("", {}), "weights": weights})
    return after


def _hardly_ever(entry: Entry) -> UsageError:
    where = f"{entry.room}.{entry.id}"
    return UsageError(
        Text(
            f"{where}: its ranges hardly ever give an own time that can be, such as a median "
            "below its p90; narrow them",
            f"{where}: sus rangos casi nunca dan un tiempo posible, como una mediana menor que "
            "su p90; hágalos más estrechos",
        )
    )
