"""Where a leg carries out a document: what every verb needs, and how it goes on from there."""

from time import monotonic
from urllib.parse import urljoin

from phonebooth import clock, meeting
from phonebooth.legs import Leg, Move, Status
from phonebooth.network import Network
from phonebooth.recordings import seconds_of
from phonebooth.voice_twiml import TwimlError, Verb

_SHORTEST_TONE = 0.02


class GoTo(Exception):
    """The document ends here; the next is at this address."""

    def __init__(self, move: Move) -> None:
        super().__init__(move.url)
        self.move = move


class Finished(Exception):
    """The hotline hangs up, with this status."""

    def __init__(self, status: Status) -> None:
        super().__init__(status)
        self.status = status


class Stage:
    """One leg with the network it is in; `url` is the present document's address."""

    def __init__(self, leg: Leg, network: Network) -> None:
        self.leg, self.network = leg, network
        self.url = ""

    @property
    def is_somleng(self) -> bool:
        """Whether only the smaller set of verbs is known."""
        return self.network.tuning.is_somleng

    def address(self, entered: str) -> str:
        """An address in the document, made absolute."""
        return urljoin(self.url, entered)

    def go_on(self, verb: Verb, fields: dict[str, str]) -> None:
        """Leave for the verb's `action`, else stay at the document's own address."""
        raise GoTo(Move(url=self.address(verb.get("action")), fields=fields))

    def answer(self) -> None:
        """Take an incoming call that still rings."""
        leg = self.leg
        with self.network.lock:
            leg.check()
            if not leg.is_answered:
                leg.status, leg.started_at = Status.IN_PROGRESS, clock.now()
                self.network.tell(leg, "connected")
                self.network.reporter.step(leg, "answered", Status.IN_PROGRESS.value)

    def does(self, verb: str, **details: object) -> None:
        """Note what the leg does now; the board of faults may have it hung up here."""
        leg = self.leg
        with self.network.lock:
            leg.doing = {"verb": verb, **details}
            leg.touch()
            self.step(verb)

    def step(self, name: str) -> None:
        """One more step of that name; hangs up when a fault says so."""
        leg = self.leg
        with self.network.lock:
            leg.steps[name] = nth = leg.steps.get(name, 0) + 1
            if self.network.board.hangs_up(leg.far_end, name, nth):
                self.network.hang_up(leg)
            leg.check()

    def lasts(self, seconds: float) -> bool:
        """A machine takes so long; True when a key or a word came in between, if keys count."""
        brief = max(seconds / self.network.tuning.speed, min(seconds, _SHORTEST_TONE))
        with self.network.lock:
            return self.leg.rest(brief, lambda: self.is_interrupted)

    @property
    def is_interrupted(self) -> bool:
        """Whether what is said meanwhile has lost its purpose: answered, or the wait is over."""
        leg = self.leg
        if leg.doing.get("verb") == "Conference":
            return leg.room is None or leg.room.is_started or leg.room.is_over
        is_asking = leg.doing.get("verb") == "Gather"
        return is_asking and bool(leg.keys or (leg.words and leg.doing.get("is_speech")))

    def waits(self, seconds: float) -> float:
        """How long is waited for a person."""
        return seconds * self.network.tuning.patience

    def says(self, text: str, language: str = "") -> bool:
        """Say something on this leg; True when it was interrupted."""
        seconds = seconds_of(text)
        with self.network.lock:
            self.leg.check()
            meeting.note(self.leg, "hotline", text)
            self.network.tell(self.leg, "say", text=text, lang=language, seconds=seconds)
        return self.lasts(seconds)

    def is_stirred(self, seconds: float) -> bool:
        """Whether the person at the end did something in the last so many seconds."""
        return monotonic() - self.leg.stirred_at < seconds

    def warn(self, code: int, words: str) -> None:
        """Note what the carrier would write into its log of warnings."""
        if self.is_somleng:
            raise TwimlError(code, words)
        self.network.tell(self.leg, "warning", code=code, text=words)
