"""How a citizen and an operator are brought together; which way the carrier's abilities decide.

With conferences the operator's phone rings at the offer, and answering it connects. Without, the
offer stands in the console, and its button sends the caller to the operator's phone.
"""

from dataclasses import dataclass

from hotline.calls.kinds import Device, LegRole, LegState
from hotline.calls.models import Call, CallLeg
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


def address_of(seat: Seat, login: str) -> str:
    """Where an operator's phone is reached: `client:…`, `sip:…` or a number."""
    return f"client:{login}" if seat.device is Device.BROWSER else seat.address or ""


def new_leg(
    call: Call, role: LegRole, *, address: str | None, ref: str, staff_id: int | None = None,
    label: str = "",
) -> CallLeg:  # fmt: skip
    """Another end of a call, not yet dialled."""
    leg = CallLeg(
        call_id=call.id,
        ref=ref,
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
