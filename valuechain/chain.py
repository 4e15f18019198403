"""`ValueChain`: what was declared today, plus an ordered tuple of changes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from valuechain import fields as f
from valuechain.errors import (
    Refused,
    SchemaError,
    Text,
    UnknownIdError,
    ValueChainWarning,
    as_found,
)
from valuechain.model import (
    EMPTY,
    Assumptions,
    Change,
    Customer,
    Declared,
    Department,
    Intervention,
    Scenario,
    Service,
    _field,
    _words,
)
from valuechain.quantities import Calendar, FrozenMapping, Period

if TYPE_CHECKING:
    import networkx as nx

VERSION = 1


def _version(value: object) -> int:
    if str(value) != str(VERSION):
        allowed = Text("version 1 of the format", "la versión 1 del formato")
        raise Refused(as_found(value), allowed)
    return VERSION


def _as_dict(value: object) -> object:
    """Let an entry stand empty: ``prospect:`` is a customer of whom nothing is known yet."""
    if isinstance(value, Mapping):
        f.refuse_same_names(value)
        return {key: {} if part is None else part for key, part in value.items()}
    return value


def _sorted_by_id(services: tuple[Service, ...]) -> tuple[Service, ...]:
    return tuple(sorted(services, key=lambda service: service.id))


_mapping = (BeforeValidator(_as_dict), AfterValidator(FrozenMapping))


class ValueChain(Declared):
    """Departments, customers and services, validated; never changed, only changed copies made.

    `departments`, `customers`, `scenarios` and `interventions` map ids to frozen
    objects; `services` is sorted by id. All hold what was declared *today*;
    `changes` come on top, and `in_force()` gives the chain they lead to.

    Raises
    ------
    SchemaError
        With every issue at once.

    Examples
    --------
    >>> chain = ValueChain(
    ...     departments={"design": {}, "sales": {}},
    ...     customers={"shop": {}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "takes": "2 d", "sla": "1 d"},
    ...         {"provider": "sales", "client": "shop", "takes": "4 h", "sla": "2 d"},
    ...     ],
    ... )
    >>> [service.id for service in chain.services]
    ['design>sales', 'sales>shop']
    """

    valuechain: Annotated[int, PlainValidator(_version), WithJsonSchema({"enum": [1, "1"]})] = (
        Field(default=VERSION, description="Version of the format.")
    )
    name: f.TextField | None = _field("Name of the chain.")
    notes: f.TextField | None = _field("Notes.")
    tags: f.TextsField = _field("Tags.", "", ())
    currency: f.TextField | None = _field("Currency of all money, e.g. EUR.")
    source: f.SourceField = _field("Where figures come from that do not say. Absent: observed.")
    period: Annotated[Period, *_words(Period)] = _field("What volumes are counted by.", "", "month")
    calendar: Calendar = _field("Working time.", "", Calendar())
    assumptions: Assumptions = _field("The model's coefficients.", "", Assumptions())
    departments: Annotated[Mapping[f.IdField, Department], *_mapping] = _field(
        "Departments by id.", "", EMPTY
    )
    customers: Annotated[Mapping[f.IdField, Customer], *_mapping] = _field(
        "External parties by id.", "", EMPTY
    )
    services: Annotated[tuple[Service, ...], AfterValidator(_sorted_by_id)] = _field(
        "Who serves whom.", "", ()
    )
    scenarios: Annotated[Mapping[f.IdField, Scenario], *_mapping] = _field(
        "What may happen.", "", EMPTY
    )
    interventions: Annotated[Mapping[f.IdField, Intervention], *_mapping] = _field(
        "What can be done.", "", EMPTY
    )
    delay: f.DelaysField = _field(
        "Own time added once per delivery, by department or service, that is there today (left "
        "by a change that became the new today).",
        "duration",
        EMPTY,
    )
    changes: tuple[Change, ...] = _field("Changes on top of today, in order.", "", ())

    @model_validator(mode="after")
    def _keep_the_rules(self, info: ValidationInfo) -> ValueChain:
        """Hold the rules that span several fields; a reader collects issues through the context."""
        context = info.context or {}
        if context.get("trusted"):
            return self
        from valuechain.rules import check

        issues = check(self)
        collected = context.get("issues")
        if collected is not None:
            collected.extend(issues)
            return self
        errors = [issue for issue in issues if issue.severity == "error"]
        if errors:
            raise SchemaError(errors)
        for issue in issues:
            warnings.warn(issue.text(), ValueChainWarning, stacklevel=4)
        return self

    @cached_property
    def _service_index(self) -> dict[str, Service]:
        return {service.id: service for service in self.services}

    def service(self, service_id: str) -> Service:
        """Return the service with that id.

        Raises
        ------
        UnknownIdError
            If there is none, with the near misses.
        """
        try:
            return self._service_index[service_id]
        except (KeyError, TypeError):  # TypeError: a list, say, which no mapping looks up
            what = Text("service", "servicio")
            raise UnknownIdError(
                what, service_id, sorted(self._service_index), self.names()
            ) from None

    def label(self, any_id: str) -> str:
        """Return the name for people of a department, customer, service, or else the id."""
        entry = (
            self.departments.get(any_id)
            or self.customers.get(any_id)
            or self._service_index.get(any_id)
        )
        return entry.name if entry is not None and entry.name else any_id

    def names(self) -> dict[str, str]:
        """Return the names for people that were given, by id."""
        rooms: tuple[Mapping[str, Department | Customer], ...] = (self.departments, self.customers)
        given = {
            any_id: entry.name for room in rooms for any_id, entry in room.items() if entry.name
        }
        # Most services have no name, and making the id of each takes its time.
        return given | {service.id: service.name for service in self.services if service.name}

    # --- changes --------------------------------------------------------------------------------

    @property
    def today(self) -> ValueChain:
        """The chain without its changes."""
        return self._copy(changes=()) if self.changes else self

    def with_changes(
        self,
        set: Mapping[str, object] | None = None,
        *,
        scale: Mapping[str, object] | None = None,
        add: Mapping[str, object] | None = None,
        delay: Mapping[str, object] | None = None,
    ) -> ValueChain:
        """Return the same chain with changes on top of today.

        Parameters
        ----------
        set : mapping of field path to value
            Paths are ``departments.it.staff``, ``services.it>sales.quality``,
            ``customers.shop.revenue``.
        scale : mapping of field path to factor
        add : mapping of field path to amount
        delay : mapping of department or service id to duration
            Own time added once per delivery.

        Raises
        ------
        SchemaError
            If a path is unknown, observed, set twice, or a result out of range.

        Notes
        -----
        Over all changes together: set, then scale, then add, then delay (sums).

        Examples
        --------
        >>> chain = ValueChain(
        ...     departments={"it": {"staff": 2}, "sales": {}}, customers={"shop": {}},
        ...     services=[{"provider": "it", "client": "sales", "takes": "4 h"},
        ...               {"provider": "sales", "client": "shop", "takes": "1 h"}])
        >>> changed = chain.with_changes({"departments.it.staff": 3}, delay={"it": "2 h"})
        >>> changed.in_force().departments["it"].staff
        3.0
        """
        change = Change(set=set or {}, scale=scale or {}, add=add or {}, delay=delay or {})
        return self._with(change)

    def with_scenario(self, *names: str) -> ValueChain:
        """Return the chain with scenarios on top, by their ids, in this order."""
        return self._with_named(names, self.scenarios, Text("scenario", "escenario"))

    def with_intervention(self, *names: str) -> ValueChain:
        """Return the chain with interventions on top, at their full effect."""
        return self._with_named(names, self.interventions, Text("intervention", "intervención"))

    def _with_named(
        self, names: tuple[str, ...], known: Mapping[str, Scenario], what: Text
    ) -> ValueChain:
        for name in names:
            if name not in known:
                raise UnknownIdError(what, name, list(known))
        chosen = [known[name] for name in names]
        return self._with(
            *(Change(set=c.set, scale=c.scale, add=c.add, delay=c.delay) for c in chosen)
        )

    def _with(self, *changes: Change) -> ValueChain:
        from valuechain.changes import apply

        some = [c for c in changes if c.set or c.scale or c.add or c.delay]
        if not some:
            return self
        chain = self._copy(changes=(*self.changes, *some))
        apply(chain)  # refuses what cannot be
        return chain

    def in_force(self) -> ValueChain:
        """Return the chain with its changes written into its fields, and none left on top."""
        from valuechain.changes import apply

        return apply(self) if self.changes else self

    def as_today(self) -> ValueChain:
        """Declare the changed chain to be the new today.

        Raises
        ------
        SchemaError
            If a scenario or intervention no longer can be on top of it.
        """
        from valuechain.rules import check

        chain = self.in_force()
        errors = [issue for issue in check(chain) if issue.severity == "error"]
        if errors:
            raise SchemaError(errors)
        return chain

    def _copy(self, **update: Any) -> ValueChain:
        """Return a copy with fields replaced that are known to be good."""
        values = {name: getattr(self, name) for name in type(self).model_fields} | update
        return ValueChain.model_construct(self.model_fields_set | set(update), **values)

    # --- doors to other rooms -------------------------------------------------------------------

    def to_networkx(self) -> nx.MultiDiGraph[str]:
        """Return the chain as a networkx graph; attributes of nodes and edges are the fields."""
        from valuechain.network import to_networkx

        return to_networkx(self)

    def __repr__(self) -> str:
        sizes = {
            "department": len(self.departments),
            "customer": len(self.customers),
            "service": len(self.services),
            **({"change": len(self.changes)} if self.changes else {}),
        }
        counted = ", ".join(f"{n} {what}{'s' * (n != 1)}" for what, n in sizes.items())
        return f"<{' '.join(filter(None, ('ValueChain', self.name)))}: {counted}>"

    def __str__(self) -> str:
        return repr(self)
