"""The command line: arguments in, verbs called; words, data, pictures and pages out.

Exit status: 0 fine; 1 findings, with ``--strict``; 2 bad input; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator, Sequence

from valuechain.cli.arguments import language_of, read_arguments
from valuechain.cli.output import put_error, set_up_streams
from valuechain.errors import Lang, Text, ValueChainError, ValueChainWarning

FINE, FINDINGS, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
TOO_LARGE = Text(
    "this needs more memory than there is; try fewer --samples",
    "esto necesita más memoria de la que hay; pruebe con menos --samples",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; absent: those of the process.

    Raises
    ------
    SystemExit
        With 0, after ``--help`` and ``--version``.

    Examples
    --------
    >>> main(["examples", "--lang", "en"])  # doctest: +ELLIPSIS
    design_delay ...
    0
    """
    given = list(sys.argv[1:] if argv is None else argv)
    lang = language_of(given)
    set_up_streams()
    try:
        with _doubts_as_lines(lang):
            status = _run(given, lang)
        sys.stdout.flush()  # a reader that is gone shows here, not when Python ends
    except BrokenPipeError:
        with contextlib.suppress(OSError, ValueError):  # what is left unsaid goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _run(given: Sequence[str], lang: Lang) -> int:
    """Run a command; what a user did wrong becomes lines."""
    try:
        command, options = read_arguments(given, lang)
        from valuechain.cli import commands

        findings: bool = getattr(commands, command)(options)
        return FINDINGS if findings and options.strict else FINE
    except ValueChainError as error:
        put_error(error.text(lang))
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        put_error(f"{error.filename}: {reason}" if error.filename else reason)
    except MemoryError:
        put_error(TOO_LARGE.say(lang))
    return BAD_INPUT


@contextlib.contextmanager
def _doubts_as_lines(lang: Lang) -> Iterator[None]:
    """Say this library's warnings at the end, each once; keep those of other libraries quiet."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        finally:
            doubts = [w.message for w in caught if isinstance(w.message, ValueChainWarning)]
            for line in dict.fromkeys(doubt.text(lang) for doubt in doubts):
                put_error(line)


__all__ = ["BAD_INPUT", "FINDINGS", "FINE", "INTERRUPTED", "main"]
