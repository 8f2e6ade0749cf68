"""The whole way while Redis is stopped: nothing fails, nothing waits, texts go when it is back."""

import os
import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from apiflask import APIFlask
from redis import Redis

from hotline import jobs, relay, tokens
from hotline.carrier import SentText
from hotline.extensions import db, limiter
from hotline.jobs import AppWorker
from hotline.messages import jobs as message_jobs
from hotline.messages.rules import Delivery
from hotline.redis import connect
from hotline.tickets.states import State
from tests.conftest import FreshClient, config_for, isolated
from tests.flows import steps
from tests.flows.machines import WAY, Api
from tests.messages.carriers import Carrier
from tests.webhooks import doors
from wsgi import create_app

NOBODY_LISTENS = "redis://127.0.0.1:1/0"
MORNING = "2026-11-18 10:00"
SOON = 5.0  # generous: this is no benchmark, a busy machine must not fail it


class TimedClient(FreshClient):
    """A client that notes how long each answer takes."""

    seconds: list[float] = []

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Make the request and note how long it took."""
        began = time.perf_counter()
        answer = super().open(*args, **kwargs)
        self.seconds.append(time.perf_counter() - began)
        return answer


class Outbound(Carrier):
    """A carrier whose ids are not those of the texts that came in."""

    def send_text(self, to: str, text: str, *, reference: str) -> SentText:
        """Take the text."""
        sent = super().send_text(to, text, reference=reference)
        return SentText(f"out-{sent.provider_id}", sent.state)


@pytest.fixture
def app(
    built_app: APIFlask, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[APIFlask]:
    """An application whose Redis is stopped, with the limits on that use it."""
    kept = dict(vars(limiter))
    limiter.enabled = True
    made = create_app(
        config_for(database_url, NOBODY_LISTENS, tmp_path_factory.mktemp("redisless"))
    )
    made.config["TESTING"] = True
    made.test_client_class = TimedClient
    with isolated(made):
        _warm_up(made)
        yield made
    with made.app_context():
        db.engine.dispose()
    vars(limiter).update(kept)


@pytest.fixture
def live_redis(redis_url: str) -> Iterator[str]:
    """A Redis without jobs, which no other test uses."""
    base, _, _ = redis_url.rpartition("db=")
    url = f"{base}db={1 + os.getpid() % 15}"
    client: Redis = connect(url)
    client.flushdb()
    yield url
    client.flushdb()
    client.close()


def test_the_whole_way_by_pages_and_the_texts_go_later(app: APIFlask, live_redis: str) -> None:
    with time_machine.travel(steps.at(MORNING)):
        hall = steps.open_hall(app)
        number = steps.by_text(hall)
        steps.is_at(number, State.RECEIVED)
        steps.sort(hall, number)
        steps.dispatch(hall, number)
        steps.handle(hall, number)
        steps.rate_by_text(hall, "5")
        steps.is_at(number, State.CLOSED)
        waiting = doors.messages("out")
    assert_soon()
    assert len(waiting) == 6
    assert {one.state for one in waiting} == {Delivery.QUEUED}
    app.config["REDIS_URL"] = live_redis
    carrier = app.extensions["carrier"] = Outbound()
    with time_machine.travel(steps.at("2026-11-18 10:05")):
        message_jobs.sweep_messages()
        work(live_redis)
    told = doors.messages("out")
    overtaken = [one for one in told if one.error == "overtaken"]
    assert [one.kind for one in overtaken] == ["rate_request"], "it was rated before it went"
    sent = [one for one in told if one not in overtaken]
    assert {one.state for one in sent} == {Delivery.SENT}
    assert sorted(one.body for one in carrier.taken) == sorted(one.body for one in sent)


def test_the_whole_way_by_the_api(app: APIFlask) -> None:
    with time_machine.travel(steps.at(MORNING)):
        api = Api(steps.open_hall(app), app.test_client())
        number = api.make()["number"]
        for reached, who, verb, body in WAY:
            assert api.do(who, number, verb, body)["state"] == reached
            steps.is_at(number, State(reached))
    assert_soon()


def test_by_web_form_and_tracking_whose_limits_count_in_redis(app: APIFlask) -> None:
    with time_machine.travel(steps.at(MORNING)):
        hall = steps.open_hall(app)
        number, code = steps.by_form(hall)
        page = hall.citizen.get("/track")
        told = hall.citizen.submit(page, "/track", number=number, query_code=code)
        assert told.path == f"/track/{number}"
        steps.is_at(number, State.RECEIVED)
    assert_soon()


def test_readiness_names_what_is_missing(app: APIFlask) -> None:
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "redis" in answer.get_data(as_text=True)


def test_a_job_that_cannot_be_enqueued_is_no_error(app: APIFlask) -> None:
    began = time.perf_counter()
    assert jobs.enqueue(message_jobs.sweep_messages) is False
    assert time.perf_counter() - began < SOON
    assert relay.drain() == 0


def work(url: str) -> None:
    """Let a worker do every job that waits; the signals it takes are given back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    worker = AppWorker(list(jobs.QUEUES), connection=connect(url, is_blocking=True))
    worker.work(burst=True, logging_level="ERROR")
    for number, handler in kept.items():
        signal.signal(number, handler)


def assert_soon() -> None:
    """No request waited: a call that waits for Redis would slow down more than one of them."""
    seconds = sorted(TimedClient.seconds)
    assert seconds[-2] < SOON, seconds[-5:]


def _warm_up(app: APIFlask) -> None:
    """Words and templates are loaded by whoever needs them first; that is not measured here."""
    tokens.for_index("文化路夜市")
    for path in ("/login", "/report", "/track"):
        assert app.test_client().get(path).status_code == 200
    TimedClient.seconds.clear()
