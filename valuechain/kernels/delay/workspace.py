"""Memory that blocks of samples use one after the other: asking for it anew costs page faults."""

from __future__ import annotations

import numpy as np

from valuechain.kernels.chance.streams import F32


class Workspace:
    """Rows of samples that are taken, given back and used again by the next block.

    It belongs to one block at a time: each worker has its own.
    """

    def __init__(self) -> None:
        self._capacity = 0
        self._size = 0
        self._rows: list[F32] = []
        self._free: list[F32] = []
        self._tables: dict[str, F32] = {}

    def start(self, size: int) -> None:
        """Begin a block of `size` samples: all rows are free again."""
        if size > self._capacity:
            self._capacity = size
            self._rows, self._tables = [], {}
        self._size = size
        self._free = [row[:size] for row in self._rows]

    def take(self) -> F32:
        """Return a row `(size,)` with anything in it."""
        if self._free:
            return self._free.pop()
        row = np.empty(self._capacity, np.float32)
        self._rows.append(row)
        return row[: self._size]

    def give(self, row: F32) -> None:
        """Take a row back."""
        self._free.append(row)

    def table(self, name: str, rows: int) -> F32:
        """Return the table of that name, `(rows, size)`, contiguous, with anything in it."""
        cells = rows * self._capacity
        if name not in self._tables or len(self._tables[name]) < cells:
            self._tables[name] = np.empty(cells, np.float32)
        return self._tables[name][: rows * self._size].reshape(rows, self._size)
