"""The carrier: its texts, from one end to the other, and its telephone network.

A citizen's text becomes a signed webhook, and the answer's messages come back; a text of
the hotline is queued, sent and delivered with a report at each step, or undelivered when
the phone is switched off.
"""

import threading
from functools import partial
from urllib.parse import urljoin
from uuid import uuid4

from flask import current_app

from phonebooth import clock, twiml, webhooks
from phonebooth.courier import Courier
from phonebooth.faults import FaultBoard
from phonebooth.network import Network
from phonebooth.performing import perform
from phonebooth.settings import BoothSettings
from phonebooth.store import Handover, Message, Store, Way
from phonebooth.webhooks import Outcome

UNREACHABLE = 30003
_ENDPOINT = "phonebooth"


class Exchange:
    """The one carrier of this process, with all that it holds."""

    def __init__(self, settings: BoothSettings) -> None:
        self.settings = settings
        self.store = Store(
            messages=settings.kept_messages,
            phones=settings.kept_phones,
            deliveries=settings.kept_deliveries,
        )
        self.board = FaultBoard()
        self._courier = Courier(settings, self.store, self.board)
        self.network = Network(settings, self._courier, self.board)
        self.network.perform = partial(perform, network=self.network)
        self.network.is_off = self.store.is_off
        self._closing = threading.Event()
        self._epoch = uuid4().hex[:8]

    @property
    def seen(self) -> str:
        """What a page has seen so far; another word after any change, or a restart."""
        return f"{self._epoch}.{self.store.revision}"

    @property
    def is_full(self) -> bool:
        """Whether so much is waiting that no more can be taken."""
        return self._courier.backlog > self.settings.longest_backlog

    def text_hotline(self, phone: str, body: str) -> Message:
        """A citizen sends a text; it is on its way when this returns."""
        at = clock.now()
        message = self.store.add(
            Message(
                sid=_new_sid(),
                way=Way.INBOUND,
                sender=phone,
                recipient=self.settings.hotline_number,
                body=body,
                status="received",
                created_at=at,
                updated_at=at,
                sent_at=at,
                handover=Handover.WAITING,
            )
        )
        webhook = webhooks.inbound_text(self.settings, message)
        then = partial(self._handed_over, message)
        self._courier.later(phone, 0, partial(self._courier.deliver, webhook, then))
        return message

    def text_citizen(
        self, phone: str, body: str, status_callback: str, *, way: Way = Way.OUTBOUND_API
    ) -> Message:
        """The hotline sends a text; it is queued when this returns."""
        at = clock.now()
        message = self.store.add(
            Message(
                sid=_new_sid(),
                way=way,
                sender=self.settings.hotline_number,
                recipient=phone,
                body=body,
                status="queued",
                created_at=at,
                updated_at=at,
                status_callback=status_callback,
            )
        )
        to_sent = self.settings.seconds_to_sent
        to_end = to_sent + self.settings.seconds_to_delivered
        self._courier.later(phone, 0, partial(self._report, message))
        self._courier.later(phone, to_sent, partial(self._is_sent, message.sid))
        self._courier.later(phone, to_end, partial(self._arrives, message.sid, phone))
        return message

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the process."""
        self._closing.wait(seconds)

    def close(self) -> None:
        """Stop the background work."""
        self._closing.set()
        self.network.close()
        self._courier.close()

    def _handed_over(self, message: Message, outcome: Outcome) -> None:
        if outcome.problem == "dropped":
            self.store.change(message.sid, handover=Handover.LOST)
            return
        if not outcome.is_taken:
            problem = outcome.problem or str(outcome.status)
            self.store.change(message.sid, handover=Handover.FAILED, problem=problem)
            return
        self.store.change(message.sid, handover=Handover.TAKEN)
        for reply in twiml.replies(outcome.content_type, outcome.body):
            to = reply.to or message.sender
            callback = reply.status_callback and urljoin(
                self.settings.sms_webhook, reply.status_callback
            )
            self.text_citizen(to, reply.body, callback, way=Way.OUTBOUND_REPLY)

    def _is_sent(self, sid: str) -> None:
        at = clock.now()
        message = self.store.change(sid, status="sent", sent_at=at, updated_at=at)
        self._report(message)

    def _arrives(self, sid: str, phone: str) -> None:
        is_off = self.store.is_off(phone)
        message = self.store.change(
            sid,
            status="undelivered" if is_off else "delivered",
            error_code=UNREACHABLE if is_off else None,
            updated_at=clock.now(),
        )
        self._report(message)

    def _report(self, message: Message | None) -> None:
        if message is not None and message.status_callback:
            webhook = webhooks.message_status(self.settings, message)
            self._courier.deliver(webhook, _needs_no_answer)


def install(exchange: Exchange, extensions: dict[str, object]) -> None:
    """Make it the exchange of a Flask application."""
    extensions[_ENDPOINT] = exchange


def current() -> Exchange:
    """The exchange of the application that answers this request."""
    exchange = current_app.extensions[_ENDPOINT]
    if not isinstance(exchange, Exchange):
        raise TypeError("This application is not a phonebooth.")
    return exchange


def _needs_no_answer(_outcome: Outcome) -> None:
    """A report is made once; its answer decides nothing."""


def _new_sid() -> str:
    return f"SM{uuid4().hex}"
