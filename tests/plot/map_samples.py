"""Maps of every awkward kind, made from a seed."""

from __future__ import annotations

import random
from dataclasses import replace

from valuechain.plot import Edge, MapData, Node

NAMES = (
    "Dirección", "Recursos Humanos", "TI", "Compras", "Finanzas", "Legal", "Diseño", "Marketing",
    "Ventas", "Atención al cliente", "Logística", "Almacén central", "Producción", "Calidad",
    "Mantenimiento", "Investigación y desarrollo", "Ingeniería de producto", "Planificación",
    "Facturación y cobros", "Formación", "Comunicación interna", "Datos y analítica",
    "Soporte técnico de segundo nivel", "Seguridad y salud", "Administración de ventas",
    "Comercio electrónico", "Postventa", "Expansión", "Sostenibilidad", "Tesorería",
)  # fmt: skip
CUSTOMERS = (
    "Minoristas", "Consumidores", "Grandes cuentas", "Inversores", "Regulador", "Socios",
    "Cliente potencial",
)  # fmt: skip


def three() -> MapData:
    """Design is late, so Marketing and Sales are: the domino in three departments."""
    return MapData(
        nodes=(
            Node("design", "Diseño", value=9.6, rank=1),
            Node("marketing", "Marketing", value=1.2, rank=2),
            Node("sales", "Ventas", value=0.0, rank=3),
            Node("prospect", "Cliente potencial", "customer", note="4 de cada 10 tarde"),
        ),
        edges=(
            Edge("design", "marketing", 0.61, True, "entrega en 4 d lo que promete en 3 d",
                 late=True),
            Edge("marketing", "sales", 0.3, late=True),
            Edge("sales", "prospect", 0.8, True, "40 % tarde", late=True),
            Edge("sales", "prospect", 0.1),
        ),
        value_label="Horas de retraso que causa",
        unit="h",
        title="Si Diseño cumpliera su plazo, los pedidos tarde bajarían de 40 % a 17 %.",
        lang="es",
        weight_label="marca el plazo",
        caption="4 de 4 entregas medidas. Valores supuestos.",
    )  # fmt: skip


def eight() -> MapData:
    """Cycles, a lone department, an unserved customer, many scripts, things not measured."""
    return MapData(
        nodes=(
            Node("it", "TI $x^2$ & <soporte>", value=0.41, rank=1),
            Node("hr", "Recursos Humanos", value=None),
            Node("ops", "قسم العمليات", value=0.22, rank=2),
            Node("sales", "Ventas", value=0.05, rank=4),
            Node("care", "🚀 Atención al cliente", value=0.13, rank=3, note="cara al cliente"),
            Node("design", "设计部", value=0.0),
            Node("lab", "Aseguramientodelacalidadymetrologíaindustrial", value=0.02),
            Node("alone", "Archivo histórico", value=None),
            Node("shop", "Tiendas", "customer", note="31 % tarde"),
            Node("fund", "Inversores", "customer"),
            Node("state", "Регулятор", "customer"),
            Node("paper", "Proveedor de papel", "customer"),
        ),
        edges=(
            Edge("it", "hr", 0.2, measured=False), Edge("hr", "it", 0.1),
            Edge("it", "ops", 0.5, True, "61 %", late=True), Edge("ops", "sales", 0.3, count=3),
            Edge("sales", "ops", 0.2), Edge("sales", "shop", 0.6, late=True),
            Edge("care", "shop", 0.4, True, "41 %", late=True, count=2), Edge("it", "care", 0.2),
            Edge("design", "sales", 0.1), Edge("lab", "ops", 0.1, measured=False),
            Edge("paper", "design", 0.3), Edge("ops", "care", 0.1), Edge("care", "it", 0.05),
            Edge("ops", "state", 0.05),
        ),
        value_label="Share of late orders caused",
        unit="%",
        title="IT sets the pace: 61% of late orders wait for it.",
        lang="en",
        weight_label="on the path that sets the date",
        caption="12 of 14 hand-offs measured.",
    )  # fmt: skip


def company(departments: int, services: int, seed: int = 1, lang: str = "es") -> MapData:
    """A company in five bands, mostly downstream, with some services that run back."""
    dice = random.Random(seed)
    names = [NAMES[i % 30] + (f" {i // 30 + 1}" if i >= 30 else "") for i in range(departments)]
    band = {f"d{i:03}": i * 5 // departments for i in range(departments)}
    ids = list(band)
    customers = [f"c{i}" for i in range(min(7, max(1, departments // 4)))]
    edges: dict[tuple[str, str], Edge] = {}
    front = [i for i in ids if band[i] >= 3]
    for customer in customers:
        for provider in dice.sample(front, min(2, len(front))):
            edges[provider, customer] = Edge(provider, customer, dice.random())
    while len(edges) < services:
        a, b = dice.sample(ids, 2)
        if 0 < band[b] - band[a] <= 2 or dice.random() < 0.06:
            edges[a, b] = Edge(a, b, dice.random() ** 3, late=dice.random() < 0.2,
                               count=2 if dice.random() < 0.1 else 1,
                               measured=dice.random() > 0.13)  # fmt: skip
    for pair in sorted(edges, key=lambda p: -edges[p].weight)[:6]:
        edges[pair] = replace(edges[pair], highlighted=True, measured=True,
                              label=f"{edges[pair].weight:.0%} tarde", late=True)  # fmt: skip
    values = {i: None if dice.random() < 0.12 else round(40 * dice.random() ** 4, 2) for i in ids}
    measured = sorted((i for i in ids if values[i] is not None), key=lambda i: -(values[i] or 0))
    return MapData(
        nodes=(
            *(Node(i, name, value=values[i], rank=measured.index(i) + 1
                   if i in measured[:5] else None) for i, name in zip(ids, names, strict=True)),
            *(Node(c, CUSTOMERS[k], "customer") for k, c in enumerate(customers)),
        ),
        edges=tuple(edges.values()),
        value_label="Horas de retraso que causa" if lang == "es" else "Hours of delay caused",
        unit="h",
        title="Minoristas recibe tarde 4 de cada 10 pedidos; en el 61 % el plazo lo marca Diseño.",
        lang="es" if lang == "es" else "en",
        weight_label="",
        caption="52 de 60 entregas entre áreas están medidas.",
    )  # fmt: skip
