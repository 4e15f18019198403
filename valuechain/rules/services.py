"""The rules of what a change can touch: they judge a chain today, and with its changes in force."""

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
from valuechain.rules.money import money_has_a_currency
from valuechain.rules.parties import (
    customer_figures_fit,
    external_to_external,
    links_lead_somewhere,
    repeated_services,
    self_service,
    unknown_parties,
)
from valuechain.rules.times import (
    laws_hold,
    on_time_refers_to_something,
    two_names_for_one_share,
    work_within_takes,
)
from valuechain.rules.volumes import volumes_serve_customers

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
    volumes_serve_customers,
    money_has_a_currency,
    links_lead_somewhere,
    customer_figures_fit,
)


def check_services(chain: ValueChain) -> list[Issue]:
    """Return the issues of what a change can touch, leaving scenarios and the like alone."""
    return [issue for rule in SERVICE_RULES for issue in rule(chain)]
