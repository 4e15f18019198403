"""Linear effects in the literature of input-output analysis.

Total requirements: R. E. Miller and P. D. Blair, Input-Output Analysis, 2nd ed., Cambridge
University Press (2009), section 2.3: A = [[.15, .25], [.20, .05]],
(I - A)^-1 = [[1.2541, .3300], [.2640, 1.1221]].

Path multipliers: J. Defourny and E. Thorbecke, The Economic Journal 94 (1984): direct influence
times multiplier; here, from 2 to 1, .20 x 1 / (.85 * .95 - .25 * .20) = .20 x 1.320132.

Inoperability: Y. Y. Haimes and P. Jiang, J. Infrastructure Systems 7 (2001): q = A* q + c with
rows as dependents, so the matrix here is the transpose. Two sectors A* = [[0, .8], [.2, 0]],
c = [0, .6]; three sectors [[0, 0, .3], [.4, 0, 0], [.2, .6, 0]], c_3 = .12.
"""

from __future__ import annotations

import numpy as np
import pytest

from valuechain.kernels.dissatisfaction.influence_paths import largest_paths
from valuechain.kernels.dissatisfaction.linear import Unbounded, linear_system

MILLER_BLAIR = np.array([[0.15, 0.25], [0.20, 0.05]])


def test_total_requirements() -> None:
    system = linear_system(MILLER_BLAIR, np.array([600.0, 1500.0]))
    total = np.column_stack([system.effects_on(node) for node in range(2)])
    assert total.round(4).tolist() == [[1.2541, 0.33], [0.264, 1.1221]]


def test_path_multiplier() -> None:
    system = linear_system(MILLER_BLAIR, np.array([0.0, 1.0]))
    (path,) = largest_paths(system, 0, 5).paths
    assert path.nodes == (1, 0)
    assert path.direct == 0.20
    assert path.multiplier == pytest.approx(1.320132, abs=5e-7)
    assert path.part == pytest.approx(0.2640264, abs=5e-8)
    assert path.part == pytest.approx(system.x[0], rel=1e-12)  # the only path carries all of it


def test_inoperability_of_two_sectors() -> None:
    system = linear_system(np.array([[0, 0.8], [0.2, 0]]).T, np.array([0, 0.6]))
    assert system.x.round(3).tolist() == [0.571, 0.714]


def test_inoperability_of_three_sectors() -> None:
    dependents = np.array([[0, 0, 0.3], [0.4, 0, 0], [0.2, 0.6, 0]])
    system = linear_system(dependents.T, np.array([0, 0, 0.12]))
    # by hand: q1 = .3 q3, q2 = .4 q1 = .12 q3, q3 = .06 q3 + .072 q3 + .12
    q3 = 0.12 / (1 - 0.06 - 0.072)
    assert system.x == pytest.approx([0.3 * q3, 0.12 * q3, q3], rel=1e-12)
    assert system.x.round(2).tolist() == [0.04, 0.02, 0.14]


def test_a_radius_of_one_has_no_total_effects() -> None:
    with pytest.raises(Unbounded) as error:
        linear_system(np.array([[0.0, 0.5, 0.0], [2.0, 0.0, 0.0], [0.1, 0, 0]]), np.ones(3))
    assert error.value.members == (0, 1)
