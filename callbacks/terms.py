"""What every step needs besides the ticket: the moment, the rules in force, the numbers."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from callbacks.windows import DEFAULTS, CallbackRules
from hotline.tickets.rulebook import Rulebook


@dataclass(frozen=True)
class Terms:
    """On what terms something is done; operations look none of it up."""

    now: datetime
    book: Rulebook
    numbers: CallbackRules = DEFAULTS
    is_held: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The city's zone."""
        return self.book.calendar.zone

    @property
    def today(self) -> date:
        """The day in the city."""
        return self.now.astimezone(self.zone).date()
