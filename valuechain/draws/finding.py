"""Finding the uncertain inputs of a chain, and how what holds them looks once they are drawn.

A value is uncertain if it has a range, if it is a share of a few answers, or if it is one of the
model's assumptions that nobody gave a range.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from valuechain.chain import ValueChain
from valuechain.changes import set_values
from valuechain.draws.inputs import UncertainInput
from valuechain.fields import IMPACT_WORDS, LINK_WORDS, parse_raw
from valuechain.model import Change, Service, number_of
from valuechain.quantities import (
    Distribution,
    Duration,
    Estimate,
    FrozenMapping,
    Number,
    Time,
    base_of,
)

Filling = Callable[[Sequence[float]], Any]
"""From the drawn numbers of all inputs to the value that stands in a field."""

LEAST, MOST = 0.5, 1.5  # an assumption without a range lies between these, times itself
_WORDS: dict[str, dict[str, float]] = {
    "impact": IMPACT_WORDS,
    "wears_on": LINK_WORDS,
    "recommends": LINK_WORDS,
}
JOINT = ("takes", "work", "sla", "on_time", "set")  # fields whose figures must suit each other


@dataclass(frozen=True, slots=True)
class Entry:
    """A declared object that holds uncertain inputs.

    Attributes
    ----------
    room, id : str
        Such as ``"services"`` and ``"it>sales"``.
    fillings : mapping of attribute to Filling
    joint : tuple of int
        Inputs that must suit each other, such as a median and a 90th percentile.
    """

    room: str
    id: str
    fillings: Mapping[str, Filling]
    joint: tuple[int, ...] = ()


class Finder:
    """The uncertain inputs of a chain, in the order they stand in it.

    Attributes
    ----------
    inputs : list of UncertainInput
    keys : list of str
        Whose stream each input is drawn from.
    entries : list of Entry
    """

    def __init__(self, chain: ValueChain) -> None:
        self._chain = chain
        self.inputs: list[UncertainInput] = []
        self.keys: list[str] = []
        self.entries: list[Entry] = []
        for room in ("departments", "customers"):
            for any_id, entry in sorted(getattr(chain, room).items()):
                self._note(room, any_id, self._fields(f"{room}.{any_id}", entry))
        shared_needs = self._needs_of_groups()
        for service in chain.services:
            need = shared_needs.get(service.id)
            fillings = self._service(service, [] if need is None else ["need"])
            if need is not None:
                fillings["need"] = need, ()
            self._note("services", service.id, fillings)
        self._assumptions("assumptions", "", chain.assumptions)
        self._assumptions("assumptions.weights", "weights", chain.assumptions.weights)
        for room in ("scenarios", "interventions"):
            for any_id, change in sorted(getattr(chain, room).items()):
                path = f"{room}.{any_id}"
                fillings = self._fields(path, change) | self._change(f"{path}.set", change)
                self._note(room, any_id, fillings)
        for number, change in enumerate(chain.changes):
            self._note("changes", str(number), self._change("changes", change))

    def _add(self, found: UncertainInput, key: str | None = None) -> Filling:
        """Note an input; return the filling that is its drawn number."""
        place = len(self.inputs)
        self.inputs.append(found)
        self.keys.append(key or found.path)
        return lambda numbers: numbers[place]

    def _note(
        self, room: str, any_id: str, fillings: Mapping[str, tuple[Filling, Sequence[int]]]
    ) -> None:
        if fillings:
            joint = [p for name in JOINT if name in fillings for p in fillings[name][1]]
            only = {name: filling for name, (filling, _) in fillings.items()}
            self.entries.append(Entry(room, any_id, only, tuple(sorted(set(joint)))))

    def _fields(
        self, path: str, entry: BaseModel, without: Sequence[str] = ()
    ) -> dict[str, tuple[Filling, Sequence[int]]]:
        """Return the fillings of the fields of one object, and the inputs each stands for."""
        fillings: dict[str, tuple[Filling, Sequence[int]]] = {}
        for name in type(entry).model_fields:
            value = getattr(entry, name)
            kind = isinstance(value, Estimate | Distribution) or name in (*_WORDS, "choice")
            if not kind or name in without:
                continue
            first = len(self.inputs)
            filling = self._value(f"{path}.{name}", name, unit_of(type(entry), name), value)
            if filling is not None:
                fillings[name] = filling, range(first, len(self.inputs))
        return fillings

    def _service(
        self, service: Service, without: list[str]
    ) -> dict[str, tuple[Filling, Sequence[int]]]:
        path = f"services.{service.id}"
        if service.client in self._chain.customers:
            without = [*without, "impact"]
        takes, outer = service.takes, service.on_time
        if not isinstance(takes, Distribution) or outer is None or "on_time" not in takes.numbers:
            return self._fields(path, service, without)
        # One share under two names, in `takes` and beside it: one draw for both.
        first = len(self.inputs)
        share = self._number(f"{path}.on_time", "share", outer, {}, False)
        if share is None:
            inner = takes.numbers["on_time"]
            share = self._number(f"{path}.takes.on_time", "share", inner, {}, False)
        places = list(range(first, len(self.inputs)))
        fillings: dict[str, tuple[Filling, Sequence[int]]] = {}
        law = self._distribution(f"{path}.takes", takes, share)
        if law is not None:
            fillings["takes"] = law, range(first, len(self.inputs))
        if share is not None:
            fillings["on_time"] = share, places
        return self._fields(path, service, [*without, "takes", "on_time"]) | fillings

    def _needs_of_groups(self) -> dict[str, Filling]:
        """Return one filling for the need of all members of a group of alternatives, by service."""
        groups: dict[tuple[str, str], list[Service]] = defaultdict(list)
        for service in self._chain.services:
            if service.alternatives and service.client in self._chain.departments:
                groups[service.client, service.alternatives].append(service)
        shared: dict[str, Filling] = {}
        for (client, name), members in groups.items():
            for member in members:
                need = member.need
                if not isinstance(need, Estimate):
                    continue
                path, key = f"services.{member.id}.need", f"alternatives.{client}.{name}.need"
                filling = self._number(path, "share", need, {}, False, key)
                if filling is not None:
                    shared |= {one.id: filling for one in members}
                    break
        return shared

    def _assumptions(self, path: str, part: str, coefficients: BaseModel) -> None:
        fillings: dict[str, tuple[Filling, Sequence[int]]] = {}
        for name in type(coefficients).model_fields:
            value = getattr(coefficients, name)
            if not isinstance(value, BaseModel):
                unit = unit_of(type(coefficients), name)
                filling = self._number(f"{path}.{name}", unit, value, {}, True)
                if filling is not None:
                    fillings[name] = filling, ()
        self._note("assumptions", part, fillings)

    def _change(self, path: str, change: Change) -> dict[str, tuple[Filling, Sequence[int]]]:
        """Return the filling of the values that a change sets."""
        first = len(self.inputs)
        values: dict[str, Filling] = {}
        for name, target, value in set_values(self._chain, change):
            # An assumption is one opinion before and after a change: one stream for both.
            filling = self._value(f"{path}.{name}", target.field, target.unit, value, opinion=name)
            if filling is not None:
                values[name] = filling
        if not values:
            return {}
        given = change.set

        def filled(numbers: Sequence[float]) -> FrozenMapping[object]:
            drawn = {name: parse_raw(filling(numbers)) for name, filling in values.items()}
            return FrozenMapping({**given, **drawn})

        return {"set": (filled, range(first, len(self.inputs)))}

    # --- values by their kind -------------------------------------------------------------------

    def _value(
        self, path: str, name: str, unit: str, value: Any, opinion: str | None = None
    ) -> Filling | None:
        """Return the filling of a value of any kind; None where it is known exactly."""
        if isinstance(value, Distribution):
            return self._distribution(path, value)
        if isinstance(value, Mapping):
            return self._links(path, name, value, opinion)
        if isinstance(base_of(value), Duration):
            return self._time(path, value)
        if isinstance(base_of(value), float) or name in _WORDS:
            assumed = name == "choice" or isinstance(value, str)
            return self._number(path, unit, value, _WORDS.get(name, {}), assumed, opinion)
        return None

    def _number(
        self,
        path: str,
        unit: str,
        value: Number | str,
        words: dict[str, float],
        assumed: bool,
        opinion: str | None = None,
    ) -> Filling | None:
        found = _uncertain(path, unit, value, number_of(value, words), assumed)
        if found is None:
            return None
        drawn = self._add(found, None if found.declared else opinion)
        if not assumed or isinstance(value, str):
            return drawn
        # A range of no width: what was drawn is no assumption to be drawn again.
        return lambda numbers: Estimate(drawn(numbers), drawn(numbers), drawn(numbers))

    def _time(self, path: str, value: Time) -> Filling | None:
        if not isinstance(value, Estimate) or value.low is None or value.high is None:
            return None
        ends = (value.base, value.low, value.high)
        base, low, high = (end.hours(self._chain.calendar) for end in ends)
        if low == high:
            return None
        hours = self._add(UncertainInput(path, "working hours", base, low, high))
        return lambda numbers: Duration(hours(numbers), "h")

    def _distribution(
        self, path: str, law: Distribution, on_time: Filling | None = None
    ) -> Filling | None:
        times = {key: self._time(f"{path}.{key}", time) for key, time in law.times.items()}
        numbers = {}
        for key, number in law.numbers.items():
            shared = on_time if key == "on_time" else None
            unit = "share" if key == "on_time" else "number"
            numbers[key] = shared or self._number(f"{path}.{key}", unit, number, {}, False)
        drawn_times = {key: filling for key, filling in times.items() if filling is not None}
        drawn_numbers = {key: filling for key, filling in numbers.items() if filling is not None}
        if not drawn_times and not drawn_numbers:
            return None

        def filled(drawn: Sequence[float]) -> Distribution:
            return Distribution(
                FrozenMapping({**law.times, **{k: f(drawn) for k, f in drawn_times.items()}}),
                FrozenMapping({**law.numbers, **{k: f(drawn) for k, f in drawn_numbers.items()}}),
                law.samples,
                law.name,
            )

        return filled

    def _links(
        self, path: str, name: str, links: Mapping[str, Any], opinion: str | None
    ) -> Filling | None:
        fillings = {}
        for other, weight in links.items():
            key = None if opinion is None else f"{opinion}.{other}"
            assumed = isinstance(weight, str)
            filling = self._number(f"{path}.{other}", "share", weight, _WORDS[name], assumed, key)
            if filling is not None:
                fillings[other] = filling
        if not fillings:
            return None
        return lambda numbers: FrozenMapping(
            {**links, **{other: filling(numbers) for other, filling in fillings.items()}}
        )


def _uncertain(
    path: str, unit: str, value: Number | str, base: float, assumed: bool
) -> UncertainInput | None:
    """Return a number as an uncertain input, None where it is known exactly."""
    if isinstance(value, Estimate):
        if value.low is not None and value.high is not None:
            if value.low == value.high:
                return None
            return UncertainInput(path, unit, base, value.low, value.high)
        if value.n is not None and unit.startswith("share"):
            return UncertainInput(path, unit, base, 0.0, 1.0, "beta", n=value.n)
        if value.source == "observed":
            return None
    if not assumed:
        return None
    floor = -1.0 if unit.startswith("score") else 0.0
    low, high = sorted(max(floor, min(1.0, base * factor)) for factor in (LEAST, MOST))
    if low == high:
        return None
    return UncertainInput(path, unit, base, low, high, declared=False)


def unit_of(model: type[BaseModel], attribute: str) -> str:
    """Return the unit of a field, as its description says."""
    extra = model.model_fields[attribute].json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""
