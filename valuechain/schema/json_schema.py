"""The JSON Schema of a chain's file, with which an editor completes keys and checks values.

Made from the classes of the model, so descriptions, units and ranges are
theirs, and then given the shape of a file: services stand under `serves` of
who provides them, entries may stand empty. An editor sees `78` as a number
and `78 %` as a text where this library reads texts only; both are let pass.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind

from valuechain import fields
from valuechain.chain import ValueChain
from valuechain.model import Service
from valuechain.schema.shape import PROVIDERS, ROOMS, SERVES, file_keys

JsonSchema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
# An id in a pattern that every dialect of regular expressions knows: letters of any script are
# what is neither white space nor ASCII punctuation nor, in the first place, a digit.
ID_PATTERN = r"^[^\s!-@\[-`{-~][^\s!-,./:-@\[-^`{-~]*$"
PATH_PATTERN = r"^(departments|services|customers)\..+\..+$"
_NULL: JsonSchema = {"type": "null"}
_TEXT: JsonSchema = {"type": ["string", "number", "boolean"]}  # `name: 365`: the reader sees text
_ID: JsonSchema = {"type": ["string", "boolean"]}  # an id may be `true`
# Shared by many fields, so each is written once.
_SHARED: dict[str, Any] = {
    "own_time": fields.OwnTimeField,
    "time": fields.TimeField,
    "share": fields.ShareField,
    "amount": fields.AmountField,
    "texts": fields.TextsField,
}
_IDS = ("for", "excludes", "requires")
_PATHS = ("set", "scale", "add")


class _Quiet(GenerateJsonSchema):
    """Leaves out defaults that JSON cannot hold, without a warning."""

    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:
        if kind != "non-serializable-default":
            super().emit_warning(kind, detail)


def json_schema() -> JsonSchema:
    """Return the JSON Schema (draft 2020-12) of a chain in YAML.

    Returns
    -------
    dict
        JSON-ready; editors such as those with the YAML language server take it
        from a file: ``valuechain schema > chain.schema.json``, and in the chain
        ``# yaml-language-server: $schema=chain.schema.json``.

    Notes
    -----
    It checks keys and values, one by one. What spans several of them, such as
    an unknown department, is checked when the chain is read.

    Examples
    --------
    >>> json_schema()["properties"]["period"]["default"]
    'month'
    """
    made = ValueChain.model_json_schema(by_alias=True, schema_generator=_Quiet)
    classes: JsonSchema = made.pop("$defs")
    shared = {name: _value(TypeAdapter(kind).json_schema()) for name, kind in _SHARED.items()}
    defs = {"id": {"type": "string", "pattern": ID_PATTERN, "description": fields.ID_TEXT.en}}
    defs |= {name: _without_shared(schema, shared, name) for name, schema in shared.items()}
    for name, schema in classes.items():
        defs[name] = _object(schema, shared)
    _nest_services(defs)
    root = _object(made, shared)
    del root["properties"]["services"]
    for room, model in ROOMS.items():
        root["properties"][room] |= _by_id({"anyOf": [_ref(model.__name__), _NULL]})
    return {
        "$schema": DIALECT,
        "title": "A chain of departments, their services and their customers",
        **_in_file_order(root, ValueChain),
        "required": ["departments"],
        "$defs": defs,
    }


def _object(schema: JsonSchema, shared: JsonSchema) -> JsonSchema:
    """Return the schema of a class as a file has it: every field may stand empty."""
    properties = {}
    for key, field in schema["properties"].items():
        about = {word: field[word] for word in ("description", "unit", "default") if word in field}
        if about.get("default") is None:
            about.pop("default", None)
        if about.get("unit"):
            about["description"] = f"{about['description']} Unit: {about['unit']}."
        value = _value({word: part for word, part in field.items() if word not in about})
        options = [option for option in _options(value) if option != _NULL]
        if key in _IDS:
            options = _options({"anyOf": [{"type": "array", "items": _ID}, _ID]})
        elif key in _PATHS:
            options = [option | {"propertyNames": {"pattern": PATH_PATTERN}} for option in options]
        properties[key] = about | {"anyOf": [*_shortened(options, shared), _NULL]}
    described = schema.get("description", "").split("\n\n")[0]
    return {
        "type": "object",
        "description": " ".join(described.split()),
        "properties": properties,
        "additionalProperties": False,
    }


def _value(schema: Any) -> Any:
    """Return a schema without titles, where text is whatever the reader takes for text."""
    if isinstance(schema, list):
        return [_value(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema == {"type": "string"}:
        return _TEXT
    return {
        key: _value(part)
        for key, part in schema.items()
        if not (key in ("title", "default") and not isinstance(part, dict))
    }


def _options(schema: JsonSchema) -> list[JsonSchema]:
    """Return the alternatives of a schema; itself, where it has none."""
    options: list[JsonSchema] = schema.get("anyOf", [schema])
    return options


def _shortened(options: list[JsonSchema], shared: JsonSchema) -> list[JsonSchema]:
    """Return alternatives with those of a shared schema replaced by a reference to it."""
    for name, schema in shared.items():
        its = _options(schema)
        if all(option in options for option in its):
            others = [option for option in options if option not in its]
            return [_ref(name), *others]
    return options


def _without_shared(schema: Any, shared: JsonSchema, name: str) -> Any:
    """Return a shared schema with the others inside of it replaced by references."""
    if isinstance(schema, list):
        return [_without_shared(part, shared, name) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {inner: _reference(part, shared) for inner, part in parts.items()}
        if key == "properties"
        else _without_shared(parts, shared, name)
        for key, parts in schema.items()
    }


def _reference(schema: JsonSchema, shared: JsonSchema) -> JsonSchema:
    """Return a reference to a shared schema, with the words beside it here; else the schema."""
    said = {word: schema[word] for word in ("description",) if word in schema}
    plain = {word: part for word, part in schema.items() if word not in said}
    return next((said | _ref(name) for name, other in shared.items() if plain == other), schema)


def _nest_services(defs: JsonSchema) -> None:
    """Put services under `serves` of departments and customers."""
    for side in ("provider", "client"):
        del defs["Service"]["properties"][side]
    defs["Service"]["properties"]["key"]["anyOf"] = [_ref("id"), _NULL]
    defs["Service"]["properties"]["alternatives"]["anyOf"] = [_ref("id"), _NULL]
    several = {"type": "array", "items": {"anyOf": [_ref("Service"), _NULL]}}
    for provider in PROVIDERS:
        defs[provider.__name__]["properties"][SERVES] = {
            "description": "Who receives what from it: by client, one service, or a list of "
            "services with a key each.",
            "anyOf": [_by_id({"anyOf": [_ref("Service"), several, _NULL]}), _NULL],
        }
    models: tuple[type[BaseModel], ...] = (*ROOMS.values(), Service)
    for model in models:
        defs[model.__name__] = _in_file_order(defs[model.__name__], model)


def _by_id(entry: JsonSchema) -> JsonSchema:
    return {
        "anyOf": [
            {"type": "object", "propertyNames": _ref("id"), "additionalProperties": entry},
            _NULL,
        ]
    }


def _in_file_order(schema: JsonSchema, model: type[BaseModel]) -> JsonSchema:
    """Return the schema with its properties in the order in which a file has them."""
    properties = {key: schema["properties"][key] for key in file_keys(model)}
    return schema | {"properties": properties}


def _ref(name: str) -> JsonSchema:
    return {"$ref": f"#/$defs/{name}"}
