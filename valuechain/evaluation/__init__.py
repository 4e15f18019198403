"""A chain evaluated, today and now: what the verbs share before each asks its own question."""
