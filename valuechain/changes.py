"""What changes do to a chain: set, then scale, then add, then delay (sums).

The arithmetic works on quantities as they were written, so that a chain with
its changes in force is a chain like any other and can be written to a file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from valuechain.chain import ValueChain
from valuechain.errors import (
    Issue,
    NearMisses,
    PathKey,
    Refused,
    SchemaError,
    Text,
    as_found,
    did_you_mean,
)
from valuechain.model import Change, Customer, Department, Service
from valuechain.quantities import (
    Calendar,
    Distribution,
    Duration,
    Estimate,
    FrozenMapping,
    Time,
    base_of,
    parse_duration,
    parse_number,
    share_and_answers,
)
from valuechain.quantities.laws import law_through_promise, to_law, with_on_time
from valuechain.quantities.numbers import decimal
from valuechain.refusals import field_keys, issues_from

OBSERVED = ("csat", "esat", "on_time", "nps", "churn", "turnover")
FIXED = (
    "provider",
    "client",
    "key",
    "name",
    "source",
    "notes",
    "tags",
    "kind",
    "status",
)
_ROOMS: dict[str, type[BaseModel]] = {
    "departments": Department,
    "customers": Customer,
    "services": Service,
}


class Target(NamedTuple):
    """The field that a path such as ``services.it>sales.quality`` names."""

    room: str
    id: str
    field: str  # as a file writes it
    entry: str | None = None  # a key inside a mapping field, e.g. wears_on.sales

    @property
    def attribute(self) -> str:
        """The field's name in Python."""
        return "for_" if self.field == "for" else self.field

    @property
    def unit(self) -> str:
        """The unit of the field, as its description says."""
        if self.entry is not None:
            return "share"
        extra = _ROOMS[self.room].model_fields[self.attribute].json_schema_extra
        return str(extra.get("unit", "")) if isinstance(extra, dict) else ""

    @property
    def is_share(self) -> bool:
        """Whether the field is a share, to which a percentage can be added."""
        return self.unit.startswith("share")


def apply(chain: ValueChain) -> ValueChain:
    """Return the chain with all its changes in force.

    Raises
    ------
    SchemaError
        With every change that cannot be, each with its path.
    """
    issues: list[Issue] = []
    values: dict[Target, Any] = {}
    _apply_set(chain, values, issues)
    _apply_scale(chain, values, issues)
    _apply_add(chain, values, issues)
    delay = _summed_delays(chain, issues)
    if issues:
        raise SchemaError(issues)
    changed = _rebuilt(chain, _with_today_laws(chain, values), delay, issues)
    if issues:
        raise SchemaError(issues)
    return changed


def issues_of(chain: ValueChain, change: Change) -> list[Issue]:
    """Return what stands against one change alone on top of today, by ``(verb, path)``."""
    try:
        apply(chain._copy(changes=(change,)))
    except SchemaError as error:
        own = len(("changes", 0))
        return [
            Issue(
                issue.path[own:] if issue.path[:1] == ("changes",) else issue.path,
                issue.found,
                issue.expected,
                issue.hint,
            )
            for issue in error.issues
        ]
    return []


def target_of(chain: ValueChain, path: str) -> Target:
    """Return what a field path names.

    Raises
    ------
    Refused
        If there is no such department, customer, service or field, or it may not be changed.
    """
    parts = unicodedata.normalize("NFC", path).split(".")
    form = Text(
        "departments.ID.FIELD, services.PROVIDER>CLIENT.FIELD or customers.ID.FIELD",
        "departments.ID.CAMPO, services.PROVEEDOR>CLIENTE.CAMPO o customers.ID.CAMPO",
    )
    if len(parts) not in (3, 4) or parts[0] not in _ROOMS:
        hint = None if parts[0] in _ROOMS else did_you_mean(parts[0], _ROOMS)
        raise Refused(as_found(path), form, hint)
    room, any_id, field = parts[:3]
    known = ids_in(chain, room)
    if any_id not in known:
        some = ", ".join(list(known)[:8]) + (" ..." if len(known) > 8 else "")
        raise Refused(as_found(any_id), Text(some, some), did_you_mean(any_id, known))
    model = _ROOMS[room]
    changeable = [key for key in field_keys(model) if key not in (*OBSERVED, *FIXED)]
    if field not in changeable:
        listed = Text(", ".join(changeable), ", ".join(changeable))
        hint = did_you_mean(field, changeable)
        if field in OBSERVED:
            hint = Text(
                "it was observed: change what leads to it, such as takes or quality",
                "es una observación: cambie lo que lleva a ella, como takes o quality",
            )
        raise Refused(as_found(field), listed, hint)
    if len(parts) == 4 and field not in ("wears_on", "recommends"):
        raise Refused(as_found(path), form)
    return Target(room, any_id, field, parts[3] if len(parts) == 4 else None)


