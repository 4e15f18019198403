"""The engine beside a second, literal implementation of the model, on random chains."""

import math
import statistics

import numpy as np
import pytest

import valuechain as vc
from tests.reference.chain import read_chain
from tests.reference.delay import jobs
from tests.reference.demand import solve_volumes
from tests.reference.dissatisfaction import calibrate, settle
from tests.reference.expected import expected_arrivals
from tests.reference.judging import SAME, Judgement
from tests.reference.random_chains import document, text
from valuechain.kernels.queueing.demand import solve_demand
from valuechain.today import situation_of

ACYCLIC = [("acyclic", seed) for seed in range(18)]
CONTRACTING = [("contracting", seed) for seed in range(16)]
BUFFERED = [("buffered", seed) for seed in range(6)]
VOLUMES = [("acyclic", seed) for seed in (8, 19, 26, 28, 35, 36, 37, 53, 55, 60, 64, 66, 69, 111)]
THEIR_SAMPLES = 20_000
OUR_SAMPLES = {"acyclic": 1_000, "contracting": 1_000, "buffered": 300}
# The spread of a sample variance needs fourth moments; beyond this its z-score means nothing.
HEAVIEST_TAIL = 8.0


def both(shape, seed):
    tree = document(seed, shape)
    return vc.parse_yaml(text(tree)), read_chain(tree)


@pytest.mark.parametrize(("shape", "seed"), VOLUMES + CONTRACTING + BUFFERED)
def test_needs_that_follow_from_volumes(shape, seed):
    chain, reference = both(shape, seed)
    arrays = situation_of(chain).now
    found = dict(zip(arrays.service_ids, arrays.need.tolist(), strict=True))
    assert found == pytest.approx({k: s.need for k, s in reference.services.items()}, rel=1e-9)


def test_some_needs_follow_from_volumes():
    given = [read_chain(document(seed, shape)) for shape, seed in VOLUMES]
    inner = [s for c in given for s in c.services.values() if s.client in c.departments]
    assert sum(s.volume is not None and s.need < 1 for s in inner) > 10


@pytest.mark.parametrize(("shape", "seed"), VOLUMES + CONTRACTING + BUFFERED)
def test_volumes(shape, seed):
    chain, reference = both(shape, seed)
    arrays = situation_of(chain).now
    expected = solve_volumes(reference)
    found = dict(zip(arrays.service_ids, solve_demand(arrays, arrays.need).volume, strict=True))
    for key, volume in expected.items():
        if math.isinf(volume):
            assert np.isnan(found[key]), key
        else:
            assert found[key] == pytest.approx(volume, rel=1e-9), key


@pytest.mark.parametrize(("shape", "seed"), ACYCLIC + CONTRACTING)
def test_expected_arrivals(shape, seed):
    chain, reference = both(shape, seed)
    result = vc.propagate_delay(chain, mode="expected")
    expected = expected_arrivals(reference)
    found = result.to_frame("services")["mean_hours"].to_dict()
    assert found == pytest.approx(expected, rel=1e-9)
    customers = result.to_frame("customers")["mean_hours"].dropna().to_dict()
    assert customers == pytest.approx(
        {
            customer: math.fsum(s.need * expected[s.id] for s in reference.received_by(customer))
            for customer in customers
        },
        rel=1e-9,
    )


class Ours:
    """What the reference samples from one chain, job by job."""

    def __init__(self, reference, samples, seed):
        self.reference = reference
        self.hours = {key: [] for key in sorted(reference.services)}
        self.path = {key: [] for key in self.hours}
        served = [c for c in reference.customers if reference.received_by(c)]
        for job in jobs(reference, samples, seed):
            on_path = dict.fromkeys(self.hours, 0.0)
            for key, column in self.hours.items():
                column.append(job.arrival(key).hours)
            for customer in served:
                for service in reference.received_by(customer):
                    for key in job.arrival(service.id).path:
                        on_path[key] += service.need / len(served)
            for key, share in on_path.items():
                self.path[key].append(share)

    def mixed(self, customer, figure):
        """One figure a job: the mixture over the customer's services, `figure(hours, service)`."""
        services = self.reference.received_by(customer)
        columns = zip(*(self.hours[s.id] for s in services), strict=True)
        return [
            math.fsum(s.need * figure(hours, s) for s, hours in zip(services, row, strict=True))
            for row in columns
        ]


def late_hours(hours, service):
    return 0.0 if service.sla is None else max(0.0, hours - service.sla)


def judge_share(judgement, name, ours, theirs):
    """The mean of values in 0..1; where nearly all are alike the spread of ours tells little."""
    usual = statistics.mode(ours)
    if sum(value != usual for value in ours) >= 30:
        judgement.mean(name, ours, theirs, THEIR_SAMPLES)
    else:
        judgement.share(name, statistics.fmean(ours), len(ours), theirs, THEIR_SAMPLES)


def judge_spread(judgement, name, ours, theirs, sd):
    """The mean square distance from their mean; its error from their larger sample."""
    away = (theirs - theirs.mean()) ** 2
    variance = away.mean()
    if variance == 0 or away.var() > HEAVIEST_TAIL * variance**2:
        return
    error = math.sqrt(away.var() * (1 / len(ours) + 1 / len(theirs)))
    square = statistics.fmean((value - theirs.mean()) ** 2 for value in ours)
    judgement.scores[name] = (square - sd**2) / error


