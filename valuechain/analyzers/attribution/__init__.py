"""Whose delay it is, and why it changed: `attribute` and `attribute_change`."""
