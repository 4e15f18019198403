"""The words of `--help`, in English and Spanish."""

from valuechain.errors import Text

ABOUT = Text(
    "See, measure and mend how work inside an organisation reaches its customers.",
    "Ver, medir y mejorar cómo llega a los clientes el trabajo de dentro de una organización.",
)
AFTER = Text(
    "exit status: 0 fine, 1 findings (with --strict), 2 bad input",
    "código de salida: 0 bien, 1 hallazgos (con --strict), 2 entrada incorrecta",
)
USAGE = Text("usage: ", "uso: ")
GIVEN, OPTIONS, COMMANDS = (
    Text("arguments", "argumentos"),
    Text("options", "opciones"),
    Text("commands", "órdenes"),
)
COMMAND = Text("COMMAND", "ORDEN")
HELP = Text("show this help", "mostrar esta ayuda")
VERSION = Text("show the version", "mostrar la versión")
LANG = Text(
    "language of the words; without it Spanish if the locale is Spanish, else English",
    "idioma de las palabras; sin ella, español si la configuración regional lo es; si no, inglés",
)
JSON = Text("print data as JSON instead of words", "escribir datos en JSON en vez de palabras")
STRICT = Text("exit with 1 where there are findings", "salir con 1 donde haya hallazgos")
CHAIN = Text("a YAML file, or the name of an example", "un archivo YAML, o el nombre de un ejemplo")
SAMPLES = Text("sampled jobs (20000)", "trabajos simulados (20000)")
SEED = Text("seed of the draws (0)", "semilla del sorteo (0)")