def judge_services(judgement, name, ours, result):
    frame = result.to_frame("services")
    assert set(frame.index) == set(ours.hours)
    for key, row in frame.iterrows():
        what, hours = f"{name} {key}", ours.hours[key]
        sla = ours.reference.services[key].sla
        judgement.service(what, hours, row.to_dict(), THEIR_SAMPLES, sla)
        judge_share(judgement, f"{what} critical", ours.path[key], row["criticality_index"])
        judge_spread(judgement, f"{what} sd", hours, result.samples(key), row["sd_hours"])


def judge_customers(judgement, name, ours, result):
    for customer, row in result.to_frame("customers").iterrows():
        if not ours.reference.received_by(customer):
            assert row.isna().all()
            continue
        what = f"{name} {customer}"
        hours = ours.mixed(customer, lambda value, service: value)
        judgement.mean(f"{what} mean", hours, row["mean_hours"], THEIR_SAMPLES)
        for column, level in (("p50_hours", 0.5), ("p90_hours", 0.9), ("p95_hours", 0.95)):
            below, above = row[column] * (1 - SAME), row[column] * (1 + SAME)
            less = ours.mixed(customer, lambda value, service, limit=below: value < limit)
            upto = ours.mixed(customer, lambda value, service, limit=above: value <= limit)
            if statistics.fmean(less) > level:
                judge_share(judgement, f"{what} {column}", less, level)
            elif statistics.fmean(upto) < level:
                judge_share(judgement, f"{what} {column}", upto, level)
        if all(s.sla is not None for s in ours.reference.received_by(customer)):
            late = ours.mixed(customer, late_hours)
            if sum(value > 0 for value in late) >= 100:
                judgement.mean(f"{what} late", late, row["mean_late_hours"], THEIR_SAMPLES)
                broken = ours.mixed(customer, lambda v, s: v > s.sla * (1 + 2e-6))
                judgement.mean(f"{what} breach", broken, row["breach"], THEIR_SAMPLES)


def test_sampled_delay_is_the_same_within_chance(recwarn):
    judgement = Judgement()
    for shape, seed in ACYCLIC + CONTRACTING + BUFFERED:
        chain, reference = both(shape, seed)
        result = vc.propagate_delay(chain, samples=THEIR_SAMPLES, seed=seed, keep_samples=True)
        ours = Ours(reference, OUR_SAMPLES[shape], seed)
        judge_services(judgement, f"{shape} {seed}", ours, result)
        judge_customers(judgement, f"{shape} {seed}", ours, result)
    assert list(recwarn) == []  # no loop here is slow
    assert judgement.faults() == []
    for kind in ("mean_hours", "breach", "mean_late_hours", "critical", "sd", "late", "p90_hours"):
        scores = [z for name, z in judgement.scores.items() if name.endswith(f" {kind}")]
        assert len(scores) > 40, kind
        if len(scores) > 100:  # a fault in one kind of figure does not drown in the others
            assert statistics.fmean(z * z for z in scores) < 1.5, kind


@pytest.mark.parametrize(("shape", "seed"), ACYCLIC + CONTRACTING)
@pytest.mark.parametrize("feedback", ["on", "off"])
def test_dissatisfaction_once_lateness_is_given(shape, seed, feedback):
    chain, reference = both(shape, seed)
    result = vc.propagate_dissatisfaction(chain, feedback=feedback, samples=2_000, seed=seed)
    services = result.to_frame("services")
    late = services["late"].fillna(0.0).to_dict()
    _, state = calibrate(reference, late)  # with feedback off morale stays just as it is today
    assert services["faulty"].to_dict() == pytest.approx(state.faulty, abs=1e-9)
    assert services["dissatisfied"].to_dict() == pytest.approx(state.dissatisfied, abs=1e-9)
    departments = result.to_frame("departments")["morale_loss"].to_dict()
    assert departments == pytest.approx(state.morale_loss, abs=1e-9)
    customers = result.to_frame("customers")["dissatisfied"].dropna().to_dict()
    assert customers == pytest.approx({k: state.customers[k] for k in customers}, abs=1e-9)
    assert set(customers) == {c for c in reference.customers if reference.received_by(c)}


@pytest.mark.parametrize(("shape", "seed"), ACYCLIC[:6] + CONTRACTING[:6])
@pytest.mark.parametrize("feedback", ["on", "off"])
def test_dissatisfaction_after_a_shock_starts_from_today(shape, seed, feedback):
    tree = document(seed, shape)
    chain, today = vc.parse_yaml(text(tree)), read_chain(tree)
    shocked = next(iter(today.departments))
    calm, hit = (
        vc.propagate_dissatisfaction(chain, shocks, feedback, samples=1_000, seed=seed)
        for shocks in (None, {shocked: "3 d"})
    )
    given, before = calibrate(today, calm.to_frame("services")["late"].fillna(0.0).to_dict())
    services = hit.to_frame("services")
    late = services["late"].fillna(0.0).to_dict()
    after = settle(today, late, today=before, feedback=feedback == "on", given=given)
    assert services["dissatisfied"].to_dict() == pytest.approx(after.dissatisfied, abs=1e-9)
