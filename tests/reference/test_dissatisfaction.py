"""The reference for dissatisfaction and demand against published answers."""

import math

import pytest

from tests.reference.chain import Chain, Customer, Department, Service, read_chain
from tests.reference.demand import attempts, solve_volumes
from tests.reference.dissatisfaction import linear, settle
from tests.reference.random_chains import document


def quiet(**weights):
    names = ("late", "faulty", "unclear", "repeated")
    coefficients = {f"weights.{name}": weights.get(name, 0.0) for name in names}
    morale = dict.fromkeys(("morale_to_quality", "morale_to_time", "input_to_morale"), 0.0)
    return {**coefficients, **morale, **{k: v for k, v in weights.items() if k in morale}}


@pytest.mark.parametrize(
    ("causes", "fever"),
    [
        ((0, 0, 0), 0.0),
        ((1, 0, 0), 0.4),
        ((0, 1, 0), 0.8),
        ((0, 0, 1), 0.9),
        ((1, 1, 0), 0.88),
        ((1, 0, 1), 0.94),
        ((0, 1, 1), 0.98),
        ((1, 1, 1), 0.988),
    ],
)
def test_noisy_or_of_fever(causes, fever):
    # Russell and Norvig, Artificial Intelligence, noisy-OR of cold, flu and malaria
    services = {
        f"s{i}>d": Service(
            f"s{i}>d", f"s{i}", "d", need=1.0, quality=1.0 - cause, impact=1 - inhibitor
        )
        for i, (cause, inhibitor) in enumerate(zip(causes, (0.6, 0.2, 0.1), strict=True))
    }
    services["d>c"] = Service("d>c", "d", "c", need=1.0)
    customers = {key: Customer(key) for key in ("s0", "s1", "s2", "c")}
    chain = Chain({"d": Department("d")}, customers, services, quiet(faulty=1.0))
    state = settle(chain, {})
    assert state.faulty["d>c"] == pytest.approx(fever, abs=1e-12)
    assert state.customers["c"] == pytest.approx(fever, abs=1e-12)


def test_four_weights_and_needs_by_hand():
    departments = {
        "a": {"serves": {"b": {"quality": 0.8, "clarity": 0.9, "fcr": 0.75, "need": 0.5}}},
        "b": {"serves": {"c": {}}},
    }
    chain = read_chain({"departments": departments, "customers": {"c": {}}})
    state = settle(chain, {"a>b": 0.4}, feedback=False)
    s = 1 - (1 - 0.5 * 0.4) * (1 - 0.6 * 0.2) * (1 - 0.3 * 0.1) * (1 - 0.2 * 0.25)
    assert state.dissatisfied["a>b"] == pytest.approx(s)
    assert state.faulty["b>c"] == pytest.approx(0.5 * 0.3 * s)
    assert state.customers["c"] == pytest.approx(0.6 * 0.5 * 0.3 * s)
    assert set(state.morale_loss.values()) == {0.0}


def test_anger_comes_round():
    departments = {"a": {"serves": {"c": {"quality": 0.5}}}}
    customers = {"c": {"wears_on": {"a": 0.4}}}
    chain = read_chain({"departments": departments, "customers": customers})
    state = settle(chain, {})
    # q = .6 (1 - .5 (1 - .1 * .4 q)), solved for q
    q = 0.3 / (1 - 0.6 * 0.5 * 0.04)
    assert state.customers["c"] == pytest.approx(q, abs=1e-12)
    assert state.morale_loss["a"] == pytest.approx(0.4 * q, abs=1e-12)


def test_alternatives_fail_only_together():
    spec = {"quality": 0.5, "alternatives": "either", "need": 1, "impact": "high"}
    departments = {
        "a": {"serves": {"b": spec}},
        "x": {"serves": {"b": spec}},
        "b": {"serves": {"c": {}}},
    }
    chain = read_chain({"departments": departments, "customers": {"c": {}}})
    state = settle(chain, {}, feedback=False)
    assert state.faulty["b>c"] == pytest.approx((0.6 * 0.3) ** 2)


