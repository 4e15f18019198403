"""`FrozenMapping`: a mapping that cannot change, can be hashed and travels between processes."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping
from typing import Generic, TypeVar

V = TypeVar("V")


class FrozenMapping(Mapping[str, V], Generic[V]):
    """A read-only mapping from text, in the order it was given; equal to any equal mapping.

    Examples
    --------
    >>> frozen = FrozenMapping({"it": 3})
    >>> frozen["it"], frozen == {"it": 3}
    (3, True)
    """

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, V] | None = None) -> None:
        self._items: dict[str, V] = dict(items or {})

    def __getitem__(self, key: str) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    # What a `Mapping` would do by steps in Python, its dictionary does at once.

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def keys(self) -> KeysView[str]:
        """Return the keys."""
        return self._items.keys()

    def items(self) -> ItemsView[str, V]:
        """Return keys and values."""
        return self._items.items()

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)

    def __getstate__(self) -> dict[str, V]:
        return self._items

    def __setstate__(self, state: dict[str, V]) -> None:
        self._items = state
