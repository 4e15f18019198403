"""The bar of a long question: only on a terminal, one stretch after another, gone in the end."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest
import tqdm

from valuechain.cli.progress import progress_bar


class Terminal(io.StringIO):
    """Something that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert progress_bar() is None


def test_without_the_library_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setitem(sys.modules, "tqdm", None)
    assert progress_bar() is None


def test_what_is_quick_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    bar = progress_bar()
    assert bar is not None
    for done in range(1, 6):
        bar(done, 5)
    assert terminal.getvalue().strip() == ""


def test_stretches_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []

    class Bar(tqdm.tqdm):  # type: ignore[type-arg]
        def __init__(self, **options: Any) -> None:
            shown.append(self)
            self.seen: list[int] = []
            super().__init__(**{**options, "delay": 0})

        def update(self, n: float | None = 1) -> bool | None:
            drawn = super().update(n)
            self.seen.append(int(self.n))
            return drawn

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setattr(tqdm, "tqdm", Bar)
    bar = progress_bar()
    assert bar is not None
    for done, total in ((1, 2), (2, 2), (1, 3), (3, 3), (1, 3)):
        bar(done, total)
    assert [(one.total, one.seen) for one in shown] == [(2, [1, 2]), (3, [1, 3]), (3, [1])]
    assert [one.disable for one in shown] == [True, True, False]  # a closed bar is disabled
