"""Use cases: a turn, a goal edit. No Qt, no SQL, no SDK."""
