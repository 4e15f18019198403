"""`reach`: known chains by hand, bounds on every chain, and what it refuses."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import valuechain as vc
from tests.strategies import chains
from valuechain.today import situation_of


def chain_of(*services: tuple[str, str, dict[str, Any]], **fields: Any) -> vc.ValueChain:
    """Departments in small letters, customers in capitals."""
    names = sorted({name for p, c, _ in services for name in (p, c)})
    return vc.ValueChain(
        departments={name: {} for name in names if name.islower()},
        customers={name: {} for name in names if not name.islower()},
        services=[{"provider": p, "client": c, **spec} for p, c, spec in services],
        **fields,
    )


def probability(chain: vc.ValueChain, source: str, to: str, **options: Any) -> float:
    result = vc.reach(chain, source, **options)
    level = "departments" if to in chain.departments else "customers"
    return float(result.table(level).value(to, "probability"))


HALF: dict[str, Any] = {"need": 0.5, "impact": 0.8}
BRIDGE = chain_of(
    ("a", "b", HALF), ("a", "c", HALF), ("b", "c", HALF), ("c", "b", HALF),
    ("b", "d", HALF), ("c", "d", HALF), ("d", "X", {}),
)  # fmt: skip


def test_the_bridge_by_hand() -> None:
    """Two-terminal reliability of the directed bridge, both ways open, by conditioning.

    p = .4. With neither of b>c, c>b: two rows of two side by side, 1 - (1 - p^2)^2. With one of
    them (b>c): a>c counts with what comes by b. With both, b and c are one: (1 - (1 - p)^2)^2.
    """
    p = 0.4
    neither = 1 - (1 - p * p) ** 2
    both = (1 - (1 - p) ** 2) ** 2
    # b>c only: b reached (p): d by b, or by c, who is reached; else c by itself
    one = p * (1 - (1 - p) ** 2) + (1 - p) * p * p
    expected = (1 - p) ** 2 * neither + 2 * p * (1 - p) * one + p * p * both
    assert probability(BRIDGE, "a", "d") == pytest.approx(expected, abs=1e-14)
    assert probability(BRIDGE, "a", "X") == probability(BRIDGE, "a", "d")


def test_round_a_loop_adds_nothing() -> None:
    chain = chain_of(
        ("hr", "it", {"need": 0.5, "impact": 0.6}),
        ("it", "hr", {"need": 1.0, "impact": 0.9}),
        ("it", "X", {}),
    )
    assert probability(chain, "hr", "X") == 0.3
    assert probability(chain, "hr", "hr") == 1.0


def test_alternatives_protect_until_all_fail() -> None:
    spec = {"need": 0.5, "impact": 0.6, "alternatives": "either"}
    chain = chain_of(
        ("s", "a", {"need": 1.0, "impact": 0.9}), ("s", "b", {"need": 1.0, "impact": 0.9}),
        ("a", "c", spec), ("b", "c", spec), ("c", "X", {}),
    )  # fmt: skip
    assert probability(chain, "a", "X") == 0.0  # b does not fail
    assert probability(chain, "s", "X") == pytest.approx(0.9 * 0.9 * 0.5 * 0.36)
    # One need for both: all or nothing
    assert probability(chain, "s", "X", of="delay") == pytest.approx(0.5)


def test_for_keeps_a_failure_out_of_other_services() -> None:
    chain = chain_of(
        ("it", "sales", {"need": 1.0, "impact": 0.9, "for": ["OFFERS"]}),
        ("sales", "OFFERS", {}), ("sales", "ADVICE", {}),
    )  # fmt: skip
    assert probability(chain, "it", "OFFERS") == 0.9
    assert probability(chain, "it", "ADVICE") == 0.0


def test_delays_pass_where_the_client_waits() -> None:
    chain = chain_of(
        ("it", "sales", {"need": 0.5, "if_late": "goes_on"}),
        ("hr", "sales", {"need": 0.5}),
        ("sales", "X", {}),
    )
    assert probability(chain, "it", "X", of="delay") == 0.0
    assert probability(chain, "hr", "X", of="delay") == 0.5
    assert probability(chain, "it", "X") == pytest.approx(0.15)


def test_a_service_and_an_external_party_as_source() -> None:
    chain = chain_of(
        ("SUPPLIER", "it", {"need": 0.5, "impact": 0.5}),
        ("it", "sales", {"need": 0.5, "impact": 0.6}),
        ("it", "SUPPLIER", {}),
        ("sales", "X", {}),
    )
    assert probability(chain, "SUPPLIER", "X") == pytest.approx(0.25 * 0.3)
    assert probability(chain, "sales>X", "X") == 1.0
    assert probability(chain, "sales>X", "sales") == 0.0
    # what the supplier receives stops there, though it provides, too
    assert probability(chain, "sales", "it") == 0.0
    assert probability(chain, "it", "SUPPLIER") == 1.0


def test_a_change_is_in_force() -> None:
    chain = BRIDGE.with_changes({"services.a>b.impact": 0.0, "services.a>c.impact": 0.0})
    assert probability(chain, "a", "X") == 0.0


def test_large_chains_are_sampled_and_say_so() -> None:
    chain = vc.example("enterprise")
    source = max(chain.departments, key=lambda d: sum(s.provider == d for s in chain.services))
    result = vc.reach(chain, source, samples=2_000)
    again = vc.reach(chain, source, samples=2_000)
    assert result.to_dict() == again.to_dict()
    errors = result.table("customers")["standard_error"]
    assert (result.provenance.samples == 2_000) == bool(
        errors.any() or result.table("departments")["standard_error"].any()
    )


@pytest.mark.parametrize("wrong", ["desing", "", "design > sales"])
def test_unknown_sources(wrong: str) -> None:
    with pytest.raises(vc.UnknownIdError):
        vc.reach(vc.example("design_delay"), wrong)


def test_options_that_cannot_be() -> None:
    with pytest.raises(vc.UsageError, match="dissatisfaction, delay"):
        vc.reach(BRIDGE, "a", of="anger")  # type: ignore[arg-type]
    with pytest.raises(vc.UsageError, match="samples"):
        vc.reach(BRIDGE, "a", samples=0)


def without_groups_and_uses(chain: vc.ValueChain) -> bool:
    return not any(s.alternatives or s.for_ for s in chain.services)


@given(chains(), st.data())
def test_between_the_best_path_and_independence(chain: vc.ValueChain, data: st.DataObject) -> None:
    """At least the best single path; at most what a noisy-OR makes of it (Harris: paths share
    services, so their failures go together, and fewer of them add)."""
    if not without_groups_and_uses(chain):
        chain = chain_of(*[(s.provider.lower(), s.client, {}) for s in BRIDGE.services])
    source = data.draw(st.sampled_from(sorted(chain.departments)))
    result = vc.reach(chain, source, samples=500)
    found = {
        r["id"]: (r["probability"], r["standard_error"])
        for level in ("departments", "customers")
        for r in result.to_records(level)
    }
    arrays = situation_of(chain).now
    D, names = len(arrays.department_ids), arrays.node_ids
    chance = arrays.need * [
        1.0 if c >= D else a for c, a in zip(arrays.client, arrays.impact, strict=True)
    ]
    edges = [
        (names[p], names[c], float(q))
        for p, c, q in zip(arrays.provider, arrays.client, chance, strict=True)
        if q > 0 and p < D
    ]
    graph = nx.DiGraph()
    graph.add_nodes_from(names)
    for p, c, q in edges:
        if not graph.has_edge(p, c) or graph[p][c]["chance"] < q:
            graph.add_edge(p, c, chance=q, length=-math.log(q))
    lengths = nx.single_source_dijkstra_path_length(graph, source, weight="length")
    independent = dict.fromkeys(names, 1.0)  # from above: each round is a bound
    for _ in range(400):
        closed = dict.fromkeys(names, 1.0)
        for p, c, q in edges:
            closed[c] *= 1 - q * (1.0 if p == source else independent[p])
        independent = {name: 1 - k for name, k in closed.items()}
    for name in set(names) - {source}:
        probability, error = found[name]
        best = math.exp(-lengths[name]) if name in lengths else 0.0
        assert probability >= best - 5 * error - 1e-9
        assert probability <= independent[name] + 5 * error + 1e-9
        assert (probability > 0) == (name in lengths) or error > 0


def test_words() -> None:
    def words(chain: vc.ValueChain, source: str, lang: str, **options: Any) -> str:
        return " ".join(vc.reach(chain, source, **options).explain(lang).split())

    chain = vc.example("design_delay")
    assert words(chain, "design", "es", of="delay") == (
        "Un retraso en Diseño se deja notar en Cliente potencial con una probabilidad del 12 %. "
        "Dentro, quien más lo nota es Marketing: siempre."
    )
    assert words(BRIDGE, "d>X", "en") == "A failure in “d → X” gets through to X for certain."
    assert words(chain_of(("a", "X", {}), ("b", "a", {"need": 0})), "b", "es") == (
        "Un fallo en b no llega a ningún cliente."
    )
