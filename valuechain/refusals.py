"""From pydantic's validation error to issues in the words of this library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from valuechain.errors import (
    Issue,
    PathKey,
    Refused,
    SchemaError,
    Text,
    as_found,
    did_you_mean,
    shown,
)

# Words people write for a key, in Spanish above all, and the key that is meant.
OTHER_WORDS = {
    "nombre": "name",
    "tipo": "kind",
    "clase": "kind",
    "departamentos": "departments",
    "clientes": "customers",
    "servicios": "serves",
    "services": "serves",
    "sirve": "serves",
    "sirve_a": "serves",
    "provides": "serves",
    "plazo": "sla",
    "promesa": "sla",
    "promise": "sla",
    "deadline": "sla",
    "tarda": "takes",
    "duracion": "takes",
    "duración": "takes",
    "duration": "takes",
    "time": "takes",
    "tiempo": "takes",
    "trabajo": "work",
    "espera": "expects",
    "colchon": "buffer",
    "colchón": "buffer",
    "necesidad": "need",
    "needs": "need",
    "calidad": "quality",
    "claridad": "clarity",
    "impacto": "impact",
    "volumen": "volume",
    "personal": "staff",
    "plantilla": "staff",
    "ingresos": "revenue",
    "facturacion": "revenue",
    "facturación": "revenue",
    "moneda": "currency",
    "fuente": "source",
    "clave": "key",
    "para": "for",
    "si_tarde": "if_late",
    "escenarios": "scenarios",
    "intervenciones": "interventions",
    "supuestos": "assumptions",
    "calendario": "calendar",
    "periodo": "period",
    "período": "period",
    "coste": "cost",
    "notas": "notes",
    "etiquetas": "tags",
    "on-time": "on_time",
    "rotacion": "turnover",
    "rotación": "turnover",
}
_WORDS_BY_TYPE = {
    "missing": Text("missing", "falta"),
    "model_type": Text("a mapping of keys and values", "un mapa de claves y valores"),
    "dict_type": Text("a mapping of keys and values", "un mapa de claves y valores"),
    "mapping_type": Text("a mapping of keys and values", "un mapa de claves y valores"),
    "tuple_type": Text("a list", "una lista"),
}


def issues_from(
    error: ValidationError,
    model: type[BaseModel],
    keys: Callable[[type[BaseModel]], Sequence[str]],
) -> list[Issue]:
    """Return one issue per fault, in order, with paths as pydantic's `loc`.

    Parameters
    ----------
    error : ValidationError
        What pydantic found.
    model : type
        The class that was validated.
    keys : callable
        Keys that a class takes where it was written, for hints.
    """
    return [_issue(detail, model, keys) for detail in error.errors(include_url=False)]


def schema_error(error: ValidationError, model: type[BaseModel]) -> SchemaError:
    """Return the `SchemaError` of a class called from Python."""
    return SchemaError(issues_from(error, model, field_keys))


def field_keys(model: type[BaseModel]) -> list[str]:
    """Return the keys of a class, by the names a file uses."""
    return [info.alias or name for name, info in model.model_fields.items()]


def _issue(
    detail: ErrorDetails,
    model: type[BaseModel],
    keys: Callable[[type[BaseModel]], Sequence[str]],
) -> Issue:
    path: tuple[PathKey, ...] = tuple(part for part in detail["loc"] if part != "[key]")
    cause: Any = detail.get("ctx", {}).get("error")
    if isinstance(cause, Refused):
        return cause.issue(path)
    kind = detail["type"]
    if kind == "extra_forbidden":
        return unknown_key(path, detail["input"], keys(model_at(model, path[:-1])))
    if kind == "missing":
        return Issue(path, _WORDS_BY_TYPE["missing"], Text("a value", "un valor"))
    if kind in ("literal_error", "union_tag_invalid"):
        allowed = str(detail.get("ctx", {}).get("expected", ""))
        return Issue(path, as_found(detail["input"]), Text(allowed, allowed))
    allowed_text = _WORDS_BY_TYPE.get(kind) or Text(detail["msg"], detail["msg"])
    return Issue(path, as_found(_short(detail["input"])), allowed_text)


def _short(value: object) -> object:
    """Name big things by their kind: a message is one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(shown(str(key)) for key in list(value)[:3]) + "}"
    return value


def unknown_key(path: tuple[PathKey, ...], value: object, known: Sequence[str]) -> Issue:
    """Return the issue of a key that does not exist there, with the one probably meant."""
    key = str(path[-1])
    hint = did_you_mean(key, known)
    if key.isdigit() and value is None:  # {quality: 0,78} reads as two keys
        hint = Text(
            f"a decimal comma? write 0.{key} with a point",
            f"¿una coma decimal? escriba 0.{key}, con punto",
        )
    meant = OTHER_WORDS.get(key.lower())
    if meant in known:
        hint = Text(f"did you mean {meant}?", f"¿quizá {meant}?")
    listed = ", ".join(known)
    found = Text(f"unknown key {shown(key)}", f"clave desconocida {shown(key)}")
    return Issue(path, found, Text(listed, listed), hint)


def model_at(model: type[BaseModel], path: Sequence[PathKey]) -> type[BaseModel]:
    """Return the class that a path inside `model` leads to (ids and indices are passed over)."""
    current = model
    for part in path:
        for name, info in current.model_fields.items():
            if part in (name, info.alias):
                current = _class_in(info.annotation) or current
                break
    return current


def _class_in(annotation: object) -> type[BaseModel] | None:
    """Return the first model class inside an annotation such as ``Mapping[str, Department]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _class_in(inner)
        if found is not None:
            return found
    return None
