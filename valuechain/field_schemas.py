"""What an editor may offer and check for each kind of value: the JSON Schema of a field.

The patterns say of a text what the parsers in `quantities` say, as far as a pattern can:
a thousands point or a number too small for a computer passes here and is refused there.
"""

from __future__ import annotations

from typing import Any

from valuechain.quantities.durations import UNITS

JsonSchema = dict[str, Any]

_DIGITS = r"([0-9]+\.?[0-9]*|\.[0-9]+)"
_NUMBER = rf"{_DIGITS}([eE][+-]?[0-9]+)?"
_ZERO = r"\+?(0+\.?0*|\.0+)"
_NOT_ZERO = rf"(?!{_ZERO}([eE]|\s*%?\s*$))"
# From 0 to 1, from 0 % to 100 %; what has a negative exponent is small enough.
_SHARE = (
    r"\+?(0*\.[0-9]+|0+\.?|0*1(\.0*)?|"
    r"(0*100(\.0*)?|0*[0-9]{1,2}(\.[0-9]*)?|\.[0-9]+)\s*%|"
    rf"{_DIGITS}[eE]-[0-9]+(\s*%)?)"
)
_UNIT = "|".join(
    "".join(f"[{letter}{letter.upper()}]" for letter in word)
    for word in sorted(UNITS, key=len, reverse=True)
)


def _text(pattern: str) -> JsonSchema:
    return {"type": "string", "pattern": rf"^\s*{pattern}\s*$"}


NUMBER_TEXT = _text(rf"[+-]?{_NUMBER}")
AMOUNT_TEXT = _text(rf"\+?{_NUMBER}")
POSITIVE_TEXT = _text(rf"{_NOT_ZERO}\+?{_NUMBER}")
FACTOR_TEXT = _text(rf"\+?{_NUMBER}(\s*%)?")
SHARE_TEXT = _text(_SHARE)
POSITIVE_SHARE_TEXT = _text(f"{_NOT_ZERO}{_SHARE}")


def _time_schema(sign: str) -> JsonSchema:
    text = _text(rf"({sign}{_NUMBER}\s*({_UNIT})|{_ZERO})")
    return {"anyOf": [text | {"examples": ["90 min", "4 h", "2 d", "1 w"]}, {"const": 0}]}


TIME_SCHEMA = _time_schema(r"\+?")
SHIFT_SCHEMA = _time_schema("[+-]?")


def number_schema(
    low: float | None, high: float | None, above: bool, text: JsonSchema
) -> JsonSchema:
    """Return the schema of a number from `low` (`above`: more than that) up to `high`."""
    number: JsonSchema = {"type": "number"}
    if low is not None:
        number["exclusiveMinimum" if above else "minimum"] = low
    if high is not None:
        number["maximum"] = high
    return {"anyOf": [number, text]}


def said(schema: JsonSchema, description: str) -> JsonSchema:
    """Return a schema with the words an editor shows beside it."""
    return schema | {"description": description}


def estimate_schema(plain: JsonSchema) -> JsonSchema:
    """Return the schema of a plain value or its estimate."""
    return {
        "anyOf": [
            *plain["anyOf"],
            {
                "type": "object",
                "description": "A value that is not known exactly.",
                "properties": {
                    "base": said(plain, "The value where one number is needed."),
                    "low": said(plain, "What it is at least; together with high."),
                    "high": said(plain, "What it is at most; together with low."),
                    "n": {
                        "type": "integer",
                        "minimum": 0,
                        "description": "Number of answers.",
                    },
                    "source": {
                        "enum": ["observed", "assumed"],
                        "description": "Where it comes from.",
                    },
                },
                "required": ["base"],
                "dependentRequired": {"low": ["high"], "high": ["low"]},
                "additionalProperties": False,
            },
        ]
    }


TIME_OR_ESTIMATE = estimate_schema(TIME_SCHEMA)
SHARE_SCHEMA = estimate_schema(number_schema(0, 1, False, SHARE_TEXT))
_SHIFT = said(SHIFT_SCHEMA, "A time added to every draw.")


def _law(description: str, **parameters: JsonSchema) -> JsonSchema:
    """Return the schema of a mapping that is known by its parameters, all of them needed."""
    return {
        "type": "object",
        "description": description,
        "properties": {**parameters, "shift": _SHIFT},
        "required": list(parameters),
        "additionalProperties": False,
    }


_MEDIAN = said(TIME_OR_ESTIMATE, "Half of the jobs take less.")
_MEAN = said(TIME_OR_ESTIMATE, "The average job takes this.")
OWN_TIME_SCHEMA: JsonSchema = {
    "anyOf": [
        *TIME_OR_ESTIMATE["anyOf"],
        _law(
            "Lognormal, through the promise.",
            median=_MEDIAN,
            on_time=said(SHARE_SCHEMA, "Share of jobs that take at most the sla."),
        ),
        _law(
            "Lognormal.", median=_MEDIAN, p90=said(TIME_OR_ESTIMATE, "Nine jobs in ten take less.")
        ),
        _law(
            "PERT: a guess of three times.",
            min=said(TIME_OR_ESTIMATE, "The shortest it takes."),
            mode=said(TIME_OR_ESTIMATE, "What it takes most often."),
            max=said(TIME_OR_ESTIMATE, "The longest it takes."),
        ),
        _law("Gamma.", mean=_MEAN, sd=said(TIME_OR_ESTIMATE, "Standard deviation.")),
        _law("Exponential.", mean=_MEAN),
        _law(
            "One of the times that were measured, each equally likely.",
            samples={
                "type": "array",
                "items": TIME_SCHEMA,
                "minItems": 1,
                "description": "Measured times.",
            },
        ),
        {
            "type": "object",
            "description": "Any continuous distribution of scipy.stats, with its shapes by name.",
            "properties": {
                "dist": {"type": "string", "description": "Its name in scipy.stats."},
                "loc": said(SHIFT_SCHEMA, "Where it begins."),
                "scale": said(TIME_OR_ESTIMATE, "How wide it is."),
                "shift": _SHIFT,
            },
            "required": ["dist", "scale"],
            "additionalProperties": {
                "anyOf": [{"type": "number"}, NUMBER_TEXT, {"type": "object"}]
            },
        },
    ]
}
