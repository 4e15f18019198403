"""The chain as a networkx graph and back: the view for people and for networkx.

Attributes of nodes and edges are the fields that were declared, by the names a
file uses; the edge key is the service id.
"""

from __future__ import annotations

from typing import Any

import networkx as nx
from pydantic import BaseModel

from valuechain.chain import ValueChain
from valuechain.errors import Issue, SchemaError, Text, as_found
from valuechain.model import Service

ROLE = "role"  # of a node: department or customer


def to_networkx(chain: ValueChain) -> nx.MultiDiGraph[str]:
    """Return departments and customers as nodes, services as edges provider -> client.

    Returns
    -------
    networkx.MultiDiGraph
        Node attribute `role` is ``"department"`` or ``"customer"``; all other
        attributes are the declared fields; the edge key is the service id; the
        chain's own fields are graph attributes.

    Examples
    --------
    >>> chain = ValueChain(
    ...     departments={"it": {"staff": 3}, "sales": {}}, customers={"shop": {}},
    ...     services=[{"provider": "it", "client": "sales", "sla": "4 h"},
    ...               {"provider": "sales", "client": "shop"}])
    >>> graph = to_networkx(chain)
    >>> graph.nodes["it"]
    {'role': 'department', 'staff': 3.0}
    >>> from_networkx(graph) == chain
    True
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    rooms = ("departments", "customers", "services")
    graph.graph.update(
        {name: value for name, value in _declared(chain).items() if name not in rooms}
    )
    for any_id, department in chain.departments.items():
        graph.add_node(any_id, **{ROLE: "department"}, **_declared(department))
    for any_id, customer in chain.customers.items():
        graph.add_node(any_id, **{ROLE: "customer"}, **_declared(customer))
    for service in chain.services:
        fields = _declared(service)
        del fields["provider"], fields["client"]
        graph.add_edge(service.provider, service.client, service.id)
        graph.edges[service.provider, service.client, service.id].update(fields)
    return graph


def from_networkx(graph: nx.MultiDiGraph[Any] | nx.DiGraph[Any]) -> ValueChain:
    """Return the chain of a graph such as `to_networkx` makes.

    Parameters
    ----------
    graph : networkx.DiGraph or networkx.MultiDiGraph
        Nodes with `role` ``"department"`` or ``"customer"`` (absent: a customer where
        nothing goes out, else a department); attributes are fields.

    Returns
    -------
    ValueChain

    Raises
    ------
    SchemaError
        With every issue at once.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.MultiDiGraph()
    >>> graph.add_edge("it", "sales", sla="4 h")
    0
    >>> graph.add_edge("sales", "shop", takes="1 h")
    0
    >>> from_networkx(graph)
    <ValueChain: 2 departments, 1 customer, 2 services>
    """
    if not graph.is_directed():
        found = Text("an undirected graph", "un grafo no dirigido")
        expected = Text("edges from provider to client", "aristas de proveedor a cliente")
        raise SchemaError([Issue((), found, expected)])
    departments: dict[str, Any] = {}
    customers: dict[str, Any] = {}
    for any_id, attributes in graph.nodes(data=True):
        fields = dict(attributes)
        role = fields.pop(ROLE, "department" if graph.out_degree(any_id) else "customer")
        if role not in ("department", "customer"):
            expected = Text("department or customer", "department o customer")
            raise SchemaError([Issue((str(any_id), ROLE), as_found(role), expected)])
        (departments if role == "department" else customers)[any_id] = fields
    services: list[Any] = [
        {**attributes, "provider": provider, "client": client}
        for provider, client, attributes in graph.edges(data=True)
    ]
    parts = {"departments": departments, "customers": customers, "services": services}
    chain: ValueChain = ValueChain(**graph.graph, **parts)
    return chain


def _declared(entry: BaseModel) -> dict[str, Any]:
    """Return the declared fields by the names a file uses, in the order of the class."""
    aliases = {"for_": "for"} if isinstance(entry, Service) else {}
    return {
        aliases.get(name, name): getattr(entry, name)
        for name in type(entry).model_fields
        if name in entry.model_fields_set and getattr(entry, name) is not None
    }
