"""Sets the checkout up with the standard library alone: what `run.py`, `test.py` and the others have in common."""
