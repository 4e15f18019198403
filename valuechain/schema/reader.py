"""YAML -> `ValueChain`: every fault at once, each with its line, column, and mend."""

from __future__ import annotations

import os
import warnings

from valuechain.chain import ValueChain
from valuechain.errors import (
    Issue,
    PathKey,
    SchemaError,
    Text,
    UsageError,
    ValueChainWarning,
    did_you_mean,
    shown,
)
from valuechain.schema.consequences import root_causes
from valuechain.schema.document import MAX_TEXT, paused_collector, read_document
from valuechain.schema.entries import Entries

MAX_DOUBTS = 100
# Under these, what is wrong is a name, so its key is shown and not what stands under it.
_NAMING = {"set", "scale", "add", "delay", "wears_on", "recommends"}


def read_yaml(path: str | os.PathLike[str]) -> ValueChain:
    """Return the chain that a YAML file declares.

    Parameters
    ----------
    path : str or path
        A file in UTF-8, or UTF-16 with a byte order mark.

    Raises
    ------
    SchemaError
        With every issue at once: what is wrong with the chain, the YAML, or the file.

    Warns
    -----
    ValueChainWarning
        What is allowed, yet probably not meant.

    See Also
    --------
    parse_yaml : the same from a text.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "chain.yaml")
    >>> text = "{departments: {sales: {serves: {shop: {takes: 1 h}}}}, customers: {shop: }}"
    >>> _ = path.write_text(text, "utf-8")
    >>> read_yaml(path).departments["sales"]
    Department()
    """
    chain, doubts = load(read_file(path), os.fspath(path))
    _warn(doubts)
    return chain


def parse_yaml(text: str) -> ValueChain:
    """Return the chain that a YAML text declares.

    Parameters
    ----------
    text : str
        The YAML itself, never the name of a file.

    Raises
    ------
    SchemaError
        With every issue at once.

    Warns
    -----
    ValueChainWarning
        What is allowed, yet probably not meant.

    Examples
    --------
    >>> chain = parse_yaml('''
    ... departments:
    ...   design: {serves: {sales: {takes: 2 d, sla: 1 d}}}
    ...   sales: {serves: {shop: {takes: 4 h, sla: 2 d}}}
    ... customers:
    ...   shop:
    ... ''')
    >>> [service.id for service in chain.services]
    ['design>sales', 'sales>shop']
    """
    if not isinstance(text, str | bytes):
        raise UsageError(
            Text(
                f"parse_yaml takes a text, not {type(text).__name__}; for a file, call read_yaml",
                f"parse_yaml recibe un texto, no {type(text).__name__}; para un archivo, read_yaml",
            )
        )
    chain, doubts = load(text, None)
    _warn(doubts)
    return chain


def load(data: str | bytes, name: str | None) -> tuple[ValueChain, tuple[Issue, ...]]:
    """Return the chain of a text, and what is doubtful in it (at most 100 doubts).

    Parameters
    ----------
    data : str or bytes
        The YAML.
    name : str or None
        The name of its file, for messages.

    Raises
    ------
    SchemaError
        With every issue at once, in the order of the text.
    """
    with paused_collector():
        entries = Entries(read_document(data, name))
        values = entries.read(ValueChain)
        chain = entries.validated(ValueChain, values, (), (), {"trusted": True})
        doubts: list[Issue] = []
        for issue in root_causes(chain, entries) if chain is not None else ():
            where, key = _place(issue, entries)
            if issue.severity == "error":
                entries.add(issue, where, key=key)
            elif len(doubts) < MAX_DOUBTS:
                doubts.append(entries.placed(issue, where, key=key))
    if entries.issues or chain is None:
        raise SchemaError(sorted(entries.issues, key=_order))
    return chain, tuple(sorted(doubts, key=_order))


def read_file(path: str | os.PathLike[str]) -> bytes:
    """Return what a file holds, at most a little more than a chain can have.

    Raises
    ------
    SchemaError
        If there is no such file, or it cannot be read.
    """
    try:
        name = os.fspath(path)
    except TypeError:
        kind = type(path).__name__
        raise UsageError(
            Text(f"a path is a text, not {kind}", f"una ruta es un texto, no {kind}")
        ) from None
    try:
        with open(name, "rb") as file:
            return file.read(MAX_TEXT + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise SchemaError([_unreadable(str(name), error)]) from None


def _place(issue: Issue, entries: Entries) -> tuple[tuple[PathKey, ...], bool]:
    """Return where in the document an issue of the model stands, and whether its key is meant."""
    path = issue.path
    is_name = len(path) < 3 or (len(path) > 2 and path[-2] in _NAMING)
    if path[0] != "services":
        return path, is_name
    service = str(path[1])
    where = entries.origin.get(service)
    if where is None:  # a pair of several services: the client they share
        where = next(place for one, place in entries.origin.items() if one.startswith(service))[:4]
    return (where[:4], True) if "client" in path[2:3] else (where + path[2:], is_name)


def _order(issue: Issue) -> tuple[int, int]:
    return issue.line or 0, issue.column or 0


def _warn(doubts: tuple[Issue, ...]) -> None:
    for issue in doubts:
        warnings.warn(issue.text(), ValueChainWarning, stacklevel=3)


def _unreadable(name: str, error: OSError | ValueError) -> Issue:
    """Return the issue of a file that cannot be read, with the one that was meant."""
    found, hint = Text(str(error), str(error)), None
    if "\n" in name:
        found = Text("a text instead of a path", "un texto en vez de una ruta")
        hint = Text("to read a text, call parse_yaml", "para leer un texto, use parse_yaml")
        name = shown(name)
    elif isinstance(error, FileNotFoundError):
        found = Text("no such file", "no existe el archivo")
        hint = _near_file(name)
    elif isinstance(error, IsADirectoryError) or os.path.isdir(name):
        found = Text("a folder", "una carpeta")
        hint = _near_file(os.path.join(name, "chain.yaml"))
    elif isinstance(error, PermissionError):
        found = Text("it may not be read", "no se permite leerlo")
        hint = Text("check its permissions", "compruebe sus permisos")
    elif isinstance(error, OSError) and error.strerror:
        found = Text(error.strerror, error.strerror)
    return Issue((), found, Text("a file in YAML", "un archivo en YAML"), hint, file=name)


def _near_file(name: str) -> Text | None:
    """Return the YAML file in the same folder that is called nearly so."""
    folder, wanted = os.path.split(name)
    try:
        there = [one for one in os.listdir(folder or ".") if one.endswith((".yaml", ".yml"))]
    except OSError:
        return Text(f"there is no folder {folder}", f"no existe la carpeta {folder}")
    return did_you_mean(wanted, there)
