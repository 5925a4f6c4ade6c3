"""The conversation on screen: the thread of messages, the composer and the empty state."""
