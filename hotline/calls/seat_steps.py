"""What an operator does with a call, one function a verb; pages and the API do it alike.

Decided here: that taking another call writes up the one before. Everything else is decided in
`talking`, `offering`, `ending`, `seating`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hotline import access
from hotline.access import Viewer
from hotline.calls import (
    clicking,
    dialling,
    ending,
    finding,
    linking,
    offering,
    overseeing,
    seating,
    talking,
    targets,
)
from hotline.calls.circumstances import present
from hotline.calls.ending import At
from hotline.calls.kinds import Purpose, SeatState
from hotline.calls.models import Call
from hotline.calls.seat_forms import (
    FinishForm,
    NothingForm,
    PhoneForm,
    StateForm,
    TargetForm,
    ThirdForm,
    TicketForm,
)
from hotline.calls.states import CallState
from hotline.errors import Invalid, NotFound
from hotline.fields import Form
from hotline.tickets import access as ticket_access


@dataclass(frozen=True)
class Hand:
    """Who does it, when, by which rules."""

    viewer: Viewer
    at: At

    @property
    def by(self) -> int:
        """The operator."""
        return self.viewer.staff_id


def hand() -> Hand:
    """The operator of this request. Raises Unauthenticated."""
    return Hand(access.current(), present())


def set_state(data: StateForm, how: Hand) -> None:
    """Ready, break or off; while a call is written up, that ends with it."""
    _written_up(how)
    seating.set_state(how.by, data.wanted, data.reason, now=how.at.now, ways=how.at.ways)


def choose_phone(data: PhoneForm, how: Hand) -> None:
    """Where the calls ring."""
    seating.choose_phone(how.by, data.device, data.address, now=how.at.now)


def click(number: str, ticket_id: int | None, how: Hand) -> Call:
    """Dial a number for the operator."""
    _written_up(how)
    return dialling.click(how.by, number, ticket_id=ticket_id, now=how.at.now, ways=how.at.ways)


def click_ticket(number: str, how: Hand) -> Call:
    """Dial a ticket's citizen."""
    found, ticket_id = clicking.of_ticket(how.viewer, number, how.at.now)
    return click(found, ticket_id, how)


def _answer(call: Call, _data: Any, how: Hand) -> None:
    talking.accept(call, by=how.by, now=how.at.now, ways=how.at.ways)


def _decline(call: Call, _data: Any, how: Hand) -> None:
    """Of a call that is talked on: of the colleague who is called in."""
    if call.state is CallState.CONNECTED:
        offering.let_pass(call, by=how.by, now=how.at.now)
    else:
        offering.decline(call, by=how.by, now=how.at.now, rules=how.at.rules)


def _pick(call: Call, _data: Any, how: Hand) -> None:
    _written_up(how)
    offering.pick(call, by=how.by, now=how.at.now, ways=how.at.ways)


def _hold(call: Call, _data: Any, how: Hand) -> None:
    talking.hold(call, by=how.by, now=how.at.now)


def _resume(call: Call, _data: Any, how: Hand) -> None:
    talking.resume(call, by=how.by, now=how.at.now, ways=how.at.ways)


def _call_in(call: Call, data: TargetForm, how: Hand) -> None:
    target = targets.chosen(data.target, data.number, now=how.at.now, zone=how.at.zone)
    talking.call_in(call, target, by=how.by, now=how.at.now, ways=how.at.ways)


def _pass_on(call: Call, data: TargetForm, how: Hand) -> None:
    """To whom is named, or to who was called in before."""
    target = None
    if data.target or data.number:
        target = targets.chosen(data.target, data.number, now=how.at.now, zone=how.at.zone)
    at = how.at
    talking.pass_on(call, target, by=how.by, now=at.now, rules=at.rules, ways=at.ways)


def _drop(call: Call, data: ThirdForm, how: Hand) -> None:
    leg = next((one for one in finding.open_legs(call) if one.ref == data.leg), None)
    if leg is None:
        raise NotFound("leg_unknown", "Nobody of this kind is on the line any more.", field="leg")
    talking.drop_third(call, leg, by=how.by, now=how.at.now)


def _hang_up(call: Call, data: Any, how: Hand) -> None:
    """Of a call that we make and nobody has answered yet: take it back."""
    if call.state is CallState.OFFERED and call.purpose is Purpose.CLICK:
        _decline(call, data, how)
    else:
        talking.hang_up(call, by=how.by, now=how.at.now, rules=how.at.rules)


def _stop_listening(call: Call, _data: Any, how: Hand) -> None:
    overseeing.stop_listening(call, how.by, now=how.at.now)


def _finish(call: Call, data: FinishForm, how: Hand) -> None:
    ending.finish(call, by=how.by, result=data.result, note=data.note, at=how.at)


def _ticket(call: Call, data: TicketForm, how: Hand) -> None:
    """The call is about this ticket too."""
    linking.own(call.ref, how.by)
    try:
        ticket = ticket_access.see(how.viewer, data.number)
    except NotFound as error:
        raise Invalid("ticket_not_found", "There is no such ticket.", field="number") from error
    linking.link(call, ticket.id, by=how.by, now=how.at.now)


Do = Callable[[Call, Any, Hand], None]
VERBS: Mapping[str, tuple[type[Form], Do, str]] = {
    "answer": (NothingForm, _answer, "Answer a call that rings in the console alone."),
    "decline": (NothingForm, _decline, "Let a call pass that is offered."),
    "pick": (NothingForm, _pick, "Take a call out of the queue."),
    "hold": (NothingForm, _hold, "The citizen hears music."),
    "resume": (NothingForm, _resume, "Back to the citizen."),
    "call-in": (TargetForm, _call_in, "Ring a third person into the talk."),
    "pass-on": (TargetForm, _pass_on, "Leave the citizen with somebody else."),
    "drop": (ThirdForm, _drop, "Let go of who was called in."),
    "hang-up": (NothingForm, _hang_up, "End the talk."),
    "stop-listening": (NothingForm, _stop_listening, "Listen in no longer."),
    "finish": (FinishForm, _finish, "Write down what came of the call."),
    "ticket": (TicketForm, _ticket, "The call is about this ticket."),
}
"""Verb → what it needs, what it does, what it is for."""


def _written_up(how: Hand) -> None:
    """The call before this one is over for the operator, too."""
    seat = seating.seat_of(how.by)
    if seat is not None and seat.state is SeatState.WRAP_UP and seat.call_id is not None:
        call = finding.by_id(seat.call_id)
        ending.finish(call, by=how.by, result=None, note="", at=how.at)
