"""Document -> departments, customers, services, scenarios: one validated object for each entry.

Every entry is validated by itself, so that a fault costs only itself: what is
wrong is reported and left out, what is right goes on to the rules that span
several entries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from valuechain.errors import Issue, NearMisses, PathKey, Refused, SchemaError
from valuechain.fields import parse_id
from valuechain.model import Assumptions, Change, FailureWeights, Service
from valuechain.quantities import Calendar
from valuechain.refusals import issues_from
from valuechain.schema import mistakes
from valuechain.schema.document import Document
from valuechain.schema.shape import ROOMS, SERVES, file_keys, key_set

Path = tuple[PathKey, ...]
Model = TypeVar("Model", bound=BaseModel)
MAX_ISSUES = 1_000
# Fields in which services of one client are compared with each other.
_COMPARED = {"need", "volume", "for", "alternatives", "if_late"}


class Entries:
    """What a document declares, entry by entry, and what was wrong with it.

    Attributes
    ----------
    issues : list of Issue
        Every fault found so far, with its place.
    broken : mapping of path to set of str
        Fields that were left out of an entry, by its path in the model.
    lost : set of str
        Ids that were refused, or declared twice, or that nothing declares.
    gives_more : set of str
        Who gives services that were left out, or whose keys were.
    compared : set of str
        Clients of services in which a field was left out that their services are compared in.
    headless : bool
        Whether departments or customers are not known at all.
    origin : dict of str to path
        Where in the document each service stands, by its id.
    """

    def __init__(self, document: Document) -> None:
        self.issues = list(document.issues)
        self.broken: defaultdict[Path, set[str]] = defaultdict(set)
        self.lost: set[str] = set()
        self.gives_more: set[str] = set()
        self.compared: set[str] = set()
        self.headless = False
        self.origin: dict[str, Path] = {}
        self._document = document
        self._renamed: dict[Path, PathKey] = {}  # key that was meant -> key as written
        self._ids: set[str] = set()
        self._near_id = NearMisses(self._ids)
        self._services: list[Service] = []

    def read(self, chain: type[BaseModel]) -> dict[str, Any]:
        """Return values for the class of the chain; the plain ones of its head as written."""
        root = self._known(chain, self._document.root, (), ())
        rooms = {room: self._by_id(room, root.pop(room, None)) for room in ROOMS}
        self._ids = {*rooms["departments"], *rooms["customers"]}
        self._near_id = NearMisses(self._ids)
        self.lost |= rooms["departments"].keys() & rooms["customers"].keys()
        for room, model in ROOMS.items():
            entries = {key: self._room_entry(room, key, model, raw)
                       for key, raw in rooms[room].items()}  # fmt: skip
            root[room] = {key: entry for key, entry in entries.items() if entry is not None}
        root["services"] = self._services
        for name, block in (("calendar", Calendar), ("assumptions", Assumptions)):
            if name in root:
                root[name] = self._entry(block, root[name], (name,), (name,))
        if "changes" in root:
            root["changes"] = self._changes(root["changes"])
        empty = {key for key in (*ROOMS, "services") if not root[key]}
        return {k: value for k, value in root.items() if k not in empty and value is not None}

    def validated(
        self,
        model: type[Model],
        given: Mapping[str, Any],
        path: Path,
        where: Path,
        context: dict[str, Any] | None = None,
    ) -> Model | None:
        """Return the object of an entry, without the fields that are wrong; None if all is lost.

        Parameters
        ----------
        model : type
            Its class.
        given : mapping
            Its fields by the keys of a file.
        path, where : tuple
            Where it is in the model and in the document.
        context : dict, optional
            For the validators of the class.
        """
        try:
            return model.model_validate(given, context=context)
        except ValidationError as error:
            wrong = set()
            for issue in issues_from(error, model, file_keys):
                field = str(issue.path[0]) if issue.path else ""
                wrong.add(field)
                comma = mistakes.comma_in(given.get(field))
                inner = (field, *comma[0]) if comma else issue.path
                if comma:
                    issue = mistakes.decimal_comma((), comma[1])
                self.add(replace(issue, path=(*path, *inner)), (*where, *inner))
            self.broken[path] |= wrong
            rest = {key: value for key, value in given.items() if key not in wrong}
        return self.validated(model, rest, path, where, context) if len(rest) < len(given) else None

    def add(self, issue: Issue, where: Path, *, key: bool = False) -> None:
        """Note an issue of what stands at `where` in the document (with `key`, of its key)."""
        self.issues.append(self.placed(issue, where, key=key))
        if len(self.issues) >= MAX_ISSUES:
            raise SchemaError([*self.issues, mistakes.more_issues(MAX_ISSUES)])

    def placed(self, issue: Issue, where: Path, *, key: bool = False) -> Issue:
        """Return an issue with file, line and column of what stands at `where`."""
        written = tuple(
            self._renamed.get(where[: number + 1], step) for number, step in enumerate(where)
        )
        return issue.at(self._document.name, *self._document.position(written, key=key))

    # --- entries --------------------------------------------------------------------------------

    def _known(
        self, model: type[BaseModel], raw: dict[str, Any], path: Path, where: Path
    ) -> dict[str, Any]:
        """Return a copy of an entry with the keys its class takes; what stands empty is absent."""
        keys = key_set(model)
        if raw.keys() <= keys and None not in raw.values():
            return raw.copy()
        known: dict[str, Any] = {}
        before = ""
        for key, value in raw.items():
            comma = mistakes.comma_after(raw.get(before), key, value)
            if key in keys:
                if value is not None:
                    known[key] = value
            elif comma:
                self.broken[path].add(before)
                known.pop(before, None)
                issue = mistakes.decimal_comma((*path, before), comma)
                self.add(issue, (*where, before))
            else:
                issue, meant = mistakes.unknown_key(model, (*path, key), value, self._ids)
                self.add(issue, (*where, key), key=True)
                if key in self._ids:  # a service one level too high
                    self.gives_more.add(str(path[-1]))
                if meant and meant not in raw:
                    self.broken[path].add(meant)
                    if meant in ROOMS or meant == SERVES:  # read on, to find what is wrong in it
                        known[meant] = value
                        self._renamed[*where, meant] = key
            before = key
        return known

    def _by_id(self, room: str, raw: object) -> dict[str, Any]:
        """Return the entries of a room whose ids can be."""
        if raw is None:
            return {}
        if not isinstance(raw, dict):
            self.add(mistakes.not_by_id((room,), raw), (room,))
            self.headless = self.headless or room in ("departments", "customers")
            return {}
        entries = {}
        for any_id, entry in raw.items():
            try:
                entries[parse_id(any_id)] = entry
            except Refused as error:
                self.add(error.issue((room, any_id)), (room, any_id), key=True)
                self.lost.add(any_id)
        return entries

    def _room_entry(
        self, room: str, any_id: str, model: type[BaseModel], raw: object
    ) -> BaseModel | None:
        path = (room, any_id)
        given = self._mapping(model, raw, path, path)
        if given is None:
            self.gives_more.add(any_id)
            given = {}  # it is there, whatever was meant: who names it makes no mistake
        self._serves(room, any_id, given.pop(SERVES, None))
        return self.validated(model, given, path, path)

    def _entry(
        self, model: type[BaseModel], raw: object, path: Path, where: Path
    ) -> BaseModel | None:
        given = self._mapping(model, raw, path, where)
        if given is None:
            return None
        if model is Assumptions and "weights" in given:
            inner = (*path, "weights")
            given["weights"] = self._entry(FailureWeights, given["weights"], inner, inner)
        return self.validated(model, given, path, where)

    def _mapping(
        self, model: type[BaseModel], raw: object, path: Path, where: Path
    ) -> dict[str, Any] | None:
        """Return the known keys of an entry, or None where it is a text or a list."""
        if raw is None:
            return {}
        if isinstance(raw, dict):
            return self._known(model, raw, path, where)
        self.add(mistakes.no_mapping(path, raw), where)
        return None

    def _changes(self, raw: object) -> list[BaseModel]:
        if not isinstance(raw, list):
            self.add(mistakes.no_list(("changes",), raw), ("changes",))
            return []
        entries = [self._entry(Change, one, ("changes", number), ("changes", number))
                   for number, one in enumerate(raw)]  # fmt: skip
        return [entry for entry in entries if entry is not None]

    # --- services -------------------------------------------------------------------------------

    def _serves(self, room: str, provider: str, serves: object) -> None:
        """Validate the services of a provider: ``{client: service or list of services}``."""
        if serves is None:
            return
        where = (room, provider, SERVES)
        if not isinstance(serves, dict):
            self.add(mistakes.serves_shape(where, serves, self._ids), where)
            self.gives_more.add(provider)
            return
        if serves and serves.keys() <= key_set(Service) - self._ids:
            self.add(mistakes.service_without_client(where, serves), where, key=True)
            self.gives_more.add(provider)
            return
        for client, given in serves.items():
            if isinstance(given, list):
                for number, one in enumerate(given):
                    self._service(provider, client, one, (*where, client, number))
            else:
                self._service(provider, client, given, (*where, client))

    def _service(self, provider: str, client: str, raw: object, where: Path) -> None:
        key = raw.get("key") if isinstance(raw, dict) else None
        service_id = (
            f"{provider}>{client}:{key}" if isinstance(key, str) else f"{provider}>{client}"
        )
        path = ("services", service_id)
        self.origin.setdefault(service_id, where)
        given = self._mapping(Service, raw, path, where)
        if client not in self._ids:
            self._unknown_client(path, client, where)
            given = given or {}
        if given is None:
            self.gives_more.add(provider)
            return
        parties = {"provider": provider, "client": client if client in self._ids else provider}
        service = self.validated(Service, {**given, **parties}, path, where)
        if service is None or client not in self._ids:
            self.gives_more.add(provider)
            return
        if path in self.broken:
            if self.broken[path] & _COMPARED:
                self.compared.add(client)
            if "key" in self.broken[path]:
                self.gives_more.add(provider)
        self._services.append(service)

    def _unknown_client(self, path: Path, client: str, where: Path) -> None:
        """Report a client that nothing declares, once, however many serve it."""
        if client in self.lost or self.headless:
            return
        self.lost.add(client)
        key = where[:4]  # room, provider, serves, client
        try:
            parse_id(client)
        except Refused as error:
            self.add(error.issue((*path, "client")), key, key=True)
            return
        issue = mistakes.unknown_client((*path, "client"), client, self._near_id(client))
        self.add(issue, key, key=True)
