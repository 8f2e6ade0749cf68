"""What a viewer gets of a ticket: a frozen view, never the row.

Pages, API, print, export and search snippets are built from it alone, so nothing that is
not in it can slip out.
"""

from dataclasses import dataclass
from datetime import datetime

from hotline.tickets import states
from hotline.tickets.clocks import Lamp
from hotline.tickets.kinds import Channel, RequestType, Urgency
from hotline.tickets.states import FINAL, State, Verb

HIDDEN = "***"


@dataclass(frozen=True)
class Person:
    """Who reported, as far as it is shown: the name, numbers masked."""

    name: str | None
    phone: str | None
    citizen_id: int | None
    alt_phone: str | None = None
    on_behalf_of: str | None = None
    contact_wish: str | None = None

    @property
    def has_phone(self) -> bool:
        """Whether there is a number to be called."""
        return self.phone is not None

    @property
    def has_any_phone(self) -> bool:
        """Whether there is any number, be it only the second."""
        return self.phone is not None or self.alt_phone is not None


@dataclass(frozen=True)
class TicketView:
    """One ticket as one viewer may see it."""

    id: int
    number: str
    state: State
    channel: Channel
    request_type: RequestType | None
    category_code: str | None
    category_name: str | None
    urgency: Urgency
    is_confidential: bool
    is_history: bool
    district_code: str | None
    entered_by: str
    received_at: datetime
    entered_late_at: datetime | None
    sorted_at: datetime | None
    closed_at: datetime | None
    round: int
    due_at: datetime | None
    lamp: Lamp
    suspended_until: datetime | None
    merged_into_id: int | None
    reopened_from: str | None
    urges: int
    urged_at: datetime | None
    upstream_system: str | None
    upstream_number: str | None
    lead_id: int | None
    lead_code: str | None
    lead_name: str | None
    title: str
    body: str
    unit_text: str | None
    place: str
    lat: float | None
    lng: float | None
    person: Person | None

    @property
    def is_final(self) -> bool:
        """Whether nothing more is under way."""
        return self.state in FINAL

    def allows(self, verb: Verb) -> bool:
        """Whether the state allows the verb; who may is asked elsewhere."""
        return verb in states.possible(self.state)
