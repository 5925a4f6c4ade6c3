"""The search over goals and messages, behind Ctrl+K."""
