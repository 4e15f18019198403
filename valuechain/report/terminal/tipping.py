"""What growing demand does to morale, as a table, a demand a row."""

from __future__ import annotations

from collections.abc import Iterator

from valuechain.analyzers import TippingDemandResult
from valuechain.errors import Text
from valuechain.report.terminal.columns import table
from valuechain.report.voice import Voice
from valuechain.report.words.records import Record

DEMAND = Text("times the demand", "veces la demanda")
LOST_MORALE = Text("lost morale", "ánimo perdido")
AT_BEST = Text("at best", "en el mejor caso")
AT_WORST = Text("at worst", "en el peor caso")
DISSATISFIED = Text("customers dissatisfied", "clientes descontentos")
APART = 0.06  # of the demand looked at: closer rows tell a reader nothing new


def tipping_text(result: TippingDemandResult, voice: Voice) -> str:
    """Return how people and customers fare as demand grows; nothing where no load is known.

    The best and the worst that may last are shown where they differ anywhere.
    """
    if not any(record["utilization"] for record in result.to_records("departments")):
        return ""
    columns = {"morale_loss": LOST_MORALE}
    if result.fragile_factor is not None:
        columns |= {"least_morale_loss": AT_BEST, "greatest_morale_loss": AT_WORST}
    columns["dissatisfied"] = DISSATISFIED
    records = list(_telling(result))
    apart = len({round(record["growth"], 2) for record in records}) == len(records)
    rows = [
        [
            voice.number(record["growth"], 2 if apart else 3),
            *(voice.percent(record[name]) for name in columns),
        ]
        for record in records
    ]
    head = [voice.say(DEMAND), *(voice.say(word) for word in columns.values())]
    return table(head, rows, right=range(len(head)))


def _telling(result: TippingDemandResult) -> Iterator[Record]:
    """Yield demands well apart, and those on both sides of where something happens."""
    records = result.to_records("growth")
    edges = {result.fragile_factor, result.tipping_factor}
    last = 0.0
    for place, record in enumerate(records):
        beside = {other["growth"] for other in records[place : place + 2]}
        at_end = place == len(records) - 1
        if beside & edges or at_end or record["growth"] - last >= APART * (result.most - 1):
            last = record["growth"]
            yield record
