"""How long sampled delay takes, beside numpy drawing as many exponential variates and no more.

A chain of 200 departments and 800 services without loops, every input needed, own times
exponential; 100,000 samples. The same arrivals are computed by the kernel and by
`propagate_delay` from a `ValueChain`, without promises and with one on every service. Numpy fills
a buffer of 65,536 numbers again and again in the same process. All take turns on one core; the
least of each counts, and the ratios are printed.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable

import numpy as np

import valuechain as vc
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.today import situation_of

DEPARTMENTS, SERVICES, CUSTOMERS, SAMPLES = 200, 800, 10, 100_000
BUFFER = 65_536
ROUNDS = 7


def chain(promised: bool) -> vc.ValueChain:
    """Return a chain in which departments serve later ones, and some of them customers."""
    draw = random.Random(0)
    pairs: set[tuple[str, str]] = {(f"d{i}", f"d{i + 1}") for i in range(DEPARTMENTS - 1)}
    for number in range(CUSTOMERS):
        pairs.add((f"d{draw.randrange(DEPARTMENTS)}", f"c{number}"))
    while len(pairs) < SERVICES:
        one, other = sorted(draw.sample(range(DEPARTMENTS), 2))
        pairs.add((f"d{one}", f"d{other}"))
    services = []
    for provider, client in sorted(pairs):
        service: dict[str, object] = {"provider": provider, "client": client}
        service["takes"] = {"mean": f"{draw.randint(10, 90) / 10} h"}
        service |= {"volume": 1} if client[0] == "c" else {"need": 1}
        services.append(service | ({"sla": f"{draw.randint(2, 300)}.5 h"} if promised else {}))
    return vc.ValueChain(
        departments={f"d{i}": {} for i in range(DEPARTMENTS)},
        customers={f"c{i}": {} for i in range(CUSTOMERS)},
        services=services,
    )


def by_kernel(of: vc.ValueChain) -> Callable[[], object]:
    arrays = situation_of(of).now
    assert len(arrays.need) == SERVICES
    assert (arrays.need[arrays.client < DEPARTMENTS] == 1).all()
    return lambda: sample_delay(delay_model(arrays, SAMPLES))


def by_verb(of: vc.ValueChain) -> Callable[[], object]:
    return lambda: vc.propagate_delay(of, samples=SAMPLES)


def variates() -> None:
    """Draw as many exponential numbers, and look at none."""
    generator, buffer = np.random.default_rng(0), np.empty(BUFFER)
    left = SERVICES * SAMPLES
    while left > 0:
        generator.standard_exponential(out=buffer[:left])
        left -= BUFFER


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    plain, promised = chain(False), chain(True)
    runs: dict[str, Callable[[], object]] = {
        "numpy's standard_exponential": variates,
        "kernel": by_kernel(plain),
        "propagate_delay": by_verb(plain),
        "kernel, promises": by_kernel(promised),
        "propagate_delay, promises": by_verb(promised),
    }
    rounds = [{name: seconds(run) for name, run in runs.items()} for _ in range(ROUNDS)]
    least = {name: min(took[name] for took in rounds) for name in runs}
    theirs = least["numpy's standard_exponential"]
    print(f"{DEPARTMENTS} departments, {SERVICES} services, {SAMPLES:,} samples")
    for name, took in least.items():
        print(f"  {name:28} {took * 1e3:6.0f} ms, ratio {took / theirs:.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  targets: ratio at most 0.50; memory below 500 MB: {peak:.0f} MB at the peak")


if __name__ == "__main__":
    main()
