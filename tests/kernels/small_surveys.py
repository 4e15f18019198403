"""Small random chains with surveys, as arrays, and what is late and overloaded in them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from tests.kernels.small_chains import chain_arrays
from valuechain.network.arrays import ChainArrays, FloatArray


@dataclass(frozen=True, eq=False)
class Surveyed:
    """A chain of four departments and two customers, loops and alternatives among them."""

    arrays: ChainArrays
    late: FloatArray
    overload: FloatArray


def surveyed(seed: int) -> Surveyed:
    """Equal seeds, equal chains; about half of what can be observed is."""
    rng = np.random.default_rng(seed)
    inside = ["a", "b", "c", "d"]
    pairs = [(p, c) for p in inside for c in inside if p != c]
    pairs = [pairs[i] for i in sorted(rng.choice(len(pairs), rng.integers(3, 9), replace=False))]
    pairs += [("x", "a"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "x"), ("d", "y")]
    m = len(pairs)
    need = rng.uniform(0.1, 1.0, m)
    for customer in ("x", "y"):
        served = [e for e, (_, client) in enumerate(pairs) if client == customer]
        need[served] /= need[served].sum()
    group = np.full(m, -1)
    into_c = [e for e, (_, client) in enumerate(pairs) if client == "c"]
    if len(into_c) > 1 and rng.random() < 0.5:
        group[into_c], need[into_c] = 0, need[into_c[0]]

    def seen(n: int, low: float = 0.0) -> FloatArray:
        """Shares, some of them 0 or 1, half of them not observed."""
        share = rng.choice([0.0, 1.0, *rng.uniform(low, 1.0, 8)], n)
        return np.where(rng.random(n) < 0.5, share, np.nan)

    arrays = chain_arrays(
        pairs,
        customers=("x", "y"),
        group=group,
        need=need,
        impact=rng.choice([0.1, 0.3, 0.6, 0.9, 1.0], m),
        fcr=rng.uniform(0.5, 1.0, m),
        clarity=seen(m),
        quality=seen(m),
        csat=seen(m),
        esat=seen(4),
        customer_csat=seen(2),
        wears_on=[("x", "a", rng.random()), ("y", "d", rng.random()), ("y", "b", rng.random())],
        coefficients={
            "morale_to_quality": rng.random(),
            "input_to_morale": rng.random(),
            "unexplained": rng.choice([0.0, 0.2, 0.2, 1.0]),
        },
    )
    answers = np.where(rng.random(m) < 0.5, rng.integers(0, 40, m), np.nan)
    arrays = dataclasses.replace(arrays, answers={"quality": answers, "csat": answers})
    late = np.where(rng.random(m) < 0.7, rng.random(m), np.nan)
    return Surveyed(arrays, late, rng.choice([0.0, 0.2, 0.5], 4))


def surveys() -> st.SearchStrategy[Surveyed]:
    """Any of them."""
    return st.integers(0, 10_000).map(surveyed)
