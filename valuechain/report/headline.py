"""What a reader sees first: the headline, the key figures, and where to begin."""

from __future__ import annotations

from dataclasses import dataclass

from valuechain.report import page_phrases as p
from valuechain.report.picture import first_to_fix
from valuechain.report.story import Findings
from valuechain.report.voice import Voice
from valuechain.report.words.bottlenecks import unhurried_sentence

MOST_STEPS = 3


@dataclass(frozen=True)
class Steps:
    """Departments to begin with, each with what that brings, and what else there is to know."""

    ranked: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def headline(findings: Findings, voice: Voice) -> str:
    """Return the message of the page in one line."""
    story = findings.story
    shares = [story.customers[c]["breach"] for c in story.served]
    if story.customer is None or all(share is None for share in shares):
        return voice.say(p.HEADLINE_UNKNOWN)
    late = story.customers[story.customer]["breach"]
    if not late:
        known = any(story.customers[c]["p90_hours"] for c in story.served)
        return voice.say(p.HEADLINE_ON_TIME if known else p.HEADLINE_UNKNOWN)
    words = voice.say(
        p.HEADLINE_LATE,
        deliveries=voice.deliveries(late),
        arrive=voice.arrive(late),
        customer=voice.name(story.customer),
    )
    return words[0].upper() + words[1:]


def key_figures(findings: Findings, voice: Voice) -> list[tuple[str, str]]:
    """Return up to four figures, each with the words below it."""
    story = findings.story
    figures = []
    if story.customer is not None and story.is_late:
        customer = voice.name(story.customer)
        late, after = story.customers[story.customer]["breach"], None
        if story.culprit is not None:
            after = story.culprit["breach_if_fixed"]
        shares = voice.percents(late, late if after is None else after)
        figures.append((shares[0], voice.say(p.FIGURE_LATE, customer=customer)))
        if story.culprit is not None:
            department = voice.name(story.culprit["id"])
            share = voice.percent(story.culprit["criticality_index"])
            if story.culprit["criticality_index"] < 0.995:
                figures.append((share, voice.say(p.FIGURE_CRITICAL, department=department)))
            figures.append((shares[1], voice.say(p.FIGURE_FIXED, department=department)))
    origin = story.delay.provenance
    m, n = voice.number(origin.measured), voice.number(origin.hand_offs)
    figures.append((voice.say(p.OF, m=m, n=n), voice.say(p.FIGURE_MEASURED)))
    return figures


def first_steps(findings: Findings, voice: Voice) -> Steps:
    """Return which departments to begin with, over all customers."""
    ranking = findings.ranking
    if ranking is None:
        return Steps((), ())
    table, steps = ranking.table("departments"), []
    for department in first_to_fix(ranking)[:MOST_STEPS]:
        after = table.value(department, "breach_if_fixed")
        words = voice.say(p.STEP_TIME)
        if ranking.outcome == "breach" and ranking.breach is not None:
            before_after = voice.percents(ranking.breach, after)
            words = voice.say(p.STEP_LATE, before=before_after[0], after=before_after[1])
        steps.append((voice.name(department), words))
    notes = [] if steps else [voice.say(p.NO_STEP)]
    if steps and len(findings.story.served) > 1:
        notes.append(voice.say(p.WEIGHTED, weighted=ranking.weighted.say(voice.lang)))
    notes.append(unhurried_sentence(ranking, voice))
    return Steps(tuple(steps), tuple(note for note in notes if note))
