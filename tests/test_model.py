"""The classes a chain is made of: what each field takes, and one fault, one issue."""

from __future__ import annotations

import copy
import math
import pickle
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from valuechain.errors import SchemaError
from valuechain.fields import IMPACT_WORDS, LINK_WORDS
from valuechain.model import (
    Assumptions,
    Change,
    Customer,
    Department,
    FailureWeights,
    Intervention,
    Scenario,
    Service,
    number_of,
)
from valuechain.quantities import Duration, Estimate

PAIR = {"provider": "it", "client": "sales"}
CLASSES: dict[type[BaseModel], dict[str, Any]] = {
    Department: {},
    Customer: {},
    Service: PAIR,
    Change: {},
    Scenario: {},
    Intervention: {},
    Assumptions: {},
    FailureWeights: {},
}
FIELDS = [
    pytest.param(model, info.alias or name, id=f"{model.__name__}.{info.alias or name}")
    for model in CLASSES
    for name, info in model.model_fields.items()
]
UNITS = {
    "share",
    "duration",
    "duration or distribution",
    "people",
    "customers",
    "money",
    "money a year",
    "money an hour",
    "factor",
    "periods",
    "requests a period",
    "share a period",
    "share a year",
    "score -1 to 1",
    "points, -100 to 100",
    "",
}


def refusal(model: type[BaseModel], **fields: Any) -> SchemaError:
    with pytest.raises(SchemaError) as caught:
        model(**{**CLASSES[model], **fields})
    return caught.value


def one_line(model: type[BaseModel], **fields: Any) -> str:
    error = refusal(model, **fields)
    assert len(error.issues) == 1, error.text()
    return error.issues[0].text()


# --- every field --------------------------------------------------------------------------------


@pytest.mark.parametrize(("model", "key"), FIELDS)
def test_every_field_is_described_with_a_known_unit(model: type[BaseModel], key: str) -> None:
    info = model.model_fields["for_" if key == "for" else key]
    assert info.description
    assert info.description.endswith(".")
    extra = info.json_schema_extra or {}
    assert isinstance(extra, dict)
    assert extra.get("unit", "") in UNITS


@pytest.mark.parametrize(("model", "key"), FIELDS)
@pytest.mark.parametrize(
    "wrong",
    [True, math.nan, object(), "x" * 20_001, {"a": {"b": [True]}}, {"base": None}],
    ids=["bool", "nan", "object", "long", "nested", "no base"],
)
def test_one_fault_gives_one_issue_at_its_field(
    model: type[BaseModel], key: str, wrong: object
) -> None:
    (issue,) = refusal(model, **{key: wrong}).issues
    assert issue.path[0] == key
    for lang in ("en", "es"):
        assert len(issue.text(lang)) < 700
        assert len(issue.text(lang).splitlines()) == 1
    assert "pydantic" not in issue.text()
    assert "Input should be" not in issue.text()


SHARES = [
    *[(Department, key) for key in ("availability", "esat", "turnover")],
    *[(Customer, key) for key in ("csat", "churn", "win_rate", "choice")],
    *[(Service, key) for key in ("need", "fcr", "quality", "clarity", "on_time", "csat", "impact")],
    *[(Service, key) for key in ("target_quality", "target_clarity")],
    *[(FailureWeights, key) for key in FailureWeights.model_fields],
    *[
        (Assumptions, key)
        for key in Assumptions.model_fields
        if key not in ("weights", "detractor_score")
    ],
]
AMOUNTS = [
    (Department, "staff"),
    (Department, "cost_per_hour"),
    (Customer, "count"),
    (Customer, "revenue"),
    (Service, "volume"),
    (Service, "peak"),
    (Intervention, "cost"),
    (Intervention, "cost_per_year"),
    (Intervention, "starts"),
    (Intervention, "ramp"),
    (Intervention, "decay"),
]
TIMES = [(Department, "takes"), *[(Service, k) for k in ("takes", "work", "sla", "expects")]]


@pytest.mark.parametrize(("model", "key"), SHARES)
def test_shares(model: type[BaseModel], key: str) -> None:
    for written, number in (("78 %", 0.78), (0.5, 0.5), ("1", 1.0)):
        assert getattr(model(**{**CLASSES[model], key: written}), key) == number
    estimate = model(**{**CLASSES[model], key: {"base": "71 %", "n": 24}})
    assert getattr(estimate, key) == Estimate(0.71, n=24)
    assert "write 0.78, with a point" in one_line(model, **{key: "0,78"})
    assert "write 78 % if it is one" in one_line(model, **{key: 78})
    assert "a mean score" in one_line(model, **{key: 4.2})
    assert "a decimal comma" in one_line(model, **{key: {"base": 0, "78": None}})
    one_line(model, **{key: -0.1})


