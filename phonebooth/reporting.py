"""What the hotline is told of calls without being asked: each in the leg's turn, once."""

from functools import partial

from phonebooth import voice_webhooks
from phonebooth.courier import Courier
from phonebooth.legs import Leg
from phonebooth.recordings import Recording
from phonebooth.settings import BoothSettings
from phonebooth.webhooks import Outcome, Webhook


class Reporter:
    """Called under the network's lock; what it sends goes out in other threads."""

    def __init__(self, settings: BoothSettings, courier: Courier) -> None:
        self._settings, self._courier = settings, courier

    def step(self, leg: Leg, event: str, status: str) -> None:
        """A leg has come a step further; told where its terms want it."""
        sequence, leg.sequence = leg.sequence, leg.sequence + 1
        if leg.terms.status_callback and event in leg.terms.events:
            number = 0 if voice_webhooks.is_somleng(leg) else sequence
            self.post(leg, voice_webhooks.call_status(self._settings, leg, status, number))

    def recording(self, leg: Leg, recording: Recording) -> None:
        """A recording has begun or ended; told where that is wanted."""
        if recording.callback and recording.status in recording.events:
            self.post(leg, voice_webhooks.recording_status(self._settings, leg, recording))

    def post(self, leg: Leg, webhook: Webhook) -> None:
        """Have it delivered; the answer decides nothing."""
        self._courier.later(leg.sid, 0, partial(self._courier.deliver, webhook, _needs_no_answer))


def _needs_no_answer(_outcome: Outcome) -> None:
    """A report is made once."""
