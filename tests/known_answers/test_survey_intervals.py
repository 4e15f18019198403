"""Published figures about surveys.

Wilson's interval for 81 of 263: R. G. Newcombe, Two-sided confidence intervals for the single
proportion: comparison of seven methods, Statistics in Medicine 17 (1998), table I.

Spread of a net promoter score: B. Rocks, Interval estimation for the "net promoter score", The
American Statistician 70 (2016): the variance of one answer is ``p + d - (p - d)^2``; by hand for
one half promoters, one third passives, one sixth detractors: ``2/3 - 1/9 = 5/9``.
"""

from __future__ import annotations

import math

import pytest

import valuechain as vc
from valuechain.metrics.recommendation import net_share


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson(k: int, n: int, low: float, high: float) -> None:
    share = vc.wilson(k, n)
    assert round(share.low, 4) == low
    assert round(share.high, 4) == high


def test_one_half_one_third_one_sixth() -> None:
    net, variance = net_share(1 / 2, 1 / 6)
    assert round(net, 3) == 0.333
    assert round(variance, 4) == 0.5556
    score = vc.nps([10] * 30 + [7] * 20 + [0] * 10)
    assert score.value == pytest.approx(100 / 3)
    assert score.standard_error == pytest.approx(100 * math.sqrt(5 / 9 / 60))
