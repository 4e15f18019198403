"""A package by itself: some distributions install a `tests` of their own."""
