"""Promises as a plan: budgets, critical paths, floats, and the best set of measures."""
