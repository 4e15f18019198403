"""Non-negative linear systems: how strongly a loop feeds itself, and what it settles at."""
