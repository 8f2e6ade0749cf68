"""A carrier in memory: takes texts, fails as it is told, lists what it has taken."""

from dataclasses import dataclass, field
from datetime import datetime

from hotline.carrier import CarrierError, SentText


@dataclass
class Taken:
    """A text the carrier has."""

    to: str
    body: str
    provider_id: str


@dataclass
class Carrier:
    """`faults` are raised one a call; after each one in `taken_all_the_same` the text is there."""

    taken: list[Taken] = field(default_factory=list)
    faults: list[Exception | None] = field(default_factory=list)
    finding_faults: list[CarrierError] = field(default_factory=list)
    takes_all_the_same: bool = False
    is_signed: bool = True
    looked_for: int = 0

    def send_text(self, to: str, text: str, *, reference: str) -> SentText:
        """Take the text, or fail as the next fault says."""
        fault = self.faults.pop(0) if self.faults else None
        if fault is None or self.takes_all_the_same:
            self.taken.append(Taken(to, text, f"SM{len(self.taken):032d}"))
        if fault is not None:
            raise fault
        return SentText(self.taken[-1].provider_id, "queued")

    def find_text(self, to: str, text: str, since: datetime) -> SentText | None:
        """The newest text with these words."""
        self.looked_for += 1
        if self.finding_faults:
            raise self.finding_faults.pop(0)
        for one in reversed(self.taken):
            if (one.to, one.body) == (to, text):
                return SentText(one.provider_id, "sent")
        return None

    def verify(self, url: str, form_params: object, signature: object) -> bool:
        """Whether this test's requests count as signed."""
        return self.is_signed
