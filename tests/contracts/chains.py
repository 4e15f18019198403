"""The chains that every verb is tried on: two that are shipped, and one each with what is special.

Departments of our own are alfa, beta, gamma and delta, customers kiosk and market, the supplier is
mill, so that ids can be renamed; times are in hours, so that they can become days.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import yaml

import valuechain as vc

HEAD = """
valuechain: 1
name: {name}
currency: EUR
source: assumed
"""
TAIL = """
customers:
  kiosk: {revenue: 50000, csat: {base: 0.8, n: 40, source: observed}, churn: 0.1, nps: 20,
    wears_on: {delta: medium}, recommends: {market: low}}
  market: {status: potential, revenue: 90000, win_rate: 0.3}
  mill: {kind: supplier, serves: {alfa: {takes: {mean: 3 h, sd: 1 h}, sla: 5 h, need: 0.4}}}
scenarios:
  storm: {name: Temporal, delay: {beta: 6 h}, set: {services.alfa>beta.quality: 0.6}}
interventions:
  course: {name: Curso, kind: training, cost: 4000, scale: {services.beta>delta.takes: 0.5}}
  forms: {name: Impresos, kind: communication, cost: 900, set: {services.alfa>beta.clarity: 0.95}}
"""
LOOP = """
departments:
  alfa:
    staff: 2
    esat: {base: 0.7, n: 20, source: observed}
    serves:
      beta: {takes: {median: 4 h, p90: 9 h}, work: 1 h, sla: 6 h, need: 0.5, quality: 0.9,
        clarity: 0.8}
      delta: {takes: {mean: 2 h}, work: 0.5 h, sla: 3 h, need: 0.3}
  beta:
    serves:
      alfa: {takes: {mean: 3 h}, sla: 3 h, need: {base: 0.4, low: 0.2, high: 0.6}}
      delta: {takes: {min: 1 h, mode: 2 h, max: 6 h}, sla: 8 h, need: 0.8, buffer: 1 h, for: [big]}
      gamma: {takes: 1 h, need: 0.2, if_late: goes_on, quality: 0.7}
  gamma:
    takes: {mean: 1 h}
    serves:
      beta: {takes: 2 h, need: 0.3, impact: high}
  delta:
    turnover: 0.2
    serves:
      kiosk:
        - {key: big, takes: {mean: 2 h, sd: 1 h}, sla: 12 h, volume: 20, fcr: 0.8}
        - {key: small, takes: 1 h, sla: 2 h, volume: 60}
      market: {takes: {mean: 4 h}, sla: 9 h, expects: 6 h, volume: 8}
"""
ALTERNATIVES = """
departments:
  alfa:
    serves:
      beta: {takes: {median: 4 h, p90: 9 h}, sla: 6 h, clarity: 0.8, quality: 0.9}
      delta: {takes: {mean: 5 h}, sla: 6 h, alternatives: either, need: 0.7}
  beta:
    serves:
      delta: {takes: {mean: 4 h}, sla: 6 h, alternatives: either, need: 0.7}
  gamma:
    serves:
      delta: {takes: 1 h, sla: 2 h, need: 0.5, fcr: 0.6, impact: decisive}
  delta:
    serves:
      kiosk: {takes: {mean: 2 h}, sla: 6 h}
      market: {takes: {samples: [1 h, 2 h, 9 h]}, sla: 8 h}
"""
IN_SEQUENCE = """
departments:
  alfa:
    serves:
      beta: {takes: {median: 4 h, p90: 9 h}, sla: 6 h, quality: 0.9, clarity: 0.7}
      delta: {takes: {mean: 1 h}, sla: 2 h, buffer: sla, on_time: 0.8}
  beta:
    inputs: in_sequence
    serves:
      delta: {takes: {mean: 2 h}, sla: 10 h}
      gamma: {sla: 9 h}
  gamma: {}
  delta:
    inputs: in_sequence
    serves:
      kiosk: {takes: 1 h, sla: 14 h, csat: 0.7}
      market: {takes: {mean: 1 h, sd: 1 h}}
"""
CHAINS = ("design_delay", "restaurant", "loop", "alternatives", "in_sequence")
TEXTS = {"loop": LOOP, "alternatives": ALTERNATIVES, "in_sequence": IN_SEQUENCE}
OTHER_NAMES = {
    "alfa": "zulu",
    "beta": "yankee",
    "gamma": "aaa",
    "delta": "mike",
    "kiosk": "west",
    "market": "bazaar",
    "mill": "zoo",
}


def names_of(key: str) -> tuple[str, str]:
    """An id of our own chains, before and after `renamed`."""
    return key, OTHER_NAMES[key]


def text(name: str) -> str:
    """One of our own chains as YAML."""
    return HEAD.replace("{name}", name) + TEXTS[name] + TAIL


@cache
def chain(name: str) -> vc.ValueChain:
    """One of `CHAINS`."""
    return vc.parse_yaml(text(name)) if name in TEXTS else vc.example(name)


def fresh(name: str) -> vc.ValueChain:
    """The same chain, made again: nothing that was computed for the other is at hand."""
    return vc.parse_yaml(vc.to_yaml(chain(name)))


def turned_round(tree: Any) -> Any:
    """The same entries, each mapping and each list of services from its end."""
    if isinstance(tree, dict):
        return {key: turned_round(tree[key]) for key in reversed(tree)}
    if isinstance(tree, list) and all(isinstance(part, dict) for part in tree):
        return [turned_round(part) for part in reversed(tree)]
    return tree


def reordered(name: str) -> vc.ValueChain:
    """The same chain, its entries written in the opposite order."""
    tree = yaml.load(vc.to_yaml(chain(name)), yaml.CSafeLoader)
    return vc.parse_yaml(yaml.dump(turned_round(tree), sort_keys=False, allow_unicode=True))


def renamed(name: str) -> vc.ValueChain:
    """One of our own chains with other ids, in another alphabetical order."""
    new = text(name)
    for old, other in OTHER_NAMES.items():
        new = re.sub(rf"\b{old}\b", other, new)
    return vc.parse_yaml(new)


def in_days(name: str) -> vc.ValueChain:
    """One of our own chains with days where there were hours; an eighth of the requests."""
    new = re.sub(r"\b([\d.]+) h\b", r"\1 d", text(name))
    new = re.sub(r"volume: (\d+)", lambda found: f"volume: {int(found[1]) / 8}", new)
    return vc.parse_yaml(new)


def with_hostile_names(name: str) -> vc.ValueChain:
    """A chain whose names are meant to break a page."""
    hostile = "<script>alert('1')</script>&\"<b>"
    tree = yaml.load(vc.to_yaml(chain(name)), yaml.CSafeLoader)
    for party in (*tree["departments"].values(), *tree["customers"].values()):
        party["name"] = hostile
    return vc.parse_yaml(yaml.dump(tree, sort_keys=False, allow_unicode=True))
