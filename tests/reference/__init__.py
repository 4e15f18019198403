"""A second, independent way to every number: slow, plain and literal.

Nothing here imports the library. Each module follows the equations of the
model word by word, with dictionaries and `random`, one job at a time, so that
the fast engine can be judged against something it shares no line with.
"""
