"""Rules that span several fields or several objects, one small function each.

They hold for chains from files and from Python alike. Each yields issues with
paths in the model's coordinates: services by their id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from valuechain.chain import ValueChain
from valuechain.errors import Issue
from valuechain.rules.inputs import (
    buffer_needs_sla,
    for_names_services,
    group_needs,
    impact_on_customers,
    needs_of_customers,
    outside_inputs,
)
from valuechain.rules.parties import (
    customer_figures_fit,
    empty_chain,
    external_to_external,
    links_lead_somewhere,
    repeated_services,
    self_service,
    shared_ids,
    unknown_parties,
)
from valuechain.rules.plans import (
    changes_hold,
    delays_name_somebody,
    interventions_name_each_other,
    money_has_a_currency,
)
from valuechain.rules.times import (
    laws_hold,
    on_time_refers_to_something,
    round_the_clock,
    two_names_for_one_share,
    work_within_takes,
)

Rule = Callable[[ValueChain], Iterator[Issue]]

SERVICE_RULES: tuple[Rule, ...] = (
    unknown_parties,
    self_service,
    external_to_external,
    repeated_services,
    outside_inputs,
    impact_on_customers,
    for_names_services,
    group_needs,
    needs_of_customers,
    buffer_needs_sla,
    laws_hold,
    two_names_for_one_share,
    on_time_refers_to_something,
    work_within_takes,
    money_has_a_currency,
    links_lead_somewhere,
    customer_figures_fit,
)
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


def check_services(chain: ValueChain) -> list[Issue]:
    """Return the issues of what a change can touch, leaving scenarios and the like alone."""
    return [issue for rule in SERVICE_RULES for issue in rule(chain)]
