"""What can be asked on the command line, in English and Spanish."""

from __future__ import annotations

import argparse
import locale
import os
import re
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from valuechain.errors import Lang, Text, UsageError, did_you_mean

OUTCOMES = ("breach", "mean_late_hours", "mean_hours", "dissatisfied")
MOST_SAMPLES, MOST_SEED = 10_000_000, 2**63 - 1

ABOUT = Text(
    "See, measure and mend how work inside an organisation reaches its customers.",
    "Ver, medir y mejorar cómo llega a los clientes el trabajo de dentro de una organización.",
)
AFTER = Text(
    "exit status: 0 fine, 1 findings (with --strict), 2 bad input",
    "estado de salida: 0 bien, 1 hallazgos (con --strict), 2 entrada incorrecta",
)
USAGE = Text("usage: ", "uso: ")
GIVEN, OPTIONS, COMMANDS = (
    Text("what to give", "qué se da"),
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

# argparse's own messages, and the same in Spanish; the groups keep their places.
_SPANISH = (
    (r"the following arguments are required: (.+)", r"falta: \1"),
    (r"unrecognized arguments: (.+)", r"argumentos desconocidos: \1"),
    (r"argument (.+?): expected one argument", r"\1: falta su valor"),
    (r"argument (.+?): expected at least one argument", r"\1: falta su valor"),
    (r"argument (.+?): ignored explicit argument (.+)", r"\1 no lleva valor: \2"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1: \2; permitido: \3"),
    (r"argument (.+?): (.+)", r"\1: \2"),
)


def language_of(given: Sequence[str]) -> Lang:
    """Return the language that arguments ask for, else that of the locale."""
    lang = ""
    for place, word in enumerate(given):
        if word == "--lang" and place + 1 < len(given):
            lang = given[place + 1]
        elif word.startswith("--lang="):
            lang = word.partition("=")[2]
    if lang in ("es", "en"):
        return "es" if lang == "es" else "en"
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    name = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    return "es" if name.lower().startswith(("es_", "es-", "spanish")) or name == "es" else "en"


def read_arguments(given: Sequence[str], lang: Lang) -> tuple[str, argparse.Namespace]:
    """Return the command that is asked for and its options.

    Raises
    ------
    UsageError
        In one line, if they cannot be.
    SystemExit
        After ``--help`` and ``--version``.
    """
    options = _parser(lang).parse_args(given)
    options.lang = lang
    return str(options.command), options


class _Parser(argparse.ArgumentParser):
    """A parser that speaks two languages, and says a mistake in one line."""

    lang: Lang = "en"

    def __init__(self, **settings: Any) -> None:
        def formatter(prog: str) -> argparse.HelpFormatter:
            return _Formatter(prog, self.lang)

        super().__init__(add_help=False, allow_abbrev=False, formatter_class=formatter, **settings)
        self.given = self.add_argument_group(GIVEN.say(self.lang))
        self.options = self.add_argument_group(OPTIONS.say(self.lang))
        self.options.add_argument("-h", "--help", action="help", help=HELP.say(self.lang))

    def error(self, message: str) -> NoReturn:
        spanish = message
        for pattern, words in _SPANISH:
            if re.fullmatch(pattern, message, re.S):
                spanish = re.sub(pattern, words, message, flags=re.S)
                break
        hint = _near_choice(message)
        more = Text(f" ({hint.en})", f" ({hint.es})") if hint else Text("", "")
        raise UsageError(Text(f"{message}{more.en}", f"{spanish}{more.es}"))


class _SpanishParser(_Parser):
    lang = "es"


class _Formatter(argparse.HelpFormatter):
    def __init__(self, prog: str, lang: Lang) -> None:
        super().__init__(prog, max_help_position=28, width=96)
        self._usage_word = USAGE.say(lang)

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, self._usage_word if prefix is None else prefix)


def _near_choice(message: str) -> Text | None:
    found = re.search(r"invalid choice: '(.*?)' \(choose from (.+)\)", message)
    if found is None:
        return None
    return did_you_mean(found[1], [word.strip(" '") for word in found[2].split(",")])


def _whole(least: int, most: int, lang: Lang) -> Callable[[str], int]:
    allowed = Text(
        f"a whole number from {least} to {most}", f"un número entero de {least} a {most}"
    )

    def parse(text: str) -> int:
        digits = text.strip()
        if len(digits) > 20 or not digits.isascii() or not digits.isdigit():
            raise argparse.ArgumentTypeError(f"«{text[:40]}»; {allowed.say(lang)}")
        if not least <= int(digits) <= most:
            raise argparse.ArgumentTypeError(f"{digits}; {allowed.say(lang)}")
        return int(digits)

    return parse


def _parser(lang: Lang) -> _Parser:
    from valuechain.results import library_version

    speaker = _SpanishParser if lang == "es" else _Parser
    parser = speaker(prog="valuechain", description=ABOUT.say(lang), epilog=AFTER.say(lang))
    version = f"valuechain {library_version()}"
    parser.options.add_argument(
        "--version", action="version", version=version, help=VERSION.say(lang)
    )
    parser.options.add_argument("--lang", choices=("es", "en"), help=LANG.say(lang))
    commands = parser.add_subparsers(
        title=COMMANDS.say(lang),
        metavar=COMMAND.say(lang),
        dest="command",
        required=True,
    )

    def command(name: str, words: Text, chain: bool = False, drawn: bool = False) -> _Parser:
        made: _Parser = commands.add_parser(name, help=words.say(lang), description=words.say(lang))
        if chain:
            made.given.add_argument("chain", metavar="CHAIN", help=CHAIN.say(lang))
        made.options.add_argument("--lang", choices=("es", "en"), help=LANG.say(lang))
        made.options.add_argument("--json", action="store_true", help=JSON.say(lang))
        made.options.add_argument("--strict", action="store_true", help=STRICT.say(lang))
        if drawn:
            made.options.add_argument(
                "--samples",
                type=_whole(1, MOST_SAMPLES, lang),
                default=20_000,
                metavar="N",
                help=SAMPLES.say(lang),
            )
            made.options.add_argument(
                "--seed",
                type=_whole(0, MOST_SEED, lang),
                default=0,
                metavar="N",
                help=SEED.say(lang),
            )
        return made

    def add(made: _Parser, *names: str, words: Text, **settings: Any) -> None:
        made.options.add_argument(*names, help=words.say(lang), **settings)

    command("check", CHECK, chain=True)
    command("show", SHOW, chain=True)
    domino = command("domino", DOMINO, chain=True, drawn=True)
    add(domino, "--delay", words=DELAY, action="append", default=[], metavar="ID=TIME")
    add(domino, "--set", words=SET, action="append", default=[], metavar="PATH=VALUE")
    add(domino, "--scenario", words=SCENARIO, action="append", default=[], metavar="ID")
    ranking = command("bottlenecks", BOTTLENECKS, chain=True, drawn=True)
    add(ranking, "--customer", words=CUSTOMER, metavar="ID")
    add(ranking, "--outcome", words=OUTCOME, choices=OUTCOMES, default="breach")
    render = command("render", RENDER, chain=True, drawn=True)
    add(render, "-o", "--output", words=PICTURE_FILE, metavar="FILE", default="bottlenecks.png")
    report = command("report", REPORT, chain=True, drawn=True)
    add(report, "-o", "--output", words=PAGE_FILE, metavar="FILE", default="report.html")
    add(report, "--picture", words=PICTURE, metavar="FILE")
    command("schema", SCHEMA)
    new = command("new", NEW)
    add(new, "--full", words=FULL, action="store_true")
    examples = command("examples", EXAMPLES)
    examples.given.add_argument("name", nargs="?", metavar="NAME", help=NAME.say(lang))
    return parser
