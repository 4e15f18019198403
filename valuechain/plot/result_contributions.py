"""From the shape of a result to a waterfall: sources whose contributions add up to a total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from valuechain.analyzers.attribution.kind_names import KINDS
from valuechain.errors import Lang, Text
from valuechain.plot.contribution_bars import Step, draw_contributions
from valuechain.plot.words import drawn_unit
from valuechain.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 9
NEGLIGIBLE = 0.002  # of the total: what is smaller is drawn with the others
TITLE = Text("Who accounts for it: {customer}", "De dónde viene: {customer}")
ON_PLAN = Text("with all on plan", "con todos en plan")
OTHERS = Text("all others", "todos los demás")
BEFORE = Text("before", "antes")
TOTAL = Text("as it is", "como es")
AFTER = Text("after", "después")
WHY = Text("Why it changed: {customer}", "Por qué ha cambiado: {customer}")


def adds_up(result: Result) -> bool:
    """Tell whether a result has sources with contributions to a total."""
    about = result.extras()
    return "sources" in result.tables and {"total", "promise_itself"} <= set(about)


def plot_contributions(result: Result, ax: Axes | None = None, lang: Lang = "es") -> Axes:
    """Draw what each source adds, from everybody on plan to the outcome as it is."""
    about, table = result.extras(), result.table("sources")
    records = table.records()
    shown = [r for r in records if abs(r["contribution"]) > NEGLIGIBLE * abs(about["total"])]
    shown = shown[:MOST_BARS]
    changed = "before" in about
    start, end, title = (BEFORE, AFTER, WHY) if changed else (ON_PLAN, TOTAL, TITLE)
    steps = [Step(start.say(lang), about["promise_itself"], level=True)]
    steps += [
        Step(_name(result, r["id"], lang), r["contribution"], r["standard_error"]) for r in shown
    ]
    rest = about["total"] - sum(step.value for step in steps)
    if len(shown) < len(records) and abs(rest) > NEGLIGIBLE / 4 * abs(about["total"]):
        steps.append(Step(OTHERS.say(lang), rest))
    steps.append(Step(end.say(lang), about["total"], level=True))
    return draw_contributions(
        steps,
        title=title.say(lang).format(customer=result.label(about["customer"])),
        unit=drawn_unit(about["unit"], [step.value for step in steps]),
        lang=lang,
        ax=ax,
    )


def _name(result: Result, source: str, lang: Lang) -> str:
    if result.extras().get("by") == "kind" and source in KINDS:
        return KINDS[source].say(lang)
    return result.label(source)
