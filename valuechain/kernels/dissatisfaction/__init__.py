"""Who is dissatisfied, what is calibrated, what comes back, and what it does to outcomes."""
