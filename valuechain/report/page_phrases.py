"""The words of the page beside its sentences: headings, columns, what each coefficient means."""

from valuechain.errors import Text

UNTITLED = Text("Value chain", "Cadena de valor")
DESCRIPTION = Text(
    "How customers are served, whose time sets it, and what would change.",
    "Cómo se sirve a los clientes, quién marca el plazo y qué cambiaría.",
)

# --- headline and key figures ---------------------------------------------------------------------

HEADLINE_LATE = Text(
    "{deliveries} to {customer} {arrive} late", "{deliveries} a {customer} {arrive} tarde"
)
HEADLINE_ON_TIME = Text("Customers get what they were promised", "Lo prometido se cumple")
HEADLINE_UNKNOWN = Text("What arrives late is not known yet", "Aún no se sabe qué llega tarde")
FIGURE_LATE = Text("of deliveries to {customer} arrive late", "de las entregas a {customer}, tarde")
FIGURE_CRITICAL = Text(
    "of all its deliveries wait for {department}", "de todas sus entregas esperan a {department}"
)
FIGURE_FIXED = Text(
    "would arrive late if {department} kept its promise",
    "llegarían tarde si {department} cumpliera su plazo",
)
FIGURE_MEASURED = Text("services with a time", "servicios con su tiempo declarado")
OF = Text("{m} of {n}", "{m} de {n}")

# --- sections -------------------------------------------------------------------------------------

FINDINGS = Text("In short", "En pocas palabras")
FIRST_STEPS = Text("Where to begin", "Por dónde empezar")
PICTURE = Text("Where the time is lost", "Dónde se pierde el tiempo")
CUSTOMERS = Text("How each customer is served", "Cómo se sirve a cada cliente")
ASSUMPTIONS = Text("Assumptions", "Supuestos")
OBSERVATIONS = Text("What was observed", "Lo observado")
ORIGIN = Text("Where the figures come from", "De dónde salen las cifras")

# --- the table ------------------------------------------------------------------------------------

COLUMN_CUSTOMER = Text("Customer", "Cliente")
COLUMN_REVENUE = Text("Revenue a year", "Ingresos al año")
COLUMN_PROMISE = Text("Promise", "Lo prometido")
COLUMN_P90 = Text("9 in 10 within", "9 de cada 10, en")
COLUMN_LATE = Text("Late", "Tarde")
COLUMN_CSAT = Text("Satisfied", "Satisfechos")
COLUMN_CHURN = Text("Leave a year", "Se van al año")
COLUMN_MONEY = Text("At risk a year", "En riesgo al año")
OBSERVED = Text("observed", "observado")
MODELLED = Text("by the model", "según el modelo")
NPS = Text("NPS {n}", "NPS {n}")
NOT_WON = Text("sales not won", "ventas sin ganar")
TABLE_NOTE = Text(
    "Worst first. Promise and time are those of the service in small print, the one that makes up "
    "most of what comes late; the share late counts all services. Times are working time.",
    "De peor a mejor. Lo prometido y el tiempo son los del servicio en letra pequeña, el que más "
    "pesa en lo que llega tarde; la parte tarde cuenta todos los servicios. Los tiempos son de "
    "trabajo.",
)
MORE_ROWS = Text("and {n} more customers", "y {n} clientes más")
NOT_KNOWN = Text("not known", "no se sabe")
POTENTIAL = Text("potential", "potencial")

# --- the picture ----------------------------------------------------------------------------------

MAP_TITLE = Text(
    "{department} first: on time, it takes late deliveries from {before} to {after}",
    "Primero, {department}: en plazo, las entregas tarde bajan de {before} a {after}",
)
MAP_TITLE_TIME = Text(
    "{department} first: nothing shortens what customers wait for more",
    "Primero, {department}: nada acorta más lo que esperan los clientes",
)
MAP_TITLE_NOBODY = Text(
    "No department, by itself, keeps customers waiting",
    "Ningún departamento, por sí solo, hace esperar a los clientes",
)
MAP_VALUE_LATE = Text(
    "late deliveries that go if it alone keeps its promise",
    "entregas tarde que desaparecen si solo él cumple",
)
MAP_VALUE_TIME = Text(
    "lead time that goes if it alone keeps to its plan",
    "plazo que desaparece si solo él cumple su plan",
)
MAP_WEIGHT = Text("share of requests that wait for it", "parte de las peticiones que la esperan")
MAP_NOTE_LATE = Text("{share} late", "{share} tarde")
MAP_MEASURED = Text(
    "{m} of {n} services have a time.", "{m} de {n} servicios tienen su tiempo declarado."
)
MAP_SHOWN = Text(
    "Shown are the {m} of {n} departments and customers that matter most.",
    "Se muestran los {m} departamentos y clientes que más pesan, de {n}.",
)
MAP_ALT = Text(
    "Map of who delivers to whom, providers on the left, customers on the right. {title}. {order}",
    "Mapa de quién entrega a quién, proveedores a la izquierda, clientes a la derecha. {title}. "
    "{order}",
)
MAP_ORDER = Text("To fix first: {departments}.", "Por este orden: {departments}.")

# --- what was observed ----------------------------------------------------------------------------

