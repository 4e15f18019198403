"""Demand as in input-output economics: what final customers buy pulls work from everybody.

A sector is a department whose one kind of job serves whoever asks. Sector j needs
`technical[i][j]` units of i for each of its own, so i serves j with that `need`; each sells its
final demand to the market. Its output is all that it delivers. A department does not serve itself,
so what a sector uses of its own is taken out first: dividing row i of ``(I - A) x = f`` by
``1 - a_ii`` leaves x as it is.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import valuechain as vc
from valuechain.kernels.demand import solve_demand
from valuechain.today import situation_of


def outputs(technical, final):
    """Total output of each sector."""
    a, f = np.array(technical, dtype=float), np.array(final, dtype=float)
    outside = 1 - np.diag(a)
    a, f = (a - np.diag(np.diag(a))) / outside[:, None], f / outside
    n = len(f)
    services = [
        {"provider": f"s{i}", "client": f"s{j}", "need": a[i, j]}
        for i in range(n)
        for j in range(n)
        if i != j
    ]
    services += [{"provider": f"s{i}", "client": "market", "volume": f[i]} for i in range(n)]
    arrays = situation_of(
        vc.ValueChain(
            departments={f"s{i}": {} for i in range(n)},
            customers={"market": {}},
            services=services,
        )
    ).now
    found = solve_demand(arrays, arrays.need)
    assert found.unsolved == ()
    return np.bincount(arrays.provider, found.volume, minlength=n)


def test_agriculture_and_manufacture():
    """Leontief, Input-Output Economics (Scientific American, October 1951; book of 1966).

    Of 100 bushels agriculture uses 25 and manufacture 20; of 50 yards they use 14 and 6; households
    buy 55 and 30.
    """
    technical = [[25 / 100, 20 / 50], [14 / 100, 6 / 50]]
    assert outputs(technical, [55, 30]) == pytest.approx([100, 50], rel=1e-12)
    # what one more bushel, and one more yard, for households takes
    assert outputs(technical, [1, 0]) == pytest.approx([1.457, 0.232], abs=5e-4)
    assert outputs(technical, [0, 1]) == pytest.approx([0.662, 1.242], abs=5e-4)


MILLER_BLAIR = [[0.15, 0.25], [0.20, 0.05]]


def test_two_sectors():
    """Miller and Blair, Input-Output Analysis (2nd ed., 2009), section 2.3.

    The base year (350 and 1,700 give 1,000 and 2,000) and new demands (600 and 1,500).
    """
    assert outputs(MILLER_BLAIR, [350, 1700]) == pytest.approx([1000, 2000], rel=1e-12)
    assert outputs(MILLER_BLAIR, [600, 1500]) == pytest.approx([1247.5, 1841.6], abs=0.05)
    assert outputs(MILLER_BLAIR, [1, 0]) == pytest.approx([1.2541, 0.2640], abs=5e-5)
    assert outputs(MILLER_BLAIR, [0, 1]) == pytest.approx([0.3300, 1.1221], abs=5e-5)


def test_three_stations_of_a_jackson_network():
    """Traffic equations (Jackson, Networks of waiting lines, Operations Research 5, 1957).

    1, 4 and 3 arrive from outside in an hour; of what is done at one station the next gets a share:
    5 = 1 + .1 * 10 + .4 * 7.5, 10 = 4 + .6 * 5 + .4 * 7.5, 7.5 = 3 + .3 * 5 + .3 * 10.
    """
    routing = np.array([[0, 0.6, 0.3], [0.1, 0, 0.3], [0.4, 0.4, 0]])  # from row to column
    assert outputs(routing.T, [1, 4, 3]) == pytest.approx([5, 10, 7.5], rel=1e-12)


@given(
    st.lists(st.floats(0, 0.3), min_size=12, max_size=12),
    st.lists(st.floats(1, 100), min_size=4, max_size=4),
)
def test_any_economy_is_the_inverse_of_leontief(entries, final):
    technical = np.zeros((4, 4))
    technical[~np.eye(4, dtype=bool)] = entries
    expected = np.linalg.solve(np.eye(4) - technical, final)
    assert outputs(technical, final) == pytest.approx(expected, rel=1e-9)
