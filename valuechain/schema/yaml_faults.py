"""What can be wrong with a text before it is a chain, in words that help to mend it.

Each function returns an `Issue` without its place. The YAML parser speaks of
tokens and productions; `not_yaml` says what its author most likely did.
"""

from __future__ import annotations

import yaml

from valuechain.errors import Issue, Text, as_found, did_you_mean, shown

_QUOTES = Text('put the text in quotes: "..."', 'ponga el texto entre comillas: "..."')
_INDENT = Text(
    "indent by spaces, two for each level, and line up what belongs together",
    "sangre con espacios, dos por nivel, y alinee lo que va junto",
)
_WRITE_OUT = Text("write it out where it is needed", "escríbalo donde haga falta")

_TAB = Issue((), Text("a tab", "un tabulador"), Text("spaces", "espacios"), _INDENT)
_UNKNOWN_ESCAPE = Issue(
    (),
    Text("a backslash in double quotes with something YAML does not know after it",
         "una barra invertida entre comillas dobles seguida de algo que YAML no conoce"),
    Text("\\n, \\t, \\\\, \\\" or \\u00f1", "\\n, \\t, \\\\, \\\" o \\u00f1"),
    Text("use single quotes: 'C:\\folder'", "use comillas simples: 'C:\\carpeta'"),
)  # fmt: skip

# What the parser's words mean, by a part of them: libyaml's words and PyYAML's.
_MEANINGS: tuple[tuple[tuple[str, ...], Issue], ...] = (
    (("mapping values are not allowed",), Issue(
        (),
        Text("a second «: » in the line, or a line indented too far",
             "un segundo «: » en la línea, o una línea con sangría de más"),
        Text("one «key: value» a line", "un «clave: valor» por línea"),
        Text('a text with «: » inside needs quotes: "..."',
             'un texto con «: » dentro va entre comillas: "..."'),
    )),
    (("tab character",), _TAB),
    (("expected ',' or '}'",), Issue(
        (),
        Text("a «{» that is not closed, or a comma that is missing in it",
             "una «{» sin cerrar, o una coma que falta dentro"),
        Text("{key: value, key: value}", "{clave: valor, clave: valor}"),
        Text('close it with «}»; a text with a comma or a bracket needs quotes: "..."',
             'ciérrela con «}»; un texto con coma o llave va entre comillas: "..."'),
    )),
    (("expected ',' or ']'",), Issue(
        (),
        Text("a «[» that is not closed, or a comma that is missing in it",
             "un «[» sin cerrar, o una coma que falta dentro"),
        Text("[one, another]", "[uno, otro]"),
        Text('close it with «]»; a text with a comma or a bracket needs quotes: "..."',
             'ciérrelo con «]»; un texto con coma o corchete va entre comillas: "..."'),
    )),
    (("found unexpected end of stream", "found unexpected document"), Issue(
        (),
        Text("a quote that is not closed", "unas comillas sin cerrar"),
        Text('"text" or \'text\'', '"texto" o \'texto\''),
        Text("close the quotes", "cierre las comillas"),
    )),
    (("unknown escape character", "expected escape sequence", "expected hexdecimal",
      "invalid Unicode character escape"), _UNKNOWN_ESCAPE),
    (("could not find expected ':'",), Issue(
        (),
        Text("a line without «: »", "una línea sin «: »"),
        Text("«key: value», with a space after the colon",
             "«clave: valor», con un espacio tras los dos puntos"),
        _INDENT,
    )),
    (("did not find expected key", "expected '-' indicator", "expected <block end>",
      "sequence entries are not allowed", "expected node content", "the node content"), Issue(
        (),
        Text("something that does not fit its place: an indentation that matches nothing above, "
             "or text after a closing quote or bracket",
             "algo fuera de sitio: una sangría que no cuadra con nada de arriba, "
             "o texto tras unas comillas o un corchete que se cierran"),
        Text("what belongs together in one column", "lo que va junto, en una misma columna"),
        _INDENT,
    )),
    (("expected alphabetic or numeric character",), Issue(
        (),
        Text("«*» or «&» at the beginning of a text", "«*» o «&» al principio de un texto"),
        Text("an alias like *name", "un alias como *nombre"),
        _QUOTES,
    )),
    (("expected <document start>", "expected '<document start>'"), Issue(
        (),
        Text("text after the end of the document", "texto tras el final del documento"),
        Text("one chain a file", "una cadena por archivo"),
        _INDENT,
    )),
)  # fmt: skip


