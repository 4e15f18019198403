"""The judge lets chance pass and finds small faults."""

import statistics
from dataclasses import replace

from scipy.stats import norm, poisson

from tests.reference.chain import read_chain
from tests.reference.delay import breach, mean_late, sample_arrivals
from tests.reference.judging import Judgement, allowed_beyond_4
from tests.reference.random_chains import document


def figures(values, sla):
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    late = {"breach": breach(values, sla), "mean_late_hours": mean_late(values, sla)} if sla else {}
    mean = statistics.fmean(values)
    return {
        "mean_hours": mean,
        "p50_hours": cuts[9],
        "p90_hours": cuts[17],
        "p95_hours": cuts[18],
        **late,
    }


def judge(change):
    judgement = Judgement()
    for seed in range(12):
        for shape in ("acyclic", "contracting"):
            chain = read_chain(document(seed, shape))
            other = replace(chain, services={k: change(s) for k, s in chain.services.items()})
            ours, theirs = sample_arrivals(chain, 400, 1), sample_arrivals(other, 800, 2)
            for key, service in chain.services.items():
                found = figures(theirs[key], service.sla)
                judgement.service(f"{shape} {seed} {key}", ours[key], found, 800, service.sla)
    return judgement


def test_the_reference_agrees_with_itself():
    judgement = judge(lambda service: service)
    assert len(judgement.scores) > 800
    assert judgement.faults() == []


def test_a_reference_without_buffers_does_not_agree():
    assert judge(lambda service: replace(service, buffer=0.0)).faults()


def test_a_reference_without_rework_does_not_agree():
    assert judge(lambda service: replace(service, fcr=1.0)).faults()


def test_more_figures_may_lie_further_out():
    for n in (10, 1000, 100_000):
        beyond = 2 * norm.sf(4)
        assert allowed_beyond_4(n) == poisson.ppf(0.999, n * beyond)
