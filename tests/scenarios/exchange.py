"""A whole hotline and the phonebooth as its carrier, in one process; everything but the people.

The application answers over HTTP, its switchboard and relay run, recordings are fetched. A
scenario plays the people (`people`) and waits for what it wants to see; what became of a call is
read from the database ten times a second, once for all scenarios, and more often where few play.
"""

import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any, TypeVar

import pytest
import structlog
from apiflask import APIFlask
from sqlalchemy import select, update
from werkzeug.serving import WSGIRequestHandler, make_server

from hotline import crypto, jobs, relay, settings
from hotline.calls import recording_jobs
from hotline.calls.carrying_rules import CarryingRules
from hotline.calls.models import Call, CallLeg
from hotline.calls.rules import CallRules
from hotline.calls.switchboard import Switchboard
from hotline.carrier import Carrier
from hotline.extensions import db
from phonebooth.faults import Fault
from phonebooth.network import Network
from tests.phonebooth import published
from tests.phonebooth.running import API_KEY, API_SECRET, Booth, running_booth
from tests.phonebooth.running import settings as booth_settings
from tests.scenarios.clockwork import Clock

T = TypeVar("T")
SPEED, PATIENCE = 40.0, 0.3
"""A waiting sound of 8 s takes a fifth of a second, a question's 5 s one and a half."""
RULES: dict[str, Any] = {
    "wrap_up_seconds": 1,
    "calls_per_hour": 3,
    "service_level_seconds": 600,
    "short_abandon_seconds": 30,
}
LONGEST_SECONDS = 60.0
POLL_SECONDS = 0.1
"""Several dozen scenarios look at once: more often would cost more than what is looked at."""
WITH_FEW = 0.3
"""So much of every pause is enough where only a few look."""
JOB_FAILED = "job.failed"
BROKEN = frozenset(
    {
        *("voice.failed", "relay.reader_failed", "relay.database_away"),
        *(f"switchboard.{one}" for one in ("round_failed", "duty_failed", "work_failed")),
        *("switchboard.database_away", JOB_FAILED),
    }
)
"""What an exchange never says, however it is disturbed."""


class CutOffError(Exception):
    """Nothing more is to be waited for: the line was cut."""


@dataclass(frozen=True)
class Seen:
    """A call as it was a moment ago, with the carrier's ids of its ends."""

    id: int
    ref: str
    phone_index: bytes | None
    purpose: str | None
    state: str
    staff_id: int | None
    offered_to: int | None
    is_over: bool
    ends: frozenset[str]


@dataclass
class Exchange:
    """What scenarios stand on."""

    app: APIFlask
    booth: Booth
    url: str
    clock: Clock
    rest_fault: Callable[[str], Fault | None] = lambda address: None
    is_pointless: Callable[[], bool] = lambda: False
    pace: float = 1.0
    calls: list[Seen] = field(default_factory=list)
    logs: list[Any] = field(default_factory=list)
    patience: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    @property
    def network(self) -> Network:
        """The telephones."""
        return self.booth.exchange.network

    @property
    def is_twilio(self) -> bool:
        """Whether the carrier has conferences, reaches browsers, understands speech, records."""
        return not self.network.tuning.is_somleng

    def meet(self, address: str) -> None:
        """An end that is new: the first request about it may be disturbed."""
        fault = self.rest_fault(address)
        if fault is not None:
            self.booth.exchange.board.switch_on(fault)

    def until(self, look: Callable[[], T | None], what: str, *more: object) -> T:
        """Wait for what is to come; answers it. Fails when it never comes."""
        ends = monotonic() + LONGEST_SECONDS
        while not (found := look()):
            if self.is_pointless():
                raise CutOffError(what)
            assert monotonic() < ends, (f"it never came: {what}", *more)
            self.patience.wait(POLL_SECONDS * self.pace)
        return found

    def calls_of(self, number: str) -> list[Seen]:
        """All calls with this number, the oldest first."""
        with self.app.app_context():
            index = crypto.blind_index(number)
        return [one for one in self.calls if one.phone_index == index]

    def call_at(self, sid: str) -> Seen | None:
        """The call that has this end."""
        return next((one for one in self.calls if sid in one.ends), None)

    def change(self, call: Seen, **values: Any) -> None:
        """Write into the call what only time would: that it has waited, or is due."""
        with self.app.app_context(), jobs.transaction():
            db.session.execute(update(Call).where(Call.id == call.id).values(values))

    def look(self) -> float:
        """Read anew how all calls stand; answers after how many seconds to do it again."""
        with self.app.app_context():
            ends: dict[int, set[str]] = {}
            for call_id, sid in db.session.execute(select(CallLeg.call_id, CallLeg.provider_id)):
                ends.setdefault(call_id, set()).add(sid or "")
            asked = select(
                *(Call.id, Call.ref, Call.phone_index, Call.purpose, Call.state),
                *(Call.staff_id, Call.offered_to, Call.ended_at.is_not(None)),
            )
            rows = db.session.execute(asked.order_by(Call.id)).all()
            db.session.rollback()
        self.calls[:] = [Seen(*row, frozenset(ends.get(row[0], ()))) for row in rows]
        return POLL_SECONDS


