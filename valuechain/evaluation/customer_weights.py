"""How several customers become one figure: by revenue, else by volume, else equally."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from valuechain.chain import ValueChain
from valuechain.errors import Text, UnknownIdError
from valuechain.network import ChainArrays
from valuechain.network.arrays import BoolArray, FloatArray


class CustomerWeights(NamedTuple):
    """Weights of customers, `(C,)`, that add up to 1, and what they go by."""

    weight: FloatArray
    by: Text


def buyers(chain: ValueChain) -> BoolArray:
    """Return which customers buy, `(C,)`: suppliers, investors and regulators bring no revenue."""
    others = ("supplier", "investor", "regulator")
    return np.array([chain.customers[c].kind not in others for c in sorted(chain.customers)])


def customer_weights(
    arrays: ChainArrays,
    customer: str | None = None,
    buys: BoolArray | None = None,
    names: Callable[[], Mapping[str, str]] | None = None,
) -> CustomerWeights:
    """Return the weight of each customer that is served in a verb over several customers.

    Parameters
    ----------
    arrays : ChainArrays
    customer : str, optional
        Only this one counts.
    buys : ndarray of bool, shape (C,), optional
        Who brings revenue; absent: everybody. By revenue, the others weigh nothing.
    names : callable, optional
        Returns what people call customers, by id; asked where somebody is not found by an id.

    Raises
    ------
    UnknownIdError
        If there is no such customer.
    """
    ids = arrays.customer_ids
    D, C = len(arrays.department_ids), len(ids)
    if customer is not None:
        if customer not in ids:
            raise UnknownIdError(Text("customer", "cliente"), customer, ids, names and names())
        weight = np.zeros(C)
        weight[ids.index(customer)] = 1.0
        return CustomerWeights(weight, Text("one customer", "un solo cliente"))
    outside = np.flatnonzero(arrays.client >= D)
    to = arrays.client[outside] - D
    served = np.bincount(to, minlength=C) > 0
    volume = np.bincount(to, arrays.volume[outside], minlength=C)
    paying = served if buys is None else served & buys
    for values, who, by in (
        (arrays.customer_revenue, paying, Text("by revenue", "por ingresos")),
        (volume, served, Text("by volume", "por volumen")),
    ):
        known = values[who]
        if known.size and not np.isnan(known).any() and known.sum() > 0:
            weight = np.where(who, values, 0.0)
            return CustomerWeights(weight / weight.sum(), by)
    weight = served.astype(float)
    return CustomerWeights(weight / max(weight.sum(), 1.0), Text("each alike", "por igual"))