def not_yaml(error: yaml.YAMLError, text: str, depth: int) -> tuple[Issue, tuple[int, int]]:
    """Return the issue and place (line, column) of what the parser refused.

    `depth` is how many levels are allowed.
    """
    if not isinstance(error, yaml.MarkedYAMLError):
        # A ReaderError counts bytes in libyaml and characters in Python: find it in the text.
        reader = next(
            ((number, char) for number, char in enumerate(text) if not _is_allowed(char)), (0, "")
        )
        before = text[: reader[0]]
        column = reader[0] - (before.rfind("\n") + 1) + 1
        return not_text(reader[1]), (before.count("\n") + 1, column)
    mark = error.problem_mark or error.context_mark
    problem = str(error.problem or error)
    words = f"{error.context or ''} {problem}"
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    line = (text.splitlines()[mark.line : mark.line + 1] or [""])[0] if mark else ""
    char = line[mark.column : mark.column + 1] if mark else ""
    if "cannot start any token" in problem:
        return _bad_start(char), place
    if "maximum nesting depth" in problem:  # libyaml 0.2.6 and later give up by themselves
        return too_deep(depth), place
    for parts, issue in _MEANINGS:
        if any(part in words for part in parts):
            indentation = line[: len(line) - len(line.lstrip())]
            return _TAB if "\t" in indentation else issue, place
    return Issue((), as_found(problem), Text("YAML", "YAML"), _INDENT), place


def _is_allowed(char: str) -> bool:
    """Whether YAML allows a character in a text (production c-printable)."""
    code = ord(char)
    return (
        char in "\t\n\r\x85"
        or 0x20 <= code <= 0x7E
        or 0xA0 <= code <= 0xD7FF
        or (0xE000 <= code <= 0xFFFD and code != 0xFEFF)
        or code >= 0x10000
    )


def _bad_start(char: str) -> Issue:
    """Return the issue of a value that begins with what no plain text may begin with."""
    if char == "\t":
        return _TAB
    found = Text(
        f"{shown(char)} at the beginning of a text", f"{shown(char)} al principio de un texto"
    )
    return Issue((), found, Text("a letter or a digit", "una letra o una cifra"), _QUOTES)


def unknown_escape() -> Issue:
    """Return the issue of an escape in double quotes that stands for no character."""
    return _UNKNOWN_ESCAPE


def not_text(char: str) -> Issue:
    """Return the issue of a control character or half a character (a lone surrogate)."""
    code = f"U+{ord(char):04X}" if char else "?"
    return Issue(
        (),
        Text(f"the control character {code}", f"el carácter de control {code}"),
        Text("printable text", "texto imprimible"),
        Text("delete it", "bórrelo"),
    )


def empty() -> Issue:
    """Return the issue of a text without anything in it."""
    return Issue(
        (),
        Text("nothing: the text is empty", "nada: el texto está vacío"),
        Text("a chain", "una cadena"),
        Text(
            "it begins with «valuechain: 1»; `valuechain new` writes one to start from",
            "empieza por «valuechain: 1»; `valuechain new` escribe una para empezar",
        ),
    )


def root(scalar: str | None) -> Issue:
    """Return the issue of a document that is a text or a list."""
    if scalar is not None and scalar.strip() in {"", "~", "null", "Null", "NULL"}:
        return empty()
    hint = Text("begin with «valuechain: 1»", "empiece por «valuechain: 1»")
    if scalar is not None and scalar.lower().endswith((".yaml", ".yml")) and "\n" not in scalar:
        hint = Text("to read a file, call read_yaml", "para leer un archivo, use read_yaml")
    found = Text("a list", "una lista") if scalar is None else as_found(scalar)
    return Issue((), found, Text("a mapping of keys", "claves con sus valores"), hint)


def second_document() -> Issue:
    """Return the issue of a second document in the text."""
    return Issue(
        (),
        Text("a second document («---»)", "un segundo documento («---»)"),
        Text("one chain a file", "una cadena por archivo"),
        Text("split the file", "divida el archivo"),
    )


def tag(name: str) -> Issue:
    """Return the issue of a tag such as ``!!python/object``: a chain is data only."""
    return Issue(
        (),
        Text(f"the tag {shown(name)}", f"la etiqueta {shown(name)}"),
        Text("no tags", "ninguna etiqueta"),
        Text(
            "delete it; a text that begins with «!» needs quotes",
            "bórrela; un texto que empieza por «!» va entre comillas",
        ),
    )


