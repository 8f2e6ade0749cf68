"""What the front page offers beyond the portal's own: the rooms above register their doors."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Door:
    """One offer: where it leads, its words (msgids), its icon."""

    endpoint: str
    title: str
    text: str
    icon: str
