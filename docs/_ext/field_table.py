"""A directive that shows the fields of a class as its code declares them.

```{field-table} valuechain.model.Service
```

The description, unit, range and default of every field come from the class, so
the page cannot say anything else than the program does.
"""

from importlib import import_module
from typing import Any, ClassVar

from docutils import nodes
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Quiet(GenerateJsonSchema):
    """A schema without defaults that JSON cannot hold; the table shows them anyway."""

    ignored_warning_kinds: ClassVar = {"non-serializable-default"}


def options(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The alternatives of a schema: what a file may hold there."""
    return [part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"]


def range_of(number: dict[str, Any]) -> str:
    """The range of a number in words."""
    words = {
        "minimum": "from",
        "exclusiveMinimum": "above",
        "maximum": "to",
        "exclusiveMaximum": "below",
    }
    bounds = [f"{word} {number[key]:g}" for key, word in words.items() if key in number]
    return " ".join(bounds) or "any number"


def values_of(schema: dict[str, Any], unit: str) -> str:
    """What a field may hold, in words."""
    parts = options(schema)
    kinds = {part.get("type", "object" if "$ref" in part else "") for part in parts}
    if kinds == {"object"}:
        return "mapping"
    words = [f"`{word}`" for part in parts for word in part.get("enum", [part.get("const")])]
    words = [word for word in dict.fromkeys(words) if word not in {"`None`", "`0`"}]
    numbers = [range_of(part) for part in parts if part.get("type") in {"number", "integer"}]
    if words or numbers:
        return ", ".join([*words, *numbers])
    if unit.startswith("duration"):
        return unit
    if "array" in kinds:
        return "list of texts" if "string" in kinds else "list"
    return "text"


def default_of(field: FieldInfo) -> str:
    """The default of a field as a file would hold it; empty where absent means unknown."""
    if field.is_required():
        return "*required*"
    default = field.get_default(call_default_factory=True)
    if default is None or isinstance(default, BaseModel) or default in ("", (), {}):
        return ""
    shown = default if not isinstance(default, float) else f"{default:g}"
    return f"`{shown}`"


def rows(model: type[BaseModel]) -> list[str]:
    """The lines of the table, in Markdown."""
    properties = model.model_json_schema(schema_generator=Quiet)["properties"]
    lines = ["| field | value | unit | default | meaning |", "|---|---|---|---|---|"]
    for name, field in model.model_fields.items():
        key = field.alias or name
        extra = field.json_schema_extra
        unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
        values = values_of(properties[key], unit)
        cells = [
            f"`{key}`",
            values,
            "" if values == unit else unit,
            default_of(field),
            field.description or "",
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines


class FieldTable(SphinxDirective):
    """The directive: its argument is the full name of the class."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """Parse the table that the class gives."""
        module, _, name = self.arguments[0].rpartition(".")
        model = getattr(import_module(module), name)
        return self.parse_text_to_nodes("\n".join(rows(model)))


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the directive known to Sphinx."""
    app.add_directive("field-table", FieldTable)
    return {"parallel_read_safe": True}
