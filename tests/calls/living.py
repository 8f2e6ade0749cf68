"""Calls lived through without a carrier: what each test stands on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from hotline.access import Role
from hotline.calls import arriving, ending, finding, offering, queueing, seating, talking
from hotline.calls.arriving import Arrival
from hotline.calls.bridging import Ways
from hotline.calls.ending import At, LegReport
from hotline.calls.kinds import Device, LegRole, SeatState
from hotline.calls.models import Call, CallLeg, CarrierOrder
from hotline.calls.rules import CallRules
from hotline.calls.seat_models import Seat
from hotline.calls.states import CallState
from hotline.extensions import db
from hotline.people.models import Staff
from tests import factories

START = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
RULES = CallRules()
CONFERENCE = Ways(has_conference=True, has_client=True)
DIAL = Ways(has_conference=False, has_client=False)
CITY = ZoneInfo("Asia/Shanghai")
PHONE = "+8613812345678"


class Hall:
    """A hotline at one moment; time goes on only when it is told to."""

    def __init__(self, ways: Ways = CONFERENCE, *, made: int = 0, **rules: Any) -> None:
        self.now, self.ways, self.rules, self._made = START, ways, CallRules(**rules), made

    @property
    def at(self) -> At:
        return At(self.now, CITY, self.rules, self.ways)

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def operator(self, name: str, *skills: str, is_ready: bool = True) -> Staff:
        """Somebody with a phone, ready unless told otherwise."""
        person = factories.staff(name, Role.OPERATOR)
        seat = seating.locked(person.id, self.now)
        seat.skills = list(skills)
        if self.ways.has_client:
            seating.note_phone(person.id, now=self.now)
        else:
            seat.device, seat.address = Device.NUMBER, f"+86335380{person.id:04d}"
        if is_ready:
            seating.set_state(person.id, SeatState.READY, None, now=self.now, ways=self.ways)
        db.session.flush()
        return person

    def caller(self, phone: str | None = PHONE, *, is_waiting: bool = True) -> Call:
        """Somebody who dialled, and by default waits."""
        self._made += 1
        arrival = Arrival(f"CA{self._made:032d}", phone, "+8633512345")
        call = arriving.arrive(arrival, now=self.now, rules=self.rules)
        arriving.greet(call, now=self.now)
        if is_waiting:
            queueing.enter(call, now=self.now, rules=self.rules)
        db.session.flush()
        return call

    def distribute(self) -> int:
        return offering.distribute(now=self.now, rules=self.rules, ways=self.ways)

    def ringing(self, call: Call) -> CallLeg:
        """The end that was dialled last and is not over."""
        return finding.open_legs(call, LegRole.OPERATOR, LegRole.THIRD)[-1]

    def picks_up(self, call: Call, leg: CallLeg | None = None) -> bool:
        """The operator answers: on the phone, or in the console where no phone rings."""
        if self.ways.rings_at_offer:
            leg = leg or self.ringing(call)
            return talking.answered(call, leg, now=self.now, ways=self.ways)
        talking.accept(call, by=call.offered_to or 0, now=self.now, ways=self.ways)
        return True

    def ends(self, call: Call, leg: CallLeg | None, status: str = "completed") -> None:
        """The carrier tells that this end is over."""
        assert leg is not None
        ending.leg_changed(call, leg, LegReport(status), self.at)
        db.session.flush()

    def citizen_hangs_up(self, call: Call) -> None:
        self.ends(call, next(x for x in finding.all_legs(call) if x.role is LegRole.CITIZEN))


def seat(person: Staff) -> Seat:
    """How this operator's seat stands."""
    db.session.flush()
    found = db.session.get(Seat, person.id)
    assert found is not None
    return found


def fate(call: Call) -> CallState:
    """Where the call is now."""
    db.session.flush()
    return call.state


def asked(call: Call) -> list[tuple[str, str, str]]:
    """What was asked of the carrier, in order: whose end, what, which document."""
    db.session.flush()
    rows = db.session.execute(
        select(CallLeg.role, CarrierOrder.asked, CarrierOrder.step)
        .join(CallLeg, CallLeg.id == CarrierOrder.leg_id)
        .where(CallLeg.call_id == call.id, CarrierOrder.state == "waiting")
        .order_by(CarrierOrder.id)
    )
    return [(role.value, order.value, step) for role, order, step in rows]


def owed() -> list[Call]:
    """Calls back that wait."""
    db.session.flush()
    waiting = select(Call).where(Call.direction == "outbound", Call.state == "waiting")
    return list(db.session.scalars(waiting.order_by(Call.id)))
