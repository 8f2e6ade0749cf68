"""The control API, for tests: faults, a citizen's text without a browser, what was delivered.

JSON with the account's credentials. It is no part of the carrier that is stood in for.
"""

from dataclasses import asdict

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from phonebooth import numbers
from phonebooth.exchange import current
from phonebooth.faults import Fault
from phonebooth.guard import needs_account
from phonebooth.rest_errors import error

blueprint = Blueprint("control", __name__, url_prefix="/control")


class CitizensText(BaseModel):
    """A text to the hotline; the body may be anything, also empty."""

    model_config = ConfigDict(extra="forbid")

    sender: str = Field(alias="from")
    body: str


class Power(BaseModel):
    """A phone switched off, or on."""

    model_config = ConfigDict(extra="forbid")

    phone: str
    is_off: bool


@blueprint.get("/faults")
@needs_account
def list_faults() -> Response:
    """The switches that are on."""
    return jsonify(
        faults=[
            {"id": key, **fault.model_dump(mode="json"), "left": left}
            for key, fault, left in current().board.all()
        ]
    )


@blueprint.post("/faults")
@needs_account
def add_fault() -> Response:
    """Switch one on: 201 with its id."""
    try:
        fault = Fault.model_validate(request.get_json(silent=True))
    except ValidationError as problem:
        return bad_request(problem)
    response = jsonify(id=current().board.switch_on(fault))
    response.status_code = 201
    return response


@blueprint.delete("/faults")
@needs_account
def clear_faults() -> Response:
    """Switch all off."""
    current().board.switch_off()
    return Response(status=204)


@blueprint.delete("/faults/<fault_id>")
@needs_account
def remove_fault(fault_id: str) -> Response:
    """Switch one off."""
    if not current().board.switch_off(fault_id):
        return error(404, 20404, f"There is no fault {fault_id}.")
    return Response(status=204)


@blueprint.post("/texts")
@needs_account
def send_text() -> Response:
    """A citizen sends a text to the hotline: 202 with its id."""
    try:
        text = CitizensText.model_validate(request.get_json(silent=True))
    except ValidationError as problem:
        return bad_request(problem)
    phone = numbers.citizen(text.sender)
    if phone is None:
        return error(422, 21212, f"Invalid 'From' Phone Number: {text.sender}")
    body = text.body.encode("utf-8", "replace").decode()
    response = jsonify(sid=current().text_hotline(phone, body).sid)
    response.status_code = 202
    return response


@blueprint.post("/phones")
@needs_account
def switch_phone() -> Response:
    """Switch a phone off, or on again."""
    try:
        power = Power.model_validate(request.get_json(silent=True))
    except ValidationError as problem:
        return bad_request(problem)
    phone = numbers.citizen(power.phone)
    if phone is None:
        return error(422, 21211, f"Invalid 'To' Phone Number: {power.phone}")
    current().store.switch(phone, is_off=power.is_off)
    return Response(status=204)


@blueprint.get("/deliveries")
@needs_account
def list_deliveries() -> Response:
    """The requests made to the hotline, oldest first."""
    rows = current().store.deliveries()
    return jsonify(deliveries=[{**asdict(row), "at": row.at.isoformat()} for row in rows])


def bad_request(problem: ValidationError) -> Response:
    """422 with what is wrong, and where."""
    words = "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'body'}: {item['msg']}"
        for item in problem.errors()
    )
    return error(422, 20001, words)
