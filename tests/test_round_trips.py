"""Chain -> text, graph or bytes -> the same chain, with and without changes on top of today."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given

import valuechain as vc
from tests.strategies import chains

Journey = Callable[[vc.ValueChain], vc.ValueChain]

JOURNEYS: dict[str, Journey] = {
    "YAML": lambda chain: vc.parse_yaml(vc.to_yaml(chain)),
    "networkx": lambda chain: vc.from_networkx(chain.to_networkx()),
    "networkx and YAML": lambda chain: vc.parse_yaml(
        vc.to_yaml(vc.from_networkx(chain.to_networkx()))
    ),
    "pickle": lambda chain: pickle.loads(pickle.dumps(chain)),
    "copy": copy.deepcopy,
}


def variants(chain: vc.ValueChain) -> Iterator[vc.ValueChain]:
    """Yield the chain as it is, and with changes of every kind on top."""
    service = chain.services[0]
    yield chain
    changed = chain.with_changes(
        {f"services.{service.id}.quality": {"base": 0.5, "n": 40}}, delay={service.id: "90 min"}
    )
    yield changed
    yield changed.with_changes({f"services.{service.id}.clarity": "40 %"})
    yield changed.as_today()
    for name in chain.scenarios:
        yield chain.with_scenario(name)
        yield changed_twice(changed, name)
    for name in chain.interventions:
        yield chain.with_intervention(name).as_today()


def changed_twice(changed: vc.ValueChain, name: str) -> vc.ValueChain:
    """Return a changed chain with a scenario on top; as it was, where both set one field."""
    try:
        return changed.with_scenario(name)
    except vc.SchemaError:
        return changed


def declared(chain: vc.ValueChain) -> list[set[str]]:
    """Which fields each entry declares: to declare a default is not the same as to say nothing."""
    rooms = (chain.departments, chain.customers, chain.scenarios, chain.interventions)
    entries = [entry for room in rooms for entry in room.values()]
    return [
        {name for name in entry.model_fields_set if getattr(entry, name) is not None}
        for entry in (*entries, *chain.services)
    ]


def assert_same(there: vc.ValueChain, back: vc.ValueChain) -> None:
    assert back == there
    assert back.changes == there.changes
    assert back.today == there.today
    assert back.in_force() == there.in_force()
    assert [*back.departments] == [*there.departments]
    assert [*back.customers] == [*there.customers]


@pytest.mark.parametrize("journey", JOURNEYS)
@pytest.mark.parametrize("name", vc.examples())
def test_examples_come_back(name: str, journey: str) -> None:
    for chain in variants(vc.example(name)):
        assert_same(chain, JOURNEYS[journey](chain))


@pytest.mark.parametrize("journey", JOURNEYS)
@given(chain=chains(max_departments=3))
def test_any_chain_comes_back(journey: str, chain: vc.ValueChain) -> None:
    for there in variants(chain):
        back = JOURNEYS[journey](there)
        assert_same(there, back)
        assert declared(back) == declared(there)


@given(chain=chains(max_departments=3))
def test_the_graph_is_the_chain(chain: vc.ValueChain) -> None:
    graph = chain.to_networkx()
    assert set(graph) == {*chain.departments, *chain.customers}
    assert {(a, b, key) for a, b, key in graph.edges(keys=True)} == {
        (service.provider, service.client, service.id) for service in chain.services
    }


def test_a_journey_that_loses_something_is_seen() -> None:
    chain = vc.example("restaurant")
    service = chain.services[0]
    changed = chain.with_changes({f"services.{service.id}.quality": 0.5})
    with pytest.raises(AssertionError):
        assert_same(changed, changed.today)
