"""Arrivals: sampled, expected, in loops, and of two chains side by side."""
