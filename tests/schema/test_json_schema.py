"""The JSON Schema: what an editor lets pass is what the reader reads, and the other way round."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import valuechain as vc
from tests.schema.faulty_chains import FAULTS, GOOD
from tests.strategies import chains
from valuechain.model import Service
from valuechain.schema.shape import ROOMS, file_keys

SCHEMA = vc.json_schema()
EDITOR = Draft202012Validator(SCHEMA)
SHIPPED = sorted(Path(vc.chains.__file__).parent.rglob("*.yaml"))

# What a schema cannot see: other entries (who is there, money and its currency), keys that a YAML
# loader has dropped before, and numbers that a YAML loader reads without asking.
BEYOND_A_SCHEMA = {
    *("no currency", "unknown client", "self-service", "one key twice", "duplicate key"),
    *("unequal need in a group", "buffer: sla without sla", "volume on some", "unknown for"),
    *("department and customer", "win rate of an active customer", "anger at nobody"),
    *("delay of nobody", "scale of nothing", "NaN", "thousands point"),
}


def accepts(text: str) -> bool:
    return EDITOR.is_valid(yaml.safe_load(text))


def service(**fields: object) -> bool:
    """Whether a service with these fields passes; on its own, so that nothing else can fail."""
    alone = Draft202012Validator({"$ref": "#/$defs/Service", "$defs": SCHEMA["$defs"]})
    return alone.is_valid(fields)


def test_it_is_a_schema_that_json_can_hold():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert json.loads(json.dumps(SCHEMA, allow_nan=False)) == SCHEMA


def test_every_key_has_a_description():
    bare = []

    def look(node: object, path: str) -> None:
        if isinstance(node, list):
            for number, part in enumerate(node):
                look(part, f"{path}[{number}]")
        elif isinstance(node, dict):
            for key, part in node.get("properties", {}).items():
                if not part.get("description", "").endswith("."):
                    bare.append(f"{path}.{key}")
            for key, part in node.items():
                look(part, f"{path}.{key}")

    look(SCHEMA, "")
    assert bare == []


def test_it_has_the_keys_of_a_file_in_their_order():
    assert [*SCHEMA["properties"]] == [*file_keys(vc.ValueChain)]
    for model in (*ROOMS.values(), Service):
        assert [*SCHEMA["$defs"][model.__name__]["properties"]] == [*file_keys(model)]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_chains_and_templates_pass(path):
    faults = [
        f"{fault.json_path}: {fault.message}"
        for fault in EDITOR.iter_errors(yaml.safe_load(path.read_text("utf-8")))
    ]
    assert faults == []


def test_there_are_chains_and_templates_to_check():
    assert {"enterprise.yaml", "short.es.yaml"} <= {path.name for path in SHIPPED}


@given(chain=chains(max_departments=3))
def test_what_is_written_passes(chain):
    tree = yaml.safe_load(vc.to_yaml(chain))
    assert [fault.message for fault in EDITOR.iter_errors(tree)] == []


@pytest.mark.parametrize("name", FAULTS)
def test_faults_that_stand_in_one_place_are_seen(name):
    old, new, _, _ = FAULTS[name]
    assert accepts(GOOD)
    assert accepts(GOOD.replace(old, new.replace("§", ""))) is (name in BEYOND_A_SCHEMA)


@pytest.mark.parametrize(
    ("field", "good", "wrong"),
    [
        ("takes", "2 d", "2 dd"),
        ("takes", "3 días", "3"),
        ("takes", 0, 3),
        ("takes", {"median": "1 h", "p90": "2 h"}, {"median": "1 h", "p95": "2 h"}),
        ("takes", {"median": "1 h", "on_time": "78 %"}, {"median": "1 h", "on_time": "178 %"}),
        ("takes", {"mean": "1 h"}, {"sd": "1 h"}),
        ("takes", {"mean": "1 h", "shift": "-5 min"}, {"mean": "-1 h"}),
        ("takes", {"samples": ["1 h", "2 h"]}, {"samples": []}),
        ("takes", {"dist": "expon", "scale": "1 h"}, {"dist": "expon"}),
        ("takes", {"base": "1 h", "low": "1 h", "high": "2 h"}, {"low": "1 h", "high": "2 h"}),
        ("quality", {"base": 0.7, "low": 0.6, "high": 0.8}, {"base": 0.7, "low": 0.6}),
        ("quality", {"base": 0.7, "n": 24}, {"base": 0.7, "n": -1}),
        ("quality", {"base": "70 %", "source": "assumed"}, {"base": 0.7, "source": "guessed"}),
        ("quality", "100 %", "120 %"),
        ("quality", 1, 1.2),
        ("quality", 0, "-5 %"),
        ("fcr", "5 %", "0 %"),
        ("fcr", 1, 0),
        ("impact", "high", "hi"),
        ("if_late", "goes_on", "goes on"),
        ("deliverable", "information", "info"),
        ("volume", 300, -3),
        ("volume", "12.5", "900.000.000"),
        ("for", ["offer"], {"offer": 1}),
        ("key", "offer", "an offer"),
        ("buffer", "sla", "promise"),
        ("sla", None, "soon"),
        ("alternatives", "motores", "3 motores"),
    ],
)
def test_fields_of_a_service(field, good, wrong):
    assert service(**{field: good})
    assert not service(**{field: wrong})


def read_as(field: str, text: object) -> bool:
    try:
        Service(**{"provider": "a", "client": "b", field: text})
    except vc.SchemaError:
        return False
    return True


NUMBERS = st.from_regex(
    r"\A(-(?=[0-9]*[1-9])|\+)?[0-2]{0,3}\.?[0-2]{0,4}(e-[0-2]{1,2})?( ?%)?\Z"
) | st.builds("{}{}".format, st.floats(0.5, 102), st.sampled_from(["", "%", " %"]))
TIMES = st.from_regex(
    r"\A(-(?=[0-9]*[1-9])|\+)?[0-9]{0,2}\.?[0-9]{0,2} ?(h|min|mins|d|día|Horas|hx|H)?\Z"
)


@pytest.mark.parametrize("field", ["quality", "fcr", "volume", "peak"])
@given(text=NUMBERS)
def test_texts_of_numbers_are_judged_as_the_reader_judges_them(field, text):
    if service(**{field: text}) is not read_as(field, text):
        # A thousands point, or a number that its exponent makes too large or too small.
        assert service(**{field: text})
        assert "." in text or "e" in text


@given(text=TIMES)
def test_texts_of_times_are_judged_as_the_reader_judges_them(text):
    assert service(sla=text) is read_as("sla", text)
