"""Texts and reports on their way to the hotline: fields, signature, retry, answers, faults."""

import pytest
from twilio.request_validator import RequestValidator

from phonebooth.faults import Fault
from phonebooth.store import Handover, Message, Way
from tests.phonebooth.running import (
    ACCOUNT,
    CITIZEN,
    HOTLINE,
    TOKEN,
    Booth,
    Hotline,
    running_booth,
    settings,
    until,
)

SMS = "/webhooks/carrier/sms"
REPLY = "<Response><Message action='/webhooks/carrier/status/message'>{}</Message></Response>"


def fail(booth: Booth, direction: str, kind: str, **details: object) -> None:
    fault = Fault.model_validate({"direction": direction, "kind": kind, **details})
    booth.exchange.board.switch_on(fault)


def handed(booth: Booth, message: Message) -> Handover:
    found = booth.exchange.store.get(message.sid)
    assert found is not None
    return found.handover


def came_back(booth: Booth) -> list[str]:
    rows = booth.exchange.store.conversation(CITIZEN)
    return [message.body for message in rows if message.way is not Way.INBOUND]


def test_a_text_comes_with_the_carriers_fields_and_signature(
    booth: Booth, hotline: Hotline
) -> None:
    message = booth.exchange.text_hotline(CITIZEN, "河北大街路灯坏了 & 很黑=怕 👍\n两天了")
    until(lambda: handed(booth, message) is Handover.TAKEN)
    [call] = hotline.texts()
    assert call.fields["Body"] == message.body
    assert call.fields["From"] == CITIZEN
    assert call.fields["To"] == HOTLINE
    assert call.fields["AccountSid"] == ACCOUNT
    assert call.fields["MessageSid"] == call.fields["SmsMessageSid"] == message.sid
    assert call.fields["NumSegments"] == "1"
    assert {"ToCity", "FromCountry", "NumMedia", "ApiVersion", "SmsStatus"} <= set(call.fields)
    assert call.headers["I-Twilio-Idempotency-Token"]
    assert RequestValidator(TOKEN).validate(
        hotline.url + SMS, call.fields, call.headers["X-Twilio-Signature"]
    )


@pytest.mark.parametrize("body", ["", " ", "😀" * 300, "\x00\x07", "长" * 5000, "a\r\nb"])
def test_any_body_arrives_as_it_was_written(booth: Booth, hotline: Hotline, body: str) -> None:
    message = booth.exchange.text_hotline(CITIZEN, body)
    until(lambda: handed(booth, message) is Handover.TAKEN)
    assert hotline.texts()[0].fields["Body"] == body


def test_texts_of_one_phone_stay_in_order(booth: Booth, hotline: Hotline) -> None:
    for number in range(30):
        booth.exchange.text_hotline(CITIZEN, str(number))
    until(lambda: len(hotline.texts()) == 30)
    assert [call.fields["Body"] for call in hotline.texts()] == [str(n) for n in range(30)]


def test_the_answers_messages_are_sent_with_their_reports(booth: Booth, hotline: Hotline) -> None:
    hotline.answer = REPLY.format("已收到 &lt;1&gt;")
    booth.exchange.text_hotline(CITIZEN, "路灯坏了")
    until(lambda: len(hotline.reports()) == 3)
    assert hotline.reports() == ["queued", "sent", "delivered"]
    assert came_back(booth) == ["已收到 <1>"]
    report = hotline.calls[-1]
    assert report.fields["SmsStatus"] == "delivered"
    assert RequestValidator(TOKEN).validate(
        hotline.url + report.path, report.fields, report.headers["X-Twilio-Signature"]
    )


@pytest.mark.parametrize(
    ("content_type", "answer", "replies"),
    [
        ("text/xml", "<Response><Message><Body>一</Body></Message></Response>", ["一"]),
        (
            "text/xml",
            "<Response><Message>一</Message><Message>二</Message></Response>",
            ["一", "二"],
        ),
        ("text/plain; charset=utf-8", "一", ["一"]),
        ("text/xml", "<Response><Message> </Message><Hangup/></Response>", []),
        ("text/xml", "<Response><Mess", []),
        (
            "text/xml",
            "<!DOCTYPE x [<!ENTITY a 'b'>]><Response><Message>&a;</Message></Response>",
            [],
        ),
        ("text/html", "<html/>", []),
        ("text/xml", "", []),
    ],
)
def test_what_an_answer_asks_for(
    booth: Booth, hotline: Hotline, content_type: str, answer: str, replies: list[str]
) -> None:
    hotline.content_type, hotline.answer = content_type, answer
    message = booth.exchange.text_hotline(CITIZEN, "路灯坏了")
    until(lambda: handed(booth, message) is Handover.TAKEN)
    until(lambda: len(came_back(booth)) == len(replies))
    assert came_back(booth) == replies


