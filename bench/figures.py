"""A figure, and what many measured times come to."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value with what it is compared to."""

    name: str
    value: float
    unit: str
    compared: str = ""

    def line(self) -> str:
        """`name value unit (compared)`."""
        tail = f" ({self.compared})" if self.compared else ""
        return f"{self.name} {self.value:.4g} {self.unit}{tail}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies; 0 of none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
