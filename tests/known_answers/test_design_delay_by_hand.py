"""The domino of the chain `design_delay`, every number computed by hand.

The chain (hours of working time; 1 d = 8 h, 1 w = 40 h)::

    Design --piezas--> Marketing --material (half of the offers)--> Sales --offer--> prospect
                                   Finance --prices--> Sales       Sales --advice--> prospect

**Delay.** Design takes 16, 16, 16 or 32 h and promises 16; Marketing asks 16 h ahead, works 8 h
and promises 16; prices take 4 h; an offer takes 4 h more and is promised in 24. ``(A - 16)^+`` is
what Marketing waits for; an offer waits for the later of prices and, in half of the cases,
material. Three situations: today, `holiday` (Design + 40 h), `slip` (Design + 4 h)::

                      today               holiday             slip
    Design            16 (3/4) 32 (1/4)   56 (3/4) 72 (1/4)   20 (3/4) 36 (1/4)
    Marketing          8       24         48       64         12       28
    offer, material   12       28         52       68         16       32
    offer, without     8                   8                   8

    offer: 8 with 1/2, the others with 3/8 and 1/8
    mean              4 + 4.5 + 3.5 = 12  4 + 19.5 + 8.5 = 32 4 + 6 + 4 = 14
    variance          184 - 144 = 40      1624 - 1024 = 600   256 - 196 = 60
    late (above 24)   1/8                 1/2                 1/8
    hours late        4/8 = .5            (28*3 + 44)/8 = 16  8/8 = 1

Advice takes 1.5 h an attempt and succeeds with 3/4: mean 1.5/.75 = 2 h, variance
1.5^2 * .25/.75^2 = 1; late (above 5 h) from the fourth attempt: 1/4^3 = 1/64, then by
1.5 (3 + 4/3) - 5 = 1.5 h. One request in four is an offer (60 of 240 a month), so the prospect's
mean is 3 + 1.5 = 4.5, 8 + 1.5 = 9.5, 3.5 + 1.5 = 5 h, and its breach 1/32 + 3/256 = 11/256,
1/8 + 3/256 = 35/256, 11/256: a slip of half a day inside never reaches the prospect's date.

**Dissatisfaction** (weights late .5, faulty .6, unclear .3, repeated .2). Design is faulty in .1
and unclear in .2, late with 1/4, 1, 1::

    s_design    = 1 - (1 - .5 late) * .94 * .94                   .22685    .5582     .5582
    m_marketing = .1 s_design                                     .022685   .05582    .05582
    f_marketing = 1 - (1 - .6 s_design) (1 - .1 m_marketing)      .138070   .338632   .338632
    s_marketing = 1 - (1 - .5 late) (1 - .6 f_marketing)          .197487   .601590   .302782
                  Marketing late with                             1/4       1         1/4

Sales faces the prospect, whose anger ``q`` wears it: ``1 - m = (1 - .05 s_marketing)(1 - .1 q)``.
An offer is ``1 - f = (1 - .3 s_marketing)(1 - .1 m)``, ``1 - s = (1 - .5 late)(1 - .6 f)``; advice
is ``f = .1 m``, ``1 - s = (1 - 1/128)(1 - .6 f)(1 - .05)``; and ``q = s_offer/4 + 3 s_advice/4``.
All is linear in ``q``, so ``q = a + b q`` and the vicious circle closes at ``q = a/(1 - b)``::

    a           .067572   .127423   .072301
    b           .005510   .005008   .005437
    q           .067947   .128065   .072696
    m_sales     .016602   .042501   .022299
    s_offer     .096704   .332782   .114735
    s_advice    .058361   .059825   .058683
    CSAT        .932053   .871935   .927304

so of the 25 % that are won today, 25 % * .871935/.932053 = 23.387 % would be in the holiday:
720,000 * 1.6125 % = 11,610 EUR a year if it lasted.

**Fix only this** (own time capped at its budget). Design on plan: offers are never late, 8/256
of the requests are saved today, 32/256 in the holiday. Sales on plan: no attempt after the fifth
hour, 3/256. Marketing and Finance never exceed their budgets: nothing.
"""

