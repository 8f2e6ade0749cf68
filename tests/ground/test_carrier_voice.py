"""Calls through the carrier port, against the stand-in carrier and its published document."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from hotline.carrier import Carrier, CarrierBusy, CarrierDown, CarrierRefused
from hotline.carrier_voice import Leg
from phonebooth.faults import Direction, Fault, Kind
from tests.ground.carriers import carrier_at
from tests.ground.published import held_against
from tests.phonebooth import calling
from tests.phonebooth.running import (
    API_KEY,
    API_SECRET,
    CITIZEN,
    HOTLINE,
    Booth,
    Hotline,
    running_booth,
    running_hotline,
    settings,
    until,
)

WAITS = "<Pause length='600'/>"
REPORT = "/webhooks/carrier/status/call"


@pytest.fixture
def hotline() -> Iterator[Hotline]:
    with running_hotline() as receiver:
        calling.documents(receiver, operator=WAITS, hold=f"<Say>请稍候</Say>{WAITS}")
        yield receiver


@pytest.fixture
def booth(hotline: Hotline) -> Iterator[Booth]:
    with running_booth(settings(hotline.url, speed=1.0)) as running:
        yield running


@pytest.fixture
def carrier(booth: Booth, hotline: Hotline) -> Carrier:
    return carrier_at(booth.url, public_base_url=hotline.url)


def ring(carrier: Carrier, hotline: Hotline, to: str = CITIZEN) -> Leg:
    """Dial as an order does."""
    return carrier.voice.dial(
        to,
        url=f"{hotline.url}/webhooks/carrier/voice/operator?call=c&leg=l",
        status_url=f"{hotline.url}{REPORT}?call=c&leg=l",
        timeout=15,
        reference="l",
    )


def fail(booth: Booth, kind: Kind, **details: object) -> None:
    booth.exchange.board.switch_on(
        Fault.model_validate({"direction": Direction.REST, "kind": kind, **details})
    )


def at(booth: Booth) -> list[str]:
    """To whom the carrier has calls, newest first."""
    return [leg.recipient for leg in booth.exchange.network.newest_first()]


def test_a_call_is_dialled_led_on_looked_at_and_hung_up(
    carrier: Carrier, booth: Booth, hotline: Hotline
) -> None:
    calling.behave(booth, CITIZEN, answers="itself")
    with held_against(booth) as requests:
        leg = ring(carrier, hotline)
        assert leg.state == "queued"
        until(lambda: carrier.voice.look(leg.provider_id).state == "in-progress")  # type: ignore[union-attr]
        carrier.voice.redirect(leg.provider_id, f"{hotline.url}/webhooks/carrier/voice/hold?leg=l")
        calling.seen(booth, leg.provider_id, "heard:请稍候")
        carrier.voice.hang_up(leg.provider_id)
        now = carrier.voice.look(leg.provider_id)
        assert now is not None
        assert now.is_over
        assert now.state == "completed"
        assert now.started_at is not None
        assert now.seconds is not None
    assert requests[0] == "POST Calls.json"
    until(lambda: hotline.of(REPORT)[-1].fields["CallStatus"] == "completed")
    states = {one.fields["CallStatus"] for one in hotline.of(REPORT)}
    assert states == {"ringing", "completed"}


@pytest.mark.parametrize("to", ["client:operator1", "sip:101@pbx.example", "+8633538000001"])
def test_browsers_sip_phones_and_desk_phones_are_rung(
    carrier: Carrier, booth: Booth, hotline: Hotline, to: str
) -> None:
    leg = ring(carrier, hotline, to)
    assert at(booth) == [to]
    found = carrier.voice.find_leg(to, since=datetime.now(UTC))
    assert found is not None
    assert found.provider_id == leg.provider_id


def test_a_late_answer_may_have_dialled_and_is_found(
    carrier: Carrier, booth: Booth, hotline: Hotline
) -> None:
    before = ring(carrier, hotline)
    started_at = datetime.now(UTC)
    fail(booth, Kind.TIME_OUT, seconds=2)
    impatient = carrier_at(booth.url, public_base_url=hotline.url, timeout=0.3)
    with pytest.raises(CarrierDown) as down:
        ring(impatient, hotline)
    assert down.value.may_have_sent
    assert down.value.reference == "l"
    known = {before.provider_id}
    with held_against(booth):
        found = carrier.voice.find_leg(CITIZEN, since=started_at, but_not=known)
    assert found is not None
    assert len(at(booth)) == 2
    both = known | {found.provider_id}
    assert carrier.voice.find_leg(CITIZEN, since=started_at, but_not=both) is None
    later = started_at + timedelta(minutes=1)
    assert carrier.voice.find_leg(CITIZEN, since=later) is None
    assert carrier.voice.find_leg("+8613933350002", since=started_at) is None


def test_a_citizens_own_call_is_not_taken_for_ours(carrier: Carrier, booth: Booth) -> None:
    calling.call(booth)
    assert carrier.voice.find_leg(HOTLINE, since=datetime.now(UTC)) is None


@pytest.mark.parametrize(
    ("kind", "details", "tells"),
    [
        (Kind.ANSWER, {"status": 500}, "perhaps done"),
        (Kind.ANSWER, {"status": 503}, "perhaps done"),
        (Kind.ANSWER, {"status": 401}, "not done"),
        (Kind.DROP, {}, "perhaps done"),
        (Kind.CUT, {}, "perhaps done"),
    ],
)
def test_an_error_says_whether_it_may_have_been_done(
    booth: Booth, hotline: Hotline, kind: Kind, details: dict[str, object], tells: str
) -> None:
    fail(booth, kind, **details)
    with pytest.raises(CarrierDown) as down:
        ring(carrier_at(booth.url, public_base_url=hotline.url), hotline)
    assert down.value.may_have_sent is (tells == "perhaps done")


def test_too_many_calls_at_once_say_when_to_come_back(
    carrier: Carrier, booth: Booth, hotline: Hotline
) -> None:
    fail(booth, Kind.ANSWER, status=429, retry_after=3)
    with pytest.raises(CarrierBusy) as busy:
        ring(carrier, hotline)
    assert busy.value.retry_after == 3.0
    assert at(booth) == []


def test_what_is_over_or_unknown_can_not_be_led_on(
    carrier: Carrier, booth: Booth, hotline: Hotline
) -> None:
    leg = ring(carrier, hotline)
    carrier.voice.hang_up(leg.provider_id)
    carrier.voice.hang_up("CA" + "0" * 32)
    assert carrier.voice.look("CA" + "0" * 32) is None
    with pytest.raises(CarrierRefused) as refused:
        carrier.voice.redirect(leg.provider_id, f"{hotline.url}/webhooks/carrier/voice/hold")
    assert refused.value.code == 21220
    with pytest.raises(CarrierRefused):
        ring(carrier, hotline, "nobody")


def test_answers_that_can_not_be_read_are_no_answers(hotline: Hotline) -> None:
    voice = carrier_at(hotline.url).voice
    hotline.status = 201
    for answer in ("<html>proxy</html>", "{}", "[]", '{"sid": "", "status": "queued"}'):
        hotline.answer = answer
        with pytest.raises(CarrierDown) as down:
            voice.dial(CITIZEN, url="http://x/", status_url="http://x/", timeout=5, reference="l")
        assert down.value.may_have_sent
    hotline.answer = "nonsense"
    with pytest.raises(CarrierDown):
        voice.redirect("CA1", "http://x/")


def test_a_carrier_that_reports_only_the_end_is_asked_for_no_steps(
    booth: Booth, hotline: Hotline
) -> None:
    assert calling.ask(booth, "PUT", "tuning", {"flavour": "somleng"}).ok
    plain = carrier_at(booth.url, public_base_url=hotline.url, carrier="somleng")
    leg = ring(plain, hotline)
    found = plain.voice.find_leg(CITIZEN, since=datetime.now(UTC))
    assert found is not None
    assert found.provider_id == leg.provider_id
    plain.voice.hang_up(leg.provider_id)
    until(lambda: hotline.of(REPORT))
    assert len(hotline.of(REPORT)) == 1


def test_what_threads_ask_at_once_is_answered_each_to_its_own(
    carrier: Carrier, booth: Booth, hotline: Hotline
) -> None:
    gate = threading.Barrier(8)

    def work(number: int) -> tuple[str, str]:
        to = f"+86335380{number:04d}"
        gate.wait(10)
        return to, ring(carrier, hotline, to).provider_id

    with ThreadPoolExecutor(8) as pool:
        made = dict(pool.map(work, range(8)))
    there = {leg.recipient: leg.sid for leg in booth.exchange.network.newest_first()}
    assert made == there


def test_a_recording_is_fetched_and_deleted(
    carrier: Carrier, booth: Booth, hotline: Hotline
) -> None:
    calling.documents(hotline, start="<Record maxLength='20' playBeep='false'/>")
    sid = calling.call(booth)
    calling.seen(booth, sid, "doing:Record")
    calling.act(booth, sid, "speak", text="路灯坏了")
    calling.act(booth, sid, "hang_up")
    recordings = booth.exchange.network.recordings.newest_first
    until(lambda: [one for one in recordings() if one.ended_at])
    recording = recordings()[0].sid
    content, kind = carrier.voice.recording(recording)
    assert (content[:4], kind) == (b"RIFF", "audio/wav")
    with pytest.raises(CarrierRefused, match="larger"):
        carrier.voice.recording(recording, most=100)
    with held_against(booth):
        carrier.voice.delete_recording(recording)
        carrier.voice.delete_recording(recording)
    with pytest.raises(CarrierRefused) as refused:
        carrier.voice.recording(recording)
    assert refused.value.code in (404, 20404)


def test_what_is_no_sound_is_not_taken_for_a_recording(hotline: Hotline, booth: Booth) -> None:
    fail(booth, Kind.ANSWER, status=503)
    with pytest.raises(CarrierDown):
        carrier_at(booth.url).voice.recording("RE1")


def test_a_browser_gets_a_token_to_ring_by() -> None:
    keyed = carrier_at(None, twilio_api_key=API_KEY, twilio_api_secret=API_SECRET)
    token = keyed.voice.access_token("operator1", seconds=600)
    held = jwt.decode(token, API_SECRET, algorithms=["HS256"])
    assert held["grants"]["identity"] == "operator1"
    assert held["grants"]["voice"] == {"incoming": {"allow": True}}
    assert held["iss"] == API_KEY
    assert 0 < held["exp"] - datetime.now(UTC).timestamp() <= 600
    with pytest.raises(CarrierRefused):
        carrier_at(None).voice.access_token("operator1", seconds=600)
