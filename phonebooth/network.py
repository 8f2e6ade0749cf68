"""The telephone network: which legs there are, and what may happen to them from outside.

One lock guards everything about calls. Each leg is lived through by a thread of its own
(`performing`), which waits on that lock; what happens here only notes it and wakes the leg.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import monotonic
from typing import Any, TypeVar
from uuid import uuid4

from phonebooth import clock, meeting
from phonebooth.behaviours import Behaviours
from phonebooth.courier import Courier
from phonebooth.faults import FaultBoard
from phonebooth.legs import LIVE, CallDirection, Heard, Leg, Move, Status, Terms
from phonebooth.media import Lengths
from phonebooth.recordings import Recordings
from phonebooth.reporting import Reporter
from phonebooth.rooms import Room
from phonebooth.settings import BoothSettings
from phonebooth.streams import Hub

T = TypeVar("T")
_log = logging.getLogger(__name__)


class FullError(Exception):
    """So many legs are live that no more can be."""


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """`speed` shortens what machines do, `patience` lengthens what waits for people."""

    flavour: str
    speed: float
    patience: float

    @property
    def is_somleng(self) -> bool:
        """Whether only the smaller set of verbs is known."""
        return self.flavour == "somleng"


class Network:
    """All calls of this carrier."""

    def __init__(self, settings: BoothSettings, courier: Courier, board: FaultBoard) -> None:
        self.settings, self.courier, self.board = settings, courier, board
        self.reporter = Reporter(settings, courier)
        self.lock = threading.RLock()
        self.anything = threading.Condition(self.lock)
        self.tuning = _tuning(settings)
        self.behaviours = Behaviours(settings.kept_phones)
        self.recordings = Recordings(settings.kept_recordings)
        self.hub = Hub(settings.most_streams)
        self.lengths = Lengths()
        self.rooms: dict[str, Room] = {}
        self.perform: Callable[[Leg], None] = lambda leg: None
        self.is_off: Callable[[str], bool] = lambda address: False
        self._legs: dict[str, Leg] = {}
        self._is_closed = False

    def new_sid(self, letters: str) -> str:
        """An id as this carrier makes them: `CA…`, or a bare UUID."""
        return str(uuid4()) if self.tuning.is_somleng else f"{letters}{uuid4().hex}"

    def incoming(
        self, caller: str, line: str, *, is_anonymous: bool = False, replies: Sequence[str] = ()
    ) -> Leg:
        """Somebody calls a line, perhaps without showing who; raises FullError."""
        terms = Terms(
            start=Move(url=self.settings.voice_webhook),
            fallback_url=self.settings.voice_fallback,
            status_callback=self.settings.call_status_webhook,
        )
        sender = "anonymous" if is_anonymous else caller
        leg = self._new(CallDirection.INBOUND, sender, line, terms)
        leg.caller, leg.status = caller, Status.RINGING
        leg.replies.extend(replies or self.behaviours.of(caller).replies)
        self._start(leg)
        return leg

    def outgoing(self, sender: str, recipient: str, terms: Terms) -> Leg:
        """The hotline calls somebody; raises FullError."""
        if self.tuning.is_somleng:
            terms = replace(terms, events=frozenset({"completed"}), detects_machines=False)
        leg = self._new(CallDirection.OUTBOUND_API, sender, recipient, terms)
        self._start(leg)
        return leg

    def dialled(self, bridge: Room, parent: Leg, sender: str, recipient: str, terms: Terms) -> Leg:
        """A leg calls somebody, to be with them in the bridge; raises FullError."""
        leg = self._new(CallDirection.OUTBOUND_DIAL, sender, recipient, terms, parent=parent)
        leg.bridge, leg.is_dialled_in = bridge, True
        self._start(leg)
        return leg

    def get(self, sid: str) -> Leg | None:
        """The leg of that id."""
        with self.lock:
            return self._legs.get(sid)

    def newest_first(self) -> list[Leg]:
        """All that are kept."""
        with self.lock:
            return list(reversed(self._legs.values()))

    def live_at(self, address: str) -> list[Leg]:
        """The legs that somebody has now, newest first."""
        with self.lock:
            return [leg for leg in self.newest_first() if leg.is_live and leg.far_end == address]

    def move(self, leg: Leg, move: Move) -> None:
        """Tear the leg away from what it does."""
        with self.lock:
            if leg.is_answered or leg.direction is CallDirection.INBOUND:
                leg.move = move
            else:
                leg.terms = replace(leg.terms, start=move)
            leg.touch()

    def decide(self, leg: Leg, decision: str) -> bool:
        """Somebody answers or declines a ringing leg; False when it doesn't ring."""
        with self.lock:
            if leg.status is not Status.RINGING or leg.direction is CallDirection.INBOUND:
                return False
            leg.decision = leg.decision or decision
            leg.touch()
        return True

    def hang_up(self, leg: Leg) -> None:
        """The person at the leg's end hangs up, or declines."""
        with self.lock:
            if leg.is_answered:
                self.end(leg, Status.COMPLETED)
            elif leg.direction is CallDirection.INBOUND:
                self.end(leg, Status.NO_ANSWER)
            else:
                self.decide(leg, "decline")

    def press(self, leg: Leg, keys: str) -> None:
        """Keys are pressed at the leg's end."""
        with self.lock:
            leg.keys.extend(keys)
            leg.touch()

    def speak(self, leg: Leg, text: str) -> None:
        """Something is said at the leg's end: to who hears it, and into what records it."""
        with self.lock:
            leg.words.append(text)
            leg.stirred_at = monotonic()
            meeting.note(leg, leg.far_end, text)
            for other in leg.room.hears(leg) if leg.room else []:
                self.tell(other, "text", **{"from": leg.far_end}, text=text)
            leg.touch()

    def stir(self, leg: Leg, *, is_over: bool = False) -> None:
        """Somebody is about to speak; or, with `is_over`, what is waited for won't come."""
        with self.lock:
            if is_over:
                leg.waits_no_longer = True
            else:
                leg.stirred_at = monotonic()
            leg.touch()

    def tell(self, leg: Leg, kind: str, **details: Any) -> None:
        """The person at the leg's end hears or sees something."""
        with self.lock:
            leg.heard.append(Heard(at=clock.now(), kind=kind, details=details))
            self.hub.tell(leg.far_end, kind, {"call_sid": leg.sid, **details})
            leg.touch()

    def signal(self, leg: Leg, **details: Any) -> None:
        """Pass something on to the leg's end that is nothing to hear."""
        self.hub.tell(leg.far_end, "signal", {"call_sid": leg.sid, **details})

    def end(self, leg: Leg, status: Status) -> None:
        """The leg is over, whatever its thread is doing; nothing when it is over already."""
        with self.lock:
            if not leg.is_live:
                return
            was_answered = leg.is_answered
            leg.status, leg.ended_at, leg.is_hung_up = status, clock.now(), True
            if leg.room is not None:
                meeting.leave(self, leg.room, leg)
            for recording in list(leg.recordings):
                meeting.finish(self, leg, recording)
            self.tell(leg, "ended", status=status.value, was_connected=was_answered)
            self.reporter.step(leg, "completed", status.value)
            if leg.parent is not None:
                leg.parent.touch()

    def wait_for(self, look: Callable[[], T], seconds: float) -> T:
        """Look again at every change, until it is true or the time is up; what was seen."""
        ends = monotonic() + seconds
        with self.lock:
            while not (seen := look()) and not self._is_closed:
                left = ends - monotonic()
                if left <= 0:
                    break
                self.anything.wait(left)
        return seen

    def reset(self) -> None:
        """Hang everything up without telling the hotline, and forget all."""
        with self.lock:
            for leg in self._legs.values():
                leg.terms = replace(leg.terms, events=frozenset())
                for recording in leg.recordings:
                    recording.events = frozenset()
                self.end(leg, Status.FAILED)
            self._legs.clear()
            self.rooms.clear()
            self.tuning = _tuning(self.settings)
        self.recordings.clear()
        self.behaviours.clear()

    def close(self) -> None:
        """Let every thread and stream end."""
        self.reset()
        with self.lock:
            self._is_closed = True
            self.anything.notify_all()
        self.hub.close()

    def _new(
        self,
        direction: CallDirection,
        sender: str,
        recipient: str,
        terms: Terms,
        *,
        parent: Leg | None = None,
    ) -> Leg:
        with self.lock:
            live = sum(leg.is_live for leg in self._legs.values())
            if live >= self.settings.most_live_legs or self._is_closed:
                raise FullError
            leg = Leg(
                sid=self.new_sid("CA"),
                direction=direction,
                sender=sender,
                recipient=recipient,
                changed=threading.Condition(self.lock),
                anything=self.anything,
                terms=terms,
                parent=parent,
            )
            self._legs[leg.sid] = leg
            self._forget_oldest()
            leg.touch()
        return leg

    def _forget_oldest(self) -> None:
        surplus = len(self._legs) - self.settings.kept_calls
        over = (sid for sid, leg in self._legs.items() if leg.status not in LIVE)
        for sid in list(islice(over, max(surplus, 0))):
            del self._legs[sid]

    def _start(self, leg: Leg) -> None:
        threading.Thread(target=self._live, args=(leg,), name=leg.sid, daemon=True).start()

    def _live(self, leg: Leg) -> None:
        try:
            self.perform(leg)
        except Exception:
            _log.exception("A call of the phonebooth failed.")
        finally:
            self.end(leg, Status.COMPLETED if leg.is_answered else Status.FAILED)


def _tuning(settings: BoothSettings) -> Tuning:
    return Tuning(flavour=settings.flavour, speed=settings.speed, patience=settings.patience)
