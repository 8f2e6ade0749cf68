"""A citizen's phone in the browser: choose a phone, write a text, read what comes back.

The phones a browser has added are remembered in its cookie. Everything works as plain
forms and links; the script only saves reloading.
"""

from dataclasses import dataclass

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from phonebooth import clock, numbers
from phonebooth.bubbles import Bubble, bubbles, is_shown
from phonebooth.exchange import Exchange, current

blueprint = Blueprint("pages", __name__)

PRESETS = ("+8613803350001", "+8613933350002", "+8615230350003")
_ADDED, _LAST = "booth_added", "booth_last"
_MOST_ADDED = 4
_LONGEST_TEXT = 1_600
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Phone:
    """One of the phones to choose from."""

    number: str
    display: str
    is_current: bool
    is_off: bool
    last: str


@blueprint.get("/")
def phone() -> Response:
    """The phone chosen in the address, else the one used last."""
    number = numbers.citizen(request.args.get("phone", "")) or _last_used()
    response = make_response(
        render_template(
            "phonebooth/page.html",
            **_shown(current(), number),
            draft=request.args.get("draft", ""),
            note=request.args.get("note", ""),
            longest=_LONGEST_TEXT,
        )
    )
    _remember(response, _LAST, number)
    return response


@blueprint.get("/sound.js")
def sound() -> AnyResponse:
    """What carries voices between two browsers; without it people read what the other typed."""
    script = current().settings.sound_script
    if script is None:
        return Response("", content_type="text/javascript; charset=utf-8")
    return send_file(script, mimetype="text/javascript", max_age=0)


@blueprint.get("/live")
def live() -> Response:
    """What has changed since `seen`: 204, or the two lists as they are now."""
    exchange = current()
    number = numbers.citizen(request.args.get("phone", "")) or _last_used()
    if request.args.get("seen") == exchange.seen:
        return Response(status=204)
    shown = _shown(exchange, number)
    return jsonify(
        seen=shown["seen"],
        conversation=render_template("phonebooth/_conversation.html", **shown),
        phones=render_template("phonebooth/_phones.html", **shown),
    )


@blueprint.post("/texts")
def send_text() -> AnyResponse:
    """The citizen sends a text."""
    exchange = current()
    number = numbers.citizen(request.form.get("phone", ""))
    body = request.form.get("body", "").replace("\r\n", "\n")
    note = _objection(exchange, number, body)
    if not note and number:
        exchange.text_hotline(number, body)
    if request.headers.get("X-Requested-With") == "fetch":
        return jsonify(note=note)
    return _back(number or "", note)


@blueprint.post("/phones")
def add_phone() -> AnyResponse:
    """Use another phone, and remember it."""
    number = numbers.citizen(request.form.get("number", ""))
    if number is None:
        return _back(_last_used(), "number")
    response = _back(number, "")
    if number not in PRESETS:
        added = [known for known in _added() if known != number][-(_MOST_ADDED - 1) :]
        _remember(response, _ADDED, ".".join([*added, number]))
    return response


@blueprint.post("/power")
def switch() -> AnyResponse:
    """Switch the phone off, or on again."""
    number = numbers.citizen(request.form.get("phone", "")) or _last_used()
    current().store.switch(number, is_off=request.form.get("is_off") == "1")
    return _back(number, "")


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return jsonify(status="ok")


def _shown(exchange: Exchange, number: str) -> dict[str, object]:
    """What both the page and its updates show; `seen` first, so that nothing is missed."""
    seen = exchange.seen
    now, zone = clock.now(), exchange.settings.timezone
    conversation: list[Bubble] = bubbles(exchange.store.conversation(number), now, zone)
    known = dict.fromkeys([*PRESETS, *_added(), number])
    return {
        "seen": seen,
        "number": number,
        "display": numbers.display(number),
        "is_off": exchange.store.is_off(number),
        "hotline": numbers.display(exchange.settings.hotline_number),
        "conversation": conversation,
        "phones": [_phone(exchange, each, number) for each in known],
    }


def _phone(exchange: Exchange, number: str, chosen: str) -> Phone:
    last = next(filter(is_shown, exchange.store.of(number)), None)
    return Phone(
        number=number,
        display=numbers.display(number),
        is_current=number == chosen,
        is_off=exchange.store.is_off(number),
        last=last.body[:40] if last else "",
    )


def _objection(exchange: Exchange, number: str | None, body: str) -> str:
    """Why the text can't be sent, as a code; empty when it can."""
    if number is None:
        return "number"
    if not body.strip():
        return "empty"
    if len(body) > _LONGEST_TEXT:
        return "long"
    if exchange.store.is_off(number):
        return "off"
    return "full" if exchange.is_full else ""


def _back(number: str, note: str) -> AnyResponse:
    address = url_for("pages.phone", phone=number or None, note=note or None)
    return redirect(address, 303)


def _added() -> list[str]:
    listed = request.cookies.get(_ADDED, "").split(".")
    return [number for entry in listed[:_MOST_ADDED] if (number := numbers.citizen(entry))]


def _last_used() -> str:
    return numbers.citizen(request.cookies.get(_LAST, "")) or PRESETS[0]


def _remember(response: AnyResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=_A_YEAR, httponly=True, samesite="Strict")