def set_values(chain: ValueChain, change: Change) -> Iterator[tuple[str, Target, Any]]:
    """Yield the path, the target and the value, as its field reads it, of all that a change sets.

    What cannot be is left out: whoever applies the change is told.
    """
    for path, value in change.set.items():
        issues: list[Issue] = []
        target = _target(chain, 0, "set", path, issues)
        if target is not None:
            parsed = _parsed(chain, target, value, (), issues)
            if not issues:
                yield path, target, parsed


def ids_in(chain: ValueChain, room: str) -> Mapping[str, object]:
    """Return the ids of departments, customers or services with their objects."""
    if room == "services":
        return chain._service_index
    return chain.departments if room == "departments" else chain.customers


def _paths(chain: ValueChain, verb: str) -> Iterator[tuple[int, str, Any]]:
    for number, change in enumerate(chain.changes):
        for path, value in getattr(change, verb).items():
            yield number, path, value


def _target(
    chain: ValueChain, number: int, verb: str, path: str, issues: list[Issue]
) -> Target | None:
    try:
        return target_of(chain, path)
    except Refused as error:
        issues.append(error.issue(("changes", number, verb, path)))
        return None


def _current(chain: ValueChain, values: Mapping[Target, Any], target: Target) -> Any:
    if target in values:
        return values[target]
    value = getattr(ids_in(chain, target.room)[target.id], target.attribute)
    return value.get(target.entry) if target.entry is not None else value


def _apply_set(chain: ValueChain, values: dict[Target, Any], issues: list[Issue]) -> None:
    where: set[Target] = set()
    for number, path, value in _paths(chain, "set"):
        target = _target(chain, number, "set", path, issues)
        if target is None:
            continue
        whole = target._replace(entry=None)
        parts = {other for other in where if other._replace(entry=None) == target}
        if target in where or whole in where or parts:
            found = Text(f"{path} is set twice", f"{path} se fija dos veces")
            expected = Text("one value for a field", "un valor por campo")
            issues.append(Issue(("changes", number, "set", path), found, expected))
            continue
        where.add(target)
        parsed = _parsed(chain, target, value, ("changes", number, "set", path), issues)
        values[target] = parsed


def _parsed(
    chain: ValueChain,
    target: Target,
    value: Any,
    path: tuple[PathKey, ...],
    issues: list[Issue],
) -> Any:
    """Return the value as its field reads it."""
    model = _ROOMS[target.room]
    wanted = {target.entry: value} if target.entry is not None else value
    needed = {"provider": "x", "client": "y"} if model is Service else {}
    try:
        entry = model.model_validate({**needed, target.field: _plain(wanted)})
    except ValidationError as error:
        for issue in issues_from(error, model, field_keys):
            issues.append(Issue(path, issue.found, issue.expected, issue.hint))
        return None
    parsed = getattr(entry, target.attribute)
    return parsed[target.entry] if target.entry is not None else parsed


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, FrozenMapping) else value


def _apply_scale(chain: ValueChain, values: dict[Target, Any], issues: list[Issue]) -> None:
    for number, path, factor in _paths(chain, "scale"):
        target = _target(chain, number, "scale", path, issues)
        if target is None:
            continue
        place: tuple[PathKey, ...] = ("changes", number, "scale", path)
        try:
            values[target] = scaled(_explicit(chain, values, target), factor)
        except Refused as error:
            issues.append(error.issue(place))


