"""The small parts of the phonebooth by themselves."""

import logging
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from phonebooth import bubbles, numbers, segments
from phonebooth.faults import POSSIBLE, Direction, Fault, FaultBoard, Kind
from phonebooth.lanes import Lanes
from phonebooth.settings import SettingsError, from_environment, port_from_environment
from phonebooth.store import Delivery, Message, Store, Way
from tests.phonebooth.running import ACCOUNT, CITIZEN, until

AT = datetime(2026, 10, 8, 9, 0, tzinfo=UTC)
ENVIRONMENT = {
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": "token",
    "PUBLIC_BASE_URL": "http://127.0.0.1:8000/",
    "HOTLINE_NUMBER": "+86 335 12345",
}


def message(sid: str, body: str = "你好", way: Way = Way.INBOUND) -> Message:
    return Message(
        sid=sid,
        way=way,
        sender=CITIZEN if way is Way.INBOUND else "12345",
        recipient="12345" if way is Way.INBOUND else CITIZEN,
        body=body,
        status="received",
        created_at=AT,
        updated_at=AT,
    )


@pytest.mark.parametrize(
    ("entered", "number"),
    [
        ("13803350001", CITIZEN),
        (" 138-0335 0001", CITIZEN),
        ("１３８０３３５０００１", CITIZEN),
        ("+86 138 0335 0001", CITIZEN),
        ("0086 13803350001", CITIZEN),
        ("0335-3456789", "+863353456789"),
        ("12345", "12345"),
        ("12803350001", None),
        ("1380335000", None),
        ("+", None),
        ("", None),
        ("<script>", None),
    ],
)
def test_numbers_are_taken_as_people_write_them(entered: str, number: str | None) -> None:
    assert numbers.canonical(entered) == number


def test_numbers_are_shown_as_people_read_them() -> None:
    assert numbers.display(CITIZEN) == "138 0335 0001"
    assert numbers.display("+8633512345") == "12345"
    assert numbers.display("12345") == "12345"
    assert numbers.display("+4930123456") == "+4930123456"
    assert numbers.citizen("12345") is None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("字" * 70, 1),
        ("字" * 71, 2),
        ("字" * 134, 2),
        ("字" * 135, 3),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("\ud800", 1),
    ],
)
def test_texts_are_counted_in_parts(text: str, parts: int) -> None:
    assert segments.count(text) == parts


def test_addresses_in_a_text_become_links_and_the_rest_is_escaped() -> None:
    shown = bubbles.linked("请打开http://127.0.0.1:8000/rate/a-b_c。<b>谢谢</b>")
    assert 'href="http://127.0.0.1:8000/rate/a-b_c"' in shown
    assert "</a>。&lt;b&gt;" in shown
    assert 'rel="noopener noreferrer"' in shown
    assert str(bubbles.linked('http://x/"onclick=')).count("href") == 1
    assert bubbles.linked("javascript:alert(1)") == "javascript:alert(1)"
    assert bubbles.linked("(http://x/a).").startswith("(<a ")


def test_the_hotlines_texts_are_shown_when_they_have_arrived() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    on_its_way = message("SM1", way=Way.OUTBOUND_API)
    assert bubbles.bubbles([on_its_way], AT, zone) == []
    [bubble] = bubbles.bubbles([message("SM2")], AT, zone)
    assert (bubble.at.hour, bubble.is_today, bubble.is_mine) == (17, True, True)


def test_the_store_keeps_a_bounded_number_and_forgets_the_oldest() -> None:
    store = Store(messages=3, phones=2, deliveries=2)
    for number in range(5):
        store.add(message(f"SM{number}"))
        store.switch(f"+{number}", is_off=True)
        store.log(
            Delivery(
                at=AT,
                direction="",
                sid=str(number),
                phone="",
                url="",
                token="",
                status=200,
                problem="",
            )
        )
    assert [m.sid for m in store.newest_first()] == ["SM4", "SM3", "SM2"]
    assert [row.sid for row in store.deliveries()] == ["3", "4"]
    assert [store.is_off(f"+{n}") for n in range(5)] == [False, False, False, True, True]
    assert store.change("SM0", status="sent") is None
    assert [m.sid for m in store.conversation(CITIZEN, limit=2)] == ["SM3", "SM4"]
    assert store.conversation("+1") == []


def test_a_lane_survives_work_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(logging.getLogger("phonebooth.lanes"), "exception", said.append)
    lanes, done = Lanes(1), []

    def fails() -> None:
        raise RuntimeError("on purpose")

    lanes.later("a", 0, fails)
    lanes.later("a", 0.02, lambda: done.append("late"))
    lanes.later("b", 0, lambda: done.append("soon"))
    until(lambda: done == ["soon", "late"])
    assert said == ["A piece of the phonebooth's work failed."]
    lanes.close()
    lanes.later("a", 0, lambda: done.append("never"))
    assert len(lanes) == 0


def test_faults_count_down_and_are_meant_for_somebody() -> None:
    board = FaultBoard()
    board.switch_on(Fault(direction=Direction.INBOUND, kind=Kind.DROP, times=2, phone="a"))
    forever = board.switch_on(Fault(direction=Direction.INBOUND, kind=Kind.DELAY, times=None))
    assert set(board.strike(Direction.INBOUND, "b")) == {Kind.DELAY}
    assert set(board.strike(Direction.INBOUND, "a")) == {Kind.DELAY, Kind.DROP}
    assert set(board.strike(Direction.INBOUND, "a")) == {Kind.DELAY, Kind.DROP}
    assert set(board.strike(Direction.INBOUND, "a")) == {Kind.DELAY}
    assert board.strike(Direction.STATUS, "a") == {}
    assert board.switch_off(forever)
    assert not board.switch_off(forever)
    assert board.all() == []


def test_the_board_is_bounded_and_chance_is_kept() -> None:
    board = FaultBoard()
    fault = Fault(direction=Direction.REST, kind=Kind.CUT, times=None, probability=0.5)
    for _ in range(300):
        board.switch_on(fault)
    assert len(board.all()) == 200
    board.switch_off()
    board.switch_on(fault)
    struck = sum(bool(board.strike(Direction.REST, "")) for _ in range(400))
    assert 100 < struck < 300


@pytest.mark.parametrize("direction", list(Direction))
def test_a_fault_that_makes_no_sense_is_refused(direction: Direction) -> None:
    for kind in Kind:
        if kind in POSSIBLE[direction]:
            assert Fault(direction=direction, kind=kind).lasts > 0
        else:
            with pytest.raises(ValidationError):
                Fault(direction=direction, kind=kind)


def test_settings_come_from_the_environment() -> None:
    read = from_environment(ENVIRONMENT)
    assert read.hotline_number == "+8633512345"
    assert read.sms_webhook == "http://127.0.0.1:8000/webhooks/carrier/sms"
    assert "token" not in repr(read)
    assert port_from_environment({}) == 8001
    assert port_from_environment({"PORT": "9000"}) == 9001


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TWILIO_ACCOUNT_SID", ""),
        ("TWILIO_ACCOUNT_SID", "AC1"),
        ("TWILIO_AUTH_TOKEN", " "),
        ("PUBLIC_BASE_URL", "127.0.0.1:8000"),
        ("HOTLINE_NUMBER", "hotline"),
        ("CITY_TIMEZONE", "Asia/Nowhere"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment(ENVIRONMENT | {name: value})


@pytest.mark.parametrize("port", ["web", "0", "65535", "-1", "²"])
def test_a_wrong_port_is_named(port: str) -> None:
    with pytest.raises(SettingsError, match="PORT"):
        port_from_environment({"PORT": port})
