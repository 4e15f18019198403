"""How long a large chain takes to load, validated, beside PyYAML's plain trees of the same text.

10,000 departments give 50,000 services, written as people write them: times in several forms,
promises, shares, volumes, words, names. Both read the same text in the same process with the
garbage collector on, in turns; the least of each counts, and the ratio is printed.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable

import yaml

import valuechain as vc

DEPARTMENTS, SERVICES, CUSTOMERS = 10_000, 50_000, 100
ROUNDS = 3


def large_chain() -> str:
    """Return the YAML of a chain in which every other department serves a customer, too."""
    draw = random.Random(0)
    head = "valuechain: 1\ncurrency: EUR\ndepartments:\n"
    departments = [_department(number, draw) for number in range(DEPARTMENTS)]
    customers = [
        f"  c{number}: {{name: Cliente {number}, revenue: {draw.randint(1, 900)}000}}\n"
        for number in range(CUSTOMERS)
    ]
    return "".join([head, *departments, "customers:\n", *customers])


def _department(number: int, draw: random.Random) -> str:
    """Return a department that serves some of the twenty around it."""
    around = [(number + step) % DEPARTMENTS for step in range(-10, 11) if step]
    clients = [f"d{other}" for other in draw.sample(around, SERVICES // DEPARTMENTS)]
    if number % 2 == 0:
        clients[0] = f"c{draw.randrange(CUSTOMERS)}"
    head = f"  d{number}:\n    name: Área {number}\n    staff: {draw.randint(2, 40)}\n    serves:\n"
    return head + "".join(f"      {client}: {{{_service(client, draw)}}}\n" for client in clients)


def _service(client: str, draw: random.Random) -> str:
    impact = draw.choice(["low", "medium", "high"])
    share = f"need: {draw.randint(1, 20)} %, impact: {impact}"
    return (
        f"name: entrega {draw.randint(1, 9)}, takes: {_takes(draw)}, sla: {draw.randint(1, 9)} d, "
        f"quality: {draw.randint(60, 99)} %, "
        + (f"volume: {draw.randint(1, 500)}" if client.startswith("c") else share)
    )


def _takes(draw: random.Random) -> str:
    """Return an own time in one of the forms a file knows, half of them a plain time."""
    size = draw.randint(10, 200) / 10
    forms = [
        f"{size} h",
        f"{size * 6:.0f} min",
        f"{size / 8:.2f} d",
        f"{{median: {size} h, p90: {size / 2:.1f} d}}",
        f"{{min: {size * 30:.0f} min, mode: {size} h, max: {size * 2.9:.1f} h}}",
        f"{{mean: {size} h}}",
    ]
    return draw.choice(forms)


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes, with the collector on and nothing left to collect."""
    gc.collect()
    gc.enable()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    text = large_chain()
    chain = vc.parse_yaml(text)
    assert (len(chain.departments), len(chain.services)) == (DEPARTMENTS, SERVICES)
    del chain
    loads: dict[str, Callable[[], object]] = {
        "parse_yaml, validated": lambda: vc.parse_yaml(text),
        "yaml.CSafeLoader": lambda: yaml.load(text, Loader=yaml.CSafeLoader),
    }
    rounds = [{name: seconds(load) for name, load in loads.items()} for _ in range(ROUNDS)]
    least = {name: min(took[name] for took in rounds) for name in loads}
    print(
        f"{DEPARTMENTS:,} departments, {SERVICES:,} services, {len(text) / 2**20:.1f} MiB of YAML"
    )
    for name, took in least.items():
        print(f"  {name:24} {took:6.2f} s")
    ours, theirs = least.values()
    print(f"  ratio {ours / theirs:.2f} (target: below 1)")


if __name__ == "__main__":
    main()
