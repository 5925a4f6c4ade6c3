"""GoalGetter: a desktop app in which a person talks a goal through with an AI coach, and the coach writes it down."""

__version__ = "0.1.0"
