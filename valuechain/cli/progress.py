"""How far a long question is: a bar on a terminal, nothing in a file or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

SHAPE = "{percentage:3.0f} % {bar:40} {elapsed} < {remaining}"
PATIENCE = 1.0  # seconds before it shows: what is quick leaves nothing on the screen


def progress_bar() -> Callable[[int, int], None] | None:
    """Return what verbs tell how far they are; None where nobody would see it.

    It takes the library `tqdm` (the extra `progress`); without it there is no bar.
    """
    if not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return _Bar(tqdm)


class _Bar:
    """A bar that follows any number of stretches, one after the other, and leaves no trace."""

    def __init__(self, tqdm: Callable[..., Any]) -> None:
        self._tqdm = tqdm
        self._shown: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self._shown is None or self._shown.total != total:
            self._close()
            self._shown = self._tqdm(
                total=total, delay=PATIENCE, leave=False, bar_format=SHAPE, file=sys.stderr
            )
        self._shown.update(done - self._shown.n)
        if done >= total:
            self._close()

    def _close(self) -> None:
        if self._shown is not None:
            self._shown.close()
            self._shown = None
