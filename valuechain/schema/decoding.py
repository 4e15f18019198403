"""Bytes -> text: which encoding a file is in, and what to do when it is none.

UTF-8, with or without byte order mark, is what editors write today; Windows
programs still save "Unicode" as UTF-16 with a mark. Anything else is refused
with the way to save it as UTF-8: a guess would turn `Diseño` into `DiseÃ±o`.
"""

from __future__ import annotations

import codecs

from valuechain.errors import Issue, SchemaError, Text

MAX_TEXT = 128 * 2**20  # characters or bytes; a chain of 100,000 departments has half of it
# UTF-32 first: its little-endian mark begins with the one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_SAVE_AS = Text(
    "open it in your editor and save it again with the encoding UTF-8"
    " (Notepad: Save as, Encoding: UTF-8)",
    "ábralo en su editor y guárdelo de nuevo con la codificación UTF-8"
    " (Bloc de notas: Guardar como, Codificación: UTF-8)",
)
_AS_TEXT = Text("a text in UTF-8", "un texto en UTF-8")


def decode(data: bytes, name: str | None) -> str:
    r"""Return the text of a file: UTF-8, or UTF-16 or UTF-32 that starts with its mark.

    Parameters
    ----------
    data : bytes
        What the file holds.
    name : str or None
        The name of the file, for messages.

    Raises
    ------
    SchemaError
        Where it is not text, or in another encoding: with the place of the
        first byte that does not fit and how to save the file as UTF-8.

    Examples
    --------
    >>> decode(b"\xef\xbb\xbfname: Dise\xc3\xb1o", "chain.yaml")
    'name: Diseño'
    """
    encoding = "utf-8"
    for mark, marked in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], marked
            break
    else:
        if b"\0" in data[:4096]:
            raise SchemaError([_not_text(data, name)])
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SchemaError([_misfit(data, error, name)]) from None


def _not_text(data: bytes, name: str | None) -> Issue:
    """Return the issue of a file with NUL bytes: UTF-16 without a mark, or binary."""
    found = Text("a binary file, not a text", "un archivo binario, no un texto")
    hint = Text(
        "is this the file you meant? A chain is written in YAML",
        "¿es este el archivo? Una cadena se escribe en YAML",
    )
    zeros = sorted((data[0:4096:2].count(0), data[1:4096:2].count(0)))
    if 10 * zeros[0] < zeros[1] > len(data[:4096]) / 4:  # one half of most Latin letters is zero
        found = Text(
            "a text in UTF-16 without a byte order mark", "un texto en UTF-16 sin marca de orden"
        )
        hint = _SAVE_AS
    return Issue((), found, _AS_TEXT, hint, file=name, line=1, column=1)


def _misfit(data: bytes, error: UnicodeDecodeError, name: str | None) -> Issue:
    """Return the issue of the first byte that is not in the encoding."""
    before = data[: error.start].decode(error.encoding, "replace")
    start = before.rfind("\n") + 1
    byte = data[error.start]
    found = Text(
        f"byte 0x{byte:02X}, which is not {_NAMES.get(error.encoding, 'UTF-32')}",
        f"el byte 0x{byte:02X}, que no es {_NAMES.get(error.encoding, 'UTF-32')}",
    )
    if error.encoding == "utf-8":
        # Latin-1 reads every byte; the word around it tells the reader which one it is.
        line = data[error.start - len(before[start:].encode()) :].split(b"\n", 1)[0]
        word = line[:60].decode("latin-1").strip()
        if word.isprintable():
            found = Text(
                found.en + f"; as Latin-1 or Windows-1252 the line reads «{word}»",
                found.es + f"; en Latin-1 o Windows-1252 la línea dice «{word}»",
            )
    place = (before.count("\n") + 1, len(before) - start + 1)
    return Issue((), found, _AS_TEXT, _SAVE_AS, file=name, line=place[0], column=place[1])
