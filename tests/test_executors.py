"""Every sampled verb gives the same bits wherever its blocks are computed."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from typing import Any

import pytest
from distributed import Client, LocalCluster

import valuechain as vc

SAMPLES = 40_000  # of a loop three blocks, else two or more
ACYCLIC = vc.example("design_delay")
LOOP = vc.ValueChain(
    departments={"hr": {}, "it": {}},
    customers={"shop": {}},
    services=[
        {"provider": "hr", "client": "it", "takes": {"mean": "2 h"}, "need": 0.4, "sla": "4 h"},
        {"provider": "it", "client": "hr", "takes": {"mean": "3 h"}, "need": 0.5, "sla": "4 h"},
        {"provider": "it", "client": "shop", "takes": {"mean": "4 h"}, "sla": "1 d", "volume": 9},
    ],
)
ASKED: dict[str, dict[str, Any]] = {
    "assess_robustness": {"verb": "predict_outcomes", "draws": 9, "samples": 500},
}
SAMPLED = sorted(
    name for name, verb in vc.ANALYZERS.items() if "executor" in inspect.signature(verb).parameters
)


def ask(name: str, chain: vc.ValueChain, executor: Executor | None = None) -> dict[str, Any]:
    verb, given = vc.ANALYZERS[name], {"samples": SAMPLES, **ASKED.get(name, {})}
    for parameter in inspect.signature(verb).parameters.values():
        required = parameter.default is inspect.Parameter.empty
        if required and parameter.name not in ("chain", "args", "kwargs", *given):
            given[parameter.name] = {
                "source": next(iter(chain.departments)),
                "customer": next(iter(chain.customers)),
                "shocks": {next(iter(chain.departments)): "1 d"},
                "before": chain,
                "after": chain.with_changes(delay={chain.services[0].id: "1 h"}),
                "base": chain,
                "budget": 10_000,
            }[parameter.name]
    return verb(chain, executor=executor, **given).to_dict()


@pytest.fixture(scope="module", params=["threads", "processes", "a cluster"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    with ExitStack() as open_until_the_end:
        enter = open_until_the_end.enter_context
        if request.param == "threads":
            yield enter(ThreadPoolExecutor(3))
        elif request.param == "processes":
            yield enter(ProcessPoolExecutor(2, mp_context=get_context("spawn")))
        else:
            cluster = enter(
                LocalCluster(
                    n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
                )
            )
            yield enter(enter(Client(cluster)).get_executor())


@pytest.fixture(scope="module")
def alone() -> dict[tuple[str, str], dict[str, Any]]:
    return {}


@pytest.mark.parametrize("chain", [ACYCLIC, LOOP], ids=["acyclic", "loop"])
@pytest.mark.parametrize("name", SAMPLED)
def test_the_same_bits_everywhere(
    name: str, chain: vc.ValueChain, executor: Executor, alone: dict[tuple[str, str], Any]
) -> None:
    key = name, repr(chain)
    if key not in alone:
        alone[key] = ask(name, chain)
    assert ask(name, chain, executor) == alone[key]
