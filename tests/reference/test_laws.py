"""Laws as read: their draws have the mean and the median that they state."""

import math
import random
import statistics
from fractions import Fraction

import pytest

from tests.reference.laws import Calendar, constant, discrete, number, read_law

SPECS = {
    "4 h": (4, 4),
    "1 d": (8, 8),
    "90 min": (1.5, 1.5),
    "median p90": ({"median": "2 h", "p90": "4 h"}, None, 2),
    "pert": ({"min": "1 h", "mode": "2 h", "max": "6 h"}, 2.5, None),
    "gamma": ({"mean": "3 h", "sd": "2 h"}, 3, None),
    "exponential": ({"mean": "3 h"}, 3, 3 * math.log(2)),
    "samples": ({"samples": ["1 h", "2 h", "6 h"]}, 3, 2),
    "normal": ({"dist": "norm", "loc": "10 h", "scale": "1 h"}, 10, 10),
    "uniform": ({"dist": "uniform", "loc": "2 h", "scale": "4 h"}, 4, 4),
    "shifted": ({"dist": "expon", "loc": "2 h", "scale": "4 h"}, 6, 2 + 4 * math.log(2)),
    "weibull": ({"dist": "weibull_min", "c": 2, "scale": "2 h"}, math.sqrt(math.pi), None),
}


@pytest.mark.parametrize("name", SPECS)
def test_draws_have_the_stated_mean_and_median(name):
    known = SPECS[name]
    law = read_law(known[0] if len(known) == 3 else name, Calendar())
    mean, median = known[-2:]
    assert mean is None or law.mean == pytest.approx(mean)
    assert median is None or law.median == pytest.approx(median)
    rng = random.Random(name)
    draws = [law.draw(rng) for _ in range(20_000)]
    error = statistics.stdev(draws) / math.sqrt(len(draws))
    assert abs(statistics.fmean(draws) - law.mean) <= 4 * error + 1e-9
    below = sum(draw < law.median for draw in draws) / len(draws)
    above = sum(draw > law.median for draw in draws) / len(draws)
    assert max(below, above) <= 0.5 + 4 * 0.5 / math.sqrt(len(draws))


def test_a_share_on_time_fixes_the_spread():
    law = read_law({"median": "2 h"}, Calendar(), sla=5.0, on_time=0.8)
    rng = random.Random(1)
    share = statistics.fmean(law.draw(rng) <= 5 for _ in range(20_000))
    assert share == pytest.approx(0.8, abs=4 * math.sqrt(0.16 / 20_000))
    with pytest.raises(ValueError, match="disagree"):
        read_law({"median": "6 h"}, Calendar(), sla=5.0, on_time=0.8)


def test_a_service_of_which_only_the_share_on_time_is_known():
    law = read_law(None, Calendar(), sla=5.0, on_time=0.7)
    rng = random.Random(2)
    share = statistics.fmean(law.draw(rng) <= 5 for _ in range(20_000))
    assert share == pytest.approx(0.7, abs=4 * math.sqrt(0.21 / 20_000))
    assert law.mean / law.median == pytest.approx(math.exp(0.32))
    assert read_law(None, Calendar(), sla=5.0) is None


def test_discrete_laws_are_exact():
    law = discrete({1.0: Fraction(1, 4), 3.0: Fraction(3, 4)})
    assert (law.mean, law.median, law.constant) == (2.5, 3, False)
    assert constant(2.0).constant
    with pytest.raises(ValueError, match="add up"):
        discrete({1.0: Fraction(1, 4)})


def test_durations_and_shares_in_words():
    calendar = Calendar(hours_per_day=6, days_per_week=4, weeks_per_year=50)
    assert calendar.hours("1 w") == 24
    assert calendar.hours_in("month") == pytest.approx(100)
    assert number("78 %") == pytest.approx(0.78)
    assert number({"base": "10 %", "low": 0, "high": 1}) == pytest.approx(0.1)
    with pytest.raises(ValueError, match="not a duration"):
        calendar.hours("3")
