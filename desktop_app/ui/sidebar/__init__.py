"""The sidebar: goals by phase, conversations by day."""
