"""The hub and its streams: what comes through a real Redis, and how they end."""

import queue
import secrets
from collections.abc import Iterator

import pytest
from redis import Redis

from hotline import live, live_hub, live_streams
from hotline.access import Role, Viewer
from hotline.live import Change
from hotline.live_hub import AWAY, HERE, Full, Hub

OPERATOR = Viewer.of(1, "试", "op", roles=frozenset({Role.OPERATOR}))
HANDLER = Viewer.of(2, "试", "han", roles=frozenset({Role.HANDLER}), unit_ids=frozenset({4}))


@pytest.fixture
def hub(redis_url: str) -> Iterator[Hub]:
    """A hub on a channel of its own."""
    made = Hub(redis_url, f"test:{secrets.token_hex(4)}")
    yield made
    made.stop()


def test_each_hears_what_is_for_them(hub: Hub, redis_url: str) -> None:
    operator, handler = hub.join(OPERATOR), hub.join(HANDLER)
    assert operator.next(5) == handler.next(5) == HERE
    changes = [Change(frozenset({"b", "a"}), frozenset({4})), Change(frozenset({"c"}))]
    Redis.from_url(redis_url).publish(hub._channel, live.dump(changes))
    assert operator.next(5) == b"event: change\ndata: 200 a b c\n\n"
    assert handler.next(5) == b"event: change\ndata: 200 a b\n\n"
    with pytest.raises(queue.Empty):
        handler.next(0.3)


def test_many_are_told_to_ask_one_after_another(hub: Hub, redis_url: str) -> None:
    streams = [
        hub.join(Viewer.of(one, "试", f"op{one}", roles=OPERATOR.roles)) for one in range(60)
    ]
    assert {one.next(5) for one in streams} == {HERE}
    Redis.from_url(redis_url).publish(hub._channel, live.dump([Change(frozenset({"a"}))]))
    assert {one.next(5) for one in streams} == {b"event: change\ndata: 360 a\n\n"}


def test_a_stream_ends_with_its_process(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = live_streams._frames(hub.join(OPERATOR))
    assert next(frames) == live_streams.HELLO
    assert next(frames) == HERE
    monkeypatch.setattr(live_hub, "_is_serving", lambda: False)
    assert list(frames) == [AWAY]
    with pytest.raises(Full):
        hub.join(OPERATOR)


def test_a_stream_asks_for_the_next_one_and_ends(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_streams, "RENEW_AFTER_SECONDS", (0.5, 0.5))
    monkeypatch.setattr(live_streams, "OVERLAP_SECONDS", 0.2)
    frames = list(live_streams._frames(hub.join(OPERATOR)))
    assert live_streams.RENEW in frames


def test_nobody_takes_all_the_streams(hub: Hub) -> None:
    streams = [hub.join(OPERATOR) for _ in range(live_hub.MOST_A_VIEWER)]
    with pytest.raises(Full):
        hub.join(OPERATOR)
    assert hub.join(HANDLER)
    hub.leave(streams[0])
    assert hub.join(OPERATOR)


def test_a_browser_that_takes_nothing_is_let_go(hub: Hub) -> None:
    stream = hub.join(OPERATOR)
    for _ in range(live_hub.MOST_WAITING + 5):
        stream.put(b"x")
    found = [stream.frames.get_nowait() for _ in range(stream.frames.qsize())]
    assert found[-1] is None
    assert len(found) == live_hub.MOST_WAITING + 1


def test_without_redis_a_stream_stays_silent() -> None:
    hub = Hub("redis://127.0.0.1:1", "nowhere")
    stream = hub.join(OPERATOR)
    with pytest.raises(queue.Empty):
        stream.next(1.5)
    hub.stop()
