"""Model <-> arrays <-> networkx; components and layers."""

from valuechain.network.arrays import ChainArrays, Family, Laws, Weights
from valuechain.network.build import to_arrays
from valuechain.network.components import Components, service_edges, strong_components
from valuechain.network.graph import from_networkx, to_networkx

__all__ = [
    "ChainArrays",
    "Components",
    "Family",
    "Laws",
    "Weights",
    "from_networkx",
    "service_edges",
    "strong_components",
    "to_arrays",
    "to_networkx",
]
