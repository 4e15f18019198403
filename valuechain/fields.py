"""Types of fields: how each kind of value is parsed, and what an editor may offer for it.

Each type is an `Annotated` alias with one parser from `quantities` (so one
fault gives one issue, not one per branch of a union) and the JSON Schema of
what a file may hold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Annotated, Literal, TypeVar

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from valuechain.errors import Refused, Text, as_found, did_you_mean, shown
from valuechain.field_schemas import (
    AMOUNT_TEXT,
    FACTOR_TEXT,
    NUMBER_TEXT,
    OWN_TIME_SCHEMA,
    POSITIVE_SHARE_TEXT,
    POSITIVE_TEXT,
    SHARE_SCHEMA,
    TIME_OR_ESTIMATE,
    TIME_SCHEMA,
    JsonSchema,
    estimate_schema,
    number_schema,
)
from valuechain.quantities import (
    Duration,
    Estimate,
    FrozenMapping,
    Number,
    OwnTime,
    Source,
    Time,
    parse_duration,
    parse_estimate,
    parse_number,
    parse_own_time,
    parse_share,
    parse_source,
    parse_time,
)

T = TypeVar("T")
MAX_TEXT = 10_000

IMPACT_WORDS = {"low": 0.10, "medium": 0.30, "high": 0.60, "decisive": 0.90}
LINK_WORDS = {"low": 0.05, "medium": 0.10, "high": 0.20}

# --- parsers ------------------------------------------------------------------------------------


def _estimated_number(
    low: float,
    high: float,
    expected: Text,
    *,
    percent: bool = False,
    above: bool = False,
) -> Callable[[object], Number]:
    def parse_plain(value: object) -> float:
        return parse_number(value, low, high, percent=percent, expected=expected, above=above)

    def parse(value: object) -> Number:
        return parse_estimate(value, parse_plain, float)

    return parse


def _parse_share(value: object) -> Number:
    return parse_estimate(value, parse_share, float)


def _parse_buffer(value: object) -> Time | Literal["sla"]:
    return "sla" if value == "sla" else parse_time(value)


def _words_or_share(words: Mapping[str, float]) -> Callable[[object], Number | str]:
    def parse(value: object) -> Number | str:
        if isinstance(value, str):
            if value in words:
                return value
            if value[:1].isalpha():
                listed = ", ".join(words)
                raise Refused(
                    as_found(value),
                    Text(f"{listed}, or a share", f"{listed}, o una proporción"),
                    _near_word(value, words),
                )
        return _parse_share(value)

    return parse


def parse_text(value: object) -> str:
    """Return text in Unicode's composed form (NFC)."""
    expected = Text(
        f"text of at most {MAX_TEXT} characters", f"un texto de hasta {MAX_TEXT} letras"
    )
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise Refused(as_found(value), expected)
    return unicodedata.normalize("NFC", value)


def _parse_texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (parse_text(value),)
    if not isinstance(value, Sequence | set | frozenset):
        raise Refused(as_found(value), Text("a list of texts", "una lista de textos"))
    return tuple(parse_text(part) for part in value)


# Words of choices that people write in Spanish, and the word that is meant.
IN_SPANISH = {
    "hora": "hour", "día": "day", "dia": "day", "semana": "week", "mes": "month",
    "trimestre": "quarter", "año": "year",
    "consumidor": "consumer", "particular": "consumer", "empresa": "business",
    "minorista": "retail", "tienda": "retail", "proveedor": "supplier", "inversor": "investor",
    "regulador": "regulator", "socio": "partner", "activo": "active", "potencial": "potential",
    "formación": "training", "comunicación": "communication", "reconocimiento": "recognition",
    "automatización": "automation", "acuerdo": "agreement", "otro": "other", "otra": "other",
    "empleados": "employees", "dirección": "managers", "informática": "it", "rrhh": "hr",
    "ventas": "sales_marketing", "finanzas": "finance", "operaciones": "operations",
    "logística": "supply_chain", "espera": "waits", "sigue": "goes_on",
    "alto": "high", "alta": "high", "medio": "medium", "media": "medium", "bajo": "low",
    "baja": "low", "decisivo": "decisive",
}  # fmt: skip


