"""Rooms: where legs hear each other. A bridge is a room for two, a conference one by name.

Changed only under the network's lock.
"""

from dataclasses import dataclass, field
from typing import Any

from phonebooth.legs import Leg
from phonebooth.recordings import Recording


@dataclass(frozen=True, kw_only=True)
class Place:
    """A leg in a room, and on which terms it is there."""

    leg: Leg
    is_muted: bool = False
    may_start: bool = True
    ends_it: bool = False


@dataclass(eq=False, kw_only=True)
class Room:
    """`sid` is the carrier's id of a conference; a bridge has none."""

    name: str
    sid: str | None = None
    places: dict[str, Place] = field(default_factory=dict)
    is_started: bool = False
    is_over: bool = False
    recordings: list[Recording] = field(default_factory=list)

    def others(self, leg: Leg) -> list[Leg]:
        """The legs in it beside this one."""
        return [place.leg for sid, place in self.places.items() if sid != leg.sid]

    def enter(self, place: Place) -> None:
        """Come in; it starts with the second who is there, if one of them may start it."""
        self.places[place.leg.sid] = place
        place.leg.room = self
        if len(self.places) > 1 and any(each.may_start for each in self.places.values()):
            self.is_started = True

    def leave(self, leg: Leg) -> None:
        """Go out; the room is over when nobody is left, or when this one ends it."""
        place = self.places.pop(leg.sid, None)
        if place is None:
            return
        leg.room = None
        if place.ends_it or not self.places or self.sid is None:
            self.is_over = True

    def is_heard(self, leg: Leg) -> bool:
        """Whether what this leg says is heard: not while it is muted or before the start."""
        place = self.places.get(leg.sid)
        return place is not None and not place.is_muted and self.is_started

    def hears(self, leg: Leg) -> list[Leg]:
        """Who hears what this leg says."""
        return self.others(leg) if self.is_heard(leg) else []

    def peers(self, leg: Leg) -> list[dict[str, Any]]:
        """The others, as a device shows them."""
        return [{"call_sid": each.sid, "address": each.far_end} for each in self.others(leg)]
