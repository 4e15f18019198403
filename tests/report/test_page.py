"""The page: sound, closed to the network, escaped, readable by all, the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
import re
import xml.etree.ElementTree as ET
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

import valuechain as vc
from tests.report.corner_chains import ARABIC, CHAINS, HOSTILE
from valuechain.errors import Lang
from valuechain.plot.style import contrast
from valuechain.report import write_report
from valuechain.report.customers_table import MOST_ROWS, customers_table
from valuechain.report.page import html_page
from valuechain.report.page_phrases import COEFFICIENTS
from valuechain.report.story import find
from valuechain.report.voice import voice_of

VOID = {"meta", "img", "br"}
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "section", "footer", "div"),
    *("h1", "h2", "p", "ul", "ol", "li", "strong", "small", "span", "bdi", "code", "figure"),
    *("img", "table", "caption", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd"),
}


class Page(HTMLParser):
    """Reads a page strictly: every tag known, closed, and in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        assert len({name for name, _ in attrs}) == len(attrs)
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.words.setdefault(tag, []).append(data)

    def text(self, tag: str) -> str:
        return " ".join(" ".join(self.words.get(tag, [])).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@cache
def page_text(name: str, lang: Lang = "es") -> str:
    chain = CHAINS[name] if name in CHAINS else vc.example(name)
    return html_page(find(chain, samples=500), voice_of(chain, lang))


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("name", [*CHAINS, "design_delay"])
def test_every_chain_has_a_sound_page(name: str, lang: Lang) -> None:
    page = Page(page_text(name, lang))
    assert page.all("html") == [{"lang": lang}]
    assert len(page.words["h1"]) >= 1
    assert next(tag for tag, _ in page.tags if tag in ("h1", "h2")) == "h1"
    assert "None" not in page.text("main")
    assert " nan" not in page.text("main").lower()


def test_nothing_is_loaded_and_nothing_runs() -> None:
    text = page_text("hostile names")
    page = Page(text)
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    assert names.isdisjoint({"href", "style", "action", "srcset", "background"})
    assert all(image["src"].startswith("data:image/svg+xml;base64,") for image in page.all("img"))
    assert "url(" not in text
    assert "@import" not in text


def test_the_policy_allows_this_style_and_nothing_else() -> None:
    text = page_text("design_delay")
    (policy,) = [
        meta["content"]
        for meta in Page(text).all("meta")
        if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    style = re.search(r"<style>(.*?)</style>", text, re.S)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        "img-src data:",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert text.index("http-equiv") < text.index("<style>")


def test_names_stay_text() -> None:
    text = page_text("hostile names")
    assert "<script" not in text
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in text
    assert "&lt;script&gt;" in text
    assert ARABIC in Page(text).text("bdi")
    assert HOSTILE.split()[0] in Page(text).text("h1")  # read back as letters


def test_readers_without_eyes_or_mouse() -> None:
    page = Page(page_text("enterprise"))
    (image,) = page.all("img")
    assert image["alt"].startswith("Mapa de quién entrega a quién")
    assert "Diseño" in image["alt"]
    columns = [head for head in page.all("th") if head["scope"] == "col"]
    rows = [head for head in page.all("th") if head["scope"] == "row"]
    assert len(columns) == 8  # all there are: some customers declare churn and revenue
    assert len(rows) == 11
    assert len(page.all("td")) == len(rows) * (len(columns) - 1)
    assert all(cell["data-label"] for cell in page.all("td"))
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    labelled = [a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a]
    assert set(labelled) <= ids


def test_colours_can_be_read() -> None:
    text = page_text("design_delay")
    colour = dict(re.findall(r"--(\w+): (#\w+);", text))
    assert contrast(colour["ink"], "#ffffff") > 12
    for name in ("muted", "strong"):
        assert contrast(colour[name], "#ffffff") > 5.5
    for ground in ("bar", "soft"):
        assert contrast(colour["ink"], colour[ground]) > 7


def test_the_picture_inside_is_sound_and_closed() -> None:
    (image,) = Page(page_text("enterprise")).all("img")
    picture = base64.b64decode(image["src"].partition("base64,")[2])
    root = ET.fromstring(picture)
    assert root.tag.endswith("svg")
    assert b"<script" not in picture
    links = [value for tag in root.iter() for key, value in tag.items() if key.endswith("href")]
    assert all(link.startswith("#") for link in links)


def test_every_coefficient_is_said_in_words() -> None:
    provenance = vc.propagate_delay(CHAINS["late"], samples=10).provenance
    assert set(provenance.assumptions) == set(COEFFICIENTS)
    page = Page(page_text("late"))
    said = page.text("dl")
    for key in provenance.assumptions:
        assert key in said
    assert said.count("por defecto") == len(provenance.assumptions)


def test_what_is_declared_says_so() -> None:
    chain = vc.parse_yaml(
        "departments: {a: {serves: {x: {takes: 1 h, sla: 1 h}}}}\ncustomers: {x: {}}\n"
        "assumptions: {morale_to_time: 0.25, weights: {late: 0.4}}"
    )
    said = Page(html_page(find(chain, samples=100), voice_of(chain, "en"))).text("dl")
    assert "0.25 morale_to_time , declared in this chain" in said
    assert "0.40 weights.late , declared in this chain" in said
    assert said.count("declared") == 2


def test_provenance_is_there() -> None:
    said = Page(page_text("design_delay", "en")).text("footer")
    fingerprint = vc.propagate_delay(vc.example("design_delay"), samples=10).provenance.fingerprint
    assert fingerprint in said
    assert "500 sampled jobs, seed 0; 5 of 5 services" in said


def test_a_bar_is_as_long_as_its_share() -> None:
    text = page_text("late")
    assert 'class="share p100"' in text
    assert ".p100 { --part: 100%; }" in text


def test_the_table_stays_short() -> None:
    customers = {f"c{i:02}": {} for i in range(30)}
    chain = vc.ValueChain(
        departments={"a": {}},
        customers=customers,
        services=[
            {"provider": "a", "client": c, "takes": "1 h", "sla": f"{i + 1} min"}
            for i, c in enumerate(customers)
        ],
    )
    findings = find(chain, samples=10)
    table = customers_table(findings, voice_of(chain, "en"))
    assert (len(table.rows), table.left_out) == (MOST_ROWS, 5)
    assert "and 5 more customers" in html_page(findings, voice_of(chain, "en"))


# --- the file -------------------------------------------------------------------------------------


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        write_report(vc.example("design_delay"), tmp_path / name, samples=500)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.html", "two.html"]


def test_another_seed_is_another_page(tmp_path: Path) -> None:
    chain = vc.example("design_delay")
    write_report(chain, tmp_path / "a.html", samples=500)
    write_report(chain, tmp_path / "b.html", samples=500, seed=1)
    assert (tmp_path / "a.html").read_bytes() != (tmp_path / "b.html").read_bytes()


def test_a_failure_leaves_the_old_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    target.write_text("old")

    def full_disk(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_report(CHAINS["late"], target, samples=10)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_that_is_not_there_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(vc.UsageError, match="no folder"):
        write_report(CHAINS["late"], tmp_path / "none" / "report.html")
    with pytest.raises(vc.UsageError, match="is a folder"):
        write_report(CHAINS["late"], tmp_path)


def test_other_languages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(vc.UsageError, match='"es" or "en"'):
        write_report(CHAINS["late"], tmp_path / "report.html", lang="de")
