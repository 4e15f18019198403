"""How each verb of `ANALYZERS` is called in the contract tests: the one table to add a line to.

A line gives what a verb needs beside the chain, from the chain. A verb for which one of the chains
makes no sense names the chains that do.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import valuechain as vc
from tests.contracts.chains import CHAINS, chain, names_of

SAMPLES = 300
SEED = 3


class Call(NamedTuple):
    """What a verb is called with, and on which chains; `exact` on chains as small as these."""

    arguments: Callable[[vc.ValueChain], dict[str, Any]]
    on: tuple[str, ...] = tuple(CHAINS)
    exact: bool = False  # takes samples and a seed, and does without


def nothing(_: vc.ValueChain) -> dict[str, Any]:
    return {}


def provider(of: vc.ValueChain) -> str:
    """The same department under either name."""
    return next((key for key in names_of("alfa") if key in of.departments), min(of.departments))


def buyer(of: vc.ValueChain) -> str:
    """A customer to whom something is promised, the same under either name."""
    promised = [s.client for s in of.services if s.client in of.customers and s.sla is not None]
    return next((key for key in names_of("kiosk") if key in promised), min(promised))


def blow(of: vc.ValueChain) -> dict[str, Any] | str:
    """A shock: the chain's own, written in its units, where it has one."""
    return "storm" if "storm" in of.scenarios else {provider(of): "1 d"}


def worse(of: vc.ValueChain) -> vc.ValueChain:
    if "storm" in of.scenarios:
        return of.with_scenario("storm")
    return of.with_changes(delay={provider(of): "3 h"})


CALLS: dict[str, Call] = {
    "analyze_structure": Call(nothing),
    "propagate_delay": Call(nothing),
    "propagate_dissatisfaction": Call(nothing),
    "predict_outcomes": Call(nothing),
    "rank_bottlenecks": Call(nothing),
    "check_promises": Call(nothing),
    "compute_workload": Call(nothing),
    "reach": Call(lambda of: {"source": provider(of)}, exact=True),
    "trace_domino": Call(lambda of: {"shocks": blow(of)}),
    "attribute": Call(lambda of: {"customer": buyer(of)}),
    "attribute_change": Call(lambda of: {"after": worse(of), "customer": buyer(of)}),
    "compare": Call(lambda of: {"worse": worse(of)}),
    "choose_interventions": Call(
        lambda _: {"budget": 10_000, "outcome": "mean_hours", "draws": 4},
        on=("loop", "alternatives"),
    ),
    "assess_robustness": Call(lambda _: {"verb": "predict_outcomes", "draws": 6}),
    "simulate": Call(lambda of: {"periods": 3, "shocks": blow(of)}),
    "staff_for": Call(
        lambda of: {"department": provider(of), "utilization": 0.8}, on=("loop",), exact=True
    ),
    "demand_limit": Call(nothing, on=("loop",)),
    "tipping_demand": Call(lambda _: {"most": 1.25}, on=("loop",)),
}

MISSING = "tests/contracts/calls.py has no line that says how to call it: add one to CALLS"
LISTED = [(verb, name) for verb in vc.ANALYZERS for name in CALLS.get(verb, Call(nothing)).on]


def draws(verb: str) -> bool:
    """Whether its answer depends on the seed."""
    return takes(verb, "seed") and not CALLS.get(verb, Call(nothing)).exact


def takes(verb: str, argument: str) -> bool:
    """Whether a verb has an argument of this name."""
    return argument in inspect.signature(vc.ANALYZERS[verb]).parameters


def ask(verb: str, of: vc.ValueChain, **more: Any) -> Any:
    """The answer of a verb on a chain, few samples, one seed; `more` overrides."""
    assert verb in CALLS, f"{verb}: {MISSING}"
    draws = {"samples": SAMPLES, "seed": SEED}
    arguments = {name: value for name, value in draws.items() if takes(verb, name)}
    return vc.ANALYZERS[verb](of, **(arguments | CALLS[verb].arguments(of) | more))


@cache
def answer(verb: str, name: str) -> Any:
    """The answer of a verb on one of the chains, asked for once."""
    return ask(verb, chain(name))
