"""The doors: texts and reports from the carrier, texts from a local gateway.

Every door is signed, takes the same event any number of times, and answers it the same. A
carrier is never answered 429; what we say to the citizen goes out as a text of its own.
"""

from collections.abc import Callable
from functools import partial

from flask import Blueprint
from flask.typing import ResponseReturnValue

from callbacks import operations as callbacks
from callbacks.windows import CallbackRules
from hotline import access, clock, http, settings
from hotline.messages import reports
from hotline.messages.rules import MessageRules
from hotline.tickets import queries
from webhooks import forms, routing, signing
from webhooks.arriving import Arrived, Circumstances

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@bp.post("/carrier/sms")
@access.public
@signing.by_carrier
def carrier_sms() -> ResponseReturnValue:
    """A citizen's text, by the carrier."""
    text = forms.carrier_text()
    return http.write(_taking(text, http.Answer(text=TWIML, mimetype="text/xml")))


@bp.post("/gateway/sms")
@access.public
@signing.by_gateway
def gateway_sms() -> ResponseReturnValue:
    """A citizen's text, by a local gateway."""
    text = forms.gateway_text()
    return http.write(_taking(text, http.ok({"status": "taken"})))


@bp.post("/carrier/status/message")
@access.public
@signing.by_carrier
def message_status() -> ResponseReturnValue:
    """What became of a text of ours."""
    report = forms.status_report()

    def note() -> http.Answer:
        word, now = report.MessageStatus, clock.now()
        reports.note_status(report.MessageSid, word, report.error, now=now)
        return http.Answer(status=204)

    return http.write(note)


def _taking(text: Arrived, answer: http.Answer) -> Callable[[], http.Answer]:
    def take() -> http.Answer:
        routing.take_in(
            text,
            Circumstances(
                now=clock.now(),
                book=queries.rulebook(),
                limits=settings.read(MessageRules),
                answer=partial(callbacks.answer_by_text, numbers=settings.read(CallbackRules)),
            ),
        )
        return answer

    return take
