"""`explain`: one paragraph on a customer, at most 120 words, every number a field of a result."""

from __future__ import annotations

from valuechain.chain import ValueChain
from valuechain.errors import Lang, Text, UsageError
from valuechain.report import phrases as p
from valuechain.report.evidence import Evidence
from valuechain.report.story import Story, tell
from valuechain.report.voice import Voice, voice_of
from valuechain.results import Provenance, Result

MOST_WORDS = 120
NOTICEABLE = 0.1  # of the share late: less is told as changing little
MOST_NAMES = 3
OF_A_RESULT = Text(
    "explain(chain) tells how a chain serves a customer; a result tells itself: result.explain()",
    "explain(cadena) cuenta cómo sirve una cadena a un cliente; un resultado se cuenta solo: "
    "resultado.explain()",
)


def explain(
    chain: ValueChain,
    customer: str | None = None,
    lang: Lang = "es",
    *,
    samples: int = 20_000,
    seed: int = 0,
) -> str:
    """Return in words how a customer is served, whose time sets that, and what would change it.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    customer : str, optional
        Id of whom to tell about; absent: the one served worst.
    lang : {"es", "en"}
        Language of the words; names stand as declared.
    samples, seed
        As in `propagate_delay`.

    Returns
    -------
    str
        One paragraph of at most 120 words. Assumed times are called assumptions.

    Raises
    ------
    UnknownIdError
        If there is no such customer.
    UsageError
        If there are no words in that language, or a result was given: that has its own `.explain`.
    DeadlockError, ConvergenceError
        As in `propagate_delay`.

    Notes
    -----
    Served worst is who receives most late, by share; ties by mean lateness, then by lead time,
    then by id. The department named is the first of ``rank_bottlenecks(chain, "breach",
    customer=...)``; the times are those of its service that is most often on the longest path.

    Examples
    --------
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"design": {"name": "Design"}, "sales": {"name": "Sales"}},
    ...     customers={"shops": {"name": "Shops"}},
    ...     services=[
    ...         {"provider": "design", "client": "sales", "takes": "4 d", "sla": "3 d"},
    ...         {"provider": "sales", "client": "shops", "takes": "1 d", "sla": "4 d"}])
    >>> words = explain(chain, lang="en").replace("\N{NO-BREAK SPACE}", " ")
    >>> words.partition(". ")[2].partition(". ")[0]
    'The time is set by Design, which delivers to Sales in 4 days what it promises in 3; \
Sales only passes it on'
    """
    if isinstance(chain, Result) or isinstance(customer, Result):
        raise UsageError(OF_A_RESULT)
    voice = voice_of(chain, lang)
    return paragraph(tell(chain, customer, samples=samples, seed=seed), voice)


def paragraph(story: Story, voice: Voice) -> str:
    """Return a story in words, the least important sentences left out beyond 120 words."""
    sentences = [served(story, voice)]
    if story.is_late:
        sentences += [set_by(story, voice), change(story, voice)]
    last = evidence(story.evidence, story.delay.provenance, voice)
    extra = as_much(story, voice)
    for parts in ([*sentences, extra, last], [*sentences, last], sentences):
        words = " ".join(part for part in parts if part)
        if len(words.split()) <= MOST_WORDS:
            break
    return words


def served(story: Story, voice: Voice) -> str:
    """Return the sentence on who is served how late."""
    if story.customer is None:
        return voice.say(p.NOBODY_SERVED)
    customer = voice.name(story.customer)
    if story.focus is None:
        return voice.say(p.NOT_SERVED, customer=customer)
    figures = story.customers[story.customer]
    if figures["p90_hours"] == 0:
        return voice.say(p.NO_TIME, customer=customer, service=service_name(story.focus, voice))
    if figures["breach"] is None:
        phrase = p.ASKED_NO_PROMISE if story.asked else p.NO_PROMISES
        return voice.say(phrase, customer=customer, p90=voice.time(figures["p90_hours"]))
    times = _times(story, story.focus, voice)
    if figures["breach"] == 0:
        phrase = p.ASKED_NOT_LATE if story.asked else p.NOBODY_LATE
        return voice.say(phrase, customer=customer, times=times)
    several = sum(s.client == story.customer for s in story.chain.services) > 1
    mostly = voice.say(p.MOSTLY, service=service_name(story.focus, voice)) if several else ""
    return voice.say(
        p.ASKED if story.asked else p.WORST,
        customer=customer,
        deliveries=voice.deliveries(figures["breach"]),
        arrive=voice.arrive(figures["breach"]),
        mostly=mostly,
        times=times,
    )


