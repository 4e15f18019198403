"""The sentences about a chain, in English and Spanish, with gaps for names and figures.

They blame no one: departments have times and promises, not people faults. No sentence depends on
the number or gender of a name. Grouped by who speaks them.
"""

from valuechain.errors import Text

# --- who is served how ----------------------------------------------------------------------------

WORST = Text(
    "The customer served worst is {customer}: {deliveries} {arrive} late{mostly}{times}.",
    "El cliente peor servido es {customer}: recibe tarde {deliveries}{mostly}{times}.",
)
ASKED = Text(
    "For {customer}, {deliveries} {arrive} late{mostly}{times}.",
    "A {customer} {arrive} tarde {deliveries}{mostly}{times}.",
)
MOSTLY = Text(", above all “{service}”", ", sobre todo «{service}»")
WITHIN = Text(" (9 in 10 arrive within {p90})", " (9 de cada 10 llegan antes de {p90})")
WITHIN_PROMISE = Text(
    " (9 in 10 arrive within {p90}; the promise is {sla})",
    " (9 de cada 10 llegan antes de {p90}; lo prometido son {sla})",
)
WITHIN_PROMISE_OF_ONE = Text(
    " (9 in 10 arrive within {p90}; the promise is {sla})",
    " (9 de cada 10 llegan antes de {p90}; lo prometido es {sla})",
)
NOBODY_LATE = Text(
    "Of what is promised to customers, nothing arrives late. The least room to spare is that of "
    "{customer}{times}.",
    "De lo prometido a los clientes, nada llega tarde. Quien menos margen tiene es "
    "{customer}{times}.",
)
ASKED_NOT_LATE = Text(
    "Nothing arrives late for {customer}{times}.", "Nada llega tarde a {customer}{times}."
)
NO_PROMISES = Text(
    "Customers are promised no time, so what arrives late cannot be told. The longest wait is "
    "that of {customer}: 9 in 10 deliveries arrive within {p90}.",
    "A los clientes no se les promete plazo, así que no puede decirse qué llega tarde. La espera "
    "más larga es la de {customer}: 9 de cada 10 entregas llegan antes de {p90}.",
)
ASKED_NO_PROMISE = Text(
    "No time is agreed with {customer}, so what arrives late cannot be told; 9 in 10 deliveries "
    "arrive within {p90}.",
    "Con {customer} no hay plazo acordado, así que no puede decirse qué llega tarde; 9 de cada 10 "
    "entregas llegan antes de {p90}.",
)
NOT_SERVED = Text(
    "Nobody serves {customer}: nothing that happens in this chain gets there.",
    "Nadie sirve a {customer}: nada de lo que ocurre en esta cadena llega hasta ahí.",
)
NOBODY_SERVED = Text(
    "Nobody in this chain serves a customer: say who delivers what to whom.",
    "En esta cadena nadie sirve a un cliente: falta decir quién entrega qué a quién.",
)
NO_TIME = Text(
    "Nothing can be told for {customer}: no measured time leads there. To begin, measure how "
    "long “{service}” takes.",
    "De {customer} no puede decirse nada: ningún tiempo medido lleva hasta ahí. Para empezar, "
    "mida cuánto tarda «{service}».",
)

# --- whose time sets it ---------------------------------------------------------------------------

SETS_IT = Text(
    "In {share} of deliveries the time is set by {department}, {doing}{messenger}.",
    "En el {share} de las entregas el plazo lo marca {department}, {doing}{messenger}.",
)
SETS_IT_ALWAYS = Text(
    "The time is set by {department}, {doing}{messenger}.",
    "El plazo lo marca {department}, {doing}{messenger}.",
)
SLOW = Text(
    "which delivers to {client} in {takes} what it promises in {sla}",
    "que entrega a {client} en {takes} lo que promete en {sla}",
)
SLOW_DIRECTLY = Text(
    "which delivers in {takes} what it promises in {sla}",
    "que entrega en {takes} lo que promete en {sla}",
)
OFTEN_LATE = Text(
    "whose deliveries to {client} are late {share} of the time",
    "cuyas entregas a {client} llegan tarde el {share} de las veces",
)
DIRECTLY = Text("which serves it directly", "que sirve directamente")
NOTHING_AGREED_YET_LONG = Text(
    "which usually delivers to {client} in {takes} yet takes over {long} 1 time in 10, with no "
    "time agreed",
    "que suele entregar a {client} en {takes} pero 1 de cada 10 veces pasa de {long}, sin plazo "
    "acordado",
)
NOTHING_AGREED = Text(
    "which delivers to {client} in {takes}, with no time agreed",
    "que entrega a {client} en {takes}, sin plazo acordado",
)
SPENDS = Text(
    "which needs {own} for each delivery to {client}",
    "que necesita {own} para cada entrega a {client}",
)
PASSES_ON = Text("; {messenger} only passes it on", "; {messenger} solo lo traslada")

# --- what would change ----------------------------------------------------------------------------

KEPT = Text("If {department} kept its promise", "Si {department} cumpliera su plazo")
USUAL = Text(
    "If {department} never took longer than usual",
    "Si {department} no tardara nunca más de lo habitual",
)
WOULD_FALL = Text(
    "{condition}, late deliveries would fall from {before} to {after}.",
    "{condition}, las entregas tarde bajarían de {before} a {after}.",
)
WOULD_VANISH = Text(
    "{condition}, none of them would be late.", "{condition}, ninguna llegaría tarde."
)
CHANGES_LITTLE = Text(
    "Fixing one department alone changes little: even with {department} on time, late deliveries "
    "would go from {before} to {after}.",
    "Arreglar un solo departamento cambia poco: aun con {department} en plazo, las entregas tarde "
    "pasarían de {before} a {after}.",
)
NO_ONE_ALONE = Text(
    "No department can mend it alone: either several are late at once{outside}, or the promise "
    "cannot be kept.",
    "Ningún departamento lo arregla por sí solo: o se retrasan varios a la vez{outside}, o la "
    "promesa no puede cumplirse.",
)
OR_OUTSIDE = Text(", or the delay comes from outside", ", o el retraso viene de fuera")
AS_MUCH = Text(
    "Almost as much would be gained with {others}.", "Casi lo mismo se ganaría con {others}."
)
SEVERAL_OTHERS = Text("several others", "varios más")

# --- what it rests on -----------------------------------------------------------------------------

ALL_MEASURED = Text(
    "All services have a measured time, {n} of {n}.", "Los {n} servicios tienen su tiempo medido."
)
ONE_MEASURED = Text(
    "The only service has a measured time.", "El único servicio tiene su tiempo medido."
)
SOME_MEASURED = Text(
    "{m} of {n} services have a measured time.",
    "{m} de {n} servicios tienen su tiempo medido.",
)
ALL_ASSUMED = Text(
    "{m} of {n} services have a time, and all of these are assumptions.",
    "{m} de {n} servicios tienen su tiempo declarado, y todos los tiempos son supuestos.",
)
ONE_ASSUMED = Text(
    "The only time there is, is an assumption.", "El único tiempo que hay es supuesto."
)
SOME_ASSUMED = Text(
    "{m} of {n} services have a time; those of {departments} are assumptions.",
    "{m} de {n} servicios tienen su tiempo declarado; los plazos de {departments} son supuestos.",
)
FEW_ASSUMED = Text(
    "{m} of {n} services have a time; some of these are assumptions.",
    "{m} de {n} servicios tienen su tiempo declarado; algunos son supuestos.",
)
AND_OTHERS = Text("others", "otros")
