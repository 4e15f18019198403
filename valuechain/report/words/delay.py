"""Words for `propagate_delay`: who receives late, and what breaks its promise inside."""

from __future__ import annotations

from valuechain.analyzers import DelayResult
from valuechain.errors import Text
from valuechain.report.paragraph import service_name
from valuechain.report.story import served_worst
from valuechain.report.voice import Voice
from valuechain.report.words.records import NOBODY_RECEIVES, largest, named, record_of

DELAY_LATE = Text(
    "Most late is {customer}: {deliveries} {arrive} late (9 in 10 within {p90}).",
    "Quien más recibe tarde es {customer}: {arrive} tarde {deliveries} (9 de cada 10, antes de "
    "{p90}).",
)
DELAY_NONE_LATE = Text(
    "Of what is promised to customers, nothing arrives late.",
    "De lo prometido a los clientes, nada llega tarde.",
)
DELAY_NO_PROMISE = Text(
    "Customers are promised no time. The longest wait is that of {customer}: {mean} on average.",
    "A los clientes no se les promete plazo. La espera más larga es la de {customer}: {mean} de "
    "media.",
)
DELAY_OF_MEANS = Text(
    "With mean times only, the longest wait is that of {customer}: {mean}. How many deliveries "
    "arrive late, and how much chance adds to the wait, the sampled mode tells.",
    "Solo con tiempos medios, quien más espera es {customer}: {mean}. Cuántas entregas llegan "
    "tarde, y cuánto alarga la espera el azar, lo dice el modo muestreado.",
)
DELAY_INSIDE = Text(
    "Inside, “{service}” breaks its promise most often: {share} of the time.",
    "Dentro, lo que más incumple su plazo es «{service}»: el {share} de las veces.",
)
DELAY_UNKNOWN = Text(
    "No measured time leads to a customer, so what arrives late cannot be told.",
    "Ningún tiempo medido lleva a un cliente: no puede decirse qué llega tarde.",
)
WAIT_AT_LIMIT = Text(
    "More is asked of {departments} than can be done in time: their waits, counted as one period, "
    "are longer in truth.",
    "En {departments} entra más de lo que se puede hacer a tiempo: la espera, contada como un "
    "período, es en realidad mayor.",
)
NO_WAIT = Text(
    "Waits for the staff of {departments} are not in it: no volume leads there.",
    "No se cuenta la espera por el personal de {departments}: ningún volumen llega hasta ahí.",
)


def delay_words(result: DelayResult, voice: Voice) -> list[str]:
    """Say who receives most late, and which promise inside is broken most often."""
    worst = served_worst(result)
    if worst is None:
        return [voice.say(NOBODY_RECEIVES)]
    customer = voice.name(worst)
    if not any(record["mean_hours"] for record in result.to_records("customers")):
        return [voice.say(DELAY_UNKNOWN)]
    figures = record_of(result.table("customers"), worst)
    if figures.get("breach") is None:
        phrase = DELAY_NO_PROMISE if "breach" in figures else DELAY_OF_MEANS
        mean = voice.time(figures["mean_hours"])
        return [voice.say(phrase, customer=customer, mean=mean), *_doubts(result, voice)]
    sentences = [voice.say(DELAY_NONE_LATE)]
    if figures["breach"] > 0:
        words = {
            "customer": customer,
            "deliveries": voice.deliveries(figures["breach"]),
            "arrive": voice.arrive(figures["breach"]),
            "p90": voice.time(figures["p90_hours"]),
        }
        sentences = [voice.say(DELAY_LATE, **words)]
    customers = set(result.table("customers").ids)
    inside = [r for r in result.to_records("services") if _client(r["id"]) not in customers]
    broken = largest(inside, "breach")
    if broken is not None:
        service, share = service_name(broken["id"], voice), voice.percent(broken["breach"])
        sentences.append(voice.say(DELAY_INSIDE, service=service, share=share))
    return sentences + _doubts(result, voice)


def _doubts(result: DelayResult, voice: Voice) -> list[str]:
    """Say which waits for staff are not what they seem."""
    doubts = ((WAIT_AT_LIMIT, result.wait_capped), (NO_WAIT, result.without_wait))
    return [voice.say(phrase, departments=named(d, voice)) for phrase, d in doubts if d]


def _client(service_id: str) -> str:
    return service_id.partition(">")[2].partition(":")[0]
