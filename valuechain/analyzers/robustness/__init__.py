"""How far an answer holds over all that is not known: `assess_robustness`."""
