"""What the bottleneck map shows: the shape of a result, not its class.

Whoever has values on departments and on services can have a picture: a node per
department or customer, an edge per service, and nothing of how they were computed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from valuechain.errors import Lang, Text, UsageError, shown

# More cannot be read, nor laid out in seconds.
MOST_NODES = 100
MOST_ARROWS = 300
SHOWN_NODES = Text(
    "{} of {} departments and customers shown.", "Se muestran {} de {} departamentos y clientes."
)
SHOWN_ARROWS = Text(
    "{} of {} arrows between them shown.", "Se muestran {} de {} flechas entre ellos."
)


@dataclass(frozen=True)
class Node:
    """A department or an external customer.

    Attributes
    ----------
    id : str
        Unique in the map.
    label : str
        The name people know, in any script; it is wrapped to fit.
    kind : {"department", "customer"}
        Customers have their own shape, and stand on the right unless they provide, too.
    value : float or None
        What this node causes, in `MapData.unit`; None means not measured for a department,
        and nothing to show for a customer.
    rank : int or None
        1 for whoever causes most; shown in a badge.
    note : str
        A short extra line in the box.
    """

    id: str
    label: str
    kind: Literal["department", "customer"] = "department"
    value: float | None = None
    rank: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Edge:
    """A service, or several of one pair.

    Attributes
    ----------
    provider, client : str
        Ids of nodes.
    weight : float
        How much it matters, from 0: the arrow's width, relative to the largest of the map.
    highlighted : bool
        One of the few to look at: drawn strong, and only then with its `label`.
    label : str
        Words or a figure on the arrow.
    count : int
        How many services the arrow stands for.
    measured : bool
        False: grey, with a question mark.
    late : bool
        True: marked with a clock.
    """

    provider: str
    client: str
    weight: float = 0.0
    highlighted: bool = False
    label: str = ""
    count: int = 1
    measured: bool = True
    late: bool = False

    @property
    def pair(self) -> tuple[str, str]:
        """Provider and client."""
        return self.provider, self.client


@dataclass(frozen=True)
class MapData:
    """Everything `draw_bottleneck_map` draws.

    Attributes
    ----------
    nodes : tuple of Node
        At least one.
    edges : tuple of Edge
        Several edges of one pair become one arrow.
    value_label : str
        What `Node.value` is, in the language of the readers ("hours late caused").
    unit : str
        Written behind each value. With ``"%"`` the values are shares, -1..1, written as
        percentages.
    title : str
        The message of the picture, as a sentence.
    lang : {"en", "es"}
        Language of the legend and of the numbers.
    weight_label : str
        What `Edge.weight` is; weights are shares, written as percentages in the legend.
    caption : str
        Small print under the legend, e.g. how much was measured.

    Raises
    ------
    UsageError
        No node; an id twice; an edge from or to nowhere, or to its own provider; a number that
        is NaN or infinite, a negative weight, a count or rank below 1, or a share outside -1..1.

    Examples
    --------
    >>> data = MapData(
    ...     nodes=(Node("it", "TI", value=3.5, rank=1), Node("shop", "Tiendas", "customer")),
    ...     edges=(Edge("it", "shop", weight=0.6, late=True),),
    ...     value_label="horas de retraso", unit="h", title="TI llega tarde.", lang="es")
    >>> [edge.pair for edge in data.arrows()]
    [('it', 'shop')]
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    value_label: str = ""
    unit: str = ""
    title: str = ""
    lang: Lang = "en"
    weight_label: str = ""
    caption: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", tuple(self.nodes))
        object.__setattr__(self, "edges", tuple(self.edges))
        if not self.nodes:
            raise UsageError(Text("a map needs a node", "un mapa necesita un nodo"))
        known: set[str] = set()
        for node in self.nodes:
            if node.id in known:
                _refuse(
                    node.id, "is there twice; ids are unique", "está dos veces; los id son únicos"
                )
            known.add(node.id)
            _check_node(node, self.unit)
        for edge in self.edges:
            _check_edge(edge, known)

    def arrows(self) -> tuple[Edge, ...]:
        """Return one edge per pair, sorted by pair.

        Parallel edges share an arrow: counts add up, the largest weight sets the width, the
        labels of the highlighted ones are joined, and it counts as measured if one of them is.
        """
        pairs: dict[tuple[str, str], list[Edge]] = {}
        for edge in self.edges:
            pairs.setdefault(edge.pair, []).append(edge)
        return tuple(_merge(pairs[pair]) for pair in sorted(pairs))

    def focused(self, most: int = MOST_NODES) -> MapData:
        """Return a map of at most `most` nodes and `MOST_ARROWS` arrows, which says what it omits.

        Kept are, in this order: nodes by rank, ends of highlighted edges, nodes by the size of
        their value, the rest by id; and of the arrows between them the highlighted and heaviest.
        A map that is small enough comes back as it is.

        Examples
        --------
        >>> nodes = tuple(Node(f"d{i}", f"D{i}", value=float(i)) for i in range(9))
        >>> small = MapData(nodes=nodes).focused(2)
        >>> [node.id for node in small.nodes], small.caption
        (['d7', 'd8'], '2 of 9 departments and customers shown.')
        """
        pointed = {end for edge in self.edges if edge.highlighted for end in edge.pair}

        def importance(node: Node) -> tuple[bool, int, bool, float, str]:
            no_rank, size = node.rank is None, abs(node.value or 0.0)
            return no_rank, node.rank or 0, node.id not in pointed, -size, node.id

        kept = {node.id for node in sorted(self.nodes, key=importance)[:most]}
        between = [edge for edge in self.edges if kept.issuperset(edge.pair)]
        pairs = {edge.pair: edge for edge in replace(self, edges=tuple(between)).arrows()}
        heavy = sorted(pairs, key=lambda p: (not pairs[p].highlighted, -pairs[p].weight, p))
        drawn = set(heavy[:MOST_ARROWS])
        caption = [self.caption] if self.caption else []
        if len(kept) < len(self.nodes):
            caption.append(SHOWN_NODES.say(self.lang).format(len(kept), len(self.nodes)))
        if len(drawn) < len(pairs):
            caption.append(SHOWN_ARROWS.say(self.lang).format(len(drawn), len(pairs)))
        return replace(
            self,
            nodes=tuple(node for node in self.nodes if node.id in kept),
            edges=tuple(edge for edge in between if edge.pair in drawn),
            caption=" ".join(caption),
        )


