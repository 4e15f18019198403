"""Chain -> YAML -> the same chain; files whole or not at all."""

import os
import stat

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import SHAPES, broken_yaml, chains, names
from valuechain.chain import ValueChain
from valuechain.errors import SchemaError, UsageError
from valuechain.model import Service
from valuechain.schema.document import read_document
from valuechain.schema.layout import WIDTH, Block, BlockList, as_number, as_text, as_yaml
from valuechain.schema.reader import load, parse_yaml, read_yaml
from valuechain.schema.writer import to_yaml, write_yaml

CHAIN = ValueChain(
    name="Diseño",
    currency="EUR",
    departments={"design": {"name": "Diseño", "staff": 2}, "sales": {}},
    customers={"shop": {"revenue": 720000, "wears_on": {"sales": "medium"}}, "mill": {}},
    services=[
        {"provider": "sales", "client": "shop", "key": "offer", "takes": "4 h", "volume": 60},
        {"provider": "sales", "client": "shop", "key": "advice", "takes": "90 min", "volume": 300},
        {
            "provider": "design",
            "client": "sales",
            "takes": {"p90": "8 days", "median": "4 d"},
            "need": {"base": "10 %", "low": 0.05, "high": 0.2, "n": 24},
            "for": ["offer"],
            "name": "piezas, carteles",
        },
        {"provider": "mill", "client": "design"},
    ],
    scenarios={"holiday": {"name": "Vacaciones", "delay": {"design": "1 week"}}},
    interventions={"brief": {"cost": 4000, "set": {"services.design>sales.clarity": "95 %"}}},
)
TEXT = """\
valuechain: 1
name: Diseño
currency: EUR
departments:
  design:
    name: Diseño
    staff: 2
    serves:
      sales:
        name: "piezas, carteles"
        takes: {median: 4 d, p90: 8 d}
        need: {base: 0.1, low: 0.05, high: 0.2, n: 24}
        for: [offer]
  sales:
    serves:
      shop:
        - {key: advice, takes: 90 min, volume: 300}
        - {key: offer, takes: 4 h, volume: 60}
customers:
  shop: {revenue: 720000, wears_on: {sales: medium}}
  mill:
    serves:
      design: {}
scenarios:
  holiday: {name: Vacaciones, delay: {design: 1 w}}
interventions:
  brief: {set: {services.design>sales.clarity: 95 %}, cost: 4000}
"""


def declared(chain):
    """What each entry of a chain declares, apart from what it holds."""
    rooms = (chain.departments, chain.customers, chain.scenarios, chain.interventions)
    return [entry.model_fields_set for room in rooms for entry in room.values()] + [
        service.model_fields_set for service in chain.services
    ]


def test_canonical_yaml():
    assert to_yaml(CHAIN) == TEXT.replace('"piezas, carteles"', "piezas, carteles")
    assert parse_yaml(TEXT) == CHAIN


@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
def test_read_of_write_is_the_chain(shape, data):
    chain = data.draw(chains(shape))
    text = to_yaml(chain)
    again, doubts = load(text, None)
    assert again == chain
    assert declared(again) == declared(chain)
    assert to_yaml(again) == text  # canonical: there is one way to write it
    assert doubts == ()


@given(chain=chains(max_departments=2))
def test_changed_chains_are_written_with_their_changes(chain):
    service = chain.services[0]
    changed = chain.with_changes({f"services.{service.id}.quality": 0.5}).with_changes(
        delay={service.id: "2 h"}
    )
    assert parse_yaml(to_yaml(changed)) == changed != chain
    settled = changed.as_today()
    assert parse_yaml(to_yaml(settled)) == settled


@given(chain=chains(max_departments=3))
def test_the_yaml_loader_of_others_reads_the_same_texts(chain):
    """A second reader: PyYAML's safe loader takes every text for a text, every key for a key."""
    tree = yaml.safe_load(to_yaml(chain))
    for room in ("departments", "customers"):
        written = tree.get(room, {})
        assert [*written] == [*getattr(chain, room)]
        for any_id, entry in getattr(chain, room).items():
            for field in ("name", "notes"):
                assert (written[any_id] or {}).get(field) == getattr(entry, field)


