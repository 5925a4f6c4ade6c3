"""How a provider can be doing; light enough to be there at the first paint."""

from enum import StrEnum


class HealthState(StrEnum):
    """How a provider is doing."""

    WORKING = "working"
    STARTING = "starting"
    NOT_SET_UP = "not_set_up"
    FAILED = "failed"
    PAUSED = "paused"  # failed several times in a row, and left alone for a while
