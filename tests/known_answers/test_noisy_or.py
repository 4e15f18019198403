"""Noisy-OR: causes that each fail to act with a chance of their own; rows, and a loop, of them."""

import math

import pytest

import valuechain as vc

# faults only, and nobody's morale
QUIET = {
    "weights": {"late": 0, "faulty": 1, "unclear": 0, "repeated": 0},
    "morale_to_quality": 0,
    "input_to_morale": 0,
}
INHIBITORS = {"cold": 0.6, "flu": 0.2, "malaria": 0.1}


def fever(causes, leak=0.0):
    """The doctor depends on three outside causes, each there or not; how often is it fever?"""
    parties = {
        cause: {
            "kind": "supplier",
            "serves": {"doctor": {"quality": 0 if cause in causes else 1, "impact": 1 - inhibitor}},
        }
        for cause, inhibitor in INHIBITORS.items()
    }
    services = [
        {"provider": cause, "client": client, "need": 1, "takes": "1 h", **fields}
        for cause, party in parties.items()
        for client, fields in party.pop("serves").items()
    ]
    own = {"quality": 1 - leak} if leak else {}
    services.append({"provider": "doctor", "client": "patient", "takes": "1 h", **own})
    chain = vc.ValueChain(
        departments={"doctor": {}},
        customers=parties | {"patient": {}},
        services=services,
        assumptions=QUIET,
        source="assumed",
    )
    return vc.propagate_dissatisfaction(chain, samples=10)


@pytest.mark.parametrize(
    ("causes", "share"),
    [
        ((), 0.0),
        (("cold",), 0.4),
        (("flu",), 0.8),
        (("malaria",), 0.9),
        (("cold", "flu"), 0.88),
        (("cold", "malaria"), 0.94),
        (("flu", "malaria"), 0.98),
        (("cold", "flu", "malaria"), 0.988),
    ],
)
def test_fever(causes, share):
    """Russell and Norvig, Artificial Intelligence, noisy-OR: inhibitors .6, .2 and .1."""
    result = fever(causes)
    services = result.table("services")
    assert services.value("doctor>patient", "faulty") == pytest.approx(share, abs=1e-12)
    assert services.value("doctor>patient", "dissatisfied") == pytest.approx(share, abs=1e-12)
    patient = result.table("customers").value("patient", "dissatisfied")
    assert patient == pytest.approx(share, abs=1e-12)


def test_one_cause_alone_passes_through():
    """A row of noisy copies multiplies: .9 * .6 * .3 of what is faulty at the source arrives."""
    chain = vc.ValueChain(
        departments={key: {} for key in ("a", "b", "c")},
        customers={"shop": {}, "source": {"kind": "supplier"}},
        services=[
            {"provider": "source", "client": "a", "quality": 0, "impact": 0.9},
            {"provider": "a", "client": "b", "impact": 0.6},
            {"provider": "b", "client": "c", "impact": 0.3},
            {"provider": "c", "client": "shop"},
        ],
        assumptions=QUIET,
        source="assumed",
    )
    unhappy = vc.propagate_dissatisfaction(chain, samples=10).table("customers")
    assert unhappy.value("shop", "dissatisfied") == pytest.approx(0.9 * 0.6 * 0.3, rel=1e-9)


def test_a_vicious_circle_of_customers_and_staff():
    """Anger comes round: ``q = 1 - (1 - f)(1 - c w q)``, so ``q = f / (1 - (1 - f) c w)``.

    A department that a supplier spoils with f serves a customer that wears on it with w, and lost
    morale makes c new faults: a loop of noisy-OR in one variable is a geometric series.
    """
    f, w, c = 0.3, 0.4, 0.5
    chain = vc.ValueChain(
        departments={"desk": {}},
        customers={"caller": {"wears_on": {"desk": w}}, "mill": {"kind": "supplier"}},
        services=[
            {"provider": "mill", "client": "desk", "quality": 0, "impact": f},
            {"provider": "desk", "client": "caller", "takes": "1 h"},
        ],
        assumptions=QUIET | {"morale_to_quality": c},
        source="assumed",
    )
    result = vc.propagate_dissatisfaction(chain, samples=10)
    q = result.table("customers").value("caller", "dissatisfied")
    assert q == pytest.approx(f / (1 - (1 - f) * c * w), rel=1e-9)
    assert result.table("departments").value("desk", "morale_loss") == pytest.approx(w * q)


def test_four_failures_at_once():
    """``1 - prod (1 - b p)`` over late, faulty, unclear and repeated, at the default weights."""
    chain = vc.ValueChain(
        departments={"desk": {}},
        customers={"caller": {}},
        services=[
            {
                "provider": "desk",
                "client": "caller",
                "takes": "2 h",
                "sla": "2 h",  # the second attempt makes it late
                "fcr": 0.75,
                "quality": 0.8,
                "clarity": 0.9,
            }
        ],
        source="assumed",
    )
    samples = 40_000
    found = vc.propagate_dissatisfaction(chain, samples=samples).table("services")
    late = found.value("desk>caller", "late")
    assert abs(late - 0.25) < 4 * math.sqrt(0.25 * 0.75 / samples)
    unhappy = 1 - (1 - 0.5 * late) * (1 - 0.6 * 0.2) * (1 - 0.3 * 0.1) * (1 - 0.2 * 0.25)
    assert found.value("desk>caller", "dissatisfied") == pytest.approx(unhappy, rel=1e-9)