from __future__ import annotations

import pytest

import valuechain as vc

SITUATIONS = ("today", "holiday", "slip")
SAMPLES = 200_000
# five standard errors of a share at its widest, and of a mean with the offer's variance of 600
SHARE_ERROR = 0.0056
HOURS_ERROR = 0.28

MEANS = {
    "today": (20.0, 12.0, 4.0, 12.0, 2.0),
    "holiday": (60.0, 52.0, 4.0, 32.0, 2.0),
    "slip": (24.0, 16.0, 4.0, 14.0, 2.0),
}
BREACHES = {
    "today": (1 / 4, 1 / 4, 0.0, 1 / 8, 1 / 64),
    "holiday": (1.0, 1.0, 0.0, 1 / 2, 1 / 64),
    "slip": (1.0, 1 / 4, 0.0, 1 / 8, 1 / 64),
}
LATE_HOURS = {
    "today": (4.0, 2.0, 0.0, 0.5, 1.5 / 64),
    "holiday": (44.0, 36.0, 0.0, 16.0, 1.5 / 64),
    "slip": (8.0, 3.0, 0.0, 1.0, 1.5 / 64),
}
DISSATISFIED = {
    "today": (0.2268500000, 0.1974866106, 0.0, 0.0967043955, 0.0583607907),
    "holiday": (0.5582000000, 0.6015897430, 0.0, 0.3327819804, 0.0598254909),
    "slip": (0.5582000000, 0.3027820502, 0.0, 0.1147348358, 0.0586829677),
}
CSAT = {"today": 0.9320533081, "holiday": 0.8719353868, "slip": 0.9273040653}
MORALE_LOSS = {
    "today": {"marketing": 0.0226850000, "sales": 0.0166019069},
    "holiday": {"marketing": 0.0558200000, "sales": 0.0425007367},
    "slip": {"marketing": 0.0558200000, "sales": 0.0222986409},
}
PROSPECT = {
    "today": (4.5, 11 / 256, 0.142578125),
    "holiday": (9.5, 35 / 256, 4.017578125),
    "slip": (5.0, 11 / 256, 0.267578125),
}
SERVICES = (
    "design>marketing",
    "marketing>sales",
    "finance>sales",
    "sales>prospect:offer",
    "sales>prospect:advice",
)


def in_situation(situation: str) -> vc.ValueChain:
    chain = vc.example("design_delay")
    return chain if situation == "today" else chain.with_scenario(situation)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_expected_mode_gives_the_means_exactly(situation: str) -> None:
    result = vc.propagate_delay(in_situation(situation), mode="expected")
    services = result.to_frame("services")["mean_hours"]
    assert [services[service] for service in SERVICES] == pytest.approx(MEANS[situation], rel=1e-12)
    customer = result.to_frame("customers")["mean_hours"]
    assert customer["prospect"] == pytest.approx(PROSPECT[situation][0], rel=1e-12)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_sampled_times_and_breaches(situation: str) -> None:
    result = vc.propagate_delay(in_situation(situation), samples=SAMPLES, seed=7)
    services = result.to_frame("services").loc[list(SERVICES)]
    assert list(services["mean_hours"]) == pytest.approx(MEANS[situation], abs=HOURS_ERROR)
    assert list(services["breach"]) == pytest.approx(BREACHES[situation], abs=SHARE_ERROR)
    late_hours = pytest.approx(LATE_HOURS[situation], abs=HOURS_ERROR)
    assert list(services["mean_late_hours"]) == late_hours
    customer = result.to_frame("customers").loc["prospect"]
    mean, breach, late = PROSPECT[situation]
    assert customer["mean_hours"] == pytest.approx(mean, abs=HOURS_ERROR)
    assert customer["breach"] == pytest.approx(breach, abs=SHARE_ERROR)
    assert customer["mean_late_hours"] == pytest.approx(late, abs=HOURS_ERROR)


