"""What a kind of department or customer is called, for people: all of that kind together."""

from __future__ import annotations

from valuechain.errors import Text

KINDS: dict[str, Text] = {
    "employees": Text("employees", "empleados"),
    "managers": Text("managers", "dirección"),
    "hr": Text("HR", "personas (RR. HH.)"),
    "it": Text("IT", "informática"),
    "sales_marketing": Text("sales and marketing", "comercial y marketing"),
    "customer_service": Text("customer service", "atención al cliente"),
    "finance": Text("finance", "finanzas"),
    "supply_chain": Text("supply chain", "cadena de suministro"),
    "operations": Text("operations", "operaciones"),
    "other": Text("other departments", "otros departamentos"),
    "consumer": Text("consumers", "consumidores"),
    "business": Text("businesses", "empresas"),
    "retail": Text("retailers", "comercios"),
    "supplier": Text("suppliers", "proveedores"),
    "investor": Text("investors", "inversores"),
    "regulator": Text("regulators", "reguladores"),
    "partner": Text("partners", "socios"),
}
