"""The ticket room's part of the JSON API."""

from typing import Any

from apiflask import APIBlueprint
from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from hotline import access, clock, fields, http
from hotline.access import Permission
from hotline.errors import Invalid
from hotline.extensions import limiter
from hotline.tickets import access as ticket_access
from hotline.tickets import citizen_steps, forms, late_entry, lists, queries, steps, wire
from hotline.tickets.acting import by_api
from hotline.tickets.intake import intake
from hotline.tickets.list_forms import ListForm

api_bp = APIBlueprint("tickets_api", __name__, url_prefix="/api/v1", tag="Tickets")


@api_bp.post("/tickets")
@access.needs(Permission.INTAKE)
def create() -> ResponseReturnValue:
    """Make a ticket; with type and category it waits for dispatch at once."""
    data = fields.parse(forms.IntakeForm)
    viewer, book = access.current(), queries.rulebook()

    def work() -> http.Answer:
        matter = data.matter()
        if matter.place.district and matter.place.district not in book.districts:
            raise Invalid("unknown_unit", "There is no such district.", field="place.district")
        if data.is_late_entry or matter.received_at is not None:
            late_entry.check_by(viewer, matter.received_at, clock.now())
        queries.refuse_known(matter.upstream)
        may_sort = viewer.may(Permission.SORT)
        taken = intake(matter, by=viewer.actor, now=clock.now(), book=book, may_sort=may_sort)
        return http.ok(wire.receipt(taken.ticket, taken.query_code), 201)

    return http.write(work)


@api_bp.get("/tickets")
@access.needs(Permission.READ)
def index() -> dict[str, Any]:
    """A list, newest first."""
    wanted = _filters(request.args)
    page = lists.found(access.current(), wanted)
    return {"items": [wire.brief(one) for one in page.items], "next": page.next}


@api_bp.get("/tickets/<number>")
@access.needs(Permission.READ)
def show(number: str) -> dict[str, Any]:
    """All of one ticket that the caller may see."""
    viewer = access.current()
    return wire.full(ticket_access.see(viewer, number), viewer)


@api_bp.post("/tickets/<number>/sort")
@access.needs(Permission.SORT)
def sort(number: str) -> ResponseReturnValue:
    """received → pending_dispatch."""
    return by_api(number, forms.SortForm, steps.sort)


@api_bp.post("/tickets/<number>/answer")
@access.needs(Permission.SORT)
def answer(number: str) -> ResponseReturnValue:
    """Answer a consultation at once."""
    return by_api(number, forms.AnswerForm, steps.answer)


@api_bp.post("/tickets/<number>/refuse")
@access.needs(Permission.SORT)
def refuse(number: str) -> ResponseReturnValue:
    """Out of scope: why, and where to go instead."""
    return by_api(number, forms.RefuseForm, steps.refuse)


@api_bp.post("/tickets/<number>/file")
@access.needs(Permission.SORT)
def file(number: str) -> ResponseReturnValue:
    """Nothing more is to be done."""
    return by_api(number, forms.FileForm, steps.file)


@api_bp.post("/tickets/<number>/reopen")
@access.needs(Permission.SORT)
def reopen(number: str) -> ResponseReturnValue:
    """Take an ended matter up again within thirty days."""
    return by_api(number, forms.ReasonForm, steps.reopen)


@api_bp.post("/tickets/<number>/note")
@access.needs(Permission.NOTE)
def note(number: str) -> ResponseReturnValue:
    """A note of the hotline's own."""
    return by_api(number, forms.TextForm, steps.note)


@api_bp.post("/tickets/<number>/supplement")
@access.public
@limiter.limit(citizen_steps.TRIES_BY_ADDRESS)
@limiter.limit(citizen_steps.TRIES_BY_NUMBER, key_func=citizen_steps.tried_number)
def supplement(number: str) -> ResponseReturnValue:
    """More from the citizen: with number and code, or written down by staff."""
    return citizen_steps.by_api(number, forms.CitizenTextForm, steps.supplement)


@api_bp.post("/tickets/<number>/urge")
@access.public
@limiter.limit(citizen_steps.TRIES_BY_ADDRESS)
@limiter.limit(citizen_steps.TRIES_BY_NUMBER, key_func=citizen_steps.tried_number)
def urge(number: str) -> ResponseReturnValue:
    """The citizen asks for haste."""
    return citizen_steps.by_api(number, forms.CodeForm, steps.urge)


@api_bp.post("/tickets/<number>/withdraw")
@access.public
@limiter.limit(citizen_steps.TRIES_BY_ADDRESS)
@limiter.limit(citizen_steps.TRIES_BY_NUMBER, key_func=citizen_steps.tried_number)
def withdraw(number: str) -> ResponseReturnValue:
    """The citizen takes it back."""
    return citizen_steps.by_api(number, forms.CitizenReasonForm, steps.withdraw)


@api_bp.get("/categories")
@access.needs(Permission.READ_KNOWLEDGE)
def categories() -> dict[str, Any]:
    """The subject tree."""
    return {"items": [wire.category(one) for one in queries.leaves()], "next": None}


def _filters(given: MultiDict[str, str]) -> ListForm:
    page = fields.PageForm(ListForm, given)
    if page.data is None:
        raise lists.BadFilter("invalid", "Some filters can't be read.", fields=page.errors)
    return page.data
