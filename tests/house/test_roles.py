"""Who may do what, written a second time, and every route tried as every role.

Which rows a viewer sees is another matter: there the answer is 404, as if there were none.
"""

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from hotline.access import PERMISSIONS, Permission, Role
from hotline.people.models import Staff
from tests import factories
from tests.house import crew, walking
from tests.house.knowledge_routes import ROUTES as KNOWLEDGE
from tests.house.walking import Route

ROLES = """
read            operator shift_leader dispatcher reviewer callback_agent supervisor inspector head
read            handler unit_head unit_dispatcher
intake          operator shift_leader dispatcher
sort            operator shift_leader dispatcher
change          operator shift_leader dispatcher
note            operator shift_leader dispatcher
follow          operator shift_leader dispatcher reviewer supervisor head
alarm           shift_leader head administrator
attach          operator shift_leader dispatcher callback_agent handler unit_head unit_dispatcher
notice          shift_leader dispatcher handler unit_head unit_dispatcher
dispatch        dispatcher
review          reviewer head
callback        callback_agent
supervise       supervisor head
watch           editor shift_leader supervisor head handler unit_head unit_dispatcher
handle          handler unit_head unit_dispatcher
unmask          operator shift_leader dispatcher callback_agent
export          shift_leader dispatcher supervisor head unit_head
read_knowledge  operator shift_leader dispatcher reviewer callback_agent supervisor inspector head
read_knowledge  editor administrator handler unit_head unit_dispatcher
edit_knowledge  editor
write_own_knowledge  editor handler unit_head unit_dispatcher
administer      administrator
call            operator shift_leader dispatcher callback_agent supervisor head
read_calls      operator shift_leader dispatcher callback_agent supervisor inspector head
read_all_calls  shift_leader supervisor inspector head
oversee_calls   shift_leader supervisor head
drive_calls     exchange
"""

