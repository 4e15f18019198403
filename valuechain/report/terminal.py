"""What the command line prints: aligned tables, and chains as readable text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from valuechain.analyzers import BottlenecksResult, DelayResult, OutcomesResult
from valuechain.chain import ValueChain
from valuechain.errors import Text
from valuechain.quantities import base_of
from valuechain.report.voice import Voice

DEPARTMENT = Text("department", "departamento")
GAIN = Text("gain if fixed", "mejora si se arregla")
LATE_THEN = Text("late then", "tarde entonces")
CRITICAL = Text("sets the time of", "marca el plazo de")
VERDICT = Text("verdict", "veredicto")
CUSTOMER = Text("customer", "cliente")
SERVICE = Text("service", "servicio")
LATE = Text("late", "tarde")
SATISFIED = Text("satisfied", "satisfechos")
MEAN = Text("mean time", "plazo medio")
BEFORE_AFTER = Text("{before} -> {after}", "{before} -> {after}")
SERVES = Text("serves", "sirve a")
PROMISE = Text("promises", "promete")
NO_PROMISE = Text("no promise", "sin promesa")
NOTHING_MOVES = Text("Nothing reaches a customer.", "Nada llega a ningún cliente.")
VERDICTS = {
    "bottleneck": Text("bottleneck", "cuello de botella"),
    "affected by others": Text("affected by others", "le afectan otros"),
    "no measurable effect on customers": Text(
        "no measurable effect on customers", "sin efecto medible en clientes"
    ),
    "healthy": Text("healthy", "sano"),
    "not measured": Text("not measured", "sin medir"),
}
MOVES = 1e-9  # a smaller difference of paired runs is none


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table with aligned columns.

    Examples
    --------
    >>> print(table(["who", "late"], [["IT", "4%"]]))
    who  late
    IT   4%
    """
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(_width(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    """Return the columns a text takes: wide letters two, marks none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def chain_text(chain: ValueChain, voice: Voice) -> str:
    """Return who serves whom, and what is promised."""
    return "\n".join(_chain_lines(chain, voice))


def _chain_lines(chain: ValueChain, voice: Voice) -> Iterator[str]:
    yield chain.name or repr(chain)
    for any_id in (*chain.departments, *chain.customers):
        given = [service for service in chain.services if service.provider == any_id]
        if not given:
            continue
        yield ""
        yield f"{voice.name(any_id)} {voice.say(SERVES)}"
        for service in given:
            promise = voice.say(NO_PROMISE)
            if service.sla is not None:
                hours = base_of(service.sla).hours(chain.calendar)
                promise = f"{voice.say(PROMISE)} {voice.time(hours)}"
            what = f" «{service.name}»" if service.name else ""
            yield f"  -> {voice.name(service.client)}{what}, {promise}"


def ranking_text(ranking: BottlenecksResult, voice: Voice) -> str:
    """Return which department to fix first, as a table."""
    share = ranking.unit == "share"
    head = ["", DEPARTMENT, GAIN, LATE_THEN, CRITICAL, VERDICT]
    rows = []
    for record in ranking.to_records():
        gain = record["fix_only_this"]
        late = record["breach_if_fixed"]
        rows.append(
            [
                str(record["rank"]),
                voice.name(record["id"]),
                voice.percent(gain) if share else str(voice.time(gain)) if gain else "0",
                "-" if late is None else voice.percent(late),
                voice.percent(record["criticality_index"]),
                voice.say(VERDICTS[record["verdict"]]),
            ]
        )
    return table([word if isinstance(word, str) else voice.say(word) for word in head], rows)


def domino_text(
    before: tuple[DelayResult, OutcomesResult],
    after: tuple[DelayResult, OutcomesResult],
    voice: Voice,
) -> str:
    """Return the difference of two runs: what each customer feels, and who is hit inside."""
    customers = []
    for was, now in zip(before[1].to_records(), after[1].to_records(), strict=True):
        if was["mean_hours"] is None or not _moves(was, now):
            continue
        customers.append(
            [
                voice.name(was["id"]),
                _change(was["breach"], now["breach"], voice.percent),
                _change(was["mean_hours"], now["mean_hours"], lambda hours: str(voice.time(hours))),
                _change(was["csat"], now["csat"], voice.percent),
            ]
        )
    if not customers:
        return voice.say(NOTHING_MOVES)
    head = [voice.say(word) for word in (CUSTOMER, LATE, MEAN, SATISFIED)]
    services = []
    for was, now in zip(
        before[0].to_records("services"), after[0].to_records("services"), strict=True
    ):
        added = now["mean_hours"] - was["mean_hours"]
        if added > MOVES:
            services.append((added, was["id"], was, now))
    services.sort(key=lambda row: (-row[0], row[1]))
    rows = [
        [
            _service(service_id, voice),
            f"+{voice.time(added)}",
            _change(was["breach"], now["breach"], voice.percent),
        ]
        for added, service_id, was, now in services
    ]
    inside = table([voice.say(SERVICE), voice.say(MEAN), voice.say(LATE)], rows)
    return f"{table(head, customers)}\n\n{inside}"


def _moves(was: dict[str, float | None], now: dict[str, float | None]) -> bool:
    return any(
        isinstance(was[key], float) and abs((now[key] or 0.0) - (was[key] or 0.0)) > MOVES
        for key in ("breach", "mean_hours", "csat")
    )


def _change(was: float | None, now: float | None, write: object) -> str:
    if was is None or now is None or not callable(write):
        return "-"
    first, second = write(was), write(now)
    return f"{first} -> {second}" if first != second else str(first)


def _service(service_id: str, voice: Voice) -> str:
    provider, _, rest = service_id.partition(">")
    client = rest.partition(":")[0]
    name = voice.labels.get(service_id)
    what = f" «{voice.name(service_id)}»" if name else ""
    return f"{voice.name(provider)} > {voice.name(client)}{what}"
