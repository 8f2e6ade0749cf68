"""The people of a scenario: citizens with phones, operators with desks."""

from dataclasses import dataclass, field
from typing import Any

import requests

from hotline.access import Role
from hotline.calls import seating
from hotline.calls.bridging import Ways
from hotline.calls.kinds import BreakReason, Device, SeatState
from hotline.calls.seat_models import Seat
from hotline.extensions import db
from phonebooth.behaviours import Answers, Behaviour
from phonebooth.legs import Leg
from tests import factories
from tests.scenarios.exchange import Exchange, Seen

LINE = "12345"


def _words(leg: Leg) -> str:
    return " ".join(
        f"{one.details.get('text', '')}{one.details.get('url', '')}" for one in leg.heard
    )


@dataclass
class Citizen:
    """Somebody with a phone of their own; `leg` is their end of the call they are in."""

    exchange: Exchange
    number: str
    legs: list[Leg] = field(default_factory=list)

    @classmethod
    def of(cls, exchange: Exchange) -> "Citizen":
        """Somebody new."""
        number = f"+861380000{next(exchange.numbers):04d}"
        exchange.meet(number)
        return cls(exchange, number)

    @property
    def leg(self) -> Leg:
        """Their end of the call they are in, or were in last."""
        return self.legs[-1]

    @property
    def call(self) -> Seen | None:
        """Their call, as soon as it is written down."""
        return self.exchange.call_at(self.leg.sid)

    def dials(self, *replies: str, line: str = LINE, is_anonymous: bool = False) -> "Citizen":
        """Call a line; `replies` are what they press or `say:` at each question."""
        network = self.exchange.network
        self.legs.append(
            network.incoming(self.number, line, is_anonymous=is_anonymous, replies=list(replies))
        )
        return self

    def is_called(self) -> "Citizen":
        """The hotline calls, and they pick up."""
        known = {leg.sid for leg in self.legs}

        def ringing() -> Leg | None:
            found = self.exchange.network.live_at(self.number)
            return next((leg for leg in found if leg.sid not in known), None)

        self.legs.append(self.exchange.until(ringing, f"a call to {self.number}"))
        return self

    def behaves(self, answers: Answers, **how: Any) -> "Citizen":
        """How this phone does when it is called."""
        self.exchange.network.behaviours.set(self.number, Behaviour(answers=answers, **how))
        return self

    def waits(self, state: str = "waiting") -> Seen:
        """Until their call stands so."""

        def standing() -> Seen | None:
            return self.call if self.call and self.call.state == state else None

        return self.exchange.until(standing, f"{self.number} {state}", self.leg.heard)

    def hears(self, words: str) -> "Citizen":
        """Until these words, or the address of this sound, have been heard."""
        leg = self.leg
        self.exchange.until(lambda: words in _words(leg), f"{self.number} {words}", leg.heard)
        return self

    def has_heard(self, words: str) -> bool:
        """Whether that was heard on the last call."""
        return words in _words(self.leg)

    def is_joined(self, many: int = 1) -> "Citizen":
        """Until so many others are on the line."""
        leg, network = self.leg, self.exchange.network

        def joined() -> bool:
            with network.lock:
                return (len(leg.room.others(leg)) if leg.room else 0) == many

        self.exchange.until(joined, f"{self.number} with {many}", leg.heard)
        return self

    def presses(self, key: str) -> "Citizen":
        """At the next question."""
        leg, network = self.leg, self.exchange.network
        with network.lock:
            asked = network.wait_for(lambda: leg.doing.get("verb") == "Gather", 30.0)
            assert asked, (self.number, leg)
            network.press(leg, key)
        return self

    def will_press(self, key: str) -> "Citizen":
        """At each question from now on, also when it is asked again."""
        with self.exchange.network.lock:
            self.leg.replies.extend([key] * 5)
        return self

    def hangs_up(self) -> "Citizen":
        """That was all."""
        self.exchange.network.hang_up(self.leg)
        return self

    def is_let_go(self) -> "Citizen":
        """Until the hotline has hung up."""
        leg = self.leg
        self.exchange.until(lambda: not leg.is_live, f"the end of {self.number}", leg.heard)
        return self


