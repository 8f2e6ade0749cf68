"""The carrier port over real HTTP, against the stand-in carrier."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from hotline.carrier import (
    CAPABILITIES,
    Capability,
    Carrier,
    CarrierBusy,
    CarrierDown,
    CarrierRefused,
)
from phonebooth.faults import Direction, Fault, Kind
from phonebooth.store import Way
from tests.ground.carriers import carrier_at
from tests.phonebooth.running import (
    CITIZEN,
    TOKEN,
    Booth,
    Hotline,
    running_booth,
    running_hotline,
    settings,
    until,
)


@pytest.fixture
def hotline() -> Iterator[Hotline]:
    with running_hotline() as receiver:
        yield receiver


@pytest.fixture
def booth(hotline: Hotline) -> Iterator[Booth]:
    with running_booth(settings(hotline.url)) as running:
        yield running


@pytest.fixture
def carrier(booth: Booth, hotline: Hotline) -> Carrier:
    return carrier_at(booth.url, public_base_url=hotline.url)


def fail(booth: Booth, kind: Kind, **details: object) -> None:
    booth.exchange.board.switch_on(
        Fault.model_validate({"direction": Direction.REST, "kind": kind, **details})
    )


def kept(booth: Booth) -> list[str]:
    return [message.body for message in booth.exchange.store.newest_first()]


def test_a_text_is_queued_and_its_states_are_reported(
    carrier: Carrier, booth: Booth, hotline: Hotline
) -> None:
    sent = carrier.send_text(CITIZEN, "您的诉求已受理", reference="m1")
    assert sent.state == "queued"
    until(lambda: len(hotline.reports()) == 3)
    assert hotline.reports() == ["queued", "sent", "delivered"]
    call = hotline.calls[-1]
    assert call.path == "/webhooks/carrier/status/message"
    assert call.fields["MessageSid"] == sent.provider_id
    message = booth.exchange.store.get(sent.provider_id)
    assert message is not None
    assert (message.body, message.recipient) == ("您的诉求已受理", CITIZEN)


def test_an_api_key_works_in_place_of_the_token(hotline: Hotline) -> None:
    key = {"api_key": "SK0123456789abcdef", "api_secret": "s3cret"}
    with running_booth(settings(hotline.url, **key)) as booth:
        keyed = carrier_at(
            booth.url,
            twilio_api_key=key["api_key"],
            twilio_api_secret=key["api_secret"],
            twilio_auth_token="used for signatures only",
        )
        assert keyed.send_text(CITIZEN, "你好", reference="m1").state == "queued"


def test_the_environment_of_the_library_does_not_move_the_address(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert carrier_at(booth.url).send_text(CITIZEN, "你好", reference="m1").state == "queued"


def test_a_late_answer_may_have_been_sent_and_is_found(booth: Booth) -> None:
    started_at = datetime.now(UTC)
    fail(booth, Kind.TIME_OUT, seconds=2)
    carrier = carrier_at(booth.url, timeout=0.3)
    with pytest.raises(CarrierDown) as down:
        carrier.send_text(CITIZEN, "您的诉求已派往海港区", reference="m7")
    assert down.value.may_have_sent
    assert down.value.reference == "m7"
    found = carrier.find_text(CITIZEN, "您的诉求已派往海港区", started_at)
    assert found is not None
    assert kept(booth) == ["您的诉求已派往海港区"]
    assert carrier.find_text(CITIZEN, "另一条", started_at) is None
    assert carrier.find_text("+8613933350002", "您的诉求已派往海港区", started_at) is None
    later = started_at + timedelta(minutes=1)
    assert carrier.find_text(CITIZEN, "您的诉求已派往海港区", later) is None


def test_the_citizens_own_words_are_not_taken_for_ours(carrier: Carrier, booth: Booth) -> None:
    started_at = datetime.now(UTC)
    booth.exchange.text_hotline(CITIZEN, "退订")
    assert carrier.find_text(CITIZEN, "退订", started_at) is None


def test_a_text_the_carrier_gave_up_is_not_found(carrier: Carrier, booth: Booth) -> None:
    started_at = datetime.now(UTC)
    sent = carrier.send_text(CITIZEN, "你好", reference="m1")
    until(lambda: booth.exchange.store.get(sent.provider_id).status == "delivered")  # type: ignore[union-attr]
    booth.exchange.store.change(sent.provider_id, status="failed")
    assert carrier.find_text(CITIZEN, "你好", started_at) is None


def test_looking_goes_on_over_pages(carrier: Carrier, booth: Booth) -> None:
    started_at = datetime.now(UTC)
    for number in range(130):
        booth.exchange.text_citizen(CITIZEN, f"第{number}条", "", way=Way.OUTBOUND_API)
    assert carrier.find_text(CITIZEN, "第3条", started_at) is not None


@pytest.mark.parametrize(
    ("kind", "details", "are_kept"),
    [
        (Kind.ANSWER, {"status": 500}, []),
        (Kind.ANSWER, {"status": 503}, []),
        (Kind.ANSWER, {"status": 408}, []),
        (Kind.DROP, {}, []),
        (Kind.CUT, {}, ["你好"]),
    ],
)
def test_without_a_whole_answer_it_may_have_been_sent(
    carrier: Carrier, booth: Booth, kind: Kind, details: dict[str, object], are_kept: list[str]
) -> None:
    fail(booth, kind, **details)
    with pytest.raises(CarrierDown) as down:
        carrier.send_text(CITIZEN, "你好", reference="m1")
    assert down.value.may_have_sent
    assert kept(booth) == are_kept


def test_where_nobody_listens_nothing_was_sent() -> None:
    with pytest.raises(CarrierDown) as down:
        carrier_at("http://127.0.0.1:9").send_text(CITIZEN, "你好", reference="m1")
    assert not down.value.may_have_sent


def test_wrong_credentials_are_no_fault_of_the_text(booth: Booth) -> None:
    with pytest.raises(CarrierDown) as down:
        carrier_at(booth.url, twilio_auth_token="other").send_text(CITIZEN, "你好", reference="m1")
    assert not down.value.may_have_sent


@pytest.mark.parametrize(("header", "seconds"), [(7, 7.0), (None, 5.0), (99999, 3600.0)])
def test_too_many_at_once_says_when_to_come_back(
    carrier: Carrier, booth: Booth, header: int | None, seconds: float
) -> None:
    fail(booth, Kind.ANSWER, status=429, retry_after=header)
    with pytest.raises(CarrierBusy) as busy:
        carrier.send_text(CITIZEN, "你好", reference="m1")
    assert busy.value.retry_after == seconds
    assert kept(booth) == []


@pytest.mark.parametrize(
    ("to", "text", "code"), [("not a number", "你好", 21211), (CITIZEN, " ", 21602)]
)
def test_a_refusal_is_final_and_has_the_carriers_code(
    carrier: Carrier, to: str, text: str, code: int
) -> None:
    with pytest.raises(CarrierRefused) as refused:
        carrier.send_text(to, text, reference="m1")
    assert refused.value.code == code
    assert refused.value.reference == "m1"


def test_a_list_that_fails_is_an_error_and_not_nothing(carrier: Carrier, booth: Booth) -> None:
    fail(booth, Kind.ANSWER, status=500)
    with pytest.raises(CarrierDown):
        carrier.find_text(CITIZEN, "你好", datetime.now(UTC))


def test_an_answer_that_is_no_message_may_have_been_sent(hotline: Hotline) -> None:
    for answer in ("<html>proxy</html>", "{}", "[]", '{"sid": "", "status": "queued"}'):
        hotline.answer, hotline.status = answer, 201
        with pytest.raises(CarrierDown) as down:
            carrier_at(hotline.url).send_text(CITIZEN, "你好", reference="m1")
        assert down.value.may_have_sent


def test_an_error_page_without_json_is_still_a_refusal(hotline: Hotline) -> None:
    hotline.answer, hotline.status = "<html>no</html>", 404
    with pytest.raises(CarrierRefused) as refused:
        carrier_at(hotline.url).send_text(CITIZEN, "你好", reference="m1")
    assert refused.value.code == 404


def test_secrets_and_numbers_stay_out_of_logs_and_words(
    carrier: Carrier, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        carrier.send_text(CITIZEN, "机密的话", reference="m1")
        carrier.find_text(CITIZEN, "机密的话", datetime.now(UTC))
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("urllib3")]
    said = repr(carrier) + " ".join(line for line in ours if "HTTP/1.1" not in line)
    assert TOKEN not in said
    assert CITIZEN not in said
    assert "机密" not in said


def test_capabilities_are_asked_for_by_name(carrier: Carrier) -> None:
    assert carrier.can(Capability.STATUS_SEQUENCE)
    assert not carrier_at(None, carrier="somleng").can(Capability.CONFERENCE)
    assert CAPABILITIES["twilio"] == frozenset(Capability)
    assert set(CAPABILITIES) == {"phonebooth", "twilio", "somleng"}


def test_twilio_itself_is_the_address_when_none_is_set() -> None:
    bare = carrier_at(None, carrier="twilio")
    assert bare.status_url == "http://127.0.0.1:9/webhooks/carrier/status/message"
    assert bare.can(Capability.CLIENT)
