"""Shapley values: who plays, in what orders, on which samples."""
