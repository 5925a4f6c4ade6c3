"""Scripts that set GoalGetter up, start it, check it, measure it and package it."""
