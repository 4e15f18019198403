"""`schema`, `new` and `examples`: what comes along to start from."""

from __future__ import annotations

import argparse

from valuechain.cli.output import put, put_json


def schema(options: argparse.Namespace) -> bool:
    """Print the JSON Schema."""
    from valuechain.schema import json_schema

    put_json(json_schema())
    return False


def new(options: argparse.Namespace) -> bool:
    """Print a chain to start from."""
    from valuechain.chains import template

    text = template(options.full, options.lang)
    if options.json:
        put_json({"yaml": text})
    else:
        put(text.rstrip("\n"))
    return False


def examples(options: argparse.Namespace) -> bool:
    """List the chains that come along, or print one."""
    from valuechain import chains

    if options.name is not None:
        text = chains.example_text(options.name)
        if options.json:
            put_json({"yaml": text})
        else:
            put(text.rstrip("\n"))
        return False
    names = {name: chains.example(name).name or name for name in chains.examples()}
    if options.json:
        put_json(names)
    else:
        from valuechain.report.terminal import table

        put(table([], list(names.items())))
    return False
