"""What to do within a budget: `choose_interventions`."""