@dataclass
class Operator:
    """Somebody at a desk who takes what they pick out of the queue, unless they are ready."""

    exchange: Exchange
    staff_id: int
    login: str
    address: str
    headers: dict[str, str]

    @classmethod
    def of(cls, exchange: Exchange, *skills: str, answers: Answers = Answers.ITSELF) -> "Operator":
        """Somebody new, on a break; each second one under Twilio with a phone in the browser."""
        nth = next(exchange.numbers)
        login, now = f"op{nth}", exchange.clock.now()
        with exchange.app.app_context():
            person = factories.staff(login, Role.OPERATOR)
            is_browser = exchange.is_twilio and nth % 2 == 0
            number = f"+86335380{nth:04d}"
            seat = seating.choose_phone(
                person.id,
                Device.BROWSER if is_browser else Device.NUMBER,
                "" if is_browser else number,
                now=now,
            )
            seating.note_phone(person.id, now=now)
            seat.skills = list(skills)
            ways = Ways.of(exchange.app.extensions["carrier"])
            seating.set_state(person.id, SeatState.BREAK, BreakReason.REST, now=now, ways=ways)
            db.session.commit()
            headers = factories.bearer(person)
            made = cls(
                exchange, person.id, login, f"client:{login}" if is_browser else number, headers
            )
        exchange.meet(made.address)
        exchange.network.behaviours.set(made.address, Behaviour(answers=answers))
        return made

    @property
    def leg(self) -> Leg:
        """Their end of the call they are in, or were in last."""
        return self.exchange.until(self._leg, f"a call to {self.login}")

    def does(self, verb: str, call: Seen, *, status: int = 200, **data: Any) -> dict[str, Any]:
        """A verb of the console, by its API."""
        return self.posts(f"/calls/{call.ref}/{verb}", status=status, **data)

    def posts(self, path: str, *, status: int = 200, **data: Any) -> dict[str, Any]:
        """A request to the API with this person's token."""
        url = f"{self.exchange.url}/api/v1{path}"
        answer = requests.post(url, json=data, headers=self.headers, timeout=30)
        assert answer.status_code == status, (self.login, path, answer.status_code, answer.text)
        found: dict[str, Any] = answer.json()
        return found

    def is_ready(self) -> "Operator":
        """Takes what comes from now on."""
        with self.exchange.app.app_context():
            seating.note_phone(self.staff_id, now=self.exchange.clock.now())
            db.session.commit()
        self.posts("/seat", state="ready")
        return self

    def takes_a_break(self) -> "Operator":
        """Takes no more, from the end of a call on if there is one."""
        self.posts("/seat", state="break", reason="rest")
        return self

    def picks(self, call: Seen) -> "Operator":
        """Take this call out of the queue, and only this one."""
        self.does("pick", call)
        self.takes_a_break()
        return self

    def talks(self, citizen: Citizen) -> Seen:
        """Take the citizen's waiting call, until both are on the line."""
        call = citizen.waits()
        self.picks(call).answers(call)
        citizen.is_joined()
        return citizen.waits("connected")

    def answers(self, call: Seen) -> None:
        """Where the offer rings no phone, the console's button."""
        if not self.exchange.is_twilio:
            self.does("answer", call)

    def hangs_up_phone(self) -> None:
        """Put the receiver down."""
        self.exchange.network.hang_up(self.leg)

    def stands(self, state: str) -> None:
        """Until their seat is so."""

        def standing() -> bool:
            with self.exchange.app.app_context():
                seat = db.session.get_one(Seat, self.staff_id)
                db.session.rollback()
                return seat.state == state

        self.exchange.until(standing, f"{self.login} {state}")

    def _leg(self) -> Leg | None:
        return next(iter(self.exchange.network.live_at(self.address)), None)