def _apply_add(chain: ValueChain, values: dict[Target, Any], issues: list[Issue]) -> None:
    for number, path, amount in _paths(chain, "add"):
        target = _target(chain, number, "add", path, issues)
        if target is None:
            continue
        try:
            if isinstance(amount, str) and amount.strip().endswith("%") and not target.is_share:
                raise _percentage_of_what(amount)
            values[target] = shifted(_explicit(chain, values, target), amount, chain.calendar)
        except Refused as error:
            issues.append(error.issue(("changes", number, "add", path)))


def scaled(value: Any, factor: float) -> Any:
    """Return a quantity times a factor; of a distribution, its times.

    Raises
    ------
    Refused
        If the value is absent or a word.
    """
    if isinstance(value, Estimate):
        return _each(value, lambda part: scaled(part, factor))
    if isinstance(value, Duration):
        return value.times(factor)
    if isinstance(value, Distribution):
        times = {key: scaled(time, factor) for key, time in value.times.items()}
        samples = tuple(sample.times(factor) for sample in value.samples)
        if factor == 0:
            return Duration(0.0, "h")
        return Distribution(FrozenMapping(times), value.numbers, samples, value.name)
    if isinstance(value, float):
        return decimal(value * factor) if factor != 1 else value
    raise _no_number(value, "scale")


def shifted(value: Any, amount: object, calendar: Calendar) -> Any:
    """Return a quantity plus an amount; of a distribution, every draw.

    Raises
    ------
    Refused
        If the value is absent or a word, or the amount is of another kind.
    """
    if isinstance(value, Estimate):
        return _each(value, lambda part: shifted(part, amount, calendar))
    if isinstance(value, Duration):
        return value.plus(parse_duration(amount, negative=True), calendar)
    if isinstance(value, Distribution):
        more = parse_duration(amount, negative=True)
        before = value.times.get("shift", Duration(0.0, "h"))
        times = {**value.times, "shift": shifted(before, str(more), calendar)}
        return Distribution(FrozenMapping(times), value.numbers, value.samples, value.name)
    if isinstance(value, float):
        return decimal(value + parse_number(amount, percent=True))
    raise _no_number(value, "add")


def _each(value: Estimate[Any], change: Any) -> Estimate[Any]:
    low = None if value.low is None else change(value.low)
    high = None if value.high is None else change(value.high)
    return Estimate(change(value.base), low, high, value.n, value.source)


def _no_number(value: object, verb: str) -> Refused:
    found = Text("nothing declared", "nada declarado") if value is None else as_found(value)
    return Refused(
        found,
        Text(f"a declared number to {verb}", "un número declarado"),
        Text("use set", "use set"),
    )


def _percentage_of_what(amount: str) -> Refused:
    return Refused(
        as_found(amount),
        Text("an amount in the unit of the field", "una cantidad en la unidad del campo"),
        Text("for a percentage of it use scale", "para un porcentaje de él use scale"),
    )


def _explicit(chain: ValueChain, values: Mapping[Target, Any], target: Target) -> Any:
    """Return the value of a field, an own time as a law that no longer leans on the sla.

    Today's own time was measured against today's sla; one that a change sets refers to the sla
    that is in force with it.
    """
    value = _current(chain, values, target)
    if target.room != "services" or target.field not in ("takes", "work"):
        return value
    service = chain.service(target.id)
    if target.field == "takes":
        if value is None:
            return _time_through_promise(service, chain.calendar)
        value = with_on_time(value, service.on_time)
    if isinstance(value, Distribution) and "on_time" in value.numbers:
        sla = service.sla
        if target in values:
            sla = _current(chain, values, target._replace(field="sla"))
        return _without_on_time(value, sla, chain.calendar)
    return value


def _time_through_promise(service: Service, calendar: Calendar) -> Distribution | None:
    """Return today's law of a service of which only sla and on_time are known."""
    if service.work is not None or service.sla is None or service.on_time is None:
        return None
    sla_hours = base_of(service.sla).hours(calendar)
    if sla_hours == 0:
        return None
    law = law_through_promise(sla_hours, *share_and_answers(service.on_time))
    return _lognormal(law.scale, law.shape[0])


