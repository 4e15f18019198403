"""A chain to ask about, and commands run in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from valuechain.cli import BAD_INPUT, main

LATE = """\
name: Tarde
departments:
  design: {name: Diseño, serves: {sales: {takes: 4 d, sla: 3 d}}}
  sales: {name: Ventas, serves: {shop: {takes: 2 h, sla: 4 d}}}
customers: {shop: {name: Tiendas}}
scenarios: {away: {delay: {design: 1 w}}}
"""
ON_TIME = LATE.replace("takes: 4 d", "takes: 1 d")
SPARE = LATE.replace("customers: {", "customers: {nobody: {}, ")
FEW = ["--samples", "200"]


def written(folder: Path, text: str | bytes, name: str = "chain.yaml") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


class Ran:
    """What a command gave back."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        capsys.readouterr()
        self.status = main(list(arguments))
        captured = capsys.readouterr()
        self.out = captured.out.replace("\N{NO-BREAK SPACE}", " ")
        self.err = captured.err.replace("\N{NO-BREAK SPACE}", " ")

    @property
    def mistake(self) -> str:
        """The one line that was said about a mistake."""
        assert self.status == BAD_INPUT
        assert self.out == ""
        assert "Traceback" not in self.err
        (line,) = self.err.splitlines()
        return line


DESK = """\
departments:
  desk: {name: Ventanilla, staff: 1, serves: {shop: {work: 1 h, volume: 100, sla: 2 d}}}
customers: {shop: {name: Tiendas}}
assumptions: {morale_to_time: 0.5, overload_to_morale: 0.8}
"""  # busy .577 of the time
