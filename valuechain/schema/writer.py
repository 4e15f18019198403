"""`ValueChain` -> canonical YAML: one order of keys, values as declared, read back equal.

Only what was declared is written: a default that nobody chose stays out, so
that *not measured* is still not measured when the file is read again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from valuechain.chain import ValueChain
from valuechain.errors import Text, UsageError
from valuechain.model import Department
from valuechain.quantities import Distribution, Duration, Estimate
from valuechain.schema.layout import Block, BlockList, as_number, as_yaml
from valuechain.schema.shape import PROVIDERS, ROOMS, SERVES, file_keys


def to_yaml(chain: ValueChain) -> str:
    """Return the chain as YAML, keys in the order of the model, Unicode kept.

    Parameters
    ----------
    chain : ValueChain
        Changes on top of today are written, too.

    Returns
    -------
    str
        ``parse_yaml(to_yaml(chain)) == chain``.

    Examples
    --------
    >>> chain = ValueChain(
    ...     departments={"design": {"name": "Diseño"}, "sales": {}}, customers={"shop": {}},
    ...     services=[{"provider": "design", "client": "sales", "takes": "2 days"},
    ...               {"provider": "sales", "client": "shop", "sla": "1 d", "fcr": "80 %"}])
    >>> print(to_yaml(chain), end="")
    valuechain: 1
    departments:
      design:
        name: Diseño
        serves:
          sales: {takes: 2 d}
      sales:
        serves:
          shop: {sla: 1 d, fcr: 0.8}
    customers:
      shop: {}
    """
    served: defaultdict[str, dict[str, list[Any]]] = defaultdict(dict)
    for service in chain.services:
        served[service.provider].setdefault(service.client, []).append(_entry(service))
    tree = Block(valuechain=chain.valuechain)
    for key in file_keys(ValueChain):
        value = getattr(chain, key)
        if key in ROOMS:
            entries = Block(
                (any_id, _room_entry(entry, served.get(any_id, {})))
                for any_id, entry in value.items()
            )
            if entries:
                tree[key] = entries
        elif key in chain.model_fields_set and value is not None:
            tree[key] = BlockList(map(_plain, value)) if key == "changes" else _plain(value)
    return as_yaml(tree)


def write_yaml(chain: ValueChain, path: str | os.PathLike[str]) -> None:
    """Write the chain to a YAML file in UTF-8: whole, or not at all.

    Parameters
    ----------
    chain : ValueChain
        What to write.
    path : str or path
        Where to. A file that is there is replaced only once the new one is complete.

    Raises
    ------
    UsageError
        If the file cannot be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from valuechain.schema.reader import parse_yaml, read_yaml
    >>> text = "{departments: {it: {serves: {shop: {takes: 1 h}}}}, customers: {shop: }}"
    >>> chain = parse_yaml(text)
    >>> path = pathlib.Path(tempfile.mkdtemp(), "chain.yaml")
    >>> write_yaml(chain, path)
    >>> read_yaml(path) == chain
    True
    """
    text = to_yaml(chain).encode()
    try:
        _replace(os.path.realpath(path), text)  # the file a link leads to, not the link
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            Text(f"{path} cannot be written: {why}", f"no se puede escribir {path}: {why}")
        ) from None


def _replace(target: str, content: bytes) -> None:
    """Put a complete new file in the place of `target`, with its permissions."""
    if os.path.isdir(target):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    draft = f"{target}.{secrets.token_hex(4)}.part"
    try:
        with open(draft, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(target):
            shutil.copymode(target, draft)
        os.replace(draft, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(draft)


def _room_entry(entry: BaseModel, served: Mapping[str, list[Any]]) -> dict[str, Any]:
    """Return a department, customer ... with the services it gives."""
    plain = _entry(entry)
    if served and isinstance(entry, PROVIDERS):
        plain[SERVES] = Block(
            (client, services[0] if len(services) == 1 else BlockList(services))
            for client, services in served.items()
        )
    return Block(plain) if SERVES in plain or isinstance(entry, Department) else plain


def fields_as_written(entry: BaseModel) -> dict[str, Any]:
    """Return what was declared of a department, customer or service, as a file writes it."""
    return _entry(entry)


def _entry(entry: BaseModel) -> dict[str, Any]:
    """Return what was declared of an entry, in the order of its class."""
    names = {info.alias or name: name for name, info in type(entry).model_fields.items()}
    return {
        key: _plain(getattr(entry, names[key]))
        for key in file_keys(type(entry))
        if key in names
        and names[key] in entry.model_fields_set
        and getattr(entry, names[key]) is not None
    }


def _plain(value: Any) -> Any:
    """Return a value as mappings, lists, texts and numbers."""
    if isinstance(value, BaseModel):
        return _entry(value)
    if isinstance(value, Duration):
        return f"{as_number(value.value)} {value.unit}"
    if isinstance(value, Estimate):
        parts = {key: getattr(value, key) for key in ("base", "low", "high", "n", "source")}
        return {key: _plain(part) for key, part in parts.items() if part is not None}
    if isinstance(value, Distribution):
        return _plain(value.as_written())
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
