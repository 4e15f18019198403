"""Hypothesis strategies: chains of every kind and with every field, and YAML that went wrong.

The pieces have strategies of their own, in the form in which a person would write them.
"""

from tests.strategies.broken_yaml import broken_yaml
from tests.strategies.chains import SHAPES, Shape, chains
from tests.strategies.words import ids, names

__all__ = ["SHAPES", "Shape", "broken_yaml", "chains", "ids", "names"]