def _without_on_time(value: Distribution, sla: Time | None, calendar: Calendar) -> Distribution:
    """Return the lognormal through median and promise by its median and sigma."""
    law = to_law(value, calendar, None if sla is None else base_of(sla).hours(calendar))
    explicit = _lognormal(law.scale, law.shape[0])
    times = {**explicit.times, "scale": value.times["median"]}
    if "shift" in value.times:
        times["shift"] = value.times["shift"]
    return Distribution(FrozenMapping(times), explicit.numbers, name="lognorm")


def _lognormal(median_hours: float, sigma: float) -> Distribution:
    times: FrozenMapping[Time] = FrozenMapping({"scale": Duration(median_hours, "h")})
    return Distribution(times, FrozenMapping({"s": sigma}), name="lognorm")


def _with_today_laws(chain: ValueChain, values: dict[Target, Any]) -> dict[Target, Any]:
    """Keep today's own time of a service whose sla changes: it was measured against the old one."""
    kept = dict(values)
    for target in values:
        if target.room != "services" or target.field != "sla":
            continue
        for field in ("takes", "work"):
            own = Target("services", target.id, field)
            if own not in values:
                explicit = _explicit(chain, {}, own)
                if explicit is not getattr(chain.service(target.id), field):
                    kept[own] = explicit
    return kept


def _summed_delays(chain: ValueChain, issues: list[Issue]) -> FrozenMapping[Duration]:
    total: dict[str, Duration] = dict(chain.delay)
    known = {*chain.departments, *chain.customers, *chain._service_index}
    hint = NearMisses(known, chain.names)
    for number, any_id, delay in _paths(chain, "delay"):
        if any_id not in known:
            expected = Text("a department or service id", "un departamento o un servicio")
            issues.append(
                Issue(
                    ("changes", number, "delay", any_id),
                    as_found(any_id),
                    expected,
                    hint(any_id),
                )
            )
            continue
        before = total.get(any_id)
        total[any_id] = delay if before is None else before.plus(delay, chain.calendar)
    return FrozenMapping(total)


def _rebuilt(
    chain: ValueChain,
    values: Mapping[Target, Any],
    delay: FrozenMapping[Duration],
    issues: list[Issue],
) -> ValueChain:
    """Return the chain with the new values in their fields; the rules judge the result."""
    updates: dict[tuple[str, str], dict[str, Any]] = {}
    for target, value in values.items():
        update = updates.setdefault((target.room, target.id), {})
        if target.entry is not None:
            before = update.get(
                target.attribute,
                getattr(ids_in(chain, target.room)[target.id], target.attribute),
            )
            value = FrozenMapping({**before, target.entry: value})
        update[target.attribute] = value
    fresh: dict[tuple[str, str], Any] = {}
    for (room, any_id), update in updates.items():
        entry = ids_in(chain, room)[any_id]
        assert isinstance(entry, BaseModel)
        fields = {name: getattr(entry, name) for name in entry.model_fields_set} | update
        try:
            fresh[room, any_id] = type(entry).model_validate(fields)
        except ValidationError as error:
            for issue in issues_from(error, type(entry), field_keys):
                place = (room, any_id, *issue.path)
                issues.append(Issue(place, issue.found, issue.expected, issue.hint))
    if issues:
        return chain
    services = tuple(fresh.get(("services", s.id), s) for s in chain.services)
    departments = {k: fresh.get(("departments", k), v) for k, v in chain.departments.items()}
    customers = {k: fresh.get(("customers", k), v) for k, v in chain.customers.items()}
    changed = chain._copy(
        services=services,
        departments=FrozenMapping(departments),
        customers=FrozenMapping(customers),
        delay=delay,
        changes=(),
    )
    from valuechain.rules import check_services

    issues.extend(issue for issue in check_services(changed) if issue.severity == "error")
    return changed


__all__ = ["Change", "Target", "apply", "target_of"]
