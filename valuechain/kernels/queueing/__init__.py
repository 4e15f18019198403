"""Demand and load: what volumes pull, how busy staff is, and how long work waits for it."""
