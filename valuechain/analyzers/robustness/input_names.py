"""What an uncertain input is called, for people: its path in words."""

from __future__ import annotations

from collections.abc import Mapping

from valuechain.errors import Text

FIELDS: dict[str, Text] = {
    "takes": Text("own time", "tiempo propio"),
    "work": Text("hands-on time", "tiempo de trabajo"),
    "sla": Text("promise", "plazo prometido"),
    "expects": Text("expected time", "plazo esperado"),
    "buffer": Text("head start", "colchón"),
    "need": Text("how often it is needed", "frecuencia de uso"),
    "volume": Text("volume", "volumen"),
    "peak": Text("busy-period factor", "factor de temporada alta"),
    "fcr": Text("share resolved the first time", "resolución a la primera"),
    "quality": Text("quality", "calidad"),
    "clarity": Text("clarity", "claridad"),
    "target_quality": Text("quality aimed at", "calidad objetivo"),
    "target_clarity": Text("clarity aimed at", "claridad objetivo"),
    "on_time": Text("share on time", "puntualidad"),
    "csat": Text("satisfaction", "satisfacción"),
    "impact": Text("impact", "impacto"),
    "staff": Text("staff", "plantilla"),
    "availability": Text("availability", "disponibilidad"),
    "esat": Text("staff satisfaction", "satisfacción del personal"),
    "turnover": Text("staff turnover", "rotación del personal"),
    "cost_per_hour": Text("cost of an hour", "coste por hora"),
    "count": Text("number of customers", "número de clientes"),
    "revenue": Text("revenue", "ingresos"),
    "nps": Text("NPS", "NPS"),
    "churn": Text("churn", "tasa de bajas"),
    "win_rate": Text("win rate", "tasa de captación"),
    "choice": Text("freedom to leave", "facilidad para irse"),
    "cost": Text("cost", "coste"),
    "cost_per_year": Text("yearly cost", "coste anual"),
    "starts": Text("start", "inicio"),
    "ramp": Text("time to full effect", "tiempo hasta el pleno efecto"),
    "decay": Text("half-life of the effect", "vida media del efecto"),
}
COEFFICIENTS: dict[str, Text] = {
    "weights.late": Text("weight of lateness", "peso del retraso"),
    "weights.faulty": Text("weight of faults", "peso de los fallos"),
    "weights.unclear": Text("weight of unclearness", "peso de la falta de claridad"),
    "weights.repeated": Text("weight of having to ask again", "peso de tener que insistir"),
    "morale_to_quality": Text("effect of morale on quality", "efecto del ánimo en la calidad"),
    "morale_to_time": Text("effect of morale on time", "efecto del ánimo en el tiempo"),
    "input_to_morale": Text("effect of inputs on morale", "efecto de lo recibido en el ánimo"),
    "overload_to_morale": Text(
        "effect of overload on morale", "efecto de la sobrecarga en el ánimo"
    ),
    "overload_starts": Text("where overload starts", "umbral de sobrecarga"),
    "unexplained": Text("unexplained part of surveys", "parte sin explicar de las encuestas"),
    "recovery": Text("recovery per period", "recuperación por periodo"),
    "shared_cause": Text("bad weeks shared by all", "malas semanas comunes a todos"),
    "detractor_score": Text(
        "recommendation of the dissatisfied", "recomendación de los insatisfechos"
    ),
}
PARAMETERS: dict[str, Text] = {
    "median": Text("median", "mediana"),
    "mean": Text("mean", "media"),
    "sd": Text("spread", "dispersión"),
    "min": Text("least", "mínimo"),
    "mode": Text("usual", "habitual"),
    "max": Text("most", "máximo"),
    "on_time": Text("on time", "puntualidad"),
    "shift": Text("added time", "tiempo añadido"),
}
LINKS: dict[str, Text] = {
    "wears_on": Text("wear of {who} on {whom}", "desgaste que causa {who} en {whom}"),
    "recommends": Text("influence of {who} on {whom}", "influencia de {who} en {whom}"),
}
OF = Text("{what} of {whose}", "{what} de {whose}")
WITH = Text("{what} with {plan}", "{what} con {plan}")


def input_name(path: str, labels: Mapping[str, str]) -> Text:
    """Return the name of an uncertain input in both languages.

    Examples
    --------
    >>> input_name("services.it>sales.takes.p90", {"it": "TI", "sales": "Ventas"}).es
    'tiempo propio de TI → Ventas (p90)'
    >>> input_name("interventions.brief.set.services.it>sales.quality", {"it>sales": "CRM"}).en
    'quality of CRM with brief'
    """
    room, _, rest = path.partition(".")
    if room == "assumptions":
        return COEFFICIENTS.get(rest, Text(rest, rest))
    if room == "changes":
        return input_name(rest, labels)
    owner, _, inner = rest.partition(".")
    who = _label(owner, labels)
    if inner.startswith("set."):
        what = input_name(inner.removeprefix("set."), labels)
        return _both(WITH, what=what, plan=who)
    field, _, part = inner.partition(".")
    if field in LINKS:
        return _both(LINKS[field], who=who, whom=_label(part, labels))
    name = _both(OF, what=FIELDS.get(field, Text(field, field)), whose=who)
    if not part:
        return name
    detail = PARAMETERS.get(part, Text(part, part))
    return Text(f"{name.en} ({detail.en})", f"{name.es} ({detail.es})")


def _label(any_id: str, labels: Mapping[str, str]) -> Text:
    name = labels.get(any_id)
    if name is None and ">" in any_id:
        provider, _, rest = any_id.partition(">")
        client = rest.partition(":")[0]
        name = f"{labels.get(provider, provider)} → {labels.get(client, client)}"
    return Text(name or any_id, name or any_id)


def _both(phrase: Text, **words: Text) -> Text:
    return Text(
        phrase.en.format(**{key: word.en for key, word in words.items()}),
        phrase.es.format(**{key: word.es for key, word in words.items()}),
    )