def _near_word(value: str, words: Collection[str]) -> Text | None:
    """Return a hint at the word that was probably meant, in Spanish or misspelt."""
    meant = IN_SPANISH.get(value.casefold(), value)
    return did_you_mean(meant if meant in words else value, words)


def _choice(*words: str) -> Callable[[object], str]:
    listed = ", ".join(words)

    def parse(value: object) -> str:
        if isinstance(value, str) and value in words:
            return value
        hint = _near_word(value, words) if isinstance(value, str) else None
        raise Refused(as_found(value), Text(listed, listed), hint)

    return parse


_ID = re.compile(r"[^\W\d_][\w-]*")
ID_TEXT = Text(
    "an id: a letter first, then letters, digits, _ or -",
    "un identificador: primero una letra, después letras, cifras, _ o -",
)


def parse_id(value: object) -> str:
    """Return an id: letters of any script (NFC), digits, ``_``, ``-``; a letter first."""
    if isinstance(value, str):
        normal = unicodedata.normalize("NFC", value)
        if len(normal) <= 200 and _ID.fullmatch(normal):
            return normal
    raise Refused(as_found(value), ID_TEXT, Text("put words into name", "ponga palabras en name"))


def refuse_same_names(value: Mapping[object, object]) -> None:
    """Refuse keys that differ only in how their accents are coded: one would hide the other."""
    seen = set()
    for key in value:
        name = unicodedata.normalize("NFC", str(key))
        if name in seen:
            found = Text(f"{shown(name)} twice", f"{shown(name)} dos veces")
            raise Refused(
                found,
                Text("each once", "cada uno una sola vez"),
                Text(
                    "its accents are coded in two ways", "sus acentos van codificados de dos modos"
                ),
            )
        seen.add(name)


def mapping_of(parse: Callable[[object], T]) -> Callable[[object], FrozenMapping[T]]:
    """Return a parser of mappings whose values `parse` reads."""

    def parse_mapping(value: object) -> FrozenMapping[T]:
        if not isinstance(value, Mapping):
            raise Refused(as_found(value), Text("a mapping", "un mapa de claves y valores"))
        refuse_same_names(value)
        parsed = {}
        for key, part in value.items():
            try:
                parsed[unicodedata.normalize("NFC", str(key))] = parse(part)
            except Refused as error:
                found = Text(f"{key}: {error.found.en}", f"{key}: {error.found.es}")
                raise Refused(found, error.expected, error.hint) from None
        return FrozenMapping(parsed)

    return parse_mapping


def parse_raw(value: object) -> object:
    """Return a value of a change as plain data; its field will read it.

    Numbers written as text become numbers, so that what was written and read
    back is equal to what Python code gave.
    """
    if isinstance(value, Mapping):
        return FrozenMapping({str(key): parse_raw(part) for key, part in value.items()})
    if isinstance(value, str):
        try:
            return parse_number(value)
        except Refused:
            return value
    if isinstance(value, bool) or value is None:
        raise Refused(as_found(value), Text("a value of its field", "un valor de su campo"))
    if isinstance(value, int | float):
        return parse_number(value)
    if isinstance(value, Duration):
        return str(value)
    if isinstance(value, Estimate):
        parts = {key: getattr(value, key) for key in ("base", "low", "high", "n", "source")}
        return FrozenMapping({k: parse_raw(v) for k, v in parts.items() if v is not None})
    if hasattr(value, "as_written"):
        return parse_raw(value.as_written())
    if isinstance(value, Sequence):
        return tuple(parse_raw(part) for part in value)
    raise Refused(as_found(value), Text("a value of its field", "un valor de su campo"))


def _parse_factor(value: object) -> float:
    return parse_number(
        value, 0, percent=True, expected=Text("a factor from 0 up", "un factor desde 0")
    )


def _parse_delay(value: object) -> Duration:
    return parse_duration(value)


# --- types --------------------------------------------------------------------------------------

_NON_NEGATIVE = Text("a number from 0 up", "un número desde 0")
_POSITIVE = Text("a number above 0", "un número mayor que 0")