def inoperability(influence, shock):
    """`influence[i][j]`: how much i depends on j; the shock comes from outside."""
    n = len(shock)
    services = {
        f"d{j}>d{i}": Service(f"d{j}>d{i}", f"d{j}", f"d{i}", need=1.0, impact=influence[i][j])
        for i in range(n)
        for j in range(n)
        if influence[i][j]
    }
    services |= {
        f"out>d{i}": Service(f"out>d{i}", "out", f"d{i}", need=1.0, quality=1 - c, impact=1.0)
        for i, c in enumerate(shock)
    }
    departments = {f"d{i}": Department(f"d{i}") for i in range(n)}
    chain = Chain(departments, {"out": Customer("out")}, services, quiet(faulty=1.0))
    x = linear(chain, {})
    return [x[f"d{i}"] for i in range(n)]


def test_inoperability_of_two_and_three_sectors():
    # Haimes and Jiang 2001
    assert inoperability([[0, 0.8], [0.2, 0]], [0, 0.6]) == pytest.approx([0.571, 0.714], abs=5e-4)
    three = [[0, 0, 0.3], [0.4, 0, 0], [0.2, 0.6, 0]]
    assert inoperability(three, [0, 0, 0.12]) == pytest.approx([0.04, 0.02, 0.14], abs=5e-3)
    with pytest.raises(ValueError, match="spectral radius"):
        inoperability([[0, 1.0], [1.0, 0]], [0, 0.6])


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("shape", ["acyclic", "contracting"])
def test_noisy_or_never_exceeds_the_linear_mode(seed, shape):
    chain = read_chain(document(seed, shape))
    calm = Chain(chain.departments, chain.customers, chain.services, quiet(late=0.5, faulty=0.6))
    late = dict.fromkeys(chain.services, 0.3)
    straight, bent = linear(calm, late), settle(calm, late)
    for customer in chain.customers:
        assert bent.customers[customer] <= straight[customer] + 1e-12


def test_small_shocks_tend_to_the_linear_mode():
    chain = read_chain(
        {
            "departments": {
                "a": {"serves": {"b": {"need": 0.5}, "c": {}}},
                "b": {"serves": {"a": {"need": 0.4}, "c": {}}},
            },
            "customers": {"c": {}},
        }
    )
    calm = Chain(chain.departments, chain.customers, chain.services, quiet(late=0.5, faulty=0.6))
    gaps = []
    for shock in (1e-2, 1e-4):
        late = dict.fromkeys(chain.services, shock)
        gaps.append(1 - settle(calm, late).customers["c"] / linear(calm, late)["c"])
    assert 0 <= gaps[1] <= gaps[0] / 50 < 1e-3


def test_jackson_traffic():
    # external arrivals 1, 4, 3 and routing P; a job at i asks j with probability P[i][j]
    routing = [[0, 0.6, 0.3], [0.1, 0, 0.3], [0.4, 0.4, 0]]
    departments = {
        f"d{j}": {
            "serves": {
                "c": {"key": "x", "volume": volume, "fcr": 0.5},
                **{f"d{i}": {"need": routing[i][j]} for i in range(3) if routing[i][j]},
            }
        }
        for j, volume in enumerate((1, 4, 3))
    }
    chain = read_chain({"departments": departments, "customers": {"c": {}}})
    volume = solve_volumes(chain)
    totals = [math.fsum(v for k, v in volume.items() if k.startswith(f"d{j}>")) for j in range(3)]
    assert totals == pytest.approx([5, 10, 7.5])
    assert attempts(chain, volume)["d0>c:x"] == 2
    assert [s.need for s in chain.received_by("c")] == pytest.approx([1 / 8, 4 / 8, 3 / 8])


def test_default_needs_come_from_volumes():
    departments = {
        "a": {"serves": {"b": {"volume": 30}, "x": {"volume": 5}}},
        "b": {"serves": {"c": {"volume": 120}, "x": {"need": 0.1}}},
        "x": {"serves": {"b": {"volume": 500}}},
    }
    chain = read_chain({"departments": departments, "customers": {"c": {}}})
    # x gives 500 to b and nothing is declared there, so b's job with x counts .1 * 500
    assert chain.services["a>b"].need == pytest.approx(30 / 170)
    assert chain.services["a>x"].need == pytest.approx(5 / 500)
    assert chain.services["x>b"].need == 1
    diverging = {
        "a": {"serves": {"b": {}, "c": {"volume": 1}}},
        "b": {"serves": {"a": {}}},
        "x": {"serves": {"a": {"volume": 3}}},
    }
    chain = read_chain({"departments": diverging, "customers": {"c": {}}})
    assert solve_volumes(chain)["a>b"] == math.inf
    assert chain.services["x>a"].need == 1
