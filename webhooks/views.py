"""The doors: texts and reports from the carrier, texts from a local gateway.

Every door is signed, takes the same event any number of times, and answers it the same. A
carrier is never answered 429; what we say to the citizen goes out as a text of its own. While the
database is away, what comes is kept and taken in afterwards (`late`).
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from callbacks import operations as callbacks
from callbacks.windows import CallbackRules
from hotline import access, clock, http, settings
from hotline.messages import reports
from hotline.messages.rules import MessageRules
from hotline.tickets import queries
from webhooks import forms, late, routing, signing
from webhooks.arriving import Arrived, Circumstances

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@bp.post("/carrier/sms")
@access.public
@signing.by_carrier
@late.kept_when_away(Response(TWIML, mimetype="text/xml"))
def carrier_sms() -> ResponseReturnValue:
    """A citizen's text, by the carrier."""
    return take_carriers()


@bp.post("/gateway/sms")
@access.public
@signing.by_gateway
@late.kept_when_away(Response('{"status":"taken"}', mimetype="application/json"))
def gateway_sms() -> ResponseReturnValue:
    """A citizen's text, by a local gateway."""
    return take_gateways()


@bp.post("/carrier/status/message")
@access.public
@signing.by_carrier
@late.kept_when_away(Response(status=204))
def message_status() -> ResponseReturnValue:
    """What became of a text of ours."""
    return note_message()


def take_carriers(at: datetime | None = None) -> Response:
    """Take in the carrier's text of this request; `at` when it came, if that is not now."""
    answer = http.Answer(text=TWIML, mimetype="text/xml")
    return http.write(_taking(forms.carrier_text(), answer, at))


def take_gateways(at: datetime | None = None) -> Response:
    """Take in the gateway's text of this request."""
    return http.write(_taking(forms.gateway_text(), http.ok({"status": "taken"}), at))


def note_message(at: datetime | None = None) -> Response:
    """Write down what this request says of a text of ours."""
    report = forms.status_report()

    def note() -> http.Answer:
        word, now = report.MessageStatus, at or clock.now()
        reports.note_status(report.MessageSid, word, report.error, now=now)
        return http.Answer(status=204)

    return http.write(note)


def _taking(text: Arrived, answer: http.Answer, at: datetime | None) -> Callable[[], http.Answer]:
    def take() -> http.Answer:
        routing.take_in(
            text,
            Circumstances(
                now=at or clock.now(),
                book=queries.rulebook(),
                limits=settings.read(MessageRules),
                answer=partial(callbacks.answer_by_text, numbers=settings.read(CallbackRules)),
            ),
        )
        return answer

    return take
