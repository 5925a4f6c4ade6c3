"""Check-ins in the goal editor: how it goes, the way of the progress, and when the goal is looked at again."""
