"""YAML events -> plain tree: every scalar as it was written.

A YAML loader turns `no` into False, `1:30` into 90 and `900.000` into 900, and
spends most of its time on things a chain has no use for. Here a scalar stays
text; what it means is decided by the field it stands in. Every limit exists so
that no text, however hostile, takes more than bounded time and memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple, NoReturn, cast
from unicodedata import normalize

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from valuechain.errors import Issue, PathKey, SchemaError
from valuechain.schema import yaml_faults as faults

Tree = dict[str, Any] | list[Any] | str | None
Path = tuple[PathKey, ...]

# Far above what any chain needs.
MAX_DEPTH = 50  # levels; each costs two calls, well inside Python's limit
MAX_SCALAR = 100_000  # characters of one text
MAX_KEYS = 1_000_000  # different keys in a document; also items of one list
MAX_NODES = 20_000_000  # texts, lists and mappings, with aliases counted in full
MAX_ALIASED = 2_000_000  # of these, what aliases bring in
MAX_REPEATED = 1_000  # repeated keys that are listed one by one

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_MERGE = "<<"
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TAG_DIRECTIVE = re.compile("(?:^|[\r\n\x85\u2028\u2029])(%TAG)")

# Events are Any below: their stubs allow None where no parser gives it.
# libyaml's parser where PyYAML was built with it, else the one in Python: the same events.
Parser: Callable[[str], Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Place(NamedTuple):
    """Line and column, counted from 1."""

    line: int
    column: int


class PlacedMap(dict[str, Any]):
    """A mapping that knows where its keys and values stand."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[PathKey, tuple[Place, Place]] = {}

    def child(self, step: PathKey) -> object:
        """Return the value under a key."""
        return self[str(step)]


