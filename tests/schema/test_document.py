"""YAML text -> plain tree: what was written, where it stands, and nothing hostile gets through."""

import gc
import os
import sys
import time
from contextlib import suppress
from subprocess import run

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.schema.hostile_texts import SMALL
from valuechain.errors import SchemaError
from valuechain.schema import tree
from valuechain.schema.document import MAX_TEXT, paused_collector, read_document

PARSERS = {"libyaml": yaml.CSafeLoader, "python": yaml.SafeLoader}


@pytest.fixture(params=PARSERS)
def parser(request, monkeypatch):
    """Either parser of PyYAML: installed without libyaml there is only the one in Python."""
    monkeypatch.setattr(tree, "Parser", PARSERS[request.param])
    return request.param


def only_issue(text):
    with pytest.raises(SchemaError) as caught:
        read_document(text, "chain.yaml")
    (issue,) = caught.value.issues
    return issue


def at(text, *path, key=False):
    return tuple(read_document(text, None).position(path, key=key))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1", "1"),
        ("0.78", "0.78"),
        ("0,78", "0,78"),
        ("78 %", "78 %"),
        ("900.000", "900.000"),
        ("1:30", "1:30"),
        ("no", "no"),
        ("True", "True"),
        ("2024-01-01", "2024-01-01"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("0x1F", "0x1F"),
        ("'null'", "null"),
        ('"~"', "~"),
        ("''", ""),
        ("null", None),
        ("~", None),
        ("", None),
        ("NULL", None),
        ("nulls", "nulls"),
        ("café ☕ 中文 عربي", "café ☕ 中文 عربي"),
        ("it>sales", "it>sales"),
    ],
)
def test_scalars_stay_as_written(parser, written, read):
    assert read_document(f"a: {written}", None).root == {"a": read}
    if "," not in written and written:
        assert read_document(f"a: [{written}]", None).root == {"a": [read]}


def test_keys_are_text_whatever_they_spell(parser):
    root = read_document("{no: a, on: b, 1: c, 1.0: d, null: e, ~: f, 2024-01-01: g}", None).root
    assert list(root) == ["no", "on", "1", "1.0", "null", "~", "2024-01-01"]


def test_keys_are_composed_and_values_are_not(parser):
    composed, decomposed = "Dise\u00f1o", "Disen\u0303o"
    root = read_document(f"{decomposed}: {decomposed}", None).root
    assert root == {composed: decomposed}
    (issue,) = read_document(f"{decomposed}: 1\n{composed}: 2\n", None).issues
    assert issue.line == 2  # the same id in two spellings


def test_a_decimal_comma_in_a_flow_mapping_is_a_key_of_its_own(parser):
    assert read_document("{quality: 0,78, volume: 5}", None).root == {
        "quality": "0",
        "78": None,
        "volume": "5",
    }


@pytest.mark.parametrize(
    "data",
    [
        "name: Diseño ☕\n",
        "\ufeffname: Diseño ☕\n",
        "name: Diseño ☕\n".encode(),
        "name: Diseño ☕\n".encode("utf-8-sig"),
        "name: Diseño ☕\n".encode("utf-16"),
        b"\xfe\xff" + "name: Diseño ☕\n".encode("utf-16-be"),
        "name: Diseño ☕\n".encode("utf-32"),
        "name: Diseño ☕\r\n".encode(),
        "--- # a chain\nname: Diseño ☕\n...\n",
        "%YAML 1.2\n---\nname: Diseño ☕\n",
    ],
)
def test_encodings_that_say_what_they_are(parser, data):
    assert read_document(data, None).root == {"name": "Diseño ☕"}


