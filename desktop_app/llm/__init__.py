"""Providers: one interface, one stream of events, an adapter each."""
