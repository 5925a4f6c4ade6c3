"""What every turn leaves behind for whoever looks at it later: traces in a local file, without secrets."""
