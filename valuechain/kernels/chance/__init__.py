"""Random numbers that belong to names, laws of own times, and what chance leaves open."""
