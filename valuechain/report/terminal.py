"""What the command line prints: aligned tables, and chains as readable text."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence

from valuechain.analyzers import BottlenecksResult, DominoResult, StructureResult
from valuechain.chain import ValueChain
from valuechain.errors import Issue, Text
from valuechain.report.evidence import evidence_of
from valuechain.report.paragraph import evidence
from valuechain.report.story import sla_hours
from valuechain.report.voice import NO_BREAK, Voice, shown_name
from valuechain.report.words.bottlenecks import OUTCOMES, whose
from valuechain.report.words.domino import hit_customers
from valuechain.report.words.records import Record
from valuechain.report.words.structure import structure_words

DEPARTMENT = Text("department", "departamento")
GAIN = Text("falls by", "baja en")
LATE_THEN = Text("late then", "tarde entonces")
CRITICAL = Text("sets the time of", "marca el plazo de")
VERDICT = Text("verdict", "veredicto")
ABOUT = Text("{outcome}{whom}: {total}", "{outcome}{whom}: {total}")
CUSTOMER = Text("customer", "cliente")
SERVICE = Text("service", "servicio")
LATE = Text("late", "tarde")
SATISFIED = Text("satisfied", "satisfechos")
WAVE = Text("wave", "oleada")
ADDED = Text("added", "se añade")
ABSORBED = Text("absorbed", "se absorbe")
HIT = Text("hit", "afecta a")
MEAN = Text("mean time", "plazo medio")
PROMISE = Text("promises {time}", "promete {time}")
NO_PROMISE = Text("promises no time", "no promete plazo")
NO_TIME = Text("not measured", "sin medir")
FINE = Text("No fault, no doubt.", "Sin errores ni dudas.")
DOUBTS = Text("Doubtful:", "Dudoso:")
VERDICTS = {
    "bottleneck": Text("bottleneck", "cuello de botella"),
    "affected by others": Text("affected by others", "le afectan otros"),
    "no measurable effect on customers": Text(
        "no measurable effect on customers", "sin efecto medible en clientes"
    ),
    "healthy": Text("healthy", "sano"),
    "not measured": Text("not measured", "sin medir"),
}


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> str:
    """Return a table with aligned columns; those in `right` (counted from 0) end in line.

    Examples
    --------
    >>> print(table(["who", "late"], [["IT", "4%"]], right=[1]))
    who  late
    IT     4%
    """
    lines = [list(line) for line in ([head] if head else []) + list(rows)]
    widths = [max(map(width_of, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            _padded(cell, width, place in right)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _padded(cell: str, width: int, right: bool) -> str:
    blank = " " * (width - width_of(cell))
    return blank + cell if right else cell + blank


def width_of(text: str) -> int:
    """Return the columns a text takes on a terminal: wide letters two, marks none.

    Examples
    --------
    >>> width_of("TI"), width_of("設計")
    (2, 4)
    """
    return sum(
        0
        if unicodedata.combining(char) or unicodedata.category(char) == "Cf"
        else 2
        if unicodedata.east_asian_width(char) in "WF"
        else 1
        for char in text
    )


def check_text(
    chain: ValueChain, structure: StructureResult, doubts: Sequence[Issue], voice: Voice
) -> str:
    """Return what is doubtful in a chain, its shape, and how much of it is measured."""
    lines = [shown_name(chain.name)] if chain.name else []
    lines.append(" ".join(structure_words(structure, voice)))
    lines.append(evidence(evidence_of(chain), structure.provenance, voice))
    if doubts:
        lines += ["", voice.say(DOUBTS), *(f"- {doubt.text(voice.lang)}" for doubt in doubts)]
    else:
        lines.append(voice.say(FINE))
    return "\n".join(lines)


def chain_text(chain: ValueChain, voice: Voice) -> str:
    """Return who serves whom, and what is promised."""
    return "\n".join(_chain_lines(chain.in_force(), voice))


def _chain_lines(chain: ValueChain, voice: Voice) -> Iterator[str]:
    if chain.name:
        yield shown_name(chain.name)
        yield ""
    timed = set(evidence_of(chain).timed)
    for provider in (*chain.departments, *chain.customers):
        rows = []
        for service in (s for s in chain.services if s.provider == provider):
            hours = sla_hours(chain, service.id)
            promise = voice.say(NO_PROMISE)
            if hours is not None:
                promise = voice.say(PROMISE, time=voice.time(hours))
            measured = "" if service.id in timed else f"({voice.say(NO_TIME)})"
            what = voice.name(service.id) if service.name else ""
            rows.append(["  ->", voice.name(service.client), what, promise, measured])
        if rows:
            yield voice.name(provider)
            yield table([], rows)
            yield ""


def ranking_text(ranking: BottlenecksResult, voice: Voice) -> str:
    """Return which department to fix first, as a table under what is to fall."""
    outcome = voice.say(OUTCOMES[ranking.outcome])
    total = _amount(ranking.total, ranking, voice)
    about = voice.say(ABOUT, outcome=outcome, whom=whose(ranking, voice), total=total)
    rows = []
    for record in ranking.to_records():
        late = record["breach_if_fixed"]
        rows.append(
            [
                str(record["rank"]),
                voice.name(record["id"]),
                _amount(record["fix_only_this"], ranking, voice),
                "-" if late is None else voice.percent(late),
                voice.percent(record["criticality_index"]),
                voice.say(VERDICTS[record["verdict"]]),
            ]
        )
    head = ["", *(voice.say(word) for word in (DEPARTMENT, GAIN, LATE_THEN, CRITICAL, VERDICT))]
    return f"{about[0].upper()}{about[1:]}\n\n{table(head, rows, right=(0, 2, 3, 4))}"


def _amount(value: float, ranking: BottlenecksResult, voice: Voice) -> str:
    if ranking.unit == "share":
        return voice.percent(value)
    # Below a thousandth of all there is, seconds would only look exact.
    return str(voice.time(value)) if abs(value) > 1e-3 * abs(ranking.total) else "0"


def domino_text(result: DominoResult, voice: Voice) -> str:
    """Return two tables: what each customer feels, and wave by wave which services move."""
    customers = [
        [
            voice.name(r["id"]),
            *(_arrow(r, name, voice) for name in ("breach", "mean_hours", "csat")),
        ]
        for r in hit_customers(result)
    ]
    services = [
        [
            str(record["wave"]),
            _route(record["id"], voice),
            _signed(record["added_hours"], voice),
            _signed(-record["absorbed_hours"], voice),
            voice.percent(record["hit_probability"]),
        ]
        for record in result.to_records("waves")
        if record["hit_probability"] > 0 or record["absorbed_hours"] > 0 or record["added_hours"]
    ]
    parts = []
    if customers:
        head = [voice.say(word) for word in (CUSTOMER, LATE, MEAN, SATISFIED)]
        parts.append(table(head, customers))
    if services:
        head = [voice.say(word) for word in (WAVE, SERVICE, ADDED, ABSORBED, HIT)]
        parts.append(table(head, services, right=(0, 2, 3, 4)))
    return "\n\n".join(parts)


def _arrow(record: Record, outcome: str, voice: Voice) -> str:
    """Return a figure before and after."""
    was, now = record[f"{outcome}_before"], record[f"{outcome}_after"]
    if was is None or now is None:
        return "-"
    both = voice.times(was, now) if outcome == "mean_hours" else voice.percents(was, now)
    first, second = (str(part) for part in both)
    return first if first == second else f"{first} -> {second}"


def _signed(hours: float, voice: Voice) -> str:
    if hours == 0:
        return "-"
    sign = "+" if hours > 0 else "\N{MINUS SIGN}"
    return f"{sign}{voice.time(abs(hours))}".replace(NO_BREAK, " ")


def _route(service_id: str, voice: Voice) -> str:
    provider, _, rest = service_id.partition(">")
    route = f"{voice.name(provider)} -> {voice.name(rest.partition(':')[0])}"
    return f"{route}: {voice.name(service_id)}" if service_id in voice.labels else route
