"""What stands around one model call: tries again what may pass, and leaves a provider alone that keeps failing."""
