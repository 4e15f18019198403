"""What goes to the terminal: any letter on any code page, and data that is always sound JSON."""

from __future__ import annotations

import codecs
import json
import sys
import unicodedata
from typing import Any

CLOSEST = "valuechain.closest"
_ALIKE = str.maketrans({"«": '"', "»": '"', "“": '"', "”": '"', "–": "-", "−": "-", "→": ">"})


def set_up_streams() -> None:
    """Let both streams write what their encoding has no letter for in its closest form."""
    codecs.register_error(CLOSEST, _closest)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=CLOSEST)


def _closest(error: UnicodeError) -> tuple[str, int]:
    """Return plain letters for those an encoding lacks: ñ as n, a no-break space as a space."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    return "".join(_plain(char) for char in missing), error.end


def _plain(char: str) -> str:
    """Return a letter without its accents; nothing for what takes no room; else a question mark."""
    if unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return ""
    letters = unicodedata.normalize("NFKD", char.translate(_ALIKE))
    return "".join(letter for letter in letters if letter.isascii()) or "?"


def put(text: str = "") -> None:
    """Write a line to standard output."""
    print(text)


def put_error(text: str) -> None:
    """Write a line to standard error."""
    print(text, file=sys.stderr)


def put_json(data: Any) -> None:
    """Write data as JSON; letters that the encoding lacks are escaped."""
    text = json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = json.dumps(data, ensure_ascii=True, indent=2, allow_nan=False)
    put(text)
