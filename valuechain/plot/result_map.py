"""From the shape of a result to a map: values on departments, weights on services.

Any result with a level of departments and a level of services can be drawn, whatever its class.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from valuechain.errors import Lang, Text, UsageError
from valuechain.plot.bottleneck_map import draw_bottleneck_map
from valuechain.plot.map_data import Edge, MapData, Node
from valuechain.plot.result_contributions import adds_up, plot_contributions
from valuechain.plot.result_tornado import moves_an_answer, plot_tornado
from valuechain.plot.result_trajectories import goes_on, plot_trajectories
from valuechain.plot.result_waves import plot_waves, runs_in_waves
from valuechain.plot.words import drawn_unit
from valuechain.results import Result, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The first column that a result has gives the values, or the weights.
VALUES = {
    "fix_only_this": Text("What customers gain if it alone keeps to plan",
                          "Lo que ganan los clientes si solo ella cumple su plan"),
    "morale_loss": Text("Morale lost", "Moral perdida"),
    "mean_ready_hours": Text("Waits for its inputs", "Espera lo que necesita"),
}  # fmt: skip
WEIGHTS = {
    "criticality_index": Text("Sets the customer's lead time", "Marca el plazo del cliente"),
    "dissatisfied": Text("Dissatisfies", "Deja insatisfecho"),
}
LATE = 0.2  # from one delivery in five after its promise, an arrow carries the clock
HIGHLIGHTED = 5


def plot_result(result: Result, ax: Axes | None = None, lang: Lang = "es") -> Axes:
    """Draw a result as waves, a map, a waterfall or a tornado; returns matplotlib Axes.

    Raises
    ------
    UsageError
        If the result has no values on departments and services to draw.
    """
    if runs_in_waves(result):
        return plot_waves(result, ax, lang)
    if adds_up(result):
        return plot_contributions(result, ax, lang)
    if moves_an_answer(result):
        return plot_tornado(result, ax, lang)
    if goes_on(result):
        return plot_trajectories(result, ax, lang)
    return draw_bottleneck_map(map_of(result, lang), ax)


def map_of(result: Result, lang: Lang = "es", title: str | None = None) -> MapData:
    """Return the map of a result with values on departments and services.

    Parameters
    ----------
    result : Result
    lang : {"es", "en"}
    title : str, optional
        A sentence; absent: the title of the result.

    Raises
    ------
    UsageError
        If the result has no such levels or columns.
    """
    if not {"departments", "services"} <= set(result.tables):
        raise _nothing_to_draw(result)
    departments, services = result.table("departments"), result.table("services")
    value, weight = _first(departments, VALUES), _first(services, WEIGHTS)
    if value is None or weight is None:
        raise _nothing_to_draw(result)
    edges = _edges(services, weight, departments, value)
    inside = set(departments.ids)
    outside = dict.fromkeys(
        end for edge in edges for end in (edge.provider, edge.client) if end not in inside
    )
    nodes = [
        Node(
            record["id"],
            result.label(record["id"]),
            value=None if record.get("verdict") == "not measured" else record[value],
            rank=record.get("rank") if record[value] else None,
        )
        for record in departments.records()
    ]
    nodes += [Node(any_id, result.label(any_id), kind="customer") for any_id in outside]
    unit = next(column.unit for column in departments.columns if column.name == value)
    return MapData(
        nodes=tuple(nodes),
        edges=tuple(edges),
        value_label=VALUES[value].say(lang),
        unit=drawn_unit(unit, [node.value or 0.0 for node in nodes]),
        title=result.title.say(lang) if title is None else title,
        lang=lang,
        weight_label=WEIGHTS[weight].say(lang),
    )


def _first(table: Table, names: Mapping[str, Text]) -> str | None:
    present = {column.name for column in table.columns}
    return next((name for name in names if name in present), None)


def _edges(services: Table, weight: str, departments: Table, value: str) -> list[Edge]:
    records = services.records()
    first = departments.ids[0] if departments.ids and departments.column(value)[0] > 0 else None
    strongest = sorted(records, key=lambda r: (-(r[weight] or 0.0), r["id"]))
    marked = {record["id"] for record in strongest[:HIGHLIGHTED] if record[weight]}
    edges = []
    for record in records:
        provider, client = _ends(record["id"])
        edges.append(
            Edge(
                provider,
                client,
                weight=record[weight] or 0.0,
                highlighted=record["id"] in marked or (provider == first and bool(record[weight])),
                measured=bool(record.get("measured", True)),
                late=_late(record),
            )
        )
    return edges


def _late(record: Mapping[str, Any]) -> bool:
    share = record.get("breach", record.get("late"))
    return share is not None and share >= LATE


def _ends(service_id: str) -> tuple[str, str]:
    """Return provider and client of ``provider>client:key``."""
    provider, _, rest = service_id.partition(">")
    return provider, rest.partition(":")[0]


def _nothing_to_draw(result: Result) -> UsageError:
    name = type(result).__name__
    return UsageError(
        Text(
            f"{name} has no values on departments and services to draw",
            f"{name} no tiene valores por departamento y servicio que dibujar",
        )
    )
