"""The facade: what it names is there, what is there is named, all of it is documented."""

import inspect
import re

import pytest

import valuechain as vc

FUNCTIONS = sorted(name for name in vc.__all__ if inspect.isfunction(getattr(vc, name)))
CLASSES = sorted(name for name in vc.__all__ if inspect.isclass(getattr(vc, name)))
PROMISED = {
    *("ValueChain", "read_yaml", "parse_yaml", "to_yaml", "write_yaml", "examples", "example"),
    *("compute_workload", "demand_limit", "staff_for", "tipping_demand"),
    *("from_networkx", "json_schema", "analyze_structure", "propagate_delay"),
    *("propagate_dissatisfaction", "predict_outcomes", "rank_bottlenecks", "explain"),
    *(
        "assess_robustness",
        "attribute",
        "attribute_change",
        "choose_interventions",
    ),
    *("write_report", "csat", "esat", "nps", "wilson", "first_contact_resolution"),
    *("resolution_time", "reach"),
    *("check_promises", "compare", "simulate", "trace_domino"),
}


def parameters(name: str) -> list[inspect.Parameter]:
    return list(inspect.signature(getattr(vc, name)).parameters.values())


def test_facade_names_what_is_there() -> None:
    public = {
        name
        for name, value in vars(vc).items()
        if not name.startswith("_") and not inspect.ismodule(value) and name != "annotations"
    }
    assert set(vc.__all__) - {"__version__"} == public
    assert len(vc.__all__) == len(set(vc.__all__))


def test_facade_keeps_its_promise() -> None:
    assert set(vc.__all__) >= PROMISED


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_documented(name: str) -> None:
    text = inspect.getdoc(getattr(vc, name)) or ""
    sections = dict(re.findall(r"^(\w+)\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", text, re.M | re.S))
    assert "Examples" in sections
    gives_nothing = inspect.signature(getattr(vc, name)).return_annotation in {None, "None"}
    assert gives_nothing or "Returns" in sections or text.startswith("Return ")
    listed = re.findall(r"^(\*{0,2}\w[\w, *]*?)\s*(?::.*)?$", sections.get("Parameters", ""), re.M)
    documented = {part.strip(" *") for entry in listed for part in entry.split(",")}
    assert {parameter.name for parameter in parameters(name)} <= documented


@pytest.mark.parametrize("name", CLASSES)
def test_classes_are_documented(name: str) -> None:
    own = getattr(vc, name).__dict__.get("__doc__")
    assert own
    assert own.strip()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_defaults_are_the_same_everywhere(name: str) -> None:
    expected = {"seed": 0, "samples": 20_000, "executor": None, "progress": None, "lang": "es"}
    defaults = {p.name: p.default for p in parameters(name) if p.name in expected}
    assert defaults == {key: expected[key] for key in defaults}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_typed(name: str) -> None:
    signature = inspect.signature(getattr(vc, name))
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(p.annotation is not inspect.Parameter.empty for p in parameters(name))
