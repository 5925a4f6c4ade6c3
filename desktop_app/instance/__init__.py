"""One window to a profile: a second start hands what it was given to the first, which comes to the front."""

from desktop_app.instance.claim import Call, Instance, NoAnswerError, claim, is_link, items_of

__all__ = ["Call", "Instance", "NoAnswerError", "claim", "is_link", "items_of"]
