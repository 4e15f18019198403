"""Mappings, lists, texts and numbers -> YAML that people like to read.

What fits into a line stands in braces; `Block` and `BlockList` always take a
line for each entry. A text is written plain wherever every reader of YAML
takes it for the same text, else in double quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

WIDTH = 100
_INDENT = "  "
# What a plain text may be: nothing YAML gives a meaning to. In braces, less.
_PLAIN = re.compile(r"(?!-\W|-$)[^\s\[\]{},#&*!|>'\"%@`:?]+(?:\S*[^\s:])?(?: \S*[^\s:])*")
_PLAIN_IN_BRACES = re.compile(r"[^\[\]{},:?]*")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_RESOLVER = yaml.SafeLoader.yaml_implicit_resolvers


class Block(dict[str, Any]):
    """A mapping that takes a line for each key."""


class BlockList(list[Any]):
    """A list that takes a line for each item."""


def as_yaml(tree: Block) -> str:
    """Return the YAML text of a mapping, with a line break at its end.

    Examples
    --------
    >>> print(as_yaml(Block(name="no", size={"low": 0.5, "tags": ["a", "b: c"]})), end="")
    name: "no"
    size: {low: 0.5, tags: [a, "b: c"]}
    """
    return "".join(f"{line}\n" for key, value in tree.items() for line in _lines(key, value, ""))


def as_number(value: float) -> str:
    """Return a number that reads back exactly: whole ones without a point, never as thousands.

    Examples
    --------
    >>> as_number(720000.0), as_number(0.1), as_number(12.345)
    ('720000', '0.1', '12.3450')
    """
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = repr(float(value))
    return f"{text}0" if _THOUSANDS.fullmatch(text) else text


def as_text(text: str, *, in_braces: bool = False) -> str:
    """Return a text, quoted where it would be taken for something else.

    Examples
    --------
    >>> as_text("café, té"), as_text("café, té", in_braces=True), as_text("12")
    ('café, té', '"café, té"', '"12"')
    """
    plain = (
        text.isprintable()
        and _PLAIN.fullmatch(text)
        and " #" not in text
        and (not in_braces or _PLAIN_IN_BRACES.fullmatch(text))
        and not any(pattern.match(text) for _, pattern in _RESOLVER.get(text[0], ()))
    )
    if plain:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda odd: f"\\u{ord(odd.group()):04x}", quoted)


def _lines(key: str, value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of a key with its value."""
    head = f"{indent}{as_text(key)}:"
    line = f"{head} {_beside_key(value)}"
    if not _takes_lines(value, line):
        yield line
    elif isinstance(value, dict):
        yield head
        for inner, part in value.items():
            yield from _lines(inner, part, indent + _INDENT)
    else:
        yield head
        for part in value:
            yield from _item(part, indent + _INDENT)


def _item(value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of an item of a list."""
    line = f"{indent}- {_beside_key(value)}"
    if not isinstance(value, dict) or not _takes_lines(value, line):
        yield line
        return
    dash = "- "
    for inner, part in value.items():
        for text in _lines(inner, part, indent + _INDENT):
            yield indent + dash + text[len(indent) + 2 :] if dash == "- " else text
            dash = _INDENT


def _takes_lines(value: Any, line: str) -> bool:
    """Whether a value is spread over several lines."""
    if isinstance(value, Block | BlockList):
        return bool(value)
    return isinstance(value, dict | list) and bool(value) and len(line) > WIDTH


def _beside_key(value: Any) -> str:
    """Return a value as it stands after a key or a dash: a text needs no care for braces."""
    return as_text(value) if isinstance(value, str) else _in_a_line(value)


def _in_a_line(value: Any) -> str:
    """Return a value within one line, mappings in braces."""
    if isinstance(value, dict):
        parts = (f"{as_text(key, in_braces=True)}: {_in_a_line(part)}"
                 for key, part in value.items())  # fmt: skip
        return f"{{{', '.join(parts)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_in_a_line(part) for part in value)}]"
    return as_text(value, in_braces=True) if isinstance(value, str) else as_number(value)
