"""What an answer is called, for people: the column of a table in words."""

from __future__ import annotations

from valuechain.errors import Text

ANSWERS: dict[str, Text] = {
    "fix_only_this": Text("what customers gain if it keeps to plan", "lo que ganan los clientes"),
    "contribution": Text("the part of the delay", "la parte de la demora"),
    "mean_hours": Text("the mean time", "el plazo medio"),
    "mean_late_hours": Text("the mean lateness", "el retraso medio"),
    "breach": Text("the share late", "el porcentaje que llega tarde"),
    "csat": Text("satisfaction", "el nivel de satisfacción"),
    "dissatisfied": Text("the share dissatisfied", "el porcentaje de insatisfechos"),
    "churn": Text("churn", "el nivel de bajas"),
    "revenue_at_risk": Text("revenue at risk", "el ingreso en riesgo"),
    "lost_sales": Text("the value of sales not won", "el valor de las ventas que no se ganan"),
    "nps": Text("the NPS", "el NPS"),
    "won_share": Text("the share won", "el porcentaje de clientes captados"),
    "gain_alone": Text("what it brings alone", "lo que aporta por sí sola"),
    "utilization": Text("utilisation", "el nivel de ocupación"),
}
