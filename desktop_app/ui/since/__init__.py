"""What a person finds who comes back after a day or more: what is due, and what was done the last time."""