OBSERVATIONS_INTRO = Text(
    "The model meets these figures of today exactly. The interval is what so many answers can tell "
    "(95 %); what the chain does not explain stays as it is, whatever is changed.",
    "El modelo reproduce exactamente estas cifras de hoy. El intervalo es lo que tantas respuestas "
    "pueden decir (95 %); lo que la cadena no explica sigue igual, se cambie lo que se cambie.",
)
INTERVAL = Text("{low} to {high} ({n} answers)", "de {low} a {high} ({n} respuestas)")
NO_INTERVAL = Text("no number of answers given", "sin número de respuestas")
EXPLAINED = Text(
    "of {unhappy} dissatisfied, the chain explains {explained}",
    "de un {unhappy} de insatisfechos, la cadena explica el {explained}",
)
NOT_INFORMATIVE = Text(
    "the impacts declared explain more than was observed and were scaled down",
    "los impactos declarados explican más de lo observado y se han rebajado",
)
MORE_OBSERVED = Text("And {n} more observed figures.", "Y otras {n} cifras observadas.")

# --- assumptions and provenance -------------------------------------------------------------------

DECLARED = Text("declared in this chain", "declarado en esta cadena")
DEFAULT = Text("default", "por defecto")
ASSUMPTIONS_INTRO = Text(
    "The model's coefficients are assumptions, not measurements. Change any of them in the "
    "chain's block {block}.",
    "Los coeficientes del modelo son supuestos, no mediciones. Cualquiera puede cambiarse en el "
    "bloque {block} de la cadena.",
)
ASSUMED_TIMES_ALL = Text(
    "All times in this chain are assumptions.", "Todos los tiempos de esta cadena son supuestos."
)
ASSUMED_TIMES_NONE = Text(
    "No time in this chain is marked as an assumption.",
    "Ningún tiempo de esta cadena está marcado como supuesto.",
)
ASSUMED_TIMES_SOME = Text("Assumed times: {services}.", "Tiempos supuestos: {services}.")
NO_TIMES = Text("No time at all: {services}.", "Sin tiempo alguno: {services}.")
SO_MANY_MORE = Text("and {n} more", "y {n} más")
ORIGIN_TEXT = Text(
    "valuechain {version}; chain {fingerprint}; {samples} sampled jobs, seed {seed}; {m} of {n} "
    "services with a time. Equal chain, seed and version, equal figures.",
    "valuechain {version}; cadena {fingerprint}; {samples} trabajos simulados, semilla {seed}; "
    "{m} de {n} servicios con su tiempo declarado. A igual cadena, semilla y versión, iguales "
    "cifras.",
)
STEP_LATE = Text(
    "On time, it would take late deliveries to customers from {before} to {after}.",
    "En plazo, haría bajar las entregas tarde a clientes de {before} a {after}.",
)
STEP_TIME = Text("It shortens what customers wait for.", "Acorta lo que esperan los clientes.")
NO_STEP = Text(
    "No department, by itself, changes noticeably what reaches customers.",
    "Ningún departamento, por sí solo, cambia de forma apreciable lo que llega a los clientes.",
)
WEIGHTED = Text(
    "These shares are of all customers together ({weighted}).",
    "Los porcentajes son de todos los clientes juntos ({weighted}).",
)

# What each coefficient of the block `assumptions` means; keys as in a result's provenance.
COEFFICIENTS: dict[str, Text] = {
    "weights.late": Text(
        "chance that a late delivery, by itself, dissatisfies",
        "probabilidad de que una entrega tardía, por sí sola, deje insatisfecho",
    ),
    "weights.faulty": Text(
        "chance that a faulty delivery, by itself, dissatisfies",
        "probabilidad de que una entrega con fallos, por sí sola, deje insatisfecho",
    ),
    "weights.unclear": Text(
        "chance that an unclear delivery, by itself, dissatisfies",
        "probabilidad de que una entrega poco clara, por sí sola, deje insatisfecho",
    ),
    "weights.repeated": Text(
        "chance that having to ask again, by itself, dissatisfies",
        "probabilidad de que tener que insistir, por sí solo, deje insatisfecho",
    ),
    "morale_to_quality": Text(
        "faults that a department's lost morale adds", "fallos que añade el desánimo de un área"
    ),
    "morale_to_time": Text(
        "time that a department's lost morale adds", "tiempo que añade el desánimo de un área"
    ),
    "input_to_morale": Text(
        "morale lost to an input that disappoints",
        "ánimo que se pierde por una entrega interna que decepciona",
    ),
    "overload_to_morale": Text(
        "morale lost to full overload", "ánimo que se pierde por una sobrecarga completa"
    ),
    "overload_starts": Text(
        "utilisation from which overload wears on people",
        "ocupación a partir de la cual la sobrecarga desgasta",
    ),
    "unexplained": Text(
        "least part of an observed dissatisfaction left unexplained",
        "parte mínima de una insatisfacción observada que queda sin explicar",
    ),
    "recovery": Text(
        "part of a setback that is overcome in one period",
        "parte de un bache que se supera en un periodo",
    ),
    "shared_cause": Text(
        "correlation of all times: how much bad weeks are bad for all",
        "correlación de todos los tiempos: cuánto una mala semana lo es para todos",
    ),
    "detractor_score": Text(
        "recommendation of a dissatisfied customer, from −1 to 1",
        "recomendación de un cliente insatisfecho, de −1 a 1",
    ),
}
WORDS_USED = Text(
    "Words in the chain stand for: impact low .10, medium .30, high .60, decisive .90; anger and "
    "word of mouth low .05, medium .10, high .20.",
    "Las palabras de la cadena valen: impacto low 0,10, medium 0,30, high 0,60, decisive 0,90; "
    "enfado y boca a boca low 0,05, medium 0,10, high 0,20.",
)
