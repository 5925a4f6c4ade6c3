"""The window of traces: what a turn did, how long each part took, what was sent and what came."""