ROUTES = """
administer      GET   /admin
administer      GET   /admin/audit
administer      GET   /admin/calendar
administer      GET   /admin/calendar/<int:year>
administer      POST  /admin/calendar/<int:year>
administer      POST  /admin/calendar/<int:year>/file
administer      POST  /admin/calendar/<int:year>/library
administer      POST  /admin/calendar/<int:year>/status
administer      POST  /admin/calendar/closures
administer      POST  /admin/calendar/closures/drop
administer      GET   /admin/calendar/hours
administer      POST  /admin/calendar/hours
administer      POST  /admin/calendar/hours/drop
administer      GET   /admin/calendar/progress
administer      GET   /admin/categories
administer      POST  /admin/categories/compress
administer      GET   /admin/lines
administer      POST  /admin/lines
administer      GET   /admin/lines/<number>
administer      POST  /admin/lines/<number>
administer      POST  /admin/lines/<number>/close
administer      POST  /admin/lines/<number>/open
administer      POST  /admin/lines/stops/<int:call_id>
administer      GET   /admin/new
administer      POST  /admin/new
administer      GET   /admin/staff/<username>
administer      POST  /admin/staff/<username>/activate
administer      POST  /admin/staff/<username>/deactivate
administer      POST  /admin/staff/<username>/password
administer      POST  /admin/staff/<username>/roles
administer      POST  /admin/staff/<username>/roles/end
administer      POST  /admin/staff/<username>/tokens/end
administer      GET   /admin/settings
administer      POST  /admin/settings
administer      GET   /admin/system
administer      GET   /admin/tokens
administer      POST  /admin/tokens
administer      GET   /admin/units
administer      GET   /admin/units/<code>
administer      POST  /admin/units/<code>
administer      POST  /admin/units/<code>/close
administer      POST  /admin/units/<code>/duties
administer      POST  /admin/units/<code>/duties/end
administer      POST  /admin/units/<code>/open
administer      GET   /admin/units/new
administer      POST  /admin/units/new
read_knowledge  GET   /api/v1/calendar/<int:year>
administer      PUT   /api/v1/calendar/<int:year>
administer      GET   /api/v1/calendar/recomputations/<int:recomputation_id>
read_knowledge  GET   /api/v1/categories
read            POST  /api/v1/dispatch/suggest
call            GET   /api/v1/seat
call            POST  /api/v1/seat
call            POST  /api/v1/seat/phone
call            GET   /api/v1/calls/waiting
call            POST  /api/v1/calls
call            POST  /api/v1/calls/<ref>/answer
call            POST  /api/v1/calls/<ref>/decline
call            POST  /api/v1/calls/<ref>/pick
call            POST  /api/v1/calls/<ref>/hold
call            POST  /api/v1/calls/<ref>/resume
call            POST  /api/v1/calls/<ref>/call-in
call            POST  /api/v1/calls/<ref>/pass-on
call            POST  /api/v1/calls/<ref>/drop
call            POST  /api/v1/calls/<ref>/hang-up
call            POST  /api/v1/calls/<ref>/finish
call            POST  /api/v1/calls/<ref>/stop-listening
call            POST  /api/v1/calls/<ref>/ticket
read            GET   /api/v1/tickets
intake          POST  /api/v1/tickets
read            GET   /api/v1/tickets/<number>
sort            POST  /api/v1/tickets/<number>/answer
note            POST  /api/v1/tickets/<number>/answer-question
handle          POST  /api/v1/tickets/<number>/ask
attach          POST  /api/v1/tickets/<number>/attachments
read            GET   /api/v1/tickets/<number>/attachments/<key>
callback        POST  /api/v1/tickets/<number>/callbacks
callback        POST  /api/v1/tickets/<number>/callbacks/call
change          POST  /api/v1/tickets/<number>/change
handle          POST  /api/v1/tickets/<number>/approve
handle          POST  /api/v1/tickets/<number>/contact
handle          POST  /api/v1/tickets/<number>/decline
handle          POST  /api/v1/tickets/<number>/handdown
handle          POST  /api/v1/tickets/<number>/takeback
dispatch        POST  /api/v1/tickets/<number>/assist
dispatch        POST  /api/v1/tickets/<number>/assist/<code>/end
dispatch        POST  /api/v1/tickets/<number>/dispatch
sort            POST  /api/v1/tickets/<number>/file
dispatch        POST  /api/v1/tickets/<number>/merge
note            POST  /api/v1/tickets/<number>/note
review          POST  /api/v1/tickets/<number>/objections/<int:objection_id>
handle          POST  /api/v1/tickets/<number>/extend
review          POST  /api/v1/tickets/<number>/extensions/<int:extension_id>
handle          POST  /api/v1/tickets/<number>/progress
review          POST  /api/v1/tickets/<number>/promise
sort            POST  /api/v1/tickets/<number>/refuse
sort            POST  /api/v1/tickets/<number>/reopen
handle          POST  /api/v1/tickets/<number>/reply
handle          POST  /api/v1/tickets/<number>/resume
handle          POST  /api/v1/tickets/<number>/return
review          POST  /api/v1/tickets/<number>/returns/<int:return_id>
review          POST  /api/v1/tickets/<number>/review
handle          POST  /api/v1/tickets/<number>/suspend
review          POST  /api/v1/tickets/<number>/suspensions/<int:suspension_id>
handle          POST  /api/v1/tickets/<number>/sign
sort            POST  /api/v1/tickets/<number>/sort
dispatch        POST  /api/v1/tickets/<number>/split
sort            POST  /api/v1/tickets/<number>/transfer
dispatch        POST  /api/v1/tickets/<number>/unmerge
read_knowledge  GET   /api/v1/units
watch           GET   /api/v1/cards
watch           GET   /api/v1/orders
supervise       POST  /api/v1/tickets/<number>/supervise
supervise       POST  /api/v1/tickets/<number>/orders/<int:order_id>
handle          POST  /api/v1/tickets/<number>/orders/<int:order_id>/answer
supervise       POST  /api/v1/tickets/<number>/cards/<int:card_id>/void
read_calls      GET   /calls
read_calls      GET   /calls/<ref>
oversee_calls   POST  /calls/<ref>/end
intake          POST  /calls/<ref>/give-up
oversee_calls   POST  /calls/<ref>/listen
unmask          POST  /calls/<ref>/number
intake          POST  /calls/<ref>/put-off
intake          POST  /calls/<ref>/take
oversee_calls   GET   /calls/board
oversee_calls   POST  /calls/board/phone
oversee_calls   POST  /calls/board/seats/<int:staff_id>
read_all_calls  GET   /calls/figures
read            GET   /recordings/<int:recording_id>
read_all_calls  GET   /api/v1/calls/figures
drive_calls     POST  /api/v1/cti/calls
read_knowledge  GET   /api/v1/lines
administer      PUT   /api/v1/lines
supervise       GET   /supervision
supervise       POST  /supervision/calls/<int:call_id>
supervise       POST  /supervision/calls/<int:call_id>/number
supervise       POST  /tickets/<number>/supervise
read            GET   /tickets/<number>/orders/<int:order_id>
supervise       POST  /tickets/<number>/orders/<int:order_id>
handle          POST  /tickets/<number>/orders/<int:order_id>/answer
supervise       POST  /tickets/<number>/cards/<int:card_id>/void
watch           GET   /warnings
watch           GET   /warnings/<int:warning_id>
watch           POST  /warnings/reach
watch           POST  /warnings/read

callback        GET   /callbacks
callback        GET   /callbacks/<number>
callback        POST  /callbacks/<number>
callback        POST  /callbacks/<number>/call
callback        POST  /callbacks/call
callback        GET   /callbacks/<number>/foresight
callback        GET   /callbacks/next
review          GET   /callbacks/decisions
review          GET   /callbacks/decisions/<number>
review          POST  /callbacks/decisions/<number>

intake          GET   /console
intake          POST  /console
sort            POST  /console/<number>
sort            GET   /console/acceptances
intake          GET   /console/around
intake          GET   /console/caller
intake          GET   /console/waiting
call            GET   /phone
call            GET   /console/phone
call            GET   /console/phone/callers
call            GET   /console/phone/targets
call            POST  /console/phone/token
call            POST  /console/phone/heard
call            POST  /console/phone/state
call            POST  /console/phone/device
call            POST  /console/phone/click
call            POST  /console/phone/calls/<ref>/<verb>
intake          POST  /console/citizen

dispatch        GET   /dispatch
dispatch        GET   /dispatch/map
dispatch        GET   /dispatch/map/pins
dispatch        POST  /dispatch/merge
review          POST  /dispatch/extensions
review          GET   /dispatch/promises
review          GET   /dispatch/review
dispatch        GET   /dispatch/together
dispatch        POST  /dispatch/together

alarm           GET   /emergency
alarm           POST  /emergency
alarm           POST  /emergency/end

follow          GET   /follow-ups

read            POST  /filters/<page>
read            POST  /filters/<page>/<int:filter_id>/forget


read            GET   /notices
notice          POST  /notices
notice          POST  /notices/<int:notice_id>/change
notice          POST  /notices/<int:notice_id>/end

read            POST  /live/presence/<number>

read            GET   /search
export          GET   /search/export
export          POST  /search/export

read            GET   /tickets/<number>
sort            POST  /tickets/<number>/answer
attach          POST  /tickets/<number>/attachments
read            GET   /tickets/<number>/attachments/<key>
dispatch        POST  /tickets/<number>/attachments/<key>/mark
read            GET   /tickets/<number>/attachments/<key>/picture
read            GET   /tickets/<number>/attachments/<key>/thumbnail
note            POST  /tickets/<number>/answer-question
handle          POST  /tickets/<number>/ask
change          GET   /tickets/<number>/change
change          GET   /tickets/<number>/change/outlook
change          POST  /tickets/<number>/change
handle          POST  /tickets/<number>/approve
handle          POST  /tickets/<number>/contact
handle          POST  /tickets/<number>/decline
handle          POST  /tickets/<number>/handdown
handle          POST  /tickets/<number>/takeback
dispatch        POST  /tickets/<number>/assist
dispatch        POST  /tickets/<number>/assist/<code>/end
handle          POST  /tickets/<number>/assist/reply
dispatch        POST  /tickets/<number>/dispatch
handle          GET   /tickets/<number>/earlier
sort            POST  /tickets/<number>/file
handle          POST  /tickets/<number>/handler
read            GET   /tickets/<number>/letter
dispatch        POST  /tickets/<number>/merge
note            POST  /tickets/<number>/note
note            POST  /tickets/<number>/object
review          POST  /tickets/<number>/objections/<int:objection_id>
read            GET   /tickets/<number>/order
read            GET   /tickets/<number>/print
handle          POST  /tickets/<number>/extend
review          POST  /tickets/<number>/extensions/<int:extension_id>
handle          POST  /tickets/<number>/progress
review          POST  /tickets/<number>/promise
sort            POST  /tickets/<number>/refuse
sort            POST  /tickets/<number>/reopen
handle          POST  /tickets/<number>/reply
handle          POST  /tickets/<number>/resume
handle          POST  /tickets/<number>/return
review          POST  /tickets/<number>/returns/<int:return_id>
review          POST  /tickets/<number>/review
handle          POST  /tickets/<number>/suspend
review          POST  /tickets/<number>/suspensions/<int:suspension_id>
handle          POST  /tickets/<number>/sign
sort            POST  /tickets/<number>/service-declined
sort            POST  /tickets/<number>/sort
dispatch        GET   /tickets/<number>/split
dispatch        POST  /tickets/<number>/split
note            POST  /tickets/<number>/supplement
sort            POST  /tickets/<number>/transfer
read            POST  /tickets/<number>/uncover
dispatch        POST  /tickets/<number>/unmerge
note            POST  /tickets/<number>/urge
note            POST  /tickets/<number>/withdraw

handle          GET   /unit
handle          GET   /unit/inside
handle          GET   /unit/stand-ins
handle          POST  /unit/stand-ins
handle          POST  /unit/stand-ins/end
handle          GET   /unit/promises
handle          POST  /unit/handler
handle          POST  /unit/sign
"""


