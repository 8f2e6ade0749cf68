"""Coming into rooms and going out, and the recordings that run there.

Functions of the network, under its lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from phonebooth.legs import Leg
from phonebooth.recordings import Recording
from phonebooth.rooms import Place, Room

if TYPE_CHECKING:
    from phonebooth.network import Network


def conference(network: Network, name: str) -> Room:
    """The conference of that name, a new one when there is none."""
    room = network.rooms.get(name)
    if room is None or room.is_over:
        room = network.rooms[name] = Room(name=name, sid=network.new_sid("CF"))
    return room


def enter(network: Network, room: Room, place: Place) -> None:
    """Come in; whoever is there is told of it, and the newcomer is to offer them sound."""
    room.enter(place)
    _tell(network, room, newcomer=place.leg)


def leave(network: Network, room: Room, leg: Leg) -> None:
    """Go out, if in it; what was recorded there ends with the room."""
    if leg.sid not in room.places:
        return
    room.leave(leg)
    if room.is_over:
        for recording in room.recordings:
            if recording.finish():
                network.reporter.recording(leg, recording)
        if network.rooms.get(room.name) is room:
            del network.rooms[room.name]
    if leg.is_live:
        network.tell(leg, "peers", peers=[], offers_to=[])
    _tell(network, room, newcomer=None)


def record(
    network: Network, room: Room, leg: Leg, *, source: str, callback: str, events: str
) -> Recording:
    """Record what is said in the room; `leg` asked for it."""
    recording = Recording(
        sid=network.new_sid("RE"),
        source=source,
        call_sid=leg.sid,
        conference_sid=room.sid,
        callback=callback,
        events=frozenset(events.split()),
    )
    room.recordings.append(network.recordings.add(recording))
    network.reporter.recording(leg, recording)
    return recording


def finish(network: Network, leg: Leg, recording: Recording) -> None:
    """End a recording of one leg, if it hasn't ended."""
    if recording in leg.recordings:
        leg.recordings.remove(recording)
    if recording.finish():
        network.reporter.recording(leg, recording)


def note(leg: Leg, who: str, text: str) -> None:
    """Put what is said by this leg, or to it by the machine, into what records it."""
    running = list(leg.recordings)
    if leg.room is not None and leg.room.is_heard(leg) and who == leg.far_end:
        running += leg.room.recordings
        running += [each for other in leg.room.others(leg) for each in other.recordings]
    for recording in running:
        recording.add(who, text)


def _tell(network: Network, room: Room, *, newcomer: Leg | None) -> None:
    for place in list(room.places.values()):
        peers = room.peers(place.leg)
        offers_to = [peer["call_sid"] for peer in peers] if place.leg is newcomer else []
        network.tell(place.leg, "peers", peers=peers, offers_to=offers_to)
