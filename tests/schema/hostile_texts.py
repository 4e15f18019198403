"""Texts written to break a reader: by name, each refused with a SchemaError, whatever it costs."""

from collections.abc import Callable

MIB = 2**20


def bomb(levels: int, width: int) -> str:
    """Aliases of aliases: a billion laughs."""
    lines = ["valuechain: 1", "a0: &a0 [x, x]"]
    for level in range(1, levels):
        lines.append(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * width)}]")
    return "\n".join(lines)


def merge_bomb() -> str:
    keys = ", ".join(f"k{number}: x" for number in range(3_000))
    return f"base: &base {{{keys}}}\n" + "".join(
        f"m{number}: {{<<: *base}}\n" for number in range(3_000)
    )


SMALL: dict[str, str | bytes] = {
    "empty": "",
    "blank": " \n\n",
    "comments only": "# nothing\n# at all\n",
    "null": "null",
    "empty bytes": b"",
    "only a byte order mark": b"\xef\xbb\xbf",
    "a text": "just words",
    "a path": "chain.yaml",
    "a list": "- a\n- b\n",
    "two documents": "valuechain: 1\n---\nvaluechain: 1\n",
    "text after the end": "valuechain: 1\n...\nname: x\n",
    "python object": "valuechain: !!python/object/apply:os.system ['echo no']\n",
    "python name": "name: !!python/name:os.system\n",
    "tag on a key": "!!python/object:os.x name: y\n",
    "tag on a list item": "tags: [!!binary aGVsbG8=]\n",
    "tag on the root": "!chain {name: x}\n",
    "tag directive": "%TAG ! tag:example.org,2000:\n---\nname: x\n",
    "unknown tag handle": "name: !x!y z\n",
    "alias of itself": "departments: &d {it: *d}\n",
    "list of itself": "tags: &t [a, *t]\n",
    "root of itself": "&r {r: *r}\n",
    "alias without anchor": "name: *nobody\n",
    "alias bomb": bomb(30, 9),
    "merge of a text": "<<: x\n",
    "merge of itself": "departments: &d {<<: *d, it: x}\n",
    "list as a key": "{[a, b]: c}\n",
    "mapping as a key": "{{a: b}: c}\n",
    "template": "name: {{ name }}\n",
    "alias of a list as a key": "{a: &x [1], *x : 2}\n",
    "tab": "departments:\n\tit: {}\n",
    "tab after a key": "departments:\n  it:\n\t- a\n",
    "bad indentation": "departments:\n   it: {}\n  hr: {}\n",
    "open brace": "departments: {it: {staff: 1}\n",
    "open bracket": "tags: [a, b\nname: x\n",
    "open quote": 'name: "chain\nnotes: x\n',
    "text after a quote": 'name: "a" b\n',
    "no colon": "valuechain: 1\ndepartments\nname: x\n",
    "two colons": "name: a: b\n",
    "unknown escape": 'name: "C:\\qx"\n',
    "half a character": 'name: "\\ud800"\n',
    "beyond Unicode": 'name: "\\UFFFFFFFF"\n',
    "NUL by escape": 'name: "a\\0b"\n',
    "lone surrogate": "name: \ud800x\n",
    "control character": "name: a\x07b\n",
    "at sign": "name: @home\n",
    "backtick": "name: `x`\n",
    "percent": "need: % 5\n",
    "50 levels too many": "a: " + "[" * 100 + "]" * 100,
    "deep lists": "[" * 900,
    "very deep lists": "[" * 100_000,
    "deep mappings": "{a: " * 100_000,
    "deep blocks": "\n".join(" " * level + "a:" for level in range(2_000)),
    "deep dashes": "a:\n" + "- " * 100_000,
    "deep questions": "? " * 100_000,
    "binary": bytes(range(256)) * 8,
    "zip": b"PK\x03\x04" + bytes(100),
    "latin-1": "name: Diseño\n".encode("latin-1"),
    "windows-1252": "name: «Diseño» – 5 €\n".encode("cp1252"),
    "utf-16 without mark": "name: Design\n".encode("utf-16-le"),
    "broken utf-16": b"\xff\xfen\x00a\x00m\x00\x00\xd8",
    "truncated utf-8": "name: Diseño".encode()[:-2],
}

