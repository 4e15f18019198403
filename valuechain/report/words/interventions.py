"""Words for `choose_interventions`: what to do with the money there is, and what it brings."""

from __future__ import annotations

from dataclasses import replace

from valuechain.analyzers import InterventionsResult
from valuechain.errors import Text
from valuechain.report.voice import Voice
from valuechain.report.words.records import named

INSTEAD = Text(
    "The data do not tell {asked}; what counts here is {outcome}.",
    "Con estos datos no se puede calcular {asked}; lo que se mira es {outcome}.",
)
PLAN = Text(
    "With {budget}: {names}. The first year costs {spent}, and {outcome} would go from {before} "
    "to {after}.",
    "Con {budget}: {names}. El primer año cuesta {spent}, y {outcome} pasaría de {before} a "
    "{after}.",
)
TOO_DEAR = Text(
    "{budget} does not reach for any of it: the cheapest, {name}, costs {cost} the first year.",
    "Con {budget} no alcanza para nada: lo más barato, {name}, cuesta {cost} el primer año.",
)
NOTHING = Text(
    "Nothing that {budget} can pay for improves {outcome} enough to be worth it.",
    "Nada de lo que se puede pagar con {budget} mejora lo suficiente {outcome}.",
)
NOT_WORTH = Text(
    "What would bring most, {name}, is worth {gain} a year and costs {cost} the first year.",
    "Lo que más aportaría, {name}, vale {gain} al año y cuesta {cost} el primer año.",
)
RANGE = Text(
    "In nine of ten draws of all that is uncertain, the gain lies between {low} and {high}.",
    "En nueve de cada diez sorteos de todo lo incierto, la mejora queda entre {low} y {high}.",
)
TOGETHER = Text(
    "Together they bring {combined}; alone, added up, {parts}.",
    "En conjunto aportan {combined}; por separado sumarían {parts}.",
)
PAYS_BACK = Text("{name} pays for itself in {months} months.", "{name} se paga en {months} meses.")
PAYS_SLOWLY = Text(
    "{name} does not pay for itself within ten years.",
    "{name} no se paga ni en diez años.",
)
NEVER_PAYS = Text(
    "{name} does not pay for itself by what it brings here.",
    "{name} no se llega a pagar con lo que aporta aquí.",
)
PER_COST = Text(
    "What brings most for each thousand spent is {name}: {gain}.",
    "Lo que más rinde por cada mil gastados es {name}: {gain}.",
)
GREEDY = Text(
    "With so many options the plan was built step by step; there may be a better one.",
    "Con tantas opciones, el plan se ha construido paso a paso; puede haber uno mejor.",
)
FREE = Text("No cost is declared for {names}.", "No se ha declarado coste para {names}.")
OUTCOMES: dict[str, Text] = {
    "revenue_at_risk": Text("revenue at risk", "el ingreso en riesgo"),
    "lost_sales": Text("the value of sales not won", "el valor de las ventas que no se ganan"),
    "money": Text(
        "the money at risk, in revenue and in sales", "el dinero en riesgo, en ingresos y en ventas"
    ),
    "csat": Text("the share satisfied", "el porcentaje de clientes satisfechos"),
    "nps": Text("the NPS", "el NPS"),
    "churn": Text("the share that leaves", "el porcentaje de clientes que se van"),
    "won_share": Text("the share won", "el porcentaje de clientes captados"),
    "breach": Text("the share served late", "el porcentaje que se sirve tarde"),
    "mean_hours": Text("the mean lead time", "el plazo medio"),
}
POINTS = Text("{n} points", "{n} puntos")
PATIENCE = 120.0  # months; beyond, nobody counts on it
APART = 0.05  # from this share on, what members bring together is told from their sum


