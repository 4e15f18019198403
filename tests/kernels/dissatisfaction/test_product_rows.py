"""Products over rows, and of all but one, against products one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuechain.kernels.dissatisfaction.product_rows import ProductRows, union

SHARES = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(1e-3, 1.0))


@given(st.lists(st.tuples(st.integers(0, 5), SHARES), max_size=12))
def test_products_by_row_in_any_order(entries):
    row = np.array([r for r, _ in entries], dtype=np.int64)
    factor = np.array([x for _, x in entries], dtype=float)
    rows = ProductRows(row, 6)
    whole = [math.prod(x for r, x in entries if r == one) for one in range(6)]
    assert rows.product(factor).tolist() == pytest.approx(whole)
    others = [
        math.prod(x for j, (r, x) in enumerate(entries) if r == mine and j != i)
        for i, (mine, _) in enumerate(entries)
    ]
    assert rows.others(factor).tolist() == pytest.approx(others)


@given(SHARES, SHARES)
def test_union_is_the_chance_of_either(a, b):
    assert union(a, b) == pytest.approx(1 - (1 - a) * (1 - b), abs=1e-15)
    assert 0 <= union(a, b) <= 1
    assert union(a, 1.0) == union(1.0, b) == 1.0
    assert union(a, 0.0) == a
