"""How long loops of dissatisfaction take on very large chains, beside the fixed point itself.

100,000 departments with 500,000 services in six shapes: without loops; 20,000 small loops; those
among 20,000 groups of alternatives; one tangle of everything; a ring of 100,000; anger of one
customer that comes round through half of the departments.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.benchmarks.bench_large import seconds
from tests.kernels.small_chains import chain_arrays
from valuechain.kernels.dissatisfaction.feedback import feedback_loops, jacobian
from valuechain.kernels.dissatisfaction.late_slope import late_slope
from valuechain.kernels.dissatisfaction.noisy_or import failures, solve_noisy_or
from valuechain.network.arrays import ChainArrays, IntArray

DEPARTMENTS, SERVICES = 100_000, 500_000
SHAPES = ("no loops", "small loops", "alternatives", "one tangle", "ring", "angry customer")
LATE = 0.1


def shaped(shape: str) -> ChainArrays:
    """Return a chain of a shape; the last department serves the customer."""
    draw, n = np.random.default_rng(1), DEPARTMENTS
    m = n if shape == "ring" else SERVICES - 1
    number = np.arange(n)
    provider, client = number, (number + 1) % n
    group = np.full(m + 1, -1)
    need = np.append(draw.choice([0.05, 0.1, 0.2], m), 1.0)
    if shape == "one tangle":
        provider = np.append(provider, draw.integers(0, n, m - n))
        client = np.append(client, (provider[n:] + draw.integers(1, n, m - n)) % n)
    elif shape != "ring":
        client = np.append(number[1:], draw.integers(1, n, m - n + 1))
        provider = client - draw.integers(1, np.minimum(client, n // 5) + 1)
    if shape in ("small loops", "alternatives"):
        provider[:n], client[:n] = number, number // 5 * 5 + (number + 1) % 5
    if shape == "alternatives":  # any of three does for the last of five
        last = np.repeat(number[4::5], 3)
        k = len(last)
        provider[-k:], client[-k:] = last - np.tile([1, 2, 3], k // 3), last
        group[m - k : m], need[m - k : m] = np.repeat(np.arange(k // 3), 3), 0.2
    wears = range(0, n, 2) if shape == "angry customer" else ()
    return _arrays(provider, client, need=need, group=group, wears_on=wears)


def _arrays(
    provider: IntArray, client: IntArray, *, wears_on: range | tuple[()], **columns: object
) -> ChainArrays:
    ends = zip(provider.tolist(), client.tolist(), strict=True)
    pairs = [(f"d{p:06}", f"d{c:06}") for p, c in ends] + [(f"d{DEPARTMENTS - 1:06}", "shop")]
    return chain_arrays(
        pairs,
        customers=("shop",),
        quality=np.full(len(pairs), 0.95),
        wears_on=[("shop", f"d{d:06}", 0.2) for d in wears_on],
        **columns,
    )


def main() -> None:
    print("loops of dissatisfaction (target: 10 s, 2 GiB), ratios to the fixed point itself")
    for shape in SHAPES:
        arrays = shaped(shape)
        given = failures(arrays, np.full(len(arrays.need), LATE))
        state = solve_noisy_or(arrays, given)
        floor = seconds(lambda a=arrays, f=given: solve_noisy_or(a, f))
        works: dict[str, Callable[[], object]] = {
            "loops and gains": lambda a=arrays, f=given, s=state: feedback_loops(a, f, s),
            "derivatives": lambda a=arrays, f=given, s=state: jacobian(a, f, s),
            "slopes of lateness": lambda a=arrays, f=given, s=state: late_slope(
                a, f, s, np.ones(1), frozen=False
            ),
        }
        print(f"  {shape:16} fixed point        {floor:6.2f} s")
        for name, work in works.items():
            took = seconds(work)
            print(f"  {'':16} {name:18} {took:6.2f} s   ratio {took / floor:.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"  peak memory {peak:.2f} GiB, with what built the arrays")


if __name__ == "__main__":
    main()
