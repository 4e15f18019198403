"""A chain beside another: `compare`, and `trace_domino` for a shock."""
