"""Claude through the anthropic SDK: Messages API, streamed."""
