"""From the shape of a result to a domino in columns: waves of services, and customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from valuechain.errors import Lang, Text
from valuechain.plot import words
from valuechain.plot.wave_columns import Card, draw_waves
from valuechain.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 6  # cards in a column
MOST_WAVES = 5
NOTICED = 0.01  # of the largest: what is smaller has no card
LATE = Text("late: {before} → {after}", "tarde: {before} → {after}")
TITLE = Text("{title}: {names}", "{title}: {names}")


def runs_in_waves(result: Result) -> bool:
    """Tell whether a result has waves."""
    return {"waves", "customers"} <= set(result.tables)


def plot_waves(result: Result, ax: Axes | None = None, lang: Lang = "es") -> Axes:
    """Draw the services that are hit most in each wave, and the customers that are reached."""
    records = [r for r in result.to_records("waves") if r["wave"] < MOST_WAVES]
    late = any(r["added_hours"] or r["absorbed_hours"] for r in records)
    measure = "added_hours" if late else "added_dissatisfaction"
    largest = max((abs(r[measure]) for r in records), default=0.0)
    records = [r for r in records if max(abs(r[measure]), r["absorbed_hours"]) >= NOTICED * largest]
    shown: list[dict[str, Any]] = []
    left_out: dict[int, int] = {}
    for wave in sorted({record["wave"] for record in records}):
        of_wave = [record for record in records if record["wave"] == wave]
        of_wave.sort(key=lambda r: (-abs(r[measure]), -r["absorbed_hours"], r["id"]))
        shown += of_wave[:MOST]
        left_out[wave] = len(of_wave) - len(of_wave[:MOST])
    cards = [_card(record, measure, shown, result) for record in shown]
    last = max((card.column for card in cards), default=-1) + 1
    sources = {record["client"] for record in shown}
    hit = [r for r in result.to_records("customers") if r["id"] in sources]
    hit.sort(key=lambda r: (-(r.get("breach_change") or 0.0), r["id"]))
    left_out[last] = len(hit) - len(hit[:MOST])
    cards += [_customer(record, measure, last, shown, result, lang) for record in hit[:MOST]]
    struck = list(dict.fromkeys(r["provider"] for r in shown if r["wave"] == 0))
    names = ", ".join(result.label(any_id) for any_id in struck[:3])
    title = TITLE.say(lang).format(title=result.title.say(lang), names=names)
    figures = [figure for card in cards for figure in (card.added, card.absorbed)]
    unit = words.drawn_unit("working hours", figures) if late else "%"
    return draw_waves(cards, title=title, left_out=left_out, unit=unit, lang=lang, ax=ax)


def _card(
    record: Mapping[str, Any], measure: str, shown: list[dict[str, Any]], result: Result
) -> Card:
    route = f"{result.label(record['provider'])} → {result.label(record['client'])}"
    name = f"{route}: {result.labels[record['id']]}" if record["id"] in result.labels else route
    fed = tuple(
        other["id"]
        for other in shown
        if other["client"] == record["provider"] and other["wave"] == record["wave"] - 1
    )
    return Card(
        record["id"], name, record["wave"], record[measure], record["absorbed_hours"],
        fed_by=fed,
    )  # fmt: skip


def _customer(
    record: Mapping[str, Any],
    measure: str,
    column: int,
    shown: list[dict[str, Any]],
    result: Result,
    lang: Lang,
) -> Card:
    note = ""
    if record.get("breach_change") is not None:
        before, after = (
            words.quantity(record[f"breach_{part}"], "%", lang) for part in ("before", "after")
        )
        note = LATE.say(lang).format(before=before, after=after)
    fed = tuple(other["id"] for other in shown if other["client"] == record["id"])
    added = record.get("mean_hours_change") or 0.0
    if measure != "added_hours":
        added = -(record.get("csat_change") or 0.0)
        note = ""
    return Card(
        f"customer {record['id']}", result.label(record["id"]), column, added, note=note,
        fed_by=fed, customer=True,
    )  # fmt: skip
