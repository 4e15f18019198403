"""`write_report`: one self-contained page. Words, a table, a picture, assumptions, provenance."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from pathlib import Path

from valuechain.chain import ValueChain
from valuechain.errors import Lang, Text
from valuechain.report import page_phrases as p
from valuechain.report.assumptions import assumed_times, coefficients
from valuechain.report.customers_table import Cell, CustomersTable, customers_table
from valuechain.report.headline import first_steps, headline, key_figures
from valuechain.report.observed_figures import observed_figures
from valuechain.report.paragraph import paragraph
from valuechain.report.picture import bottleneck_map, for_paper, map_alt
from valuechain.report.story import Findings, find
from valuechain.report.voice import END_ISOLATE, ISOLATE, Voice, shown_name, voice_of
from valuechain.report.words.outcomes import money_words


def write_report(
    chain: ValueChain,
    path: str | os.PathLike[str],
    lang: Lang = "es",
    *,
    samples: int = 20_000,
    seed: int = 0,
) -> None:
    """Write a page for a board: words, a table, a picture, assumptions, where figures come from.

    Parameters
    ----------
    chain : ValueChain
        With its changes in force.
    path : path-like
        Of the HTML file; an existing one is replaced, but only once the new one is complete.
    lang : {"es", "en"}
        Language of the words; names stand as declared.
    samples, seed
        As in `propagate_delay`.

    Raises
    ------
    UsageError
        If there is no such folder, or there are no words in that language.
    OSError
        If the file cannot be written.
    DeadlockError, ConvergenceError
        As in `propagate_delay`.

    Notes
    -----
    The page needs no network and runs no script: its Content-Security-Policy allows nothing but
    its own style, by its hash, and images within the page. Equal chain, seed and version of the
    libraries, equal bytes.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from valuechain.chain import ValueChain
    >>> chain = ValueChain(
    ...     departments={"sales": {}}, customers={"shop": {}},
    ...     services=[{"provider": "sales", "client": "shop", "takes": "4 h", "sla": "2 h"}])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "report.html")
    ...     write_report(chain, path, lang="en", samples=100)
    ...     path.read_text(encoding="utf-8").startswith("<!doctype html>")
    True
    """
    from valuechain.plot import check_folder, write_whole

    voice, path = voice_of(chain, lang), Path(path)
    check_folder(path)
    page = html_page(find(chain, samples=samples, seed=seed), voice)
    write_whole(path, page.encode())


def html_page(findings: Findings, voice: Voice) -> str:
    """Return the page as text."""
    chain = findings.story.chain
    table = customers_table(findings, voice)
    style = files("valuechain.report").joinpath("page.css").read_text(encoding="utf-8")
    style += _bar_widths(table)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    name = shown_name(chain.name) if chain.name else voice.say(p.UNTITLED)
    title = headline(findings, voice)
    parts = [
        "<!doctype html>",
        f'<html lang="{voice.lang}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f'<meta name="description" content="{escape(voice.say(p.DESCRIPTION))}">',
        f"<title>{text(name)}: {text(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        f'<p class="eyebrow">{text(name)}</p>',
        f"<h1>{text(title)}</h1>",
        *_figures(findings, voice),
        *_section("findings", p.FINDINGS, voice, _findings(findings, voice)),
        *_section("steps", p.FIRST_STEPS, voice, _steps(findings, voice)),
        *_section("picture", p.PICTURE, voice, _picture(findings, voice)),
        *_section("customers", p.CUSTOMERS, voice, _table(table, voice)),
        *_section("observed", p.OBSERVATIONS, voice, _observations(findings, voice)),
        *_section("assumptions", p.ASSUMPTIONS, voice, _assumptions(findings, voice)),
        *_origin(findings, voice),
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def text(words: str) -> str:
    """Return words as HTML: escaped, and names in another direction of writing kept apart.

    Examples
    --------
    >>> text('<script>"R&D"')
    '&lt;script&gt;&quot;R&amp;D&quot;'
    """
    escaped = escape(words)
    return escaped.replace(ISOLATE, "<bdi>").replace(END_ISOLATE, "</bdi>")


def _section(key: str, title: Text, voice: Voice, inside: Iterable[str]) -> Iterator[str]:
    """Yield a section with its heading; nothing where there is nothing inside."""
    lines = list(inside)
    if lines:
        yield f'<section aria-labelledby="{key}">'
        yield f'<h2 id="{key}">{text(voice.say(title))}</h2>'
        yield from lines
        yield "</section>"


def _figures(findings: Findings, voice: Voice) -> Iterator[str]:
    figures = key_figures(findings, voice)
    if figures:
        yield '<ul class="figures">'
        for figure, words in figures:
            yield f"<li><strong>{text(figure)}</strong> {text(words)}</li>"
        yield "</ul>"


def _findings(findings: Findings, voice: Voice) -> Iterator[str]:
    yield f'<p class="lead">{text(paragraph(findings.story, voice))}</p>'
    money = " ".join(money_words(findings.outcomes, voice))
    if money:
        yield f'<p class="lead">{text(money)}</p>'


def _steps(findings: Findings, voice: Voice) -> Iterator[str]:
    steps = first_steps(findings, voice)
    if steps.ranked:
        yield '<ol class="steps">'
        for name, words in steps.ranked:
            yield f"<li><strong>{text(name)}.</strong> {text(words)}</li>"
        yield "</ol>"
    if steps.notes:
        yield f"<p>{text(' '.join(steps.notes))}</p>"


def _picture(findings: Findings, voice: Voice) -> Iterator[str]:
    if findings.ranking is None:
        return
    from valuechain.plot import draw_bottleneck_map, encoded
    from valuechain.plot.style import CANVAS

    data = bottleneck_map(findings.ranking, findings.story.delay, voice)
    ax = draw_bottleneck_map(for_paper(data, findings.story.delay, voice))
    picture = base64.b64encode(encoded(ax.figure, ".svg")).decode()
    width, height = (round(side) for side in CANVAS)
    alt = escape(map_alt(findings.ranking, voice).replace(ISOLATE, "").replace(END_ISOLATE, ""))
    yield (
        f'<figure><img alt="{alt}" width="{width}" height="{height}" '
        f'src="data:image/svg+xml;base64,{picture}"></figure>'
    )


def _table(table: CustomersTable, voice: Voice) -> Iterator[str]:
    if not table.rows:
        return
    yield '<div class="scroll" tabindex="0" role="region" aria-labelledby="customers">'
    yield "<table>"
    yield f"<caption>{text(voice.say(p.TABLE_NOTE))}</caption>"
    heads = "".join(f'<th scope="col">{text(column)}</th>' for column in table.columns)
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for first, *cells in table.rows:
        row = "".join(
            f'<td data-label="{escape(label)}">{_cell(cell, voice)}</td>'
            for label, cell in zip(table.columns[1:], cells, strict=True)
        )
        yield f'<tr><th scope="row">{_cell(first, voice)}</th>{row}</tr>'
    yield "</tbody>"
    yield "</table>"
    yield "</div>"
    if table.left_out:
        yield f"<p>{text(voice.say(p.MORE_ROWS, n=voice.number(table.left_out)))}</p>"


def _cell(cell: Cell, voice: Voice) -> str:
    if not cell.text:
        return f'<span aria-label="{escape(voice.say(p.NOT_KNOWN))}" role="img">–</span>'
    words = text(cell.text)
    if cell.share is not None:
        words = f'<span class="share {_width_class(cell.share)}">{words}</span>'
    return words + (f" <small>{text(cell.small)}</small>" if cell.small else "")


def _width_class(share: float) -> str:
    return f"p{round(100 * share)}"


def _bar_widths(table: CustomersTable) -> str:
    """Return a style rule for each width of a bar: styles inside tags are not allowed."""
    shares = {round(100 * c.share) for row in table.rows for c in row if c.share is not None}
    return "".join(f".p{share} {{ --part: {share}%; }}\n" for share in sorted(shares))


def _observations(findings: Findings, voice: Voice) -> Iterator[str]:
    figures, left_out = observed_figures(findings, voice)
    if not figures:
        return
    yield f"<p>{text(voice.say(p.OBSERVATIONS_INTRO))}</p>"
    yield '<dl class="assumed">'
    for one in figures:
        yield (
            f"<div><dt>{text(one.name)}</dt><dd>{text(one.value)}</dd>"
            f"<dd>{text(one.small)}</dd></div>"
        )
    yield "</dl>"
    if left_out:
        yield f"<p>{text(voice.say(p.MORE_OBSERVED, n=voice.number(left_out)))}</p>"


def _assumptions(findings: Findings, voice: Voice) -> Iterator[str]:
    chain, provenance = findings.story.chain, findings.story.delay.provenance
    sentences = assumed_times(chain, findings.story.evidence, voice)
    yield f"<p>{text(' '.join(sentences))}</p>"
    intro = text(voice.say(p.ASSUMPTIONS_INTRO, block="\0"))
    yield f"<p>{intro.replace(chr(0), '<code>assumptions</code>')}</p>"
    yield '<dl class="assumed">'
    for one in coefficients(chain, provenance, voice):
        origin = voice.say(p.DECLARED if one.declared else p.DEFAULT)
        yield (
            f"<div><dt>{text(one.meaning or one.key)}</dt><dd>{text(one.value)}</dd>"
            f"<dd><code>{text(one.key)}</code>, {text(origin)}</dd></div>"
        )
    yield "</dl>"
    yield f"<p>{text(voice.say(p.WORDS_USED))}</p>"


def _origin(findings: Findings, voice: Voice) -> Iterator[str]:
    origin = findings.story.delay.provenance
    words = voice.say(
        p.ORIGIN_TEXT,
        version=origin.version,
        fingerprint=origin.fingerprint,
        samples=voice.number(origin.samples or 0),
        seed=origin.seed,
        m=voice.number(origin.measured),
        n=voice.number(origin.hand_offs),
    )
    libraries = ", ".join(f"{name} {version}" for name, version in origin.environment.items())
    yield "<footer>"
    yield f"<h2>{text(voice.say(p.ORIGIN))}</h2>"
    yield f"<p>{text(words)}</p>"
    yield f"<p>{text(libraries)}</p>"
    yield "</footer>"
