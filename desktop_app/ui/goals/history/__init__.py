"""The history of a goal: its revisions, what each changed, and what can be taken back."""