@pytest.mark.parametrize("status", [302, 403, 404, 500])
def test_a_refusal_is_shown_and_not_tried_again(
    booth: Booth, hotline: Hotline, status: int
) -> None:
    hotline.status, hotline.answer = status, REPLY.format("不该发出")
    message = booth.exchange.text_hotline(CITIZEN, "路灯坏了")
    until(lambda: handed(booth, message) is Handover.FAILED)
    assert booth.exchange.store.conversation(CITIZEN)[0].problem == str(status)
    assert len(hotline.texts()) == 1
    assert came_back(booth) == []


def test_no_connection_is_tried_once_more() -> None:
    with running_booth(settings("http://127.0.0.1:9")) as booth:
        message = booth.exchange.text_hotline(CITIZEN, "路灯坏了")
        until(lambda: handed(booth, message) is Handover.FAILED)
        assert booth.exchange.store.conversation(CITIZEN)[0].problem == "no_connection"


def test_a_slow_answer_is_not_waited_for(hotline: Hotline) -> None:
    hotline.seconds = 0.5
    with running_booth(settings(hotline.url, answer_timeout=0.1)) as booth:
        message = booth.exchange.text_hotline(CITIZEN, "路灯坏了")
        until(lambda: handed(booth, message) is Handover.FAILED)
        assert booth.exchange.store.conversation(CITIZEN)[0].problem == "no_answer"
    assert len(hotline.texts()) == 1


def test_a_phone_that_is_off_does_not_get_it(booth: Booth, hotline: Hotline) -> None:
    booth.exchange.store.switch(CITIZEN, is_off=True)
    callback = hotline.url + "/webhooks/carrier/status/message"
    message = booth.exchange.text_citizen(CITIZEN, "已受理", callback)
    until(lambda: len(hotline.reports()) == 3)
    assert hotline.reports() == ["queued", "sent", "undelivered"]
    assert hotline.calls[-1].fields["ErrorCode"] == "30003"
    assert booth.exchange.store.get(message.sid).error_code == 30003  # type: ignore[union-attr]


def test_repeated_means_the_same_ids_again(booth: Booth, hotline: Hotline) -> None:
    fail(booth, "inbound", "repeat", copies=2)
    booth.exchange.text_hotline(CITIZEN, "一")
    until(lambda: len(hotline.texts()) == 3)
    assert len({call.fields["MessageSid"] for call in hotline.texts()}) == 1
    assert len({call.headers["I-Twilio-Idempotency-Token"] for call in hotline.texts()}) == 1
    booth.exchange.text_hotline(CITIZEN, "二")
    until(lambda: len(hotline.texts()) == 4)


def test_delayed_means_later_ones_come_first(booth: Booth, hotline: Hotline) -> None:
    fail(booth, "inbound", "delay", seconds=0.2)
    booth.exchange.text_hotline(CITIZEN, "一")
    booth.exchange.text_hotline(CITIZEN, "二")
    until(lambda: len(hotline.texts()) == 2)
    assert [call.fields["Body"] for call in hotline.texts()] == ["二", "一"]


def test_reordered_means_the_next_one_overtakes(booth: Booth, hotline: Hotline) -> None:
    fail(booth, "inbound", "reorder", seconds=60)
    booth.exchange.text_hotline(CITIZEN, "一")
    booth.exchange.text_hotline("+8613933350002", "二")
    until(lambda: len(hotline.texts()) == 2)
    assert [call.fields["Body"] for call in hotline.texts()] == ["二", "一"]


def test_reordered_goes_alone_when_nothing_follows(booth: Booth, hotline: Hotline) -> None:
    fail(booth, "inbound", "reorder", seconds=0.1)
    booth.exchange.text_hotline(CITIZEN, "一")
    until(lambda: len(hotline.texts()) == 1)


def test_dropped_never_arrives(booth: Booth, hotline: Hotline) -> None:
    fail(booth, "inbound", "drop", phone=CITIZEN)
    message = booth.exchange.text_hotline(CITIZEN, "一")
    until(lambda: handed(booth, message) is Handover.LOST)
    assert hotline.texts() == []


def test_timed_out_arrives_but_the_answer_is_lost(booth: Booth, hotline: Hotline) -> None:
    hotline.seconds, hotline.answer = 0.3, REPLY.format("没人听")
    fail(booth, "inbound", "time_out")
    message = booth.exchange.text_hotline(CITIZEN, "一")
    until(lambda: handed(booth, message) is Handover.FAILED)
    assert len(hotline.texts()) == 1
    assert came_back(booth) == []


def test_reports_can_be_lost_while_texts_arrive(booth: Booth, hotline: Hotline) -> None:
    fail(booth, "status", "drop", times=2)
    callback = hotline.url + "/webhooks/carrier/status/message"
    booth.exchange.text_citizen(CITIZEN, "已受理", callback)
    until(lambda: len(booth.exchange.store.deliveries()) == 3)
    assert [row.problem for row in booth.exchange.store.deliveries()] == ["dropped", "dropped", ""]
    assert hotline.reports() == ["delivered"]