def test_each_permission_is_held_by_the_roles_written_here() -> None:
    held = {(what.value, role.value) for role, all_of in PERMISSIONS.items() for what in all_of}
    written = {(what, role) for what, *roles in map(str.split, _lines(ROLES)) for role in roles}
    assert held == written
    assert {what for what, _ in written} == {one.value for one in Permission}


def test_each_route_asks_for_the_permission_written_here(app: APIFlask) -> None:
    asked = [f"{_code(one)} {one.name}" for one in walking.routes(app) if one.permission]
    assert sorted(asked) == sorted(" ".join(line.split()) for line in _lines(ROUTES + KNOWLEDGE))


@pytest.mark.parametrize("role", Role)
def test_each_role_comes_in_where_it_may_and_nowhere_else(
    app: APIFlask, client: FlaskClient, role: Role
) -> None:
    person = crew.one_in(role)
    token, page = factories.bearer(person), _page_token(client, person)
    wrong = []
    for one in walking.routes(app):
        if one.permission is not None:
            status = _status(app, client, one, token, page)
            is_in = status not in (401, 403)
            if is_in != (one.permission in PERMISSIONS[role]) or status >= 500:
                wrong.append(f"{one.name}: {status}")
    assert wrong == []


def test_nobody_comes_in_without_signing_in(app: APIFlask, client: FlaskClient) -> None:
    text = client.get("/login").get_data(as_text=True)
    page = {"csrf_token": factories.hidden(text, "csrf_token")}
    for one in walking.routes(app):
        if one.permission is not None:
            status = _status(app, client, one, {}, page)
            assert status in ((401,) if one.is_api else (302, 303)), one.name


def _status(
    app: APIFlask, client: FlaskClient, one: Route, token: dict[str, str], page: dict[str, str]
) -> int:
    path = walking.path_of(app, one)
    if one.is_api:
        return app.test_client().open(path, method=one.method, headers=token).status_code
    data = page if one.method != "GET" else None
    return client.open(path, method=one.method, data=data).status_code


def _page_token(client: FlaskClient, person: Staff) -> dict[str, str]:
    factories.sign_in(client, person)
    text = client.get("/account").get_data(as_text=True)
    return {"csrf_token": factories.hidden(text, "csrf_token")}


def _code(one: Route) -> str:
    return one.permission.value if one.permission else ""


def _lines(table: str) -> list[str]:
    return [line for line in table.splitlines() if line]
