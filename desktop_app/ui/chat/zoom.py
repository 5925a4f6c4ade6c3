"""The steps in which the conversation is shown larger or smaller."""

from typing import Final

STEPS: Final = (0.67, 0.75, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)


def stepped(zoom: float, by: int) -> float:
    """The zoom `by` steps from `zoom`, within what there is."""
    nearest = min(range(len(STEPS)), key=lambda at: abs(STEPS[at] - zoom))
    return STEPS[min(max(nearest + by, 0), len(STEPS) - 1)]


def read_zoom(text: str | None) -> float:
    """The zoom that was kept as `text`; the design's size where there is none or it makes no sense."""
    try:
        zoom = float(text or "")
    except ValueError:
        return 1.0
    return zoom if zoom in STEPS else 1.0
