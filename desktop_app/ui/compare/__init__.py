"""One message to two models, side by side, until one answer is kept."""
