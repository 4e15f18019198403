"""The one table of the page: how each customer is served, worst first."""

from __future__ import annotations

from dataclasses import dataclass

from valuechain.quantities import base_of
from valuechain.report import page_phrases as p
from valuechain.report.paragraph import service_name
from valuechain.report.story import Findings, Record
from valuechain.report.voice import Voice

MOST_ROWS = 25
TOLD = ("csat", "nps", "churn", "revenue_at_risk", "lost_sales")  # ranges take long: not read
COLUMNS = (
    *(p.COLUMN_CUSTOMER, p.COLUMN_PROMISE, p.COLUMN_P90, p.COLUMN_LATE, p.COLUMN_CSAT),
    *(p.COLUMN_CHURN, p.COLUMN_REVENUE, p.COLUMN_MONEY),
)
ALWAYS = 5  # so many columns are there whatever is known


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
    """Return the table: promise, nine-in-ten time, share late, satisfaction, churn and money.

    Promise and time are those of the service that makes up most of what the customer receives
    late; columns that would be empty for all are left out.
    """
    story = findings.story
    told = {record["id"]: record for record in findings.outcomes.table().records(TOLD)}
    order = sorted(
        story.served,
        key=lambda c: (-(story.customers[c]["breach"] or 0.0), told[c]["csat"] or 0.0, c),
    )
    observed = set(findings.outcomes.table("observed").ids)
    rows = []
    for customer in order[:MOST_ROWS]:
        rows.append(
            (
                *_served(customer, findings, voice),
                _satisfied(told[customer], observed, findings, voice),
                _leaving(told[customer], voice),
                _revenue(customer, findings, voice),
                _at_risk(told[customer], voice),
            )
        )
    kept = [
        place
        for place in range(len(COLUMNS))
        if place < ALWAYS or any(row[place].text for row in rows)
    ]
    return CustomersTable(
        tuple(voice.say(COLUMNS[place]) for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows),
        len(order) - len(rows),
    )


def _served(customer: str, findings: Findings, voice: Voice) -> tuple[Cell, ...]:
    """Return who is served, what is promised, when it arrives, and how much of it late."""
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
    return (
        Cell(voice.name(customer), small=service_name(focus, voice) if named else ""),
        promise,
        p90,
        Cell("") if late is None else Cell(voice.percent(late), share=late),
    )


def _satisfied(record: Record, observed: set[str], findings: Findings, voice: Voice) -> Cell:
    """Return the share satisfied: as observed, or by the model; NPS below."""
    if record["csat"] is None:
        return Cell("")
    path = f"customers.{record['id']}.csat"
    same = path in observed and abs(
        findings.outcomes.table("observed").value(path, "observed") - record["csat"]
    ) < 1e-9  # fmt: skip
    small = voice.say(p.OBSERVED if same else p.MODELLED)
    if record["nps"] is not None:
        small += f"; {voice.say(p.NPS, n=voice.number(record['nps']))}"
    return Cell(voice.percent(record["csat"]), small=small)


def _leaving(record: Record, voice: Voice) -> Cell:
    return Cell("") if record["churn"] is None else Cell(voice.percent(record["churn"]))


def _revenue(customer: str, findings: Findings, voice: Voice) -> Cell:
    declared = findings.story.chain.customers[customer]
    if declared.revenue is None:
        return Cell("")
    small = voice.say(p.POTENTIAL) if declared.status == "potential" else ""
    return Cell(voice.money(base_of(declared.revenue)), small=small)


def _at_risk(record: Record, voice: Voice) -> Cell:
    """Return the revenue at risk; of a potential customer, the sales that are not won."""
    if record["revenue_at_risk"] is not None:
        return Cell(voice.money(record["revenue_at_risk"]))
    if record["lost_sales"] is not None:
        return Cell(voice.money(record["lost_sales"]), small=voice.say(p.NOT_WON))
    return Cell("")
