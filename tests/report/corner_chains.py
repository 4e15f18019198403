"""Small chains in which something is missing, equal or impossible; results made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from valuechain import BottlenecksResult, DelayResult, ValueChain
from valuechain.errors import Text
from valuechain.results import Column, Provenance, Table

HOSTILE = "<script>alert('x')</script> & \"Co\" {0} %s \N{RIGHT-TO-LEFT OVERRIDE}evil\nline"
ARABIC = 'متاجر "التجزئة"'


def service(provider: str, client: str, **fields: Any) -> dict[str, Any]:
    return {"provider": provider, "client": client, **fields}


def make(
    *services: dict[str, Any],
    departments: Mapping[str, str],
    customers: Mapping[str, str],
    **fields: Any,
) -> ValueChain:
    """A chain from services and the names of who gives and receives them."""
    return ValueChain(
        departments={any_id: {"name": name} for any_id, name in departments.items()},
        customers={any_id: {"name": name} for any_id, name in customers.items()},
        services=list(services),
        **fields,
    )


TWO = {"design": "Diseño", "sales": "Ventas"}
SHOP = {"shop": "Tiendas"}

CHAINS: dict[str, ValueChain] = {
    "late": make(
        service("design", "sales", takes="4 d", sla="3 d"),
        service("sales", "shop", takes="2 h", sla="4 d"),
        departments=TWO,
        customers=SHOP,
    ),
    "nobody late": make(
        service("design", "sales", takes="1 d", sla="2 d"),
        service("sales", "shop", takes="2 h", sla="4 d"),
        departments=TWO,
        customers=SHOP,
    ),
    "no promises": make(
        service("design", "sales", takes="1 d"),
        service("sales", "shop", takes="2 h"),
        departments=TWO,
        customers=SHOP,
    ),
    "one department": make(
        service("sales", "shop", takes="3 d", sla="1 d"),
        departments={"sales": "Ventas"},
        customers=SHOP,
    ),
    "nothing measured": make(
        service("design", "sales", sla="1 d"),
        service("sales", "shop", sla="1 d"),
        departments=TWO,
        customers=SHOP,
    ),
    "not served": make(
        service("sales", "shop", takes="1 d", sla="2 d"),
        departments={"sales": "Ventas"},
        customers={**SHOP, "other": "Otros"},
    ),
    "tie": make(
        service("a", "sales", takes={"mean": "1 d"}, sla="1 d"),
        service("b", "sales", takes={"mean": "1 d"}, sla="1 d"),
        service("sales", "shop", takes="1 h", sla="2 d"),
        departments={"a": "Informática", "b": "Higiene", "sales": "Ventas"},
        customers=SHOP,
    ),
    "two as late": make(
        service("a", "sales", takes="3 d", sla="1 d"),
        service("b", "sales", takes="3 d", sla="1 d"),
        service("sales", "shop", takes="1 h", sla="2 d"),
        departments={"a": "A", "b": "B", "sales": "Ventas"},
        customers=SHOP,
    ),
    "late from outside": make(
        service("mill", "sales", takes="5 d", sla="1 d"),
        service("sales", "shop", takes="1 h", sla="2 d"),
        departments={"sales": "Ventas"},
        customers={**SHOP, "mill": "Molino"},
    ),
    "no promise inside": make(
        service("design", "sales", takes={"median": "1 d", "p90": "4 d"}),
        service("sales", "shop", takes="1 h", sla="2 d"),
        departments=TWO,
        customers=SHOP,
    ),
    "loop": make(
        service("design", "sales", takes={"median": "4 h", "p90": "2 d"}, sla="1 d", need=0.5),
        service("sales", "design", takes="2 h", sla="4 h", need=0.5),
        service("sales", "shop", takes="1 h", sla="1 d"),
        departments=TWO,
        customers=SHOP,
    ),
    "hostile names": make(
        service("design", "sales", takes="4 d", sla="3 d", name=HOSTILE),
        service("sales", "shop", key="a", takes="2 h", sla="4 d", name=HOSTILE),
        service("sales", "shop", key="b", takes="2 h", sla="4 d", name="設計 🎉"),
        departments={"design": HOSTILE, "sales": ARABIC},
        customers={"shop": HOSTILE},
        name=HOSTILE,
        currency="<b>€",
    ),
    "long names": make(
        service("design", "sales", takes="4 d", sla="3 d", name="a b c d e f g h " * 20),
        service("sales", "shop", key="a", takes="2 h", sla="4 d", name="x " * 200),
        service("sales", "shop", key="b", takes="2 h", sla="4 d", name="y " * 200),
        departments={"design": "i j k l m n o p q r s t " * 9, "sales": "W" * 300},
        customers={"shop": "u v w x y z " * 30},
    ),
}


def table(level: str, units: Mapping[str, str], rows: Mapping[str, tuple[Any, ...]]) -> Table:
    """A table of a result; a column of shares, hours or words by its unit."""
    columns = tuple(Column(name, unit, "") for name, unit in units.items())
    data = {
        name: np.array(
            [row[place] for row in rows.values()],
            dtype=float if units[name] in ("share", "hours") else object,
        )
        for place, name in enumerate(units)
    }
    return Table(level, tuple(rows), columns, data)


def provenance(measured: int, hand_offs: int) -> Provenance:
    return Provenance("test", "1", "f" * 16, 0, 1000, measured, hand_offs, {}, {})


SERVICE_UNITS = {
    "p50_hours": "hours",
    "p90_hours": "hours",
    "own_mean_hours": "hours",
    "criticality_index": "share",
    "breach": "share",
}
CUSTOMER_UNITS = {
    "mean_hours": "hours",
    "p90_hours": "hours",
    "mean_late_hours": "hours",
    "breach": "share",
}


def delay_result(
    services: Mapping[str, tuple[float, ...]],
    customers: Mapping[str, tuple[float, ...]],
    measured: int,
    hand_offs: int,
) -> DelayResult:
    """Arrivals as someone might have found them."""
    return DelayResult(
        tables={
            "services": table("services", SERVICE_UNITS, services),
            "customers": table("customers", CUSTOMER_UNITS, customers),
        },
        provenance=provenance(measured, hand_offs),
        labels={},
    )


def ranking_result(
    departments: Mapping[str, tuple[Any, ...]],
    services: Mapping[str, tuple[Any, ...]],
    total: float,
    customer: str | None,
) -> BottlenecksResult:
    """A ranking: fix_only_this, breach_if_fixed, criticality, internal score, verdict."""
    rows = {d: (float(place), *row) for place, (d, row) in enumerate(departments.items(), start=1)}
    units = {
        "rank": "hours",
        "fix_only_this": "share",
        "breach_if_fixed": "share",
        "criticality_index": "share",
        "internal_score": "share",
        "verdict": "word",
    }
    hand_offs = {"provider": "id", "client": "id", "criticality_index": "share", "breach": "share"}
    return BottlenecksResult(
        tables={
            "departments": table("departments", units, rows),
            "services": table("services", hand_offs, services),
        },
        provenance=provenance(1, 1),
        labels={},
        outcome="breach",
        unit="share",
        total=total,
        breach=total,
        weighted=Text("by revenue", "por ingresos"),
        customer=customer,
    )
