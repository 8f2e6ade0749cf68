"""Seats and calls in the JSON API, for consoles and exchanges that are not ours."""

from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask.typing import ResponseReturnValue
from pydantic import TypeAdapter

from hotline import access, fields, http
from hotline.access import Permission
from hotline.calls import clicking, finding, phone_bar, seat_steps
from hotline.calls.phone_bar import Asked, Bar, Caller
from hotline.calls.seat_forms import DialForm, PhoneForm, StateForm
from hotline.errors import Invalid

api_bp = APIBlueprint("calls_api", __name__, url_prefix="/api/v1", tag="Calls")

BAR, CALLER = TypeAdapter(Bar), TypeAdapter(Caller)


@api_bp.get("/seat")
@access.needs(Permission.CALL)
def seat() -> dict[str, Any]:
    """What the caller of this API does now: state, phone, own call with what it allows, figures."""
    return _shown()


@api_bp.post("/seat")
@access.needs(Permission.CALL)
def set_state() -> ResponseReturnValue:
    """Go ready, on a break (`reason`) or off: `{state, reason?}`; in a call it holds after it."""
    data = fields.parse(StateForm)
    return _write(lambda: seat_steps.set_state(data, seat_steps.hand()))


@api_bp.post("/seat/phone")
@access.needs(Permission.CALL)
def choose_phone() -> ResponseReturnValue:
    """Where calls ring: `{device: browser|sip|number, address?}`."""
    data = fields.parse(PhoneForm)
    return _write(lambda: seat_steps.choose_phone(data, seat_steps.hand()))


@api_bp.get("/calls/waiting")
@access.needs(Permission.CALL)
def waiting() -> dict[str, Any]:
    """Who waits, in turn, numbers masked; `purpose` says why a call is owed."""
    return {"items": [CALLER.dump_python(one, mode="json") for one in phone_bar.callers()]}


@api_bp.post("/calls")
@access.needs(Permission.CALL)
def dial() -> ResponseReturnValue:
    """Call somebody, the own phone first: `{ticket}` or `{number}`."""
    data = fields.parse(DialForm)

    def work() -> None:
        how = seat_steps.hand()
        if data.ticket:
            seat_steps.click_ticket(data.ticket, how)
        elif data.number:
            seat_steps.click(clicking.typed(data.number), None, how)
        else:
            raise Invalid("needed", "This is needed.", field="number")

    return _write(work, 201)


def _shown() -> dict[str, Any]:
    at = seat_steps.hand().at
    asked = Asked(access.current().staff_id, at.now, at.zone, at.ways)
    shown: dict[str, Any] = BAR.dump_python(phone_bar.of(asked), mode="json")
    return shown


def _write(operation: Callable[[], object], status: int = 200) -> ResponseReturnValue:
    """Carry it out; answers the seat as it is then."""

    def work() -> http.Answer:
        operation()
        return http.ok(_shown(), status)

    return http.write(work)


def _verb(verb: str) -> Callable[[str], ResponseReturnValue]:
    form, do, what = seat_steps.VERBS[verb]

    def act(ref: str) -> ResponseReturnValue:
        data = fields.parse(form)
        return _write(lambda: do(finding.by_ref(ref), data, seat_steps.hand()))

    needs = ", ".join(form.model_fields)
    act.__doc__ = f"{what} `{{{needs}}}`" if needs else what
    return access.needs(Permission.CALL)(act)


for one in seat_steps.VERBS:
    api_bp.post(f"/calls/<ref>/{one}", endpoint=one.replace("-", "_"))(_verb(one))
