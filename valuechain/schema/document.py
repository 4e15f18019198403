"""YAML text -> `Document`: a plain tree, and the place of everything in it.

Places are only needed for messages, so they are not kept: `Document.position`
parses the text once more when it is first asked.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from valuechain.errors import Issue, PathKey, SchemaError
from valuechain.schema import yaml_faults as faults
from valuechain.schema.decoding import decode
from valuechain.schema.tree import Place, PlacedList, PlacedMap, TreeBuilder

# A chain of 100,000 departments takes half of it.
MAX_TEXT = 128 * 2**20


class Document:
    """A YAML document as a plain tree.

    Attributes
    ----------
    root : dict
        Mappings as dict, lists as list, scalars as the text that was written,
        plain empty, ``~`` and ``null`` as None. Keys are NFC-normalised text.
    name : str or None
        The name of the file, for messages.

    Examples
    --------
    >>> document = read_document("staff: {it: 1, hr: no}", "chain.yaml")
    >>> document.root
    {'staff': {'it': '1', 'hr': 'no'}}
    >>> document.position(("staff", "hr"))
    Place(line=1, column=20)
    """

    def __init__(self, root: dict[str, Any], name: str | None, text: str, repeated: bool) -> None:
        self.root = root
        self.name = name
        self._text = text
        self._repeated = repeated

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Keys that stand twice in one mapping, with both places; the tree holds the first."""
        return self._placed[1] if self._repeated else ()

    def position(self, path: tuple[PathKey, ...], *, key: bool = False) -> Place:
        """Return where the value at `path` begins; with `key`, where its key stands.

        Where the path is not in the document, the place of the key of its
        nearest ancestor that is; what an alias or a merge key brings in is
        found where it was written.
        """
        here: object = self._placed[0]
        best = Place(1, 1)
        for number, step in enumerate(path, start=1):
            if not isinstance(here, PlacedMap | PlacedList) or step not in here.places:
                break
            at_key, at_value = here.places[step]
            best = at_key if key or number < len(path) else at_value
            here = here.child(step)
        return best

    @cached_property
    def _placed(self) -> tuple[dict[str, Any], tuple[Issue, ...]]:
        """The tree again, with places, and the issue of each repeated key."""
        builder = TreeBuilder(self._text, self.name, placed=True)
        with paused_collector():
            return builder.document(), tuple(builder.issues)


def read_document(data: str | bytes, name: str | None) -> Document:
    r"""Return the plain tree of a YAML text.

    Parameters
    ----------
    data : str or bytes
        One YAML document. Bytes are UTF-8, or UTF-16 with its byte order mark.
    name : str or None
        The name of the file, for messages.

    Raises
    ------
    SchemaError
        Where the text is not YAML, not one document, not a mapping, or uses
        what a chain has no use for: tags, keys that are not words, text that
        refers to itself, aliases that expand to millions of entries, more than
        50 levels. Time and memory are bounded whatever the text.

    Examples
    --------
    >>> read_document("quality: 78 %\nvolume: 900.000\nnotes:", None).root
    {'quality': '78 %', 'volume': '900.000', 'notes': None}
    """
    if len(data) > MAX_TEXT:
        raise SchemaError([faults.too_large(len(data), MAX_TEXT).at(name, None, None)])
    text = data.removeprefix("\ufeff") if isinstance(data, str) else decode(data, name)
    builder = TreeBuilder(text, name, placed=False)
    with paused_collector():
        root = builder.document()
    return Document(root, name, text, repeated=builder.repeated > 0)


@contextmanager
def paused_collector() -> Iterator[None]:
    """Pause the garbage collector, which would walk a growing tree again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
