"""What reaches the customers, in figures and money: `predict_outcomes`."""
