"""Hypothesis profiles: fast by default, thorough where ``CI`` is set, ``explore`` on request.

The first two draw the same examples in every run, so that a red one can be
repeated; ``pytest --hypothesis-profile explore`` looks for new ones.
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "fast",
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("thorough", settings.get_profile("fast"), max_examples=150)
settings.register_profile(
    "explore", settings.get_profile("fast"), max_examples=2000, derandomize=False
)
settings.load_profile("thorough" if os.environ.get("CI") else "fast")

os.environ["MPLBACKEND"] = "Agg"  # pictures open no windows, here and in what tests start
