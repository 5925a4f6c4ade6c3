"""Ollama by its native API: found, listed, asked, with its failures in plain words."""
