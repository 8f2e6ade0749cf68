"""Random histories of several calls and operators, by both ways; what must hold after each step.

`HISTORIES=500` lives through more of them.
"""

import contextlib
import os
import random
from collections.abc import Callable

import pytest
from sqlalchemy import exists, select

from hotline.calls import ending, finding, offering, queueing, seating, talking
from hotline.calls.ending import LegReport
from hotline.calls.kinds import BreakReason, LegRole, LegState, SeatState
from hotline.calls.models import Call, CallLeg, CarrierOrder
from hotline.calls.seat_models import Seat, SeatSpan
from hotline.calls.states import FATES, UNDER_WAY, CallState
from hotline.calls.talking import Target
from hotline.errors import Refused
from hotline.extensions import db
from hotline.people.models import Staff
from tests.calls.living import CONFERENCE, DIAL, Hall

pytestmark = pytest.mark.usefixtures("app")
STEPS = 60
SEEDS = range(int(os.environ.get("HISTORIES", "8")))
STATUSES = ["ringing", "in-progress", "completed", "busy", "no-answer", "failed"]
PHONES = ["+8613800000001", "+8613800000002", "+8613800000003", None]


class Day:
    """A day of calls, drawn by one seed."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.hall = Hall(DIAL if seed % 2 else CONFERENCE)
        self.people = [self.hall.operator(f"op{n}", is_ready=n < 3) for n in range(4)]
        self.steps: list[Callable[[], object]] = [
            self.somebody_dials,
            self.hall.distribute,
            self.hall.distribute,
            self.offers_end,
            self.somebody_picks_up,
            self.somebody_picks_up,
            self.the_carrier_tells,
            self.the_carrier_tells,
            self.somebody_does_something_on_a_call,
            self.somebody_does_something_on_a_call,
            self.somebody_chooses_a_state,
            self.somebody_finishes,
            self.somebody_waits_no_longer,
            self.somebody_picks_from_the_queue,
        ]

    def step(self) -> None:
        self.hall.later(self.draw.choice([0, 1, 4, 16, 70]))
        ending.end_wrap_ups(self.hall.at)
        with contextlib.suppress(Refused):
            self.draw.choice(self.steps)()
        db.session.flush()

    def somebody_dials(self) -> None:
        self.hall.caller(self.draw.choice(PHONES), is_waiting=self.draw.random() < 0.8)

    def offers_end(self) -> None:
        offering.end_offers(now=self.hall.now, rules=self.hall.rules)

    def somebody_picks_up(self) -> None:
        call = self.some(CallState.OFFERED)
        if call is not None:
            self.hall.picks_up(call)

    def the_carrier_tells(self) -> None:
        legs = list(db.session.scalars(select(CallLeg).order_by(CallLeg.id)))
        if legs:
            leg = self.draw.choice(legs)
            report = LegReport(self.draw.choice(STATUSES), self.draw.randint(-1, 4))
            ending.leg_changed(finding.by_id(leg.call_id), leg, report, self.hall.at)

    def somebody_does_something_on_a_call(self) -> None:
        call = self.some(CallState.CONNECTED)
        if call is None or call.staff_id is None:
            return
        by, now = call.staff_id, self.hall.now
        ways, rules = self.hall.ways, self.hall.rules
        other = Target("other", staff_id=self.draw.choice(self.people).id)
        thirds = finding.open_legs(call, LegRole.THIRD)
        deeds: list[Callable[[], object]] = [
            lambda: talking.hold(call, by=by, now=now),
            lambda: talking.resume(call, by=by, now=now, ways=ways),
            lambda: talking.call_in(call, other, by=by, now=now, ways=ways),
            lambda: [talking.answered(call, leg, now=now, ways=ways) for leg in thirds],
            lambda: talking.pass_on(call, None, by=by, now=now, rules=rules, ways=ways),
            lambda: talking.pass_on(call, other, by=by, now=now, rules=rules, ways=ways),
            lambda: talking.hang_up(call, by=by, now=now, rules=rules),
        ]
        self.draw.choice(deeds)()

    def somebody_chooses_a_state(self) -> None:
        state = self.draw.choice([SeatState.READY, SeatState.READY, SeatState.BREAK, SeatState.OFF])
        person = self.draw.choice(self.people)
        if self.hall.ways.has_client:
            seating.note_phone(person.id, now=self.hall.now)
        rest = BreakReason.REST
        seating.set_state(person.id, state, rest, now=self.hall.now, ways=self.hall.ways)

    def somebody_finishes(self) -> None:
        call = self.some(CallState.WRAP_UP)
        if call is not None and call.staff_id is not None:
            ending.finish(call, by=call.staff_id, result=None, note="", at=self.hall.at)

    def somebody_waits_no_longer(self) -> None:
        call = self.some(CallState.WAITING)
        if call is None or call.direction == "outbound":
            return
        if self.draw.random() < 0.5:
            queueing.ask_back(
                call, now=self.hall.now, zone=self.hall.at.zone, rules=self.hall.rules
            )
        else:
            self.hall.citizen_hangs_up(call)

    def somebody_picks_from_the_queue(self) -> None:
        call, person = self.some(CallState.WAITING), self.draw.choice(self.people)
        if call is not None:
            offering.pick(call, by=person.id, now=self.hall.now, ways=self.hall.ways)

    def some(self, state: CallState) -> Call | None:
        found = list(db.session.scalars(select(Call).where(Call.state == state).order_by(Call.id)))
        call = self.draw.choice(found) if found else None
        return finding.by_id(call.id) if call else None

    def evening(self) -> None:
        """Everybody hangs up, everything is written up."""
        self.hall.later(60)
        for leg in db.session.scalars(select(CallLeg).order_by(CallLeg.id)).all():
            ending.leg_changed(
                finding.by_id(leg.call_id), leg, LegReport("completed"), self.hall.at
            )
            db.session.flush()
        self.hall.later(100)
        ending.end_wrap_ups(self.hall.at)
        db.session.flush()


def is_sound(people: list[Staff]) -> None:
    """What holds after every step."""
    seats = {s.staff_id: s for s in db.session.scalars(select(Seat))}
    calls = {c.id: c for c in db.session.scalars(select(Call))}
    for call in calls.values():
        assert (call.state is CallState.OFFERED) == (call.offered_to is not None), call.state
        if call.offered_to is not None:
            assert seats[call.offered_to].call_id == call.id
            assert seats[call.offered_to].state is SeatState.RINGING
        if call.state in UNDER_WAY and call.direction == "inbound":
            assert call.ended_at is None, call.state
        if call.state is CallState.WAITING:
            assert call.staff_id is None
    for seat in seats.values():
        if seat.state is SeatState.ON_CALL:
            assert seat.call_id is not None
            assert calls[seat.call_id].state is CallState.CONNECTED
        if seat.state is SeatState.RINGING:
            assert seat.call_id is not None
            assert calls[seat.call_id].state in (CallState.OFFERED, CallState.CONNECTED)
        assert (seat.state is SeatState.WRAP_UP) == (seat.wrap_up_until is not None)
    now = db.session.scalars(select(SeatSpan).where(SeatSpan.until.is_(None))).all()
    assert {(one.staff_id, one.state) for one in now} == {
        (one.staff_id, one.state) for one in seats.values() if one.state is not SeatState.OFF
    }
    is_leaving = exists().where(CarrierOrder.leg_id == CallLeg.id, CarrierOrder.asked == "hang_up")
    is_open = (CallLeg.state != LegState.ENDED, ~is_leaving)
    open_ones = db.session.scalars(select(CallLeg).where(*is_open)).all()
    busy = [one.staff_id for one in open_ones if one.staff_id is not None]
    assert len(busy) == len(set(busy)), "an operator has two open ends"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_day_of_calls(seed: int) -> None:
    day = Day(seed)
    for _ in range(STEPS):
        day.step()
        is_sound(day.people)
    day.evening()
    is_sound(day.people)
    left = db.session.scalars(select(Call).where(Call.state.not_in(FATES))).all()
    assert all(one.direction == "outbound" for one in left), [one.state for one in left]
    assert {one.state for one in left} <= {CallState.WAITING, CallState.OFFERED}
