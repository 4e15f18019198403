"""Rules that span several fields or several objects, one small function each.

They hold for chains from files and from Python alike. Each yields issues with
paths in the model's coordinates: services by their id.
"""

from __future__ import annotations

from valuechain.chain import ValueChain
from valuechain.errors import Issue
from valuechain.rules.parties import empty_chain, shared_ids
from valuechain.rules.plans import (
    changes_hold,
    delays_name_somebody,
    interventions_name_each_other,
)
from valuechain.rules.services import SERVICE_RULES, Rule, check_services
from valuechain.rules.times import round_the_clock

__all__ = ["RULES", "SERVICE_RULES", "Rule", "check", "check_services"]

RULES: tuple[Rule, ...] = (
    empty_chain,
    shared_ids,
    *SERVICE_RULES,
    delays_name_somebody,
    interventions_name_each_other,
    changes_hold,
    round_the_clock,
)


def check(chain: ValueChain) -> list[Issue]:
    """Return every issue of a chain, errors and warnings, in the order of the rules."""
    return [issue for rule in RULES for issue in rule(chain)]
