"""`explain_result`: what each result says, in a few sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from valuechain.analyzers import (
    BottlenecksResult,
    DelayResult,
    DissatisfactionResult,
    OutcomesResult,
    StructureResult,
)
from valuechain.errors import Lang
from valuechain.report import phrases as p
from valuechain.report.paragraph import service_name
from valuechain.report.story import served_worst
from valuechain.report.voice import Voice
from valuechain.results import Result, Table

MOST_NAMES = 5
Record = Mapping[str, Any]


def explain_result(result: Result, lang: Lang = "es") -> str:
    """Return what a result says, in words; every number is a field of the result.

    Parameters
    ----------
    result : Result
    lang : {"es", "en"}

    Returns
    -------
    str
        A few sentences. Times are in working hours or in units of the chain's calendar.

    Raises
    ------
    UsageError
        If there are no words in that language.
    """
    voice = Voice(lang, result.calendar, None, result.labels)
    for kind in type(result).__mro__:
        if kind in _WORDS:
            return " ".join(sentence for sentence in _WORDS[kind](result, voice) if sentence)
    rows = [
        voice.say(p.ROWS, n=voice.number(len(table.ids)), level=level)
        for level, table in result.tables.items()
    ]
    return voice.say(p.NO_WORDS, title=voice.say(result.title), rows=voice.listed(rows))


def delay_words(result: DelayResult, voice: Voice) -> list[str]:
    """Say who receives most late, and which promise inside is broken most often."""
    worst = served_worst(result)
    if worst is None:
        return [voice.say(p.NOBODY_RECEIVES)]
    customer = voice.name(worst)
    if not any(record["mean_hours"] for record in result.to_records("customers")):
        return [voice.say(p.DELAY_UNKNOWN)]
    figures = _record(result.table("customers"), worst)
    if figures.get("breach") is None:
        mean = voice.time(figures["mean_hours"])
        return [voice.say(p.DELAY_NO_PROMISE, customer=customer, mean=mean)]
    sentences = [voice.say(p.DELAY_NONE_LATE)]
    if figures["breach"] > 0:
        words = {
            "customer": customer,
            "deliveries": voice.deliveries(figures["breach"]),
            "arrive": voice.arrive(figures["breach"]),
            "p90": voice.time(figures["p90_hours"]),
        }
        sentences = [voice.say(p.DELAY_LATE, **words)]
    customers = set(result.table("customers").ids)
    inside = [r for r in result.to_records("services") if _client(r["id"]) not in customers]
    broken = _largest(inside, "breach")
    if broken is not None:
        service, share = service_name(broken["id"], voice), voice.percent(broken["breach"])
        sentences.append(voice.say(p.DELAY_INSIDE, service=service, share=share))
    return sentences


def dissatisfaction_words(result: DissatisfactionResult, voice: Voice) -> list[str]:
    """Say who is least satisfied, with what, and where morale is lost."""
    sentences = []
    customer = _largest(result.to_records("customers"), "dissatisfied")
    if customer is None:
        sentences.append(voice.say(p.UNHAPPY_NOBODY))
    else:
        name, share = voice.name(customer["id"]), voice.percent(customer["dissatisfied"])
        sentences.append(voice.say(p.UNHAPPY_CUSTOMER, customer=name, share=share))
    service = _largest(result.to_records("services"), "dissatisfied")
    if service is not None:
        name, share = service_name(service["id"], voice), voice.percent(service["dissatisfied"])
        sentences.append(voice.say(p.UNHAPPY_SERVICE, service=name, share=share))
    department = _largest(result.to_records("departments"), "morale_loss")
    if department is not None:
        name, share = voice.name(department["id"]), voice.percent(department["morale_loss"])
        sentences.append(voice.say(p.UNHAPPY_MORALE, department=name, share=share))
    if result.tipping_point:
        sentences.append(voice.say(p.TIPPING))
    return sentences


def outcomes_words(result: OutcomesResult, voice: Voice) -> list[str]:
    """Say what reaches each customer, the least satisfied first."""
    rows = sorted(
        result.to_records("customers"),
        key=lambda r: (r["mean_hours"] is None, r["csat"] is None, r["csat"] or 0.0, r["id"]),
    )
    sentences = []
    for record in rows[:MOST_NAMES]:
        facts = []
        if record["csat"] is not None:
            facts.append(voice.say(p.OUTCOME_CSAT, share=voice.percent(record["csat"])))
        if record["breach"] is not None and record["mean_hours"]:
            facts.append(voice.say(p.OUTCOME_LATE, share=voice.percent(record["breach"])))
        if record["mean_hours"]:
            facts.append(voice.say(p.OUTCOME_TIME, time=voice.time(record["mean_hours"])))
        elif record["mean_hours"] == 0:
            facts.append(voice.say(p.OUTCOME_NO_TIME))
        said = ", ".join(facts or [voice.say(p.OUTCOME_UNSERVED)])
        sentences.append(voice.say(p.OUTCOME_ROW, customer=voice.name(record["id"]), facts=said))
    if len(rows) > MOST_NAMES:
        sentences.append(voice.say(p.AND_MORE, n=voice.number(len(rows) - MOST_NAMES)))
    return sentences or [voice.say(p.NOBODY_RECEIVES)]


def bottlenecks_words(result: BottlenecksResult, voice: Voice) -> list[str]:
    """Say which department to fix first, what that brings, and what can wait."""
    outcome = voice.say(p.OUTCOMES[result.outcome])
    records = result.to_records("departments")
    first = [record for record in records if record["verdict"] == "bottleneck"]
    if not first:
        sentences = [voice.say(p.FIX_NOBODY, outcome=outcome)]
    else:
        after = result.total - first[0]["fix_only_this"]
        if result.unit == "share":
            figures = voice.percents(result.total, after)
        else:
            long, short = voice.times(result.total, max(after, 0.0))
            figures = (str(long), str(short))
        department = voice.name(first[0]["id"])
        words = {"before": figures[0], "after": figures[1], "whom": whose(result, voice)}
        phrase = p.FIX_FIRST if after > 1e-9 else p.FIX_ALL
        sentences = [voice.say(phrase, department=department, outcome=outcome, **words)]
        if first[1:]:
            names = [voice.name(record["id"]) for record in first[1:3]]
            sentences.append(voice.say(p.FIX_NEXT, departments=voice.listed(names)))
    sentences.append(unhurried_sentence(result, voice))
    unknown = [record["id"] for record in records if record["verdict"] == "not measured"]
    if unknown:
        sentences.append(voice.say(p.FIX_UNKNOWN, departments=named(unknown, voice)))
    return sentences


def whose(result: BottlenecksResult, voice: Voice) -> str:
    """Return in brackets whom a ranking is about, where there are several customers."""
    if result.customer is not None:
        return voice.say(p.OF_CUSTOMER, customer=voice.name(result.customer))
    clients = {record["client"] for record in result.to_records("services")}
    if len(clients - set(result.table("departments").ids)) == 1:
        return ""
    return voice.say(p.OF_ALL, weighted=result.weighted.say(voice.lang))


def structure_words(result: StructureResult, voice: Voice) -> list[str]:
    """Say how many departments and loops there are, and who stands apart."""
    n, loops = len(result.table("departments").ids), len(result.loops)
    sentences = [
        voice.say(
            p.STRUCTURE,
            departments=voice.say(p.DEPARTMENTS[min(n, 2) - 1 if n else 1], n=voice.number(n)),
            loops=voice.say(p.LOOPS[min(loops, 2)], n=voice.number(loops)),
        )
    ]
    if result.loops:
        members = named(result.loops[0], voice)
        sentences.append(voice.say(p.LARGEST_LOOP, departments=members))
    if result.orphans:
        sentences.append(voice.say(p.ORPHANS, names=named(result.orphans, voice)))
    blind = [d for d in result.without_line_of_sight if d not in result.orphans]
    if blind:
        sentences.append(voice.say(p.NO_SIGHT, names=named(blind, voice)))
    single = [
        (record["id"], record["single_point_of_failure_for"])
        for record in result.to_records("departments")
        if record["single_point_of_failure_for"]
    ]
    if single:
        department, customers = min(single, key=lambda pair: (-len(pair[1]), pair[0]))
        sentences.append(
            voice.say(
                p.SINGLE_POINT,
                department=voice.name(department),
                customers=named(customers, voice),
            )
        )
    return sentences


def named(ids: Sequence[str], voice: Voice) -> str:
    """Return names as a list in words, at most five of them."""
    names = [voice.name(any_id) for any_id in ids]
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], voice.say(p.AND_OTHERS)]
    return voice.listed(names)


def unhurried_sentence(result: BottlenecksResult, voice: Voice) -> str:
    """Say who scores worst inside, if that moves no customer; else nothing."""
    worst = _largest(result.to_records("departments"), "internal_score")
    alone = worst is not None and worst["verdict"] == "no measurable effect on customers"
    # Where requests do wait for it, it may well matter together with others.
    if worst is None or not alone or worst["criticality_index"] > 0.01:
        return ""
    return voice.say(p.FIX_UNHURRIED, department=voice.name(worst["id"]))


def _largest(records: Sequence[Record], column: str) -> Record | None:
    """Return the record with the largest value above 0, ties by id."""
    known = [record for record in records if record[column]]
    return min(known, key=lambda r: (-r[column], r["id"])) if known else None


def _record(table: Table, row_id: str) -> dict[str, Any]:
    return {column.name: table.value(row_id, column.name) for column in table.columns}


def _client(service_id: str) -> str:
    return service_id.partition(">")[2].partition(":")[0]


_WORDS: dict[type[Result], Callable[[Any, Voice], list[str]]] = {
    DelayResult: delay_words,
    DissatisfactionResult: dissatisfaction_words,
    OutcomesResult: outcomes_words,
    BottlenecksResult: bottlenecks_words,
    StructureResult: structure_words,
}