def interventions_words(result: InterventionsResult, voice: Voice) -> list[str]:
    """Say what to do, what it costs, what it brings, and how sure that is."""
    voice = replace(voice, currency=result.currency or None)
    outcome = voice.say(OUTCOMES[result.outcome])
    budget = voice.money(result.budget)
    sentences = []
    if result.outcome != result.asked:
        asked = voice.say(OUTCOMES[result.asked])
        sentences.append(voice.say(INSTEAD, asked=asked, outcome=outcome))
    if not result.chosen:
        sentences.append(_nothing(result, budget, outcome, voice))
    else:
        before, after = _figures(result.unit, voice, result.before, result.after)
        words = {"budget": budget, "names": named(result.chosen, voice), "outcome": outcome}
        money = voice.money(result.spent)
        sentences.append(voice.say(PLAN, spent=money, before=before, after=after, **words))
        if result.combined_low is not None and result.combined_high is not None:
            low, high = gains_of(result.unit, voice, result.combined_low, result.combined_high)
            if low != high:
                sentences.append(voice.say(RANGE, low=low, high=high))
        gap = abs(result.combined - result.sum_of_parts)
        if len(result.chosen) > 1 and gap > APART * abs(result.sum_of_parts):
            combined, parts = gains_of(result.unit, voice, result.combined, result.sum_of_parts)
            sentences.append(voice.say(TOGETHER, combined=combined, parts=parts))
    sentences.append(_worth(result, voice))
    if result.method == "greedy":
        sentences.append(voice.say(GREEDY))
    if result.free:
        sentences.append(voice.say(FREE, names=named(result.free, voice)))
    return sentences


def _nothing(result: InterventionsResult, budget: str, outcome: str, voice: Voice) -> str:
    """Say why the plan is empty."""
    if result.cheapest is None:
        return voice.say(NOTHING, budget=budget, outcome=outcome)
    cost = voice.money(result.table().value(result.cheapest, "cost"))
    return voice.say(TOO_DEAR, budget=budget, name=voice.name(result.cheapest), cost=cost)


def _worth(result: InterventionsResult, voice: Voice) -> str:
    """Say when the first of the plan is paid back, or what brings most by its cost."""
    records = result.to_records("interventions")
    if "gain_per_thousand" in records[0]:
        known = [r for r in records if (r["gain_per_thousand"] or 0.0) > 0]
        if not known:
            return ""
        best = min(known, key=lambda r: (-r["gain_per_thousand"], r["id"]))
        (gain,) = gains_of(result.unit, voice, best["gain_per_thousand"])
        return voice.say(PER_COST, name=voice.name(best["id"]), gain=gain)
    first = records[0]
    name = voice.name(first["id"])
    if not first["chosen"]:
        if result.cheapest is not None or (first["gain_alone"] or 0.0) <= 0:
            return ""
        gain, cost = voice.money(first["gain_alone"]), voice.money(first["cost"])
        return voice.say(NOT_WORTH, name=name, gain=gain, cost=cost)
    if first["payback_months"] is None:
        return voice.say(NEVER_PAYS, name=name)
    if first["payback_months"] > PATIENCE:
        return voice.say(PAYS_SLOWLY, name=name)
    return voice.say(PAYS_BACK, name=name, months=voice.number(first["payback_months"], 1))


def _figures(unit: str, voice: Voice, *values: float) -> tuple[str, ...]:
    """Return figures of an outcome in words."""
    if unit.startswith("money"):
        return tuple(voice.money(value) for value in values)
    if unit.startswith("share"):
        return voice.percents(*values)
    if unit == "working hours" and min(values) >= 0:
        return tuple(str(amount) for amount in voice.times(*values))
    return tuple(voice.number(value, 1) for value in values)


def gains_of(unit: str, voice: Voice, *values: float) -> tuple[str, ...]:
    """Return differences of an outcome in words: of shares, percentage points."""
    if not unit.startswith("share"):
        return _figures(unit, voice, *values)
    decimals = 1 if min(abs(value) for value in values) >= 0.001 else 2
    return tuple(voice.say(POINTS, n=voice.number(100.0 * value, decimals)) for value in values)