@pytest.mark.parametrize(("model", "key"), AMOUNTS)
def test_amounts(model: type[BaseModel], key: str) -> None:
    for written, number in (("12", 12.0), (0.5, 0.5), ("900.0000", 900.0)):
        assert getattr(model(**{**CLASSES[model], key: written}), key) == number
    ranged = model(**{**CLASSES[model], key: {"base": 2, "low": 1, "high": 3}})
    assert getattr(ranged, key) == Estimate(2.0, 1.0, 3.0)
    assert "write 900000, or 900.0000" in one_line(model, **{key: "900.000"})
    assert "a number, not a share" in one_line(model, **{key: "5 %"})
    assert "it must be finite" in one_line(model, **{key: "1e999"})
    one_line(model, **{key: -1})
    one_line(model, **{key: "1.000 EUR"})


@pytest.mark.parametrize(("model", "key"), TIMES)
def test_times(model: type[BaseModel], key: str) -> None:
    for written, time in (("3 días", Duration(3, "d")), (0, Duration(0, "h"))):
        assert getattr(model(**{**CLASSES[model], key: written}), key) == time
    ranged = model(**{**CLASSES[model], key: {"base": "1 d", "low": "4 h", "high": "2 d"}})
    assert getattr(ranged, key) == Estimate(Duration(1, "d"), Duration(4, "h"), Duration(2, "d"))
    assert 'write "4 h"' in one_line(model, **{key: 4})
    assert "write 90 min" in one_line(model, **{key: "1:30"})
    assert "write 1.5 h, with a point" in one_line(model, **{key: "1,5 h"})
    one_line(model, **{key: "-4 h"})


def test_zero_where_something_must_be() -> None:
    for key in ("staff", "availability"):
        assert "above 0" in one_line(Department, **{key: 0})
    for key in ("fcr", "peak"):
        assert "above 0" in one_line(Service, **{key: 0})
    assert "above 0" in one_line(Intervention, decay=0)
    assert "above 0" in one_line(Assumptions, recovery=0)


def test_scores() -> None:
    assert Customer(nps=-100).nps == -100
    assert "from -100 to 100" in one_line(Customer, nps=101)
    assert Assumptions(detractor_score="-1").detractor_score == -1
    assert "from -1 to 1" in one_line(Assumptions, detractor_score=-2)


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "key", "word", "hint"),
    [
        (Department, "kind", "humanresources", None),
        (Department, "kind", "finanzas", "finance"),
        (Department, "inputs", "insequence", "in_sequence"),
        (Customer, "kind", "busines", "business"),
        (Customer, "status", "potencial", "potential"),
        (Service, "if_late", "wait", "waits"),
        (Service, "deliverable", "informacion", "information"),
        (Intervention, "kind", "train", "training"),
        (Service, "impact", "hihg", "high"),
        (Department, "source", "assumd", "assumed"),
    ],
)
def test_words(model: type[BaseModel], key: str, word: str, hint: str | None) -> None:
    line = one_line(model, **{key: word})
    assert f"«{word}»" in line
    assert (f"did you mean {hint}?" in line) == (hint is not None)


def test_words_for_shares() -> None:
    assert Service(**PAIR, impact="decisive").impact == "decisive"
    assert number_of("decisive", IMPACT_WORDS) == 0.90
    assert number_of(Estimate(0.4, n=3), IMPACT_WORDS) == 0.4
    assert dict(Customer(wears_on={"sales": "low", "it": 0.3}).wears_on) == {
        "sales": "low",
        "it": 0.3,
    }
    assert "low, medium, high, or a share" in one_line(Customer, wears_on={"sales": "decisive"})
    assert "decisive" not in LINK_WORDS


# --- ids and texts ------------------------------------------------------------------------------


@pytest.mark.parametrize("any_id", ["it", "diseño", "設計", "مبيعات", "Büro-2", "a_b", "ventas2"])
def test_ids_of_any_script(any_id: str) -> None:
    service = Service(provider=any_id, client="sales", key=any_id)
    assert service.id == f"{any_id}>sales:{any_id}"


def test_ids_are_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "diseño")
    assert decomposed != "diseño"
    assert Service(provider=decomposed, client="sales").provider == "diseño"
    assert Service(**PAIR, name=decomposed).name == "diseño"


@pytest.mark.parametrize(
    "any_id", ["", " ", "2it", "_it", "-it", "it sales", "it>sales", "it:x", "a.b", "😀", 3, None]
)
def test_ids_that_cannot_be(any_id: Any) -> None:
    assert "put words into name" in one_line(Service, provider=any_id)