@contextmanager
def running(
    app: APIFlask, flavour: str, patch: pytest.MonkeyPatch, *, carrier_timeout: float = 5.0
) -> Iterator[Exchange]:
    """An exchange of this flavour, everything of it under way."""
    clock = Clock(patch)
    with ExitStack() as stack:
        patch.setattr("hotline.calls.switchboard.LOOK_EVERY_SECONDS", 1.0)
        url = stack.enter_context(_served(app))
        patch.setitem(app.config, "PUBLIC_BASE_URL", url)
        booth = stack.enter_context(running_booth(_booth(app, url, flavour)))
        if published.DOCUMENT.exists():
            is_somleng = flavour == "somleng"
            stack.enter_context(published.watched(booth, has_other_ids=is_somleng))
        changes = {"carrier": flavour, "public_base_url": url, "twilio_api_base_url": booth.url}
        config = replace(app.extensions["config"], **changes)
        carrier = Carrier.from_config(config, timeout=carrier_timeout)
        patch.setitem(app.extensions, "carrier", carrier)
        rules = {CallRules: RULES, CarryingRules: {"dials_per_second": 200}}
        for sheet, values in rules.items():
            for name, value in values.items():
                settings.change(sheet, name, value, by="test", now=clock.now())
        db.session.commit()
        exchange = Exchange(app, booth, url, clock)
        exchange.logs = stack.enter_context(structlog.testing.capture_logs())
        try:
            with _at_work(exchange, patch):
                yield exchange
        finally:
            broken = [one for one in exchange.logs if one["event"] in BROKEN]
            assert broken == [], broken


class Silent(WSGIRequestHandler):
    """Writes no line for each of thousands of requests."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextmanager
def _served(app: APIFlask) -> Iterator[str]:
    """The application under a real server, many requests at once."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _booth(app: APIFlask, url: str, flavour: str) -> Any:
    config = app.extensions["config"]
    return booth_settings(
        url,
        account_sid=config.twilio_account_sid,
        auth_token=config.twilio_auth_token,
        hotline_number=config.hotline_number,
        api_key=API_KEY,
        api_secret=API_SECRET,
        flavour=flavour,
        speed=SPEED,
        patience=PATIENCE,
        connect_timeout=5.0,
        answer_timeout=15.0,
    )


@contextmanager
def _at_work(exchange: Exchange, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Switchboard, relay, worker, and the look at all calls, until the end."""
    app, stop = exchange.app, threading.Event()

    def each(work: Callable[[], float]) -> None:
        while not stop.is_set():
            with app.app_context():
                seconds = work()
            stop.wait(seconds * exchange.pace)

    def fetch(job: Any, *ids: Any, queue: str = "") -> bool:
        if job is recording_jobs.fetch_recordings:
            worker.submit(_in_context, app, job, *ids)
        return True

    patch.setattr(jobs, "enqueue", fetch)
    with ThreadPoolExecutor(17) as hands, ThreadPoolExecutor(2) as worker:
        board = Switchboard(app, hands)
        duties = (board.turn, lambda: relay.drain() * 0.0 + 0.15, exchange.look)
        threads = [threading.Thread(target=each, args=[one]) for one in duties]
        for one in threads:
            one.start()
        try:
            yield
        finally:
            stop.set()
            for one in threads:
                one.join()


def _in_context(app: APIFlask, job: Any, *ids: Any) -> None:
    with app.app_context():
        try:
            jobs.perform(jobs.path_of(job), *ids)
        except Exception:
            structlog.get_logger().exception(JOB_FAILED, why=traceback.format_exc())
