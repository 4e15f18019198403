"""The one table of the page: how each customer is served, worst first."""

from __future__ import annotations

from dataclasses import dataclass

from valuechain.quantities import base_of
from valuechain.report import page_phrases as p
from valuechain.report.paragraph import service_name
from valuechain.report.story import Findings
from valuechain.report.voice import Voice

MOST_ROWS = 25


@dataclass(frozen=True)
class Cell:
    """A cell: what is written, small print below it, and a share to be drawn as a bar."""

    text: str
    small: str = ""
    share: float | None = None


@dataclass(frozen=True)
class CustomersTable:
    """Columns, one row of cells a customer (its name first), and how many are left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int


def customers_table(findings: Findings, voice: Voice) -> CustomersTable:
    """Return the table: promise, nine-in-ten time, share late and satisfaction of each customer.

    Promise and time are those of the service that makes up most of what the customer receives
    late; the column of revenue is there only if some customer declares it.
    """
    story = findings.story
    outcomes = findings.outcomes.table("customers")
    csat = {record["id"]: record["csat"] for record in outcomes.records(["csat"])}
    order = sorted(
        story.served,
        key=lambda c: ((story.customers[c]["breach"] or 0.0), csat[c] or 0.0, c),
    )
    with_revenue = any(story.chain.customers[c].revenue is not None for c in order)
    titles = [p.COLUMN_CUSTOMER, p.COLUMN_PROMISE, p.COLUMN_P90, p.COLUMN_LATE, p.COLUMN_CSAT]
    if with_revenue:
        titles.insert(1, p.COLUMN_REVENUE)
    rows = []
    for customer in order[:MOST_ROWS]:
        row = _row(customer, csat[customer], findings, voice)
        if with_revenue:
            row.insert(1, _revenue(customer, findings, voice))
        rows.append(tuple(row))
    columns = tuple(voice.say(title) for title in titles)
    return CustomersTable(columns, tuple(rows), len(order) - len(rows))


def _row(customer: str, csat: float | None, findings: Findings, voice: Voice) -> list[Cell]:
    story = findings.story
    focus = story.focus_of(customer)
    assert focus is not None  # a served customer has a service
    promise, p90 = Cell(""), Cell(str(voice.time(story.services[focus]["p90_hours"])))
    sla = story.sla_hours(focus)
    if sla is not None:
        within, promised = voice.times(story.services[focus]["p90_hours"], sla)
        promise, p90 = Cell(str(promised)), Cell(str(within))
    late = story.customers[customer]["breach"]
    several = sum(service.client == customer for service in story.chain.services) > 1
    named = several or focus in voice.labels
    return [
        Cell(voice.name(customer), small=service_name(focus, voice) if named else ""),
        promise,
        p90,
        Cell("") if late is None else Cell(voice.percent(late), share=late),
        Cell("") if csat is None else Cell(voice.percent(csat)),
    ]


def _revenue(customer: str, findings: Findings, voice: Voice) -> Cell:
    declared = findings.story.chain.customers[customer]
    if declared.revenue is None:
        return Cell("")
    small = voice.say(p.POTENTIAL) if declared.status == "potential" else ""
    return Cell(voice.money(base_of(declared.revenue)), small=small)
