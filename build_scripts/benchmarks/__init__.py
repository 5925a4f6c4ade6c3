"""Benchmarks, one module each: `run()` returns its measures."""
