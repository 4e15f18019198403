"""Typical mistakes in a chain's file, recognised and said with their mend.

Each function returns an `Issue` without its place, with its path in the model.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from valuechain.chain import ValueChain
from valuechain.errors import Issue, PathKey, Text, as_found, shown
from valuechain.model import Assumptions, Customer, Department, Service
from valuechain.refusals import OTHER_WORDS
from valuechain.schema.shape import SERVES, file_keys, key_set

Path = tuple[PathKey, ...]

_LEVELS: tuple[tuple[type[BaseModel], Text], ...] = (
    (Service, Text("a service: serves: {{CLIENT: {{{0}: ...}}}}",
                   "un servicio: serves: {{CLIENTE: {{{0}: ...}}}}")),
    (Department, Text("a department: departments: {{ID: {{{0}: ...}}}}",
                      "un departamento: departments: {{ID: {{{0}: ...}}}}")),
    (Customer, Text("a customer: customers: {{ID: {{{0}: ...}}}}",
                    "un cliente: customers: {{ID: {{{0}: ...}}}}")),
    (Assumptions, Text("assumptions: {{{0}: ...}}", "assumptions: {{{0}: ...}}")),
    (ValueChain, Text("the top of the file, without indentation",
                      "la cabecera del archivo, sin sangría")),
)  # fmt: skip
_NUMBER_END = re.compile(r"[+-]?\d+")
_AFTER_COMMA = re.compile(r"\d+\s*\D{0,20}")
A_MAPPING = Text("keys with values", "claves con valores")
_SERVES_SHAPE = Text(
    "who receives it, by id, and what: {sales: {takes: 2 d, sla: 3 d}}",
    "quién lo recibe, por su identificador, y qué: {ventas: {takes: 2 d, sla: 3 d}}",
)


def unknown_key(
    model: type[BaseModel], path: Path, value: object, ids: Collection[str]
) -> tuple[Issue, str | None]:
    """Return the issue of a key that a class does not take there, and the key that was meant.

    Parameters
    ----------
    model : type
        The class of the entry the key stands in.
    path : tuple
        Path of the key in the model.
    value : object
        What stands under it.
    ids : collection of str
        Ids of departments and customers: one of these is a service one level too high.
    """
    key = str(path[-1])
    keys = file_keys(model)
    meant = meant_key(key, keys)
    hint = Text(f"did you mean {meant}?", f"¿quizá {meant}?") if meant else None
    elsewhere = _level_of(key, model)
    above = str(path[-2]) if len(path) > 1 else ""
    if above in keys and len(path) == 3:  # departments: {serves: {...}}, a level too high
        meant = None
        hint = Text(
            f"{above} belongs inside a department or customer: indent it",
            f"{above} va dentro de un departamento o cliente: sángrelo más",
        )
    elif elsewhere and (not meant or (key != meant and _is_a_key(key))):
        hint, meant = elsewhere, None
    elif SERVES in keys and key in ids:
        meant = None
        hint = Text(
            f"a service to {key}? serves: {{{key}: ...}}",
            f"¿un servicio a {key}? serves: {{{key}: ...}}",
        )
    elif model is ValueChain and not meant and isinstance(value, dict) and SERVES in value:
        hint = Text("put it under departments", "póngalo dentro de departments")
    listed = ", ".join(keys)
    found = Text(f"unknown key {shown(key)}", f"clave desconocida {shown(key)}")
    return Issue(path, found, Text(listed, listed), hint), meant


def meant_key(key: str, keys: Iterable[str]) -> str | None:
    """Return the key that was probably meant: another spelling, in Spanish, or a near miss.

    Examples
    --------
    >>> meant_key("Plazo", ["name", "sla"]), meant_key("qualty", ["quality"])
    ('sla', 'quality')
    """
    known = list(keys)
    plain = key[:80].lower().strip().replace("-", "_").replace(" ", "_")
    for word in (plain, OTHER_WORDS.get(key[:80].lower().strip()), OTHER_WORDS.get(plain)):
        if word in known:
            return word
    near = get_close_matches(plain, known, n=1, cutoff=0.7)
    return near[0] if near else None


def _is_a_key(key: str) -> bool:
    """Whether some class takes this very key."""
    return any(key in key_set(model) for model, _ in _LEVELS)


def _level_of(key: str, model: type[BaseModel]) -> Text | None:
    """Return where a key belongs that another class takes."""
    word = key if _is_a_key(key) else OTHER_WORDS.get(key.lower(), key)
    for other, place in _LEVELS:
        if other is not model and word in key_set(other):
            where = place.en.format(word), place.es.format(word)
            return Text(f"{word} belongs to {where[0]}", f"{word} va en {where[1]}")
    return None


def comma_after(before: object, key: str, value: object) -> str | None:
    """Return ``"0,78"`` where ``{quality: 0,78}`` was read as the keys `quality` and `78`."""
    if value is None and isinstance(before, str) and _NUMBER_END.fullmatch(before):
        return f"{before},{key}" if _AFTER_COMMA.fullmatch(key) else None
    return None


def comma_in(value: object) -> tuple[Path, str] | None:
    """Return path and text of a decimal comma inside of a mapping such as ``{base: 0,78}``."""
    if not isinstance(value, Mapping):
        return None
    before: Any = None
    for key, part in value.items():
        written = comma_after(value.get(before), key, part)
        if written:
            return (before,), written
        deeper = comma_in(part)
        if deeper:
            return (key, *deeper[0]), deeper[1]
        before = key
    return None


def decimal_comma(path: Path, written: str) -> Issue:
    """Return the issue of a decimal comma between braces, where YAML reads the end of a value."""
    mended = written.replace(",", ".")
    return Issue(
        path,
        as_found(written),
        Text("decimals with a point", "decimales con punto"),
        Text(f"write {mended}", f"escriba {mended}"),
    )


def no_mapping(path: Path, value: object) -> Issue:
    """Return the issue of a text or a list where an entry with keys belongs."""
    return Issue(path, _found(value), A_MAPPING)


def no_list(path: Path, value: object) -> Issue:
    """Return the issue of something else where a list belongs."""
    return Issue(path, _found(value), Text("a list", "una lista"))


def not_by_id(path: Path, value: object) -> Issue:
    """Return the issue of departments, customers ... that are not given by their ids."""
    return Issue(
        path,
        _found(value),
        Text("entries by their ids", "entradas por sus identificadores"),
        Text("write ID: {name: ...}", "escriba ID: {name: ...}"),
    )


def serves_shape(path: Path, value: object, ids: Collection[str]) -> Issue:
    """Return the issue of a `serves` that is a text or a list."""
    named = [value] if isinstance(value, str) else value
    hint = None
    if isinstance(named, list) and named and all(isinstance(name, str) for name in named):
        entries = ", ".join(f"{name[:40]}: {{}}" for name in named[:3] if name in ids)
        if entries:
            hint = Text(f"write serves: {{{entries}}}", f"escriba serves: {{{entries}}}")
    return Issue(path, _found(value), _SERVES_SHAPE, hint)


def service_without_client(path: Path, keys: Iterable[str]) -> Issue:
    """Return the issue of a service that stands where its client should."""
    listed = ", ".join(keys)
    return Issue(
        path,
        Text(f"a service without a client ({listed})", f"un servicio sin cliente ({listed})"),
        _SERVES_SHAPE,
        Text("indent it under who receives it", "póngalo dentro de quien lo recibe"),
    )


def unknown_client(path: Path, client: str, near: Text | None) -> Issue:
    """Return the issue of a client that is declared nowhere, with its near miss."""
    return Issue(
        path,
        Text(f"unknown department or customer {shown(client)}",
             f"departamento o cliente desconocido {shown(client)}"),
        Text("an id under departments or customers", "un identificador de departments o customers"),
        near,
    )  # fmt: skip


def more_issues(limit: int) -> Issue:
    """Return the issue that closes a list cut short."""
    return Issue(
        (),
        Text(f"more than {limit:,} faults", f"más de {limit:,} fallos"),
        Text("a chain in YAML", "una cadena en YAML"),
        Text("mend these first", "corrija primero estos"),
    )


def _found(value: object) -> Text:
    """Name a list or a mapping by its kind, a text by itself."""
    if isinstance(value, list):
        return Text("a list", "una lista")
    if isinstance(value, dict):
        return Text("a mapping", "un bloque de claves")
    return as_found(value) if value is not None else Text("nothing", "nada")
