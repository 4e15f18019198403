"""What the words of several verbs share: names in a list, the largest of some records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from valuechain.errors import Text
from valuechain.report.phrases import AND_OTHERS
from valuechain.report.voice import Voice
from valuechain.results import Table

MOST_NAMES = 5
Record = Mapping[str, Any]
NOBODY_RECEIVES = Text("No customer receives anything.", "Ningún cliente recibe nada.")


def named(ids: Sequence[str], voice: Voice) -> str:
    """Return names as a list in words, at most five of them."""
    names = [voice.name(any_id) for any_id in ids]
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], voice.say(AND_OTHERS)]
    return voice.listed(names)


def largest(records: Sequence[Record], column: str) -> Record | None:
    """Return the record with the largest value above 0, ties by id."""
    known = [record for record in records if record[column]]
    return min(known, key=lambda r: (-r[column], r["id"])) if known else None


def record_of(table: Table, row_id: str) -> dict[str, Any]:
    """Return one row of a table by column."""
    return {column.name: table.value(row_id, column.name) for column in table.columns}
