"""What a benchmark hands back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure as a ratio, which means the same on a fast and on a slow machine.

    `value` is the ratio measured, `limit` the aim it should not exceed. `baseline` is the absolute figure that the
    ratio was taken against in the same run, in `unit` (for example seconds).
    """

    name: str
    value: float
    unit: str
    limit: float
    baseline: float

    @property
    def within_limit(self) -> bool:
        """Whether the aim is met."""
        return self.value <= self.limit