def test_what_cannot_vary_is_exact() -> None:
    services = vc.propagate_delay(in_situation("holiday"), seed=3).to_frame("services")
    assert services["breach"]["design>marketing"] == 1.0
    assert services["breach"]["marketing>sales"] == 1.0
    assert services["breach"]["finance>sales"] == 0.0  # takes exactly what it promises
    assert services["mean_hours"]["finance>sales"] == 4.0


@pytest.mark.parametrize(
    ("situation", "variance", "p90"), [("today", 40, 28), ("holiday", 600, 68), ("slip", 60, 32)]
)
def test_spread_of_the_offers(situation: str, variance: float, p90: float) -> None:
    result = vc.propagate_delay(in_situation(situation), samples=SAMPLES, seed=11)
    offer = result.to_frame("services").loc["sales>prospect:offer"]
    assert offer["sd_hours"] ** 2 == pytest.approx(variance, rel=0.02)
    assert offer["p90_hours"] == p90
    advice = result.to_frame("services").loc["sales>prospect:advice"]
    assert advice["sd_hours"] == pytest.approx(1.0, rel=0.02)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_dissatisfaction_reaches_the_prospect(situation: str) -> None:
    result = vc.propagate_dissatisfaction(in_situation(situation), samples=SAMPLES, seed=5)
    services = result.to_frame("services").loc[list(SERVICES)]
    assert list(services["dissatisfied"]) == pytest.approx(DISSATISFIED[situation], abs=SHARE_ERROR)
    morale_loss = result.to_frame("departments")["morale_loss"]
    for department, loss in MORALE_LOSS[situation].items():
        assert morale_loss[department] == pytest.approx(loss, abs=SHARE_ERROR / 10)
    assert morale_loss["design"] == 0.0  # nobody serves Design, and it faces no customer
    customer = result.to_frame("customers").loc["prospect"]
    assert customer["csat"] == pytest.approx(CSAT[situation], abs=SHARE_ERROR / 5)


def test_certain_lateness_makes_dissatisfaction_exact() -> None:
    result = vc.propagate_dissatisfaction(in_situation("holiday"), seed=1)
    services = result.to_frame("services")["dissatisfied"]
    assert services["design>marketing"] == pytest.approx(0.5582, abs=1e-9)
    assert services["marketing>sales"] == pytest.approx(0.6015897430, abs=1e-9)


def test_a_shock_by_hand_is_the_scenario() -> None:
    chain = vc.example("design_delay")
    by_hand = vc.predict_outcomes(chain, shocks={"design": "1 w"}).to_frame("customers")
    by_name = vc.predict_outcomes(chain, shocks="holiday").to_frame("customers")
    assert by_hand["csat"]["prospect"] == by_name["csat"]["prospect"]
    assert by_hand["breach"]["prospect"] == by_name["breach"]["prospect"]
    assert by_hand["csat"]["prospect"] == pytest.approx(CSAT["holiday"], abs=SHARE_ERROR)


@pytest.mark.parametrize(("situation", "design"), [("today", 8 / 256), ("holiday", 32 / 256)])
def test_design_is_the_one_to_fix(situation: str, design: float) -> None:
    ranking = vc.rank_bottlenecks(
        in_situation(situation), outcome="breach", samples=SAMPLES, seed=2
    ).to_frame("departments")
    assert ranking["rank"]["design"] == 1
    assert ranking["fix_only_this"]["design"] == pytest.approx(design, abs=SHARE_ERROR / 4)
    assert ranking["fix_only_this"]["sales"] == pytest.approx(3 / 256, abs=SHARE_ERROR / 4)
    assert ranking["fix_only_this"]["marketing"] == 0.0
    assert ranking["fix_only_this"]["finance"] == 0.0
    assert ranking["verdict"]["design"] == "bottleneck"
    assert ranking["verdict"]["marketing"] == "affected by others"
