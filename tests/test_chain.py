"""A chain: made whole or refused whole, frozen, the same after any journey."""

from __future__ import annotations

import copy
import pickle
import unicodedata
import warnings
from typing import Any

import pytest
from hypothesis import given

from tests.strategies import chains
from valuechain.chain import ValueChain
from valuechain.errors import SchemaError, UnknownIdError, ValueChainWarning

PARTS: dict[str, Any] = {
    "departments": {"it": {"name": "TI"}, "sales": None},
    "customers": {"shop": {}},
    "services": [
        {"provider": "sales", "client": "shop", "key": "offer"},
        {"provider": "it", "client": "sales", "name": "acceso"},
    ],
}


def a_chain(**parts: Any) -> ValueChain:
    return ValueChain(**{**PARTS, **parts})


def refusal(**parts: Any) -> SchemaError:
    with pytest.raises(SchemaError) as caught:
        a_chain(**parts)
    return caught.value


def test_services_are_sorted_by_id() -> None:
    assert [service.id for service in a_chain().services] == ["it>sales", "sales>shop:offer"]
    backwards = a_chain(services=PARTS["services"][::-1])
    assert backwards == a_chain()


def test_an_entry_may_stand_empty() -> None:
    chain = a_chain(customers={"shop": None})
    assert chain.customers["shop"].status == "active"
    assert chain.departments["sales"].kind == "other"


def test_lookups() -> None:
    chain = a_chain()
    assert chain.service("it>sales").name == "acceso"
    assert (chain.label("it"), chain.label("it>sales")) == ("TI", "acceso")
    assert (chain.label("shop"), chain.label("nobody")) == ("shop", "nobody")
    assert chain.names() == {"it": "TI", "it>sales": "acceso"}
    with pytest.raises(UnknownIdError, match="did you mean it>sales"):
        chain.service("it>sale")
    with pytest.raises(UnknownIdError):
        chain.service(["it>sales"])


def test_what_a_chain_says_of_itself() -> None:
    assert repr(a_chain(name="Empresa")) == (
        "<ValueChain Empresa: 2 departments, 1 customer, 2 services>"
    )
    assert str(a_chain().with_changes(delay={"it": "1 h"})).endswith("2 services, 1 change>")


@pytest.mark.parametrize("version", [1, "1"])
def test_versions(version: object) -> None:
    assert a_chain(valuechain=version).valuechain == 1


@pytest.mark.parametrize("version", [2, "1.0", None, True, "one"])
def test_other_versions(version: object) -> None:
    (issue,) = refusal(valuechain=version).issues
    assert issue.text("es").endswith("permitido: la versión 1 del formato")


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        ({"departments": []}, ("departments",)),
        ({"departments": "it"}, ("departments",)),
        ({"departments": {"it": "TI"}}, ("departments", "it")),
        ({"departments": {"2it": {}}}, ("departments", "2it")),
        ({"departments": {"it": {"staff": 0}}}, ("departments", "it", "staff")),
        ({"customers": {"shop": {"csat": 4.2}}}, ("customers", "shop", "csat")),
        ({"services": 3}, ("services",)),
        ({"services": [3]}, ("services", 0)),
        (
            {"services": [{"provider": "it", "client": "sales", "slaa": "1 h"}]},
            ("services", 0, "slaa"),
        ),
        ({"calendar": {"hours_per_day": 25}}, ("calendar", "hours_per_day")),
        ({"calendar": {"hours": 8}}, ("calendar", "hours")),
        ({"assumptions": {"weights": {"late": 2}}}, ("assumptions", "weights", "late")),
        ({"assumptions": {"moral": 0.1}}, ("assumptions", "moral")),
        ({"period": "fortnight"}, ("period",)),
        ({"scenarios": {"s": {"delay": {"it": 3}}}}, ("scenarios", "s", "delay")),
        ({"interventions": {"i": {"kind": "magic"}}}, ("interventions", "i", "kind")),
        ({"nome": "x"}, ("nome",)),
        ({"changes": [{"sett": {}}]}, ("changes", 0, "sett")),
    ],
    ids=str,
)
def test_one_fault_anywhere_gives_one_issue_there(parts: Any, path: tuple[Any, ...]) -> None:
    (issue,) = refusal(**parts).issues
    assert issue.path == path
    for lang in ("en", "es"):
        assert "Input should be" not in issue.text(lang)
        assert len(issue.text(lang).splitlines()) == 1