CHECK = Text(
    "say what is wrong or doubtful in a chain", "decir qué está mal o es dudoso en una cadena"
)
SHOW = Text(
    "print who serves whom, and what is promised", "mostrar quién sirve a quién y qué promete"
)
DOMINO = Text(
    "follow a delay to the customers: the chain before and after",
    "seguir un retraso hasta los clientes: la cadena antes y después",
)
DELAY = Text(
    "own time to add, such as design=1w; may be repeated",
    "tiempo propio que se añade, como design=1w; puede repetirse",
)
SET = Text(
    "a field to set, such as services.it>sales.quality=0.7; may be repeated",
    "un campo que se fija, como services.it>sales.quality=0.7; puede repetirse",
)
SCENARIO = Text(
    "a scenario of the chain; may be repeated", "un escenario de la cadena; puede repetirse"
)
BOTTLENECKS = Text("tell which department to fix first", "decir qué departamento arreglar primero")
CUSTOMER = Text("count this customer only", "contar solo a este cliente")
OUTCOME = Text("what is to fall (breach)", "qué ha de bajar (breach)")
OUTCOMES = Text(
    "tell what reaches customers: satisfaction, churn, money, with the range of each",
    "decir qué llega a los clientes: satisfacción, bajas, dinero, con el rango de cada cifra",
)
DRAWS = Text(
    "draws over all that is uncertain, for the ranges; 0 for none ({n})",
    "sorteos de todo lo incierto, para los rangos; 0, sin rangos ({n})",
)
ATTRIBUTE = Text(
    "tell whose doing a customer's delay is, in parts that add up",
    "decir de quién es el retraso de un cliente, en partes que suman el total",
)
WHOSE = Text("whose outcome", "el cliente de quien se trata")
PART_OF = Text("what is shared out (mean_late_hours)", "qué se reparte (mean_late_hours)")
BY = Text("among whom it is shared out (department)", "entre quiénes se reparte (department)")
SINCE = Text(
    "an earlier chain: tell why it changed since", "una cadena anterior: decir por qué ha cambiado"
)
REACH = Text(
    "tell how likely a problem gets from one place to the others",
    "decir con qué probabilidad llega un problema de un sitio a los demás",
)
SOURCE = Text("a department or a service", "un departamento o un servicio")
OF = Text("what is passed on (dissatisfaction)", "qué se contagia (dissatisfaction)")
PROMISES = Text(
    "tell which promises can be kept, and what they hang on",
    "decir qué promesas pueden cumplirse, y de qué dependen",
)
WORKLOAD = Text(
    "tell how busy each department is, and how long work waits",
    "decir cuánta carga tiene cada departamento, y cuánto espera el trabajo",
)
STAFF = Text(
    "tell how many people a department needs to stay within a wait, a share late, or a load",
    "decir cuánta gente necesita un departamento para no pasar de cierta espera, retraso u "
    "ocupación",
)
WHERE = Text("the department", "el departamento")
MOST_WAIT = Text(
    'longest mean wait until somebody begins, such as "4 h"; several limits are kept together',
    'espera media máxima hasta que alguien empieza, como "4 h"; si hay varios límites, se '
    "respetan todos",
)
MOST_BREACH = Text(
    'largest share of its deliveries that may be late, such as 0.05 or "5 %"',
    'parte máxima de sus entregas que puede llegar tarde, como 0.05 o "5 %"',
)
MOST_BUSY = Text(
    'largest share of the time that its people are busy, such as 0.8 or "80 %"',
    'ocupación máxima de su gente, como 0.8 u "80 %"',
)
STAFF_STRICT = Text(
    "exit with 1 where the people there are now are too few",
    "salir con 1 si no basta la gente que hay ahora",
)
STAFF_SAMPLES = Text(
    "sampled jobs, for --breach (20000)", "trabajos simulados, para --breach (20000)"
)
LIMIT = Text(
    "tell how far all demand can grow before the first department is overloaded",
    "decir cuánto puede crecer toda la demanda antes de que se sobrecargue el primer departamento",
)
LIMIT_STRICT = Text(
    "exit with 1 where there is no room to grow, today or in busy periods",
    "salir con 1 si no queda margen para crecer, hoy o en temporada alta",
)
TIPPING = Text(
    "tell from what demand on overload and lost morale feed each other",
    "decir a partir de qué demanda la sobrecarga y el desánimo se alimentan mutuamente",
)
TIPPING_STRICT = Text(
    "exit with 1 where that can happen within the demand looked at",
    "salir con 1 si eso puede pasar dentro de la demanda que se mira",
)
TIPPING_SAMPLES = Text(
    "sampled jobs (20000); 2000 do on large chains, which take minutes",
    "trabajos simulados (20000); en cadenas grandes, que tardan minutos, bastan 2000",
)
MOST = Text(
    "how many times today's demand to look up to (2)",
    "hasta cuántas veces la demanda de hoy se mira (2)",
)
COMPARE = Text(
    "compare chains: what differs, and what customers get of it",
    "comparar cadenas: en qué difieren, y qué notan los clientes",
)
OTHER = Text("other chains to compare with", "otras cadenas con que comparar")
INTERVENTION = Text(
    "an intervention of the chain; may be repeated",
    "una intervención de la cadena; puede repetirse",
)
PLAN = Text("choose what to do within a budget", "elegir qué hacer con un presupuesto")
BUDGET = Text("money for the first year", "dinero para el primer año")
IMPROVE = Text("what is to improve (revenue_at_risk)", "qué ha de mejorar (revenue_at_risk)")
SIMULATE = Text(
    "follow a change period by period, until it heals or settles",
    "seguir un cambio periodo a periodo, hasta que se cura o se asienta",
)
PERIODS = Text("how many periods (12)", "cuántos periodos (12)")
LASTING = Text(
    "how many periods the blow lasts (for ever)", "cuántos periodos dura el golpe (para siempre)"
)
RENDER = Text("draw the map of bottlenecks", "dibujar el mapa de cuellos de botella")
PICTURE_FILE = Text(
    "the file, .png, .svg or .pdf (bottlenecks.png)",
    "el archivo, .png, .svg o .pdf (bottlenecks.png)",
)
REPORT = Text(
    "tell who is served worst, why, and what to fix first; write a page for the board",
    "decir quién es el peor servido, por qué y qué arreglar primero; escribir una página",
)
PAGE_FILE = Text("the page (report.html)", "la página (report.html)")
PICTURE = Text(
    "the map as a file of its own, too: .png, .svg or .pdf",
    "también el mapa, en un archivo propio: .png, .svg o .pdf",
)
SCHEMA = Text(
    "print the JSON Schema, with which an editor completes and checks keys",
    "escribir el JSON Schema, con el que un editor completa y comprueba las claves",
)
NEW = Text(
    "print a chain of seven lines to start from", "escribir una cadena de siete líneas para empezar"
)
FULL = Text("a full one, with everything explained", "una completa, con todo explicado")
EXAMPLES = Text(
    "list the chains that come along, or print one", "listar las cadenas incluidas, o escribir una"
)
NAME = Text("print this one", "escribir esta")
