"""How long sharing out a delay takes, beside plain propagations of the same samples.

A chain of 200 departments and 800 services without loops, in one long row with short cuts, every
input needed, own times exponential; one customer at its end; 5,000 samples. Three kinds of
promises: all consistent, made in the order of the chain with own times kept eight times in ten;
every other service without one; and all at random, which hardly anybody can keep. All departments
are attributed, with what mending each alone brings. Processor time, the least of several turns;
the ratios are printed.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from functools import partial

import valuechain as vc
from valuechain.kernels.delay.sampled import delay_model, sample_delay
from valuechain.today import situation_of

DEPARTMENTS, SERVICES, SAMPLES = 200, 800, 5_000
PROMISES = ("consistent", "every other", "at random")
ROUNDS = 3


def chain(promises: str) -> vc.ValueChain:
    """Return a chain in which departments serve later ones, the last the customer."""
    draw = random.Random(0)
    pairs = {(i, i + 1) for i in range(DEPARTMENTS)}
    while len(pairs) < SERVICES:
        one, other = sorted(draw.sample(range(DEPARTMENTS), 2))
        pairs.add((one, other))
    promised = dict.fromkeys(range(DEPARTMENTS + 1), 0.0)  # when the inputs are promised, by client
    services: list[dict[str, object]] = []
    for provider, client in sorted(pairs):
        mean = draw.randint(10, 90) / 10
        sla: float | None = promised[provider] - math.log(0.2) * mean
        if promises == "at random":
            sla = draw.randint(2, 300) + 0.5
        elif promises == "every other" and client < DEPARTMENTS and draw.random() < 0.5:
            sla = None
        kept = promised[provider] + math.log(2) * mean if sla is None else sla
        promised[client] = max(promised[client], kept)
        last = client == DEPARTMENTS
        service: dict[str, object] = {
            "provider": f"d{provider}",
            "client": "shop" if last else f"d{client}",
            "takes": {"mean": f"{mean} h"},
            "need": 1,
        }
        services.append(service | ({} if sla is None else {"sla": f"{sla} h"}))
    departments: dict[str, object] = {f"d{i}": {} for i in range(DEPARTMENTS)}
    return vc.ValueChain(departments=departments, customers={"shop": {}}, services=services)


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    print(f"{DEPARTMENTS} departments, {SERVICES} services, {SAMPLES:,} samples")
    for promises in PROMISES:
        of = chain(promises)
        arrays = situation_of(of).now
        assert len(arrays.need) == SERVICES
        assert (arrays.need == 1).all()
        model = delay_model(arrays, SAMPLES)
        for outcome in ("mean_late_hours", "mean_hours"):
            run = partial(sample_delay, model)
            attribute = partial(vc.attribute, of, "shop", outcome, samples=SAMPLES)
            plain = min(seconds(run) for _ in range(5 * ROUNDS))
            shared = min(seconds(attribute) for _ in range(ROUNDS))
            print(
                f"  promises {promises:12} {outcome:16} {plain * 1e3:6.1f} ms plain, "
                f"{shared:6.2f} s attributed, ratio {shared / plain:.0f}"
            )
    print("  target: ratio at most 400, better 60")


if __name__ == "__main__":
    main()