def test_faults_of_several_fields_come_together() -> None:
    error = refusal(
        departments={"it": {"staff": -1}, "sales": {"esat": "0,5"}},
        customers={"shop": {"nps": 200}},
    )
    assert len(error.issues) == 3


def test_doubts_are_warnings_and_the_chain_is_there() -> None:
    services = [*PARTS["services"], {"provider": "it", "client": "shop", "sla": "24 h"}]
    with pytest.warns(ValueChainWarning, match="24 h of working time are 3 days"):
        chain = a_chain(services=services)
    assert len(chain.services) == 3


def test_a_warning_points_to_the_call() -> None:
    services = [{"provider": "it", "client": "shop", "sla": "48 h"}, PARTS["services"][0]]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ValueChain(**{**PARTS, "services": services})
    assert [warning.filename for warning in caught] == [__file__]


def test_ids_meet_in_composed_form() -> None:
    decomposed = unicodedata.normalize("NFD", "diseño")
    chain = ValueChain(
        departments={"diseño": {}, "ventas": {}},
        customers={"café": {"wears_on": {decomposed: "low"}}},
        services=[
            {"provider": decomposed, "client": "ventas"},
            {"provider": "ventas", "client": unicodedata.normalize("NFD", "café")},
        ],
        scenarios={"tarde": {"delay": {decomposed: "1 h"}}},
    )
    assert [service.id for service in chain.services] == ["diseño>ventas", "ventas>café"]
    slow = chain.with_changes({f"services.{decomposed}>ventas.takes": "1 h"})
    assert slow.in_force().service("diseño>ventas").takes is not None


def test_two_spellings_of_one_id_do_not_swallow_each_other() -> None:
    departments = {"diseño": {"staff": 1}, unicodedata.normalize("NFD", "diseño"): {"staff": 2}}
    error = refusal(
        departments={**departments, "sales": {}},
        services=[{"provider": "diseño", "client": "sales"}],
        customers={},
    )
    (issue,) = error.issues
    assert issue.text() == (
        "departments: «diseño» twice; allowed: each once (its accents are coded in two ways)"
    )


def test_a_chain_does_not_follow_what_it_was_made_of() -> None:
    parts = copy.deepcopy(PARTS)
    chain = ValueChain(**parts)
    parts["departments"]["it"]["name"] = "changed"
    parts["departments"]["new"] = {}
    parts["services"].clear()
    assert chain == a_chain()


def test_a_chain_cannot_be_changed() -> None:
    chain: Any = a_chain()
    with pytest.raises(ValueError, match="frozen"):
        chain.name = "x"
    with pytest.raises(TypeError):
        chain.departments["new"] = None
    assert isinstance(chain.services, tuple)


@given(chains())
def test_a_chain_is_the_same_after_any_journey(chain: ValueChain) -> None:
    again = [pickle.loads(pickle.dumps(chain)), copy.deepcopy(chain)]
    assert again == [chain, chain]
    assert len({chain, *again}) == 1
    assert [service.id for service in again[0].services] == [s.id for s in chain.services]


@given(chains())
def test_each_scenario_of_a_valid_chain_can_be_put_in_force(chain: ValueChain) -> None:
    for name in chain.scenarios:
        changed = chain.with_scenario(name)
        assert changed.today == chain
        assert pickle.loads(pickle.dumps(changed)) == changed
    for name in chain.interventions:
        assert chain.with_intervention(name).in_force().changes == ()