def test_texts() -> None:
    assert Service(**PAIR, channels="mail").channels == ("mail",)
    assert Service(**PAIR, channels=["mail", "teléfono"]).channels == ("mail", "teléfono")
    assert Department(name="").name == ""
    assert Department(name="<b>&'\"😀").name == "<b>&'\"😀"
    one_line(Department, name=3)
    one_line(Department, tags=[1])


# --- the classes --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", CLASSES, ids=lambda model: model.__name__)
def test_they_are_frozen_hashable_and_travel(model: type[BaseModel]) -> None:
    entry = model(**CLASSES[model])
    name = next(iter(model.model_fields))
    with pytest.raises(ValueError, match="frozen"):
        setattr(entry, name, "x")
    assert pickle.loads(pickle.dumps(entry)) == entry
    assert copy.deepcopy(entry) == entry
    assert hash(entry) == hash(model(**CLASSES[model]))
    assert repr(entry).startswith(model.__name__)


@pytest.mark.parametrize("model", CLASSES, ids=lambda model: model.__name__)
def test_unknown_keys_are_refused(model: type[BaseModel]) -> None:
    line = one_line(model, zzz=1)
    assert line.startswith("zzz: unknown key «zzz»; allowed: ")


@pytest.mark.parametrize(
    ("model", "key", "meant"),
    [
        (Service, "plazo", "sla"),
        (Service, "tarda", "takes"),
        (Service, "calidad", "quality"),
        (Service, "qualty", "quality"),
        (Department, "plantilla", "staff"),
        (Customer, "facturación", "revenue"),
        (Intervention, "coste", "cost"),
    ],
)
def test_the_key_that_was_meant(model: type[BaseModel], key: str, meant: str) -> None:
    error = refusal(model, **{key: 1})
    assert error.text().endswith(f"(did you mean {meant}?)")
    assert error.text("es").endswith(f"(¿quizá {meant}?)")


def test_all_faults_at_once_in_order() -> None:
    error = refusal(Service, quality=2, sla=4, wrong=1)
    assert [issue.path for issue in error.issues] == [("sla",), ("quality",), ("wrong",)]


def test_a_service_without_its_parties() -> None:
    with pytest.raises(SchemaError) as caught:
        Service()
    assert caught.value.text("es") == (
        "provider: falta; permitido: un valor\nclient: falta; permitido: un valor"
    )


def test_for_is_called_by_both_names() -> None:
    assert Service(**PAIR, **{"for": ["shop"]}).for_ == ("shop",)
    assert Service(**PAIR, for_="shop").for_ == ("shop",)


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({}, True),
        ({"deliverable": "support"}, False),
        ({"deliverable": "support", "if_late": "waits"}, True),
        ({"deliverable": "approval"}, True),
        ({"if_late": "goes_on"}, False),
    ],
)
def test_who_waits(fields: dict[str, str], waits: bool) -> None:
    assert Service(**PAIR, **fields).waits is waits


def test_defaults_are_those_of_the_model() -> None:
    """The coefficients of the model, one by one: assumptions everyone can look up."""
    flat = {name: getattr(Assumptions(), name) for name in Assumptions.model_fields}
    weights = flat.pop("weights")
    assert {name: getattr(weights, name) for name in FailureWeights.model_fields} == {
        "late": 0.5,
        "faulty": 0.6,
        "unclear": 0.3,
        "repeated": 0.2,
    }
    assert flat == {
        "morale_to_quality": 0.10,
        "morale_to_time": 0.10,
        "input_to_morale": 0.10,
        "overload_to_morale": 0.20,
        "overload_starts": 0.85,
        "unexplained": 0.2,
        "recovery": 0.5,
        "shared_cause": 0.0,
        "detractor_score": -0.8,
    }
    assert IMPACT_WORDS == {"low": 0.10, "medium": 0.30, "high": 0.60, "decisive": 0.90}
    assert LINK_WORDS == {"low": 0.05, "medium": 0.10, "high": 0.20}
    service = Service(**PAIR)
    assert (service.impact, service.fcr, service.peak) == ("medium", 1.0, 1.0)
    assert (service.target_quality, service.target_clarity) == (1.0, 1.0)
    assert (Customer().choice, Department().availability) == (0.5, 1.0)


@given(st.text(max_size=8), st.one_of(st.none(), st.text(max_size=8), st.floats(), st.booleans()))
def test_whatever_is_given_is_taken_or_refused_as_a_schema_error(key: str, value: Any) -> None:
    for model, given_fields in CLASSES.items():
        for name in (key, *list(model.model_fields)[:3]):
            try:
                model(**{**given_fields, name: value})
            except SchemaError as error:
                assert error.issues
                assert error.text("es")