def test_another_encoding_is_refused_with_the_way_to_save_it():
    issue = only_issue("valuechain: 1\nname: Diseño\n".encode("latin-1"))
    assert (issue.file, issue.line, issue.column) == ("chain.yaml", 2, 11)
    assert issue.text("en") == (
        "chain.yaml:2:11: byte 0xF1, which is not UTF-8; as Latin-1 or Windows-1252 the line reads "
        "«name: Diseño»; allowed: a text in UTF-8 (open it in your editor and save it again with "
        "the encoding UTF-8 (Notepad: Save as, Encoding: UTF-8))"
    )
    assert "Guardar como, Codificación: UTF-8" in issue.text("es")
    assert "UTF-16" in only_issue("name: Design\n".encode("utf-16-le")).found.en
    assert "binary" in only_issue(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").found.en


# --- anchors, aliases, merge keys ---------------------------------------------------------------


def test_aliases_and_merge_keys_as_the_yaml_loader_reads_them(parser):
    text = """
base: &base {takes: a, sla: b, tags: &tags [x, &y y]}
more: &more {sla: c, need: d}
plain: *base
one: {<<: *base, sla: e}
two: {sla: e, <<: *base}
both: {<<: [*more, *base], volume: f}
nested: {<<: {<<: *more, fcr: g}, tags: *tags}
key: {*y : h}
quoted: {'<<': i}
"""
    root = read_document(text, None).root
    expected = yaml.load(text.replace("quoted: {'<<': i}", ""), yaml.SafeLoader)
    assert root.pop("quoted") == {"<<": "i"}
    # The first mapping of a merge wins (yaml.org/type/merge.html); PyYAML 6.0.4 lets the last.
    del expected["both"]
    assert root.pop("both") == {
        "sla": "c", "need": "d", "takes": "a", "tags": ["x", "y"], "volume": "f"
    }  # fmt: skip
    assert root == expected
    assert root["two"]["sla"] == "e"  # what is written beside it wins, wherever it stands


def test_an_anchor_may_be_given_anew(parser):
    assert read_document("a: &x 1\nb: *x\nc: &x 2\nd: *x", None).root == {
        "a": "1",
        "b": "1",
        "c": "2",
        "d": "2",
    }


def test_honest_aliases_pass_and_bombs_do_not(parser, monkeypatch):
    text = "d: &d {takes: 1 h, sla: 2 h}\n" + "".join(f"k{n}: *d\n" for n in range(1_000))
    assert len(read_document(text, None).root) == 1_001
    monkeypatch.setattr(tree, "MAX_ALIASED", 2_999)  # three nodes for each alias
    assert "more than 2,999 values" in only_issue(text).found.en
    monkeypatch.setattr(tree, "MAX_ALIASED", 3_000)
    read_document(text, None)


# --- places -------------------------------------------------------------------------------------

TEXT = """\
valuechain: 1
departments:
  design: {serves: {shop: {sla: 3 d, 'name': "ñandú"}}}
  it:
    tags:
      - fast

      - [good, cheap]
    notes:
  sales: &base
    staff: 3
  extra: {<<: *base, esat: 0.5}
  copy: *base
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ((), (1, 1), (1, 1)),
        (("valuechain",), (1, 1), (1, 13)),
        (("departments", "design"), (3, 3), (3, 11)),
        (("departments", "design", "serves", "shop", "sla"), (3, 28), (3, 33)),
        (("departments", "design", "serves", "shop", "name"), (3, 38), (3, 46)),
        (("departments", "it", "tags", 0), (6, 9), (6, 9)),
        (("departments", "it", "tags", 1, 1), (8, 16), (8, 16)),
        (("departments", "extra", "esat"), (12, 22), (12, 28)),
        # what came by merge key or alias is where it was written
        (("departments", "extra", "staff"), (11, 5), (11, 12)),
        (("departments", "copy", "staff"), (11, 5), (11, 12)),
        # what is not there is where its nearest ancestor's key is
        (("departments", "design", "serves", "shop", "takes"), (3, 21), (3, 21)),
        (("departments", "it", "tags", 7), (5, 5), (5, 5)),
        (("departments", "nobody", "x"), (2, 1), (2, 1)),
        (("customers",), (1, 1), (1, 1)),
        (("valuechain", "deeper"), (1, 1), (1, 1)),
    ],
)
def test_position(parser, path, key, value):
    assert at(TEXT, *path, key=True) == key
    assert at(TEXT, *path) == value


def test_repeated_keys_all_at_once_each_with_both_lines(parser):
    text = "a: 1\nb: {c: 1, c: 2,\n  c: 3}\na: 2\nd:\n - e: 1\n   e: 2\n"
    document = read_document(text, "x.yaml")
    assert document.root == {"a": "1", "b": {"c": "1"}, "d": [{"e": "1"}]}
    assert [issue.text() for issue in document.issues] == [
        f"x.yaml:{where}: the key «{key}» again, first in line {first}; allowed: each key once "
        "(delete or rename one of the two)"
        for where, key, first in [
            ("2:11 b.c", "c", 2),
            ("3:3 b.c", "c", 2),
            ("4:1 a", "a", 1),
            ("7:4 d[0].e", "e", 6),
        ]
    ]
    assert "la clave «c» otra vez; la primera, en la línea 2" in document.issues[0].text("es")


def test_a_flood_of_repeated_keys_is_cut_short(parser):
    with pytest.raises(SchemaError) as caught:
        read_document("a: b\n" * 5_000, None)
    assert len(caught.value.issues) == tree.MAX_REPEATED + 1
    assert caught.value.issues[-1].found.en == "more than 1,000 repeated keys"


def test_without_repeated_keys_there_are_no_issues():
    assert read_document(TEXT, None).issues == ()


# --- the collector ------------------------------------------------------------------------------


@pytest.mark.parametrize("was_on", [True, False])
@pytest.mark.parametrize("text", ["a: b", "a: [", "a: b\na: c"])
def test_the_collector_is_left_as_it_was(was_on, text):
    before = gc.isenabled()
    try:
        (gc.enable if was_on else gc.disable)()
        with suppress(SchemaError):
            assert read_document(text, None).issues is not None
        assert gc.isenabled() is was_on
        with paused_collector():
            assert not gc.isenabled()
        assert gc.isenabled() is was_on
    finally:
        (gc.enable if before else gc.disable)()


# --- hostile texts ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SMALL)
def test_hostile_texts_are_refused_with_a_helpful_line(parser, name):
    start = time.perf_counter()
    issue = only_issue(SMALL[name])
    assert time.perf_counter() - start < 10
    for line in (issue.text("en"), issue.text("es")):
        assert line.startswith("chain.yaml:")
        assert "\n" not in line
        assert len(line) < 500
        line.encode()  # no half character in a message


@pytest.mark.parametrize(
    ("name", "place", "words"),
    [
        ("empty", (1, 1), "begins with «valuechain: 1»"),
        ("null", (1, 1), "begins with «valuechain: 1»"),
        ("a path", (1, 1), "call read_yaml"),
        ("a list", (1, 1), "a list; allowed: a mapping of keys"),
        ("two documents", (2, 1), "one chain a file"),
        ("python object", (1, 13), "python/object/apply"),
        ("tag directive", (1, 1), "%TAG"),
        ("alias of itself", (1, 22), "*d inside of itself"),
        ("alias without anchor", (1, 7), "*nobody, which stands for nothing"),
        ("alias bomb", None, "more than 2,000,000 values"),
        ("template", (1, 8), "one pair of braces too many"),
        ("tab", (2, 1), "a tab; allowed: spaces"),
        ("tab after a key", (3, 1), "a tab; allowed: spaces"),
        ("bad indentation", (3, 3), "an indentation that matches nothing above"),
        ("open brace", None, "«{» that is not closed"),
        ("open bracket", None, "«[» that is not closed"),
        ("open quote", None, "quotes"),
        ("no colon", None, "a line without «: »"),
        ("two colons", (1, 8), "a second «: » in the line"),
        ("unknown escape", None, "a backslash in double quotes"),
        ("control character", (1, 8), "U+0007"),
        ("lone surrogate", (1, 7), "U+D800"),
        ("at sign", (1, 7), "«@» at the beginning of a text"),
        ("deep lists", (1, 1), "a list"),
        ("deep mappings", (1, 201), "more than 50 levels"),
        ("deep dashes", (2, 99), "more than 50 levels"),
        ("zip", (1, 1), "a binary file"),
    ],
)
def test_what_the_line_says(name, place, words):
    issue = only_issue(SMALL[name])
    assert words in issue.text()
    if place:
        assert (issue.line, issue.column) == place


def test_levels_without_end_are_said_in_our_words_where_the_parser_gives_up_first():
    issue = only_issue(SMALL["very deep lists"])  # libyaml before 0.2.6 hands over the list
    assert {"a list", "more than 50 levels"} & set(issue.found.en.split(", one inside"))


def test_fifty_levels_pass_and_one_more_does_not(parser):
    text = "a: " + "[" * 49 + "]" * 49
    read_document(text, None)
    assert "more than 50 levels" in only_issue("a: " + "[" * 50 + "]" * 50).found.en


def test_limits_on_entries(monkeypatch, parser):
    for limit, text in (
        ("MAX_KEYS", "a: [b, c, d, e]"),
        ("MAX_KEYS", "{a: 1, b: 2, c: 3, d: 4}"),
        ("MAX_NODES", "a: {b: c}"),
        ("MAX_NODES", "a: &x [b]\nc: *x"),
        ("MAX_SCALAR", "a: bcde"),
        ("MAX_SCALAR", "a: 'bcde'"),
        ("MAX_SCALAR", "a: [bcde]"),
        ("MAX_SCALAR", "abcd: e"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(tree, limit, 3)
            assert "more than 3 " in only_issue(text).found.en


def test_a_text_beyond_the_limit_is_not_even_parsed():
    issue = only_issue(" " * (MAX_TEXT + 1))
    assert issue.text() == "chain.yaml: a text of 128 MiB; allowed: at most 128 MiB"


def test_fifty_megabytes_of_anything_in_bounded_time_and_memory():
    """All large texts in a process of its own, so that its peak of memory is theirs alone."""
    program = """
import sys, time
from tests.schema.hostile_texts import LARGE
from valuechain.errors import SchemaError
from valuechain.schema.document import read_document
slow = {}
for name, make in LARGE.items():
    text = make()
    start = time.perf_counter()
    try:
        read_document(text, "large.yaml")
        slow[name] = "was read"
    except SchemaError as error:
        error.text("es").encode()
    if time.perf_counter() - start > 30:
        slow[name] = "took more than 30 s"
    del text
try:
    import resource
except ImportError:  # Windows
    peak = 0
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak /= 2**20 if sys.platform == "darwin" else 2**10
print(slow or ("too much memory" if peak > 1200 else "fine"))
"""
    path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=path, check=False
    )
    assert (done.stdout, done.stderr) == ("fine\n", "")


# --- a second way -------------------------------------------------------------------------------

words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), max_size=12)
keys = words.filter(lambda text: text != "<<")
trees = st.dictionaries(
    keys,
    st.recursive(
        words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
    ),
)


@given(tree_=trees, flow=st.booleans())
def test_any_tree_of_texts_comes_back(tree_, flow):
    text = yaml.dump(tree_, Dumper=yaml.SafeDumper, allow_unicode=True, default_flow_style=flow)
    assert read_document(text, None).root == normalized(tree_)


def normalized(part):
    """Keys in Unicode's composed form; of two that become one, the first."""
    from unicodedata import normalize

    if isinstance(part, dict):
        result: dict[str, object] = {}
        for key, value in part.items():
            result.setdefault(normalize("NFC", key), normalized(value))
        return result
    return [normalized(item) for item in part] if isinstance(part, list) else part


def tree_or_error(data):
    """The tree, or an error whose lines can be shown; anything else that is raised gets out."""
    try:
        document = read_document(data, "x")
    except SchemaError as error:
        for issue in error.issues:
            issue.text("es").encode()
        return error
    for issue in document.issues:
        issue.text("en").encode()
    return document.root


@given(text=st.text("ab:-[]{},&*!%#|>\"'?~<\n \t0é\x07\ud800", max_size=40))
def test_both_parsers_agree_and_nothing_else_is_raised(text):
    results = []
    for loader in PARSERS.values():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tree, "Parser", loader)
            results.append(tree_or_error(text))
    if not any(isinstance(result, SchemaError) for result in results):
        # each refuses a few texts that the other lets pass
        assert results[0] == results[1]


@given(data=st.binary(max_size=60) | st.binary(max_size=20).map(lambda b: b"\xff\xfe" + b))
def test_any_bytes_give_a_tree_or_a_schema_error(data):
    assert isinstance(tree_or_error(data), dict | SchemaError)
