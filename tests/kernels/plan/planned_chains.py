"""Random chains with their plan, for the kernels and for the literal second implementation."""

from typing import NamedTuple

import valuechain as vc
from tests.reference.chain import Chain, read_chain
from tests.reference.delay import Plan, own_median
from tests.reference.expected import expected_arrivals
from tests.reference.random_chains import document, text
from valuechain.network.arrays import ChainArrays
from valuechain.today import situation_of


class PlannedChain(NamedTuple):
    """A chain as arrays, and the reference's with the plan by service id."""

    arrays: ChainArrays
    reference: Chain
    plan: Plan


def planned_chain(seed: int, shape: str) -> PlannedChain:
    """Return the chain of a seed and a shape."""
    tree = document(seed, shape)
    chain, reference = vc.parse_yaml(text(tree)), read_chain(tree)
    medians = {k: own_median(reference, s, draws=101) for k, s in reference.services.items()}
    plan = Plan(medians, expected_arrivals(reference))
    return PlannedChain(situation_of(chain).now, reference, plan)
