"""Text and model: the safe YAML reader, the canonical writer, the JSON Schema."""