def _merge(edges: list[Edge]) -> Edge:
    labels = dict.fromkeys(edge.label for edge in edges if edge.highlighted and edge.label)
    return Edge(
        *edges[0].pair,
        weight=max(edge.weight for edge in edges),
        highlighted=any(edge.highlighted for edge in edges),
        label=" · ".join(labels),
        count=sum(edge.count for edge in edges),
        measured=any(edge.measured for edge in edges),
        late=any(edge.late for edge in edges),
    )


def _check_node(node: Node, unit: str) -> None:
    if node.value is not None:
        if not math.isfinite(node.value):
            _refuse(
                node.id,
                f"has the value {node.value}; give a finite number, or None for not measured",
                f"tiene el valor {node.value}; dé un número finito, o None si no está medido",
            )
        if unit == "%" and abs(node.value) > 1:
            _refuse(
                node.id,
                f"has the value {node.value}; with the unit % values are shares, -1..1",
                f"tiene el valor {node.value}; con la unidad % los valores son partes, -1..1",
            )
    if node.rank is not None and node.rank < 1:
        _refuse(
            node.id,
            f"has rank {node.rank}; ranks start at 1",
            f"tiene el puesto {node.rank}; los puestos empiezan en 1",
        )


def _check_edge(edge: Edge, known: set[str]) -> None:
    name = f"{edge.provider}>{edge.client}"
    for end in edge.pair:
        if end not in known:
            _refuse(
                name,
                f"names {shown(end)}, which is no node",
                f"nombra {shown(end)}, que no es nodo",
            )
    if edge.provider == edge.client:
        _refuse(name, "serves itself", "se sirve a sí mismo")
    if not (math.isfinite(edge.weight) and edge.weight >= 0):
        _refuse(
            name,
            f"has weight {edge.weight}; weights are finite and not negative",
            f"tiene el peso {edge.weight}; los pesos son finitos y no negativos",
        )
    if edge.count < 1:
        _refuse(
            name,
            f"has count {edge.count}; it is at least 1",
            f"tiene la cuenta {edge.count}; es al menos 1",
        )


def _refuse(name: str, en: str, es: str) -> None:
    raise UsageError(Text(f"map: {shown(name)} {en}", f"mapa: {shown(name)} {es}"))
