"""The database: goals, conversations, usage and preferences."""
