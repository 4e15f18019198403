"""The bottleneck map with its message: which department first, in words over the picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from valuechain.analyzers import BottlenecksResult, DelayResult
from valuechain.report import page_phrases as p
from valuechain.report.voice import Voice
from valuechain.results import Provenance

if TYPE_CHECKING:
    from valuechain.plot import MapData

MOST_RANKED, MOST_POINTED, MOST_NAMED = 5, 3, 3
MOST_DEPARTMENTS, MOST_CUSTOMERS = 15, 8  # of a map that can be read on paper


def bottleneck_map(ranking: BottlenecksResult, delay: DelayResult, voice: Voice) -> MapData:
    """Return the map of a ranking for readers in a hurry.

    Only the first few bottlenecks wear their rank and have their most critical service drawn
    strong; each customer says how much it receives late.
    """
    from valuechain.plot import map_of  # matplotlib takes half a second

    data = map_of(ranking, voice.lang, title=map_title(ranking, voice))
    first = first_to_fix(ranking)
    pointed = _most_critical(ranking, first[:MOST_POINTED])
    late = {record["id"]: record["breach"] for record in delay.to_records("customers")}
    nodes = []
    for node in data.nodes:
        ranked = node.id in first[:MOST_RANKED]
        share = late.get(node.id)
        note = "" if share is None else voice.say(p.MAP_NOTE_LATE, share=voice.percent(share))
        nodes.append(replace(node, rank=node.rank if ranked else None, note=note))
    edges = [
        replace(
            edge,
            highlighted=service_id in pointed,
            label=voice.percent(edge.weight) if service_id in pointed else "",
        )
        for service_id, edge in zip(ranking.table("services").ids, data.edges, strict=True)
    ]
    return replace(
        data,
        nodes=tuple(nodes),
        edges=tuple(edges),
        value_label=voice.say(p.MAP_VALUE_LATE if data.unit == "%" else p.MAP_VALUE_TIME),
        weight_label=voice.say(p.MAP_WEIGHT),
        caption=measured(ranking.provenance, voice),
    )


def for_paper(data: MapData, delay: DelayResult, voice: Voice) -> MapData:
    """Return the part of a map that matters, small enough to be read on paper.

    Kept are the customers served worst, and the departments that are ranked or, after these,
    that most requests wait for. The small print says how much is shown.
    """
    late = {record["id"]: record["breach"] or 0.0 for record in delay.to_records("customers")}
    critical = dict.fromkeys((node.id for node in data.nodes), 0.0)
    receiving = set()
    for edge in data.edges:
        critical[edge.provider] = max(critical[edge.provider], edge.weight)
        receiving.add(edge.client)
    departments = sorted(
        (node for node in data.nodes if node.kind == "department"),
        key=lambda node: (node.rank is None, -critical[node.id], node.id),
    )
    customers = sorted(
        (node for node in data.nodes if node.kind == "customer" and node.id in receiving),
        key=lambda node: (-late.get(node.id, 0.0), node.id),
    )
    if len(data.nodes) <= MOST_DEPARTMENTS + MOST_CUSTOMERS:
        return data
    kept = {node.id for node in (*departments[:MOST_DEPARTMENTS], *customers[:MOST_CUSTOMERS])}
    edges = tuple(edge for edge in data.edges if kept.issuperset(edge.pair))
    kept &= {end for edge in edges for end in edge.pair}  # nobody stands alone
    shown = voice.say(p.MAP_SHOWN, m=voice.number(len(kept)), n=voice.number(len(data.nodes)))
    return replace(
        data,
        nodes=tuple(node for node in data.nodes if node.id in kept),
        edges=edges,
        caption=f"{data.caption} {shown}".strip(),
    )


def _most_critical(ranking: BottlenecksResult, departments: list[str]) -> set[str]:
    """Return, for each of some departments, its service that most requests wait for."""
    services = [r for r in ranking.to_records("services") if r["criticality_index"] > 0]
    return {
        min(own, key=lambda r: (-r["criticality_index"], r["id"]))["id"]
        for department in departments
        if (own := [r for r in services if r["provider"] == department])
    }


def map_title(ranking: BottlenecksResult, voice: Voice) -> str:
    """Return the message of the picture: what to fix first, and what that brings."""
    first = first_to_fix(ranking)
    if not first:
        return voice.say(p.MAP_TITLE_NOBODY)
    department = voice.name(first[0])
    after = ranking.table("departments").value(first[0], "breach_if_fixed")
    if ranking.breach is None or after is None or after >= ranking.breach:
        return voice.say(p.MAP_TITLE_TIME, department=department)
    shares = voice.percents(ranking.breach, after)
    return voice.say(p.MAP_TITLE, department=department, before=shares[0], after=shares[1])


def map_alt(ranking: BottlenecksResult, voice: Voice) -> str:
    """Return what the picture shows, for those who cannot see it."""
    names = [voice.name(department) for department in first_to_fix(ranking)[:MOST_NAMED]]
    order = voice.say(p.MAP_ORDER, departments=voice.listed(names)) if names else ""
    return voice.say(p.MAP_ALT, title=map_title(ranking, voice), order=order).strip()


def first_to_fix(ranking: BottlenecksResult) -> list[str]:
    """Return the bottlenecks in their order."""
    records = ranking.to_records("departments")
    return [record["id"] for record in records if record["verdict"] == "bottleneck"]


def measured(provenance: Provenance, voice: Voice) -> str:
    """Return how many services have a time, of how many."""
    m, n = voice.number(provenance.measured), voice.number(provenance.hand_offs)
    return voice.say(p.MAP_MEASURED, m=m, n=n)
