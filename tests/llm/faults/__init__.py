"""Every provider against a server that does what servers should not, on the loopback."""