# Made where they are used: half a gigabyte together.
LARGE: dict[str, Callable[[], str | bytes]] = {
    "50 MB of one letter": lambda: "a" * 50 * MIB,
    "50 MB of one value": lambda: "name: " + "a" * 50 * MIB,
    "50 MB of one key": lambda: "a" * 50 * MIB + ": b",
    "50 MB of digits": lambda: "volume: " + "9" * 50 * MIB,
    "50 MB in quotes": lambda: 'name: "' + "\\x41" * (50 * MIB // 4) + '"',
    "50 MB of a block text": lambda: "notes: |\n" + "  some words\n" * (50 * MIB // 13),
    "50 MB of brackets": lambda: "[" * 50 * MIB,
    "50 MB of open lists": lambda: "a: " + "[" * 50 * MIB,
    "50 MB of braces": lambda: "a: " + "{" * 50 * MIB,
    "50 MB of dashes": lambda: "- " * 25 * MIB,
    "50 MB of items": lambda: "a: [" + "x," * 25 * MIB + "]",
    "50 MB of block items": lambda: "a:\n" + "- x\n" * (50 * MIB // 4),
    "50 MB of one repeated key": lambda: "a: b\n" * 10 * MIB,
    "50 MB of different keys": lambda: "".join(f"k{n:x}: v\n" for n in range(5 * MIB)),
    "50 MB of short lists": lambda: "a: [" + "[x]," * (50 * MIB // 4),
    "50 MB of anchors": lambda: "a: [" + "".join(f"&a{n:x} x," for n in range(5 * MIB)),
    "50 MB of directives": lambda: "".join(f"%TAG !a{n:x}! x\n" for n in range(3 * MIB)),
    "50 MB of directives after": lambda: "a: b\n...\n" + "%TAG !a! x\n" * (50 * MIB // 11),
    "50 MB of documents": lambda: "---\n" * (50 * MIB // 4),
    "50 MB of blank lines": lambda: "\n" * 50 * MIB,
    "50 MB of comments": lambda: "#\n" * 25 * MIB,
    "50 MB of NUL": lambda: bytes(50 * MIB),
    "50 MB of 0xFF": lambda: b"\xff" * 50 * MIB,
    "50 MB of all bytes": lambda: bytes(range(1, 256)) * (50 * MIB // 255),
    "50 MB of colons": lambda: ":" * 50 * MIB,
    "50 MB of key colons": lambda: "a: " * (50 * MIB // 3),
    "50 MB of bangs": lambda: "a: " + "!" * 50 * MIB,
    "50 MB of one tag": lambda: "a: !" + "x" * 50 * MIB + " y",
    "50 MB of one alias": lambda: "a: *" + "x" * 50 * MIB,
    "merge bomb": merge_bomb,
    "200 MB": lambda: "a" * 200 * MIB,
}

# YAML without fault, and no chain: what costs time here is saying what is wrong.
NO_CHAINS: dict[str, Callable[[], str]] = {
    "very many unknown keys": lambda: "".join(f"k{n}: v\n" for n in range(100_000)),
    "very many unknown fields": lambda: (
        "departments: {it: {" + ",".join(f"k{n}: v" for n in range(100_000)) + "}}"
    ),
    "very many departments that are none": lambda: (
        "departments:\n" + "".join(f"  k{n}: v\n" for n in range(100_000))
    ),
    "very many ids that are none": lambda: (
        "departments:\n" + "".join(f"  {n}:\n" for n in range(100_000))
    ),
    "services to nobody": lambda: (
        "departments:\n"
        + "".join(f"  d{n}: {{serves: {{x{n}: {{takes: 1 h}}}}}}\n" for n in range(20_000))
    ),
    "services that are none": lambda: (
        "departments:\n  a:\n  b:\n    serves:\n      a:\n"
        + "".join(f"       - {{key: k{n}, takes: x}}\n" for n in range(20_000))
    ),
    "very many services without a key": lambda: (
        "departments:\n  a:\n  b: {serves: {a: [" + "{}," * 100_000 + "]}}\n"
    ),
    "links to nobody": lambda: (
        "departments:\n"
        + "".join(f"  d{n}: {{serves: {{c: {{}}}}}}\n" for n in range(5_000))
        + "customers: {c: {wears_on: {"
        + ",".join(f"x{n}: low" for n in range(10_000))
        + "}}}"
    ),
    "for nobody": lambda: (
        "departments:\n  a: {serves: {"
        + ",".join(f"d{n}: {{for: [x]}}" for n in range(5_000))
        + "}}\n  b: {serves: {a: {for: ["
        + ",".join(f"x{n}" for n in range(5_000))
        + "]}}}\n"
        + "".join(f"  d{n}: {{serves: {{b: {{}}}}}}\n" for n in range(5_000))
    ),
    "weights of all kinds": lambda: (
        "assumptions: {weights: {" + ",".join(f"k{n}: v" for n in range(100_000)) + "}}"
    ),
    "very many tags": lambda: "tags: [" + "x," * 200_000 + "]",
    "very many samples": lambda: (
        "departments:\n  a:\n  b: {serves: {a: {takes: {samples: [" + "x," * 200_000 + "]}}}}"
    ),
    "a range of very many keys": lambda: (
        "departments: {a: {staff: {" + ",".join(f"k{n}: v" for n in range(100_000)) + "}}}"
    ),
    "an enormous number": lambda: "departments: {a: {staff: " + "9" * 90_000 + "}}",
    "an enormous power": lambda: "departments: {a: {staff: 1e" + "9" * 90_000 + "}}",
    "an enormous word": lambda: "period: " + "m" * 90_000,
    "an enormous key": lambda: "p" * 90_000 + ": x",
    "an enormous id": lambda: "departments: {" + "p" * 90_000 + ": }",
}