class PlacedList(list[Any]):
    """A list that knows where its items stand."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[PathKey, tuple[Place, Place]] = {}

    def child(self, step: PathKey) -> object:
        """Return the item with a number."""
        return self[int(step)]


class TreeBuilder:
    """Builds the tree of one text.

    With `placed`, mappings and lists are `PlacedMap` and `PlacedList`, and
    `issues` holds every repeated key; without, `repeated` only counts them.
    """

    def __init__(self, text: str, name: str | None, *, placed: bool) -> None:
        self.issues: list[Issue] = []
        self.repeated = 0
        self._text, self._name, self._placed = text, name, placed
        self._keys: dict[str, str] = {}  # as written -> normalised, each once
        self._anchors: dict[str, tuple[Tree, int] | None] = {}  # None: not closed yet
        self._nodes = 0
        self._aliased = 0

    def document(self) -> dict[str, Any]:
        """Return the root mapping, or raise the SchemaError of what makes it none."""
        # Every further %TAG line is compared with all before it; none is ever needed.
        directive = _TAG_DIRECTIVE.search(self._text)
        if directive:
            line = len(self._text[: directive.start(1)].splitlines()) + 1
            self._refuse(faults.tag("%TAG"), Place(line, 1))
        try:
            parser = Parser(self._text)
            self._next = parser.get_event
            self._next()  # the start of the stream
            if type(self._next()) is StreamEndEvent:
                self._refuse(faults.empty(), Place(1, 1))
            event = self._next()
            if type(event) is not MappingStartEvent:
                value = event.value if type(event) is ScalarEvent else None
                self._refuse(faults.root(value), _place(event))
            root = self._node(event, ())
            self._next()  # the end of the document
            after = self._next()
            if type(after) is not StreamEndEvent:
                self._refuse(faults.second_document(), _place(after))
        except yaml.YAMLError as error:
            issue, place = faults.not_yaml(error, self._text, MAX_DEPTH)
            self._refuse(issue, Place(*place))
        except UnicodeEncodeError as error:
            before = self._text[: error.start]
            place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
            self._refuse(faults.not_text(self._text[error.start]), place)
        except (ValueError, OverflowError):  # only the parser in Python: an escape beyond Unicode
            self._refuse(faults.unknown_escape(), Place(parser.line + 1, parser.column + 1))
        return cast(dict[str, Any], root)

    def _node(self, event: Any, path: Path) -> Tree:
        """Return what begins with an event that is no plain scalar."""
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event, path)
        anchor, tag = event.anchor, event.tag
        if tag is not None:
            self._refuse(faults.tag(tag), _place(event), path)
        if len(path) >= MAX_DEPTH:
            self._refuse(faults.too_deep(MAX_DEPTH), _place(event))
        before = self._nodes
        if anchor is not None:
            self._anchors[anchor] = None
        tree: Tree
        if kind is MappingStartEvent:
            tree = self._mapping(path)
            self._nodes += len(tree) + 1
        elif kind is ScalarEvent:
            tree = self._scalar(event, path)
            self._nodes += 1
        else:
            tree = self._sequence(path)
            self._nodes += len(tree) + 1
        if self._nodes > MAX_NODES:
            self._refuse(faults.too_many(MAX_NODES), _place(event), path)
        if anchor is not None:
            self._anchors[anchor] = tree, self._nodes - before
        return tree

    def _mapping(self, path: Path) -> dict[str, Any]:
        here: dict[str, Any] = PlacedMap() if self._placed else {}
        get, keys = self._next, self._keys
        merged: list[dict[str, Any]] = []
        while type(event := get()) is not MappingEndEvent:
            if type(event) is ScalarEvent and event.tag is event.anchor is None:
                key = keys.get(event.value) or self._key(event, path)
            else:
                key = self._odd_key(event, path)
            value = get()
            if type(value) is ScalarEvent and not (value.style or value.anchor or value.tag):
                text = value.value
                tree: Tree = None if text in _NULLS else text
                if len(text) > MAX_SCALAR:
                    self._refuse(faults.too_long(MAX_SCALAR), _place(value), (*path, key))
            else:
                tree = self._node(value, (*path, key))
            if key == _MERGE and not event.style:
                merged += self._merged(tree, value, path)
                continue
            if key in here:
                self._repeat(here, key, event, path)
                continue
            here[key] = tree
            if isinstance(here, PlacedMap):
                here.places[key] = _place(event), _place(value)
        for source in merged:
            _fill(here, source)
        return here

    def _sequence(self, path: Path) -> list[Any]:
        here: list[Any] = PlacedList() if self._placed else []
        get = self._next
        while type(event := get()) is not SequenceEndEvent:
            if isinstance(here, PlacedList):
                here.places[len(here)] = _place(event), _place(event)
            if type(event) is ScalarEvent and event.tag is event.anchor is None:
                here.append(self._scalar(event, path))
            else:
                here.append(self._node(event, (*path, len(here))))
            if len(here) > MAX_KEYS:
                self._refuse(faults.too_many(MAX_KEYS), _place(event), path)
        return here

    def _scalar(self, event: ScalarEvent, path: Path) -> str | None:
        """Return the text that was written; None for plain nothing, `~` and `null`."""
        text: str = event.value
        if not event.style:
            if text in _NULLS:
                return None
        elif event.style == '"':
            odd = _NOT_TEXT.search(text)  # only an escape in double quotes can bring these in
            if odd:
                self._refuse(faults.not_text(odd.group()), _place(event), path)
        if len(text) > MAX_SCALAR:
            self._refuse(faults.too_long(MAX_SCALAR), _place(event), path)
        return text

    def _key(self, event: ScalarEvent, path: Path) -> str:
        """Return a key seen for the first time: the text as written (NFC), whatever it spells."""
        self._scalar(event, path)
        text: str = event.value
        if len(self._keys) >= MAX_KEYS:
            self._refuse(faults.too_many(MAX_KEYS), _place(event), path)
        key = text if text.isascii() else normalize("NFC", text)
        self._keys[text] = key
        return key

    def _odd_key(self, event: Any, path: Path) -> str:
        """Return a key that is an alias or has an anchor; refuse a list or mapping as a key."""
        if isinstance(event, ScalarEvent):
            if event.tag is not None:
                self._refuse(faults.tag(event.tag), _place(event), path)
            self._anchors[str(event.anchor)] = event.value, 1
            return self._key(event, path)
        text: Tree = self._alias(event, path) if isinstance(event, AliasEvent) else None
        if not isinstance(text, str):
            self._refuse(faults.key_no_word(), _place(event), path)
        return normalize("NFC", text)

    def _alias(self, event: Any, path: Path) -> Tree:
        """Return what an anchor stands for; it is shared, and counts as if written out."""
        name = event.anchor
        if name not in self._anchors:
            self._refuse(faults.alias_unknown(name, list(self._anchors)), _place(event), path)
        target = self._anchors[name]
        if target is None:
            self._refuse(faults.alias_of_itself(name), _place(event), path)
        tree, size = target
        self._nodes += size
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            self._refuse(faults.alias_bomb(name, MAX_ALIASED), _place(event), path)
        return tree

    def _merged(self, tree: Tree, event: Any, path: Path) -> list[dict[str, Any]]:
        """Return the mappings a merge key brings in, the one that wins first."""
        sources = tree if isinstance(tree, list) else [tree]
        if not all(isinstance(source, dict) for source in sources):
            self._refuse(faults.merge_no_mapping(), _place(event), (*path, _MERGE))
        return cast(list[dict[str, Any]], sources)

    def _repeat(self, here: dict[str, Any], key: str, event: Any, path: Path) -> None:
        """Note a key that is in its mapping already."""
        self.repeated += 1
        if not isinstance(here, PlacedMap):
            if self.repeated > MAX_REPEATED:
                TreeBuilder(self._text, self._name, placed=True).document()  # raises, with places
            return
        place = _place(event)
        if self.repeated > MAX_REPEATED:
            issue = faults.more_repeated(MAX_REPEATED).at(self._name, *place)
            raise SchemaError([*self.issues, issue])
        issue = faults.repeated((*path, key), key, here.places[key][0].line)
        self.issues.append(issue.at(self._name, *place))

    def _refuse(self, issue: Issue, place: Place, path: Path = ()) -> NoReturn:
        """Raise for a fault after which nothing that follows can be trusted."""
        raise SchemaError([*self.issues, replace(issue, path=path).at(self._name, *place)])


def _place(event: Any) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)


def _fill(here: dict[str, Any], source: dict[str, Any]) -> None:
    """Add what a merge key brings in, except what stands there already."""
    for key, value in source.items():
        if key not in here:
            here[key] = value
            if isinstance(here, PlacedMap) and isinstance(source, PlacedMap):
                here.places[key] = source.places[key]