def set_by(story: Story, voice: Voice) -> str:
    """Return the sentence on whose time sets the customer's."""
    if story.culprit is None or story.hand_off is None:
        return ""
    share = story.culprit["criticality_index"]
    messenger = ""
    if story.messenger is not None:
        messenger = voice.say(p.PASSES_ON, messenger=voice.name(story.messenger))
    direct = story.chain.service(story.hand_off).client == story.customer
    telling = not direct and 0.01 <= share < 0.995
    return voice.say(
        p.SETS_IT if telling else p.SETS_IT_ALWAYS,
        share=voice.percent(share),
        department=voice.name(story.culprit["id"]),
        doing=_doing(story, story.hand_off, direct, voice),
        messenger=messenger,
    )


def change(story: Story, voice: Voice) -> str:
    """Return the sentence on what would change if one department kept its plan."""
    ranking = story.ranking
    if ranking is None or ranking.breach is None:
        return ""
    if story.culprit is None or story.hand_off is None:
        provides = any(s.provider in story.chain.customers for s in story.chain.services)
        return voice.say(p.NO_ONE_ALONE, outside=voice.say(p.OR_OUTSIDE) if provides else "")
    department = voice.name(story.culprit["id"])
    after = story.culprit["breach_if_fixed"]
    promised = story.sla_hours(story.hand_off) is not None
    condition = voice.say(p.KEPT if promised else p.USUAL, department=department)
    if after <= 0:
        return voice.say(p.WOULD_VANISH, condition=condition)
    shares = voice.percents(ranking.breach, after)
    little = story.gain < NOTICEABLE * ranking.breach
    return voice.say(
        p.CHANGES_LITTLE if little else p.WOULD_FALL,
        condition=condition,
        department=department,
        before=shares[0],
        after=shares[1],
    )


def as_much(story: Story, voice: Voice) -> str:
    """Return the sentence on departments that would bring as much as the first, if any."""
    if not story.equals or not story.is_late:
        return ""
    few = len(story.equals) <= MOST_NAMES - 1
    names = [voice.name(d) for d in story.equals] if few else [voice.say(p.SEVERAL_OTHERS)]
    return voice.say(p.AS_MUCH, others=voice.listed(names))


def evidence(rests_on: Evidence, provenance: Provenance, voice: Voice) -> str:
    """Return the sentence on what was measured and what is assumed."""
    m, n = provenance.measured, provenance.hand_offs
    words = {"m": voice.number(m), "n": voice.number(n)}
    if m == 0 or not rests_on.assumed:
        if m < n:
            return voice.say(p.SOME_MEASURED, **words)
        return voice.say(p.ALL_MEASURED if n > 1 else p.ONE_MEASURED, **words)
    if len(rests_on.assumed) == len(rests_on.timed):
        return voice.say(p.ALL_ASSUMED if n > 1 else p.ONE_ASSUMED, **words)
    if not rests_on.assumed_departments:
        return voice.say(p.FEW_ASSUMED, **words)
    names = [voice.name(d) for d in rests_on.assumed_departments]
    if len(names) > MOST_NAMES:
        names = [*names[: MOST_NAMES - 1], voice.say(p.AND_OTHERS)]
    return voice.say(p.SOME_ASSUMED, departments=voice.listed(names), **words)


def service_name(service_id: str, voice: Voice) -> str:
    """Return the name of a service; without one, who delivers to whom."""
    if service_id in voice.labels:
        return voice.name(service_id)
    provider, _, rest = service_id.partition(">")
    client = rest.partition(":")[0]
    return f"{voice.name(provider)} → {voice.name(client)}"


def _times(story: Story, service_id: str, voice: Voice) -> str:
    """Return the bracket with what nine in ten deliveries need, and what was promised."""
    p90, sla = story.services[service_id]["p90_hours"], story.sla_hours(service_id)
    if not sla:
        return voice.say(p.WITHIN, p90=voice.time(p90))
    within, promise = voice.compared(p90, sla)
    phrase = p.WITHIN_PROMISE_OF_ONE if promise.single else p.WITHIN_PROMISE
    return voice.say(phrase, p90=within, sla=promise)


def _doing(story: Story, service_id: str, direct: bool, voice: Voice) -> str:
    """Return the clause on how the culprit keeps its promise to its client."""
    figures, sla = story.services[service_id], story.sla_hours(service_id)
    client = voice.name(story.chain.service(service_id).client)
    if sla is None:
        usual, long = figures["p50_hours"], figures["p90_hours"]
        takes, more = voice.compared(usual, long)
        phrase = p.NOTHING_AGREED_YET_LONG if long > 1.5 * usual else p.NOTHING_AGREED
        return voice.say(phrase, client=client, takes=takes, long=more)
    if figures["p50_hours"] > sla * 1.005:
        takes, promise = voice.compared(figures["p50_hours"], sla)
        phrase = p.SLOW_DIRECTLY if direct else p.SLOW
        return voice.say(phrase, client=client, takes=takes, sla=promise)
    if direct:
        return voice.say(p.DIRECTLY)
    if figures["breach"]:
        return voice.say(p.OFTEN_LATE, client=client, share=voice.percent(figures["breach"]))
    return voice.say(p.SPENDS, client=client, own=voice.time(figures["own_mean_hours"]))
