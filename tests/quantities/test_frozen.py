"""Frozen mappings: equal to what they were made of, and as safe as a tuple."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuechain.quantities import FrozenMapping

MAPPINGS = st.dictionaries(st.text(max_size=3), st.integers(), max_size=5)


@given(MAPPINGS)
def test_it_is_the_mapping_it_was_made_of(items: dict[str, int]) -> None:
    frozen = FrozenMapping(items)
    assert frozen == items
    assert list(frozen) == list(items)
    assert len(frozen) == len(items)
    assert pickle.loads(pickle.dumps(frozen)) == frozen
    assert copy.deepcopy(frozen) == frozen


@given(MAPPINGS)
def test_equal_mappings_have_equal_hashes_in_any_order(items: dict[str, int]) -> None:
    backwards = FrozenMapping(dict(reversed(items.items())))
    assert backwards == FrozenMapping(items)
    assert hash(backwards) == hash(FrozenMapping(items))


def test_it_does_not_follow_its_source() -> None:
    source = {"it": 3}
    frozen = FrozenMapping(source)
    source["it"] = 4
    assert frozen["it"] == 3


def test_it_cannot_be_changed() -> None:
    frozen: Any = FrozenMapping({"it": 3})
    with pytest.raises(TypeError):
        frozen["it"] = 4
    with pytest.raises(AttributeError):
        frozen.other = 4
    assert frozen == {"it": 3}


def test_nothing_is_an_empty_mapping() -> None:
    assert FrozenMapping() == {}
