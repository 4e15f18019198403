"""Text and model: the safe YAML reader, the canonical writer, the JSON Schema."""

from valuechain.schema.json_schema import json_schema
from valuechain.schema.reader import parse_yaml, read_yaml
from valuechain.schema.writer import to_yaml, write_yaml

__all__ = ["json_schema", "parse_yaml", "read_yaml", "to_yaml", "write_yaml"]