def test_only_what_was_declared_is_written():
    chain = ValueChain(
        departments={"a": {"availability": 1}, "b": {}},
        services=[{"provider": "a", "client": "b", "sla": None, "fcr": 1}],
    )
    assert to_yaml(chain) == (
        "valuechain: 1\ndepartments:\n  a:\n    availability: 1\n    serves:\n      b: {fcr: 1}\n"
        "  b: {}\n"
    )


# --- layout -------------------------------------------------------------------------------------


def test_what_is_too_long_for_a_line_takes_several():
    words = {f"word{number}": "x" * 20 for number in range(4)}
    tree = Block(short={"a": 1}, long=words, items=[words, {"a": [1, 2]}], none=BlockList())
    text = as_yaml(tree)
    assert all(len(line) <= WIDTH for line in text.splitlines())
    assert text.splitlines()[:3] == ["short: {a: 1}", "long:", f"  word0: {'x' * 20}"]
    assert f"items:\n  - word0: {'x' * 20}\n    word1:" in text
    assert text.endswith("  - {a: [1, 2]}\nnone: []\n")
    assert yaml.safe_load(text) == {**tree, "long": words}


@given(text=names() | st.text(st.characters(codec="utf-8", exclude_categories=("Cc",))))
def test_texts_and_keys_come_back_from_every_reader(text):
    tree = Block({"k": text, "l": [text], "m": Block({text or "x": {text or "x": text}})})
    written = as_yaml(tree)
    assert read_document(written.replace("k: \n", 'k: ""\n'), None).root["k"] == text
    assert yaml.safe_load(written) == tree


@given(number=st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_exactly_and_are_never_thousands(number):
    chain = {"provider": "a", "client": "b", "volume": as_number(abs(number))}
    assert Service(**chain).volume == abs(number)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Diseño tarde, venta perdida", "Diseño tarde, venta perdida"),
        ("no", '"no"'),
        ("", '""'),
        ("- a", '"- a"'),
        ("-a", "-a"),
        ("a: b", '"a: b"'),
        ("a:b", "a:b"),
        ("a:", '"a:"'),
        ("a #b", '"a #b"'),
        ("2024-01-01", '"2024-01-01"'),
        ("a\nb", '"a\\nb"'),
        ("\u2028\ufeff", '"\\u2028\\ufeff"'),
        ("日本語 😀", "日本語 😀"),
    ],
)
def test_texts_are_quoted_where_they_must(text, written):
    assert as_text(text) == written


# --- files --------------------------------------------------------------------------------------


def test_write_yaml(tmp_path):
    path = tmp_path / "cadena ñ.yaml"
    write_yaml(CHAIN, path)
    assert path.read_bytes() == to_yaml(CHAIN).encode()
    assert read_yaml(path) == CHAIN
    path.chmod(0o640)
    write_yaml(CHAIN.as_today(), str(path))
    assert stat.S_IMODE(path.stat().st_mode) in (0o640, 0o666)  # Windows knows fewer permissions
    assert os.listdir(tmp_path) == [path.name]


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "chain.yaml"
    path.write_text("before")

    def refuse(*_):
        raise OSError(28, "No space left on device")

    for step in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(os, step, refuse)
            with pytest.raises(UsageError, match="No space left on device"):
                write_yaml(CHAIN, path)
        assert path.read_text() == "before"
        assert os.listdir(tmp_path) == ["chain.yaml"]


def test_a_link_is_followed(tmp_path):
    path, link = tmp_path / "chain.yaml", tmp_path / "link.yaml"
    path.write_text("before")
    try:
        link.symlink_to(path)
    except OSError:  # Windows allows links to few
        link = path
    write_yaml(CHAIN, link)
    assert read_yaml(path) == CHAIN


@pytest.mark.parametrize("name", ["no/folder/chain.yaml", "", ".", "a\0b"])
def test_where_nothing_can_be_written(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="cannot be written"):
        write_yaml(CHAIN, name)
    assert os.listdir(tmp_path) == []


# --- YAML that went wrong -----------------------------------------------------------------------


@given(text=broken_yaml())
def test_broken_yaml_gives_a_chain_or_a_schema_error(text):
    try:
        chain, _ = load(text, "x.yaml")
    except SchemaError as error:
        lines = error.text("es").split("\n")
    else:
        lines = [to_yaml(chain)]
    assert all(lines)
