"""Random open networks of queues, computed here and simulated by Ciw, judged by standard errors."""

from __future__ import annotations

import random
import statistics
import warnings
from typing import Any

import numpy as np
import pytest

import valuechain as vc

ciw = pytest.importorskip("ciw")

REPLICATIONS = 8
ARRIVALS = 1_500  # of one replication, about


def network(seed: int) -> dict[str, Any]:
    """Arrivals, times, servers and routing of two or three desks, none above 80 % busy."""
    rng = random.Random(seed)
    n = rng.choice([2, 3])
    routing = [
        [0.0 if i == j else rng.uniform(0, 0.8 / (n - 1)) for j in range(n)] for i in range(n)
    ]
    arrivals = [rng.uniform(0.3, 1.0) for _ in range(n)]
    visits = np.linalg.solve(np.eye(n) - np.array(routing).T, arrivals)
    servers = [rng.randint(1, 3) for _ in range(n)]
    means = [rng.uniform(0.4, 0.8) * c / v for c, v in zip(servers, visits, strict=True)]
    return {"routing": routing, "arrivals": arrivals, "servers": servers, "means": means}


def as_chain(net: dict[str, Any]) -> vc.ValueChain:
    """Who goes on from i to j: a job of i asks j, as often as the share says."""
    names = [f"d{i}" for i in range(len(net["arrivals"]))]
    services = []
    for j, name in enumerate(names):
        work = {"mean": f"{net['means'][j]:.9f} h"}
        entry = {"provider": name, "client": "world", "volume": 40 * net["arrivals"][j]}
        services.append(entry | {"work": work})
        services += [
            {"provider": name, "client": names[i], "need": shares[j], "work": work}
            for i, shares in enumerate(net["routing"])
            if shares[j] > 0
        ]
    return vc.ValueChain(
        period="week",
        departments={
            name: {"staff": servers} for name, servers in zip(names, net["servers"], strict=True)
        },
        customers={"world": {}},
        services=services,
    )


def simulated_waits(net: dict[str, Any]) -> list[list[float]]:
    """Mean wait at each node, one list a replication."""
    setup = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate) for rate in net["arrivals"]],
        service_distributions=[ciw.dists.Exponential(1 / mean) for mean in net["means"]],
        number_of_servers=net["servers"],
        routing=net["routing"],
    )
    length = ARRIVALS / sum(net["arrivals"])
    means = []
    for seed in range(REPLICATIONS):
        ciw.seed(seed)
        simulation = ciw.Simulation(setup)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            simulation.simulate_until_max_time(1.2 * length)
        records = [r for r in simulation.get_all_records() if r.arrival_date > 0.2 * length]
        means.append(
            [
                statistics.fmean(r.waiting_time for r in records if r.node == node + 1)
                for node in range(len(net["means"]))
            ]
        )
    return means


@pytest.mark.parametrize("seed", range(3))
def test_waits_of_random_networks(seed: int) -> None:
    net = network(seed)
    found = vc.compute_workload(as_chain(net)).table("departments")["mean_wait_hours"]
    simulated = np.array(simulated_waits(net))
    error = simulated.std(axis=0, ddof=1) / REPLICATIONS**0.5
    t = (simulated.mean(axis=0) - found) / error
    assert (np.abs(t) < 4.8).all(), t  # of Student's t with 7 degrees of freedom: 1 in 500 beyond
    assert (error < found / 4).all()  # precise enough for that to mean something
