"""Draws over the ranges of what is not known exactly: which inputs, and chains drawn from them."""

from valuechain.draws.drawing import Ranges, draw_chain, ranges_of, uncertain_inputs
from valuechain.draws.inputs import UncertainInput

__all__ = ["Ranges", "UncertainInput", "draw_chain", "ranges_of", "uncertain_inputs"]
