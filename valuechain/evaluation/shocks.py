"""Shocks: what is asked about on top of a chain, as a caller writes it."""

from __future__ import annotations

from collections.abc import Mapping

from valuechain.chain import ValueChain
from valuechain.errors import Text, UnknownIdError, UsageError

Shocks = str | Mapping[str, object] | None


def with_shocks(chain: ValueChain, shocks: Shocks) -> ValueChain:
    """Return the chain with shocks on top.

    Parameters
    ----------
    chain : ValueChain
    shocks : str, mapping or None
        A scenario's name; or a mapping whose keys are a department or service
        id (own time added once per delivery) or a full field path (set).

    Raises
    ------
    UnknownIdError, SchemaError
        If a name, id or path is not there, or a value cannot be.

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(departments={"it": {}}, customers={"shop": {}},
    ...                    services=[{"provider": "it", "client": "shop", "takes": "1 h"}])
    >>> with_shocks(chain, {"it": "3 d", "services.it>shop.quality": 0.7}).changes[0].delay
    {'it': Duration(value=3.0, unit='d')}
    """
    if shocks is None:
        return chain
    if isinstance(shocks, str):
        return chain.with_scenario(shocks)
    if not isinstance(shocks, Mapping):
        raise UsageError(
            Text(
                "shocks: a scenario's name, or a mapping such as {'it': '3 d'}",
                "shocks: el nombre de un escenario, o un mapa como {'it': '3 d'}",
            )
        )
    known = {*chain.departments, *chain.customers, *(service.id for service in chain.services)}
    delay = {key: value for key, value in shocks.items() if key in known}
    paths = {key: value for key, value in shocks.items() if key not in known}
    for path in paths:
        if "." not in path:
            what = Text("department or service", "departamento o servicio")
            raise UnknownIdError(what, path, sorted(known), chain.names())
    return chain.with_changes(paths, delay=delay)


__all__ = ["Shocks", "with_shocks"]
