"""How a citizen and an operator are brought together; which way the carrier's abilities decide.

With conferences the operator's phone rings at the offer, and answering it connects. Without, the
offer stands in the console, and its button sends the caller to the operator's phone.
"""

from dataclasses import dataclass

from hotline.calls import finding
from hotline.calls.kinds import Device, LegRole, LegState
from hotline.calls.models import Call, CallLeg, new_ref
from hotline.calls.seat_models import Seat
from hotline.carrier import Capability, Carrier
from hotline.errors import Refused
from hotline.extensions import db


@dataclass(frozen=True)
class Ways:
    """What of a carrier decides the way."""

    has_conference: bool
    has_client: bool

    @classmethod
    def of(cls, carrier: Carrier) -> "Ways":
        """The ways of this carrier."""
        return cls(carrier.can(Capability.CONFERENCE), carrier.can(Capability.CLIENT))

    @property
    def rings_at_offer(self) -> bool:
        """Whether the operator's own phone rings; else the console's button connects."""
        return self.has_conference


def needs_conference(ways: Ways) -> None:
    """Raises Refused (`no_conference`) where the carrier can't join three ends."""
    if not ways.has_conference:
        raise Refused(
            "no_conference",
            "This carrier can't join a third person: pass the call on instead.",
        )


def is_elsewhere(call: Call) -> bool:
    """Whether another exchange holds the line, so that nothing can be done with it from here."""
    return any(one.is_elsewhere for one in finding.all_legs(call))


def needs_own_line(call: Call) -> None:
    """Raises Refused (`held_elsewhere`) where another exchange holds the line."""
    if is_elsewhere(call):
        raise Refused(
            "held_elsewhere",
            "Another exchange holds this call: use the keys of its telephone.",
        )


def address_of(seat: Seat, login: str) -> str:
    """Where an operator's phone is reached: `client:…`, `sip:…` or a number."""
    return f"client:{login}" if seat.device is Device.BROWSER else seat.address or ""


def new_leg(
    call: Call, role: LegRole, *, address: str | None, staff_id: int | None = None, label: str = "",
) -> CallLeg:  # fmt: skip
    """Another end of a call, not yet dialled."""
    leg = CallLeg(
        call_id=call.id,
        ref=new_ref(),
        role=role,
        address=address,
        staff_id=staff_id,
        label=label,
        state=LegState.PLANNED,
        created_at=call.heard_at,
    )
    db.session.add(leg)
    db.session.flush()
    return leg
