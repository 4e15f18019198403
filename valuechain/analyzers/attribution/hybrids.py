"""Between two chains: one in which some of the changed inputs are new, the others as before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from valuechain.analyzers.differences.comparison import changed_inputs
from valuechain.chain import ValueChain
from valuechain.errors import Text, UsageError
from valuechain.quantities import FrozenMapping
from valuechain.today import Situation, situation_of, situation_with

Changes = dict[str, tuple[str | None, str | None]]
# What nothing depends on that is attributed, wherever it is declared.
DESCRIPTIVE = frozenset(
    {
        *("name", "notes", "tags", "tier", "count", "gives", "needs", "nps", "turnover"),
        *("cost_per_hour", "channels", "deliverable", "hours", "languages", "relationship"),
    }
)
# What only money depends on.
OF_MONEY = frozenset({"kind", "status", "revenue", "churn", "win_rate", "choice", "recommends"})
# What no arrival depends on, but how many are dissatisfied.
OF_FEELING = frozenset(
    {
        *("quality", "clarity", "target_quality", "target_clarity", "csat", "esat"),
        *("impact", "wears_on", "on_time"),
    }
)


class Hybrids:
    """Chains between `before` and `after`, by the inputs that are new.

    Parameters
    ----------
    before, after : ValueChain
        The same departments, customers and services.

    Attributes
    ----------
    changes : dict of path to (before, after)
        As a file writes them.

    Raises
    ------
    UsageError
        If one has departments, customers or services that the other has not.
    """

    def __init__(self, before: ValueChain, after: ValueChain) -> None:
        _refuse_others(before, after)
        self._before, self._after = before, after
        self._old, self._new = before.in_force(), after.in_force()
        self._one_today = before.today == after.today
        self.changes: Changes = changed_inputs(before, after)

    @property
    def of_time(self) -> tuple[str, ...]:
        """The changed inputs that an arrival can depend on."""
        return self._but(DESCRIPTIVE | OF_MONEY | (OF_FEELING - {"on_time"}))

    @property
    def of_feeling(self) -> tuple[str, ...]:
        """The changed inputs that dissatisfaction can depend on."""
        return self._but(DESCRIPTIVE | OF_MONEY)

    @property
    def of_money(self) -> tuple[str, ...]:
        """The changed inputs that revenue at risk can depend on."""
        return self._but(DESCRIPTIVE)

    def _but(self, names: frozenset[str]) -> tuple[str, ...]:
        return tuple(path for path in self.changes if path.rpartition(".")[2] not in names)

    def situation(self, new: Iterable[str]) -> Situation:
        """Return the chain in which these inputs are new, in numbers."""
        chosen = frozenset(new)
        if not chosen:
            return situation_of(self._before)
        if chosen >= frozenset(self.of_money):
            return situation_of(self._after)
        chain = self._mixed(chosen)
        return situation_with(self._before, chain) if self._one_today else situation_of(chain)

    def _mixed(self, chosen: frozenset[str]) -> ValueChain:
        fields: dict[str, dict[str, set[str]]] = {}
        for path in chosen:
            room, _, rest = path.partition(".")
            any_id, _, name = rest.rpartition(".")
            fields.setdefault(room, {}).setdefault(any_id or rest, set()).add(name)
        update: dict[str, Any] = {}
        for room in ("departments", "customers"):
            if room in fields:
                old, new = getattr(self._old, room), getattr(self._new, room)
                update[room] = FrozenMapping(
                    {k: _with(old[k], new[k], fields[room].get(k, set())) for k in old}
                )
        if "services" in fields:
            new_by_id = {service.id: service for service in self._new.services}
            update["services"] = tuple(
                _with(service, new_by_id[service.id], fields["services"].get(service.id, set()))
                for service in self._old.services
            )
        if "assumptions" in fields:
            names = {name for part in fields["assumptions"].values() for name in part}
            names |= {key for key in fields["assumptions"] if key}
            update["assumptions"] = _with(self._old.assumptions, self._new.assumptions, names)
        if "delay" in fields:
            delay = dict(self._old.delay)
            for path in chosen:
                room, _, any_id = path.partition(".")
                if room == "delay":
                    delay.pop(any_id, None)
                    if any_id in self._new.delay:
                        delay[any_id] = self._new.delay[any_id]
            update["delay"] = FrozenMapping(delay)
        return self._old._copy(**update)


def _with(old: Any, new: Any, names: set[str]) -> Any:
    """Return an entry with some fields, by their names in a file, as in another."""
    if not names:
        return old
    python = {info.alias or name: name for name, info in type(old).model_fields.items()}
    chosen = [python.get(name, name) for name in names]
    copy = old.model_copy(update={name: getattr(new, name) for name in chosen})
    declared = (old.model_fields_set - set(chosen)) | (new.model_fields_set & set(chosen))
    copy.__pydantic_fields_set__.clear()
    copy.__pydantic_fields_set__.update(declared)
    return copy


def _refuse_others(before: ValueChain, after: ValueChain) -> None:
    rooms: Mapping[str, tuple[set[str], set[str]]] = {
        "departments": (set(before.departments), set(after.departments)),
        "customers": (set(before.customers), set(after.customers)),
        "services": ({s.id for s in before.services}, {s.id for s in after.services}),
    }
    for room, (ours, theirs) in rooms.items():
        if ours != theirs:
            other = ", ".join(sorted(ours ^ theirs)[:5])
            raise UsageError(
                Text(
                    f"before and after have not the same {room} ({other}): what comes or goes has "
                    "no value to be as before",
                    f"before y after no tienen los mismos {room} ({other}): lo que aparece o "
                    "desaparece no puede estar como antes",
                )
            )