def key_no_word() -> Issue:
    """Return the issue of a list or a mapping in the place of a key."""
    return Issue(
        (),
        Text("a list or a mapping as a key", "una lista o un bloque como clave"),
        Text("a word as a key", "una palabra como clave"),
        Text(
            "one pair of braces too many? A text with braces needs quotes",
            "¿sobra un par de llaves? Un texto con llaves va entre comillas",
        ),
    )


def merge_no_mapping() -> Issue:
    """Return the issue of a merge key that brings in no mapping."""
    return Issue(
        (),
        Text("«<<» with a text", "«<<» con un texto"),
        Text("«<<: *name» of a mapping", "«<<: *nombre» de un bloque"),
        _WRITE_OUT,
    )


def alias_unknown(name: str, known: list[str]) -> Issue:
    """Return the issue of an alias without its anchor."""
    hint = did_you_mean(name, known) or Text(
        "a text that begins with «*» needs quotes", "un texto que empieza por «*» va entre comillas"
    )
    return Issue(
        (),
        Text(f"the alias *{name[:80]}, which stands for nothing above",
             f"el alias *{name[:80]}, que no está definido arriba"),
        Text("an anchor &name before its alias *name", "un ancla &nombre antes del alias *nombre"),
        hint,
    )  # fmt: skip


def alias_of_itself(name: str) -> Issue:
    """Return the issue of an alias inside of what it stands for."""
    return Issue(
        (),
        Text(f"*{name[:80]} inside of itself", f"*{name[:80]} dentro de sí mismo"),
        Text("an alias after the end of its anchor", "un alias tras el final de su ancla"),
        _WRITE_OUT,
    )


def alias_bomb(name: str, limit: int) -> Issue:
    """Return the issue of aliases that bring in more than can be meant."""
    return Issue(
        (),
        Text(f"aliases that bring in more than {limit:,} values (here *{name[:80]})",
             f"alias que traen más de {limit:,} valores (aquí *{name[:80]})"),
        Text(f"at most {limit:,} values through aliases", f"como mucho {limit:,} con alias"),
        _WRITE_OUT,
    )  # fmt: skip


def repeated(path: tuple[str | int, ...], key: str, line: int) -> Issue:
    """Return the issue of a key that is in its mapping already, since `line`."""
    return Issue(
        path,
        Text(f"the key {shown(key)} again, first in line {line}",
             f"la clave {shown(key)} otra vez; la primera, en la línea {line}"),
        Text("each key once", "cada clave una vez"),
        Text("delete or rename one of the two", "borre o renombre una de las dos"),
    )  # fmt: skip


def more_repeated(limit: int) -> Issue:
    """Return the issue that closes a list of very many repeated keys."""
    return Issue(
        (),
        Text(f"more than {limit:,} repeated keys", f"más de {limit:,} claves repetidas"),
        Text("each key once", "cada clave una vez"),
    )


def too_deep(limit: int) -> Issue:
    """Return the issue of too many levels."""
    return Issue(
        (),
        Text(f"more than {limit} levels, one inside the other",
             f"más de {limit} niveles, uno dentro de otro"),
        Text("at most seven levels in a chain", "como mucho siete niveles en una cadena"),
    )  # fmt: skip


def too_long(limit: int) -> Issue:
    """Return the issue of an endless text."""
    return Issue(
        (),
        Text(f"a text of more than {limit:,} characters", f"un texto de más de {limit:,} letras"),
        Text("shorter texts", "textos más cortos"),
        Text("is a quote not closed?", "¿faltan unas comillas de cierre?"),
    )


def too_many(limit: int) -> Issue:
    """Return the issue of more values than any chain has."""
    return Issue(
        (),
        Text(f"more than {limit:,} entries", f"más de {limit:,} entradas"),
        Text(f"at most {limit:,}", f"como mucho {limit:,}"),
    )


def too_large(size: int, limit: int) -> Issue:
    """Return the issue of a text that no chain can fill."""
    return Issue(
        (),
        Text(f"a text of {size / 2**20:.0f} MiB", f"un texto de {size / 2**20:.0f} MiB"),
        Text(f"at most {limit / 2**20:.0f} MiB", f"como mucho {limit / 2**20:.0f} MiB"),
    )
