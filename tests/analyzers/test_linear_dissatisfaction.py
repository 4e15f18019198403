"""Linear mode: beside the literal second implementation and the noisy-OR it bounds; paths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import valuechain as vc
from tests.reference.chain import read_chain
from tests.reference.dissatisfaction import linear, settle
from tests.reference.random_chains import document, text
from tests.strategies import chains
from valuechain.analyzers.dissatisfaction.linear import (
    LinearDissatisfactionResult,
    linear_dissatisfaction,
)
from valuechain.results import Column, Table
from valuechain.today import situation_of


def linear_of(chain: vc.ValueChain, late: float = 0.0, **options: Any) -> Any:
    situation = situation_of(chain)
    shares = np.full(len(situation.now.service_ids), late)
    return linear_dissatisfaction(chain, situation, shares, **options)


def ring(impact: str = "medium", **shop: Any) -> vc.ValueChain:
    """IT and HR serve each other; both reach the shop through sales."""
    return vc.ValueChain(
        departments={"it": {}, "hr": {}, "sales": {}},
        customers={"shop": shop, "nobody": {}},
        services=[
            {"provider": "it", "client": "hr", "quality": 0.9, "impact": impact},
            {"provider": "hr", "client": "it", "quality": 0.8, "impact": impact},
            {"provider": "it", "client": "sales", "quality": 0.7, "impact": impact},
            {"provider": "sales", "client": "shop", "clarity": 0.9},
        ],
    )


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("shape", ["acyclic", "contracting"])
def test_beside_the_literal_second_implementation(seed: int, shape: Any) -> None:
    tree = document(seed, shape)
    reference = read_chain(yaml.safe_load(text(tree)))
    late = dict.fromkeys(reference.services, 0.2)
    found = linear_of(vc.parse_yaml(text(tree)), 0.2)
    expected = linear(reference, late)
    rows = [*found.to_records("departments"), *found.to_records("customers")]
    for row in rows:
        if row["dissatisfied"] is not None:
            assert row["dissatisfied"] == pytest.approx(expected[row["id"]], abs=1e-10)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("shape", ["acyclic", "contracting"])
def test_noisy_or_never_exceeds_it_and_small_failures_agree(seed: int, shape: Any) -> None:
    """Without morale and anger."""
    tree = document(seed, shape)
    tree["assumptions"] = {"input_to_morale": 0, "morale_to_quality": 0}
    for customer in tree["customers"].values():
        customer.pop("wears_on", None)
    reference = read_chain(yaml.safe_load(text(tree)))
    state = settle(reference, dict.fromkeys(reference.services, 0.3))
    found = linear_of(vc.parse_yaml(text(tree)), 0.3)
    for row in found.to_records("services"):
        assert state.dissatisfied[row["id"]] <= row["dissatisfied"] + 1e-12


def test_small_failures_agree() -> None:
    """The difference falls with the square of what goes wrong."""
    chain = ring().with_changes(
        {
            f"services.{s.id}.{field}": 1.0
            for s in ring().services
            for field in ("quality", "clarity")
            if getattr(s, field) is not None
        }
    )
    plain = {"input_to_morale": 0.0, "morale_to_quality": 0.0}
    gaps = []
    for late in (1e-2, 1e-3):
        tree = yaml.safe_load(vc.to_yaml(chain.as_today()))
        tree["assumptions"] = plain
        reference = read_chain(tree)
        state = settle(reference, dict.fromkeys(reference.services, late))
        found = linear_of(vc.parse_yaml(yaml.safe_dump(tree)), late)
        gaps.append(
            found.table("customers").value("shop", "dissatisfied") - state.customers["shop"]
        )
    assert 0 < gaps[1] < gaps[0] / 50


def test_paths_of_the_ring_by_hand() -> None:
    """A between departments .6 * .3 = .18, to the shop .6; own parts .3 * .6 (1 - quality)."""
    found = linear_of(ring())
    around = 1 / (1 - 0.18**2)
    x_it = (0.3 * 0.12 + 0.18 * 0.3 * 0.06) * around
    x_sales = 0.3 * 0.18 + 0.18 * x_it
    assert found.table("departments").value("it", "dissatisfied") == pytest.approx(x_it)
    assert found.table("customers").value("shop", "dissatisfied") == pytest.approx(
        0.3 * 0.1 + 0.6 * x_sales
    )
    paths = found.paths("shop")
    assert [path.members for path in paths] == [
        ("it", "sales", "shop"),
        ("sales", "shop"),
        ("hr", "it", "sales", "shop"),
        ("it", "hr", "it", "sales", "shop"),
    ]
    assert paths[2].part == pytest.approx(0.6 * 0.18 * 0.3 * 0.12 * around)
    assert paths[2].multiplier == pytest.approx(around)
    assert sum(path.share for path in paths) == pytest.approx(1.0)
    assert (paths.remainder, paths.next_at_most) == (0.0, 0.0)


def test_total_effects_by_column_and_as_a_frame() -> None:
    found = linear_of(ring())
    effects = found.total_effects
    around = 1 / (1 - 0.18**2)
    assert effects["shop"]["it"] == pytest.approx(around * 0.18 * 0.6)
    assert effects["it"]["it"] == pytest.approx(around)
    frame = found.to_frame("total_effects")
    assert frame.loc["hr", "shop"] == effects["shop"]["hr"]
    assert list(frame.index) == list(frame.columns) == ["hr", "it", "sales", "nobody", "shop"]
    with pytest.raises(vc.UnknownIdError, match="did you mean shop"):
        effects["shopp"]


def test_total_effects_turn_own_parts_into_what_is_felt() -> None:
    found = linear_of(ring(), 0.1)
    rows = [*found.to_records("departments"), *found.to_records("customers")]
    own = {row["id"]: row["own_part"] or 0.0 for row in rows}
    felt = sum(own[any_id] * effect for any_id, effect in found.total_effects["shop"].items())
    assert felt == pytest.approx(found.table("customers").value("shop", "dissatisfied"))


@given(chains(), st.integers(0, 6))
def test_paths_and_remainder_add_up(chain: vc.ValueChain, n: int) -> None:
    try:
        found = linear_of(chain, 0.3)
    except vc.ConvergenceError as error:
        assert error.services
        return
    for customer in chain.customers:
        paths = found.paths(customer, n)
        listed = sum(path.part for path in paths)
        assert listed + paths.remainder == pytest.approx(paths.total, abs=1e-9)
        assert all(path.members[-1] == customer for path in paths)
        felt = found.table("customers").value(customer, "dissatisfied")
        assert paths.total == pytest.approx(felt or 0.0, abs=1e-9)


def test_a_loop_without_end_is_named() -> None:
    names = ["a", "b", "c", "d"]
    chain = vc.ValueChain(
        departments={name: {} for name in names},
        customers={"shop": {}},
        services=[
            *({"provider": p, "client": c, "impact": 0.9} for p in names for c in names if p != c),
            {"provider": "a", "client": "shop"},
        ],
    )
    with pytest.raises(vc.ConvergenceError, match="without end: a, b, c, d") as error:
        linear_of(chain)
    assert len(error.value.services) == 12
    assert "sin fin" in error.value.text("es")


def test_calibrated_own_parts_and_what_no_service_explains() -> None:
    chain = ring()
    m = len(chain.services)
    found = linear_of(chain, own=np.full(m, 0.1), unexplained=np.array([0.0, 0.05]))
    paths = found.paths("shop")
    assert paths[1].members == ("shop",)  # from no service
    assert paths[1].part == 0.05
    half = linear_of(chain, own=np.full(m, 0.1), inherited=np.zeros(m), felt=np.full(m, 0.5))
    assert half.table("customers").value("shop", "dissatisfied") == pytest.approx(0.05)


def test_an_index_beyond_1_is_no_share_satisfied() -> None:
    found = linear_of(ring("decisive"), 1.0, own=np.full(4, 0.9))
    row = found.to_records("customers")[1]
    assert row["dissatisfied"] > 1
    assert row["csat"] is None
    assert found.to_records("customers")[0]["dissatisfied"] is None  # nobody serves it


@pytest.mark.parametrize("n", [-1, 1.5, True, "3"])
def test_how_many_paths(n: Any) -> None:
    found: LinearDissatisfactionResult = linear_of(ring())
    with pytest.raises(vc.UsageError, match="whole number"):
        found.paths("shop", n)
    with pytest.raises(vc.UnknownIdError):
        found.paths("shopp")


def test_words() -> None:
    def words(found: LinearDissatisfactionResult, lang: Any = "es") -> str:
        return " ".join(found.explain(lang).split())

    assert words(linear_of(ring())) == (
        "Donde más insatisfacción se acumula es en shop. Llega por it → sales → shop (49 %), "
        "sales → shop (45 %) y hr → it → sales → shop (6 %). Por los demás caminos llega el 0,5 %."
    )
    beyond = linear_of(ring("decisive"), 1.0, own=np.full(4, 0.9))
    assert words(beyond, "en").endswith("simple sums count the same customers twice.")
    nothing = linear_of(ring(), own=np.zeros(4))
    assert words(nothing) == "Nada deja insatisfecho a un cliente."


def test_a_calibration_may_stand_beside() -> None:
    observed = Table("calibration", ("a",), (Column("kappa", "share", "Scale."),), {"kappa": [1.0]})
    found = linear_of(ring(), calibration=observed)
    assert found.table("calibration").value("a", "kappa") == 1.0
    assert found.to_dict()["customers"][1]["id"] == "shop"