ShareField = Annotated[Number, PlainValidator(_parse_share), WithJsonSchema(SHARE_SCHEMA)]
PositiveShareField = Annotated[
    Number,
    PlainValidator(
        _estimated_number(
            0,
            1,
            Text("a share above 0 up to 1", "una proporción mayor que 0 hasta 1"),
            percent=True,
            above=True,
        )
    ),
    WithJsonSchema(estimate_schema(number_schema(0, 1, True, POSITIVE_SHARE_TEXT))),
]
AmountField = Annotated[
    Number,
    PlainValidator(_estimated_number(0, float("inf"), _NON_NEGATIVE)),
    WithJsonSchema(estimate_schema(number_schema(0, None, False, AMOUNT_TEXT))),
]
PositiveField = Annotated[
    Number,
    PlainValidator(_estimated_number(0, float("inf"), _POSITIVE, above=True)),
    WithJsonSchema(estimate_schema(number_schema(0, None, True, POSITIVE_TEXT))),
]
NpsField = Annotated[
    Number,
    PlainValidator(
        _estimated_number(-100, 100, Text("a score from -100 to 100", "un valor de -100 a 100"))
    ),
    WithJsonSchema(estimate_schema(number_schema(-100, 100, False, NUMBER_TEXT))),
]
ScoreField = Annotated[
    Number,
    PlainValidator(_estimated_number(-1, 1, Text("a score from -1 to 1", "un valor de -1 a 1"))),
    WithJsonSchema(estimate_schema(number_schema(-1, 1, False, NUMBER_TEXT))),
]
TimeField = Annotated[Time, PlainValidator(parse_time), WithJsonSchema(TIME_OR_ESTIMATE)]
BufferField = Annotated[
    Time | Literal["sla"],
    PlainValidator(_parse_buffer),
    WithJsonSchema({"anyOf": [{"const": "sla"}, *TIME_OR_ESTIMATE["anyOf"]]}),
]
OwnTimeField = Annotated[OwnTime, PlainValidator(parse_own_time), WithJsonSchema(OWN_TIME_SCHEMA)]
ImpactField = Annotated[
    Number | str,
    PlainValidator(_words_or_share(IMPACT_WORDS)),
    WithJsonSchema({"anyOf": [{"enum": list(IMPACT_WORDS)}, *SHARE_SCHEMA["anyOf"]]}),
]
_LINKS: JsonSchema = {
    "type": "object",
    "additionalProperties": {"anyOf": [{"enum": list(LINK_WORDS)}, *SHARE_SCHEMA["anyOf"]]},
}
LinksField = Annotated[
    FrozenMapping[Number | str],
    PlainValidator(mapping_of(_words_or_share(LINK_WORDS))),
    PlainSerializer(dict),
    WithJsonSchema(_LINKS),
]
TextField = Annotated[str, PlainValidator(parse_text), WithJsonSchema({"type": "string"})]
TextsField = Annotated[
    tuple[str, ...],
    PlainValidator(_parse_texts),
    WithJsonSchema({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}),
]
SourceField = Annotated[
    Source | None,
    PlainValidator(parse_source),
    WithJsonSchema({"enum": ["observed", "assumed"]}),
]
IdField = Annotated[str, PlainValidator(parse_id), WithJsonSchema({"type": "string"})]
PathsField = Annotated[
    FrozenMapping[object],
    PlainValidator(mapping_of(parse_raw)),
    PlainSerializer(dict),
    WithJsonSchema({"type": "object"}),
]
FactorsField = Annotated[
    FrozenMapping[float],
    PlainValidator(mapping_of(_parse_factor)),
    PlainSerializer(dict),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": number_schema(0, None, False, FACTOR_TEXT),
        }
    ),
]
DelaysField = Annotated[
    FrozenMapping[Duration],
    PlainValidator(mapping_of(_parse_delay)),
    PlainSerializer(dict),
    WithJsonSchema({"type": "object", "additionalProperties": TIME_SCHEMA}),
]


def word_field(*words: str) -> tuple[PlainValidator, WithJsonSchema]:
    """Return the annotations of a field that takes one of a few words."""
    return PlainValidator(_choice(*words)), WithJsonSchema({"enum": list(words)})
