"""How long until it shows: `simulate`."""
