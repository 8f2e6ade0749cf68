"""The routes of emergency services beside a ticket: called in, accepted, not coming."""

from apiflask import APIBlueprint
from flask import Blueprint
from flask.typing import ResponseReturnValue

from hotline import access
from hotline.access import Permission
from hotline.tickets import steps
from hotline.tickets.acting import by_api, on_page
from hotline.tickets.forms import DeclinedForm, TransferForm
from hotline.words import N_

bp = Blueprint("services", __name__)
api_bp = APIBlueprint("services_api", __name__, url_prefix="/api/v1", tag="Tickets")


@bp.post("/tickets/<number>/transfer")
@access.needs(Permission.SORT)
def hand_over(number: str) -> ResponseReturnValue:
    """Call an emergency service in, or write down that it has accepted."""
    return on_page(number, TransferForm, steps.transfer, name="transfer", said=N_("Written down."))


@bp.post("/tickets/<number>/service-declined")
@access.needs(Permission.SORT)
def decline(number: str) -> ResponseReturnValue:
    """No longer wait for a service."""
    said = N_("It is no longer waited for.")
    return on_page(number, DeclinedForm, steps.declined, name="service_declined", said=said)


@api_bp.post("/tickets/<number>/transfer")
@access.needs(Permission.SORT)
def by_json(number: str) -> ResponseReturnValue:
    """Without accepted_by the service is called in; with it, it has accepted."""
    return by_api(number, TransferForm, steps.transfer)
