"""Carries requests to the hotline, and lets the faults strike them.

Decides when and how often a request is made; what it says is `webhooks`' matter, which
requests there are is `exchange`'s.
"""

import threading
from collections.abc import Callable
from functools import partial

from phonebooth import clock, webhooks
from phonebooth.faults import Direction, Fault, FaultBoard, Kind
from phonebooth.lanes import Call, Lanes
from phonebooth.settings import BoothSettings
from phonebooth.store import Delivery, Store
from phonebooth.webhooks import Outcome, Webhook

Then = Callable[[Outcome], None]


class Courier:
    """The way from the carrier to the hotline."""

    def __init__(self, settings: BoothSettings, store: Store, board: FaultBoard) -> None:
        self._settings, self._store, self._board = settings, store, board
        self._lanes = Lanes()
        self._lock = threading.Lock()
        self._held: dict[Direction, list[tuple[str, Call]]] = {way: [] for way in Direction}

    @property
    def backlog(self) -> int:
        """How many pieces of work are due or planned."""
        return len(self._lanes)

    def later(self, phone: str, seconds: float, call: Call) -> None:
        """Run `call` in the phone's turn, in that many seconds."""
        self._lanes.later(phone, seconds, call)

    def deliver(self, webhook: Webhook, then: Then) -> None:
        """Make the request as the faults have it, then tell `then` the last outcome."""
        struck = self._board.strike(webhook.direction, webhook.phone, webhook.url)
        if Kind.DROP in struck:
            self._finish(webhook, Outcome(problem="dropped"), then)
            return
        call = partial(self._make, webhook, struck, then)
        if Kind.REORDER in struck:
            self._hold(webhook, struck[Kind.REORDER].lasts, call)
        elif Kind.DELAY in struck:
            self.later(webhook.phone, struck[Kind.DELAY].lasts, call)
        else:
            call()

    def close(self) -> None:
        """Stop carrying; what is on its way is forgotten, as the messages are."""
        self._lanes.close()

    def _make(self, webhook: Webhook, struck: dict[Kind, Fault], then: Then) -> None:
        patience = struck[Kind.TIME_OUT].lasts if Kind.TIME_OUT in struck else None
        outcome = webhooks.post(webhook, self._settings, patience=patience)
        for _ in range(struck[Kind.REPEAT].copies if Kind.REPEAT in struck else 0):
            self._log(webhook, outcome)
            outcome = webhooks.post(webhook, self._settings, patience=patience)
        self._finish(webhook, outcome, then)
        self._release(webhook.direction)

    def _finish(self, webhook: Webhook, outcome: Outcome, then: Then) -> None:
        self._log(webhook, outcome)
        then(outcome)

    def _log(self, webhook: Webhook, outcome: Outcome) -> None:
        self._store.log(
            Delivery(
                at=clock.now(),
                direction=webhook.direction,
                sid=webhook.sid,
                phone=webhook.phone,
                url=webhook.url,
                token=webhook.token,
                status=outcome.status,
                problem=outcome.problem,
                seconds=outcome.seconds,
            )
        )

    def _hold(self, webhook: Webhook, seconds: float, call: Call) -> None:
        """Keep it back until another of its direction has gone, at most so many seconds."""
        held = (webhook.phone, call)
        with self._lock:
            self._held[webhook.direction].append(held)
        self.later(webhook.phone, seconds, partial(self._let_go, webhook.direction, held))

    def _let_go(self, direction: Direction, held: tuple[str, Call]) -> None:
        with self._lock:
            if held not in self._held[direction]:
                return
            self._held[direction].remove(held)
        held[1]()

    def _release(self, direction: Direction) -> None:
        with self._lock:
            overtaken, self._held[direction] = self._held[direction], []
        for phone, call in overtaken:
            self.later(phone, 0, call)
